#include "core/money/money.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace ringup {
namespace {

Currency currency(std::string_view code) {
  return parse_currency(code).value();
}

TEST(Currency, HasTheDigitsOfIso4217) {
  EXPECT_EQ(currency("EUR").digits, 2);
  EXPECT_EQ(currency("JPY").digits, 0);
  EXPECT_EQ(currency("ISK").digits, 0);
  EXPECT_EQ(currency("KWD").digits, 3);
  EXPECT_EQ(currency("TND").digits, 3);
}

TEST(Currency, ListsEachOnceInOrderAndFindsIt) {
  std::string last;
  for (const Currency& each : all_currencies()) {
    EXPECT_LT(last, each.code());
    last = each.code();
    EXPECT_EQ(currency(each.code()), each);
  }
  EXPECT_GT(all_currencies().size(), 150U);
}

TEST(Currency, RefusesWhatIsNone) {
  for (const char* text : {"", "EU", "eur", "EURO", "XXX", "XAU", "DEM", "ZZZ", "AAA"}) {
    EXPECT_EQ(parse_currency(text).error(), Error::unknown_currency) << text;
  }
}

TEST(Rounding, HalvesGoAwayFromZero) {
  const auto rounded = [](std::int64_t dividend, std::int64_t divisor) {
    return static_cast<std::int64_t>(divide_half_away(dividend, divisor));
  };
  EXPECT_EQ(rounded(5, 2), 3);
  EXPECT_EQ(rounded(-5, 2), -3);
  EXPECT_EQ(rounded(4, 3), 1);
  EXPECT_EQ(rounded(-4, 3), -1);
  EXPECT_EQ(rounded(5, 3), 2);
  EXPECT_EQ(rounded(0, 7), 0);
  EXPECT_EQ(rounded(1, 2), 1);
  EXPECT_EQ(rounded(INT64_MAX, 1), INT64_MAX);
}

TEST(Rounding, SpreadsWithTheLowestIndexFirst) {
  using Parts = std::vector<Amount>;
  const auto spread_over = [](Amount total, const Parts& weights) { return spread(total, weights); };
  EXPECT_EQ(spread_over(100, {1, 1, 1}), (Parts{34, 33, 33}));
  EXPECT_EQ(spread_over(-100, {1, 1, 1}), (Parts{-34, -33, -33}));
  EXPECT_EQ(spread_over(100, {1, 1, 4}), (Parts{17, 17, 66}));
  EXPECT_EQ(spread_over(2, {0, 1, 1, 1}), (Parts{0, 1, 1, 0}));
  EXPECT_EQ(spread_over(5, {0, 0}), (Parts{5, 0}));
  EXPECT_EQ(spread_over(0, {}), Parts{});
  EXPECT_EQ(spread_over(amount_max, {amount_max, amount_max}), (Parts{amount_max / 2 + 1, amount_max / 2}));
}

TEST(Rounding, RoundsCashOnBothSidesOfZero) {
  const auto rounded = [](Amount amount, Amount unit, Halves halves) {
    return round_cash(amount, {unit, halves}).value();
  };
  EXPECT_EQ(rounded(7, 10, Halves::away), 10);
  EXPECT_EQ(rounded(-7, 10, Halves::away), -10);
  EXPECT_EQ(rounded(-5, 10, Halves::away), -10);
  EXPECT_EQ(rounded(-5, 10, Halves::up), 0);
  EXPECT_EQ(rounded(-5, 10, Halves::down), -10);
  EXPECT_EQ(rounded(-12, 10, Halves::up), -10);
  EXPECT_EQ(rounded(2042, 1, Halves::up), 2042);
  EXPECT_EQ(round_cash(amount_max, {10, Halves::up}).value(), amount_max - 1);  // …991 → …990
  EXPECT_EQ(round_cash(amount_max, {1'000, Halves::up}).error(), Error::amount_overflow);
}

TEST(Money, AddsWithinItsLimitsAndCurrency) {
  const Currency eur = currency("EUR");
  EXPECT_EQ(add(Money{1, eur}, Money{2, eur}).value(), (Money{3, eur}));
  EXPECT_EQ(subtract(Money{1, eur}, Money{2, eur}).value(), (Money{-1, eur}));
  EXPECT_EQ(add(Money{amount_max, eur}, Money{1, eur}).error(), Error::amount_overflow);
  EXPECT_EQ(subtract(Money{-amount_max, eur}, Money{1, eur}).error(), Error::amount_overflow);
  EXPECT_EQ(add(Money{1, eur}, Money{1, currency("USD")}).error(), Error::currency_mismatch);
}

TEST(Money, ExtendsAndTakesParts) {
  EXPECT_EQ(extend(Quantity{14000}, UnitPrice{10425}).value(), 1460);
  EXPECT_EQ(extend(Quantity{-14000}, UnitPrice{10425}).value(), -1460);
  EXPECT_EQ(extend(Quantity{1086}, UnitPrice{29900}).value(), 325);
  EXPECT_EQ(extend(Quantity{quantity_max}, UnitPrice{unit_price_max}).error(), Error::amount_overflow);
  EXPECT_EQ(part_of(25, Rate{100'000}).value(), 3);
  EXPECT_EQ(unit_price_of(119).value(), UnitPrice{11900});
  EXPECT_EQ(unit_price_of(amount_max).error(), Error::amount_overflow);
}

TEST(Decimal, WritesMoneyWithAllItsDecimals) {
  EXPECT_EQ(to_decimal(Money{1299, currency("EUR")}), "12.99");
  EXPECT_EQ(to_decimal(Money{-5, currency("EUR")}), "-0.05");
  EXPECT_EQ(to_decimal(Money{0, currency("EUR")}), "0.00");
  EXPECT_EQ(to_decimal(Money{27000, currency("JPY")}), "27000");
  EXPECT_EQ(to_decimal(Money{1, currency("KWD")}), "0.001");
}

TEST(Decimal, WritesPricesQuantitiesAndRatesWithoutTrailingZeros) {
  EXPECT_EQ(to_decimal(UnitPrice{11900}, currency("EUR")), "1.19");
  EXPECT_EQ(to_decimal(UnitPrice{10425}, currency("EUR")), "1.0425");
  EXPECT_EQ(to_decimal(UnitPrice{10000}, currency("EUR")), "1.00");
  EXPECT_EQ(to_decimal(UnitPrice{11950}, currency("JPY")), "119.5");
  EXPECT_EQ(to_decimal(UnitPrice{12000}, currency("JPY")), "120");
  EXPECT_EQ(to_decimal(Quantity{1086}), "1.086");
  EXPECT_EQ(to_decimal(Quantity{2000}), "2");
  EXPECT_EQ(to_decimal(Quantity{-500}), "-0.5");
  EXPECT_EQ(to_percent(Rate{70000}), "7");
  EXPECT_EQ(to_percent(Rate{55000}), "5.5");
  EXPECT_EQ(to_percent(Rate{0}), "0");
}

TEST(Decimal, ReadsWhatItWrites) {
  for (const Currency& each : {currency("EUR"), currency("JPY"), currency("KWD")}) {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{1}, std::int64_t{99}, std::int64_t{100},
                                     std::int64_t{10425}, std::int64_t{unit_price_max}}) {
      EXPECT_EQ(parse_money(to_decimal(Money{-value, each}), each).value(), (Money{-value, each}));
      EXPECT_EQ(parse_unit_price(to_decimal(UnitPrice{value}, each), each).value(), UnitPrice{value});
    }
  }
  EXPECT_EQ(parse_money("12.9", currency("EUR")).value().amount, 1290);
  EXPECT_EQ(parse_money("12", currency("EUR")).value().amount, 1200);
  EXPECT_EQ(parse_quantity("1.086").value(), Quantity{1086});
  EXPECT_EQ(parse_quantity("-1").value(), Quantity{-1000});
  EXPECT_EQ(parse_percent("5.5").value(), Rate{55000});
}

TEST(Decimal, RefusesOtherText) {
  for (const char* text :
       {"",      "-",  ".",     "1.",  ".5",    "01",  "-01",
        "1,5",   "+1", "1e3",   " 1",  "1 ",    "0x1", "1.999",
        "1.990", "-0", "-0.00", "--1", "1.2.3", "NaN", "99999999999999999999999999999999"}) {
    EXPECT_EQ(parse_money(text, currency("EUR")).error(), Error::invalid_value) << text;
  }
  EXPECT_EQ(parse_money("1.0", currency("JPY")).error(), Error::invalid_value);
  EXPECT_EQ(parse_money("90071992547409.92", currency("EUR")).error(), Error::amount_overflow);
  EXPECT_EQ(parse_money("90071992547409.91", currency("EUR")).value().amount, amount_max);
  EXPECT_EQ(parse_unit_price("-1.00", currency("EUR")).error(), Error::out_of_range);
  EXPECT_EQ(parse_unit_price("1.00001", currency("EUR")).error(), Error::invalid_value);
  EXPECT_EQ(parse_quantity("1000000000.001").error(), Error::out_of_range);
  EXPECT_EQ(parse_percent("-1").error(), Error::out_of_range);
  EXPECT_EQ(parse_percent("1000.0001").error(), Error::out_of_range);
}

TEST(Money, TravelsAsJson) {
  const Money price{1299, currency("EUR")};
  EXPECT_EQ(json::dump(to_json(price)), R"({"amount":1299,"currency":"EUR"})");
  EXPECT_EQ(read_money(to_json(price)).value(), price);
  const auto refusal = [](const char* text) {
    const json::Value value = json::parse(text).value();
    return read_money(value, "total").failure();
  };
  EXPECT_EQ(refusal(R"({"amount":1,"currency":"DEM"})"), fail(Error::unknown_currency, "total.currency"));
  EXPECT_EQ(refusal(R"({"amount":"1","currency":"EUR"})").error, Error::wrong_type);
  EXPECT_EQ(refusal(R"({"amount":1})").error, Error::missing_member);
  EXPECT_EQ(refusal(R"({"amount":1,"currency":"EUR","x":1})").error, Error::unknown_member);
}

TEST(Money, IsWrittenForPeople) {
  const Currency eur = currency("EUR");
  const MoneyFormat english{.symbol = "€", .symbol_gap = " "};
  EXPECT_EQ(format_money(Money{123450, eur}, english), "€ 1,234.50");
  EXPECT_EQ(format_money(Money{-5, eur}, english), "-€ 0.05");
  EXPECT_EQ(format_money(Money{123456789, eur}, english), "€ 1,234,567.89");
  const MoneyFormat german{
      .symbol = "€", .decimal_mark = ",", .group_mark = ".", .symbol_gap = " ", .symbol_first = false};
  EXPECT_EQ(format_money(Money{123450, eur}, german), "1.234,50 €");
  EXPECT_EQ(format_number(Money{-123450, eur}, german), "-1.234,50");
  EXPECT_EQ(format_money(Money{27000, currency("JPY")}), "JPY\u00a027,000");
  EXPECT_EQ(format_money(Money{999, eur}, english), "€ 9.99");
}

}  // namespace
}  // namespace ringup
