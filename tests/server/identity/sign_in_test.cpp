/// The gates of a sign-in, one after the other, and devices that are known.
#include "tests/server/identity/house.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::House;

constexpr char another_password[] = "eight small green boats";

/// What the room of second factors does once a code was right.
Result<identity::SignIn> show_second_factor(const House& house, const std::string& challenge,
                                            bool trust = false) {
  return house.store().writer().write_for<identity::SignIn>(
      [&](store::Database& db) -> Result<identity::SignIn> {
        const auto found =
            TRY(store::find_challenge(db, sha256(challenge), store::ChallengePurpose::second_factor,
                                      house.accounts().world().now_us()));
        if (!found.has_value()) return Error::invalid_token;
        return house.accounts().pass_second_factor(db, *found, trust);
      });
}

TEST(SecondGate, AsksForASecondFactorAndGivesNothingElse) {
  House house;
  house.factors.asked = {"totp", "recovery"};
  const Answer asked = house.login();
  ASSERT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(asked.text("status"), "TWO_FACTOR_REQUIRED");
  EXPECT_EQ(json::dump(*asked.json().find("methods")), R"(["totp","recovery"])");
  EXPECT_EQ(asked.json().find("access"), nullptr);
  EXPECT_EQ(asked.header("set-cookie"), "");
  EXPECT_EQ(house.count("SELECT count(*) FROM session"), 0);
  const std::string challenge = asked.text("challenge");
  EXPECT_EQ(house.get("/api/accounts/me/", {{"Authorization", "Bearer " + challenge}}).text("code"),
            "invalid_token");
  EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", challenge}}).status, 401);
  EXPECT_EQ(house
                .post("/api/accounts/change-password/",
                      Object{{"challenge", challenge}, {"new_password", another_password}})
                .status,
            401)
      << "the challenge of one gate does not open another";
  const auto passed = show_second_factor(house, challenge);
  ASSERT_TRUE(passed.ok());
  ASSERT_TRUE(passed->grant.has_value());
  EXPECT_EQ(house.get("/api/accounts/me/", {{"Authorization", "Bearer " + passed->grant->access}}).status,
            200);
  EXPECT_FALSE(show_second_factor(house, challenge).ok()) << "once";
}

TEST(SecondGate, ItsChallengeEndsAfterTenMinutesAndWithTheAccount) {
  House house;
  house.factors.asked = {"totp"};
  const std::string late = house.login().text("challenge");
  house.pass(600);
  EXPECT_FALSE(show_second_factor(house, late).ok());
  const std::string disabled = house.login().text("challenge");
  house.change("UPDATE user SET is_active = 0");
  EXPECT_FALSE(show_second_factor(house, disabled).ok());
  EXPECT_EQ(house.count("SELECT count(*) FROM session"), 0);
}

TEST(SecondGate, IsOpenOnATrustedDeviceForThirtyDays) {
  House house;
  house.factors.asked = {"totp"};
  const auto passed = show_second_factor(house, house.login().text("challenge"), true);
  ASSERT_TRUE(passed.ok());
  const std::string token = passed->grant->device_token;
  const auto asks = [&](std::string_view device_token) {
    return house.login(test::owner_email, test::owner_password, device_token).text("status");
  };
  EXPECT_EQ(asks(token), "");
  EXPECT_EQ(asks({}), "TWO_FACTOR_REQUIRED");
  EXPECT_EQ(asks(token + "x"), "TWO_FACTOR_REQUIRED");
  house.pass(30 * 24 * 3600);
  EXPECT_EQ(asks(token), "TWO_FACTOR_REQUIRED");
}

