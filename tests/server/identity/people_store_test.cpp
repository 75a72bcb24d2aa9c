#include <gtest/gtest.h>

#include "server/identity/business.h"
#include "server/store/audit.h"
#include "server/store/groups.h"
#include "server/store/messages.h"
#include "server/store/security.h"
#include "server/store/sessions.h"
#include "server/store/vault.h"
#include "tests/server/support.h"

namespace ringup {
namespace {

class PeopleStore : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::Store::open(folder.path(), {.make_if_missing = true});
    ASSERT_TRUE(opened.ok());
    store = std::move(*opened);
    identity::NewBusiness wish;
    wish.slug = "shop";
    wish.name = "Shop";
    wish.owner_email = "owner@example.com";
    wish.password = "a long enough one";
    auto made = identity::make_business(*store, wish, world);
    ASSERT_TRUE(made.ok()) << made.failure().detail;
    business = *made;
  }
  template <class Job>
  auto write(Job job) {
    return store->writer().write([&](store::Database& db) -> Result<void> { return job(db); });
  }
  test::Folder folder;
  identity::World world;
  std::unique_ptr<store::Store> store;
  identity::MadeBusiness business;
};

TEST_F(PeopleStore, AGroupAddsItsRightsToThoseOfTheRole) {
  store::User user;
  user.id = world.new_id();
  user.tenant = business.tenant.id;
  user.email = "kim@example.com";
  user.role = Role::cashier;
  const store::Session session{world.new_id(), user.tenant, user.id, 1, 1, 1, "", {}};
  store::Group group{world.new_id(), user.tenant, "Stock", true, {}, 1};
  group.rights.add(Right::catalogue_write);
  ASSERT_TRUE(write([&](store::Database& db) -> Result<void> {
                TRY(store::insert_user(db, user));
                TRY(store::insert_session(db, session));
                return store::insert_group(db, group);
              }).ok());
  const auto principal = [&] {
    return **store->read([&](store::Database& db) { return store::find_principal(db, session.id); });
  };
  EXPECT_FALSE(principal().may(Right::catalogue_write));
  ASSERT_TRUE(write([&](store::Database& db) { return store::add_member(db, group.id, user.id); }).ok());
  EXPECT_TRUE(principal().may(Right::catalogue_write));
  EXPECT_TRUE(principal().may(Right::sell));
  EXPECT_FALSE(principal().may(Right::people_manage));
  EXPECT_TRUE(*store->read([&](store::Database& db) { return store::is_employee(db, user.id); }));
  ASSERT_TRUE(write([&](store::Database& db) -> Result<void> {
                EXPECT_TRUE(TRY(store::delete_group(db, user.tenant, group.id)));
                return {};
              }).ok());
  EXPECT_FALSE(principal().may(Right::catalogue_write));
}

TEST_F(PeopleStore, TwoGroupsOfOneNameAreRefused) {
  const store::Group group{world.new_id(), business.tenant.id, "Stock", false, {}, 1};
  store::Group other = group;
  other.id = world.new_id();
  ASSERT_TRUE(write([&](store::Database& db) { return store::insert_group(db, group); }).ok());
  EXPECT_EQ(write([&](store::Database& db) { return store::insert_group(db, other); }).error(),
            Error::conflict);
}

TEST_F(PeopleStore, TheAuditLogTakesNothingBack) {
  const store::Audit audit{business.tenant.id, "user_changed", business.owner.id, "user", business.owner.id};
  ASSERT_TRUE(write([&](store::Database& db) { return store::add_audit(db, audit, 5); }).ok());
  for (const char* const sql : {"UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry",
                                "UPDATE audit_person SET address = 'x'"}) {
    EXPECT_FALSE(write([&](store::Database& db) -> Result<void> {
                   TRY(db.run(sql));
                   return {};
                 }).ok())
        << sql;
  }
}

TEST_F(PeopleStore, OneMessageForOneKey) {
  store::NewMessage message;
  message.id = world.new_id();
  message.tenant = business.tenant.id;
  message.to = "kim@example.com";
  message.template_name = "verify_email";
  message.dedupe_key = "verify 1";
  const auto queue = [&]() -> bool {
    return *store->writer().write_for<bool>(
        [&](store::Database& db) { return store::queue_message(db, message, 7); });
  };
  EXPECT_TRUE(queue());
  message.id = world.new_id();
  EXPECT_FALSE(queue());
  message.dedupe_key = "verify 2";
  EXPECT_TRUE(queue());
}

TEST_F(PeopleStore, SecuritySettingsHaveDefaults) {
  const auto read = [&] {
    return *store->read([&](store::Database& db) { return store::read_security(db, business.tenant.id); });
  };
  EXPECT_EQ(read().password_days, 0);
  EXPECT_EQ(read().sms_per_day, 200);
  store::Security mine = read();
  mine.password_days = 90;
  mine.ip_deny = R"(["192.0.2.0/24"])";
  ASSERT_TRUE(
      write([&](store::Database& db) { return store::write_security(db, business.tenant.id, mine); }).ok());
  EXPECT_EQ(read().password_days, 90);
  EXPECT_EQ(read().ip_deny, R"(["192.0.2.0/24"])");
}

TEST(Vault, OpensOnlyWhatItSealedForThatRow) {
  const store::Vault vault(std::string(32, 's'), "test"), other(std::string(32, 's'), "other");
  const std::string sealed = vault.seal("JBSWY3DPEHPK3PXP", "row 1");
  EXPECT_EQ(sealed.find("JBSWY3DP"), std::string::npos);
  EXPECT_NE(sealed, vault.seal("JBSWY3DPEHPK3PXP", "row 1"));
  EXPECT_EQ(*vault.open(sealed, "row 1"), "JBSWY3DPEHPK3PXP");
  EXPECT_EQ(vault.open(sealed, "row 2").error(), Error::damaged);
  EXPECT_EQ(other.open(sealed, "row 1").error(), Error::damaged);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(vault.open(changed, "row 1").ok());
  }
  EXPECT_FALSE(vault.open("short").ok());
}

}  // namespace
}  // namespace ringup
