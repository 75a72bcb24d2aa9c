/// Decimal text of money, unit prices, quantities and rates, for machines and for people.
#include "core/money/money.h"

namespace ringup {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Failure malformed(std::string_view text, int decimals) {
  return fail(Error::invalid_value, {},
              "\"" + std::string(text.substr(0, 40)) + "\" is no decimal number with at most " +
                  std::to_string(decimals) + " decimals");
}

/// Reads `-?(0|[1-9][0-9]*)(\.[0-9]{1,decimals})?` as an integer scaled by 10^decimals.
Result<Int128> parse_scaled(std::string_view text, int decimals) {
  constexpr std::size_t digits_max = 30;  // far beyond every limit, far inside 128 bits
  if (text.size() > digits_max) return malformed(text, decimals);
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) at = 1;
  const std::size_t start = at;
  Int128 value = 0;
  while (at < text.size() && is_digit(text[at])) value = value * 10 + (text[at++] - '0');
  const std::size_t whole = at - start;
  if (whole == 0 || (whole > 1 && text[start] == '0')) return malformed(text, decimals);
  int seen = 0;
  if (at < text.size()) {
    if (text[at++] != '.') return malformed(text, decimals);
    for (; at < text.size() && is_digit(text[at]) && seen < decimals; ++seen) {
      value = value * 10 + (text[at++] - '0');
    }
    if (seen == 0 || at != text.size()) return malformed(text, decimals);
  }
  for (; seen < decimals; ++seen) value *= 10;
  if (negative && value == 0) return malformed(text, decimals);
  return negative ? -value : value;
}

Result<std::int64_t> parse_limited(std::string_view text, int decimals, std::int64_t min, std::int64_t max) {
  const Int128 value = TRY(parse_scaled(text, decimals));
  if (value < min || value > max) {
    const char* const words = value > max ? "\" is too large"
                              : min == 0  ? "\" is below zero"
                                          : "\" is too small";
    return fail(Error::out_of_range, {}, "\"" + std::string(text) + words);
  }
  return static_cast<std::int64_t>(value);
}

/// The digits of |value|, at least `decimals` + 1 of them.
std::string padded_digits(std::int64_t value, int decimals) {
  std::string digits =
      std::to_string(value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
  const std::size_t wanted = static_cast<std::size_t>(decimals) + 1;
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  return digits;
}

/// Writes value / 10^decimals with `decimals_min` to `decimals` decimals.
std::string write_scaled(std::int64_t value, int decimals, int decimals_min) {
  std::string text = padded_digits(value, decimals);
  int shown = decimals;
  while (shown > decimals_min && text.back() == '0') {
    text.pop_back();
    --shown;
  }
  if (shown > 0) text.insert(text.size() - static_cast<std::size_t>(shown), ".");
  if (value < 0) text.insert(0, "-");
  return text;
}

}  // namespace

std::string to_decimal(Money money) {
  return write_scaled(money.amount, money.currency.digits, money.currency.digits);
}

Result<Money> parse_money(std::string_view decimal, Currency currency) {
  const Int128 value = TRY(parse_scaled(decimal, currency.digits));
  return Money{TRY(amount_of(value)), currency};
}

std::string to_decimal(UnitPrice price, Currency currency) {
  return write_scaled(price.value, currency.digits + 2, currency.digits);
}

Result<UnitPrice> parse_unit_price(std::string_view decimal, Currency currency) {
  return UnitPrice{TRY(parse_limited(decimal, currency.digits + 2, 0, unit_price_max))};
}

std::string to_decimal(Quantity quantity) {
  return write_scaled(quantity.thousandths, 3, 0);
}

Result<Quantity> parse_quantity(std::string_view decimal) {
  return Quantity{TRY(parse_limited(decimal, 3, -quantity_max, quantity_max))};
}

std::string to_percent(Rate rate) {
  return write_scaled(rate.ppm, 4, 0);
}

Result<Rate> parse_percent(std::string_view decimal) {
  return Rate{TRY(parse_limited(decimal, 4, 0, rate_max))};
}

std::string format_number(Money money, const MoneyFormat& format) {
  const std::size_t decimals = money.currency.digits;
  const std::string digits = padded_digits(money.amount, money.currency.digits);
  const std::size_t whole = digits.size() - decimals;
  std::string text = money.amount < 0 ? "-" : "";
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % 3 == 0) text += format.group_mark;
    text += digits[i];
  }
  if (decimals > 0) {
    text += format.decimal_mark;
    text += digits.substr(whole);
  }
  return text;
}

std::string format_money(Money money, const MoneyFormat& format) {
  const std::string_view symbol = format.symbol.empty() ? money.currency.code() : format.symbol;
  std::string number =
      format_number({money.amount < 0 ? -money.amount : money.amount, money.currency}, format);
  std::string text = money.amount < 0 ? "-" : "";
  if (format.symbol_first) {
    text += symbol;
    text += format.symbol_gap;
    return text + number;
  }
  text += number;
  text += format.symbol_gap;
  text += symbol;
  return text;
}

}  // namespace ringup
