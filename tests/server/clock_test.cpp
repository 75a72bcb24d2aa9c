// The wall clock jumps by hours, in both directions: nobody is locked out for longer than was meant, and what
// stands goes on.
#include <gtest/gtest.h>

#include "tests/server/running.h"

namespace ringup {
namespace {

using test::Answer;
using test::RunningServer;

constexpr std::int64_t hours = 3600, jump = 9 * hours;

class Jump : public testing::TestWithParam<std::int64_t> {};

TEST_P(Jump, KeepsSessionsAndSignsIn) {
  RunningServer server;
  const Answer first = server.login();
  ASSERT_EQ(first.status, 200);
  server.pass(GetParam());
  // An access token may have run out by a clock that went ahead; the session has not.
  const Answer renewed =
      server.post("/api/accounts/refresh/", json::Object{{"refresh", first.text("refresh")}});
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  EXPECT_EQ(server.get("/api/accounts/me/", RunningServer::bearer(renewed.text("access"))).status, 200);
  EXPECT_EQ(server.login().status, 200);
  server.pass(-GetParam());
  EXPECT_EQ(server.login().status, 200);
  EXPECT_EQ(server.get("/readyz").status, 200);
}

TEST_P(Jump, LocksNobodyOutForLongerThanWasMeant) {
  RunningServer server;
  for (const char* email : {test::owner_email, "nobody@shop.example"}) {
    for (int i = 0; i < identity::login_attempts_max; ++i) server.login(email, "a wrong password, again");
    EXPECT_EQ(server.login(email, "a wrong password, again").text("code"), "account_locked");
  }
  server.pass(GetParam());
  EXPECT_EQ(server.login().status, 200);
  EXPECT_EQ(server.login("nobody@shop.example").text("code"), "invalid_credentials") << "alike, still";
}

TEST_P(Jump, WaitsForNoWindowOfALimit) {
  AppOptions options;
  options.accounts.logins_per_minute = 2;
  RunningServer server(options);
  for (int i = 0; i < 2; ++i) server.login();
  EXPECT_EQ(server.login().status, 429);
  for (int i = 0; i < 20; ++i)
    server.post("/api/till/enrol/", json::Object{{"pairing_code", "AAAA-AAA" + std::to_string(i % 10)}});
  const Answer refused = server.post("/api/till/enrol/", json::Object{{"pairing_code", "AAAA-AAAA"}});
  server.pass(GetParam());
  EXPECT_EQ(server.login().status, 200);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(server.post("/api/till/enrol/", json::Object{{"pairing_code", "AAAA-AAAA"}}).status, 401);
}

TEST_P(Jump, AnswersAKeyOnceAcrossIt) {
  RunningServer server;
  test::Headers headers = server.owner();
  headers.emplace_back("Idempotency-Key", "across-the-jump");
  const json::Object body{{"name", "Bread"}};
  const Answer first = server.post("/api/catalogue/categories/", body, headers);
  ASSERT_EQ(first.status, 201) << first.body;
  server.pass(GetParam());
  headers = server.owner();
  headers.emplace_back("Idempotency-Key", "across-the-jump");
  const Answer again = server.post("/api/catalogue/categories/", body, headers);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
}

TEST(Clock, SetBackAsksForAFreshProof) {
  RunningServer server;
  const test::Headers owner = server.owner();
  server.pass(-2 * hours);
  const Answer asked = server.post("/api/accounts/change-password/",
                                   json::Object{{"new_password", "nine large red boats"}}, owner);
  EXPECT_EQ(asked.text("code"), "proof_required") << asked.body;
}

INSTANTIATE_TEST_SUITE_P(Clock, Jump, testing::Values(jump, -jump),
                         [](const auto& info) { return info.param > 0 ? "Ahead" : "Back"; });

}  // namespace
}  // namespace ringup
