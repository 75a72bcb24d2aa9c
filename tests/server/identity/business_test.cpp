/// Users, branches and tax classes: who may, what is refused, and that another business's things are not
/// there.
#include <gtest/gtest.h>

#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

constexpr char cashier_password[] = "four quiet brown owls";

Answer add_cashier(const RunningServer& server, const Headers& owner,
                   std::string email = "kim@shop.example") {
  return server.post(
      "/api/admin/users/",
      Object{{"email", email}, {"password", cashier_password}, {"role", "cashier"}, {"first_name", "Kim"}},
      owner);
}

TEST(Users, TheOwnerAddsACashierWhoMaySellOnly) {
  const RunningServer server;
  const Headers owner = server.owner();
  const Answer added = add_cashier(server, owner);
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.text("role"), "cashier");
  EXPECT_EQ(added.body.find("argon2"), std::string::npos);
  EXPECT_EQ(add_cashier(server, owner).status, 409);
  const Headers cashier =
      RunningServer::bearer(server.login("kim@shop.example", cashier_password).text("access"));
  EXPECT_EQ(server.get("/api/branches/", cashier).status, 200);
  EXPECT_EQ(server.get("/api/admin/users/", cashier).text("code"), "forbidden");
  EXPECT_EQ(server.post("/api/branches/", Object{{"code", "b"}, {"name", "B"}}, cashier).status, 403);
  EXPECT_EQ(server.post("/api/tax-classes/", Object{{"name", "x"}, {"rate", 1}}, cashier).status, 403);
  EXPECT_EQ(server.get("/api/admin/users/").status, 401);
}

TEST(Users, ADisabledOneIsOutAtOnce) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string id = add_cashier(server, owner).text("id");
  const Answer login = server.login("kim@shop.example", cashier_password);
  const Headers cashier = RunningServer::bearer(login.text("access"));
  ASSERT_EQ(server.get("/api/accounts/me/", cashier).status, 200);
  EXPECT_EQ(server.patch("/api/admin/users/" + id + "/", Object{{"is_active", false}}, owner).status, 200);
  EXPECT_EQ(server.get("/api/accounts/me/", cashier).status, 401);
  EXPECT_EQ(server.post("/api/accounts/refresh/", Object{{"refresh", login.text("refresh")}}).status, 401);
  EXPECT_EQ(server.login("kim@shop.example", cashier_password).text("code"), "invalid_credentials");
}

TEST(Users, ANewRoleCountsAtTheNextRequest) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string id = add_cashier(server, owner).text("id");
  const Headers person =
      RunningServer::bearer(server.login("kim@shop.example", cashier_password).text("access"));
  EXPECT_EQ(server.get("/api/admin/users/", person).status, 403);
  EXPECT_EQ(server.patch("/api/admin/users/" + id + "/", Object{{"role", "owner"}}, owner).status, 200);
  EXPECT_EQ(server.get("/api/admin/users/", person).status, 200);
}

TEST(Users, OneActiveOwnerMustRemain) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string self = server.get("/api/accounts/me/", owner).text("id");
  EXPECT_EQ(server.patch("/api/admin/users/" + self + "/", Object{{"role", "cashier"}}, owner).status, 409);
  EXPECT_EQ(server.patch("/api/admin/users/" + self + "/", Object{{"is_active", false}}, owner).status, 409);
  EXPECT_EQ(server.get("/api/accounts/me/", owner).text("role"), "owner");
}

TEST(Users, BadInputIsNamed) {
  const RunningServer server;
  const Headers owner = server.owner();
  const auto errors = [&](const json::Value& body) {
    const Answer answer = server.post("/api/admin/users/", body, owner);
    EXPECT_EQ(answer.status, 400) << answer.body;
    const json::Value problem = answer.json();
    const json::Value* fields = problem.find("errors");
    return fields != nullptr ? fields->as_object()->front().name : std::string();
  };
  EXPECT_EQ(errors(Object{{"email", "x"}, {"password", cashier_password}, {"role", "cashier"}}), "email");
  EXPECT_EQ(errors(Object{{"email", "a@b.example"}, {"password", "short"}, {"role", "cashier"}}), "password");
  EXPECT_EQ(errors(Object{{"email", "a@b.example"}, {"password", cashier_password}, {"role", "king"}}),
            "role");
  EXPECT_EQ(errors(Object{{"email", "a@b.example"}, {"password", cashier_password}}), "role");
  EXPECT_EQ(server.patch("/api/admin/users/none/", Object{{"role", "cashier"}}, owner).status, 404);
}

