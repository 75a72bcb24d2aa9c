#include "core/sale/sale.h"

#include <algorithm>

namespace ringup {
namespace {

constexpr std::size_t series_bytes_max = 16;
constexpr std::size_t counter_digits = 6;

/// Digits without leading zeros beyond `width`, above 0 and within JSON's integers.
Result<std::int64_t> parse_counter(std::string_view text, std::size_t width) {
  if (text.size() < width || text.size() > 16) return Error::invalid_value;
  if (text.size() > width && text[0] == '0') return Error::invalid_value;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return Error::invalid_value;
    value = value * 10 + (c - '0');
  }
  if (value < 1 || value > json::integer_max) return Error::invalid_value;
  return value;
}

}  // namespace

Result<Amounts> sum_of(std::span<const SaleLine> lines) {
  Amounts sum;
  for (const SaleLine& line : lines) sum = TRY(add(sum, line.amounts));
  return sum;
}

Result<std::vector<RateTotal>> totals_by_rate(std::span<const SaleLine> lines) {
  std::vector<RateTotal> totals;
  for (const SaleLine& line : lines) {
    auto at = std::lower_bound(totals.begin(), totals.end(), line.rate,
                               [](const RateTotal& total, Rate rate) { return total.rate.ppm < rate.ppm; });
    if (at == totals.end() || at->rate != line.rate) at = totals.insert(at, RateTotal{line.rate, {}});
    at->amounts = TRY(add(at->amounts, line.amounts));
  }
  return totals;
}

Result<Amount> payable(const Sale& sale) {
  Amount sum = sale.total;
  for (const Rounding& rounding : sale.roundings) sum = TRY(add(sum, rounding.amount));
  return sum;
}

Sale negate(Sale sale) {
  for (SaleLine& line : sale.lines) {
    line.quantity.thousandths = -line.quantity.thousandths;
    line.discount = -line.discount;
    line.amounts = negate(line.amounts);
  }
  sale.discount = -sale.discount;
  for (Rounding& rounding : sale.roundings) rounding.amount = -rounding.amount;
  for (Tender& tender : sale.tenders) tender.amount = -tender.amount;
  sale.change = -sale.change;
  sale.total = -sale.total;
  return sale;
}

std::string to_string(const ReceiptNumber& number) {
  std::string counter = std::to_string(number.counter);
  if (counter.size() < counter_digits) counter.insert(0, counter_digits - counter.size(), '0');
  return number.series + "-" + std::to_string(number.epoch) + "-" + counter;
}

Result<ReceiptNumber> parse_receipt_number(std::string_view text) {
  const std::size_t first = text.find('-');
  const std::size_t last = text.rfind('-');
  if (first == std::string_view::npos || first == last) return Error::invalid_value;
  const std::string_view series = text.substr(0, first);
  if (series.empty() || series.size() > series_bytes_max) return Error::invalid_value;
  for (const char c : series) {
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) return Error::invalid_value;
  }
  ReceiptNumber number;
  number.series = series;
  number.epoch = TRY(parse_counter(text.substr(first + 1, last - first - 1), 1));
  number.counter = TRY(parse_counter(text.substr(last + 1), counter_digits));
  return number;
}

}  // namespace ringup
