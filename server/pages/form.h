#pragma once
/// What an HTML form sends: application/x-www-form-urlencoded, read strictly.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/http.h"

namespace ringup::pages {

inline constexpr std::size_t form_bytes_max = 16 * 1024;
inline constexpr std::size_t form_fields_max = 40;

class Form {
 public:
  /// The value of a field; "" where there is none.
  std::string get(std::string_view name) const;
  bool has(std::string_view name) const;

 private:
  friend Result<Form> read_form(const http::Request& request);
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// unsupported_media_type; limit_exceeded; invalid_value for bytes that are no form, no UTF-8 or hold control
/// characters; duplicate_member.
Result<Form> read_form(const http::Request& request);

/// Where to go behind a sign-in: `next` where it is a path of this server as ours look, else `otherwise`.
/// Nothing that a browser could take for another site passes.
std::string own_path(std::string_view next, std::string_view otherwise);

}  // namespace ringup::pages
