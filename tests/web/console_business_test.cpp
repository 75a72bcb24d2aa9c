// The screen of the business: what is sent to the server, and what is said when it refuses.
#include "tests/web/console_driver.h"
#include "web/console/business.h"

namespace ringup::tests {
namespace {

using ui::Role;

console::Screens business_alone() {
  console::Screens screens;
  screens.push_back(console::make_business());
  return screens;
}

struct BusinessScreen : ::testing::Test {
  ConsoleDriver console{ringup::Role::owner, business_alone};
  void go(const std::string& hash) {
    console.app.visit(hash);
    console.serve();
  }
  void press(std::string_view name) {
    tap_button(console.app, name);
    console.serve();
  }
  /// Where the page's action and the panel's or the question's have the same words: the one on top.
  void press_last(std::string_view name) {
    ui::Node last;
    for (const ui::Node& node : ui::nodes()) {
      if (node.role == Role::button && node.name == name) last = node;
    }
    ASSERT_NE(last.id, 0u) << name;
    console.app.tap(last.rect.middle_x(), last.rect.middle_y());
    console.serve();
  }
};

TEST_F(BusinessScreen, AddsABranchWithACodeMadeOfItsName) {
  go("/business/branches");
  EXPECT_TRUE(shows(Role::gridcell, "Main branch"));
  press("Add branch");
  EXPECT_EQ(console.app.address(), "/business/branches?open=new");
  fill(console.app, "Name", "At the Station");
  console.on("POST", "/api/branches/",
             R"({"code":"conflict","detail":"Taken.","errors":{"code":"A branch has this code already."}})",
             409);
  const auto save = [&] { press_last("Add branch"); };
  save();
  EXPECT_EQ(console.body_of("POST /api/branches/"),
            R"({"name":"At the Station","address":"","code":"at-the-station"})");
  EXPECT_TRUE(shows("A branch has this code already."));
  console.on("POST", "/api/branches/", R"({"id":"0190aaaa-0000-7000-8000-000000000009"})", 201);
  const int before = console.count("GET /api/branches/");
  save();
  EXPECT_EQ(console.app.address(), "/business/branches");
  EXPECT_EQ(console.count("GET /api/branches/"), before + 1) << "the new branch is fetched";
}

TEST_F(BusinessScreen, ShowsAPairingCodeAndNoticesWhenItWasUsed) {
  console.on("GET", "/api/tills/", R"({"items":[],"next":null})");
  go("/business/tills?open=new");
  console.on("POST", "/api/till/pairing-codes/",
             R"({"pairing_code":"K7QXM-2HPR9","expires_at":"2023-11-14T22:28:20.000Z"})", 201);
  press("Show pairing code");
  EXPECT_EQ(console.body_of("POST /api/till/pairing-codes/"),
            R"({"branch":"0190aaaa-0000-7000-8000-000000000002"})");
  EXPECT_TRUE(shows("K7QXM-2HPR9"));
  EXPECT_TRUE(shows("1. Open https://shop.example/till in its browser."));
  EXPECT_TRUE(shows("Good for 1"));
  press("Copy code");
  EXPECT_EQ(console.app.copied(), "K7QXM-2HPR9");
  console.on(
      "GET", "/api/tills/",
      R"({"items":[{"id":"0190aaaa-0000-7000-8000-000000000005","name":"A1","series":"A1","epoch":1,)"
      R"("branch":"0190aaaa-0000-7000-8000-000000000002","created_at":"2023-11-14T22:13:20.000Z",)"
      R"("revoked_at":null,"received_through":0,"last_record_at":null,"last_contact_at":null}],"next":null})");
  console.app.advance(3'500);
  console.serve();
  EXPECT_FALSE(shows("K7QXM-2HPR9"));
  EXPECT_TRUE(shows(Role::gridcell, "A1"));
  EXPECT_EQ(console.app.address(), "/business/tills");
}

TEST_F(BusinessScreen, RevokesATillOnlyAfterAQuestion) {
  console.on(
      "GET", "/api/tills/",
      R"({"items":[{"id":"0190aaaa-0000-7000-8000-000000000005","name":"Window","series":"A1","epoch":1,)"
      R"("branch":"0190aaaa-0000-7000-8000-000000000002","created_at":"2023-11-14T22:13:20.000Z",)"
      R"("revoked_at":null,"received_through":7,"last_record_at":null,"last_contact_at":null}],"next":null})");
  go("/business/tills?open=0190aaaa-0000-7000-8000-000000000005");
  press("Revoke till");
  EXPECT_EQ(console.count("POST /api/tills/"), 0);
  EXPECT_TRUE(shows(Role::dialog, "Revoke “Window”?"));
  press_last("Revoke");
  EXPECT_EQ(console.count("POST /api/tills/0190aaaa-0000-7000-8000-000000000005/revoke/"), 1);
}

TEST_F(BusinessScreen, ChangesARateAndSaysWhatAWrongOneIs) {
  go("/business/taxes?open=standard");
  fill(console.app, "Rate in percent", "nineteen");
  press("Save");
  EXPECT_TRUE(shows("Give a rate such as 19 or 5.5"));
  EXPECT_EQ(console.count("PATCH"), 0);
  fill(console.app, "Rate in percent", "20.5");
  console.on("PATCH", "/api/tax-classes/standard/", R"({"name":"standard","rate":205000})");
  press("Save");
  EXPECT_EQ(console.body_of("PATCH /api/tax-classes/standard/"), R"({"rate":205000})");
  EXPECT_EQ(console.app.address(), "/business/taxes");
}

TEST(BusinessOfAManager, HasNoSettings) {
  ConsoleDriver console(ringup::Role::manager, business_alone);
  EXPECT_TRUE(shows(Role::tab, "Tills"));
  EXPECT_TRUE(shows(Role::tab, "Tax classes"));
  EXPECT_FALSE(shows(Role::tab, "Branches"));
  console.app.visit("/business/branches");
  console.serve();
  EXPECT_EQ(console.app.address(), "/business/tills");
}

TEST(BusinessOfACashier, IsNotThere) {
  ConsoleDriver console(ringup::Role::cashier, business_alone);
  EXPECT_TRUE(shows(Role::heading, "Nothing here for your role"));
}

}  // namespace
}  // namespace ringup::tests
