// Users, groups and rights: what is sent to the server, and what nobody may change.
#include "web/console/people/people.h"
#include "tests/web/console_driver.h"

namespace ringup::tests {
namespace {

using ui::Role;

console::Screens people_alone() {
  console::Screens screens;
  screens.push_back(console::make_people());
  return screens;
}

constexpr char kim_id[] = "0190aaaa-0000-7000-8000-000000000011";
constexpr char team_id[] = "0190aaaa-0000-7000-8000-000000000021";

std::string kim(const std::string& more = {}) {
  return std::string(R"({"id":")") + kim_id +
         R"(","email":"kim@shop.example","email_verified":true,"first_name":"Kim","last_name":"Vale",)"
         R"("phone_number":null,"branch":null,"designation":"","role":"cashier","groups":[],)"
         R"("created_at":"2026-01-01T10:00:00.000Z","last_login":null,"password_expired":false,)"
         R"("second_factors":["totp"],"has_pin":false)" +
         (more.empty() ? std::string(R"(,"is_active":true,"login_attempts":0,"account_locked_until":null)")
                       : more) +
         "}";
}

/// High enough that no form has to be scrolled.
platform::Viewport tall() {
  platform::Viewport viewport = desktop();
  viewport.height = 2000;
  return viewport;
}

struct PeopleScreen : ::testing::Test {
  ConsoleDriver console{ringup::Role::owner, people_alone, tall()};
  PeopleScreen() {
    console.on("GET", "/api/admin/users/", R"({"items":[)" + kim() + R"(],"next":null})");
    console.on("GET", "/api/admin/users/" + std::string(kim_id) + "/", kim());
    console.on(
        "GET", "/api/admin/users/" + std::string(kim_id) + "/sessions/",
        R"({"items":[{"id":"0190aaaa-0000-7000-8000-000000000031","device":"Mozilla/5.0 (X11; Linux x86_64) )"
        R"(AppleWebKit/537.36 Chrome/140.0 Safari/537.36","created_at":"2026-01-01T10:00:00.000Z",)"
        R"("last_used_at":"2026-01-01T10:00:00.000Z","current":false}],"next":null})");
    console.on(
        "GET", "/api/admin/groups/",
        std::string(R"({"items":[{"id":")") + team_id +
            R"(","name":"Stock","is_employee":true,"rights":["catalogue_write"],"members":[]}],"next":null})");
    go("/people/rights");  // what came before the rules is asked for again
  }
  void go(const std::string& hash) {
    console.app.visit(hash);
    console.serve();
  }
  void press(std::string_view name) {
    tap_button(console.app, name);
    console.serve();
  }
  void press_last(std::string_view name, Role role = Role::button) {
    ui::Node last;
    for (const ui::Node& node : ui::nodes()) {
      if (node.role == role && node.name == name) last = node;
    }
    ASSERT_NE(last.id, 0u) << name << "\n" << seen();
    console.app.tap(last.rect.middle_x(), last.rect.middle_y());
    console.serve();
  }
};

TEST_F(PeopleScreen, ListsPeopleAndFindsThem) {
  go("/people/users");
  EXPECT_TRUE(shows(Role::gridcell, "Kim Vale"));
  EXPECT_TRUE(shows(Role::gridcell, "Authenticator app"));
  fill(console.app, "Search users", "va", Role::searchbox);
  console.app.advance(300);
  console.serve();
  EXPECT_EQ(console.app.address(), "/people/users?q=va");
  EXPECT_EQ(console.count("GET /api/admin/users/?q=va&limit=100"), 1);
  go("/people/users?role=cashier&state=locked");
  EXPECT_EQ(console.count("GET /api/admin/users/?role=cashier&state=locked&limit=100"), 1);
}

TEST_F(PeopleScreen, AddsAUserWithASuggestedPassword) {
  go("/people/users");
  press("Add user");
  EXPECT_EQ(console.app.address(), "/people/users?open=new");
  fill(console.app, "E-mail", "lee@shop.example");
  fill(console.app, "First name", "Lee");
  tap(console.app, Role::checkbox, "Stock");
  tap(console.app, Role::radio, "Set a password");
  console.serve();
  press("Suggest a password");
  console.on("POST", "/api/admin/users/", kim(), 201);
  press_last("Add user");
  const Result<json::Value> body = json::parse(console.body_of("POST /api/admin/users/"));
  ASSERT_TRUE(body.ok()) << seen();
  EXPECT_EQ(console::text_in(*body, "role"), "cashier");
  EXPECT_EQ(console::text_in(*body, "email"), "lee@shop.example");
  EXPECT_EQ(console::text_in(*body, "password").size(), 23u);
  EXPECT_EQ(console::items_in(*body, "groups").size(), 1u);
  EXPECT_EQ(console.app.address(), "/people/users?open=" + std::string(kim_id));
}

TEST_F(PeopleScreen, InvitesWhereNoPasswordIsSet) {
  go("/people/users?open=new");
  fill(console.app, "E-mail", "lee@shop.example");
  console.on("POST", "/api/admin/users/", kim(), 201);
  press_last("Add user");
  const Result<json::Value> body = json::parse(console.body_of("POST /api/admin/users/"));
  ASSERT_TRUE(body.ok()) << seen();
  EXPECT_EQ(body->find("password"), nullptr);
  EXPECT_TRUE(shows(Role::status, "Invitation sent"));
}

