#pragma once
/// Roles, rights, and the one table that joins them. Everything that may be refused asks may().
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/ids.h"

namespace ringup {

enum class Role : std::uint8_t { owner, manager, cashier };

enum class Right : std::uint8_t {
  sell,             // ring up, take payment, read the catalogue and customers
  refund,           // give money back against a receipt
  sales_read,       // all sales, not only one's own till's
  reports_read,     // sums over all sales, and their export
  catalogue_write,  // products, prices, categories, tax classes, stock
  customers_write,
  tills_manage,     // pairing codes, revoking tills
  tasks_settle,     // mark what tills reported as done
  business_manage,  // branches, users, settings
};
inline constexpr int right_count = static_cast<int>(Right::business_manage) + 1;
inline constexpr int role_count = static_cast<int>(Role::cashier) + 1;

bool may(Role role, Right right);
/// "owner", "manager", "cashier".
std::string_view role_name(Role role);
std::optional<Role> parse_role(std::string_view name);

/// Who a request speaks for: a user of one tenant, in one session.
struct Principal {
  Id tenant, user, session;
  Role role = Role::cashier;
};

}  // namespace ringup
