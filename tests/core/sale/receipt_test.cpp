#include "core/sale/receipt.h"

#include <gtest/gtest.h>

#include <sstream>

#include "core/base/utf8.h"
#include "core/sale/cart.h"
#include "tests/core/sale/random_carts.h"

namespace ringup {
namespace {

const Currency eur = parse_currency("EUR").value();

CartItem item(std::string name, std::int64_t unit_price, std::int64_t rate) {
  CartItem made;
  made.sku = name;
  made.name = std::move(name);
  made.unit_price = UnitPrice{unit_price};
  made.rate = Rate{rate};
  return made;
}

ReceiptSetup setup() {
  ReceiptSetup made;
  made.header = {"Corner Shop", "1 Main Street"};
  made.footer = {"Thank you!"};
  made.time = "2026-11-20 18:40";
  made.cashier = "Ada";
  made.money = {.symbol = "€", .symbol_gap = " "};
  return made;
}

Sale shopping() {
  Cart cart(eur, {TaxMode::per_line, TaxPlace::inside, CashRounding{5, Halves::away}});
  cart.add(item("Milk 1 l", 11900, 70'000), Quantity{2000}).value();
  const LineId apples = cart.add(item("Apples from the old land", 29900, 70'000), Quantity{1086}).value();
  cart.discount_line(apples, Discount::of_amount(25, "Bruised")).value();
  cart.add(item("Batteries AA, pack of eight, rechargeable", 129900, 190'000)).value();
  const Tender paid[] = {{TenderKind::card, 1000, "T-4711"}, {TenderKind::cash, 1000, {}}};
  return cart.finish(paid, "A1-1-000001").value();
}

TEST(Receipt, IsNarrow) {
  EXPECT_EQ("\n" + render(make_receipt(shopping(), setup()).value(), receipt_columns_narrow), R"(
          Corner Shop
         1 Main Street
--------------------------------
Receipt A1-1-000001
2026-11-20 18:40
Cashier: Ada
--------------------------------
Milk 1 l                    2.38
  2 × 1.19
Apples from the old land    3.25
  1.086 × 2.99
  Bruised                  -0.25
Batteries AA, pack of
eight, rechargeable        12.99
--------------------------------
Total                    € 18.37
Cash rounding              -0.02
To pay                   € 18.35
Card                       10.00
  T-4711
Cash                       10.00
Change                      1.65
--------------------------------
%            Net     Tax   Gross
7 %         5.02    0.36    5.38
19 %       10.92    2.07   12.99
--------------------------------
           Thank you!
)");
}

TEST(Receipt, IsWideAndSpeaksGerman) {
  ReceiptSetup german = setup();
  german.money = {
      .symbol = "€", .decimal_mark = ",", .group_mark = ".", .symbol_gap = " ", .symbol_first = false};
  german.words.refund = "Rückgabe";
  german.words.total = "Summe";
  german.words.cash = "Bar";
  german.footer.clear();
  Cart cart(eur, {TaxMode::whole_order, TaxPlace::on_top, {}});
  cart.add(item("Käse", 1234500, 70'000), Quantity{10000}).value();
  const Tender paid[] = {{TenderKind::cash, cart.total(), {}}};
  const Sale sale = cart.finish(paid, "A1-1-000001").value();
  const RefundRequest some{{{1, Quantity{2500}}}, {}, TenderKind::cash};
  const Refund refund = make_refund(Id{{9}}, sale, {}, some, "A1-1-000002").value();
  EXPECT_EQ("\n" + render(make_receipt(refund, german).value(), receipt_columns_wide), R"(
                  Corner Shop
                 1 Main Street
------------------------------------------------
Rückgabe A1-1-000002
2026-11-20 18:40
Cashier: Ada
------------------------------------------------
Käse                                     -308,63
  -2,5 × 123,45
------------------------------------------------
Subtotal                                 -308,63
Tax                                       -21,61
Summe                                  -330,24 €
Bar                                      -330,24
------------------------------------------------
%                  Net          Tax        Gross
7 %            -308,63       -21,61      -330,24
)");
}

TEST(Receipt, NeverLeavesThePaper) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Dice dice(seed);
    Sale sale = random_sale(dice);
    sale.lines[0].name = "Übergrößenträger" + std::string(static_cast<std::size_t>(dice.between(0, 90)), 'x');
    const Receipt receipt = make_receipt(sale, setup()).value();
    for (const std::size_t columns : {std::size_t{24}, receipt_columns_narrow, receipt_columns_wide}) {
      std::istringstream text(render(receipt, columns));
      for (std::string line; std::getline(text, line);) {
        EXPECT_LE(utf8::length(line), columns) << "seed " << seed << ": " << line;
      }
    }
  }
}

TEST(Receipt, ANameCannotCommandThePrinter) {
  Sale sale = shopping();
  sale.lines[0].name = "Milk\x1b@\nTotal 0.00";
  const std::string text = render(make_receipt(sale, setup()).value(), receipt_columns_wide);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("Milk @ Total 0.00"), std::string::npos);
}

}  // namespace
}  // namespace ringup
