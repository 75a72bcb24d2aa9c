/// Shifts and their reports, from records as tills send them.
#include "core/sale/shift.h"

#include "core/sale/cart.h"
#include "core/till/bodies.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

using journal::Kind;
using journal::Record;

const Currency eur = parse_currency("EUR").value();

/// Milk at 1.19 with 7 % inside; cash is rounded to 5 cents.
Sale milk_sale(const Id& product, TestTill& till, std::int64_t pieces, Tender tender) {
  Cart cart(eur, {TaxMode::per_line, TaxPlace::inside, CashRounding{5, Halves::away}});
  const CartItem milk{product, "MILK-1L", "Milch 1 L", UnitPrice{11900}, "reduced", Rate{70000}};
  cart.add(milk, Quantity{pieces * quantity_one}).value();
  return cart.finish({&tender, 1}, till.next_receipt()).value();
}

/// A till that writes a day, and keeps the same book as a till does.
struct Day {
  ShopFloor shop;
  TestTill till = shop.enrol();
  std::vector<std::string> records;
  ShiftBook book{ShiftReport{}};

  Record add(Kind kind, json::Value body) {
    Record record = till.record(kind, std::move(body));
    records.push_back(journal::record_text(record));
    return record;
  }
  void open(Amount float_amount) {
    const Record record =
        add(Kind::shift_open, journal::to_json(journal::ShiftOpenBody{float_amount, "EUR"}));
    till.shift = record.id;
    ShiftReport head;
    head.shift = record.id;
    head.currency = eur;
    head.float_amount = float_amount;
    head.opened_at = record.at * 1000;
    book = ShiftBook(head);
  }
  Id sell(const Sale& sale) {
    const Record record = add(Kind::sale, write_sale_body(sale));
    book.add(record.id, sale).value();
    return record.id;
  }
  void undo(const Id& sale) {
    add(Kind::void_sale, journal::to_json(journal::VoidBody{sale, "Rung up twice"}));
    book.undo(sale).value();
  }
  void move(bool in, Amount amount, std::string reason) {
    const Record record =
        add(in ? Kind::cash_in : Kind::cash_out, journal::to_json(journal::CashBody{amount, "EUR", reason}));
    book.add({in, amount, reason, record.at * 1000, {}, false}).value();
  }
  void close(Amount counted) {
    const Amount expected = book.report().value().expected;
    add(Kind::shift_close, journal::to_json(journal::ShiftCloseBody{counted, expected, "EUR"}));
  }
  void send() {
    shop.send(till, records);
    records.clear();
  }
  std::string path() const { return "/api/shifts/" + to_string(*till.shift) + "/report/"; }
  ShiftReport report() {
    const http::Response response = shop.call("GET", path());
    EXPECT_EQ(response.status, 200) << response.body;
    const Result<ShiftReport> read = read_shift_report(shop.json(response));
    EXPECT_TRUE(read.ok()) << describe(read.failure());
    return *read;
  }
};

