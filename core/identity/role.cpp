#include "core/identity/role.h"

#include "core/base/result.h"

namespace ringup {
namespace {

constexpr std::string_view names[] = {"owner", "manager", "cashier"};
static_assert(std::size(names) == role_count);

struct Row {
  Right right;
  bool owner, manager, cashier;
};
constexpr Row table[] = {
    {Right::sell, true, true, true},
    {Right::refund, true, true, true},
    {Right::sales_read, true, true, true},
    {Right::reports_read, true, true, false},
    {Right::catalogue_write, true, true, false},
    {Right::customers_write, true, true, true},
    {Right::tills_manage, true, true, false},
    {Right::tasks_settle, true, true, false},
    {Right::business_manage, true, false, false},
};
static_assert(std::size(table) == right_count);

}  // namespace

bool may(Role role, Right right) {
  const Row& row = table[static_cast<std::size_t>(right)];
  ASSERT(row.right == right);
  switch (role) {
    case Role::owner:
      return row.owner;
    case Role::manager:
      return row.manager;
    case Role::cashier:
      return row.cashier;
  }
  return false;
}

std::string_view role_name(Role role) {
  return names[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view name) {
  for (std::size_t i = 0; i < std::size(names); ++i) {
    if (names[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

}  // namespace ringup
