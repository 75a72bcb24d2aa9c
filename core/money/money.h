#pragma once
/// Money, unit prices, quantities and rates: what they are, their arithmetic, and how they are written.
///
/// All four are integers with a fixed scale; none is ever a floating-point number. Functions are pure and
/// thread-safe. Errors: amount_overflow where a result leaves ±amount_max, currency_mismatch where two
/// currencies meet, invalid_value for malformed text, out_of_range for well-formed text beyond a limit.
///
/// Decimal text (REST, CSV, data cases) is `-?(0|[1-9][0-9]*)(\.[0-9]+)?` with at most the scale's decimals;
/// no plus sign, no exponent, no group marks, no minus zero.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/money/currency.h"
#include "core/money/rounding.h"

namespace ringup {

/// An amount with its currency.
struct Money {
  Amount amount = 0;  // minor units, within ±amount_max
  Currency currency;
  bool operator==(const Money&) const = default;
};

Result<Money> add(Money a, Money b);
Result<Money> subtract(Money a, Money b);
/// Never fails: the range is symmetric.
Money negate(Money);

/// The price of one piece (or kilogram …) with two decimals more than its currency has: 11900 is 1.19 EUR,
/// 10425 is 1.0425 EUR, 11950 is 119.50 JPY. The currency stands beside it, in the sale or the catalogue.
inline constexpr std::int64_t unit_price_max = 1'000'000'000'000'000;
inline constexpr std::int64_t unit_price_scale = 100;  // unit prices in one minor unit
struct UnitPrice {
  std::int64_t value = 0;
  auto operator<=>(const UnitPrice&) const = default;
};

/// Thousandths: 2000 is two pieces, 1086 is 1.086 kg.
inline constexpr std::int64_t quantity_max = 1'000'000'000'000;
inline constexpr std::int64_t quantity_one = 1000;
struct Quantity {
  std::int64_t thousandths = quantity_one;
  auto operator<=>(const Quantity&) const = default;
};

/// Parts per million: 70000 is 7 %.
inline constexpr std::int64_t rate_max = 10'000'000;  // 1000 %
inline constexpr std::int64_t rate_one = 1'000'000;   // 100 %
struct Rate {
  std::int64_t ppm = 0;
  auto operator<=>(const Rate&) const = default;
};

/// quantity × price, rounded to the minor unit (halves away from zero): 14 × 1.0425 EUR = 14.60 EUR.
Result<Amount> extend(Quantity, UnitPrice);
/// The rate's part of an amount, rounded: 10 % of 0.25 = 0.03.
Result<Amount> part_of(Amount, Rate);
/// The amount that costs exactly this: 1.19 EUR → 11900. amount_overflow above unit_price_max.
Result<UnitPrice> unit_price_of(Amount);

/// "12.99", "-0.05", "27000" (JPY): always all decimals of the currency. Fewer may be read.
std::string to_decimal(Money);
Result<Money> parse_money(std::string_view decimal, Currency);
/// "1.19", "1.0425", "1.00": at least the decimals of the currency, then no trailing zeros.
std::string to_decimal(UnitPrice, Currency);
Result<UnitPrice> parse_unit_price(std::string_view decimal, Currency);
/// "2", "1.086", "-0.5": no trailing zeros. The sign is the caller's to judge.
std::string to_decimal(Quantity);
Result<Quantity> parse_quantity(std::string_view decimal);
/// In percent: "7", "5.5", "0", at most four decimals, without the sign; 0 … 1000.
std::string to_percent(Rate);
Result<Rate> parse_percent(std::string_view decimal);

/// {"amount": 1299, "currency": "EUR"}, as the REST API shows money.
json::Value to_json(Money);
/// `path` names the value in messages.
Result<Money> read_money(const json::Value&, std::string path = {});

/// How people of a place write money. The texts are not owned: use literals or settings that live on.
struct MoneyFormat {
  std::string_view symbol;                 // "€"; empty: the currency's code
  std::string_view decimal_mark = ".";     // between major and minor unit
  std::string_view group_mark = ",";       // between thousands; empty: none
  std::string_view symbol_gap = "\u00a0";  // between symbol and number: a space that does not break
  bool symbol_first = true;
};
/// "€ 1,234.50", "1.234,50 €", "-€ 0.05", "JPY 27,000".
std::string format_money(Money, const MoneyFormat& = {});
/// Without symbol: "1,234.50".
std::string format_number(Money, const MoneyFormat& = {});

}  // namespace ringup
