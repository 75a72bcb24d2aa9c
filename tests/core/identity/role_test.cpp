#include "core/identity/role.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

TEST(Roles, NamesGoThereAndBack) {
  for (int i = 0; i < role_count; ++i) {
    const Role role = static_cast<Role>(i);
    EXPECT_EQ(parse_role(role_name(role)), role);
  }
  for (int i = 0; i < right_count; ++i) {
    const Right right = static_cast<Right>(i);
    EXPECT_EQ(parse_right(right_name(right)), right);
  }
  EXPECT_FALSE(parse_role("root").has_value());
  EXPECT_FALSE(parse_right("").has_value());
}

TEST(Roles, AnOwnerMayAllAndACustomerNothing) {
  for (int i = 0; i < right_count; ++i) {
    EXPECT_TRUE(may(Role::owner, static_cast<Right>(i)));
    EXPECT_FALSE(may(Role::customer, static_cast<Right>(i)));
  }
  for (int i = 0; i < role_count; ++i) {
    EXPECT_TRUE(rights_of(static_cast<Role>(i)).within(rights_of(Role::owner)));
  }
}

TEST(Roles, AnAuditorChangesNothing) {
  for (const Right right :
       {Right::sell, Right::refund, Right::catalogue_write, Right::customers_write, Right::tills_manage,
        Right::tasks_settle, Right::people_manage, Right::business_manage}) {
    EXPECT_FALSE(may(Role::auditor, right)) << right_name(right);
  }
  EXPECT_TRUE(may(Role::auditor, Right::audit_read));
}

TEST(Roles, GroupsAddAndNeverTake) {
  Principal principal;
  principal.role = Role::cashier;
  principal.granted.add(Right::reports_read);
  EXPECT_TRUE(principal.may(Right::reports_read));
  EXPECT_TRUE(principal.may(Right::sell));
  EXPECT_FALSE(principal.may(Right::business_manage));
  EXPECT_FALSE(principal.rights().within(rights_of(Role::cashier)));
}

}  // namespace
}  // namespace ringup
