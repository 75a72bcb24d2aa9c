#pragma once
/// Reading what user and group routes are sent. Each names the member that is wrong.
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/identity/role.h"

namespace ringup::identity {

Result<Role> read_role(std::string_view name);
/// A name or a designation of at most 100 characters, trimmed.
Result<std::string> read_words(std::string_view text, std::string_view field);
/// Where the member is there: a number, or nullopt inside for null or "".
Result<std::optional<std::optional<std::string>>> optional_phone(json::Reader& in);
/// Where the member is there: a list of ids, each once.
Result<std::optional<std::vector<Id>>> optional_ids(json::Reader& in, std::string_view name,
                                                    std::size_t items_max);
/// Where the member is there: a list of names of rights.
Result<std::optional<Rights>> optional_rights(json::Reader& in);
template <class T>
Result<T> at_field(Result<T> result, const char* field) {
  if (!result.ok()) result.failure().where = field;
  return result;
}

}  // namespace ringup::identity
