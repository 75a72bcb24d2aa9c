#include "server/store/pins.h"

#include "server/store/groups.h"
#include "server/store/outbox.h"

namespace ringup::store {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
std::string text_of(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What is true of a user `u` who may ring up: active, and by role or group with the right to sell.
std::string seller() {
  std::string roles;
  for (int i = 0; i < role_count; ++i) {
    const Role role = static_cast<Role>(i);
    if (may(role, Right::sell)) roles.append(roles.empty() ? "'" : ",'").append(role_name(role)).append("'");
  }
  return "u.is_active = 1 AND (u.role IN (" + roles +
         ") OR EXISTS (SELECT 1 FROM group_member m JOIN group_right r ON r.user_group = m.user_group"
         " WHERE m.user = u.id AND r.name = 'sell'))";
}

}  // namespace

Result<void> set_pin(Database& db, const Id& tenant, const Id& user, std::string_view sealed,
                     std::int64_t now_us) {
  TRY(
      db.run("INSERT INTO user_pin (user, tenant, sealed, set_at) VALUES ($1, $2, $3, $4)"
             " ON CONFLICT (user) DO UPDATE SET sealed = $3, set_at = $4",
             user, tenant, bytes_of(sealed), now_us));
  return add_event(db, tenant, "business");
}

Result<bool> remove_pin(Database& db, const Id& tenant, const Id& user) {
  if (TRY(db.run("DELETE FROM user_pin WHERE user = $1 AND tenant = $2", user, tenant)) == 0) return false;
  TRY(add_event(db, tenant, "business"));
  return true;
}

Result<bool> has_pin(Database& db, const Id& user) {
  return TRY(db.integer("SELECT count(*) FROM user_pin WHERE user = $1", 0, user)) != 0;
}

Result<bool> may_sell(Database& db, const Id& tenant, const Id& user) {
  static const std::string question =
      "SELECT count(*) FROM user u WHERE u.tenant = $1 AND u.id = $2 AND " + seller();
  return TRY(db.integer(question, 0, tenant, user)) != 0;
}

Result<std::vector<Seller>> list_sellers(Database& db, const Id& tenant, std::int64_t limit) {
  static const std::string question =
      "SELECT u.id, u.first_name, u.last_name, u.role, coalesce((SELECT group_concat(r.name, ',')"
      " FROM group_member m JOIN group_right r ON r.user_group = m.user_group WHERE m.user = u.id), ''),"
      " p.sealed FROM user u LEFT JOIN user_pin p ON p.user = u.id WHERE u.tenant = $1 AND " +
      seller() + " ORDER BY u.id LIMIT $2";
  std::vector<Seller> sellers;
  TRY(db.query(
      question,
      [&](const Row& row) {
        const Role role = parse_role(row.text(3)).value_or(Role::customer);
        sellers.push_back({row.id(0), row.string(1), row.string(2), role,
                           rights_of(role) | read_rights(row.text(4)), text_of(row.bytes(5))});
      },
      tenant, limit));
  return sellers;
}

}  // namespace ringup::store
