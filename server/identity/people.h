#pragma once
/// Managing people: who may be given what, by whom. The rules, without HTTP.
///
/// The one rule behind all of them: nobody gives, takes or touches what lies outside their own rights. A
/// person is touched by changing them, ending their sessions, or changing a group they are in; what is given
/// is a role, a group, or a group's rights. So a manager who may manage people makes cashiers, but neither an
/// owner nor a group that manages the business. One active owner always stays.
///
/// Each function runs inside a writer's job and adds the audit entry of what it changed. Sessions end where a
/// person is disabled or gets another role or password; rights that come or go with a group count from the
/// next request on. Errors: forbidden (outside of the actor's rights), not_found (also another business's),
/// conflict (an address or name that is taken, the last owner), invalid_value with the member's name.
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "server/http/http.h"
#include "server/store/groups.h"
#include "server/store/users.h"

namespace ringup::identity {

inline constexpr std::size_t groups_per_business_max = 200;
inline constexpr std::size_t groups_per_user_max = 50;
inline constexpr std::size_t members_max = 5000;

/// Who changes something, and from where.
struct Actor {
  Principal principal;
  http::Whence whence;
  std::int64_t now_us = 0;
};

/// What a change may set; what is absent stays as it is.
struct PersonChange {
  std::optional<std::string> first_name, last_name, designation, password_hash;
  std::optional<Role> role;
  std::optional<std::optional<std::string>> phone_number;  // nullopt inside: none any more
  std::optional<std::optional<Id>> branch;
  std::optional<std::vector<Id>> groups;
  std::optional<bool> is_active, password_expired;
  bool unlock = false;
};

Result<void> add_person(store::Database&, const Actor&, const store::User&, const std::vector<Id>& groups);
Result<store::User> change_person(store::Database&, const Actor&, const Id& id, const PersonChange&);
/// All of them, but for the actor's own present one.
Result<void> end_person_sessions(store::Database&, const Actor&, const Id& id);

struct GroupChange {
  std::optional<std::string> name;
  std::optional<bool> is_employee;
  std::optional<Rights> rights;
  std::optional<std::vector<Id>> members;
};

Result<void> add_group(store::Database&, const Actor&, const store::Group&, const std::vector<Id>& members);
Result<store::Group> change_group(store::Database&, const Actor&, const Id& id, const GroupChange&);
Result<void> delete_group(store::Database&, const Actor&, const Id& id);

/// A user as those see them who manage people: the profile and {login_attempts, account_locked_until,
/// password_expired, second_factors, has_pin}.
Result<json::Object> person_json(store::Database&, const store::User&);
/// {id, name, is_employee, rights, members, created_at}.
Result<json::Object> group_json(store::Database&, const store::Group&);

}  // namespace ringup::identity
