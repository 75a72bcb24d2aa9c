/// Second factors over a real socket: set up, signed in with, guarded against guessing and replay.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/identity/totp.h"
#include "server/identity/factors.h"
#include "server/store/security.h"
#include "tests/server/identity/codes_seen.h"
#include "tests/server/program.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

const std::string root = "/api/accounts/security/";

std::string base32_decode(const std::string& text) {
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::uint32_t value =
        c >= 'A' ? static_cast<std::uint32_t>(c - 'A') : static_cast<std::uint32_t>(c - '2') + 26;
    held = held << 5U | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(held >> bits & 0xFFU));
  }
  return out;
}

/// The owner with an authenticator app: what the tests begin with.
class Owner {
 public:
  explicit Owner(RunningServer& server) : server_(server), headers_(server.owner()) {}

  Answer post(const std::string& path, const json::Value& body) const {
    return server_.post(root + path, body, headers_);
  }
  void set_up_app() {
    const Answer begun = post("totp/enable/", Object{});
    ASSERT_EQ(begun.status, 200) << begun.body;
    secret_ = base32_decode(begun.text("secret"));
    const Answer done = post("totp/verify/", Object{{"code", code(-1)}});
    ASSERT_EQ(done.status, 200) << done.body;
    const json::Value answer = done.json();
    for (const json::Value& one : *answer.find("recovery_codes")->as_array())
      recovery_.push_back(*one.as_string());
  }
  /// Of the step that is so many steps from now.
  std::string code(std::int64_t steps = 0) const {
    return hotp(secret_, static_cast<std::uint64_t>(totp_step_at(now_s()) + steps));
  }
  std::int64_t now_s() const {
    const std::int64_t issued = test::count_of(server_, "SELECT max(created_at) FROM session") / 1'000'000;
    return issued + passed_;
  }
  void pass(std::int64_t seconds) {
    server_.pass(seconds);
    passed_ += seconds;
  }
  std::string challenge() const {
    const Answer answer = server_.login();
    EXPECT_EQ(answer.text("status"), "TWO_FACTOR_REQUIRED") << answer.body;
    return answer.text("challenge");
  }
  Answer finish(const std::string& method, const std::string& challenge, const std::string& shown) const {
    return server_.post(root + method + "/verify_login/", Object{{"challenge", challenge}, {"code", shown}});
  }
  const std::vector<std::string>& recovery() const { return recovery_; }
  const Headers& headers() const { return headers_; }
  void sign_in_again(const Answer& granted) {
    headers_ = RunningServer::bearer(granted.text("access"));
    passed_ = 0;
  }

 private:
  RunningServer& server_;
  Headers headers_;
  std::string secret_;
  std::int64_t passed_ = 0;
  std::vector<std::string> recovery_;
};

std::int64_t sessions(RunningServer& server) {
  return test::count_of(server, "SELECT count(*) FROM session");
}

TEST(Totp, IsSetUpWithAPictureAndAFirstCode) {
  RunningServer server;
  Owner owner(server);
  const Answer begun = owner.post("totp/enable/", Object{});
  ASSERT_EQ(begun.status, 200) << begun.body;
  EXPECT_EQ(begun.text("secret").size(), 32U);
  EXPECT_TRUE(begun.text("otpauth_uri").starts_with("otpauth://totp/")) << begun.body;
  const json::Value answer = begun.json();
  const json::Array& rows = *answer.find("qr")->as_array();
  ASSERT_GE(rows.size(), 21U);
  for (const json::Value& row : rows) EXPECT_EQ(row.as_array()->size(), rows.size());
  EXPECT_EQ(rows.front().as_array()->front(), json::Value(1)) << "a corner is dark";
  EXPECT_FALSE(server.login().text("access").empty()) << "not before its first code";
  EXPECT_EQ(owner.post("totp/verify/", Object{{"code", "000000"}}).status, 401);
  owner.set_up_app();
  EXPECT_EQ(owner.recovery().size(), 10U);
  const Answer login = server.login();
  EXPECT_EQ(login.body.find("access"), std::string::npos);
  EXPECT_NE(login.body.find(R"("methods":["totp","recovery"])"), std::string::npos) << login.body;
  EXPECT_EQ(owner.post("totp/enable/", Object{}).status, 409);
  EXPECT_EQ(test::messages_to(server, test::owner_email, "second_factor_changed"), 1);
  EXPECT_EQ(test::audited(server, "factor_enabled"), 1);
  const Answer mine = server.get(root, owner.headers());
  EXPECT_NE(mine.body.find(R"("recovery_codes_left":10)"), std::string::npos) << mine.body;
  EXPECT_NE(mine.body.find(R"("kind":"totp")"), std::string::npos) << mine.body;
}

