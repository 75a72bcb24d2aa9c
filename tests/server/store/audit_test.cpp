// The audit log: a chain that nobody changes unseen, and persons that can be taken out of it.
#include "server/store/audit.h"

#include <gtest/gtest.h>

#include "server/store/store.h"
#include "tests/server/support.h"

namespace ringup::store {
namespace {

class AuditChain : public testing::Test {
 protected:
  AuditChain() : store_(std::move(Store::open(folder_.path(), {.make_if_missing = true})).value()) {}

  Result<void> write(const std::function<Result<void>(Database&)>& job) {
    return store_->writer().write(job);
  }
  void add(Audit audit, std::int64_t at = 1'000) {
    const auto added = write([&](Database& db) { return add_audit(db, audit, at); });
    EXPECT_TRUE(added.ok()) << describe(added.failure());
  }
  Audit change(std::string_view name) const {
    Audit audit;
    audit.tenant = tenant_;
    audit.action = "user_changed";
    audit.actor = olga_;
    audit.object_kind = "user";
    audit.object = ben_;
    audit.actor_name = name;
    audit.address = "192.0.2.7";
    audit.device = "Firefox";
    audit.details = R"({"role":"cashier"})";
    return audit;
  }
  AuditReport verify() {
    auto report = store_->read([&](Database& db) { return verify_audit(db, tenant_); });
    EXPECT_TRUE(report.ok());
    return *report;
  }
  std::vector<AuditEntry> list(const AuditFilter& filter, std::int64_t limit = 100) {
    auto found = store_->read([&](Database& db) { return list_audit(db, tenant_, filter, limit); });
    EXPECT_TRUE(found.ok());
    return *found;
  }
  /// As somebody would who has the file and no respect for triggers.
  void tamper(const std::string& sql) {
    const auto done = write([&](Database& db) -> Result<void> {
      for (const char* name :
           {"audit_entry_stays", "audit_entry_is_kept", "audit_person_stays", "audit_entry_follows"})
        TRY(db.script(std::string("DROP TRIGGER IF EXISTS ") + name));
      return db.script(sql);
    });
    EXPECT_TRUE(done.ok()) << describe(done.failure());
  }

