// Reports over HTTP: pages, sorting, refusals, files, the dashboard.
#include "tests/server/reports/report_shop.h"

namespace ringup::test {
namespace {

TEST(ReportRoutes, AnswerPagesInTheOrderAskedFor) {
  ReportShop shop;
  shop.trade();
  const std::string range = "&from=2026-03-27&to=2026-03-31";
  const auto report = [&](const std::string& query) {
    const http::Response response = shop.get("/api/reports/sales/?" + query);
    EXPECT_EQ(response.status, 200) << response.body;
    return *read_report(shop.json(response));
  };
  const Report page = report("by=product&limit=2" + range);
  ASSERT_EQ(page.items.size(), 2u);
  ASSERT_TRUE(page.next.has_value());
  const Report rest = report("by=product&limit=2&cursor=" + *page.next + range);
  EXPECT_EQ(rest.items.size(), 1u);
  EXPECT_FALSE(rest.next.has_value());
  EXPECT_EQ(rest.total, page.total);
  EXPECT_EQ(report("by=product&sort=gross" + range).items[0].name, "Thing");
  EXPECT_EQ(report("by=product&sort=-name" + range).items[0].name, "Thing");
  EXPECT_EQ(report("by=day&sort=-key" + range).items[0].key, "2026-03-31");

  // 22:00 UTC is tomorrow in Berlin.
  shop.now_us = (*parse_date("2026-03-31") * 24 + 22) * hour_ms * 1000;
  const Report recent = report("");
  EXPECT_EQ(recent.to, "2026-04-01");
  EXPECT_EQ(recent.from, "2026-03-03");
  EXPECT_EQ(recent.items.size(), 30u);
}

TEST(ReportRoutes, RefuseWhatTheyDoNotKnow) {
  ReportShop shop;
  const auto refused = [&](const std::string& query, const char* field) {
    const http::Response response = shop.get("/api/reports/sales/?" + query);
    EXPECT_EQ(response.status, 400) << query << response.body;
    EXPECT_NE(response.body.find(std::string("\"") + field + "\":"), std::string::npos) << response.body;
  };
  refused("by=colour", "by");
  refused("from=2026-02-30", "from");
  refused("from=2026-03-02&to=2026-03-01", "to");
  refused("from=1900-01-01&to=2026-03-01", "to");
  refused("surprise=1", "surprise");
  refused("branch=main", "branch");
  refused("limit=0", "limit");
  refused("sort=colour", "sort");
  refused("format=xml", "format");
  refused("by=product&till=" + to_string(shop.branch), "till");
  refused("by=day&category=" + to_string(shop.branch), "category");
  shop.role = Role::cashier;
  EXPECT_EQ(shop.get("/api/reports/sales/").status, 403);
  EXPECT_EQ(shop.get("/api/reports/dashboard/").status, 403);
  shop.role = Role::manager;
  EXPECT_EQ(shop.get("/api/reports/sales/").status, 200);
}

TEST(ReportRoutes, AFileHasAllRowsAndNoFormulas) {
  ReportShop shop;
  shop.trade();
  shop.run("UPDATE product SET name = '=1+1,\"x\"' WHERE sku = 'BREAD'");
  const http::Response file =
      shop.get("/api/reports/sales/?by=product&limit=1&from=2026-03-27&to=2026-03-31", "text/csv");
  EXPECT_EQ(file.content_type, "text/csv; charset=utf-8; header=present");
  EXPECT_EQ(file.headers[0].second, "attachment; filename=\"sales-by-product-2026-03-27-to-2026-03-31.csv\"");
  EXPECT_EQ(std::count(file.body.begin(), file.body.end(), '\n'), 4);
  EXPECT_NE(file.body.find("product,sku,category,quantity,lines,gross,net,tax,discount\r\n"),
            std::string::npos);
  EXPECT_NE(file.body.find("\"'=1+1,\"\"x\"\"\",BREAD,Food,8,3,9.52,8.89,0.63,0.00\r\n"), std::string::npos)
      << file.body;
  const http::Response day = shop.get("/api/reports/sales/?format=csv&from=2026-03-30&to=2026-03-30");
  EXPECT_EQ(day.body,
            "day,sales,refunds,gross,net,tax,discount,refunded,rounding,average\r\n"
            "2026-03-30,1,1,2.38,2.23,0.15,0.00,-2.38,0.00,4.76\r\n");
}

TEST(ReportDashboard, ComparesWithTheSameTimeAWeekAgo) {
  ReportShop shop;
  shop.sell(shop.here, "2026-03-22", 8, 9, {{shop.milk, 1}});    // a Sunday before the clocks changed
  shop.sell(shop.here, "2026-03-22", 10, 11, {{shop.milk, 2}});  // 11:15
  shop.sell(shop.here, "2026-03-29", 7, 9, {{shop.milk, 4}, {shop.bread, 1}});
  shop.sell(shop.there, "2026-03-29", 8, 10, {{shop.bread, 8}});
  shop.now_us = (*parse_date("2026-03-29") * 24 + 9) * hour_ms * 1000;  // 11:00 in Berlin
  const http::Response response = shop.get("/api/reports/dashboard/");
  EXPECT_EQ(response.status, 200) << response.body;
  const Dashboard all = *read_dashboard(shop.json(response));
  EXPECT_EQ(all.day, "2026-03-29");
  EXPECT_EQ(all.compared_with, "2026-03-22");
  EXPECT_EQ(all.today.gross, 13 * 119);
  EXPECT_EQ(all.today.sales, 2);
  EXPECT_EQ(all.today.average, (13 * 119 + 1) / 2);
  EXPECT_EQ(all.before.gross, 119);  // the other one came a quarter of an hour later
  EXPECT_EQ(all.hours[11].gross_before, 2 * 119);
  EXPECT_EQ(all.hours[10].gross, 8 * 119);
  ASSERT_EQ(all.best_sellers.size(), 2u);
  EXPECT_EQ(all.best_sellers[0].sku, "BREAD");
  EXPECT_EQ(all.best_sellers[0].quantity.thousandths, 9000);
  EXPECT_EQ(all.open_tasks, static_cast<std::int64_t>(shop.tasks().size()));
  const Dashboard branch =
      *read_dashboard(shop.json(shop.get("/api/reports/dashboard/?branch=" + to_string(shop.second))));
  EXPECT_EQ(branch.today.gross, 8 * 119);
  shop.asking = store::new_id();
  EXPECT_EQ(shop.get("/api/reports/dashboard/").status, 404);
}

}  // namespace
}  // namespace ringup::test