TEST(Lists, ArePagedByCursor) {
  const RunningServer server;
  const Headers owner = server.owner();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(
        server.post("/api/branches/", Object{{"code", "b" + std::to_string(i)}, {"name", "B"}}, owner).status,
        201);
  }
  std::size_t seen = 0;
  std::string cursor;
  int pages = 0;
  do {
    const Answer page =
        server.get("/api/branches/?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor), owner);
    ASSERT_EQ(page.status, 200) << page.body;
    seen += page.json().find("items")->as_array()->size();
    cursor = page.text("next");
    ++pages;
  } while (!cursor.empty() && pages < 10);
  EXPECT_EQ(seen, 5u);
  EXPECT_EQ(pages, 3);
  for (const char* query : {"limit=0", "limit=201", "limit=x", "limit=", "cursor=x", "page=2"})
    EXPECT_EQ(server.get("/api/branches/?" + std::string(query), owner).status, 400) << query;
}

TEST(Writes, AreDoneOnceUnderAKey) {
  const RunningServer server;
  Headers owner = server.owner();
  owner.emplace_back("Idempotency-Key", "branch-1");
  const json::Value body = Object{{"code", "west"}, {"name", "West"}};
  const Answer first = server.post("/api/branches/", body, owner);
  ASSERT_EQ(first.status, 201);
  const Answer again = server.post("/api/branches", body, owner);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  const Answer other = server.post("/api/branches/", Object{{"code", "east"}, {"name", "East"}}, owner);
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(other.text("code"), "idempotency_mismatch");
  owner.back().second = std::string(300, 'x');
  EXPECT_EQ(server.post("/api/branches/", body, owner).status, 400);
}

TEST(TaxClasses, AreListedAndAdded) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string list = server.get("/api/tax-classes/", owner).body;
  EXPECT_NE(list.find(R"({"name":"standard","rate":190000})"), std::string::npos) << list;
  EXPECT_NE(list.find(R"({"name":"reduced","rate":70000})"), std::string::npos);
  EXPECT_EQ(server.post("/api/tax-classes/", Object{{"name", "books"}, {"rate", 55'000}}, owner).status, 201);
  EXPECT_EQ(server.post("/api/tax-classes/", Object{{"name", "books"}, {"rate", 55'000}}, owner).status, 409);
  EXPECT_EQ(server.post("/api/tax-classes/", Object{{"name", "b"}, {"rate", -1}}, owner).status, 400);
  EXPECT_EQ(server.post("/api/tax-classes/", Object{{"name", "b"}, {"rate", "19"}}, owner).text("code"),
            "wrong_type");
  EXPECT_EQ(server.post("/api/tax-classes/", Object{{"name", "No Name"}, {"rate", 1}}, owner).status, 400);
}

TEST(Businesses, AreInvisibleToEachOther) {
  RunningServer server;
  const Headers owner = server.owner();
  const std::string id = add_cashier(server, owner).text("id");
  identity::NewBusiness wish;
  wish.slug = "other";
  wish.name = "Other";
  wish.owner_email = test::owner_email;
  wish.password = "three loud yellow cats";
  ASSERT_TRUE(identity::make_business(server.store(), wish, {}).ok());
  const auto login = [&](const char* tenant, const char* password) {
    return server.post("/api/accounts/login/",
                       Object{{"tenant", tenant}, {"email", test::owner_email}, {"password", password}});
  };
  const Answer stranger = login("other", "three loud yellow cats");
  ASSERT_EQ(stranger.status, 200) << stranger.body;
  EXPECT_EQ(login("other", test::owner_password).status, 401) << "the same address is another person there";
  const Headers other = RunningServer::bearer(stranger.text("access"));
  EXPECT_EQ(server.patch("/api/admin/users/" + id + "/", Object{{"is_active", false}}, other).status, 404);
  EXPECT_EQ(server.get("/api/admin/users/", other).json().find("items")->as_array()->size(), 1u);
}

}  // namespace
}  // namespace ringup
