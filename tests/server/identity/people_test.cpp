/// Managing people over a real socket: nobody gives or touches what lies outside their own rights, changes
/// count at once, and each one is in the audit log.
#include <gtest/gtest.h>

#include <algorithm>

#include "server/identity/business.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Array;
using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

constexpr char password[] = "four quiet brown owls";

class People : public ::testing::Test {
 protected:
  Answer add(const std::string& email, const char* role, const Headers& by, Object more = {}) {
    Object body{{"email", email}, {"password", password}, {"role", role}};
    for (json::Member& member : more) body.push_back(std::move(member));
    return server.post("/api/admin/users/", std::move(body), by);
  }
  Headers sign_in(const std::string& email) {
    return RunningServer::bearer(server.login(email, password).text("access"));
  }
  Answer change(const std::string& id, json::Value what, const Headers& by) {
    return server.patch("/api/admin/users/" + id + "/", what, by);
  }
  Answer group(const Object& body) { return server.post("/api/admin/groups/", body, owner); }
  /// A manager who may also manage people, by a group.
  Headers people_manager() {
    const std::string id = add("mia@shop.example", "manager", owner).text("id");
    EXPECT_EQ(
        group({{"name", "Shift leads"}, {"rights", Array{"people_manage"}}, {"members", Array{id}}}).status,
        201);
    return sign_in("mia@shop.example");
  }
  std::string audit() {
    std::string actions;
    EXPECT_TRUE(
        server.store()
            .read([&](store::Database& db) -> Result<void> {
              return db.query(
                  "SELECT e.action, p.actor_name, p.address FROM audit_entry e JOIN audit_person p"
                  " ON p.tenant = e.tenant AND p.sequence = e.sequence WHERE e.object IS NOT NULL"
                  " AND e.object_kind IN ('user', 'group') AND e.actor IS NOT NULL"
                  " AND (e.action LIKE 'user_%' OR e.action LIKE 'group_%' OR e.action = 'sessions_ended')"
                  " ORDER BY e.sequence",
                  [&](const store::Row& row) {
                    EXPECT_FALSE(row.text(1).empty());
                    EXPECT_FALSE(row.text(2).empty());
                    actions += row.string(0) + " ";
                  });
            })
            .ok());
    return actions;
  }
  std::vector<std::string> emails(const std::string& query) {
    std::vector<std::string> found;
    const json::Value answer = server.get("/api/admin/users/" + query, owner).json();
    if (answer.find("items") == nullptr) return {"no list"};
    for (const json::Value& item : *answer.find("items")->as_array())
      found.push_back(*item.find("email")->as_string());
    std::sort(found.begin(), found.end());
    return found;
  }
  RunningServer server;
  Headers owner = server.owner();
};
using Emails = std::vector<std::string>;

TEST_F(People, AProfileHasAPlaceADesignationANumberAndGroups) {
  const std::string branch = server.get("/api/branches/", owner)
                                 .json()
                                 .find("items")
                                 ->as_array()
                                 ->front()
                                 .find("id")
                                 ->as_string()
                                 ->c_str();
  const std::string team =
      group({{"name", "Stock"}, {"is_employee", true}, {"rights", Array{"catalogue_write"}}}).text("id");
  const Answer added = add("kim@shop.example", "cashier", owner,
                           {{"first_name", "Kim"},
                            {"phone_number", "+49 30 123456"},
                            {"branch", branch},
                            {"designation", "First till"},
                            {"groups", Array{team}}});
  ASSERT_EQ(added.status, 201) << added.body;
  EXPECT_EQ(added.text("phone_number"), "+4930123456");
  EXPECT_EQ(added.text("branch"), branch);
  EXPECT_EQ(added.text("designation"), "First till");
  EXPECT_NE(added.body.find("\"catalogue_write\""), std::string::npos);
  EXPECT_EQ(added.json().find("groups")->as_array()->front().find("name")->as_string()[0], "Stock");
  const std::string id = added.text("id");
  EXPECT_EQ(server.get("/api/admin/users/" + id + "/", owner).body, added.body);
  const Answer cleared =
      change(id, Object{{"phone_number", nullptr}, {"branch", nullptr}, {"groups", Array{}}}, owner);
  EXPECT_EQ(cleared.status, 200);
  EXPECT_TRUE(cleared.json().find("phone_number")->is_null());
  EXPECT_TRUE(cleared.json().find("branch")->is_null());
  EXPECT_EQ(cleared.body.find("catalogue_write"), std::string::npos);
  EXPECT_EQ(change(id, Object{{"branch", id}}, owner).text("code"), "not_found");
  EXPECT_EQ(change(id, Object{{"groups", Array{id}}}, owner).text("code"), "not_found");
  EXPECT_EQ(change(id, Object{{"groups", Array{"x"}}}, owner).text("code"), "invalid_value");
  EXPECT_EQ(change(id, Object{{"email", "other@shop.example"}}, owner).text("code"), "unknown_member");
  EXPECT_EQ(change(id, Object{{"phone_number", "12"}}, owner).text("code"), "invalid_value");
}

