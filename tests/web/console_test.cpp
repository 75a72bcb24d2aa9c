// The console's frame by what a person does with it: signing in and out, moving about, what a role may see.
#include "tests/web/console_driver.h"

namespace ringup::tests {
namespace {

using console::Command;
using console::Desk;
using console::Place;
using console::Screen;
using ui::Role;

/// A screen that writes down what happens to it.
class Page final : public Screen {
 public:
  Page(std::string key, std::string title, Right needs, std::vector<std::string>* opened)
      : key_(std::move(key)), title_(std::move(title)), needs_(needs), opened_(opened) {}
  std::string_view key() const override { return key_; }
  std::string_view title() const override { return title_; }
  ui::Icon icon() const override { return icon_store; }
  Right needs() const override { return needs_; }
  int badge() const override { return key_ == "two" ? 3 : 0; }
  std::string crumb(Desk& desk) override { return desk.place().id; }
  std::vector<Command> commands(Desk&) override {
    if (key_ == "one") return {};
    return {{"Actions", "Paint the door", "", icon_plus, [this](Desk&) { opened_->push_back("painted"); }}};
  }
  void search(Desk& desk, const std::string& typed,
              std::function<void(std::vector<Command>)> found) override {
    desk.api().get("/api/find/?q=" + url_encoded(typed), [found](Result<json::Value> answer) {
      std::vector<Command> all;
      if (answer.ok())
        all.push_back(
            {"Things", console::text_in(*answer, "say"), "", icon_store, [](Desk& at) { at.go("one"); }});
      found(std::move(all));
    });
  }
  void open(Desk&, const Place& place) override { opened_->push_back(hash_of(place)); }
  void draw(Desk& desk, ui::Rect rect) override {
    ui::text(rect, "Page of " + desk.facts().name);
    if (ui::button("ask", rect.cut_top(48), "Ask")) {
      desk.api().get("/api/thing/", [this](Result<json::Value> answer) {
        opened_->push_back(answer.ok() ? console::text_in(*answer, "say")
                                       : console::words_of(answer.failure()));
      });
    }
  }