/// Sales in cash and by card, with rounding; one given back, one undone; cash in and out.
void play(Day& day) {
  day.open(10'000);
  const Sale two = milk_sale(day.shop.milk, day.till, 2, {TenderKind::cash, 500, {}});
  const Id first = day.sell(two);
  day.sell(milk_sale(day.shop.milk, day.till, 7, {TenderKind::card, 833, "T-1"}));
  day.undo(day.sell(milk_sale(day.shop.milk, day.till, 1, {TenderKind::cash, 200, {}})));
  const RefundRequest one{{{1, Quantity{quantity_one}}}, {}, TenderKind::cash};
  const Refund refund = make_refund(first, two, {}, one, day.till.next_receipt()).value();
  const Record record = day.add(Kind::refund, write_refund_body(refund));
  day.book.add(record.id, refund).value();
  day.move(true, 2'000, "Change from the bank");
  day.move(false, 350, "Window cleaner");
}

TEST(Shifts, AnXReportSaysWhatTheTillSays) {
  Day day;
  play(day);
  day.send();
  const ShiftReport here = day.report(), there = day.book.report().value();
  EXPECT_EQ(here.figures, there.figures);
  EXPECT_EQ(here.expected, there.expected);
  EXPECT_EQ(here.expected, 10'000 + 240 - 120 + 2'000 - 350);
  EXPECT_EQ(here.figures.takings(), 240 + 833 - 120);
  EXPECT_EQ(here.moves.size(), 2u);
  EXPECT_FALSE(here.closed());
  EXPECT_FALSE(here.counted.has_value());
  const json::Value shift = day.shop.json(day.shop.call("GET", "/api/shifts/?state=open"));
  EXPECT_EQ(*shift.find("items")->as_array()->front().find("takings"), to_json(Money{953, eur}));
}

TEST(Shifts, AZReportStaysWhatItWas) {
  Day day;
  play(day);
  day.close(11'720);
  day.send();
  const ShiftReport closed = day.report();
  EXPECT_EQ(closed.figures, day.book.report().value().figures);
  EXPECT_EQ(closed.stated, closed.expected);
  EXPECT_EQ(closed.difference(), -50);
  EXPECT_FALSE(closed.has_later());

  // A device that had not heard of it goes on under the same shift.
  const Sale late = milk_sale(day.shop.milk, day.till, 1, {TenderKind::cash, 120, {}});
  day.add(Kind::sale, write_sale_body(late));
  day.add(Kind::cash_in, journal::to_json(journal::CashBody{700, "EUR", "Found under the drawer"}));
  day.send();
  const ShiftReport after = day.report();
  EXPECT_EQ(after.figures, closed.figures);
  EXPECT_EQ(after.expected, closed.expected);
  EXPECT_EQ(after.difference(), -50);
  EXPECT_EQ(after.later.sales, 1);
  EXPECT_EQ(after.later.takings(), 120);
  EXPECT_EQ(after.later.cash(), 820);
  EXPECT_TRUE(after.moves.back().later);
}

TEST(Shifts, AVoidFromElsewhereIsNotInWhatTheTillPrinted) {
  Day day;
  day.open(10'000);
  const Id sold = day.sell(milk_sale(day.shop.milk, day.till, 2, {TenderKind::cash, 240, {}}));
  day.close(10'240);
  day.send();
  TestTill other = day.shop.enrol();
  day.shop.send(other,
                {other.text(Kind::void_sale, journal::to_json(journal::VoidBody{sold, "Brought back"}))});
  const ShiftReport report = day.report();
  EXPECT_EQ(report.figures, day.book.report().value().figures);
  EXPECT_EQ(report.later.voids, 1);
  EXPECT_EQ(report.later.takings(), -240);
}

TEST(Shifts, TheReportIsAlsoText) {
  Day day;
  play(day);
  day.close(11'770);
  day.send();
  const http::Response text = day.shop.call("GET", day.path(), "", {{"accept", "text/plain"}});
  EXPECT_EQ(text.status, 200);
  for (const char* part :
       {"Corner Shop", "Z report", "Window cleaner", "Expected", "117,70", "Difference (exact)"})
    EXPECT_NE(text.body.find(part), std::string::npos) << part << "\n" << text.body;
  EXPECT_EQ(day.shop.call("GET", day.path(), "", {{"accept", "image/png"}}).status, 406);
}

TEST(Shifts, OthersDoNotSeeThem) {
  Day day;
  play(day);
  day.send();
  const std::string one = "/api/shifts/" + to_string(*day.till.shift) + "/";
  EXPECT_EQ(day.shop.call("GET", one).status, 200);
  day.shop.run(
      "INSERT INTO tenant (id, slug, name, country, currency, tax_mode, tax_placement, created_at)"
      " SELECT randomblob(16), 'other', name, country, currency, tax_mode, tax_placement, created_at"
      " FROM tenant");
  day.shop.tenant = store::new_id();  // of whoever asks now
  EXPECT_EQ(day.shop.call("GET", one).status, 404);
  EXPECT_EQ(day.shop.call("GET", day.path()).status, 404);
  EXPECT_TRUE(day.shop.json(day.shop.call("GET", "/api/shifts/")).find("items")->as_array()->empty());
}

TEST(Shifts, AreListedWithWhatWasCounted) {
  Day day;
  play(day);
  day.close(11'720);
  const Id first = *day.till.shift;
  day.till.shift.reset();
  day.open(5'000);
  day.send();
  const json::Value all = day.shop.json(day.shop.call("GET", "/api/shifts/"));
  const json::Array& items = *all.find("items")->as_array();
  ASSERT_EQ(items.size(), 2u);
  // Both may have begun in the same millisecond: then either comes first.
  const json::Value& closed = *items[0].find("id") == json::Value(first) ? items[0] : items[1];
  EXPECT_EQ(*closed.find("id"), json::Value(first));
  EXPECT_EQ(*closed.find("state"), json::Value("closed"));
  EXPECT_EQ(*closed.find("float"), to_json(Money{10'000, eur}));
  EXPECT_EQ(*closed.find("counted"), to_json(Money{11'720, eur}));
  EXPECT_EQ(*closed.find("difference"), to_json(Money{-50, eur}));
  const auto count = [&](const std::string& query) {
    return day.shop.json(day.shop.call("GET", "/api/shifts/?" + query)).find("items")->as_array()->size();
  };
  EXPECT_EQ(count("state=open"), 1u);
  EXPECT_EQ(count("state=closed"), 1u);
  EXPECT_EQ(count("till=" + to_string(day.till.id)), 2u);
  EXPECT_EQ(count("till=" + to_string(first)), 0u);
  EXPECT_EQ(count("branch=" + to_string(day.shop.branch)), 2u);
  EXPECT_EQ(day.shop.call("GET", "/api/shifts/?state=lost").status, 400);
  const json::Value sales = day.shop.json(day.shop.call("GET", "/api/sales/?shift=" + to_string(first)));
  EXPECT_EQ(sales.find("items")->as_array()->size(), 4u);
}

}  // namespace
}  // namespace ringup::test
