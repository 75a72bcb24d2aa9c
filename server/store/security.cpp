#include "server/store/security.h"

namespace ringup::store {

Result<Security> read_security(Database& db, const Id& tenant) {
  const auto found = TRY(db.first(
      "SELECT password_days, second_factor_roles, ip_allow, ip_deny, sms_per_day FROM tenant_security"
      " WHERE tenant = $1",
      [](const Row& row) {
        return Security{row.integer(0), row.string(1), row.string(2), row.string(3), row.integer(4)};
      },
      tenant));
  return found.value_or(Security{});
}

Result<bool> any_address_list(Database& db) {
  return TRY(db.integer(
             "SELECT EXISTS (SELECT 1 FROM tenant_security WHERE ip_allow <> '[]' OR ip_deny <> '[]')", 0)) !=
         0;
}

Result<void> write_security(Database& db, const Id& tenant, const Security& security) {
  TRY(
      db.run("INSERT INTO tenant_security (tenant, password_days, second_factor_roles, ip_allow, ip_deny,"
             " sms_per_day) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant) DO UPDATE SET"
             " password_days = $2, second_factor_roles = $3, ip_allow = $4, ip_deny = $5, sms_per_day = $6",
             tenant, security.password_days, security.second_factor_roles, security.ip_allow,
             security.ip_deny, security.sms_per_day));
  return {};
}

}  // namespace ringup::store
