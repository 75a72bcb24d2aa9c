#include "core/identity/role.h"

#include "core/base/result.h"

namespace ringup {
namespace {

constexpr std::string_view role_names[] = {"owner",   "manager", "cashier", "marketing",
                                           "support", "auditor", "customer"};
static_assert(std::size(role_names) == role_count);

struct Row {
  Right right;
  std::string_view name;
  bool owner, manager, cashier, marketing, support, auditor;  // a customer has none
};
constexpr Row table[] = {
    // clang-format off
    {Right::sell,            "sell",            true, true,  true,  false, false, false},
    {Right::refund,          "refund",          true, true,  true,  false, false, false},
    {Right::shop_read,       "shop_read",       true, true,  true,  true,  true,  true},
    {Right::sales_read,      "sales_read",      true, true,  true,  false, true,  true},
    {Right::reports_read,    "reports_read",    true, true,  false, true,  false, true},
    {Right::catalogue_write, "catalogue_write", true, true,  false, false, false, false},
    {Right::customers_write, "customers_write", true, true,  true,  true,  true,  false},
    {Right::tills_manage,    "tills_manage",    true, true,  false, false, false, false},
    {Right::tasks_settle,    "tasks_settle",    true, true,  false, false, false, false},
    {Right::people_manage,   "people_manage",   true, false, false, false, false, false},
    {Right::audit_read,      "audit_read",      true, false, false, false, false, true},
    {Right::business_manage, "business_manage", true, false, false, false, false, false},
    // clang-format on
};
static_assert(std::size(table) == right_count);

bool has(const Row& row, Role role) {
  switch (role) {
    case Role::owner:
      return row.owner;
    case Role::manager:
      return row.manager;
    case Role::cashier:
      return row.cashier;
    case Role::marketing:
      return row.marketing;
    case Role::support:
      return row.support;
    case Role::auditor:
      return row.auditor;
    case Role::customer:
      return false;
  }
  return false;
}

const Row& row_of(Right right) {
  const Row& row = table[static_cast<std::size_t>(right)];
  ASSERT(row.right == right);
  return row;
}

}  // namespace

Rights rights_of(Role role) {
  Rights rights;
  for (const Row& row : table) {
    if (has(row, role)) rights.add(row.right);
  }
  return rights;
}

std::string_view role_name(Role role) {
  return role_names[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < std::size(role_names); ++i) {
    if (role_names[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::string_view right_name(Right right) {
  return row_of(right).name;
}

std::optional<Right> parse_right(std::string_view name) {
  for (const Row& row : table) {
    if (row.name == name) return row.right;
  }
  return std::nullopt;
}

}  // namespace ringup
