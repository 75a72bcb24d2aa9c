/// Signing in by one-time code, over a real socket: what employees get, and what nobody else does.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/identity/codes.h"
#include "server/store/groups.h"
#include "server/store/security.h"
#include "server/store/tills.h"
#include "server/store/users.h"
#include "tests/server/identity/codes_seen.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

constexpr const char* ask_path = "/auth/api/mobile/generate-otp/";
constexpr const char* try_path = "/auth/api/mobile/verify-otp/";

Answer ask(const RunningServer& server, std::string_view email = test::mia_email) {
  return server.post(ask_path, Object{{"email", email}});
}

Answer attempt(const RunningServer& server, std::string_view code, std::string_view email = test::mia_email) {
  return server.post(try_path, Object{{"email", email}, {"otp_code", code}});
}

Headers token(std::string text) {
  return {{"Authorization", "Token " + std::move(text)}};
}

/// Asks, reads the message, tries; → the token.
std::string sign_in(RunningServer& server) {
  EXPECT_EQ(ask(server).status, 200);
  const Answer answer = attempt(server, test::code_sent_to(server, test::mia_email));
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.text("token");
}

TEST(MobileLogin, SignsAnEmployeeInByMail) {
  RunningServer server;
  test::add_person(server);
  const Answer sent = ask(server);
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ(sent.body, R"({"message":"OTP sent successfully to your email","otp_type":"email",)"
                       R"("contact_info":"mia@shop.example","expires_in_minutes":10})");
  const std::string code = test::code_sent_to(server, test::mia_email);
  ASSERT_EQ(code.size(), 6U);
  const Answer in = attempt(server, code);
  ASSERT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(in.text("message"), "Login successful");
  EXPECT_EQ(in.text("user.email"), test::mia_email);
  EXPECT_EQ(in.text("user.profile.phone_number"), test::mia_phone);
  EXPECT_EQ(in.header("cache-control"), "no-store");
  const std::string text = in.text("token");
  EXPECT_EQ(text.size(), 40U);
  EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(server.get("/api/catalogue/products/", token(text)).status, 200);
  EXPECT_EQ(test::audited(server, "session_started"), 1);
}

TEST(MobileLogin, SignsAnEmployeeInByTextMessage) {
  RunningServer server;
  test::add_person(server);
  const Answer sent = server.post(ask_path, Object{{"phone_number", "+49 151 12345678"}});
  ASSERT_EQ(sent.status, 200) << sent.body;
  EXPECT_EQ(sent.text("message"), "OTP sent successfully to your phone");
  EXPECT_EQ(sent.text("otp_type"), "sms");
  EXPECT_EQ(sent.text("contact_info"), "+49 151 12345678");
  const std::string code = test::code_sent_to(server, test::mia_phone);
  EXPECT_EQ(attempt(server, code).status, 401) << "a code by text message is none by mail";
  const Answer in = server.post(try_path, Object{{"phone_number", test::mia_phone}, {"otp_code", code}});
  EXPECT_EQ(in.status, 200) << in.body;
}

TEST(MobileLogin, RefusesWhatIsNotARequest) {
  const RunningServer server;
  const auto code = [&](const char* path, std::string_view body) {
    const Answer answer = test::send(server.port(), "POST", path, body);
    return std::to_string(answer.status) + " " + answer.text("code");
  };
  EXPECT_EQ(code(ask_path, "{}"), "400 missing_member");
  EXPECT_EQ(code(ask_path, R"({"email":"a@b.example","phone_number":"+4915112345678"})"),
            "400 missing_member");
  EXPECT_EQ(code(ask_path, R"({"email":"no address"})"), "400 invalid_value");
  EXPECT_EQ(code(ask_path, R"({"phone_number":"0151"})"), "400 invalid_value");
  EXPECT_EQ(code(ask_path, R"({"email":"a@b.example","is_employee":true})"), "400 unknown_member");
  EXPECT_EQ(code(try_path, R"({"email":"a@b.example"})"), "400 missing_member");
  EXPECT_EQ(code(try_path, R"({"email":"a@b.example","otp_code":123456})"), "400 wrong_type");
}

