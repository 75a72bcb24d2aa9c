// The dashboard and the reports, as a person uses them, against answers that the test gives.
#include "core/sale/dashboard.h"
#include "core/sale/report.h"
#include "tests/web/console_driver.h"

namespace ringup::tests {
namespace {

using ui::Role;

Report report_of(ReportBy by, std::vector<ReportRow> rows) {
  Report report;
  report.by = by;
  report.from = "2026-01-02";
  report.to = "2026-01-31";
  report.time_zone = "Europe/Berlin";
  report.currency = *parse_currency("EUR");
  for (const ReportRow& row : rows) add(report.total, row);
  report.items = std::move(rows);
  return report;
}

ReportRow row_of(std::string key, std::string name, Amount gross, std::int64_t sales = 1) {
  ReportRow row;
  row.key = std::move(key);
  row.name = std::move(name);
  row.gross = gross;
  row.net = gross - gross / 10;
  row.tax = gross / 10;
  row.sales = sales;
  row.lines = sales;
  row.quantity.thousandths = sales * 1000;
  return row;
}

std::string text_of(const Report& report) {
  return json::dump(to_json(report));
}

Dashboard today() {
  Dashboard day;
  day.now = "2026-01-31T10:30:00.000Z";
  day.day = "2026-01-31";
  day.compared_with = "2026-01-24";
  day.time_zone = "Europe/Berlin";
  day.currency = *parse_currency("EUR");
  day.today = {120'450, 31, 3'885, 1, -1'200};
  day.before = {100'375, 31, 3'238, 0, 0};
  day.hours.resize(24);
  day.hours[9] = {70'000, 60'000, 18, 20};
  day.hours[10] = {50'450, 40'375, 13, 11};
  day.hours[15] = {0, 90'000, 0, 25};
  day.best_sellers = {{Id{}, "MILK", "Whole milk", Quantity{42'000}, 4'998}};
  day.open_tasks = 3;
  return day;
}

/// The dashboard is where a person begins, before the test has said anything: go and return.
void come_back(ConsoleDriver& console) {
  console.app.visit("/business");
  console.serve();
  console.app.visit("/dashboard");
  console.serve();
}

TEST(DashboardScreen, ShowsFourFiguresBesideLastWeekAndFollows) {
  ConsoleDriver console;
  console.on("GET", "/api/reports/dashboard/", json::dump(to_json(today())));
  console.on("GET", "/api/tasks/counts/",
             R"({"open":3,"kinds":[{"kind":"price_differs","title":"Sold at another price","open":3,)"
             R"("oldest_at":"2026-01-30T08:00:00.000Z"}]})");
  come_back(console);
  EXPECT_NE(seen().find("€1,204.50"), std::string::npos) << seen();
  EXPECT_NE(seen().find("20 %"), std::string::npos) << seen();
  EXPECT_NE(seen().find("above last Saturday"), std::string::npos) << seen();
  EXPECT_NE(seen().find("Takings by hour"), std::string::npos);
  EXPECT_NE(seen().find("Whole milk"), std::string::npos);
  EXPECT_NE(seen().find("Sold at another price"), std::string::npos);

  const int before = console.count("GET /api/reports/dashboard/");
  console.app.advance(21'000);
  console.serve();
  EXPECT_EQ(console.count("GET /api/reports/dashboard/"), before + 1);
  // Elsewhere it no longer asks.
  console.app.visit("/business");
  console.serve();
  console.app.advance(61'000);
  console.serve();
  EXPECT_EQ(console.count("GET /api/reports/dashboard/"), before + 1);
}

TEST(DashboardScreen, SaysWhatIsWrongAndTriesAgain) {
  ConsoleDriver console;
  console.on("GET", "/api/reports/dashboard/", R"({"code":"busy","detail":"The server is busy."})", 503);
  come_back(console);
  EXPECT_NE(seen().find("The server is busy."), std::string::npos) << seen();
  console.on("GET", "/api/reports/dashboard/", json::dump(to_json(today())));
  tap_button(console.app, "Try again");
  console.serve();
  EXPECT_NE(seen().find("€1,204.50"), std::string::npos) << seen();
}

TEST(ReportsScreen, ChoosesReportsSortsAndOpensWhatIsBehindARow) {
  ConsoleDriver console;
  console.on("GET", "/api/reports/sales/",
             text_of(report_of(ReportBy::day, {row_of("2026-01-30", "2026-01-30", 5'000, 2),
                                               row_of("2026-01-31", "2026-01-31", 7'000, 3)})));
  console.on("GET", "/api/reports/sales/?by=product",
             text_of(report_of(ReportBy::product,
                               {row_of("0190aaaa-0000-7000-8000-00000000000a", "Rye bread", 9'900),
                                row_of("", "Not in the catalogue", 100)})));
  console.app.visit("/reports");
  console.serve();
  EXPECT_NE(seen().find("€120.00"), std::string::npos) << seen();
  EXPECT_EQ(console.count("GET /api/reports/sales/?by=day"), 2);  // and the days before, for comparison
  tap(console.app, Role::button, "Products");
  console.serve();
  EXPECT_NE(seen().find("Rye bread"), std::string::npos) << seen();
  EXPECT_NE(console.app.address().find("by=product"), std::string::npos);
}

TEST(ReportsScreen, SavesAFileOfWhatIsShown) {
  ConsoleDriver console;
  console.on("GET", "/api/reports/sales/",
             text_of(report_of(ReportBy::day, {row_of("2026-01-31", "2026-01-31", 7'000, 3)})));
  console.app.visit("/reports?from=2026-01-31&to=2026-01-31");
  console.serve();
  console.on("GET", "/api/reports/sales/", "day,sales\r\n2026-01-31,3\r\n");
  tap_button(console.app, "Export CSV");
  console.serve();
  ASSERT_EQ(console.app.saved().size(), 1u);
  EXPECT_EQ(console.app.saved()[0].name, "sales-by-day-2026-01-31-to-2026-01-31.csv");
  EXPECT_EQ(console.app.saved()[0].bytes, "day,sales\r\n2026-01-31,3\r\n");
}

}  // namespace
}  // namespace ringup::tests