TEST_F(People, AGroupGivesItsRightsFromTheNextRequestOnAndTakesThemBack) {
  const std::string id = add("kim@shop.example", "cashier", owner).text("id");
  const Headers kim = sign_in("kim@shop.example");
  EXPECT_EQ(server.get("/api/reports/sales/", kim).status, 403);
  const std::string team =
      group({{"name", "Figures"}, {"rights", Array{"reports_read"}}, {"members", Array{id}}}).text("id");
  EXPECT_NE(server.get("/api/reports/sales/", kim).status, 403);
  EXPECT_EQ(server.patch("/api/admin/groups/" + team + "/", Object{{"rights", Array{}}}, owner).status, 200);
  EXPECT_EQ(server.get("/api/reports/sales/", kim).status, 403);
  EXPECT_EQ(server.remove("/api/admin/groups/" + team + "/", owner).status, 204);
  EXPECT_EQ(server.get("/api/admin/groups/" + team + "/", owner).status, 404);
  EXPECT_EQ(server.get("/api/accounts/me/", kim).status, 200) << "a group is no reason to sign in again";
}

TEST_F(People, NobodyGivesWhatTheyHaveNot) {
  const std::string owner_id = server.get("/api/accounts/me/", owner).text("id");
  const Headers mia = people_manager();
  const std::string before = audit();
  EXPECT_EQ(server.get("/api/admin/users/", mia).status, 200);
  EXPECT_EQ(add("a@shop.example", "owner", mia).text("code"), "forbidden");
  EXPECT_EQ(add("a@shop.example", "auditor", mia).text("code"), "forbidden");
  EXPECT_EQ(
      server.post("/api/admin/groups/", Object{{"name", "G"}, {"rights", Array{"business_manage"}}}, mia)
          .text("code"),
      "forbidden");
  EXPECT_EQ(change(owner_id, Object{{"first_name", "Gone"}}, mia).text("code"), "forbidden");
  EXPECT_EQ(change(owner_id, Object{{"password", password}}, mia).text("code"), "forbidden");
  EXPECT_EQ(server.remove("/api/admin/users/" + owner_id + "/sessions/", mia).text("code"), "forbidden");
  const std::string strong = group({{"name", "Strong"}, {"rights", Array{"business_manage"}}}).text("id");
  const std::string mia_id = server.get("/api/accounts/me/", mia).text("id");
  for (const Object& what :
       {Object{{"rights", Array{}}}, Object{{"members", Array{mia_id}}}, Object{{"name", "N"}}})
    EXPECT_EQ(server.patch("/api/admin/groups/" + strong + "/", what, mia).text("code"), "forbidden");
  EXPECT_EQ(server.remove("/api/admin/groups/" + strong + "/", mia).text("code"), "forbidden");
  EXPECT_EQ(change(mia_id, Object{{"groups", Array{strong}}}, mia).text("code"), "forbidden");
  EXPECT_EQ(change(mia_id, Object{{"role", "owner"}}, mia).text("code"), "forbidden");
  EXPECT_EQ(server.post("/api/admin/groups/", Object{{"name", "G"}, {"members", Array{owner_id}}}, mia)
                .text("code"),
            "forbidden");
  EXPECT_EQ(audit(), before + "group_added ");
  // Within their rights they may.
  const Answer kim = add("kim@shop.example", "cashier", mia);
  EXPECT_EQ(kim.status, 201) << kim.body;
  EXPECT_EQ(change(kim.text("id"), Object{{"is_active", false}}, mia).status, 200);
}

