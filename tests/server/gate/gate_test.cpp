// What every request passes before its route: pages of other sites, and too many of a kind.
#include <gtest/gtest.h>

#include "server/gate/gate.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

constexpr char friendly[] = "https://books.example";

AppOptions with_friend() {
  AppOptions options;
  options.gate.origins.allowed = gate::read_origins(std::string(friendly) + "/, https://other.example:8443");
  return options;
}

Answer ask_first(const RunningServer& server, std::string_view target, const char* origin) {
  return test::send(server.port(), "OPTIONS", target, {},
                    {{"Origin", origin},
                     {"Access-Control-Request-Method", "PATCH"},
                     {"Access-Control-Request-Headers", "authorization,idempotency-key"}});
}

TEST(Origins, NobodyIsAllowedUntilSomebodyIsNamed) {
  const RunningServer server;
  const Answer asked = ask_first(server, "/api/catalogue/products/", friendly);
  EXPECT_EQ(asked.status, 403);
  EXPECT_EQ(asked.header("access-control-allow-origin"), "");
  const Answer got = server.get("/healthz", {{"Origin", friendly}});
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("access-control-allow-origin"), "");
}

TEST(Origins, AnswersThePreflightOfOneThatIsNamed) {
  const RunningServer server(with_friend());
  const Answer asked = ask_first(server, "/api/catalogue/products/", friendly);
  EXPECT_EQ(asked.status, 204);
  EXPECT_EQ(asked.header("access-control-allow-origin"), friendly);
  EXPECT_NE(asked.header("access-control-allow-methods").find("POST"), std::string::npos);
  EXPECT_NE(asked.header("access-control-allow-headers").find("Authorization"), std::string::npos);
  EXPECT_NE(asked.header("access-control-allow-headers").find("Idempotency-Key"), std::string::npos);
  EXPECT_EQ(asked.header("access-control-allow-credentials"), "") << "never with cookies";
  EXPECT_EQ(asked.header("vary"), "Origin");
  for (const char* stranger :
       {"https://evil.example", "https://books.example.evil.example", "http://books.example",
        "https://books.example:8443", "null", "*", "https://booksexample"}) {
    const Answer refused = ask_first(server, "/api/catalogue/products/", stranger);
    EXPECT_EQ(refused.status, 403) << stranger;
    EXPECT_EQ(refused.header("access-control-allow-origin"), "") << stranger;
  }
  EXPECT_EQ(ask_first(server, "/till", friendly).status, 403) << "the API only";
}

TEST(Origins, LetsOneThatIsNamedReadAndWrite) {
  RunningServer server(with_friend());
  Headers owner = server.owner();
  owner.emplace_back("Origin", friendly);
  owner.emplace_back("Sec-Fetch-Site", "cross-site");
  const Answer got = server.get("/api/branches/", owner);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.header("access-control-allow-origin"), friendly);
  EXPECT_EQ(server.post("/api/catalogue/categories/", Object{{"name", "Bread"}}, owner).status, 201);
  owner.emplace_back("Cookie", "ringup_session=abc");
  EXPECT_EQ(server.post("/api/catalogue/categories/", Object{{"name", "Cake"}}, owner).status, 403)
      << "cookies never come from elsewhere";
}

TEST(Origins, RefusesChangesThatAnotherSiteAsksFor) {
  RunningServer server;
  const std::string here = "http://127.0.0.1:" + std::to_string(server.port());
  const std::string cookie =
      server.login(test::owner_email, test::owner_password, {{"X-Ringup-Client", "browser"}})
          .header("set-cookie");
  const auto refresh = [&](Headers headers) {
    headers.emplace_back("Cookie", cookie.substr(0, cookie.find(';')));
    headers.emplace_back("X-Ringup-Client", "browser");
    return server.post("/api/accounts/refresh/", Object{}, headers).status;
  };
  for (const char* stranger : {"https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1",
                               "http://localhost", "http://127.0.0.1.evil.example"})
    EXPECT_EQ(refresh({{"Origin", stranger}}), 403) << stranger;
  EXPECT_EQ(refresh({{"Origin", here}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(refresh({{"Origin", here}, {"Sec-Fetch-Site", "same-site"}}), 403)
      << "a neighbour's host is not ours";
  EXPECT_EQ(refresh({{"Origin", here}}), 200);
  // A form, which a browser sends without asking first.
  const auto form = [&](const char* origin) {
    return test::send(server.port(), "POST", "/api/accounts/login/", "email=a",
                      {{"Content-Type", "text/plain"}, {"Origin", origin}});
  };
  EXPECT_EQ(form("https://evil.example").status, 403);
  EXPECT_EQ(form("https://evil.example").text("errors.Origin"),
            "A page of another site asked for this. Its address is not among those that may.");
  EXPECT_EQ(form(here.c_str()).status, 415);
}

TEST(Origins, KnowsItselfBehindAProxyByPublicUrl) {
  AppOptions options;
  options.https.public_url = "https://shop.example";
  const RunningServer server(options);
  EXPECT_EQ(
      server.login(test::owner_email, test::owner_password, {{"Origin", "https://shop.example"}}).status,
      200);
  EXPECT_EQ(
      server.login(test::owner_email, test::owner_password, {{"Origin", "https://shop.example:444"}}).status,
      403);
}

TEST(Limits, TellTheWaitThatHelps) {
  AppOptions options;
  options.accounts.logins_per_minute = 6;
  RunningServer server(options);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(server.login("a@shop.example", "wrong").status, 401);
  const Answer limited = server.login();
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.header("retry-after"), "10");
  EXPECT_EQ(limited.text("detail"), "Too many requests of this kind. Try again in 10 seconds.");
  server.pass(9);
  EXPECT_EQ(server.login().status, 429);
  server.pass(1);
  EXPECT_EQ(server.login().status, 200);
  EXPECT_EQ(server.login().status, 429) << "one, not a new minute's";
}

TEST(Limits, CountAnAddressHoweverItsPathIsWritten) {
  AppOptions options;
  options.accounts.logins_per_minute = 4;
  const RunningServer server(options);
  for (const char* path :
       {"/api/accounts/login/", "/api/accounts/login", "//api/accounts//login/", "/api/accounts/%6cogin/"})
    EXPECT_EQ(server.post(path, Object{{"email", "a@shop.example"}, {"password", "x"}}).status, 401) << path;
  EXPECT_EQ(server.login().status, 429);
}

TEST(Limits, AreByAccountWhereTheAccountIsAtStake) {
  AppOptions options;
  options.gate.limits.sensitive = {2, 60'000'000};
  const RunningServer server(options);
  const Headers owner = server.owner();
  const auto change = [&](const Headers& who) {
    return server.post("/api/accounts/change-password/", Object{{"new_password", "short"}}, who).status;
  };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(change(owner), 400);
  EXPECT_EQ(change(owner), 429);
  EXPECT_EQ(change(server.owner()), 429) << "the same account in another session";
  EXPECT_EQ(change({}), 401) << "strangers use up nobody's";
}

TEST(Limits, EveryClassedRouteOfAccountsExists) {
  RunningServer server;
  for (const char* route : {"/api/accounts/login/", "/api/accounts/refresh/", "/api/accounts/logout/",
                            "/api/accounts/change-password/"}) {
    EXPECT_TRUE(gate::class_of("POST", route).has_value()) << route;
    EXPECT_NE(server.app().router().match("POST", route).handler, nullptr) << route;
  }
  EXPECT_FALSE(gate::class_of("POST", "/api/till/journal/").has_value()) << "sales wait for nobody";
}

}  // namespace
}  // namespace ringup
