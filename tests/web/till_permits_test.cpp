// Cashiers change places by PIN, with the permits that lie on the device.
#include "web/till/permits.h"

#include "tests/web/permit_maker.h"
#include "tests/web/till_fixture.h"

namespace ringup::till {
namespace {

using test::answer_of;
using test::make_permit;

const Id mira_id = *parse_id("0190b2f4-0000-7000-8000-0000000000c2");
constexpr std::int64_t minute_ms = 60'000, day_ms = 24 * 60 * minute_ms;

class TillPermits : public TillModel {
 protected:
  void SetUp() override {
    bridge.verify = test::verify_es256;
    bridge.derive = test::derive_pbkdf2;
    give();
    TillModel::SetUp();
    model->on_notice = [this](const std::string& words) { notice = words; };
  }
  Permit kim() const { return make_permit(till_id, user_id, "Kim", "Lee", "4071", bridge.clock); }
  Permit mira() const { return make_permit(till_id, mira_id, "Mira", "Sol", "902817", bridge.clock); }
  void give() { server.permits = answer_of(key, {mira(), kim()}); }
  Result<void> switch_to(const Id& user, const std::string& pin) {
    std::optional<Result<void>> result;
    model->switch_to(user, pin, [&](Result<void> done) { result = std::move(done); });
    settle();
    return result.value_or(fail(Error::internal, {}, "No answer came."));
  }
  std::string words(const Id& user, const std::string& pin) {
    const Result<void> done = switch_to(user, pin);
    return done.ok() ? std::string() : words_of(done.failure());
  }
  void go_offline() { server.reachable = false; }
  void reload() {
    TillModel::reload();
    settle();
    model->on_notice = [this](const std::string& words) { notice = words; };
  }

