#include "server/store/users.h"

#include "server/store/outbox.h"

namespace ringup::store {
namespace {

constexpr std::int64_t clock_slack_us = 60LL * 1'000'000;

#define RINGUP_USER                                                                                      \
  "SELECT id, tenant, email, first_name, last_name, role, is_active, created_at, "                       \
  "email_verified_at, last_login, password_hash, phone_number, phone_verified_at, branch, designation, " \
  "password_changed_at, password_expired, login_attempts, account_locked_until FROM user "

std::optional<std::int64_t> optional_integer(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

User read_user(const Row& row) {
  User user;
  user.id = row.id(0);
  user.tenant = row.id(1);
  user.email = row.string(2);
  user.first_name = row.string(3);
  user.last_name = row.string(4);
  // A role this program does not know has the fewest rights.
  user.role = parse_role(row.text(5)).value_or(Role::customer);
  user.is_active = row.integer(6) != 0;
  user.created_at = row.integer(7);
  user.email_verified_at = optional_integer(row, 8);
  user.last_login = optional_integer(row, 9);
  user.password_hash = row.string(10);
  if (!row.is_null(11)) user.phone_number = row.string(11);
  user.phone_verified_at = optional_integer(row, 12);
  if (!row.is_null(13)) user.branch = row.id(13);
  user.designation = row.string(14);
  user.password_changed_at = optional_integer(row, 15);
  user.password_expired = row.integer(16) != 0;
  user.login_attempts = row.integer(17);
  user.account_locked_until = optional_integer(row, 18);
  return user;
}

}  // namespace

Result<void> insert_user(Database& db, const User& user) {
  TRY(
      db.run("INSERT INTO user (id, tenant, email, email_verified_at, password_hash, first_name, last_name,"
             " role, is_active, created_at, phone_number, phone_verified_at, branch, designation,"
             " password_changed_at, password_expired)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
             user.id, user.tenant, user.email, user.email_verified_at, user.password_hash, user.first_name,
             user.last_name, role_name(user.role), user.is_active, user.created_at, user.phone_number,
             user.phone_verified_at, user.branch, user.designation, user.password_changed_at,
             user.password_expired));
  return add_event(db, user.tenant, "business");
}

Result<std::optional<User>> find_user(Database& db, const Id& tenant, const Id& id) {
  return db.first(RINGUP_USER "WHERE id = $1 AND tenant = $2", read_user, id, tenant);
}

Result<std::optional<User>> find_user_by_email(Database& db, const Id& tenant, std::string_view email) {
  return db.first(RINGUP_USER "WHERE tenant = $1 AND email = $2", read_user, tenant, email);
}

Result<std::optional<User>> find_user_by_phone(Database& db, const Id& tenant,
                                               std::string_view phone_number) {
  std::vector<User> found;
  TRY(db.query(
      RINGUP_USER "WHERE tenant = $1 AND phone_number = $2 AND is_active = 1 LIMIT 2",
      [&](const Row& row) { found.push_back(read_user(row)); }, tenant, phone_number));
  // A number that two people share names neither.
  return found.size() == 1 ? std::optional(std::move(found.front())) : std::nullopt;
}

Result<std::vector<User>> list_users(Database& db, const Id& tenant, const Id& after, std::int64_t limit) {
  std::vector<User> users;
  TRY(db.query(
      RINGUP_USER "WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3",
      [&](const Row& row) { users.push_back(read_user(row)); }, tenant, after, limit));
  return users;
}

Result<void> update_user(Database& db, const User& user) {
  const std::int64_t changed = TRY(
      db.run("UPDATE user SET first_name = $3, last_name = $4, role = $5, is_active = $6, password_hash = $7,"
             " email_verified_at = $8, phone_number = $9, phone_verified_at = $10, branch = $11,"
             " designation = $12, password_changed_at = $13, password_expired = $14"
             " WHERE id = $1 AND tenant = $2",
             user.id, user.tenant, user.first_name, user.last_name, role_name(user.role), user.is_active,
             user.password_hash, user.email_verified_at, user.phone_number, user.phone_verified_at,
             user.branch, user.designation, user.password_changed_at, user.password_expired));
  if (changed == 0) return Error::not_found;
  return add_event(db, user.tenant, "business");
}

Result<std::int64_t> count_active_owners(Database& db, const Id& tenant) {
  return db.integer("SELECT count(*) FROM user WHERE tenant = $1 AND role = 'owner' AND is_active = 1", 0,
                    tenant);
}

Result<std::int64_t> count_login_attempt(Database& db, const Id& user, std::int64_t now_us, int attempts_max,
                                         std::int64_t lock_until) {
  // A lock that ends later than one from now would was written by a clock that went ahead and was set back.
  TRY(
      db.run("UPDATE user SET login_attempts = 0, account_locked_until = NULL"
             " WHERE id = $1 AND (account_locked_until <= $2 OR account_locked_until > $3)",
             user, now_us, lock_until + clock_slack_us));
  return db.integer(
      "UPDATE user SET login_attempts = login_attempts + 1,"
      " account_locked_until = CASE WHEN login_attempts + 1 >= $2 THEN $3 END"
      " WHERE id = $1 AND login_attempts < $2 RETURNING login_attempts",
      0, user, attempts_max, lock_until);
}

Result<void> forget_login_attempts(Database& db, const Id& user) {
  TRY(db.run("UPDATE user SET login_attempts = 0, account_locked_until = NULL WHERE id = $1", user));
  return {};
}

Result<void> note_login(Database& db, const Id& user, std::int64_t now_us) {
  TRY(db.run("UPDATE user SET last_login = $2 WHERE id = $1", user, now_us));
  return {};
}

}  // namespace ringup::store