TEST(ThirdGate, AnExpiredPasswordOpensOnlyItsOwnChange) {
  House house;
  house.factors.asked = {"totp"};
  house.change("UPDATE user SET password_expired = 1");
  const std::string first = house.login().text("challenge");
  const auto passed = show_second_factor(house, first);
  ASSERT_TRUE(passed.ok());
  EXPECT_FALSE(passed->grant.has_value()) << "behind the second factor, not instead of it";
  EXPECT_TRUE(passed->methods.empty());
  const auto change = [&](std::string_view password) {
    return house.post("/api/accounts/change-password/",
                      Object{{"challenge", passed->challenge}, {"new_password", password}});
  };
  EXPECT_FALSE(show_second_factor(house, passed->challenge).ok());
  EXPECT_EQ(change(test::owner_password).text("code"), "invalid_value") << "the old one again";
  EXPECT_EQ(change("short").text("code"), "invalid_value");
  const Answer changed = change(another_password);
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(changed)).status, 200);
  EXPECT_EQ(change("nine small green boats").status, 401) << "once";
  house.factors.asked = {};
  EXPECT_EQ(house.login(test::owner_email, another_password).text("user.role"), "owner");
  EXPECT_EQ(house.audited("password_changed"), 1);
  EXPECT_EQ(house.mailed("password_changed"), 1);
}

TEST(ThirdGate, PasswordsExpireByTheDaysOfTheBusiness) {
  House house;
  house.change("INSERT INTO tenant_security (tenant, password_days) SELECT id, 90 FROM tenant");
  house.pass(90 * 24 * 3600 - 1);
  EXPECT_EQ(house.login().text("status"), "");
  house.pass(1);
  const Answer expired = house.login();
  EXPECT_EQ(expired.text("status"), "PASSWORD_EXPIRED");
  EXPECT_EQ(house
                .post("/api/accounts/change-password/",
                      Object{{"challenge", expired.text("challenge")}, {"new_password", another_password}})
                .status,
            200);
  EXPECT_EQ(house.login(test::owner_email, another_password).text("status"), "");
}

TEST(Devices, GuessingFromElsewhereDoesNotLockTheOwnerOut) {
  House house;
  const std::string token = house.login().text("device_token");
  ASSERT_FALSE(token.empty());
  EXPECT_EQ(house.mailed("new_device"), 0) << "the first sign-in of all";
  for (int i = 0; i < identity::login_attempts_max; ++i)
    EXPECT_EQ(house.login(test::owner_email, "wrong").status, 401);
  EXPECT_EQ(house.login().text("code"), "account_locked");
  EXPECT_EQ(house.audited("account_locked"), 1);
  EXPECT_EQ(house.mailed("account_locked"), 1);
  EXPECT_TRUE(house.last_mail("account_locked").find("until")->as_string()->ends_with(" (Europe/Berlin)"));
  EXPECT_EQ(house.login(test::owner_email, test::owner_password, token).status, 200);
  EXPECT_EQ(house.login(test::owner_email, test::owner_password, token + "x").status, 429);
  house.pass(15 * 60 + 1);
  EXPECT_EQ(house.login().status, 200);
  EXPECT_EQ(house.mailed("new_device"), 1);
}

TEST(Devices, HaveACountOfTheirOwn) {
  House house;
  const std::string token = house.login().text("device_token");
  for (int i = 0; i < identity::login_attempts_max; ++i)
    EXPECT_EQ(house.login(test::owner_email, "wrong", token).status, 401);
  EXPECT_EQ(house.login(test::owner_email, test::owner_password, token).status, 429);
  EXPECT_EQ(house.audited("device_locked"), 1);
  EXPECT_EQ(house.login().status, 200) << "the account itself is not locked";
}

TEST(Devices, SharedByTwoPeopleAreKnownToBoth) {
  House house;
  house.change(
      "INSERT INTO user (id, tenant, email, password_hash, role, created_at) SELECT "
      "x'00000000000070008000000000000009', tenant, 'second@shop.example', password_hash, "
      "'cashier', 0 FROM user");
  const auto cookie_of = [](const Answer& answer) {
    const std::string set = answer.header("set-cookie");
    return set.substr(0, set.find(';'));
  };
  const std::string one = cookie_of(house.login());
  ASSERT_TRUE(one.starts_with("ringup_device=")) << one;
  const std::string both =
      cookie_of(house.login("second@shop.example", test::owner_password, {}, {{"Cookie", one}}));
  EXPECT_EQ(both.size(), one.size() + 44);
  for (const char* email : {test::owner_email, "second@shop.example"})
    EXPECT_EQ(house.login(email, test::owner_password, {}, {{"Cookie", both}}).header("set-cookie"), "");
  EXPECT_EQ(house.count("SELECT count(*) FROM known_device"), 2);
}

}  // namespace
}  // namespace ringup
