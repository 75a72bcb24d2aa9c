// The console follows what the server tells: which requests events lead to, and which they spare.
#include <algorithm>

#include "tests/web/console_driver.h"
#include "web/console/follower.h"
#include "web/console/office.h"
#include "web/ui/state.h"

namespace ringup::tests {
namespace {

using platform::Stream;
using ui::Role;

constexpr std::string_view hello = R"({"generation":"g1","heartbeat_seconds":15})";

std::string id_of_sale(int number) {
  const std::string digits = std::to_string(number);
  return "0190bbbb-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits;
}
std::string sale_row(int number) {
  return R"({"id":")" + id_of_sale(number) + R"(","kind":"sale","receipt":"A1-1-)" + std::to_string(number) +
         R"(","till_name":"Front till","user_name":"Mia Novak","sold_at":"2023-11-14T21:00:00.000Z",)"
         R"("total":{"amount":100,"currency":"EUR"},"tender_kinds":["cash"],"flags":[]})";
}
/// Sales `newest` down to `oldest`, as one page.
std::string sales(int newest, int oldest, std::string_view next = "null") {
  std::string items;
  for (int i = newest; i >= oldest; --i) items += (items.empty() ? "" : ",") + sale_row(i);
  return R"({"items":[)" + items + R"(],"next":)" + std::string(next) + "}";
}

struct ConsoleLive : ::testing::Test {
  ConsoleDriver console;

  void live() {
    console.app.tell("hello", std::string(hello));
    console.app.tell(Stream::live);
    console.serve();
  }
  void pass(double ms) {
    console.app.advance(ms);
    console.serve();
  }
  int asked(std::string_view line) const { return console.count(line); }
  /// The receipts on the screen, from the top.
  std::string receipts() const {
    std::string all;
    for (const ui::Node& node : ui::nodes()) {
      if (node.role == Role::gridcell && node.name.starts_with("A1-1-"))
        all += (all.empty() ? "" : " ") + node.name.substr(5);
    }
    return all;
  }
  const platform::Follow& follows() const { return *console.app.follows(); }
};

TEST_F(ConsoleLive, FollowsAsThePersonWhoSignedIn) {
  ASSERT_NE(console.app.follows(), nullptr);
  EXPECT_EQ(follows().path, "/api/events");
  EXPECT_EQ(follows().share, "console 0190aaaa-0000-7000-8000-000000000001");
  std::vector<std::string> given;
  follows().authorize(false, [&](std::string header) { given.push_back(header); });
  EXPECT_EQ(given, std::vector<std::string>{"Bearer token"});
}

TEST_F(ConsoleLive, BringsAFreshTokenWhereTheOldOneHasRunOut) {
  std::vector<std::string> given;
  const auto give = [&](const std::string& header) { given.push_back(header); };
  follows().authorize(false, give);
  const int before = asked("POST /api/accounts/refresh/");
  follows().authorize(true, give);
  EXPECT_EQ(given.size(), 1u);
  console.serve();
  EXPECT_EQ(asked("POST /api/accounts/refresh/"), before + 1);
  EXPECT_EQ(given.size(), 2u);
  console.on("POST", "/api/accounts/refresh/", "{}", 503);
  follows().authorize(true, give);
  console.serve();
  EXPECT_EQ(given.back(), "");  // none now, and still signed in
  EXPECT_TRUE(shows(Role::banner, "Bar"));
}