TEST(MobileLogin, TellsStrangersNothing) {
  RunningServer server;
  test::add_person(server);
  test::add_person(server, "carl@shop.example", "+4915100000001", false, Role::customer);
  const store::User gone = test::add_person(server, "gone@shop.example", "");
  ASSERT_TRUE(server.store()
                  .writer()
                  .write([&](store::Database& db) {
                    store::User user = gone;
                    user.is_active = false;
                    return store::update_user(db, user);
                  })
                  .ok());
  // Everything that can be seen, but for what differs in any two answers.
  const auto seen = [](const Answer& answer, std::string_view email) {
    std::string all = std::to_string(answer.status);
    for (const auto& [name, value] : answer.headers) {
      if (name != "x-request-id" && name != "date" && name != "content-length")
        all += "\n" + name + ": " + value;
    }
    std::string body = answer.body;
    for (std::size_t at = 0; (at = body.find(email)) != std::string::npos;)
      body.replace(at, email.size(), "@");
    return all + "\n" + body;
  };
  for (int round = 0; round < 7; ++round) {
    const std::string known_asked = seen(ask(server), test::mia_email);
    const std::string known_tried = seen(attempt(server, "12345x"), test::mia_email);
    for (const char* stranger : {"carl@shop.example", "gone@shop.example", "nobody@shop.example"}) {
      EXPECT_EQ(seen(ask(server, stranger), stranger), known_asked) << stranger << " in round " << round;
      EXPECT_EQ(seen(attempt(server, "12345x", stranger), stranger), known_tried) << stranger;
      EXPECT_EQ(test::messages_to(server, stranger, "login_code"), 0);
    }
  }
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 0);
}

TEST(OneTimeCode, OpensOnce) {
  RunningServer server;
  test::add_person(server);
  sign_in(server);
  const std::string code = test::code_sent_to(server, test::mia_email);
  const Answer again = attempt(server, code);
  EXPECT_EQ(again.status, 401);
  EXPECT_EQ(again.text("code"), "invalid_credentials");
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 1);
  EXPECT_EQ(test::count_of(server, "SELECT max(wrong_tries) FROM one_time_code"), 0)
      << "showing a used code again is no wrong try";
  EXPECT_EQ(test::audited(server, "code_refused"), 1);
}

TEST(OneTimeCode, AReplayCostsTheNextCodeNoTry) {
  RunningServer server;
  test::add_person(server);
  sign_in(server);
  const std::string used = test::code_sent_to(server, test::mia_email);
  EXPECT_EQ(ask(server).status, 200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(attempt(server, used).status, 401);
  EXPECT_EQ(test::count_of(server, "SELECT max(wrong_tries) FROM one_time_code"), 0);
}

TEST(OneTimeCode, EndsAfterTenMinutes) {
  RunningServer server;
  test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  const std::string code = test::code_sent_to(server, test::mia_email);
  server.pass(10 * 60);
  EXPECT_EQ(attempt(server, code).status, 401);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 0);
}

TEST(OneTimeCode, EndsWhenAnotherIsAskedFor) {
  RunningServer server;
  test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  const std::string first = test::code_sent_to(server, test::mia_email);
  ASSERT_EQ(server.post("/auth/api/mobile/resend-otp/", Object{{"email", test::mia_email}}).status, 200);
  const std::string second = test::code_sent_to(server, test::mia_email);
  if (first != second) {
    EXPECT_EQ(attempt(server, first).status, 401);
  }
  EXPECT_EQ(attempt(server, second).status, 200);
}

TEST(OneTimeCode, HasThreeTriesHoweverManyComeAtOnce) {
  RunningServer server;
  test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  const std::string code = test::code_sent_to(server, test::mia_email);
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) refused += attempt(server, test::other_than(code)).status == 401 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refused.load(), 50);
  EXPECT_EQ(test::count_of(server, "SELECT wrong_tries FROM one_time_code"), 3);
  EXPECT_EQ(attempt(server, code).status, 401) << "the right one came too late";
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 0);
  EXPECT_EQ(test::audited(server, "code_refused"), 51);
  const Answer list = server.get("/api/admin/otps/?state=exhausted", server.owner());
  EXPECT_EQ(list.json().find("items")->as_array()->size(), 1U) << list.body;
}

