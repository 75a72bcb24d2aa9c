/// Registering, confirming an address and forgotten passwords: by the links in the mails, as people do.
#include "server/identity/by_mail.h"

#include <thread>

#include "server/identity/common_passwords.h"
#include "tests/server/identity/house.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::House;

constexpr char customer[] = "carla@mail.example", password[] = "nine tall yellow trees";

Object registration(std::string_view email = customer) {
  return {{"tenant", "shop"},
          {"email", email},
          {"password", password},
          {"first_name", "Carla"},
          {"last_name", "Kunde"}};
}

Answer sign_up(const House& house, const Object& body = registration()) {
  return house.post("/api/accounts/register/", body);
}

/// The token in the link of the last mail of that template.
std::string mailed_token(const House& house, const std::string& template_name) {
  const json::Value values = house.last_mail(template_name);
  const json::Value* link = values.find("link");
  if (link == nullptr) return {};
  return link->as_string()->substr(link->as_string()->find("token=") + 6);
}

Answer verify(const House& house, const std::string& token) {
  return house.post("/api/accounts/verify-email/", Object{{"token", token}});
}

Answer forgot(const House& house, std::string_view email) {
  return house.post("/api/accounts/forgot-password/", Object{{"email", email}});
}

Answer reset(const House& house, const std::string& token, std::string_view new_password) {
  return house.post("/api/accounts/reset-password/",
                    Object{{"token", token}, {"new_password", new_password}});
}

TEST(Register, MakesACustomerWhoConfirmsTheirAddressByTheLink) {
  const House house;
  ASSERT_EQ(sign_up(house).status, 202);
  const Answer in = house.login(customer, password);
  ASSERT_EQ(in.status, 200) << "what needs a confirmed address asks for it itself";
  EXPECT_EQ(in.text("user.role"), "customer");
  EXPECT_EQ(*in.json().find("user")->find("email_verified")->as_bool(), false);
  EXPECT_EQ(json::dump(*in.json().find("user")->find("rights")), "[]");
  const json::Value mail = house.last_mail("verify_email");
  EXPECT_EQ(*mail.find("first_name")->as_string(), "Carla");
  EXPECT_TRUE(mail.find("link")->as_string()->starts_with("http://127.0.0.1:8080/verify-email?token="));
  const std::string token = mailed_token(house, "verify_email");
  EXPECT_EQ(verify(house, token).text("status"), "verified");
  EXPECT_EQ(verify(house, token).text("code"), "invalid_token") << "once";
  EXPECT_EQ(*house.login(customer, password).json().find("user")->find("email_verified")->as_bool(), true);
  EXPECT_EQ(house.audited("user_registered"), 1);
  EXPECT_EQ(house.audited("email_verified"), 1);
}

TEST(Register, ItsLinkIsGoodForADay) {
  House house;
  sign_up(house);
  const std::string token = mailed_token(house, "verify_email");
  house.pass(24 * 3600);
  EXPECT_EQ(verify(house, token).status, 401);
  EXPECT_EQ(house.post("/api/accounts/resend-verification/", Object{{"email", customer}}).status, 202);
  EXPECT_EQ(verify(house, mailed_token(house, "verify_email")).status, 200);
}

TEST(Register, AnswersTheSameForAKnownAddressAndChangesNothing) {
  const House house;
  const Answer first = sign_up(house);
  const std::string token = mailed_token(house, "verify_email");
  Object again = registration();
  again[2].value = "ten other long words";
  const Answer second = sign_up(house, again);
  EXPECT_EQ(second.status, 202);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(house.mailed("verify_email"), 2) << "it is not confirmed yet";
  EXPECT_EQ(house.login(customer, "ten other long words").status, 401);
  EXPECT_EQ(verify(house, token).status, 200) << "the first link still works";
  EXPECT_EQ(sign_up(house, again).body, first.body);
  EXPECT_EQ(house.mailed("register_again"), 1);
  EXPECT_EQ(house.mailed("verify_email"), 2);
  EXPECT_EQ(sign_up(house, registration(test::owner_email)).body, first.body);
  EXPECT_EQ(house.login().text("user.role"), "owner");
  EXPECT_EQ(house.count("SELECT count(*) FROM user"), 2);
}

