#pragma once
/// How a business guards itself: settings of its owner.
#include <cstdint>
#include <string>

#include "server/store/database.h"

namespace ringup::store {

struct Security {
  std::int64_t password_days = 0;          // after so many a password must be changed; 0: never
  std::string second_factor_roles = "[]";  // JSON list of roles whose users must show a second factor
  std::string ip_allow = "[]";             // JSON lists of addresses and networks (CIDR)
  std::string ip_deny = "[]";
  std::int64_t sms_per_day = 200;  // text messages that a day may cost
};

/// The defaults where nothing was set.
Result<Security> read_security(Database&, const Id& tenant);
/// Does any business let in or shut out networks?
Result<bool> any_address_list(Database&);
/// Inside a writer's job.
Result<void> write_security(Database&, const Id& tenant, const Security&);

}  // namespace ringup::store