TEST(OneTimeCode, StillOpensAfterTwoWrongTries) {
  RunningServer server;
  test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  const std::string code = test::code_sent_to(server, test::mia_email);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(attempt(server, test::other_than(code)).status, 401);
  EXPECT_EQ(attempt(server, code).status, 200);
}

TEST(OneTimeCode, MakesOneSessionHoweverManyShowItAtOnce) {
  RunningServer server;
  test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  const std::string code = test::code_sent_to(server, test::mia_email);
  std::atomic<int> in{0}, out{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 20; ++t) {
    threads.emplace_back([&] {
      const int status = attempt(server, code).status;
      (status == 200 ? in : out) += status == 200 || status == 401 ? 1 : 100;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(in.load(), 1);
  EXPECT_EQ(out.load(), 19);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 1);
}

TEST(OneTimeCode, OfAnotherPersonOpensNothing) {
  RunningServer server;
  test::add_person(server);
  test::add_person(server, "tom@shop.example", "");
  ASSERT_EQ(ask(server).status, 200);
  ASSERT_EQ(ask(server, "tom@shop.example").status, 200);
  const std::string mias = test::code_sent_to(server, test::mia_email);
  while (mias == test::code_sent_to(server, "tom@shop.example"))
    ASSERT_EQ(ask(server, "tom@shop.example").status, 200) << "one in a million";
  EXPECT_EQ(attempt(server, mias, "tom@shop.example").status, 401);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 0);
  EXPECT_EQ(test::audited(server, "code_refused"), 1);
  EXPECT_EQ(attempt(server, mias).status, 200) << "it is still hers";
}

TEST(OneTimeCode, OfAnotherBusinessOpensNothing) {
  RunningServer server;
  identity::NewBusiness wish;
  wish.slug = "bakery";
  wish.name = "Bakery";
  wish.owner_email = "ben@bakery.example";
  wish.password = test::owner_password;
  ASSERT_TRUE(identity::make_business(server.store(), wish, {}).ok());
  test::add_person(server);
  // The same person, by the same address, works at the bakery too.
  ASSERT_TRUE(server.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    store::User user;
                    user.id = store::new_id();
                    user.tenant = TRY(store::tenant_by_slug(db, "bakery"));
                    user.email = test::mia_email;
                    TRY(store::insert_user(db, user));
                    const store::Group group{store::new_id(), user.tenant, "Staff", true, {}, 0};
                    TRY(store::insert_group(db, group));
                    return store::add_member(db, group.id, user.id);
                  })
                  .ok());
  const auto asked = [&](const char* slug) {
    return server.post(ask_path, Object{{"tenant", slug}, {"email", test::mia_email}}).status;
  };
  const auto tried = [&](const char* slug, const std::string& code) {
    return server.post(try_path, Object{{"tenant", slug}, {"email", test::mia_email}, {"otp_code", code}})
        .status;
  };
  ASSERT_EQ(asked("shop"), 200);
  const std::string code = test::code_sent_to(server, test::mia_email);
  EXPECT_EQ(tried("bakery", code), 401);
  ASSERT_EQ(asked("bakery"), 200) << "the other business's codes do not count";
  EXPECT_EQ(ask(server).text("code"), "tenant_required");
  EXPECT_EQ(tried("bakery", code), 401);
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session"), 0);
  EXPECT_EQ(tried("shop", code), 200);
}

TEST(OneTimeCode, ComesFiveTimesInFifteenMinutes) {
  RunningServer server;
  test::add_person(server);
  for (const char* email : {test::mia_email, "nobody@shop.example"}) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(server, email).status, 200);
    const Answer sixth = ask(server, email);
    EXPECT_EQ(sixth.status, 429) << email;
    EXPECT_EQ(sixth.text("code"), "too_many_requests");
    EXPECT_EQ(sixth.header("retry-after"), "900") << email;
  }
  EXPECT_EQ(test::messages_to(server, test::mia_email, "login_code"), 5);
  EXPECT_EQ(server.post(ask_path, Object{{"phone_number", test::mia_phone}}).status, 429)
      << "it is the account that is counted";
  EXPECT_EQ(attempt(server, test::code_sent_to(server, test::mia_email)).status, 200)
      << "a refused request ends no code";
  ASSERT_EQ(server.post("/api/admin/otps/cleanup/", Object{}, server.owner()).status, 200);
  EXPECT_EQ(ask(server).status, 429) << "cleaning up gives no new ones";
  server.pass(15 * 60 + 1);
  EXPECT_EQ(ask(server).status, 200);
}