TEST(Register, RefusesWhatIsNoRegistration) {
  const House house;
  const auto code = [&](std::string_view member, const json::Value& value) {
    Object body = registration();
    const auto it =
        std::find_if(body.begin(), body.end(), [&](const json::Member& each) { return each.name == member; });
    if (it == body.end())
      body.push_back({std::string(member), value});
    else
      it->value = value;
    const Answer answer = sign_up(house, body);
    return answer.text("code");
  };
  EXPECT_EQ(code("email", "carla"), "invalid_value");
  EXPECT_EQ(code("email", "carla@mail.example\r\nBcc: a@b.example"), "invalid_value");
  EXPECT_EQ(code("first_name", "Carla\nBcc"), "invalid_value");
  EXPECT_EQ(code("phone_number", "12345"), "invalid_value");
  EXPECT_EQ(code("tenant", "nobody"), "invalid_value");
  EXPECT_EQ(code("role", "owner"), "unknown_member");
  EXPECT_EQ(code("is_active", true), "unknown_member");
  EXPECT_EQ(code("email_verified_at", 1), "unknown_member");
  EXPECT_EQ(code("password", "nine tall tree"), "invalid_value") << "fourteen characters";
  EXPECT_EQ(code("password", "Password1234567!"), "invalid_value");
  EXPECT_EQ(code("password", "carla@mail.example"), "invalid_value");
  EXPECT_EQ(house.count("SELECT count(*) FROM user"), 1);
  EXPECT_EQ(house.count("SELECT count(*) FROM message"), 0);
}

TEST(Register, TwentyAtOnceMakeOneAccount) {
  const House house;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) threads.emplace_back([&] { EXPECT_EQ(sign_up(house).status, 202); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(house.count("SELECT count(*) FROM user"), 2);
  EXPECT_EQ(house.mailed("verify_email"), identity::mails_per_hour_max);
}

TEST(Resend, TellsNothingAndSendsOnlyWhereItIsWanted) {
  const House house;
  const auto resend = [&](std::string_view email) {
    return house.post("/api/accounts/resend-verification/", Object{{"email", email}});
  };
  sign_up(house);
  const Answer waiting = resend(customer), verified = resend(test::owner_email),
               unknown = resend("nobody@mail.example");
  EXPECT_EQ(waiting.status, 202);
  EXPECT_EQ(waiting.body, verified.body);
  EXPECT_EQ(waiting.body, unknown.body);
  EXPECT_EQ(house.mailed("verify_email"), 2);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(resend(customer).body, waiting.body);
  EXPECT_EQ(house.mailed("verify_email"), identity::mails_per_hour_max) << "nobody's mailbox is filled";
  EXPECT_EQ(house.count("SELECT count(*) FROM message"), identity::mails_per_hour_max);
}

TEST(Forgot, SetsAnotherPasswordByTheLinkOnce) {
  House house;
  const Answer session = house.login();
  const std::string device = session.text("device_token");
  const Answer known = forgot(house, test::owner_email), unknown = forgot(house, "nobody@mail.example");
  EXPECT_EQ(known.status, 202);
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_EQ(house.count("SELECT count(*) FROM message"), 1);
  EXPECT_EQ(house.audited("password_reset_asked"), 1);
  const std::string token = mailed_token(house, "password_reset");
  EXPECT_EQ(reset(house, token, "short").text("code"), "invalid_value");
  EXPECT_EQ(reset(house, token + "x", password).text("code"), "invalid_token");
  EXPECT_EQ(verify(house, token).status, 401) << "of another purpose";
  house.factors.asked = {"totp"};
  const Answer done = reset(house, token, password);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.json().find("access"), nullptr);
  EXPECT_EQ(reset(house, token, password).text("code"), "invalid_token");
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(session)).status, 401) << "sessions have ended";
  EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", session.text("refresh")}}).status, 401);
  EXPECT_EQ(house.login(test::owner_email, password, device).text("status"), "TWO_FACTOR_REQUIRED");
  EXPECT_EQ(house.audited("password_reset"), 1);
  EXPECT_EQ(house.mailed("password_changed"), 1);
}

