// What is refused stands in the audit log, and a flood of it fills nothing.
#include "server/gate/refusals.h"

#include <gtest/gtest.h>

#include "server/identity/business.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

/// The newest entry about a refusal, as the owner reads it.
json::Value newest(RunningServer& server) {
  server.app().settle_refusals();
  const json::Value log = server.get("/api/admin/audit-log/?action=request_refused", server.owner()).json();
  const json::Value* items = log.find("items");
  if (items == nullptr || items->as_array()->empty()) return {};
  return items->as_array()->front();
}

std::string text(const json::Value& entry, std::string_view member) {
  const json::Value* details = entry.find("details");
  const json::Value* found = details == nullptr ? nullptr : details->find(member);
  return found != nullptr && found->as_string() != nullptr ? *found->as_string() : "";
}

std::int64_t number(const json::Value& entry, std::string_view member) {
  const json::Value* details = entry.find("details");
  const json::Value* found = details == nullptr ? nullptr : details->find(member);
  return found != nullptr && found->as_integer() != nullptr ? *found->as_integer() : 0;
}

TEST(Refusals, StandInTheAuditLog) {
  RunningServer server;
  EXPECT_EQ(server.get("/api/branches/", RunningServer::bearer("nonsense")).status, 401);
  json::Value entry = newest(server);
  EXPECT_EQ(text(entry, "code"), "invalid_token");
  EXPECT_EQ(text(entry, "route"), "/api/branches/");
  ASSERT_NE(entry.find("address"), nullptr);
  EXPECT_EQ(*entry.find("address"), json::Value("127.0.0.1"));

  EXPECT_EQ(server.login("Ben@shop.example", "wrong").status, 401);
  entry = newest(server);
  EXPECT_EQ(text(entry, "code"), "invalid_credentials");
  EXPECT_EQ(text(entry, "tried"), "Ben@shop.example");
  EXPECT_EQ(json::dump(entry).find("wrong"), std::string::npos) << "never what was shown as a secret";

  EXPECT_EQ(server.post("/api/accounts/logout/", Object{}, {{"Origin", "https://evil.example"}}).status, 403);
  entry = newest(server);
  EXPECT_EQ(text(entry, "code"), "cross_origin");
  EXPECT_EQ(text(entry, "origin"), "https://evil.example");

  EXPECT_EQ(server.get("/api/branches/").status, 401);
  EXPECT_EQ(text(newest(server), "code"), "cross_origin") << "who merely is not signed in yet is not told of";
}

TEST(Refusals, NameTheAccountThatWasTried) {
  RunningServer server;
  EXPECT_EQ(server.login(test::owner_email, "wrong").status, 401);
  const json::Value entry = newest(server);
  ASSERT_NE(entry.find("object"), nullptr);
  ASSERT_NE(entry.find("object")->find("id"), nullptr) << json::dump(entry);
  EXPECT_EQ(*entry.find("object")->find("id"),
            *server.get("/api/accounts/me/", server.owner()).json().find("id"));
}

TEST(Refusals, NameWhoHadNoRight) {
  RunningServer server;
  const Answer made = server.post("/api/admin/users/",
                                  Object{{"email", "ben@shop.example"},
                                         {"password", "nine tall yellow cranes"},
                                         {"role", "cashier"},
                                         {"first_name", "Ben"},
                                         {"last_name", "B"}},
                                  server.owner());
  ASSERT_EQ(made.status, 201) << made.body;
  const Headers ben =
      RunningServer::bearer(server.login("ben@shop.example", "nine tall yellow cranes").text("access"));
  EXPECT_EQ(server.get("/api/admin/audit-log/", ben).status, 403);
  EXPECT_EQ(server.get("/api/admin/audit-log/verify/", ben).status, 403);
  const json::Value entry = newest(server);
  EXPECT_EQ(text(entry, "code"), "forbidden");
  ASSERT_NE(entry.find("actor"), nullptr);
  ASSERT_NE(entry.find("actor")->find("id"), nullptr);
  EXPECT_EQ(*entry.find("actor")->find("name"), json::Value("ben@shop.example"));
}

TEST(Refusals, AreToldOnceAMinuteWithTheNumberOfTheOthers) {
  RunningServer server;
  for (int i = 0; i < 50; ++i) server.get("/api/branches/", RunningServer::bearer("nonsense"));
  EXPECT_EQ(number(newest(server), "further"), 0);
  const json::Value before = server.get("/api/admin/audit-log/", server.owner()).json();
  server.pass(61);
  server.get("/api/branches/", RunningServer::bearer("nonsense"));
  EXPECT_EQ(number(newest(server), "further"), 49);
  const json::Value after = server.get("/api/admin/audit-log/?action=request_refused", server.owner()).json();
  EXPECT_EQ(after.find("items")->as_array()->size(), 2u);
}