TEST(OneTimeCode, CostsABusinessOnlyWhatItAllows) {
  RunningServer server;
  const store::User mia = test::add_person(server);
  test::add_person(server, "tom@shop.example", "+4915100000009");
  ASSERT_TRUE(server.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    store::Security security = TRY(store::read_security(db, mia.tenant));
                    security.sms_per_day = 1;
                    return store::write_security(db, mia.tenant, security);
                  })
                  .ok());
  const auto by_phone = [&](const char* number) {
    return server.post(ask_path, Object{{"phone_number", number}}).status;
  };
  EXPECT_EQ(by_phone("+4915199999999"), 200) << "nobody's number costs nothing";
  EXPECT_EQ(by_phone(test::mia_phone), 200);
  EXPECT_EQ(by_phone("+4915100000009"), 429);
  EXPECT_EQ(by_phone("+4915199999999"), 429);
  EXPECT_EQ(ask(server).status, 200) << "mail goes on";
  server.pass(24 * 3600);
  EXPECT_EQ(by_phone("+4915100000009"), 200);
}

TEST(OneTimeCode, IsNowhereInTheDatabase) {
  RunningServer server;
  test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  const std::string code = test::code_sent_to(server, test::mia_email);
  const std::string digits = "%" + code + "%";
  const std::int64_t found =
      server.store()
          .read([&](store::Database& db) {
            return db.integer(
                "SELECT (SELECT count(*) FROM one_time_code WHERE hash LIKE $1 OR contact LIKE $1)"
                " + (SELECT count(*) FROM audit_person WHERE details LIKE $1)"
                " + (SELECT count(*) FROM message WHERE CAST(sealed AS TEXT) LIKE $1)",
                0, digits);
          })
          .value();
  EXPECT_EQ(found, 0);
}

TEST(MobileToken, EndsAtLogout) {
  RunningServer server;
  test::add_person(server);
  const std::string text = sign_in(server);
  EXPECT_EQ(server.post("/auth/api/mobile/logout/", Object{}, token(text)).status, 200);
  EXPECT_EQ(server.get("/api/catalogue/products/", token(text)).status, 401);
  EXPECT_EQ(server.post("/auth/api/mobile/refresh/", Object{}, token(text)).status, 401);
  EXPECT_EQ(test::audited(server, "session_ended"), 1);
}

TEST(MobileToken, IsExchangedForTheNextOne) {
  RunningServer server;
  test::add_person(server);
  const std::string first = sign_in(server);
  server.pass(6 * 24 * 3600);
  const Answer next = server.post("/auth/api/mobile/refresh/", Object{}, token(first));
  ASSERT_EQ(next.status, 200) << next.body;
  EXPECT_EQ(server.post("/auth/api/mobile/refresh/", Object{}, token(first)).text("token"),
            next.text("token"))
      << "the answer was lost";
  EXPECT_EQ(server.get("/api/catalogue/products/", token(first)).status, 401);
  server.pass(6 * 24 * 3600);
  EXPECT_EQ(server.get("/api/catalogue/products/", token(next.text("token"))).status, 200);
  EXPECT_EQ(server.post("/auth/api/mobile/refresh/", Object{}, token(next.text("token"))).status, 200);
  server.pass(60);
  EXPECT_EQ(server.post("/auth/api/mobile/refresh/", Object{}, token(next.text("token"))).status, 401)
      << "used twice: one of the two is a thief";
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM session WHERE ended_at IS NULL"), 0);
  EXPECT_EQ(test::audited(server, "token_reused"), 1);
}

