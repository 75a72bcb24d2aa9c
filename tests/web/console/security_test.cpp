// Audit log, one-time codes, security settings.
#include "tests/web/console/screen_driver.h"
#include "web/console/audit/audit.h"
#include "web/console/business.h"
#include "web/console/people/people.h"

namespace ringup::tests {
namespace {

using ui::Role;

struct AuditScreen : ScreenTest {
  AuditScreen() : ScreenTest(alone<console::make_audit>) {
    console.on(
        "GET", "/api/admin/audit-log/",
        R"({"items":[{"sequence":7,"at":"2026-01-01T10:00:00.000Z","action":"user_changed",)"
        R"("actor":{"id":"u1","name":"olga@shop.example"},"object":{"kind":"user","id":"u2"},)"
        R"("address":"203.0.113.7","device":null,"details":{"role":{"from":"cashier","to":"manager"}},)"
        R"("erased":false}],"next":null})");
    go("/audit?q=x");
  }
};

TEST_F(AuditScreen, ShowsWhoDidWhatAndWhatChanged) {
  EXPECT_EQ(console.count("GET /api/admin/audit-log/?q=x&limit=100"), 1);
  EXPECT_TRUE(shows(Role::gridcell, "User changed"));
  EXPECT_TRUE(shows(Role::gridcell, "olga@shop.example"));
  go("/audit/7?q=x");
  EXPECT_TRUE(shows("cashier → manager")) << seen();
  press("All that they did");
  EXPECT_EQ(console.app.address(), "/audit?actor=u1");
  EXPECT_EQ(console.count("GET /api/admin/audit-log/?actor=u1&limit=100"), 1);
  press("From everybody");
  EXPECT_EQ(console.app.address(), "/audit");
}

TEST_F(AuditScreen, SaysWhetherTheChainIsWhole) {
  console.on("GET", "/api/admin/audit-log/verify/", R"({"entries":12,"intact":true,"broken_at":null})");
  press("Check the chain");
  EXPECT_TRUE(shows(Role::status, "All 12 entries fit the chain")) << seen();
  console.on("GET", "/api/admin/audit-log/verify/", R"({"entries":12,"intact":false,"broken_at":5})");
  press("Check the chain");
  EXPECT_TRUE(shows(Role::status, "Entry 5 does not fit the chain")) << seen();
}

struct CodesPart : ScreenTest {
  CodesPart() : ScreenTest(alone<console::make_people>) {
    console.on(
        "GET", "/api/admin/otps/",
        R"({"items":[{"id":"c1","user":"u1","email":"kim@shop.example","channel":"email",)"
        R"("purpose":"mobile_login","state":"exhausted","wrong_tries":3,)"
        R"("created_at":"2026-01-01T10:00:00.000Z","expires_at":"2026-01-01T10:10:00.000Z","used_at":null,)"
        R"("address":"203.0.113.7"}],"next":null})");
    console.on("GET", "/api/admin/otps/usage/",
               R"({"today":{"email":12,"sms":3,"failed":4},"sms_per_day":200})");
    go("/people/codes");
  }
};

TEST_F(CodesPart, ShowsStateTriesAndUsageAndDeletesWhatIsExpired) {
  EXPECT_TRUE(shows("Today: 12 by e-mail, 3 of 200 text messages, 4 wrong tries.")) << seen();
  EXPECT_TRUE(shows(Role::gridcell, "Too many wrong tries"));
  EXPECT_TRUE(shows(Role::gridcell, "kim@shop.example"));
  console.on("POST", "/api/admin/otps/cleanup/", R"({"deleted":2})");
  press("Delete expired");
  EXPECT_TRUE(shows(Role::status, "2 codes deleted"));
  go("/people/codes?state=pending");
  EXPECT_EQ(console.count("GET /api/admin/otps/?state=pending&limit=100"), 1);
}

struct SecurityPart : ScreenTest {
  SecurityPart() : ScreenTest(alone<console::make_business>) {
    console.on(
        "GET", "/api/admin/security/",
        R"({"password_days":0,"second_factor_roles":["owner"],"ip_allow":[],"ip_deny":[],"sms_per_day":200})");
    go("/business/security");
  }
};

TEST_F(SecurityPart, SendsWhatWasChangedWithAProof) {
  tap(console.app, Role::checkbox, "Manager");
  fill(console.app, "Only from these", "203.0.113.7, 10.0.0.0/8");
  console.on("PATCH", "/api/admin/security/", R"({"code":"proof_required"})", 403);
  press("Save changes");
  ASSERT_TRUE(shows(Role::dialog, "Is it you?")) << seen();
  console.on("PATCH", "/api/admin/security/",
             R"({"code":"invalid_value","errors":{"ip_allow[1]":"This is no network."}})", 400);
  fill(console.app, "Password", "seven small green boats");
  press_last("Continue");
  EXPECT_EQ(console.body_of("PATCH /api/admin/security/"),
            R"({"second_factor_roles":["owner","manager"],"ip_allow":["203.0.113.7","10.0.0.0/8"],)"
            R"("proof":{"password":"seven small green boats"}})");
  EXPECT_TRUE(shows("This is no network."));
}

TEST_F(SecurityPart, RefusesWhatIsNoNumber) {
  fill(console.app, "Must be changed after so many days", "x");
  press("Save changes");
  EXPECT_EQ(console.count("PATCH"), 0);
  EXPECT_TRUE(shows("Give a whole number, 0 or more."));
}

}  // namespace
}  // namespace ringup::tests