 private:
  std::string key_, title_;
  Right needs_;
  std::vector<std::string>* opened_;
};

struct ConsoleFrame : ::testing::Test {
  std::vector<std::string> opened;
  std::function<console::Screens()> pages() {
    return [this] {
      console::Screens screens;
      screens.push_back(std::make_unique<Page>("one", "One", Right::sell, &opened));
      screens.push_back(std::make_unique<Page>("two", "Two", Right::business_manage, &opened));
      return screens;
    };
  }
};

TEST_F(ConsoleFrame, BeginsWithTheFirstScreenAndMovesByRailAddressBackAndForward) {
  ConsoleDriver console(ringup::Role::owner, pages());
  EXPECT_TRUE(shows("Page of Hollerbusch"));
  EXPECT_EQ(console.app.address(), "/one");
  EXPECT_EQ(console.app.title(), "One · Hollerbusch");

  tap(console.app, Role::link, "Two, 3");
  EXPECT_EQ(console.app.address(), "/two");
  EXPECT_TRUE(must_find(Role::link, "Two, 3").has(ui::flag::current));
  console.app.visit("/two/some%20thing?filter=a%26b");
  EXPECT_TRUE(shows(Role::heading, "some thing"));
  tap(console.app, Role::link, "Two");
  console.app.back();
  console.app.back();
  console.app.back();
  EXPECT_EQ(console.app.address(), "/one");
  console.app.forward();
  EXPECT_TRUE(shows(Role::heading, "Two"));
  const std::vector<std::string> expected{
      "/one", "/two", "/two/some%20thing?filter=a%26b", "/two", "/two/some%20thing?filter=a%26b", "/two",
      "/one", "/two"};
  EXPECT_EQ(opened, expected);
}

TEST_F(ConsoleFrame, ShowsOnlyWhatTheRoleMaySee) {
  ConsoleDriver console(ringup::Role::cashier, pages());
  EXPECT_TRUE(shows(Role::link, "One"));
  EXPECT_FALSE(shows(Role::link, "Two"));
  console.app.visit("/two");
  console.serve();
  EXPECT_EQ(console.app.address(), "/one") << "a place that may not be seen leads to one that may";
}

TEST_F(ConsoleFrame, RefreshesOnceForManyRequestsAndTriesThemAgain) {
  ConsoleDriver console(ringup::Role::owner, pages());
  const int before = console.count("POST /api/accounts/refresh/");
  tap_button(console.app, "Ask");
  tap_button(console.app, "Ask");
  auto first = console.app.take_fetch(), second = console.app.take_fetch();
  console.on("GET", "/api/thing/", R"({"say":"hello"})");
  first.done({401, R"({"code":"invalid_token"})"});
  second.done({401, R"({"code":"invalid_token"})"});
  console.serve();
  EXPECT_EQ(console.count("POST /api/accounts/refresh/"), before + 1);
  EXPECT_EQ(console.count("GET /api/thing/"), 2);
  EXPECT_EQ(opened.back(), "hello");
  EXPECT_TRUE(shows("Page of Hollerbusch"));
}

TEST_F(ConsoleFrame, AsksToSignInAgainWhereTheSessionEndedAndComesBackToTheSamePlace) {
  ConsoleDriver console(ringup::Role::owner, pages());
  console.app.visit("/two/thing");
  console.on("GET", "/api/thing/", R"({"code":"invalid_token"})", 401);
  console.on("POST", "/api/accounts/refresh/", R"({"code":"invalid_token","detail":"Over."})", 401);
  tap_button(console.app, "Ask");
  console.serve();
  EXPECT_EQ(opened.back(), "Over.");
  ASSERT_TRUE(shows(Role::heading, "Ringup console"));
  EXPECT_EQ(console.app.address(), "/two/thing");

  fill(console.app, "E-mail", "mara@example.com");
  fill(console.app, "Password", "wrong horse battery");
  console.on("POST", "/api/accounts/login/",
             R"({"code":"invalid_credentials","detail":"Wrong e-mail address or password."})", 401);
  tap_button(console.app, "Sign in");
  console.serve();
  EXPECT_TRUE(shows("Wrong e-mail address or password."));
  console.on("POST", "/api/accounts/login/",
             R"({"access":"new","user":{"id":"0190aaaa-0000-7000-8000-000000000001","role":"owner"}})");
  tap_button(console.app, "Sign in");
  console.serve();
  EXPECT_EQ(console.app.address(), "/two/thing");
  EXPECT_TRUE(shows(Role::heading, "thing"));
}

TEST_F(ConsoleFrame, SignsOutAndForgetsWhereItWas) {
  ConsoleDriver console(ringup::Role::owner, pages());
  console.app.visit("/two");
  tap_button(console.app, "Account of Mara Holler");
  tap_button(console.app, "Sign out");
  console.serve();
  EXPECT_EQ(console.count("POST /api/accounts/logout/"), 1);
  EXPECT_TRUE(shows(Role::heading, "Ringup console"));
  EXPECT_EQ(console.app.address(), "");
  EXPECT_FALSE(shows("Page of Hollerbusch"));
}

TEST_F(ConsoleFrame, FollowsTheCatalogueAndKeepsItForTheNextVisit) {
  ConsoleDriver console(ringup::Role::owner, pages());
  const int before = console.count("GET /api/catalogue/changes/");
  EXPECT_EQ(before, 1);
  EXPECT_EQ(console.app.blobs().count("console/catalogue/hollerbusch/0"), 1u);
  console.app.advance(console::catalogue_every_ms + 1);
  console.serve();
  EXPECT_EQ(console.asked.back().line, "GET /api/catalogue/changes/?since=1");
}

TEST_F(ConsoleFrame, FindsScreensActionsProductsAndWhatTheServerFinds) {
  ConsoleDriver console(ringup::Role::owner, pages());
  console.on(
      "GET", "/api/catalogue/changes/",
      R"({"currency":"EUR","cursor":"2","next":null,"version":2,"products":[)"
      R"({"id":"0190aaaa-0000-7000-8000-000000000010","sku":"P-1","name":"Paintbrush","category":null,)"
      R"("barcodes":[],"unit_price":"4.20","tax_class":"standard","stock":"3","version":2}],"deleted":[],)"
      R"("tax_classes":[{"name":"standard","rate":190000}]})");
  console.app.advance(console::catalogue_every_ms + 1);
  console.serve();
  console.app.press_key("k", true);
  ASSERT_TRUE(shows(Role::dialog, "Search everything"));
  EXPECT_TRUE(shows(Role::option, "One"));
  EXPECT_TRUE(shows(Role::option, "Paint the door"));

  console.on("GET", "/api/find/", R"({"say":"Painter's bill"})");
  fill(console.app, "Search everything", "paint", Role::searchbox);
  EXPECT_FALSE(shows(Role::option, "One"));
  EXPECT_TRUE(shows(Role::option, "Paintbrush, P-1 · €4.20"));
  EXPECT_EQ(console.count("GET /api/find/"), 0) << "somebody still types";
  console.app.advance(200);
  console.serve();
  EXPECT_EQ(console.count("GET /api/find/?q=paint"), 2) << "one of each screen";
  EXPECT_TRUE(shows(Role::option, "Painter's bill"));
  EXPECT_TRUE(must_find(Role::option, "Paint the door").has(ui::flag::selected));

  console.app.press_key("ArrowDown");
  EXPECT_TRUE(must_find(Role::option, "Paintbrush").has(ui::flag::selected));
  console.app.press_key("ArrowUp");
  console.app.enter(must_find(Role::searchbox, "Search everything").id);
  EXPECT_EQ(opened.back(), "painted");
  EXPECT_FALSE(shows(Role::dialog, "Search everything"));
}

TEST_F(ConsoleFrame, OffersACashierNoActionOfOthersAndClosesByEscape) {
  ConsoleDriver console(ringup::Role::cashier, pages());
  tap_button(console.app, "Search everything");
  EXPECT_TRUE(shows(Role::option, "One"));
  EXPECT_FALSE(shows(Role::option, "Paint the door"));
  fill(console.app, "Search everything", "zzz", Role::searchbox);
  console.app.advance(200);
  console.serve();
  EXPECT_TRUE(shows("Nothing found for “zzz”"));
  console.app.press_key("Escape");
  EXPECT_FALSE(shows(Role::dialog, "Search everything"));
}

TEST_F(ConsoleFrame, ShowsItsShortcuts) {
  ConsoleDriver console(ringup::Role::owner, pages());
  console.app.press_key("?");
  EXPECT_TRUE(shows(Role::dialog, "Keyboard shortcuts"));
  console.app.press_key("Escape");
  console.app.advance(300);
  EXPECT_FALSE(shows(Role::dialog, "Keyboard shortcuts"));
}

}  // namespace
}  // namespace ringup::tests
