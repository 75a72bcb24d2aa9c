#include "server/store/people.h"

#include <algorithm>

#include "core/base/fold.h"
#include "server/store/groups.h"

namespace ringup::store {
namespace {

bool has_all(const std::vector<std::u16string>& typed, const std::vector<std::u16string>& words) {
  return std::all_of(typed.begin(), typed.end(), [&](const std::u16string& begun) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::u16string& word) { return word.starts_with(begun); });
  });
}

}  // namespace

Result<std::vector<User>> find_people(Database& db, const Id& tenant, const PeopleFilter& filter,
                                      std::int64_t now_us, const Id& after, std::int64_t limit) {
  const std::vector<std::u16string> typed = fold_words(filter.words);
  const auto narrow = static_cast<int>(filter.state);
  std::vector<Id> ids;
  TRY(db.query(
      "SELECT u.id, u.first_name || ' ' || u.last_name || ' ' || u.designation || ' ' || u.email || ' '"
      " || coalesce(u.phone_number, '') FROM user u WHERE u.tenant = $1 AND u.id > $2"
      " AND CASE WHEN $3 IS NULL THEN u.role <> 'customer' ELSE u.role = $3 END"
      " AND ($4 = 0 OR ($4 = 1 AND u.is_active = 1) OR ($4 = 2 AND u.is_active = 0)"
      " OR ($4 = 3 AND u.account_locked_until > $5))"
      " AND ($6 IS NULL OR EXISTS (SELECT 1 FROM group_member m WHERE m.user_group = $6 AND m.user = u.id))"
      " ORDER BY u.id",
      [&](const Row& row) {
        if (has_all(typed, fold_words(row.text(1)))) ids.push_back(row.id(0));
        return static_cast<std::int64_t>(ids.size()) < limit;
      },
      tenant, after, filter.role.has_value() ? Bind(role_name(*filter.role)) : Bind(nullptr), narrow, now_us,
      filter.group));
  std::vector<User> users;
  for (const Id& id : ids) {
    if (auto user = TRY(find_user(db, tenant, id))) users.push_back(std::move(*user));
  }
  return users;
}

Result<Rights> rights_of_user(Database& db, const User& user) {
  Rights rights = rights_of(user.role);
  for (const Group& group : TRY(groups_of(db, user.id))) rights = rights | group.rights;
  return rights;
}

Result<void> unlock_user(Database& db, const Id& user) {
  TRY(db.run("UPDATE user SET login_attempts = 0, account_locked_until = NULL WHERE id = $1", user));
  return {};
}

}  // namespace ringup::store