TEST_F(People, APersonIsTouchedByTheRightsOfTheirGroupsToo) {
  const std::string kim = add("kim@shop.example", "cashier", owner).text("id");
  EXPECT_EQ(group({{"name", "Audit"}, {"rights", Array{"audit_read"}}, {"members", Array{kim}}}).status, 201);
  const Headers mia = people_manager();
  EXPECT_EQ(change(kim, Object{{"password", password}}, mia).text("code"), "forbidden");
}

TEST_F(People, ManagingPeopleIsARightOfItsOwn) {
  EXPECT_EQ(add("max@shop.example", "manager", owner).status, 201);
  const Headers max = sign_in("max@shop.example");
  for (const char* path : {"/api/admin/users/", "/api/admin/groups/", "/api/admin/rights/"}) {
    EXPECT_EQ(server.get(path, max).status, 403) << path;
    EXPECT_EQ(server.get(path).status, 401) << path;
  }
}

TEST_F(People, ALockedOneIsUnlockedAndSessionsAreEnded) {
  const std::string id = add("kim@shop.example", "cashier", owner).text("id");
  const Headers kim = sign_in("kim@shop.example");
  const std::string path = "/api/admin/users/" + id + "/sessions/";
  EXPECT_EQ(server.get(path, owner).json().find("items")->as_array()->size(), 1u);
  EXPECT_EQ(server.remove(path, owner).status, 204);
  EXPECT_EQ(server.get("/api/accounts/me/", kim).status, 401);
  EXPECT_EQ(server.get(path, owner).json().find("items")->as_array()->size(), 0u);
  for (int i = 0; i < identity::login_attempts_max; ++i) (void)server.login("kim@shop.example", "wrong");
  EXPECT_EQ(server.login("kim@shop.example", password).text("code"), "account_locked");
  EXPECT_EQ(emails("?state=locked"), Emails{"kim@shop.example"});
  EXPECT_EQ(change(id, Object{{"unlock", true}}, owner).text("account_locked_until"), "");
  EXPECT_EQ(server.login("kim@shop.example", password).status, 200);
  EXPECT_EQ(audit(), "user_added sessions_ended user_unlocked ");
}

TEST_F(People, EachChangeIsInTheAuditLogOnce) {
  const std::string id = add("kim@shop.example", "cashier", owner).text("id");
  EXPECT_EQ(
      change(id, Object{{"first_name", "Kim"}, {"role", "manager"}, {"is_active", false}}, owner).status,
      200);
  EXPECT_EQ(change(id, Object{{"first_name", "Kim"}}, owner).status, 200) << "nothing changes";
  EXPECT_EQ(change(id, Object{{"is_active", true}}, owner).status, 200);
  const std::string team = group({{"name", "Team"}}).text("id");
  EXPECT_EQ(server.patch("/api/admin/groups/" + team + "/", Object{{"members", Array{id}}}, owner).status,
            200);
  EXPECT_EQ(server.remove("/api/admin/groups/" + team + "/", owner).status, 204);
  EXPECT_EQ(audit(),
            "user_added user_changed user_disabled user_enabled group_added group_changed group_deleted ");
}

TEST_F(People, AreSearchedAndFiltered) {
  const std::string kim =
      add("kim@shop.example", "cashier", owner, {{"first_name", "Kim"}, {"last_name", "Ödegård"}}).text("id");
  const std::string max =
      add("max@shop.example", "manager", owner, {{"designation", "Night shift"}}).text("id");
  EXPECT_EQ(add("cleo@home.example", "customer", owner).status, 201);
  EXPECT_EQ(emails(""), (Emails{"kim@shop.example", "max@shop.example", test::owner_email}))
      << "no customers";
  EXPECT_EQ(emails("?role=customer"), Emails{"cleo@home.example"});
  EXPECT_EQ(emails("?q=odeg"), Emails{"kim@shop.example"});
  EXPECT_EQ(emails("?q=night+sh"), Emails{"max@shop.example"});
  EXPECT_EQ(emails("?q=max%40shop"), Emails{"max@shop.example"});
  EXPECT_EQ(emails("?role=cashier&q=max"), Emails{});
  EXPECT_EQ(change(kim, Object{{"is_active", false}}, owner).status, 200);
  EXPECT_EQ(emails("?state=disabled"), Emails{"kim@shop.example"});
  const std::string team = group({{"name", "Team"}, {"members", Array{max}}}).text("id");
  EXPECT_EQ(emails("?group=" + team), Emails{"max@shop.example"});
  EXPECT_EQ(server.get("/api/admin/users/?state=asleep", owner).text("code"), "invalid_value");
  EXPECT_EQ(server.get("/api/admin/users/?name=x", owner).text("code"), "unknown_member");
  const json::Value page = server.get("/api/admin/users/?limit=2", owner).json();
  EXPECT_EQ(page.find("items")->as_array()->size(), 2u);
  EXPECT_EQ(emails("?limit=2&cursor=" + *page.find("next")->as_string()).size(), 1u);
}

