// Every route of the router, asked by people who mean harm: without a credential, with one that is none, with
// another business's ids, with members that nobody asked for, with bodies that are no bodies.
#include <gtest/gtest.h>

#include "tests/server/hostile/ground.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Ground;
using test::Headers;

bool writes(const http::Router::Listed& route) {
  return route.method == "POST" || route.method == "PATCH" || route.method == "PUT" ||
         route.method == "DELETE";
}
bool is_stream(const http::Router::Listed& route) {
  return route.pattern == "/api/events" || route.pattern == "/api/events/";
}
std::string name_of(const http::Router::Listed& route) {
  return route.method + " " + route.pattern;
}
std::string fresh_id() {
  return to_string(store::new_id());
}

TEST(HostileRoutes, NothingOfABusinessIsOpenToStrangers) {
  Ground ground;
  const std::string before = ground.state();
  // What somebody must be able to ask for before they are signed in, or with a token of its own in the body.
  const auto is_public = [](const std::string& pattern) {
    for (const char* prefix :
         {"/api/accounts/", "/auth/api/mobile/", "/api/till/enrol/", "/api/openapi.json", "/api/docs"}) {
      if (pattern.starts_with(prefix)) return true;
    }
    return !pattern.starts_with("/api/");
  };
  for (const auto& route : ground.routes()) {
    if (is_public(route.pattern)) continue;
    EXPECT_EQ(ground.ask(route, fresh_id(), writes(route) ? "{}" : "", {}).status, 401) << name_of(route);
  }
  EXPECT_EQ(ground.state(), before);
}

TEST(HostileRoutes, AChallengeOpensOnlyItsOwnGate) {
  Ground ground;
  ASSERT_TRUE(ground.store()
                  .writer()
                  .write([](store::Database& db) -> Result<void> {
                    TRY(db.run("UPDATE user SET password_expired = 1 WHERE email = $1", test::other_email));
                    return {};
                  })
                  .ok());
  const Answer first = ground.sign_in("other", test::other_email, test::other_password);
  const std::string challenge = first.text("challenge");
  ASSERT_FALSE(challenge.empty()) << first.body;
  EXPECT_EQ(first.text("access"), "");
  const std::string before = ground.state();
  for (const auto& route : ground.routes()) {
    if (is_stream(route)) continue;
    const std::string id = fresh_id(), body = writes(route) ? "{}" : "";
    const int bare = ground.ask(route, id, body, {}).status;
    for (const char* scheme : {"Bearer ", "Token ", "Till "}) {
      const int with = ground.ask(route, id, body, {{"Authorization", scheme + challenge}}).status;
      EXPECT_TRUE(with == bare || with == 401 || with == 400)
          << name_of(route) << " " << scheme << with << ", bare " << bare;
      EXPECT_FALSE(with < 300 && bare >= 300) << name_of(route);
    }
    for (const char* cookie :
         {"ringup_refresh=", "__Host-ringup_refresh=", "ringup_session=", "ringup_device="}) {
      const int with =
          ground.ask(route, id, body, {{"Cookie", cookie + challenge}, {"X-Ringup-Client", "browser"}})
              .status;
      EXPECT_FALSE(with < 300 && bare >= 300 && route.pattern != "/api/accounts/logout/")
          << name_of(route) << " " << cookie;
    }
  }
  EXPECT_EQ(ground.state(), before);
  EXPECT_TRUE(ground.told("invalid_token"));
}

/// One thing of each kind that the shop has.
std::vector<std::string> things_of_the_shop(Ground& ground, const Headers& owner) {
  std::vector<std::string> ids;
  const auto keep = [&](const Answer& answer, const char* what) {
    EXPECT_LT(answer.status, 300) << what << " " << answer.body;
    EXPECT_FALSE(answer.text("id").empty()) << what;
    ids.push_back(answer.text("id"));
  };
  keep(ground.post("/api/branches/", Object{{"code", "west"}, {"name", "West"}}, owner), "branch");
  keep(ground.post("/api/catalogue/categories/", Object{{"name", "Tea"}}, owner), "category");
  keep(ground.post("/api/catalogue/products/",
                   Object{{"sku", "T1"}, {"name", "Tea"}, {"unit_price", "1.19"}, {"tax_class", "reduced"}},
                   owner),
       "product");
  keep(ground.post("/api/customers/", Object{{"first_name", "Ada"}, {"last_name", "L"}}, owner), "customer");
  keep(ground.get("/api/accounts/me/", owner), "user");
  keep(ground.post("/api/admin/groups/", Object{{"name", "Night"}}, owner), "group");
  const json::Value sessions = ground.get("/api/accounts/sessions/", owner).json();
  ids.push_back(*sessions.find("items")->as_array()->front().find("id")->as_string());
  const std::string code = ground.post("/api/till/pairing-codes/", Object{}, owner).text("pairing_code");
  const Answer till = ground.post("/api/till/enrol/", Object{{"pairing_code", code}});
  EXPECT_EQ(till.status, 200) << till.body;
  const json::Value tills = ground.get("/api/tills/", owner).json();
  ids.push_back(*tills.find("items")->as_array()->front().find("id")->as_string());
  return ids;
}

