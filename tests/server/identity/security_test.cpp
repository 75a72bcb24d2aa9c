// How a business guards itself: its settings, and the networks it lets in.
#include <gtest/gtest.h>

#include "server/gate/address_lists.h"
#include "server/store/security.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Array;
using json::Object;
using test::Answer;
using test::Headers;
using test::RunningServer;

/// Puts the lists into the database as another process would; known a second later.
void put_lists(RunningServer& server, const char* allow, const char* deny) {
  ASSERT_TRUE(server.store()
                  .writer()
                  .write([&](store::Database& db) -> Result<void> {
                    const auto tenant = TRY(store::find_tenant_by_slug(db, "shop"));
                    store::Security security;
                    security.ip_allow = allow;
                    security.ip_deny = deny;
                    return store::write_security(db, tenant->id, security);
                  })
                  .ok());
  server.pass(2);
}

TEST(SecuritySettings, AreReadAndChanged) {
  RunningServer server;
  const Headers owner = server.owner();
  const Answer first = server.get("/api/admin/security/", owner);
  EXPECT_EQ(first.body,
            R"({"password_days":0,"second_factor_roles":[],"ip_allow":[],"ip_deny":[],"sms_per_day":200})");
  const Answer changed =
      server.patch("/api/admin/security/",
                   Object{{"password_days", 90},
                          {"second_factor_roles", Array{"owner", "manager", "owner"}},
                          {"ip_allow", Array{"127.0.0.0/8", "2001:DB8::/32", "127.0.0.0/8"}},
                          {"sms_per_day", 10}},
                   owner);
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(
      changed.body,
      R"({"password_days":90,"second_factor_roles":["owner","manager"],"ip_allow":["127.0.0.0/8","2001:db8::/32"],)"
      R"("ip_deny":[],"sms_per_day":10})");
  EXPECT_EQ(server.get("/api/admin/security/", owner).body, changed.body);
  const Answer log = server.get("/api/admin/audit-log/?action=security_changed", owner);
  EXPECT_NE(log.body.find(R"("password_days":{"from":0,"to":90})"), std::string::npos) << log.body;
}

TEST(SecuritySettings, RefuseWhatIsNone) {
  RunningServer server;
  const Headers owner = server.owner();
  const auto where = [&](const Object& body) {
    const Answer answer = server.patch("/api/admin/security/", body, owner);
    EXPECT_EQ(answer.status, 400) << answer.body;
    const json::Value problem = answer.json();
    return problem.find("errors") == nullptr ? "" : problem.find("errors")->as_object()->front().name;
  };
  EXPECT_EQ(where({{"password_days", -1}}), "password_days");
  EXPECT_EQ(where({{"second_factor_roles", Array{"king"}}}), "second_factor_roles");
  EXPECT_EQ(where({{"ip_allow", Array{"127.0.0.1", "shop.example"}}}), "ip_allow[1]");
  EXPECT_EQ(where({{"ip_deny", Array{"192.0.2.7/24"}}}), "ip_deny[0]");
  EXPECT_EQ(where({{"ip_deny", Array{7}}}), "ip_deny[0]");
  EXPECT_EQ(where({{"who", "me"}}), "who");
}

TEST(SecuritySettings, LockNobodyOutWhoChangesThem) {
  RunningServer server;
  const Headers owner = server.owner();
  for (const auto& [name, network] : {std::pair{"ip_allow", "192.0.2.0/24"},
                                      {"ip_deny", "127.0.0.1"},
                                      {"ip_deny", "0.0.0.0/0"},
                                      {"ip_deny", "::ffff:127.0.0.1"},
                                      {"ip_allow", "2001:db8::/32"}}) {
    const Answer refused = server.patch("/api/admin/security/", Object{{name, Array{network}}}, owner);
    EXPECT_EQ(refused.status, 409) << network << refused.body;
    EXPECT_EQ(refused.text(std::string("errors.") + name),
              "This would lock you out: you come from 127.0.0.1.");
  }
  EXPECT_NE(server.get("/api/admin/security/", owner).body.find(R"("ip_allow":[],"ip_deny":[])"),
            std::string::npos);
}

