/// Signing in, staying signed in, and being thrown out, over a real socket.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

const Headers browser = {{"X-Ringup-Client", "browser"}};

std::string refresh_cookie(const Answer& answer) {
  const std::string cookie = answer.header("set-cookie");
  return cookie.substr(0, cookie.find(';'));
}

Answer refresh(const RunningServer& server, const std::string& token) {
  return server.post("/api/accounts/refresh/", Object{{"refresh", token}});
}

TEST(Login, GivesTokensAndWhoTheUserIs) {
  const RunningServer server;
  const Answer answer = server.login("  OLGA@Shop.Example ");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text("user.role"), "owner");
  EXPECT_EQ(answer.text("user.email"), test::owner_email);
  EXPECT_EQ(answer.text("user.tenant.slug"), "shop");
  EXPECT_EQ(answer.text("user.tenant.currency"), "EUR");
  EXPECT_FALSE(answer.text("refresh").empty());
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  EXPECT_EQ(answer.header("set-cookie").find("ringup_refresh"), std::string::npos);
  EXPECT_EQ(answer.body.find("argon2"), std::string::npos);
  const Answer me = server.get("/api/accounts/me/", RunningServer::bearer(answer.text("access")));
  EXPECT_EQ(me.status, 200);
  EXPECT_EQ(me.text("email"), test::owner_email);
}

TEST(Login, DoesNotTellAWrongPasswordFromAnUnknownAddress) {
  const RunningServer server;
  const Answer wrong = server.login(test::owner_email, "another password");
  const Answer unknown = server.login("nobody@shop.example", "another password");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.text("code"), "invalid_credentials");
  EXPECT_EQ(wrong.body, unknown.body);
}

TEST(Login, RefusesWhatIsNotALogin) {
  const RunningServer server;
  const auto code = [&](std::string_view body) {
    const Answer answer = test::send(server.port(), "POST", "/api/accounts/login/", body);
    return std::to_string(answer.status) + " " + answer.text("code");
  };
  EXPECT_EQ(code(""), "415 unsupported_media_type");
  EXPECT_EQ(code("{"), "400 invalid_json");
  EXPECT_EQ(code("[]"), "400 wrong_type");
  EXPECT_EQ(code(R"({"email":"a@b.example"})"), "400 missing_member");
  EXPECT_EQ(code(R"({"email":1,"password":"x"})"), "400 wrong_type");
  EXPECT_EQ(code(R"({"email":"a@b.example","password":"x","remember":true})"), "400 unknown_member");
  EXPECT_EQ(code(R"({"email":"a@b.example","password":"x","password":"y"})"), "400 duplicate_member");
  EXPECT_EQ(code(R"({"email":"no address","password":"x"})"), "400 invalid_value");
  EXPECT_EQ(code(R"({"tenant":"nobody","email":"a@b.example","password":"x"})"), "400 invalid_value");
  EXPECT_EQ(code("{\"email\":\"a@b.example\",\"password\":\"\xff\"}"), "400 invalid_json");
  EXPECT_EQ(code(R"({"email":"a@b.example","password":")" + std::string(2000, 'x') + "\"}"),
            "400 limit_exceeded");
  EXPECT_EQ(test::send(server.port(), "GET", "/api/accounts/login/").status, 405);
}

TEST(Login, LocksTheAccountAfterTenWrongTriesAndOpensItAgain) {
  RunningServer server;
  for (const char* email : {test::owner_email, "nobody@shop.example"}) {
    for (int i = 0; i < identity::login_attempts_max; ++i)
      EXPECT_EQ(server.login(email, "wrong").status, 401);
    const Answer locked = server.login(email, "wrong");
    EXPECT_EQ(locked.status, 429) << email;
    EXPECT_EQ(locked.text("code"), "account_locked");
  }
  EXPECT_EQ(server.login().status, 429) << "the right password does not open a locked account";
  server.pass(15 * 60 + 1);
  EXPECT_EQ(server.login(test::owner_email, "wrong").status, 401);
  EXPECT_EQ(server.login().status, 200);
}

TEST(Login, CountsTriesThatArriveAtOnce) {
  RunningServer server;
  std::atomic<int> tried{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) tried += server.login(test::owner_email, "wrong").status == 401 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(tried.load(), identity::login_attempts_max);
}