TEST(Totp, SignsInOnceAStep) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  const std::int64_t before = sessions(server);
  const std::string code = owner.code();
  const std::string first = owner.challenge();
  EXPECT_EQ(owner.finish("totp", first, owner.code(-1)).status, 401) << "its step was used to set it up";
  const Answer in = owner.finish("totp", first, code);
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.text("user.email"), test::owner_email);
  EXPECT_EQ(server.get("/api/accounts/me/", RunningServer::bearer(in.text("access"))).status, 200);
  EXPECT_EQ(owner.finish("totp", first, owner.code(1)).status, 401) << "that sign-in is done";
  EXPECT_EQ(owner.finish("totp", owner.challenge(), code).status, 401) << "a replay";
  EXPECT_EQ(sessions(server), before + 1);
  EXPECT_EQ(test::audited(server, "factor_refused"), 2);
}

TEST(Totp, AgreesWithAnotherProgram) {
  RunningServer server;
  Owner owner(server);
  const Answer begun = owner.post("totp/enable/", Object{});
  const std::int64_t now = owner.now_s();
  std::string printed;
  ASSERT_EQ(test::run_program(
                {"oathtool", "--totp", "--base32", "--now", "@" + std::to_string(now), begun.text("secret")},
                &printed),
            0);
  const Answer done = owner.post("totp/verify/", Object{{"code", printed.substr(0, 6)}});
  EXPECT_EQ(done.status, 200) << printed << done.body;
}

TEST(Totp, MakesOneSessionHoweverManyShowItAtOnce) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  const std::int64_t before = sessions(server);
  std::vector<std::string> challenges;
  for (int i = 0; i < 4; ++i) challenges.push_back(owner.challenge());
  const std::string code = owner.code();
  std::atomic<int> in{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 20; ++t) {
    threads.emplace_back(
        [&, t] { in += owner.finish("totp", challenges[t % 4], code).status == 200 ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(in.load(), 1);
  EXPECT_EQ(sessions(server), before + 1);
}

TEST(Totp, IsNotGuessedByManyAtOnce) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  const std::int64_t before = sessions(server);
  const std::string challenge = owner.challenge(), wrong = test::other_than(owner.code());
  std::atomic<int> refused{0}, limited{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        const int status = owner.finish("totp", challenge, wrong).status;
        (status == 429 ? limited : refused) += 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused.load(), identity::factor_tries_max);
  EXPECT_EQ(limited.load(), 45);
  EXPECT_EQ(owner.finish("totp", challenge, owner.code()).status, 429) << "the right one came too late";
  EXPECT_EQ(sessions(server), before);
  EXPECT_EQ(test::audited(server, "factor_refused"), identity::factor_tries_max);
}

TEST(SecondFactor, OfAnotherKindOrSignInOpensNothing) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  const std::int64_t before = sessions(server);
  const std::string challenge = owner.challenge();
  for (const char* method : {"sms-2fa", "email-2fa", "recovery"})
    EXPECT_EQ(owner.finish(method, challenge, owner.code()).status, 401) << method;
  EXPECT_EQ(server.post(root + "email-2fa/send_code/", Object{{"challenge", challenge}}).status, 409)
      << "not enabled, so it is no way around the app";
  for (const char* other : {"", "x"}) EXPECT_EQ(owner.finish("totp", other, owner.code()).status, 401);
  // A challenge is no token of any kind, and tokens are no challenges.
  EXPECT_EQ(server.get("/api/accounts/me/", RunningServer::bearer(challenge)).status, 401);
  EXPECT_EQ(server.post("/api/accounts/refresh/", Object{{"refresh", challenge}}).status, 401);
  EXPECT_EQ(server
                .post("/api/accounts/change-password/",
                      Object{{"challenge", challenge}, {"new_password", "nine tall yellow houses"}})
                .status,
            401);
  server.pass(10 * 60);
  EXPECT_EQ(owner.finish("totp", challenge, owner.code()).status, 401) << "it has run out";
  EXPECT_EQ(sessions(server), before);
}

TEST(RecoveryCode, OpensOnce) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  EXPECT_EQ(owner.finish("recovery", owner.challenge(), owner.recovery()[3]).status, 200);
  EXPECT_EQ(owner.finish("recovery", owner.challenge(), owner.recovery()[3]).status, 401);
  EXPECT_NE(server.get(root, owner.headers()).body.find(R"("recovery_codes_left":9)"), std::string::npos);
  const Answer renewed = owner.post("recovery/regenerate/", Object{});
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  EXPECT_EQ(owner.finish("recovery", owner.challenge(), owner.recovery()[4]).status, 401) << "an old one";
  const json::Value answer = renewed.json();
  const std::string fresh = *answer.find("recovery_codes")->as_array()->front().as_string();
  EXPECT_EQ(owner.finish("recovery", owner.challenge(), fresh).status, 200);
}