TEST_F(ConsoleLive, FetchesTheCatalogueWhenToldAndOnceInASecondInAStorm) {
  live();
  pass(2'000);
  const std::string line = "GET /api/catalogue/changes/";
  const int before = asked(line);
  for (int i = 0; i < 50; ++i) follows().on_event({"catalogue", "{}"});
  EXPECT_EQ(console.app.fetches().size(), 1u);
  console.serve();
  EXPECT_EQ(asked(line), before + 1);
  pass(900);
  EXPECT_EQ(asked(line), before + 1);
  pass(200);
  EXPECT_EQ(asked(line), before + 2);
  pass(5'000);
  EXPECT_EQ(asked(line), before + 2);
}

TEST_F(ConsoleLive, AsksEveryWhileWhereTheServerTellsNothing) {
  const std::string line = "GET /api/catalogue/changes/";
  const int before = asked(line);
  console.app.tell(Stream::refused);
  for (int i = 0; i < 4; ++i) pass(15'100);
  EXPECT_EQ(asked(line), before + 4);
}

TEST_F(ConsoleLive, IsQuietWhileNothingHappensAndLooksAfterMinutesAllTheSame) {
  live();
  pass(70'000);  // the timers of before ring out
  const std::size_t before = console.asked.size();
  const std::uint64_t frames = console.app.frames();
  pass(220'000);
  EXPECT_EQ(console.asked.size(), before);
  EXPECT_EQ(console.app.frames(), frames);
  pass(30'000);
  EXPECT_GT(console.asked.size(), before);
}

TEST_F(ConsoleLive, PollsAgainWhenTheStreamIsLost) {
  live();
  pass(20'000);
  console.app.tell(Stream::waiting);
  const int before = asked("GET /api/catalogue/changes/");
  pass(15'100);
  EXPECT_EQ(asked("GET /api/catalogue/changes/"), before + 1);
}

TEST_F(ConsoleLive, TheDashboardFollowsSales) {
  live();
  pass(30'000);
  const int before = asked("GET /api/reports/dashboard/");
  console.app.tell("sale", R"({"ids":[],"count":1})");
  console.app.tell("task", R"({"count":1})");
  pass(100);
  EXPECT_EQ(asked("GET /api/reports/dashboard/"), before + 1);
  console.app.visit("/customers");
  console.serve();
  console.app.tell("sale", R"({"ids":[],"count":1})");
  pass(2'000);
  EXPECT_EQ(asked("GET /api/reports/dashboard/"), before + 1) << "it is not shown";
}

TEST_F(ConsoleLive, NewSalesComeInOnTop) {
  console.on("GET", "/api/sales/", sales(10, 1));
  console.app.visit("/sales");
  console.serve();
  live();
  console.on("GET", "/api/sales/", sales(12, 1));
  console.app.tell("sale", R"({"ids":[],"count":2})");
  pass(1'100);
  EXPECT_TRUE(receipts().starts_with("12 11 10 9")) << receipts();
  EXPECT_FALSE(shows(Role::button, "2 new sales"));
}

TEST_F(ConsoleLive, WhoeverScrolledKeepsTheirPlaceAndIsTold) {
  console.on("GET", "/api/sales/", sales(60, 1));
  console.app.visit("/sales");
  console.serve();
  live();
  const ui::Node grid = must_find(Role::grid, "Sales");
  console.app.wheel(grid.rect.middle_x(), grid.rect.middle_y(), 0, 400, 5'000);
  console.app.settle();
  const std::string before = receipts();
  EXPECT_FALSE(before.starts_with("60 "));
  console.on("GET", "/api/sales/", sales(63, 1));
  console.app.tell("sale", R"({"ids":[],"count":3})");
  pass(1'100);
  EXPECT_EQ(receipts(), before);
  tap_button(console.app, "3 new sales");
  EXPECT_TRUE(receipts().starts_with("63 62 61 60")) << receipts();
  EXPECT_FALSE(shows(Role::button, "3 new sales"));
}

TEST_F(ConsoleLive, WhoeverOpenedASaleKeepsTheirPlaceAndSeesWhatHappensToIt) {
  console.on("GET", "/api/sales/", sales(10, 1));
  console.on("GET", "/api/sales/" + id_of_sale(9), sale_row(9));
  console.app.visit("/sales/" + id_of_sale(9));
  console.serve();
  live();
  console.on("GET", "/api/sales/?", sales(11, 1));
  const std::string line = "GET /api/sales/" + id_of_sale(9);
  const int before = asked(line);
  console.app.tell("sale", R"({"ids":[")" + id_of_sale(11) + R"("],"count":1})");
  pass(1'100);
  EXPECT_TRUE(receipts().starts_with("10 9")) << receipts();
  EXPECT_TRUE(shows(Role::button, "1 new sale"));
  EXPECT_EQ(asked(line), before);
  console.app.tell("sale", R"({"ids":[")" + id_of_sale(9) + R"("],"count":1})");
  pass(1'100);
  EXPECT_EQ(asked(line), before + 1);
}

TEST_F(ConsoleLive, LaterPagesStayBehindNewSales) {
  console.on("GET", "/api/sales/", sales(300, 201, "\"later\""));
  console.on("GET", "/api/sales/?sort=-sold_at&from=", sales(300, 201, "\"later\""));
  console.app.visit("/sales?period=any");
  console.serve();
  live();
  const ui::Node grid = must_find(Role::grid, "Sales");
  console.on("GET", "/api/sales/?sort=-sold_at&limit=100&cursor=later", sales(200, 150));
  console.app.wheel(grid.rect.middle_x(), grid.rect.middle_y(), 0, 4'000, 5'000);
  console.app.settle();
  console.serve();
  console.on("GET", "/api/sales/?sort=-sold_at&limit=100", sales(301, 202, "\"later\""));
  console.app.tell("sale", R"({"ids":[],"count":1})");
  pass(1'100);
  tap_button(console.app, "1 new sale");
  EXPECT_TRUE(receipts().starts_with("301 300")) << receipts();
  console.app.wheel(grid.rect.middle_x(), grid.rect.middle_y(), 0, 100'000, 6'000);
  console.app.settle();
  EXPECT_TRUE(receipts().ends_with(" 152 151 150")) << receipts();
}

TEST_F(ConsoleLive, AsksNothingWhileThePageIsHidden) {
  console.on("GET", "/api/sales/", sales(10, 1));
  console.app.visit("/sales");
  console.serve();
  live();
  pass(2'000);
  console.app.set_shown(false);
  const std::size_t before = console.asked.size();
  const int counted = asked("GET /api/tasks/counts/");
  for (const char* kind : {"sale", "catalogue", "task"}) console.app.tell(kind, "{}");
  pass(30'000);
  EXPECT_EQ(console.asked.size(), before);
  console.app.set_shown(true);
  pass(100);
  EXPECT_EQ(asked("GET /api/tasks/counts/"), counted + 1);
  bool listed = false;
  for (std::size_t i = before; i < console.asked.size(); ++i)
    listed = listed || console.asked[i].line.starts_with("GET /api/sales/");
  EXPECT_TRUE(listed);
}

TEST_F(ConsoleLive, FetchesEverythingAnewFromARestoredServer) {
  live();
  pass(2'000);
  const int facts = asked("GET /api/business/"), board = asked("GET /api/reports/dashboard/");
  console.app.tell("hello", std::string(hello));  // it came back, and is the same
  pass(2'000);
  EXPECT_EQ(asked("GET /api/business/"), facts);
  console.app.tell("hello", R"({"generation":"g2","heartbeat_seconds":15})");
  pass(2'000);
  EXPECT_EQ(asked("GET /api/business/"), facts + 1);
  EXPECT_EQ(asked("GET /api/reports/dashboard/"), board + 1);
  console.app.tell("resync", R"({"reason":"too_old"})");
  pass(2'000);
  EXPECT_EQ(asked("GET /api/business/"), facts + 2);
}

TEST_F(ConsoleLive, PassesOverWhatItDoesNotKnow) {
  live();
  pass(2'000);
  const std::size_t before = console.asked.size();
  console.app.tell("order", R"({"count":1})");
  console.app.tell("message", "not even JSON");
  pass(2'000);
  EXPECT_EQ(console.asked.size(), before);
}

TEST_F(ConsoleLive, SaysThatItReconnectsAfterTenSeconds) {
  live();
  console.app.tell(Stream::waiting);
  pass(9'000);
  EXPECT_FALSE(shows(Role::status, "Reconnecting…"));
  pass(1'100);
  EXPECT_TRUE(shows(Role::status, "Reconnecting…"));
  console.app.tell(Stream::live);
  EXPECT_FALSE(shows(Role::status, "Reconnecting…"));
  console.app.tell(Stream::refused);
  pass(11'000);
  EXPECT_FALSE(shows(Role::status, "Reconnecting…"));
}

TEST_F(ConsoleLive, SigningOutIsHeardInTheOtherTabs) {
  live();
  tap_button(console.app, "Account of Mara Holler");
  tap_button(console.app, "Sign out");
  console.serve();
  EXPECT_EQ(console.app.told_tabs(), std::vector<std::string>{"signed out"});
  EXPECT_EQ(console.app.follows(), nullptr);
}

TEST_F(ConsoleLive, GoesToTheEntranceWhenAnotherTabSignsOut) {
  console.app.visit("/customers");
  console.serve();
  console.app.tell_from_tab("something else");
  EXPECT_TRUE(shows(Role::banner, "Bar"));
  console.app.tell_from_tab("signed out");
  console.serve();
  EXPECT_TRUE(shows(Role::heading, "Ringup console"));
  EXPECT_EQ(console.count("POST /api/accounts/logout/"), 0);
  EXPECT_EQ(console.app.follows(), nullptr);
  EXPECT_EQ(console.app.address(), "");
}

TEST_F(ConsoleLive, APairingCodeThatIsUsedIsSeenAtOnce) {
  console.on("GET", "/api/tills/", R"({"items":[],"next":null})");
  console.on("POST", "/api/till/pairing-codes/",
             R"({"pairing_code":"K7QXM-2HPR9","expires_at":"2023-11-14T23:00:00.000Z"})", 201);
  live();
  console.app.visit("/business/tills?open=new");
  console.serve();
  tap_button(console.app, "Show pairing code");
  console.serve();
  ASSERT_TRUE(shows("K7QXM-2HPR9")) << seen();
  const int before = asked("GET /api/tills/");
  pass(10'000);
  EXPECT_EQ(asked("GET /api/tills/"), before) << "nothing was told";
  console.on(
      "GET", "/api/tills/",
      R"({"items":[{"id":"0190eeee-0000-7000-8000-000000000001","name":"A1","series":"A1","epoch":1,)"
      R"("branch":"0190aaaa-0000-7000-8000-000000000002","created_at":"2023-11-14T22:00:00.000Z",)"
      R"("revoked_at":null,"received_through":0,"last_record_at":null,"last_contact_at":null}],"next":null})");
  console.app.tell("business", "{}");
  pass(100);
  EXPECT_FALSE(shows("K7QXM-2HPR9"));
  EXPECT_TRUE(shows(Role::gridcell, "A1")) << seen();
}

TEST_F(ConsoleLive, TheBadgeCountsTasksWhereverOneIs) {
  live();
  console.on("GET", "/api/tasks/counts/", R"({"open":4,"kinds":[]})");
  console.app.visit("/customers");
  console.serve();
  console.app.tell("task", R"({"count":1})");
  pass(1'100);
  EXPECT_TRUE(shows(Role::link, "Tasks, 4")) << seen();
}

}  // namespace
}  // namespace ringup::tests