TEST(Login, ARightPasswordForgetsEarlierTries) {
  const RunningServer server;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < identity::login_attempts_max - 1; ++i)
      EXPECT_EQ(server.login(test::owner_email, "wrong").status, 401);
    EXPECT_EQ(server.login().status, 200);
  }
}

TEST(Login, IsLimitedPerAddressAndMinute) {
  AppOptions options;
  options.accounts.logins_per_minute = 3;
  RunningServer server(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(server.login().status, 200);
  const Answer limited = server.login();
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.text("code"), "too_many_requests");
  EXPECT_FALSE(limited.header("retry-after").empty());
  server.pass(61);
  EXPECT_EQ(server.login().status, 200);
}

TEST(Access, EndsAfterThirtyMinutes) {
  RunningServer server;
  const Headers owner = server.owner();
  server.pass(30 * 60 - 1);
  EXPECT_EQ(server.get("/api/accounts/me/", owner).status, 200);
  server.pass(1);
  const Answer expired = server.get("/api/accounts/me/", owner);
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(expired.text("code"), "invalid_token");
}

TEST(Access, NeedsATokenOfThisServer) {
  const RunningServer one, other;
  EXPECT_EQ(one.get("/api/accounts/me/").text("code"), "unauthenticated");
  EXPECT_EQ(one.get("/api/accounts/me/", {{"Authorization", "Basic eA=="}}).text("code"), "unauthenticated");
  EXPECT_EQ(one.get("/api/accounts/me/", RunningServer::bearer("x")).text("code"), "invalid_token");
  EXPECT_EQ(one.get("/api/accounts/me/", other.owner()).text("code"), "invalid_token");
}

TEST(Refresh, RotatesAndARepeatEndsTheSession) {
  RunningServer server;
  const Answer login = server.login();
  const std::string first = login.text("refresh");
  const Answer second = refresh(server, first);
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_NE(second.text("refresh"), first);
  EXPECT_EQ(server.get("/api/accounts/me/", RunningServer::bearer(second.text("access"))).status, 200);
  server.pass(11);
  EXPECT_EQ(refresh(server, first).text("code"), "invalid_token");
  EXPECT_EQ(refresh(server, second.text("refresh")).status, 401) << "the session has ended for both";
  EXPECT_EQ(server.get("/api/accounts/me/", RunningServer::bearer(second.text("access"))).status, 401);
}

TEST(Refresh, GivesTheSameSuccessorWhenTheAnswerWasLost) {
  RunningServer server;
  const std::string first = server.login().text("refresh");
  const std::string second = refresh(server, first).text("refresh");
  server.pass(9);
  EXPECT_EQ(refresh(server, first).text("refresh"), second);
  const Answer third = refresh(server, second);
  EXPECT_EQ(third.status, 200);
  EXPECT_EQ(refresh(server, first).status, 401) << "its successor has been used";
  EXPECT_EQ(refresh(server, third.text("refresh")).status, 200) << "which ends nothing so soon";
}

TEST(Refresh, EndsAfterSevenDaysWithoutUse) {
  RunningServer server;
  std::string token = server.login().text("refresh");
  server.pass(7 * 24 * 3600 - 1);
  const Answer used = refresh(server, token);
  ASSERT_EQ(used.status, 200) << "each use gives seven days more";
  server.pass(7 * 24 * 3600);
  EXPECT_EQ(refresh(server, used.text("refresh")).status, 401);
}