TEST(SecuritySettings, WantAFreshProof) {
  RunningServer server;
  const Headers owner = server.owner();
  server.pass(11 * 60);
  const Answer refused = server.patch("/api/admin/security/", Object{{"password_days", 90}}, owner);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.text("code"), "proof_required");
  const Answer proved = server.patch(
      "/api/admin/security/",
      Object{{"password_days", 90}, {"proof", Object{{"password", test::owner_password}}}}, owner);
  EXPECT_EQ(proved.status, 200) << proved.body;
}

TEST(Networks, ShutOutPeopleAtOnceAndAtTheDoor) {
  RunningServer server;
  const Answer login = server.login();
  const Headers owner = RunningServer::bearer(login.text("access"));
  EXPECT_EQ(server.get("/api/branches/", owner).status, 200);
  put_lists(server, R"(["192.0.2.0/24"])", "[]");
  const Answer refused = server.get("/api/branches/", owner);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.text("code"), "forbidden");
  EXPECT_FALSE(refused.text("errors.address").empty());
  EXPECT_EQ(server.login().status, 403);
  EXPECT_EQ(server.login(test::owner_email, "wrong").status, 401) << "who has no password learns nothing";
  EXPECT_EQ(server.post("/api/accounts/refresh/", Object{{"refresh", login.text("refresh")}}).status, 403);
  put_lists(server, "[]", "[]");
  EXPECT_EQ(server.get("/api/branches/", owner).status, 200);
  EXPECT_EQ(server.post("/api/accounts/refresh/", Object{{"refresh", login.text("refresh")}}).status, 200)
      << "nothing was used up";
  server.app().settle_refusals();
  const Answer log = server.get("/api/admin/audit-log/?q=address_refused", server.owner());
  EXPECT_NE(log.body.find("address_refused"), std::string::npos) << log.body;
}

TEST(Networks, HoldTillsByWhatIsShutOutOnly) {
  RunningServer server;
  const std::string code =
      server.post("/api/till/pairing-codes/", Object{}, server.owner()).text("pairing_code");
  const Answer enrolled = server.post("/api/till/enrol/", Object{{"pairing_code", code}});
  ASSERT_EQ(enrolled.status, 200) << enrolled.body;
  const Headers till = {{"Authorization", "Till " + enrolled.text("token")}};
  ASSERT_EQ(server.get("/api/till/settings/", till).status, 200) << enrolled.body;
  put_lists(server, R"(["192.0.2.0/24"])", "[]");
  EXPECT_EQ(server.get("/api/till/settings/", till).status, 200) << "it sells at a market";
  put_lists(server, "[]", R"(["127.0.0.0/8"])");
  EXPECT_EQ(server.get("/api/till/settings/", till).status, 403);
}

TEST(Networks, LetCustomersInFromAnywhereButWhatIsShutOut) {
  const gate::Lists lists = gate::read_lists(R"(["192.0.2.0/24","nonsense",7])", R"(["198.51.100.0/24"])");
  using gate::Caller;
  EXPECT_TRUE(gate::check_address(lists, Caller::worker, "192.0.2.9").ok());
  EXPECT_TRUE(gate::check_address(lists, Caller::worker, "::ffff:192.0.2.9").ok());
  EXPECT_FALSE(gate::check_address(lists, Caller::worker, "203.0.113.1").ok());
  EXPECT_FALSE(gate::check_address(lists, Caller::worker, "").ok());
  EXPECT_FALSE(gate::check_address(lists, Caller::worker, "unknown").ok());
  EXPECT_TRUE(gate::check_address(lists, Caller::customer, "203.0.113.1").ok());
  EXPECT_TRUE(gate::check_address(lists, Caller::till, "203.0.113.1").ok());
  for (const Caller caller : {Caller::worker, Caller::customer, Caller::till})
    EXPECT_FALSE(gate::check_address(lists, caller, "198.51.100.7").ok());
}

}  // namespace
}  // namespace ringup
