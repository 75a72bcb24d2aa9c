// Reports against sums that the test keeps itself, on both sides of the rollup's mark.
#include "server/store/verify.h"
#include "tests/server/reports/report_shop.h"

namespace ringup::test {
namespace {

using store::ReportQuery;

TEST(Reports, DaysHoursAndPlacesAgreeWithSumsKeptByHand) {
  ReportShop shop;
  shop.trade();
  const auto compare = [&](ReportBy by, auto key) {
    const auto expected = shop.expected(key);
    std::size_t found = 0;
    for (const ReportRow& row : shop.report(ReportShop::week(by)).items) {
      const auto wanted = expected.find(row.key);
      if (wanted == expected.end()) {
        EXPECT_EQ(row.gross, 0) << to_string(by) << ' ' << row.key;
        EXPECT_EQ(row.sales, 0);
        continue;
      }
      ++found;
      EXPECT_EQ(row.gross, wanted->second.gross) << to_string(by) << ' ' << row.key;
      EXPECT_EQ(row.net, wanted->second.net);
      EXPECT_EQ(row.tax, wanted->second.tax);
      EXPECT_EQ(row.sales, wanted->second.hour) << to_string(by) << ' ' << row.key;
    }
    EXPECT_EQ(found, expected.size()) << to_string(by);
  };
  compare(ReportBy::day, [](const Known& known) { return known.day; });
  compare(ReportBy::hour, [](const Known& known) { return std::to_string(known.hour); });
  compare(ReportBy::month, [](const Known& known) { return known.day.substr(0, 7); });
  compare(ReportBy::branch, [](const Known& known) { return to_string(known.branch); });
  compare(ReportBy::till, [](const Known& known) { return to_string(known.till); });
  compare(ReportBy::cashier, [](const Known& known) { return to_string(known.user); });
  compare(ReportBy::weekday,
          [](const Known& known) { return std::to_string(date_of(*parse_date(known.day)).weekday); });
}

TEST(Reports, HandNumbersOfTheDayOnWhichClocksGoForward) {
  ReportShop shop;
  shop.trade();
  const Report days = shop.report(ReportShop::week(ReportBy::day));
  ASSERT_EQ(days.items.size(), 5u);
  EXPECT_EQ(days.time_zone, "Europe/Berlin");
  // The 29th: 5 bread at 00:15, 2 milk at 03:15, 1 bread at 23:15; 7 milk were voided.
  EXPECT_EQ(days.items[2].key, "2026-03-29");
  EXPECT_EQ(days.items[2].gross, 8 * 119);
  EXPECT_EQ(days.items[2].sales, 3);
  // The 30th: 4 milk at 00:15, and 2 given back.
  EXPECT_EQ(days.items[3].gross, 2 * 119);
  EXPECT_EQ(days.items[3].refunded, -2 * 119);
  EXPECT_EQ(days.items[3].refunds, 1);
  EXPECT_EQ(days.items[3].average(), 4 * 119);
  EXPECT_EQ(days.total.sales, 7);
  ReportQuery only = ReportShop::week(ReportBy::hour);
  only.from = only.to = *parse_date("2026-03-29");
  const Report hours = shop.report(only);
  EXPECT_EQ(hours.items[0].gross, 5 * 119);
  EXPECT_EQ(hours.items[2].gross, 0);
  EXPECT_EQ(hours.items[3].gross, 2 * 119);
  EXPECT_EQ(hours.items[23].gross, 119);
}

TEST(Reports, ProductsTendersAndTaxAgreeWithPlainSql) {
  ReportShop shop;
  shop.trade();
  const Report products = shop.report(ReportShop::week(ReportBy::product));
  ASSERT_EQ(products.items.size(), 3u);
  for (const ReportRow& row : products.items) {
    const std::string where =
        " FROM sale_line l JOIN sale s ON s.tenant = l.tenant AND s.id = l.sale WHERE"
        " s.voided_by IS NULL AND lower(hex(l.product)) = replace('" +
        row.key + "', '-', '')";
    EXPECT_EQ(row.gross, shop.count("SELECT sum(l.gross)" + where)) << row.name;
    EXPECT_EQ(row.quantity.thousandths, shop.count("SELECT sum(l.quantity)" + where));
    EXPECT_EQ(row.net, shop.count("SELECT sum(l.net)" + where));
  }
  EXPECT_EQ(products.items[2].name, "Thing");  // the least, and known only from its line
  EXPECT_EQ(products.items[2].quantity.thousandths, 6000);
  const Report categories = shop.report(ReportShop::week(ReportBy::category));
  ASSERT_EQ(categories.items.size(), 2u);
  EXPECT_EQ(categories.items[0].name, "Food");
  EXPECT_EQ(categories.items[1].name, "No category");
  EXPECT_EQ(categories.total, products.total);

  const Report tenders = shop.report(ReportShop::week(ReportBy::tender));
  ASSERT_EQ(tenders.items.size(), 2u);
  const Known all = shop.expected([](const Known&) { return ""; })[""];
  for (const ReportRow& row : tenders.items)
    EXPECT_EQ(row.amount, row.key == "cash" ? all.cash : all.card) << row.key;
  const Report taxes = shop.report(ReportShop::week(ReportBy::tax));
  ASSERT_EQ(taxes.items.size(), 1u);
  EXPECT_EQ(taxes.items[0].name, "reduced 7 %");
  EXPECT_EQ(taxes.items[0].tax, all.tax);
}

/// Every report, with and without filters, as text.
std::vector<std::string> all_reports(ReportShop& shop) {
  std::vector<std::string> texts;
  for (int i = 0; i < report_by_count; ++i) {
    ReportQuery query = ReportShop::week(static_cast<ReportBy>(i));
    texts.push_back(json::dump(to_json(shop.report(query))));
    query.branch = shop.second;
    texts.push_back(json::dump(to_json(shop.report(query))));
    query.branch.reset();
    query.from -= 800, query.to += 800;  // whole years and months among them
    if (query.by != ReportBy::day) texts.push_back(json::dump(to_json(shop.report(query))));
    if (form_of(query.by) == ReportForm::lines) continue;
    query.till = shop.here.id;
    if (query.by != ReportBy::day) texts.push_back(json::dump(to_json(shop.report(query))));
  }
  return texts;
}

TEST(Reports, AreTheSameWhereverTheRollupStands) {
  ReportShop shop;
  shop.trade();
  const std::vector<std::string> wanted = all_reports(shop);
  EXPECT_EQ(shop.count("SELECT count(*) FROM report_hour"), 0);
  std::int64_t steps = 0;
  while (store::roll_up(shop.store(), 2)->more) {
    ++steps;
    ASSERT_EQ(all_reports(shop), wanted) << "after step " << steps;
  }
  EXPECT_GE(steps, 6);
  // The tables alone say it now.
  EXPECT_EQ(shop.count("SELECT sum(gross) FROM report_hour"),
            shop.count("SELECT sum(total) FROM sale WHERE voided_by IS NULL"));
  EXPECT_EQ(shop.count("SELECT through FROM report_mark"), shop.count("SELECT max(sequence) FROM outbox"));
}

TEST(Reports, AVoidAndARefundAfterTheFactCountOnTheirOwnDays) {
  ReportShop shop;
  const Id sold = shop.sell(shop.here, "2026-03-27", 9, 10, {{shop.milk, 3}}).id;
  const Id kept = shop.sell(shop.here, "2026-03-27", 10, 11, {{shop.bread, 2}}).id;
  shop.roll();
  EXPECT_EQ(shop.report(ReportShop::week(ReportBy::day)).items[0].gross, 5 * 119);
  shop.void_sale(shop.here, sold);
  shop.give_back(shop.here, kept, "2026-03-28", 9, 10);
  for (int again = 0; again < 2; ++again) {
    const Report days = shop.report(ReportShop::week(ReportBy::day));
    EXPECT_EQ(days.items[0].gross, 2 * 119);
    EXPECT_EQ(days.items[0].sales, 1);
    EXPECT_EQ(days.items[1].gross, -2 * 119);
    EXPECT_EQ(days.items[1].sales, 0);
    EXPECT_EQ(shop.report(ReportShop::week(ReportBy::product)).items.size(), 0u);  // nothing is left of any
    shop.roll();
  }
}

TEST(Reports, ANewTimeZoneCountsEverythingAnew) {
  ReportShop shop;
  shop.trade();
  shop.roll();
  shop.run("UPDATE tenant SET time_zone = 'Pacific/Auckland'");
  const std::vector<std::string> wanted = all_reports(shop);
  EXPECT_NE(wanted[0].find("Pacific/Auckland"), std::string::npos);
  int steps = 0;
  for (; store::roll_up(shop.store(), 3)->more; ++steps) {
    ASSERT_EQ(all_reports(shop), wanted) << "after step " << steps;
    if (steps != 1) continue;
    // Selling goes on meanwhile.
    const Id sold = shop.sell(shop.here, "2026-03-31", 9, 11, {{shop.milk, 3}}).id;
    shop.void_sale(shop.here, sold);
  }
  EXPECT_GE(steps, 5);
  EXPECT_EQ(shop.count("SELECT count(*) FROM report_book WHERE through IS NULL"), 1);
  for (const char* table : {"report_book", "report_hour", "report_product", "report_tax", "report_tender"}) {
    const std::string column = std::string(table) == "report_book" ? "id" : "book";
    EXPECT_EQ(shop.count("SELECT count(DISTINCT " + column + ") FROM " + table), 1) << table;
  }
}

TEST(Reports, AnotherCurrencyIsLeftOut) {
  ReportShop shop;
  shop.trade();
  shop.run("UPDATE sale SET currency = 'CHF' WHERE receipt = 'A1-1-000001'");
  EXPECT_EQ(shop.report(ReportShop::week(ReportBy::day)).items[0].gross, 0);
}

TEST(Reports, VerifySeesSumsThatDifferFromTheSales) {
  ReportShop shop;
  shop.trade();
  shop.roll();
  shop.sell(shop.here, "2026-03-31", 9, 11, {{shop.milk, 3}});  // not in the tables yet
  const auto problems = [&] {
    auto db = store::Database::open(shop.folder.path() + "/ringup.db", store::Database::Mode::read_only);
    const auto report = store::verify_journals(**db);
    EXPECT_TRUE(report.ok());
    return report->problems;
  };
  EXPECT_EQ(problems(), std::vector<std::string>());
  shop.run("UPDATE report_hour SET gross = gross + 1 WHERE day = (SELECT min(day) FROM report_hour)");
  ASSERT_EQ(problems().size(), 1u);
  EXPECT_NE(problems()[0].find("business shop: the sums for reports differ"), std::string::npos);
}

}  // namespace
}  // namespace ringup::test