TEST(HostileRoutes, AnotherBusinesssThingsAreNotThere) {
  Ground ground;
  const Headers shop = ground.shop_owner();
  const std::vector<std::string> ids = things_of_the_shop(ground, shop);
  const Headers other = ground.other_owner();
  const std::string before = ground.state();
  int asked = 0;
  for (const auto& route : ground.routes()) {
    if (route.pattern.find("{id}") == std::string::npos) continue;
    for (const std::string& id : ids) {
      const Answer answer =
          ground.ask(route, id, writes(route) && route.method != "DELETE" ? "{}" : "", other);
      const Answer nobodys =
          ground.ask(route, fresh_id(), writes(route) && route.method != "DELETE" ? "{}" : "", other);
      EXPECT_EQ(answer.status, nobodys.status) << name_of(route) << " tells them apart";
      EXPECT_EQ(answer.text("detail"), nobodys.text("detail")) << name_of(route);
      // A body may be refused before anything is looked for; a till's route wants a till.
      const bool hidden = answer.status == 404 || answer.status == 401 ||
                          ((answer.status == 400 || answer.status == 415) && writes(route));
      EXPECT_TRUE(hidden) << name_of(route) << " " << answer.status << " " << answer.body.substr(0, 200);
      ++asked;
    }
  }
  EXPECT_GT(asked, 100);
  EXPECT_EQ(ground.state(), before);
  EXPECT_EQ(ground.get("/api/branches/", shop).status, 200) << "and nobody's session was ended";
}

TEST(HostileRoutes, NoRouteTakesAMemberThatNobodyAskedFor) {
  Ground ground;
  const Headers shop = ground.shop_owner();
  const std::string id = things_of_the_shop(ground, shop)[4];
  const std::string before = ground.state();
  const std::string extra =
      R"({"role":"owner","tenant":"other","is_active":true,"is_superuser":true,"rights":["sell"],"id":")" +
      fresh_id() + R"(","password_hash":"x","email_verified_at":1,"__proto__":{"role":"owner"}})";
  for (const auto& route : ground.routes()) {
    if (!writes(route) || route.method == "DELETE") continue;
    const Answer answer = ground.ask(route, fresh_id(), extra, shop);
    EXPECT_GE(answer.status, 400) << name_of(route) << " " << answer.body;
    EXPECT_LT(answer.status, 500) << name_of(route) << " " << answer.body;
  }
  // Beside members that are right.
  struct Given {
    const char *method, *route, *body;
  };
  for (const Given& given :
       {Given{"PATCH", "/api/accounts/me/", R"({"first_name":"X","role":"manager"})"},
        Given{"PATCH", "/api/accounts/me/", R"({"first_name":"X","is_active":false})"},
        Given{"PATCH", "/api/accounts/me/", R"({"first_name":"X","tenant":"other"})"},
        Given{"PATCH", "/api/accounts/me/", R"({"first_name":"X","email":"eve@shop.example"})"},
        Given{"PATCH", "/api/admin/users/{id}/", R"({"first_name":"X","tenant":"other"})"},
        Given{"PATCH", "/api/admin/users/{id}/", R"({"first_name":"X","password_hash":"x"})"},
        Given{"PATCH", "/api/admin/users/{id}/", R"({"first_name":"X","email_verified_at":1})"},
        Given{"POST", "/api/branches/", R"({"code":"b","name":"B","tenant":"other"})"},
        Given{"POST", "/api/customers/", R"({"first_name":"A","last_name":"B","tenant":"other"})"},
        Given{"PATCH", "/api/business/", R"({"name":"X","slug":"other"})"},
        Given{"PATCH", "/api/admin/security/", R"({"password_days":1,"tenant":"other"})"},
        Given{"POST", "/api/accounts/login/",
              R"({"email":"olga@shop.example","password":"x","role":"owner"})"}}) {
    const Answer answer = ground.ask({given.method, given.route}, id, given.body, shop);
    EXPECT_EQ(answer.status, 400) << given.route << " " << given.body << answer.body;
    EXPECT_EQ(answer.text("code"), "unknown_member") << given.route << " " << given.body;
  }
  EXPECT_EQ(ground.state(), before);
}

TEST(HostileRoutes, NoBodyBreaksAnything) {
  Ground ground;
  const Headers shop = ground.shop_owner();
  const std::string before = ground.state();
  const std::string deep = std::string(5'000, '[') + std::string(5'000, ']');
  std::string objects;
  for (int i = 0; i < 200; ++i) objects += R"({"a":)";
  const std::vector<std::pair<const char*, std::string>> bodies = {
      {"deep lists", deep},
      {"deep objects", objects + "1" + std::string(200, '}')},
      {"invalid UTF-8", "{\"name\":\"\xC3\x28\xFF\"}"},
      {"overlong UTF-8", "{\"name\":\"\xC0\xAF\"}"},
      {"a surrogate", "{\"name\":\"\\ud800\"}"},
      {"a NUL", std::string("{\"name\":\"\\u0000\"}")},
      {"a bare NUL", std::string("{\"a\":1}\0", 8)},
      {"twice", R"({"name":"a","name":"b"})"},
      {"a number too large", R"({"name":1e999,"limit":99999999999999999999})"},
      {"cut off", R"({"name":)"},
      {"nothing", "   "},
  };
  for (const auto& route : ground.routes()) {
    if (!writes(route) || route.method == "DELETE") continue;
    for (const auto& [what, body] : bodies) {
      const int status = ground.ask(route, fresh_id(), body, shop).status;
      EXPECT_TRUE(status >= 400 && status < 500) << name_of(route) << ": " << what << " " << status;
    }
  }
  const std::string large = "{\"name\":\"" + std::string(17 << 20, 'a') + "\"}";
  for (const char* route : {"/api/accounts/login/", "/api/branches/", "/api/till/journal/"})
    EXPECT_EQ(test::send(ground.port(), "POST", route, large, shop).status, 413) << route;
  EXPECT_EQ(ground.state(), before);
}

}  // namespace
}  // namespace ringup
