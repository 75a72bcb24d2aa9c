// Shifts at the owner's desk.
#include "core/sale/shift.h"
#include "tests/web/console_driver.h"

namespace ringup::tests {
namespace {

using ui::Role;

constexpr std::string_view shift_id = "0190bbbb-0000-7000-8000-000000000011";
constexpr std::string_view open_id = "0190bbbb-0000-7000-8000-000000000012";
const Currency eur = parse_currency("EUR").value();

ShiftReport report(bool closed) {
  ShiftReport head;
  head.shift = parse_id(closed ? shift_id : open_id).value();
  head.till_name = "Front till";
  head.branch_name = "Main branch";
  head.opened_by = "Mia Novak";
  head.opened_at = 1'699'945'200'000'000;  // 2023-11-14 07:00 UTC
  head.currency = eur;
  head.float_amount = 10'000;
  if (closed) {
    head.closed_by = "Mia Novak";
    head.closed_at = *head.opened_at + 36'000'000'000;
    head.counted = 9'450;
    head.stated = 9'500;
  }
  ShiftBook book(head);
  book.add({false, 500, "Window cleaner", *head.opened_at + 60'000'000, "Mia Novak", false}).value();
  return book.report().value();
}

std::string row(bool closed) {
  const auto money = [](Amount amount) { return json::dump(to_json(Money{amount, eur})); };
  return R"({"id":")" + std::string(closed ? shift_id : open_id) +
         R"(","till":"0190eeee-0000-7000-8000-000000000001","till_name":"Front till","branch":null,)"
         R"("branch_name":"Main branch","state":")" +
         (closed ? "closed" : "open") +
         R"(","opened_by":null,"opened_by_name":"Mia Novak","opened_at":"2023-11-14T07:00:00.000Z","float":)" +
         money(10'000) + R"(,"closed_by":null,"closed_by_name":"","closed_at":)" +
         (closed ? R"("2023-11-14T17:00:00.000Z")" : "null") + R"(,"sales":12,"refunds":1,"takings":)" +
         money(24'680) + R"(,"counted":)" + (closed ? money(9'450) : "null") + R"(,"expected":)" +
         (closed ? money(9'500) : "null") + R"(,"difference":)" + (closed ? money(-50) : "null") + "}";
}

void shop(ConsoleDriver& console) {
  console.on("GET", "/api/shifts/", R"({"items":[)" + row(false) + "," + row(true) + R"(],"next":null})");
  for (const bool closed : {false, true}) {
    const std::string path = "/api/shifts/" + std::string(closed ? shift_id : open_id) + "/report/";
    console.on("GET", path, json::dump(to_json(report(closed))));
  }
}
void visit(ConsoleDriver& console, const std::string& address) {
  console.app.visit("/business");
  console.app.visit(address);
  console.serve();
}

TEST(ShiftsDesk, SaysWhoHadTheDrawerAndWhetherItWasRight) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/shifts");
  EXPECT_TRUE(shows(Role::grid, "Shifts"));
  EXPECT_TRUE(shows(Role::gridcell, "Front till"));
  EXPECT_TRUE(shows(Role::gridcell, "€246.80"));
  EXPECT_TRUE(shows(Role::gridcell, "Open"));
  EXPECT_TRUE(shows(Role::gridcell, "€0.50 short"));
}

TEST(ShiftsDesk, OpensAReportWithItsCashMovements) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/shifts/" + std::string(shift_id));
  EXPECT_TRUE(shows(Role::heading, "Shift at Front till"));
  EXPECT_TRUE(shows("The drawer was €0.50 short"));
  EXPECT_TRUE(shows("€94.50 was counted, €95.00 should have been there."));
  EXPECT_TRUE(shows(Role::region, "Z report"));
  EXPECT_TRUE(shows("Window cleaner"));
  tap_button(console.app, "Show its sales");
  console.serve();
  EXPECT_EQ(console.app.address(), "/sales?shift=" + std::string(shift_id));
  EXPECT_GE(console.count("GET /api/sales/?sort=-sold_at&shift=" + std::string(shift_id)), 1);
}

TEST(ShiftsDesk, AnOpenOneSaysWhatShouldBeThere) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/shifts/" + std::string(open_id));
  EXPECT_TRUE(shows(Role::region, "X report"));
  EXPECT_TRUE(shows("By the records that have arrived, €95.00 should be in the drawer."));
}

TEST(ShiftsDesk, FollowsTheTills) {
  ConsoleDriver console;
  shop(console);
  visit(console, "/shifts/" + std::string(open_id));
  const int before = console.count("GET /api/shifts/" + std::string(open_id));
  const int lists = console.count("GET /api/shifts/?limit");
  console.app.tell("shift", R"({"count":1})");
  console.app.advance(1'100);
  console.serve();
  EXPECT_GT(console.count("GET /api/shifts/" + std::string(open_id)), before);
  EXPECT_GT(console.count("GET /api/shifts/?limit"), lists);
}

}  // namespace
}  // namespace ringup::tests
