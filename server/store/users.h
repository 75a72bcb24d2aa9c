#pragma once
/// Users: people of one tenant. Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/role.h"
#include "server/store/database.h"

namespace ringup::store {

struct User {
  Id id, tenant;
  std::string email;  // as read_email() yields it
  std::string first_name, last_name;
  Role role = Role::customer;
  bool is_active = true;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> email_verified_at, last_login;
  std::string password_hash;                     // Argon2id, PHC string; "": none, they sign in otherwise
  std::optional<std::string> phone_number = {};  // as read_phone_number() yields it
  std::optional<std::int64_t> phone_verified_at = {};
  std::optional<Id> branch = {};  // where they work
  std::string designation = {};   // what they are called there
  std::optional<std::int64_t> password_changed_at = {};
  bool password_expired = false;    // another one must be set at the next sign-in
  std::int64_t login_attempts = 0;  // wrong ones since the last right one
  std::optional<std::int64_t> account_locked_until = {};
};

/// conflict where the tenant has that address already.
Result<void> insert_user(Database&, const User&);
Result<std::optional<User>> find_user(Database&, const Id& tenant, const Id& id);
Result<std::optional<User>> find_user_by_email(Database&, const Id& tenant, std::string_view email);
/// The one active user with that number, where there is exactly one.
Result<std::optional<User>> find_user_by_phone(Database&, const Id& tenant, std::string_view phone_number);
/// Ordered by id, behind `after`.
Result<std::vector<User>> list_users(Database&, const Id& tenant, const Id& after, std::int64_t limit);
/// Writes all but address, times of creation and sign-in, and the count of attempts. not_found.
Result<void> update_user(Database&, const User&);
Result<std::int64_t> count_active_owners(Database&, const Id& tenant);

/// Counts a try to sign in, before it is known whether the password is right: so any number of tries at once
/// cannot be more than `attempts_max`. How many there were with this one; 0: the account is
/// locked. The last allowed try locks it until `lock_until`; an old lock that has passed is forgotten.
Result<std::int64_t> count_login_attempt(Database&, const Id& user, std::int64_t now_us, int attempts_max,
                                         std::int64_t lock_until);
/// After the right password, or another proof that it is them: forgets the tries and the lock.
Result<void> forget_login_attempts(Database&, const Id& user);
/// They signed in: notes the time.
Result<void> note_login(Database&, const Id& user, std::int64_t now_us);

}  // namespace ringup::store