TEST_F(People, AnotherBusinesssPeopleAndGroupsAreNotThere) {
  identity::NewBusiness wish;
  wish.slug = "other";
  wish.name = "Other";
  wish.owner_email = "otto@other.example";
  wish.password = password;
  ASSERT_TRUE(identity::make_business(server.store(), wish, {}).ok());
  const Headers otto = RunningServer::bearer(
      server
          .post("/api/accounts/login/",
                Object{{"tenant", "other"}, {"email", "otto@other.example"}, {"password", password}})
          .text("access"));
  const std::string mine = server.get("/api/accounts/me/", owner).text("id");
  const std::string team = group({{"name", "Team"}, {"members", Array{mine}}}).text("id");
  ASSERT_FALSE(team.empty());
  EXPECT_EQ(server.get("/api/admin/users/" + mine + "/", otto).status, 404);
  EXPECT_EQ(server.get("/api/admin/users/" + mine + "/sessions/", otto).status, 404);
  EXPECT_EQ(server.remove("/api/admin/users/" + mine + "/sessions/", otto).status, 404);
  EXPECT_EQ(server.get("/api/admin/groups/" + team + "/", otto).status, 404);
  EXPECT_EQ(server.patch("/api/admin/groups/" + team + "/", Object{{"name", "X"}}, otto).status, 404);
  EXPECT_EQ(server.remove("/api/admin/groups/" + team + "/", otto).status, 404);
  EXPECT_EQ(server.post("/api/admin/groups/", Object{{"name", "X"}, {"members", Array{mine}}}, otto).status,
            404);
  const Object kim{
      {"email", "k@o.example"}, {"password", password}, {"role", "cashier"}, {"groups", Array{team}}};
  EXPECT_EQ(server.post("/api/admin/users/", kim, otto).status, 404);
  EXPECT_EQ(server.get("/api/admin/users/?group=" + team, otto).json().find("items")->as_array()->size(), 0u);
  EXPECT_EQ(server.get("/api/accounts/me/", owner).status, 200);
}

TEST_F(People, AWriteSentTwiceHappensOnce) {
  Headers with_key = owner;
  with_key.emplace_back("Idempotency-Key", "k1");
  const Object team{{"name", "Team"}};
  const Answer first = server.post("/api/admin/groups/", team, with_key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(server.post("/api/admin/groups/", team, with_key).body, first.body);
  EXPECT_EQ(server.post("/api/admin/groups/", team, owner).status, 409);
  EXPECT_EQ(server.post("/api/admin/groups/", Object{{"name", ""}}, owner).status, 400);
  EXPECT_EQ(
      server.post("/api/admin/groups/", Object{{"name", "X"}, {"rights", Array{"fly"}}}, owner).text("code"),
      "invalid_value");
}

TEST_F(People, WhatThereIsToBeAllowedIsTold) {
  const json::Value answer = server.get("/api/admin/rights/", owner).json();
  EXPECT_EQ(answer.find("rights")->as_array()->size(), static_cast<std::size_t>(right_count));
  for (const json::Value& right : *answer.find("rights")->as_array())
    EXPECT_FALSE(right.find("words")->as_string()->empty());
  EXPECT_EQ(answer.find("roles")->as_array()->size(), static_cast<std::size_t>(role_count));
}

}  // namespace
}  // namespace ringup