  test::Folder folder_;
  std::unique_ptr<Store> store_;
  const Id tenant_ = new_id(), olga_ = new_id(), ben_ = new_id();
};

TEST_F(AuditChain, TakesNothingBack) {
  for (int i = 0; i < 3; ++i) add(change("Olga"));
  for (const char* sql : {"UPDATE audit_entry SET action = 'nothing'", "DELETE FROM audit_entry",
                          "UPDATE audit_person SET details = '{}'",
                          "INSERT OR REPLACE INTO audit_entry SELECT tenant, sequence, at + 1, action, "
                          "actor, object_kind, object, person, hash"
                          " FROM audit_entry",
                          "INSERT OR REPLACE INTO audit_person SELECT tenant, sequence, salt, 'x', address, "
                          "device, details FROM audit_person",
                          "INSERT INTO audit_entry SELECT tenant, sequence + 7, at, action, actor, "
                          "object_kind, object, person, hash"
                          " FROM audit_entry"}) {
    EXPECT_FALSE(write([&](Database& db) { return db.script(sql); }).ok()) << sql;
    EXPECT_FALSE(verify().broken_at.has_value());
  }
  EXPECT_EQ(verify().entries, 3);
}

TEST_F(AuditChain, NamesTheEntryThatWasChanged) {
  struct Harm {
    const char* sql;
    std::int64_t broken_at;
  };
  for (const Harm& harm : {Harm{"UPDATE audit_entry SET action = 'user_made' WHERE sequence = 2", 2},
                           Harm{"UPDATE audit_entry SET at = at + 1 WHERE sequence = 3", 3},
                           Harm{"UPDATE audit_entry SET actor = NULL WHERE sequence = 1", 1},
                           Harm{"UPDATE audit_entry SET object = actor WHERE sequence = 4", 4},
                           Harm{"UPDATE audit_entry SET hash = zeroblob(32) WHERE sequence = 4", 4},
                           Harm{"UPDATE audit_person SET actor_name = 'Ben' WHERE sequence = 2", 2},
                           Harm{"UPDATE audit_person SET details = '{}' WHERE sequence = 3", 3},
                           Harm{"DELETE FROM audit_entry WHERE sequence = 2", 2},
                           Harm{"DELETE FROM audit_entry WHERE sequence = 1", 1}}) {
    const test::Folder folder;
    store_ = std::move(Store::open(folder.path(), {.make_if_missing = true})).value();
    for (int i = 0; i < 4; ++i) add(change("Olga"));
    EXPECT_FALSE(verify().broken_at.has_value());
    tamper(harm.sql);
    EXPECT_EQ(verify().broken_at, harm.broken_at) << harm.sql;
    EXPECT_FALSE(verify().words.empty());
    store_.reset();
  }
}

TEST_F(AuditChain, SeesThatFieldsChangedPlaces) {
  Audit audit = change("ab");
  audit.address = "c";
  add(audit);
  tamper("UPDATE audit_person SET actor_name = 'a', address = 'bc'");
  EXPECT_EQ(verify().broken_at, 1);
}

TEST_F(AuditChain, ErasesAPersonAndHoldsTogether) {
  add(change("Olga"));
  Audit other = change("Ida");
  other.actor = new_id();
  other.object.reset();
  add(other);
  add(change("Olga"));
  Audit by;
  by.tenant = tenant_;
  std::int64_t erased = 0;
  ASSERT_TRUE(write([&](Database& db) -> Result<void> {
                erased = TRY(erase_audit_person(db, olga_, by, 2'000));
                return {};
              }).ok());
  EXPECT_EQ(erased, 2);
  const AuditReport report = verify();
  EXPECT_FALSE(report.broken_at.has_value()) << report.words;
  EXPECT_EQ(report.entries, 4);
  EXPECT_EQ(report.erased, 2);
  EXPECT_TRUE(list({.q = "olga"}).empty());
  const std::vector<AuditEntry> all = list({});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].action, "audit_person_erased");
  EXPECT_TRUE(all[1].erased);
  EXPECT_EQ(all[1].actor_name, "");
  EXPECT_EQ(all[2].actor_name, "Ida");
  tamper("UPDATE audit_entry SET action = 'x' WHERE sequence = 3");
  EXPECT_EQ(verify().broken_at, 3) << "an erased entry is still guarded";
}

TEST_F(AuditChain, IsSearched) {
  add(change("Olga"), 1'000);
  Audit login = change("Ben Berg");
  login.action = "login_refused";
  login.actor = ben_;
  login.object.reset();
  login.address = "2001:db8::1";
  add(login, 2'000);
  Audit foreign = change("Eve");
  foreign.tenant = new_id();
  add(foreign, 3'000);
  EXPECT_EQ(list({}).size(), 2u) << "another business's entries are not there";
  EXPECT_EQ(list({})[0].action, "login_refused") << "newest first";
  EXPECT_EQ(list({.q = "BERG"}).size(), 1u);
  EXPECT_EQ(list({.q = "2001:db8"}).size(), 1u);
  EXPECT_EQ(list({.q = "cashier"}).size(), 2u);
  EXPECT_EQ(list({.q = "%"}).size(), 0u) << "no pattern, a text";
  EXPECT_EQ(list({.q = to_string(ben_)}).size(), 2u) << "as actor, and as object";
  EXPECT_EQ(list({.action = "user_changed"}).size(), 1u);
  EXPECT_EQ(list({.actor = ben_}).size(), 1u);
  EXPECT_EQ(list({.from_us = 2'000}).size(), 1u);
  EXPECT_EQ(list({.to_us = 2'000}).size(), 1u);
  EXPECT_EQ(list({.before = 2}).size(), 1u);
  EXPECT_EQ(list({}, 1).size(), 1u);
}

}  // namespace
}  // namespace ringup::store