TEST(MobileToken, EndsAfterAWeekWithoutRefresh) {
  RunningServer server;
  test::add_person(server);
  const std::string text = sign_in(server);
  server.pass(7 * 24 * 3600);
  EXPECT_EQ(server.get("/api/catalogue/products/", token(text)).status, 401);
  EXPECT_EQ(server.post("/auth/api/mobile/refresh/", Object{}, token(text)).status, 401);
}

TEST(MobileToken, EndsWhenItsUserIsInNoEmployeeGroup) {
  RunningServer server;
  const store::User mia = test::add_person(server);
  const std::string text = sign_in(server);
  ASSERT_TRUE(server.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    const auto group = TRY(store::find_group_by_name(db, mia.tenant, "Staff"));
                    return store::remove_member(db, group->id, mia.id);
                  })
                  .ok());
  EXPECT_EQ(server.get("/api/catalogue/products/", token(text)).status, 401);
  EXPECT_EQ(attempt(server, "123456").status, 401);
}

TEST(MobileToken, IsNoOtherToken) {
  RunningServer server;
  test::add_person(server);
  const std::string text = sign_in(server);
  EXPECT_EQ(server.post("/api/accounts/refresh/", Object{{"refresh", text}}).status, 401);
  EXPECT_EQ(server.get("/api/catalogue/products/", RunningServer::bearer(text)).status, 401);
  const Answer owner = server.login();
  for (const char* other : {"", "x", "0123456789012345678901234567890123456789"})
    EXPECT_EQ(server.get("/api/catalogue/products/", token(other)).status, 401) << other;
  EXPECT_EQ(server.get("/api/catalogue/products/", token(owner.text("access"))).status, 401);
  EXPECT_EQ(server.get("/api/catalogue/products/", token(owner.text("refresh"))).status, 401);
}

TEST(CodesOfABusiness, AreSeenByThoseWhoManagePeople) {
  RunningServer server;
  const store::User mia = test::add_person(server);
  ASSERT_EQ(ask(server).status, 200);
  ASSERT_EQ(ask(server, "nobody@shop.example").status, 200);
  ASSERT_EQ(attempt(server, test::other_than(test::code_sent_to(server, test::mia_email))).status, 401);
  const Headers owner = server.owner();
  const Answer list = server.get("/api/admin/otps/", owner);
  ASSERT_EQ(list.status, 200) << list.body;
  const json::Value all = list.json();
  ASSERT_EQ(all.find("items")->as_array()->size(), 1U) << "only codes of people";
  const json::Value& item = all.find("items")->as_array()->front();
  EXPECT_EQ(*item.find("email")->as_string(), test::mia_email);
  EXPECT_EQ(*item.find("state")->as_string(), "pending");
  EXPECT_EQ(*item.find("wrong_tries")->as_integer(), 1);
  EXPECT_EQ(list.body.find("hash"), std::string::npos);
  EXPECT_EQ(server.get("/api/admin/otps/?user=" + to_string(mia.id), owner).status, 200);
  EXPECT_EQ(server.get("/api/admin/otps/?state=odd", owner).status, 400);
  const Answer usage = server.get("/api/admin/otps/usage/", owner);
  EXPECT_EQ(usage.body, R"({"today":{"email":1,"sms":0,"failed":1},"sms_per_day":200})");
  server.pass(601);
  EXPECT_EQ(server.post("/api/admin/otps/cleanup/", Object{}, owner).body, R"({"deleted":1})");
  EXPECT_EQ(test::count_of(server, "SELECT count(*) FROM one_time_code"), 0);
}

TEST(CodesOfABusiness, AreSeenByNobodyElse) {
  RunningServer server;
  test::add_person(server);
  const std::string text = sign_in(server);
  for (const char* path : {"/api/admin/otps/", "/api/admin/otps/usage/"}) {
    EXPECT_EQ(server.get(path).status, 401);
    EXPECT_EQ(server.get(path, token(text)).status, 403);
  }
  EXPECT_EQ(server.post("/api/admin/otps/cleanup/", Object{}, token(text)).status, 403);
}

}  // namespace
}  // namespace ringup