TEST(SentCode, IsASecondFactorByMailAndTextMessage) {
  RunningServer server;
  Owner owner(server);
  EXPECT_EQ(owner.post("sms-2fa/enable/", Object{{"phone_number", "0151"}}).status, 400);
  const Answer begun = owner.post("sms-2fa/enable/", Object{{"phone_number", "+4915155555555"}});
  ASSERT_EQ(begun.status, 200) << begun.body;
  EXPECT_EQ(begun.text("contact_info"), "+49***55");
  const Answer enabled =
      owner.post("sms-2fa/verify/", Object{{"code", test::code_sent_to(server, "+4915155555555")}});
  ASSERT_EQ(enabled.status, 200) << enabled.body;
  ASSERT_EQ(owner.post("email-2fa/enable/", Object{}).status, 200);
  const Answer second =
      owner.post("email-2fa/verify/", Object{{"code", test::code_sent_to(server, test::owner_email)}});
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_NE(second.body.find(R"("recovery_codes":[])"), std::string::npos) << "shown once, with the first";

  const Answer login = server.login();
  EXPECT_NE(login.body.find(R"("methods":["sms","email","recovery"])"), std::string::npos) << login.body;
  const std::string challenge = login.text("challenge");
  ASSERT_EQ(server.post(root + "sms-2fa/send_code/", Object{{"challenge", challenge}}).status, 200);
  const std::string code = test::code_sent_to(server, "+4915155555555");
  EXPECT_EQ(owner.finish("email-2fa", challenge, code).status, 401) << "it went another way";
  const Answer in = owner.finish("sms-2fa", challenge, code);
  EXPECT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(owner.finish("sms-2fa", owner.challenge(), code).status, 401) << "used";
}

TEST(SentCode, OfOnePurposeOpensNoOther) {
  RunningServer server;
  Owner owner(server);
  ASSERT_EQ(owner.post("email-2fa/enable/", Object{}).status, 200);
  ASSERT_EQ(
      owner.post("email-2fa/verify/", Object{{"code", test::code_sent_to(server, test::owner_email)}}).status,
      200);
  const std::int64_t before = sessions(server);
  // Signed in, a code may be asked for as a proof; it opens no sign-in.
  ASSERT_EQ(owner.post("email-2fa/send_code/", Object{}).status, 200);
  const std::string proof = test::code_sent_to(server, test::owner_email);
  EXPECT_EQ(owner.finish("email-2fa", owner.challenge(), proof).status, 401);
  EXPECT_EQ(sessions(server), before);
  owner.pass(11 * 60);
  EXPECT_EQ(owner.post("email-2fa/disable/", Object{}).status, 403) << "no fresh proof";
  ASSERT_EQ(owner.post("email-2fa/send_code/", Object{}).status, 200);
  const std::string fresh = test::code_sent_to(server, test::owner_email);
  EXPECT_EQ(owner.post("email-2fa/disable/", Object{{"proof", Object{{"code", fresh}}}}).status, 200);
  EXPECT_FALSE(server.login().text("access").empty());
}

TEST(SecondFactor, IsChangedOnlyWithAFreshProof) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  owner.pass(11 * 60);
  for (const char* path : {"totp/disable/", "recovery/regenerate/", "email-2fa/enable/"}) {
    const Answer refused = owner.post(path, Object{});
    EXPECT_EQ(refused.text("code"), "proof_required") << path << refused.body;
    EXPECT_EQ(owner.post(path, Object{{"proof", Object{{"code", "000000"}}}}).status, 401) << path;
    EXPECT_EQ(owner.post(path, Object{{"proof", Object{{"password", "wrong"}}}}).status, 401) << path;
  }
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM second_factor"), 1);
  EXPECT_EQ(owner.post("totp/disable/", Object{{"proof", Object{{"code", owner.code()}}}}).status, 200);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM recovery_code"), 0) << "they go with the last one";
  EXPECT_EQ(test::audited(server, "factor_disabled"), 1);
}

TEST(SecondFactor, IsAskedOfRolesThatMustHaveOne) {
  RunningServer server;
  ASSERT_TRUE(server.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    const auto tenant = TRY(store::find_only_tenant(db));
                    store::Security security = TRY(store::read_security(db, tenant->id));
                    security.second_factor_roles = R"(["owner"])";
                    return store::write_security(db, tenant->id, security);
                  })
                  .ok());
  const Answer login = server.login();
  EXPECT_NE(login.body.find(R"("methods":["email"])"), std::string::npos) << login.body;
  const std::string challenge = login.text("challenge");
  ASSERT_EQ(server.post(root + "email-2fa/send_code/", Object{{"challenge", challenge}}).status, 200);
  const Answer in =
      server.post(root + "email-2fa/verify_login/",
                  Object{{"challenge", challenge}, {"code", test::code_sent_to(server, test::owner_email)}});
  EXPECT_EQ(in.status, 200) << in.body;
}

