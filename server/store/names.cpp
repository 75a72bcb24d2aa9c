#include "server/store/names.h"

namespace ringup::store {

Result<std::string> Names::look_up(const char* sql, const Id& id) {
  const auto known = known_.find(id);
  if (known != known_.end()) return known->second;
  const auto found = TRY(db_.first(
      sql, [](const Row& row) { return row.string(0); }, tenant_, id));
  return known_.emplace(id, found.value_or(std::string())).first->second;
}

Result<std::string> Names::till(const Id& id) {
  return look_up("SELECT name FROM till WHERE tenant = $1 AND id = $2", id);
}
Result<std::string> Names::branch(const Id& id) {
  return look_up("SELECT name FROM branch WHERE tenant = $1 AND id = $2", id);
}
Result<std::string> Names::user(const Id& id) {
  return look_up(
      "SELECT CASE WHEN first_name = '' AND last_name = '' THEN email ELSE trim(first_name || ' ' || "
      "last_name) END"
      " FROM user WHERE tenant = $1 AND id = $2",
      id);
}
Result<std::string> Names::first_name(const Id& user) {
  return TRY(db_.first(
                 "SELECT first_name FROM user WHERE tenant = $1 AND id = $2",
                 [](const Row& row) { return row.string(0); }, tenant_, user))
      .value_or("");
}
Result<std::string> Names::customer(const Id& id) {
  return look_up("SELECT trim(first_name || ' ' || last_name) FROM customer WHERE tenant = $1 AND id = $2",
                 id);
}

}  // namespace ringup::store