TEST(Forgot, EndsTrustAndOpensALock) {
  House house;
  house.change("UPDATE known_device SET trusted_until = 0");
  for (int i = 0; i < identity::login_attempts_max; ++i) (void)house.login(test::owner_email, "wrong");
  EXPECT_EQ(house.login().status, 429);
  (void)forgot(house, test::owner_email);
  EXPECT_EQ(reset(house, mailed_token(house, "password_reset"), password).status, 200);
  EXPECT_EQ(house.login(test::owner_email, password).status, 200);
}

TEST(Forgot, ItsLinkEndsAfterAnHourAndWithEveryOtherChange) {
  House house;
  (void)forgot(house, test::owner_email);
  const std::string late = mailed_token(house, "password_reset");
  house.pass(3600);
  EXPECT_EQ(reset(house, late, password).status, 401);
  (void)forgot(house, test::owner_email);
  const std::string token = mailed_token(house, "password_reset");
  const Answer in = house.login();
  EXPECT_EQ(house.post("/api/accounts/change-password/", Object{{"new_password", password}}, test::bearer(in))
                .status,
            200);
  EXPECT_EQ(reset(house, token, "ten other long words").status, 401);
  house.pass(1);
  (void)forgot(house, test::owner_email);
  house.change("UPDATE user SET is_active = 0");
  EXPECT_EQ(reset(house, mailed_token(house, "password_reset"), "ten other long words").status, 401);
}

TEST(Forgot, ALinkIsNoAccessToken) {
  House house;
  (void)forgot(house, test::owner_email);
  const std::string token = mailed_token(house, "password_reset");
  EXPECT_EQ(house.get("/api/accounts/me/", {{"Authorization", "Bearer " + token}}).text("code"),
            "invalid_token");
  EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", token}}).status, 401);
  EXPECT_EQ(
      house.post("/api/accounts/change-password/", Object{{"challenge", token}, {"new_password", password}})
          .status,
      401);
  EXPECT_EQ(reset(house, token, password).status, 200) << "and none of that used it up";
}

TEST(Invite, LetsSomebodySetTheirFirstPassword) {
  House house;
  house.open_people();
  const Answer added =
      house.post("/api/admin/users/", Object{{"email", "new@shop.example"}, {"role", "cashier"}},
                 test::bearer(house.login()));
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(house.login("new@shop.example", "").status, 401) << "there is no password yet";
  house.pass(6 * 24 * 3600);
  EXPECT_EQ(reset(house, mailed_token(house, "invitation"), password).status, 200);
  const Answer in = house.login("new@shop.example", password);
  EXPECT_EQ(in.text("user.role"), "cashier");
  EXPECT_EQ(*in.json().find("user")->find("email_verified")->as_bool(), true);
}

TEST(CommonPasswords, AreKnownInEveryDisguiseThatPeopleUse) {
  using identity::is_common_password;
  for (const char* common : {"password", "PassWord", "123456", "qwertyuiop", "Password2024!!!",
                             "1password1234567", "dragondragondragon", "zzzzzz1"})
    EXPECT_TRUE(is_common_password(common)) << common;
  for (const char* fine :
       {"", "seven small green boats", "abcd-efgh-jkmn-pqrs", "dragon-9917364950127", "kxqv"})
    EXPECT_FALSE(is_common_password(fine)) << fine;
}

}  // namespace
}  // namespace ringup