  test::TestKey key;
  std::string notice;
};

TEST_F(TillPermits, ChangePlacesWithoutANetworkAndTheCartStays) {
  put_in(milk_id);
  go_offline();
  ASSERT_EQ(model->permits().people().size(), 2u);
  EXPECT_EQ(model->permits().people()[0].name, "Kim Lee");
  ASSERT_TRUE(switch_to(mira_id, "902817").ok());
  EXPECT_EQ(model->cashier()->name(), "Mira Sol");
  EXPECT_TRUE(model->cashier()->by_pin);
  EXPECT_TRUE(model->cashier()->may(Right::sell));
  EXPECT_FALSE(model->cashier()->may(Right::catalogue_write));
  EXPECT_EQ(model->cart().lines().size(), 1u);
  ASSERT_TRUE(pay(200).ok());
  EXPECT_EQ(model->memory().kept().back().user, mira_id);
  // And after a start from what lies on the device.
  reload();
  EXPECT_EQ(model->cashier()->user, mira_id);
  EXPECT_TRUE(switch_to(user_id, "4071").ok());
  EXPECT_EQ(model->cashier()->user, user_id);
}

TEST_F(TillPermits, AWrongPinChangesNothing) {
  EXPECT_EQ(words(mira_id, "902818"), "That is not the PIN of Mira Sol. 4 tries are left.");
  EXPECT_EQ(words(mira_id, "4071"), "That is not the PIN of Mira Sol. 3 tries are left.");
  EXPECT_EQ(model->cashier()->user, user_id);
  EXPECT_TRUE(switch_to(mira_id, "902817").ok());
  // The right one forgives.
  EXPECT_EQ(words(user_id, "0000"), "That is not the PIN of Kim Lee. 4 tries are left.");
}

TEST_F(TillPermits, FiveWrongPinsMakeThatPersonWaitLongerAndLonger) {
  go_offline();
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(switch_to(mira_id, "1111").ok());
  EXPECT_EQ(words(mira_id, "1111"),
            "Too many wrong PINs for Mira Sol. Try again in 60 seconds, or sign in with the password.");
  // Not even the right one, and no reload helps.
  EXPECT_EQ(words(mira_id, "902817").substr(0, 18), "Too many wrong PIN");
  reload();
  EXPECT_EQ(words(mira_id, "902817").substr(0, 18), "Too many wrong PIN");
  // Nobody else waits.
  EXPECT_TRUE(switch_to(user_id, "4071").ok());
  bridge.clock += minute_ms;
  EXPECT_EQ(words(mira_id, "1111"),
            "Too many wrong PINs for Mira Sol. Try again in 2 minutes, or sign in with the password.");
  bridge.clock += 2 * minute_ms;
  EXPECT_TRUE(switch_to(mira_id, "902817").ok());
  EXPECT_EQ(words(mira_id, "1111"), "That is not the PIN of Mira Sol. 4 tries are left.");
}

TEST_F(TillPermits, AWaitIsNeverLongerThanAnHourEvenWithAClockThatWasSetBack) {
  go_offline();
  for (int i = 0; i < 20; ++i) {
    (void)switch_to(mira_id, "1111");
    bridge.clock += 61 * minute_ms;
  }
  EXPECT_EQ(model->permits().wait_ms(mira_id), 0);
  bridge.clock -= 300 * minute_ms;
  EXPECT_LE(model->permits().wait_ms(mira_id), pin_wait_ms_max);
}

TEST_F(TillPermits, ATryThatIsCutOffCountsToo) {
  for (int i = 0; i < 5; ++i) {
    model->switch_to(mira_id, "1111", [](const Result<void>&) {});
    bridge.ledger.run();
    reload();  // before the PIN was compared
  }
  EXPECT_EQ(words(mira_id, "902817").substr(0, 18), "Too many wrong PIN");
}

TEST_F(TillPermits, ThePasswordForgives) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(switch_to(user_id, "1111").ok());
  model->sign_in("kim@example.com", "right password",
                 [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
  settle();
  EXPECT_TRUE(switch_to(user_id, "4071").ok());
}

TEST_F(TillPermits, APermitEndsAfterDaysAndSaysSo) {
  go_offline();
  bridge.clock += 3 * day_ms;
  EXPECT_EQ(
      words(mira_id, "902817"),
      "The permit of Mira Sol for this till has expired. Connect to the network to renew it, or sign in "
      "with the password.");
  EXPECT_EQ(model->permits().wait_ms(mira_id), 0);  // that was no try
  server.reachable = true;
  give();
  model->wake();
  settle();
  EXPECT_TRUE(switch_to(mira_id, "902817").ok());
}

TEST_F(TillPermits, ADeviceWhoseClockWasSetBackGetsNoLongerPermit) {
  go_offline();
  bridge.clock -= 2 * day_ms;
  EXPECT_EQ(words(mira_id, "902817"),
            "The clock of this device is wrong, so the permit cannot be used. Set it to automatic time.");
}

TEST_F(TillPermits, WhoCameByPinGoesWhenThePermitEndsButNotInTheMiddleOfASale) {
  ASSERT_TRUE(switch_to(mira_id, "902817").ok());
  go_offline();
  put_in(milk_id);
  bridge.clock += 3 * day_ms;
  model->at_rest();
  EXPECT_TRUE(model->cashier().has_value());
  ASSERT_TRUE(pay(200).ok());
  model->at_rest();
  EXPECT_FALSE(model->cashier().has_value());
  EXPECT_EQ(notice, "The permit of Mira Sol for this till has expired. Sign in again.");
}

TEST_F(TillPermits, WhatTheServerDoesNotGiveAnyMoreIsGoneAtOnce) {
  ASSERT_TRUE(switch_to(mira_id, "902817").ok());
  put_in(milk_id);
  server.permits = answer_of(key, {kim()});
  tell("business");
  settle();
  EXPECT_FALSE(model->cashier().has_value());
  EXPECT_EQ(notice, "Mira Sol may not sell at this till any more.");
  EXPECT_EQ(model->cart().lines().size(), 1u);
  EXPECT_EQ(words(mira_id, "902817"), "This person may not sell here any more.");
  // Nor is it on the device.
  reload();
  go_offline();
  EXPECT_EQ(model->permits().people().size(), 1u);
  EXPECT_TRUE(switch_to(user_id, "4071").ok());
}

TEST_F(TillPermits, WhoSignedInWithAPasswordStaysWithoutAPinAndGoesWhenDisabled) {
  server.permits = answer_of(key, {mira()}, {user_id});
  tell("business");
  settle();
  ASSERT_TRUE(model->cashier().has_value());
  server.permits = answer_of(key, {mira()});
  tell("business");
  settle();
  EXPECT_FALSE(model->cashier().has_value());
}

TEST_F(TillPermits, ARevokedTillHasNone) {
  server.permits_status = 403;
  server.permits = R"({"code":"forbidden"})";
  tell("business");
  settle();
  EXPECT_TRUE(model->permits().people().empty());
  EXPECT_EQ(bridge.ledger.kept.count("draft/permits"), 0u);
}

TEST_F(TillPermits, AreBelievedOnlyWithTheServersSignatureAndForThisTill) {
  const test::TestKey other;
  const Permit elsewhere = make_permit(mira_id, mira_id, "Mira", "Sol", "902817", bridge.clock);
  Permit auditor = make_permit(till_id, mira_id, "Mira", "Sol", "902817", bridge.clock, Role::auditor);
  json::Array items{json::Value(other.sign(json::dump(to_json(mira())))),
                    json::Value(key.sign(json::dump(to_json(elsewhere)))),
                    json::Value(key.sign(json::dump(to_json(auditor)))),
                    json::Value(key.sign("{}")),
                    json::Value("a.b.c"),
                    json::Value(7),
                    json::Value(key.sign(json::dump(to_json(kim()))))};
  server.permits = json::dump(json::Object{{"key", key.public_key()}, {"items", std::move(items)}});
  tell("business");
  settle();
  ASSERT_EQ(model->permits().people().size(), 1u);
  EXPECT_EQ(model->permits().people()[0].permit.user, user_id);
}

TEST_F(TillPermits, WhatSomebodyChangedOnTheDeviceIsNotBelieved) {
  go_offline();
  std::string& kept = bridge.ledger.kept["draft/permits"];
  const std::size_t at = kept.find('.', kept.find("items"));
  kept[at + 20] = kept[at + 20] == 'A' ? 'B' : 'A';  // within the payload of the first
  reload();
  EXPECT_EQ(model->permits().people().size(), 1u);
  kept = "no JSON";
  reload();
  EXPECT_TRUE(model->permits().people().empty());
}

TEST_F(TillPermits, ThePasswordSessionOfTheOneBeforeEnds) {
  server.asked.clear();
  ASSERT_TRUE(switch_to(user_id, "4071").ok());  // the same person: keeps it
  EXPECT_EQ(server.asked["/api/accounts/logout/"], 0);
  EXPECT_FALSE(model->cashier()->by_pin);
  ASSERT_TRUE(switch_to(mira_id, "902817").ok());
  EXPECT_EQ(server.asked["/api/accounts/logout/"], 1);
}

TEST_F(TillPermits, ThePasswordSessionEndsLateWhereThereIsNoNetwork) {
  go_offline();
  ASSERT_TRUE(switch_to(mira_id, "902817").ok());
  reload();
  server.reachable = true;
  server.asked.clear();
  model->wake();
  settle();
  EXPECT_EQ(server.asked["/api/accounts/logout/"], 1);
  model->wake();
  settle();
  EXPECT_EQ(server.asked["/api/accounts/logout/"], 1);
}

TEST_F(TillPermits, AreAskedForAgainEveryFewMinutes) {
  server.asked.clear();
  put_in(milk_id);
  ASSERT_TRUE(pay(200).ok());
  settle();
  EXPECT_EQ(server.asked["/api/till/permits/"], 0);
  bridge.pass(5 * 60'000 + 1000);
  put_in(milk_id);
  ASSERT_TRUE(pay(200).ok());
  settle();
  EXPECT_EQ(server.asked["/api/till/permits/"], 1);
}

TEST_F(TillPermits, APageWithoutCryptoOffersNone) {
  bridge.verify = nullptr;
  reload();
  EXPECT_FALSE(model->permits().possible());
  EXPECT_TRUE(model->permits().people().empty());
}

}  // namespace
}  // namespace ringup::till
