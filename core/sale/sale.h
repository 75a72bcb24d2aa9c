#pragma once
/// A sale: the body of a journal record of kind `sale`, as printed, never changed. Its id is the record's.
///
/// All numbers are as in the journal: amounts in minor units, unit prices with two decimals more, quantities
/// in thousandths, rates in parts per million. Reading checks the form (members, kinds, limits, signs), not
/// the sums: what was paid is kept as printed, and replay() (core/sale/replay.h) tells what does not agree.
///
///   sale   = lines, discount?, rules, roundings?, tenders, change, total, currency, receipt, customer?
///   line   = line, product, sku, name, quantity, unit_price, tax_class, rate, discount?, discount_reason?,
///            net, tax, gross
///   rules  = mode, tax, cash_rounding? {unit, halves}
///   rounding = step ("cash"), amount         tender = kind, amount, reference?
///
/// Optional members are left out where they are zero, empty or absent.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/money/money.h"
#include "core/sale/tax.h"
#include "core/sale/tender.h"

namespace ringup {

inline constexpr std::size_t sale_lines_max = 2000;  // more than fit into a journal record
inline constexpr std::int64_t line_number_max = 1'000'000;
inline constexpr std::size_t sale_roundings_max = 8;
inline constexpr std::size_t line_sku_bytes_max = 128;
inline constexpr std::size_t line_name_bytes_max = 1024;
inline constexpr std::size_t line_tax_class_bytes_max = 64;
inline constexpr std::size_t discount_reason_bytes_max = 256;
inline constexpr std::size_t receipt_bytes_max = 64;

/// One line. In a refund quantity, discount, net, tax and gross are negative (or zero), unit_price is not.
struct SaleLine {
  std::int64_t line = 0;  // 1, 2, 3 …; in a refund the number of the sale's line
  Id product;
  std::string sku;
  std::string name;
  Quantity quantity;
  UnitPrice unit_price;
  std::string tax_class;
  Rate rate;
  Amount discount = 0;  // all that was taken off this line: its own and its part of the whole's
  std::string discount_reason;
  Amounts amounts;
  bool operator==(const SaleLine&) const = default;
};

/// One rounding with its own booking. The only step so far is `cash_step`.
inline constexpr std::string_view cash_step = "cash";
struct Rounding {
  std::string step;
  Amount amount = 0;  // what is paid minus what was due
  bool operator==(const Rounding&) const = default;
};

struct Sale {
  std::vector<SaleLine> lines;
  Amount discount = 0;  // off the whole; already inside the lines' discounts
  Rules rules;
  std::vector<Rounding> roundings;
  std::vector<Tender> tenders;
  Amount change = 0;
  Amount total = 0;  // sum of the lines' gross, before cash rounding
  Currency currency;
  std::string receipt;         // "A1-1-000001"
  std::optional<Id> customer;  // required by a credit tender
  bool operator==(const Sale&) const = default;
};

/// The sums of the lines as printed. amount_overflow.
Result<Amounts> sum_of(std::span<const SaleLine>);
/// The same per rate, the lower rate first.
Result<std::vector<RateTotal>> totals_by_rate(std::span<const SaleLine>);
/// total plus all roundings: what the customer pays. amount_overflow.
Result<Amount> payable(const Sale&);

/// The same with all signs turned, those of prices and rates left alone.
Sale negate(Sale);

/// The rules as they stand in a sale and in the till's catalogue: {"mode", "tax", "cash_rounding"?}.
json::Value write_rules(const Rules&);
Result<Rules> read_rules(const json::Value&, std::string path = {});

/// The body as JSON, members in the order above; json::canonical() sorts them.
json::Value write_sale_body(const Sale&);
/// Strict: wrong_type, missing_member, unknown_member, out_of_range, invalid_value, unknown_currency, each
/// with its path ("lines[2].quantity"). At least one line; line numbers rise; quantities are > 0,
/// prices, discounts and tenders ≥ 0. Net, tax, gross, total, change and roundings are read whatever their
/// sign.
Result<Sale> read_sale_body(const json::Value&, std::string path = {});

/// Receipt numbers: series, epoch, counter; "A1-1-000001". The counter has at least six digits.
struct ReceiptNumber {
  std::string series;  // capital letters and digits, 1 … 16
  std::int64_t epoch = 1;
  std::int64_t counter = 1;
  bool operator==(const ReceiptNumber&) const = default;
};
std::string to_string(const ReceiptNumber&);
/// invalid_value for anything that to_string does not write.
Result<ReceiptNumber> parse_receipt_number(std::string_view);

}  // namespace ringup
