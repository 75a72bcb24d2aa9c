/// Runs every case of tests/core/vectors/money.json.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base/json.h"
#include "core/sale/cart.h"
#include "core/sale/refund.h"

namespace ringup {
namespace {

const Currency eur = parse_currency("EUR").value();

const json::Value& vectors() {
  static const json::Value value = [] {
    std::ifstream in("tests/core/vectors/money.json");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return json::parse(text).value();
  }();
  return value;
}

const json::Array& cases(std::string_view name) {
  const json::Value* list = vectors().find(name);
  EXPECT_TRUE(list && list->as_array() && !list->as_array()->empty()) << name;
  return *list->as_array();
}

std::string text(const json::Value& item, std::string_view name) {
  return *item.find(name)->as_string();
}
Amount amount(const json::Value& item, std::string_view name, Currency currency = eur) {
  return parse_money(text(item, name), currency).value().amount;
}
Rate rate(const json::Value& item) {
  return parse_percent(text(item, "rate")).value();
}

TEST(MoneyVectors, TaxOnTop) {
  for (const json::Value& item : cases("exclusive")) {
    EXPECT_EQ(tax_of({amount(item, "net"), rate(item)}, TaxPlace::on_top)->tax, amount(item, "tax"));
  }
}

TEST(MoneyVectors, TaxInside) {
  for (const json::Value& item : cases("inclusive")) {
    const Amounts expected{amount(item, "net"), amount(item, "tax"), amount(item, "gross")};
    EXPECT_EQ(tax_of({expected.gross, rate(item)}, TaxPlace::inside).value(), expected);
  }
}

TEST(MoneyVectors, WholeOrderOnTop) {
  for (const json::Value& item : cases("whole_order_exclusive")) {
    Cart cart(eur, {TaxMode::whole_order, TaxPlace::on_top, {}});
    CartItem product;
    product.unit_price = parse_unit_price(text(item, "price"), eur).value();
    product.rate = rate(item);
    ASSERT_TRUE(cart.add(product, parse_quantity(text(item, "quantity")).value()).ok());
    const Amounts expected{amount(item, "net"), amount(item, "tax"), amount(item, "total")};
    EXPECT_EQ(cart.totals(), expected);
    if (!item.find("refund_total")) continue;
    const Tender paid[] = {{TenderKind::card, expected.gross, {}}};
    const Sale sale = cart.finish(paid, "A1-1-000001").value();
    const Refund refund = make_refund(Id{}, sale, {}, all_that_is_left(sale, {}), "A1-1-000002").value();
    EXPECT_EQ(refund.body.total, amount(item, "refund_total"));
  }
}

TEST(MoneyVectors, CurrencyWithoutDecimals) {
  const Currency jpy = parse_currency("JPY").value();
  for (const json::Value& item : cases("zero_decimal_currency")) {
    const Taxable line{amount(item, "net", jpy), rate(item)};
    EXPECT_EQ(tax_of(line, TaxPlace::on_top)->gross, amount(item, "gross", jpy));
  }
}

TEST(MoneyVectors, CashRounding) {
  for (const json::Value& item : cases("cash_rounding")) {
    CashRounding rule{amount(item, "to"), Halves::away};
    if (item.find("halves")) rule.halves = parse_halves(text(item, "halves")).value();
    EXPECT_EQ(round_cash(amount(item, "due"), rule).value(), amount(item, "pay")) << text(item, "due");
  }
}

}  // namespace
}  // namespace ringup
