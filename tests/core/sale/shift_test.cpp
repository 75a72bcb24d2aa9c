/// X and Z reports, worked by hand.
#include "core/sale/shift.h"

#include <gtest/gtest.h>

#include <sstream>

#include "core/base/utf8.h"
#include "core/sale/cart.h"
#include "tests/core/sale/random_carts.h"

namespace ringup {
namespace {

using Part = ShiftBook::Part;

const Currency eur = parse_currency("EUR").value();
const Rules rules{TaxMode::per_line, TaxPlace::inside, CashRounding{5, Halves::away}};
const Id shift_id = parse_id("0190b2f4-8c3a-7d21-9f10-2b3c4d5e6f70").value();

CartItem item(std::string name, std::int64_t unit_price, std::int64_t rate) {
  CartItem made;
  made.sku = name;
  made.name = std::move(name);
  made.unit_price = UnitPrice{unit_price};
  made.rate = Rate{rate};
  return made;
}

ShiftReport head() {
  ShiftReport made;
  made.shift = shift_id;
  made.till_name = "Counter";
  made.branch_name = "Market";
  made.opened_by = "Ada";
  made.opened_at = 1'772'357'400'000'000;
  made.currency = eur;
  made.float_amount = 10'000;
  return made;
}

/// 2.38 of milk (7 %: tax 0.16) and batteries for 12.99 (19 %: tax 2.07), 15.37 in all. Paid 5.00 by card; of
/// 10.37 in cash 10.35 are taken, from a note of 20.00: change 9.65, rounding -0.02.
Sale mixed() {
  Cart cart(eur, rules);
  cart.add(item("Milk", 11900, 70'000), Quantity{2000}).value();
  cart.add(item("Batteries", 129900, 190'000)).value();
  const Tender paid[] = {{TenderKind::card, 500, {}}, {TenderKind::cash, 2000, {}}};
  return cart.finish(paid, "A1-1-000001").value();
}

/// 10.00 of cheese less 1.00 (7 %: gross 9.00, tax 0.59), by card.
Sale discounted() {
  Cart cart(eur, rules);
  const LineId line = cart.add(item("Cheese", 100000, 70'000)).value();
  cart.discount_line(line, Discount::of_amount(100, "Old")).value();
  const Tender paid[] = {{TenderKind::card, 900, {}}};
  return cart.finish(paid, "A1-1-000002").value();
}

/// One milk, 1.19, in cash: 1.20, from exactly that.
Sale one_milk() {
  Cart cart(eur, rules);
  cart.add(item("Milk", 11900, 70'000)).value();
  const Tender paid[] = {{TenderKind::cash, 120, {}}};
  return cart.finish(paid, "A1-1-000003").value();
}

/// One of mixed()'s two milks, in cash: -1.19 becomes -1.20.
Refund milk_back() {
  const RefundRequest request{{{1, Quantity{1000}}}, {}, TenderKind::cash};
  return make_refund(Id{{1}}, mixed(), {}, request, "A1-1-000004").value();
}

CashMove move(bool in, Amount amount, std::string reason, bool later = false) {
  return {in, amount, std::move(reason), 1'772'360'000'000'000, "Ada", later};
}

/// A whole day: two sales, a refund, a sale undone, cash in and out.
ShiftBook a_day(ShiftReport about = head()) {
  ShiftBook book(std::move(about));
  book.add(Id{{1}}, mixed()).value();
  book.add(Id{{2}}, discounted()).value();
  book.add(Id{{3}}, one_milk()).value();
  book.undo(Id{{3}}).value();
  book.add(Id{{4}}, milk_back()).value();
  book.add(move(true, 2'000, "Change from the bank")).value();
  book.add(move(false, 350, "Window cleaner")).value();
  return book;
}

TEST(Shift, AddsUpADay) {
  const ShiftReport report = a_day().report().value();
  const ShiftFigures& figures = report.figures;
  EXPECT_EQ(figures.sales, 2);
  EXPECT_EQ(figures.refunds, 1);
  EXPECT_EQ(figures.voids, 1);
  EXPECT_EQ(figures.gross, 1537 + 900 - 119);
  EXPECT_EQ(figures.refunded, -119);
  EXPECT_EQ(figures.tax, 16 + 207 + 59 - 8);
  EXPECT_EQ(figures.net, figures.gross - figures.tax);
  EXPECT_EQ(figures.discount, 100);
  EXPECT_EQ(figures.voided, 119);
  EXPECT_EQ(figures.rounding, -2 - 1);
  EXPECT_EQ(figures.takings(), 500 + 1035 + 900 - 120);
  EXPECT_EQ(figures.rates,
            (std::vector<RateTotal>{{Rate{70'000}, {222 + 841 - 111, 16 + 59 - 8, 238 + 900 - 119}},
                                    {Rate{190'000}, {1092, 207, 1299}}}));
  EXPECT_EQ(figures.tenders,
            (std::vector<ShiftTender>{{TenderKind::cash, 2, 1035 - 120}, {TenderKind::card, 2, 1400}}));
  EXPECT_EQ(figures.cash_sales, 2000);
  EXPECT_EQ(figures.change, 965);
  EXPECT_EQ(figures.cash_refunds, 120);
  EXPECT_EQ(report.expected, 10'000 + 2000 - 965 - 120 + 2000 - 350);
  EXPECT_FALSE(report.difference().has_value());
  EXPECT_FALSE(report.closed());
  EXPECT_FALSE(report.has_later());
}

TEST(Shift, AVoidLeavesNothingButItsCount) {
  ShiftBook book(head());
  book.add(Id{{1}}, mixed()).value();
  book.undo(Id{{1}}).value();
  ShiftFigures nothing;
  nothing.voids = 1;
  nothing.voided = 1537;
  const ShiftReport report = book.report().value();
  EXPECT_EQ(report.figures, nothing);
  EXPECT_EQ(report.expected, 10'000);
}

TEST(Shift, RefusesWhatCannotBe) {
  ShiftBook book = a_day();
  const ShiftReport before = book.report().value();
  EXPECT_EQ(book.undo(Id{{3}}).error(), Error::conflict);
  EXPECT_EQ(book.undo(Id{{9}}).error(), Error::not_found);
  EXPECT_EQ(book.add(Id{{1}}, mixed()).error(), Error::conflict);
  Sale huge = one_milk();
  huge.total = amount_max;
  EXPECT_EQ(book.add(Id{{9}}, huge).error(), Error::amount_overflow);
  EXPECT_EQ(book.report().value(), before);
}

TEST(Shift, WhatComesAfterTheCountStandsOnItsOwn) {
  ShiftReport about = head();
  about.closed_at = *about.opened_at + 1;
  about.closed_by = "Grace";
  about.counted = 12'515;
  about.stated = 12'565;
  ShiftBook book = a_day(about);
  const ShiftReport printed = book.report().value();
  EXPECT_EQ(printed.difference(), -50);
  book.add(Id{{5}}, one_milk(), Part::later).value();
  book.undo(Id{{2}}, Part::later).value();
  book.add(move(false, 100, "Found later", true)).value();
  const ShiftReport report = book.report().value();
  EXPECT_EQ(report.figures, printed.figures);
  EXPECT_EQ(report.expected, printed.expected);
  EXPECT_EQ(report.difference(), -50);
  EXPECT_TRUE(report.has_later());
  EXPECT_EQ(report.later.sales, 1);
  EXPECT_EQ(report.later.voids, 1);
  EXPECT_EQ(report.later.voided, 900);
  EXPECT_EQ(report.later.gross, 119 - 900);
  EXPECT_EQ(report.later.takings(), 120 - 900);
  EXPECT_EQ(report.later.cash(), 120 - 100);
  // Rung up late and undone, too: gone from there.
  book.undo(Id{{5}}, Part::shift).value();
  EXPECT_EQ(book.report().value().later.sales, 0);
  EXPECT_EQ(book.report().value().figures, printed.figures);
}

TEST(Shift, TravelsAsJson) {
  ShiftReport about = head();
  EXPECT_EQ(read_shift_report(to_json(a_day(about).report().value())).value(), a_day(about).report().value());
  about.closed_at = *about.opened_at + 36'000'000'000;
  about.counted = 12'600;
  about.stated = 12'565;
  ShiftBook book = a_day(about);
  book.add(Id{{5}}, one_milk(), Part::later).value();
  const ShiftReport report = book.report().value();
  const json::Value value = to_json(report);
  EXPECT_EQ(read_shift_report(value).value(), report);
  EXPECT_EQ(*value.find("kind"), json::Value("z"));
  EXPECT_EQ(*value.find("difference"), to_json(Money{35, eur}));
  json::Object other = *value.as_object();
  other.push_back({"more", 1});
  EXPECT_EQ(read_shift_report(other).error(), Error::unknown_member);
}

ReceiptSetup setup() {
  ReceiptSetup made;
  made.header = {"Corner Shop"};
  made.time = "2026-03-01 19:31";
  made.money = {.symbol = "€", .symbol_gap = ""};
  return made;
}

TEST(Shift, IsPrinted) {
  ShiftReport about = head();
  about.closed_at = *about.opened_at + 36'000'000'000;
  about.closed_by = "Grace";
  about.counted = 12'515;
  about.stated = 12'565;
  ShiftBook book = a_day(about);
  book.add(Id{{5}}, one_milk(), Part::later).value();
  const Receipt document =
      make_shift_receipt(book.report().value(), setup(), {"2026-03-01 09:30", "2026-03-01 19:30"});
  EXPECT_EQ("\n" + render(document, receipt_columns_narrow), R"(
          Corner Shop
--------------------------------
Z report
Till                     Counter
Opened          2026-03-01 09:30
  Ada
Closed          2026-03-01 19:30
  Grace
Printed         2026-03-01 19:31
--------------------------------
Sales                          2
Refunds                        1
Voided (1)                  1.19
--------------------------------
Discounts                  -1.00
Given back                 -1.19
Net sales                  20.44
Tax                         2.74
Gross sales                23.18
Cash rounding              -0.03
Takings                   €23.15
--------------------------------
%            Net     Tax   Gross
7 %         9.52    0.67   10.19
19 %       10.92    2.07   12.99
--------------------------------
Cash (2)                    9.15
Card (2)                   14.00
--------------------------------
Cash drawer
Float                     100.00
Cash received              20.00
Change                     -9.65
Cash refunds               -1.20
Cash in                    20.00
  Change from the bank     20.00
Cash out                   -3.50
  Window cleaner           -3.50
Expected                 €125.65
Counted                   125.15
Difference (short)        -€0.50
--------------------------------
After the close
Sales                          1
Takings                     1.20
Cash (1)                    1.20
)");
}

TEST(Shift, NeverLeavesThePaper) {
  ShiftReport about = head();
  about.till_name = std::string(90, 'x');
  about.float_amount = 1'234'567'890'123;
  ShiftBook book = a_day(about);
  book.add(move(true, 987'654'321'012, "A reason that goes on and on, as reasons do now and then")).value();
  for (const std::size_t columns : {std::size_t{24}, receipt_columns_narrow, receipt_columns_wide}) {
    std::istringstream text(render(make_shift_receipt(book.report().value(), setup(), {"a", "b"}), columns));
    for (std::string line; std::getline(text, line);) EXPECT_LE(utf8::length(line), columns) << line;
  }
}

/// Whatever is sold and given back: what the customers paid is what the tenders hold, what lies in the drawer
/// is what the cash says, and undoing everything leaves nothing.
TEST(Shift, ItsSumsAgreeForAnySales) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Dice dice(seed);
    ShiftReport about = head();
    ShiftBook book(about);
    Amount paid = 0, cash = 0;
    std::vector<Id> ids;
    for (std::uint8_t i = 1; i <= 12; ++i) {
      Sale sale = random_sale(dice);
      sale.currency = eur;
      book.add(Id{{i}}, sale).value();
      ids.push_back(Id{{i}});
      paid += payable(sale).value();
      cash -= sale.change;
      for (const Tender& tender : sale.tenders) cash += tender.kind == TenderKind::cash ? tender.amount : 0;
    }
    const ShiftReport report = book.report().value();
    Amount tendered = 0, taxed = 0;
    for (const ShiftTender& tender : report.figures.tenders) tendered += tender.amount;
    for (const RateTotal& rate : report.figures.rates) taxed += rate.amounts.gross;
    EXPECT_EQ(report.figures.takings(), paid) << seed;
    EXPECT_EQ(tendered, paid) << seed;
    EXPECT_EQ(taxed, report.figures.gross) << seed;
    EXPECT_EQ(report.expected, about.float_amount + cash) << seed;
    for (const Id& id : ids) book.undo(id).value();
    ShiftFigures left = book.report().value().figures;
    EXPECT_EQ(left.voids, 12);
    left.voids = 0, left.voided = 0;
    EXPECT_EQ(left, ShiftFigures()) << seed;
  }
}

}  // namespace
}  // namespace ringup
