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

TEST(Users, ANewRoleEndsWhatTheOldOneOpenedAndCountsAtTheNextSignIn) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string id = add_cashier(server, owner).text("id");
  const auto sign_in = [&] {
    return RunningServer::bearer(server.login("kim@shop.example", cashier_password).text("access"));
  };
  const Headers before = sign_in();
  EXPECT_EQ(server.get("/api/admin/users/", before).status, 403);
  EXPECT_EQ(server.patch("/api/admin/users/" + id + "/", Object{{"role", "owner"}}, owner).status, 200);
  EXPECT_EQ(server.get("/api/admin/users/", before).status, 401);
  EXPECT_EQ(server.get("/api/admin/users/", sign_in()).status, 200);
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

TEST(Business, ItsFactsCanBeReadByAllAndChangedByTheOwner) {
  const RunningServer server;
  const Headers owner = server.owner();
  ASSERT_EQ(add_cashier(server, owner).status, 201);
  const Headers cashier =
      RunningServer::bearer(server.login("kim@shop.example", cashier_password).text("access"));
  const Answer before = server.get("/api/business/", cashier);
  ASSERT_EQ(before.status, 200) << before.body;
  EXPECT_EQ(before.text("time_zone"), "Europe/Berlin");
  EXPECT_EQ(before.text("receipt_footer"), "");
  EXPECT_EQ(server.patch("/api/business/", Object{{"name", "Mine"}}, cashier).status, 403);

  const Answer changed = server.patch(
      "/api/business/",
      Object{{"name", "Shop & Sons"},
             {"time_zone", "Europe/Lisbon"},
             {"receipt_footer", "Thank you!\nCome again."},
             {"cash_rounding", 5},
             {"scale_patterns", json::Array{json::Object{{"text", "21.....{NNDDD}"}, {"value", "weight"}}}},
             {"cash_rounding_halves", "down"}},
      owner);
  ASSERT_EQ(changed.status, 200) << changed.body;
  const Answer after = server.get("/api/business/", cashier);
  EXPECT_EQ(after.body, changed.body);
  EXPECT_EQ(after.text("name"), "Shop & Sons");
  EXPECT_EQ(after.text("time_zone"), "Europe/Lisbon");
  EXPECT_EQ(after.text("receipt_footer"), "Thank you!\nCome again.");
  EXPECT_NE(after.body.find("\"cash_rounding\":5"), std::string::npos);
  const char* const patterns = R"("scale_patterns":[{"text":"21.....{NNDDD}","value":"weight"}])";
  EXPECT_NE(after.body.find(patterns), std::string::npos) << after.body;
  // Tills read labels by it.
  const Answer told = server.get("/api/catalogue/changes/", owner);
  EXPECT_NE(told.body.find(patterns), std::string::npos) << told.body;
  EXPECT_EQ(server.get("/api/accounts/me/", owner).text("tenant.name"), "Shop & Sons");
}

TEST(Business, BadFactsAreNamedAndChangeNothing) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string before = server.get("/api/business/", owner).body;
  const auto refused = [&](Object body, const char* field) {
    body.insert(body.begin(), {"name", "Other"});
    const Answer answer = server.patch("/api/business/", json::Value(std::move(body)), owner);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_NE(answer.body.find(std::string("\"errors\":{\"") + field), std::string::npos) << answer.body;
  };
  refused(Object{{"time_zone", "Middle/Earth"}}, "time_zone");
  refused(Object{{"cash_rounding", -1}}, "cash_rounding");
  refused(Object{{"cash_rounding_halves", "sideways"}}, "cash_rounding_halves");
  refused(Object{{"receipt_footer", "bell \x07"}}, "receipt_footer");
  refused(Object{{"receipt_footer", std::string(201, 'x')}}, "receipt_footer");
  const auto pattern = [](const char* text, const char* value) {
    return Object{{"scale_patterns", json::Array{json::Object{{"text", text}, {"value", value}}}}};
  };
  refused(pattern("21....{NNDDD}", "weight"), "scale_patterns.0.text");
  refused(pattern("21.....{NNDDD}", "colour"), "scale_patterns.0.value");
  refused(Object{{"slug", "other"}}, "slug");
  EXPECT_EQ(server.get("/api/business/", owner).body, before);
}

TEST(Branches, AreRenamedAndOneIsTheDefault) {
  const RunningServer server;
  const Headers owner = server.owner();
  const std::string second =
      server.post("/api/branches/", Object{{"code", "two"}, {"name", "Two"}}, owner).text("id");
  const Answer renamed = server.patch("/api/branches/" + second + "/",
                                      Object{{"name", "Station"}, {"address", "Platform 2"}}, owner);
  ASSERT_EQ(renamed.status, 200) << renamed.body;
  EXPECT_EQ(renamed.text("name"), "Station");
  EXPECT_EQ(renamed.text("address"), "Platform 2");
  EXPECT_EQ(renamed.text("code"), "two");
  const auto defaults = [&] {
    const std::string body = server.get("/api/branches/", owner).body;
    std::size_t count = 0;
    for (std::size_t at = 0; (at = body.find("\"is_default\":true", at)) != std::string::npos; ++at) ++count;
    return count;
  };
  EXPECT_EQ(defaults(), 1u);
  ASSERT_EQ(server.patch("/api/branches/" + second + "/", Object{{"is_default", true}}, owner).status, 200);
  EXPECT_EQ(defaults(), 1u);
  EXPECT_EQ(server.patch("/api/branches/" + second + "/", Object{{"is_default", false}}, owner).status, 409);
  EXPECT_EQ(server.patch("/api/branches/" + second + "/", Object{{"name", " "}}, owner).status, 400);
  EXPECT_EQ(server
                .patch("/api/branches/" + server.get("/api/business/", owner).text("id") + "/",
                       Object{{"name", "X"}}, owner)
                .status,
            404);
}

TEST(TaxClasses, ARateChangesAndOnlyAnUnusedClassGoes) {
  const RunningServer server;
  const Headers owner = server.owner();
  ASSERT_EQ(server.post("/api/tax-classes/", Object{{"name", "books"}, {"rate", 50000}}, owner).status, 201);
  const Answer changed = server.patch("/api/tax-classes/books/", Object{{"rate", 60000}}, owner);
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_NE(server.get("/api/tax-classes/", owner).body.find("{\"name\":\"books\",\"rate\":60000}"),
            std::string::npos);
  EXPECT_EQ(server.patch("/api/tax-classes/none/", Object{{"rate", 1}}, owner).status, 404);
  EXPECT_EQ(server.patch("/api/tax-classes/books/", Object{{"rate", 20000000}}, owner).status, 400);

  const Answer product = server.post(
      "/api/catalogue/products/",
      Object{{"sku", "B-1"}, {"name", "Atlas"}, {"unit_price", "20.00"}, {"tax_class", "books"}}, owner);
  ASSERT_EQ(product.status, 201) << product.body;
  const Answer held = server.remove("/api/tax-classes/books/", owner);
  EXPECT_EQ(held.status, 409);
  EXPECT_NE(held.body.find("1 product is"), std::string::npos) << held.body;
  ASSERT_EQ(server
                .patch("/api/catalogue/products/" + product.text("id") + "/",
                       Object{{"tax_class", "reduced"}}, owner)
                .status,
            200);
  EXPECT_EQ(server.remove("/api/tax-classes/books/", owner).status, 204);
  EXPECT_EQ(server.remove("/api/tax-classes/books/", owner).status, 404);
}

}  // namespace
}  // namespace ringup
