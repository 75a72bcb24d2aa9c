#pragma once
/// How often: routes fall into classes, and each class has a limit by address or by account. Generous: a
/// whole shop behind one address never meets them. What is not listed has none here; codes, wrong passwords
/// and pairing codes are counted where they are checked as well.
#include <optional>
#include <string_view>

#include "server/http/rate_table.h"

namespace ringup::gate {

enum class Class : std::uint8_t {
  sign_in,    // by address: a password or a code is tried
  post,       // by address: a mail or a text message may go out
  token,      // by address: a token is tried that nobody can guess
  sensitive,  // by account: what protects the account, what costs (a mail, a walk through all of the log)
  count
};

struct Limits {
  http::Rate sign_in{120, 60'000'000};
  http::Rate post{60, 60'000'000};
  http::Rate token{1200, 60'000'000};
  http::Rate sensitive{240, 60'000'000};
  const http::Rate& of(Class one) const;
};

/// nullopt: no limit of ours.
std::optional<Class> class_of(std::string_view method, std::string_view route);

}  // namespace ringup::gate