TEST_F(PeopleScreen, SendsOnlyWhatWasChangedAndShowsWhatIsWrongAtItsField) {
  go("/people/users?open=" + std::string(kim_id));
  EXPECT_TRUE(shows(Role::heading, "Signed in on"));
  EXPECT_TRUE(shows(Role::listitem, "Chrome on Linux"));
  fill(console.app, "Phone number", "12");
  console.on("PATCH", "/api/admin/users/",
             R"({"code":"invalid_value","errors":{"phone_number":"Give a number such as +49 30 1234567."}})",
             400);
  press("Save changes");
  EXPECT_EQ(console.body_of("PATCH /api/admin/users/"), R"({"phone_number":"12"})");
  EXPECT_TRUE(shows("Give a number such as +49 30 1234567."));
  console.on("PATCH", "/api/admin/users/", kim());
  fill(console.app, "Phone number", "+49301234567");
  press("Save changes");
  EXPECT_EQ(console.body_of("PATCH /api/admin/users/"), R"({"phone_number":"+49301234567"})");
}

TEST_F(PeopleScreen, DeactivatesUnlocksAndSignsOut) {
  console.on(
      "GET", "/api/admin/users/" + std::string(kim_id) + "/",
      kim(R"(,"is_active":true,"login_attempts":10,"account_locked_until":"2100-01-01T10:00:00.000Z")"));
  console.on("GET", "/api/admin/users/" + std::string(kim_id) + "/sessions/",
             R"({"items":[{"id":"x","device":"curl/8","last_used_at":"2026-01-01T10:00:00.000Z"}]})");
  go("/people/users?open=" + std::string(kim_id));
  console.on("PATCH", "/api/admin/users/", kim());
  press("Unlock now");
  EXPECT_EQ(console.body_of("PATCH /api/admin/users/"), R"({"unlock":true})");
  EXPECT_FALSE(shows(Role::button, "Unlock now"));
  tap(console.app, Role::toggle, "May sign in");
  press("Save changes");
  EXPECT_EQ(console.body_of("PATCH /api/admin/users/"), R"({"is_active":false})");
  press("Sign out everywhere");
  EXPECT_EQ(console.count("DELETE"), 0);
  press_last("Sign out everywhere");
  EXPECT_EQ(console.count("DELETE /api/admin/users/" + std::string(kim_id) + "/sessions/"), 1);
}

TEST_F(PeopleScreen, RemovesSecondFactorsAfterAQuestionAndWithAProof) {
  go("/people/users?open=" + std::string(kim_id));
  press("Remove second factors");
  const std::string line = "DELETE /api/admin/users/" + std::string(kim_id) + "/second-factors/";
  EXPECT_EQ(console.count(line), 0);
  console.on("DELETE", "/api/admin/users/", R"({"code":"proof_required"})", 403);
  press_last("Remove second factors");
  console.on("DELETE", "/api/admin/users/", "", 204);
  fill(console.app, "Password", "seven small green boats");
  press_last("Continue");
  EXPECT_EQ(console.body_of(line), R"({"proof":{"password":"seven small green boats"}})");
  EXPECT_FALSE(shows(Role::button, "Remove second factors")) << seen();
}

TEST_F(PeopleScreen, MakesAGroupWithARightAndAMember) {
  go("/people/groups");
  EXPECT_TRUE(shows(Role::gridcell, "Change products, prices and stock"));
  press("Add group");
  fill(console.app, "Name", "Shift leads");
  tap(console.app, Role::checkbox, "See and export reports");
  tap(console.app, Role::checkbox, "Kim Vale");
  console.on("POST", "/api/admin/groups/", R"({"id":"0190aaaa-0000-7000-8000-000000000022"})", 201);
  press_last("Add group");
  EXPECT_EQ(
      console.body_of("POST /api/admin/groups/"),
      std::string(R"({"name":"Shift leads","is_employee":false,"rights":["reports_read"],"members":[")") +
          kim_id + R"("]})");
  EXPECT_EQ(console.app.address(), "/people/groups");
}

TEST_F(PeopleScreen, DeletesAGroupOnlyAfterAQuestion) {
  go("/people/groups?open=" + std::string(team_id));
  press("Delete group");
  EXPECT_EQ(console.count("DELETE"), 0);
  EXPECT_TRUE(shows(Role::dialog, "Delete “Stock”?"));
  console.on("DELETE", "/api/admin/groups/", "", 204);
  press_last("Delete group");
  EXPECT_EQ(console.count("DELETE /api/admin/groups/" + std::string(team_id) + "/"), 1);
  EXPECT_EQ(console.app.address(), "/people/groups");
}

TEST_F(PeopleScreen, SaysWhatEachRoleMayDo) {
  go("/people/rights");
  EXPECT_TRUE(shows(Role::gridcell, "Read the audit log"));
  EXPECT_TRUE(shows(Role::columnheader, "Auditor"));
}

TEST(PeopleOfAManager, AreNotThere) {
  const ConsoleDriver console(ringup::Role::manager, people_alone);
  EXPECT_TRUE(shows(Role::heading, "Nothing here for your role"));
}

TEST(PeopleOfAManagerOfPeople, WhoMayDoMoreCanBeSeenAndNotChanged) {
  ConsoleDriver console(ringup::Role::manager, people_alone, tall(),
                        R"(,"rights":["shop_read","people_manage"])");
  console.on("GET", "/api/admin/users/" + std::string(kim_id) + "/",
             kim(R"(,"is_active":true,"rights":["audit_read"])"));
  console.app.visit("/people/users?open=" + std::string(kim_id));
  console.serve();
  EXPECT_TRUE(shows("They may do things that you may not."));
  EXPECT_FALSE(shows(Role::button, "Save changes"));
  EXPECT_FALSE(shows(Role::button, "Set a new password"));
}

}  // namespace
}  // namespace ringup::tests
