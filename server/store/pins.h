#pragma once
/// PINs of users, as sealed verifiers, and those who may sell with one. Functions that change run inside a
/// writer's job, and tell the business's tills.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/role.h"
#include "server/store/database.h"

namespace ringup::store {

/// Takes the place of the one before.
Result<void> set_pin(Database&, const Id& tenant, const Id& user, std::string_view sealed,
                     std::int64_t now_us);
/// False where there was none.
Result<bool> remove_pin(Database&, const Id& tenant, const Id& user);
Result<bool> has_pin(Database&, const Id& user);

/// An active user of the business who may ring up, by role or group.
struct Seller {
  Id user;
  std::string first_name, last_name;
  Role role = Role::cashier;
  Rights rights;
  std::string sealed_pin;  // "": none
};
/// Whether this user is one of them.
Result<bool> may_sell(Database&, const Id& tenant, const Id& user);
/// Ordered by id, at most `limit`.
Result<std::vector<Seller>> list_sellers(Database&, const Id& tenant, std::int64_t limit);

}  // namespace ringup::store