TEST(Refusals, OfAFloodThatEndsAreToldLater) {
  RunningServer server;
  for (int i = 0; i < 10; ++i) server.get("/api/branches/", RunningServer::bearer("nonsense"));
  newest(server);
  server.pass(61);
  EXPECT_EQ(number(newest(server), "further"), 9) << "without a next one";
}

TEST(Refusals, OfManyAddressesFillNeitherDiskNorMemory) {
  RunningServer server;
  gate::Refusals refusals(server.store(), http::Access{}, store::unix_us_now, false);
  const http::Response answer = http::problem(fail(Error::invalid_token));
  for (int i = 0; i < 30'000; ++i) {
    http::Request request;
    request.method = "GET";
    request.remote_address =
        "10." + std::to_string(i >> 14) + "." + std::to_string(i >> 7 & 127) + "." + std::to_string(i & 127);
    refusals.note(request, "/api/branches/", answer);
    if (i % 100 == 0) refusals.settle();
  }
  refusals.settle();
  const gate::Refusals::Numbers numbers = refusals.numbers();
  EXPECT_EQ(numbers.noted, 30'000u);
  EXPECT_LE(numbers.written, 2u * gate::Refusals::rows_per_minute_max);
  EXPECT_GE(numbers.written, 100u);
}

TEST(Refusals, GoToTheBusinessThatIsMeant) {
  RunningServer server({}, "shop.example");
  identity::NewBusiness wish;
  wish.slug = "other";
  wish.name = "Other";
  wish.owner_email = "otto@other.example";
  wish.password = "nine tall yellow cranes";
  wish.host = "other.example";
  ASSERT_TRUE(identity::make_business(server.store(), wish, {}).ok());
  const auto login = [&](const char* tenant, const char* email, const char* password, const char* host) {
    return server.post("/api/accounts/login/",
                       Object{{"tenant", tenant}, {"email", email}, {"password", password}},
                       {{"Host", host}});
  };
  EXPECT_EQ(login("other", "otto@other.example", "wrong", "shop.example").status, 401);
  server.app().settle_refusals();
  const auto rows = [&](const Answer& who, const char* host) {
    Headers headers = RunningServer::bearer(who.text("access"));
    headers.emplace_back("Host", host);
    return server.get("/api/admin/audit-log/?action=request_refused", headers)
        .json()
        .find("items")
        ->as_array()
        ->size();
  };
  EXPECT_EQ(rows(login("shop", test::owner_email, test::owner_password, "shop.example"), "shop.example"), 0u);
  EXPECT_EQ(
      rows(login("other", "otto@other.example", "nine tall yellow cranes", "other.example"), "other.example"),
      1u);
}

TEST(AuditLog, IsReadByWhomItConcerns) {
  RunningServer server;
  const Headers owner = server.owner();
  for (const char* token : {"a", "b"}) {
    server.get("/api/branches/", RunningServer::bearer(token));
    server.pass(61);
    server.app().settle_refusals();
  }
  const Answer page = server.get("/api/admin/audit-log/?action=request_refused&limit=1", server.owner());
  ASSERT_EQ(page.status, 200) << page.body;
  ASSERT_FALSE(page.text("next").empty());
  const Answer rest = server.get(
      "/api/admin/audit-log/?action=request_refused&limit=1&cursor=" + page.text("next"), server.owner());
  EXPECT_EQ(rest.status, 200);
  EXPECT_NE(rest.body, page.body);
  for (const char* query :
       {"?actor=x", "?from=yesterday", "?to=1", "?cursor=a", "?cursor=1x", "?who=me", "?limit=0"})
    EXPECT_EQ(server.get(std::string("/api/admin/audit-log/") + query, server.owner()).status, 400) << query;
  const Answer checked = server.get("/api/admin/audit-log/verify/", server.owner());
  EXPECT_EQ(checked.status, 200);
  EXPECT_NE(checked.body.find("\"intact\":true"), std::string::npos) << checked.body;
  EXPECT_NE(checked.body.find("\"broken_at\":null"), std::string::npos) << checked.body;
}

}  // namespace
}  // namespace ringup