TEST(TrustedDevice, IsNotAskedAgain) {
  RunningServer server;
  Owner owner(server);
  owner.set_up_app();
  const Answer in = server.post(
      root + "totp/verify_login/",
      Object{{"challenge", owner.challenge()}, {"code", owner.code()}, {"remember_device", true}});
  ASSERT_EQ(in.status, 200) << in.body;
  const std::string device = in.text("device_token");
  ASSERT_FALSE(device.empty());
  const auto login = [&] {
    return server.post(
        "/api/accounts/login/",
        Object{{"email", test::owner_email}, {"password", test::owner_password}, {"device_token", device}});
  };
  EXPECT_FALSE(login().text("access").empty());
  owner.challenge();  // another device is asked
  const json::Value mine = server.get(root, owner.headers()).json();
  const json::Array& trusted = *mine.find("trusted_devices")->as_array();
  ASSERT_EQ(trusted.size(), 1U);
  const std::string id = *trusted.front().find("id")->as_string();
  EXPECT_EQ(server.remove(root + "trusted-devices/" + id + "/", owner.headers()).status, 204);
  EXPECT_EQ(server.remove(root + "trusted-devices/" + id + "/", owner.headers()).status, 404);
  EXPECT_EQ(login().text("status"), "TWO_FACTOR_REQUIRED");
}

TEST(MobileLogin, AsksForTheSecondFactorToo) {
  RunningServer server;
  const store::User mia = test::add_person(server);
  const auto code_login = [&](const char* member, const char* contact) {
    EXPECT_EQ(server.post("/auth/api/mobile/generate-otp/", Object{{member, contact}}).status, 200);
    return server.post("/auth/api/mobile/verify-otp/",
                       Object{{member, contact}, {"otp_code", test::code_sent_to(server, contact)}});
  };
  const Answer first = code_login("email", test::mia_email);
  const Headers token = {{"Authorization", "Token " + first.text("token")}};
  ASSERT_EQ(server.post(root + "sms-2fa/enable/", Object{{"phone_number", test::mia_phone}}, token).status,
            200);
  ASSERT_EQ(server
                .post(root + "sms-2fa/verify/", Object{{"code", test::code_sent_to(server, test::mia_phone)}},
                      token)
                .status,
            200);
  const std::int64_t before = sessions(server);
  const Answer second = code_login("email", test::mia_email);
  EXPECT_EQ(second.text("status"), "TWO_FACTOR_REQUIRED") << second.body;
  EXPECT_EQ(second.text("token"), "");
  EXPECT_EQ(sessions(server), before);
  server.pass(15 * 60 + 1);
  // By text message, the same channel is not asked again; paper is what is left.
  const Answer third = code_login("phone_number", test::mia_phone);
  EXPECT_NE(third.body.find(R"("methods":["recovery"])"), std::string::npos) << third.body;
  EXPECT_EQ(server.post(root + "sms-2fa/send_code/", Object{{"challenge", third.text("challenge")}}).status,
            409);
}

TEST(SecondFactors, AreTakenAwayByWhoManagesPeople) {
  RunningServer server;
  const store::User mia = test::add_person(server);
  ASSERT_EQ(server.post("/auth/api/mobile/generate-otp/", Object{{"email", test::mia_email}}).status, 200);
  const Answer in = server.post(
      "/auth/api/mobile/verify-otp/",
      Object{{"email", test::mia_email}, {"otp_code", test::code_sent_to(server, test::mia_email)}});
  const Headers token = {{"Authorization", "Token " + in.text("token")}};
  const Headers owner = server.owner();
  Owner olga(server);
  olga.set_up_app();
  const auto path = [](const std::string& id) { return "/api/admin/users/" + id + "/second-factors/"; };
  const std::string owner_id = server.get("/api/accounts/me/", owner).text("id");
  EXPECT_EQ(server.remove(path(owner_id), token).status, 403);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM second_factor"), 1);
  EXPECT_EQ(server.remove(path(to_string(mia.id)), owner).status, 204);
  EXPECT_EQ(server.remove(path(to_string(store::new_id())), owner).status, 404);
  EXPECT_EQ(server.remove(path(owner_id), owner).status, 204);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM second_factor"), 0);
  EXPECT_EQ(test::audited(server, "factors_reset"), 2);
}

}  // namespace
}  // namespace ringup