TEST(Refresh, OfBrowsersLivesInACookieThatScriptsCannotRead) {
  RunningServer server;
  const Answer login = server.login(test::owner_email, test::owner_password, browser);
  ASSERT_EQ(login.status, 200);
  EXPECT_EQ(login.json().find("refresh"), nullptr);
  const std::string set = login.header("set-cookie");
  EXPECT_NE(set.find("HttpOnly"), std::string::npos);
  EXPECT_NE(set.find("SameSite=Strict"), std::string::npos);
  const std::string cookie = refresh_cookie(login);
  EXPECT_EQ(test::send(server.port(), "POST", "/api/accounts/refresh/", {}, {{"Cookie", cookie}}).status, 415)
      << "without the header the cookie alone does nothing";
  const Answer next = test::send(server.port(), "POST", "/api/accounts/refresh/", {},
                                 {{"Cookie", cookie}, {"X-Ringup-Client", "browser"}});
  ASSERT_EQ(next.status, 200) << next.body;
  EXPECT_NE(refresh_cookie(next), cookie);
  const Answer out = test::send(server.port(), "POST", "/api/accounts/logout/", {},
                                {{"Cookie", refresh_cookie(next)}, {"X-Ringup-Client", "browser"}});
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(out.header("set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(server.get("/api/accounts/me/", RunningServer::bearer(next.text("access"))).status, 401);
}

TEST(Refresh, OverHttpsTheCookieIsBoundToItsHost) {
  AppOptions options;
  options.secure = true;
  const RunningServer server(options);
  const std::string set = server.login(test::owner_email, test::owner_password, browser).header("set-cookie");
  EXPECT_TRUE(set.starts_with("__Host-ringup_refresh=")) << set;
  EXPECT_NE(set.find("; Secure"), std::string::npos);
  EXPECT_NE(set.find("; Path=/;"), std::string::npos);
}

TEST(Sessions, AreListedAndEnded) {
  RunningServer server;
  const Headers first = RunningServer::bearer(
      server.login(test::owner_email, test::owner_password, {{"User-Agent", "Till 1"}}).text("access"));
  server.pass(1);
  const Headers second = server.owner();
  const json::Value list = server.get("/api/accounts/sessions/", second).json();
  const json::Array& items = *list.find("items")->as_array();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(*items[0].find("current")->as_bool(), true);
  EXPECT_EQ(*items[1].find("current")->as_bool(), false);
  EXPECT_EQ(*items[1].find("device")->as_string(), "Till 1");
  const std::string id = *items[1].find("id")->as_string();
  EXPECT_EQ(server.remove("/api/accounts/sessions/" + id + "/", second).status, 204);
  EXPECT_EQ(server.get("/api/accounts/me/", first).status, 401);
  EXPECT_EQ(server.remove("/api/accounts/sessions/" + id + "/", second).status, 404);
  EXPECT_EQ(server.remove("/api/accounts/sessions/no-id/", second).status, 404);
}

TEST(ChangePassword, AsksForAFreshProofAndEndsOtherSessions) {
  RunningServer server;
  const Headers other = server.owner(), mine = server.owner();
  const auto change = [&](const json::Value& body) {
    return server.post("/api/accounts/change-password/", body, mine);
  };
  server.pass(10 * 60 + 1);
  EXPECT_EQ(change(Object{{"new_password", "eight small green boats"}}).text("code"), "proof_required");
  EXPECT_EQ(
      change(Object{{"new_password", "eight small green boats"}, {"proof", Object{{"password", "wrong"}}}})
          .text("code"),
      "invalid_credentials");
  const json::Value proof = Object{{"password", test::owner_password}};
  EXPECT_EQ(change(Object{{"new_password", "short"}, {"proof", proof}}).text("code"), "invalid_value");
  EXPECT_EQ(change(Object{{"new_password", "eight small green boats"}, {"proof", proof}}).status, 200);
  EXPECT_EQ(server.get("/api/accounts/me/", mine).status, 200);
  EXPECT_EQ(server.get("/api/accounts/me/", other).status, 401);
  EXPECT_EQ(server.login().status, 401);
  EXPECT_EQ(server.login(test::owner_email, "eight small green boats").status, 200);
}

TEST(Me, ChangesOnlyNames) {
  const RunningServer server;
  const Headers owner = server.owner();
  const Answer changed = server.patch("/api/accounts/me/", Object{{"first_name", " Olga "}}, owner);
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.text("first_name"), "Olga");
  EXPECT_EQ(server.patch("/api/accounts/me/", Object{{"role", "owner"}}, owner).text("code"),
            "unknown_member");
  EXPECT_EQ(server.patch("/api/accounts/me/", Object{{"last_name", "a\nb"}}, owner).text("code"),
            "invalid_value");
}

}  // namespace
}  // namespace ringup
