#pragma once
/// Reports: what was sold, added up by day, product, cashier …, as the server gives them and the console
/// shows them. What the numbers mean:
///
///   sales, refunds   how many, without those that were voided
///   gross            totals as printed, with tax, before the rounding of cash; refunds are taken off
///   net, tax         of the same; gross = net + tax
///   discount         all that was taken off prices, by a line's own discount and by those off the whole
///   refunded         the part of gross that refunds took back, ≤ 0
///   rounding         of cash, apart from gross: gross + rounding is what was paid
///   average          (gross - refunded) / sales: the average basket; 0 where nothing was sold
///   lines, quantity  of products: lines on receipts (a refund's count less), pieces in thousandths
///   tenders, amount  of a kind of payment: how many, refunds' among them, and what stayed, less change
///
/// A refund counts on its own day, at the till that gave it back. A sale that was voided later counts
/// nowhere. Days, hours and months are those of the business's time zone. Categories are those that the
/// products have today. Reports by product, category and tax add up lines, the others whole sales.
///
///   report = by, from, to, time_zone, currency, items [row…], total (a row without key), next
///   row    = key, name, and of the numbers above those that `by` has:
///            tender: tenders, amount      tax: tax_class, rate, lines, gross, net, tax, discount
///            product: sku, category, lines, quantity, gross, net, tax, discount     category: the same
///            without sku        others: sales, refunds, gross, net, tax, discount, rounding, refunded,
///            average
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/money/money.h"

namespace ringup {

enum class ReportBy : std::uint8_t {
  day,
  hour,
  weekday,
  month,
  product,
  category,
  cashier,
  tender,
  tax,
  branch,
  till,
};
inline constexpr int report_by_count = static_cast<int>(ReportBy::till) + 1;
/// "day", "hour" …
std::string_view to_string(ReportBy);
std::optional<ReportBy> parse_report_by(std::string_view);

/// What a row of a report holds.
enum class ReportForm : std::uint8_t { sales, lines, tax, tender };
ReportForm form_of(ReportBy);

struct ReportRow {
  /// Which day ("2026-03-01"), hour ("0" … "23"), weekday ("1" Monday … "7"), month ("2026-03"), tender kind,
  /// tax ("standard 190000"), else an id; empty where there is none: products that are in no catalogue,
  /// products without a category, and the total.
  std::string key;
  std::string name;      // for people
  std::string sku;       // of a product
  std::string category;  // the name of a product's
  std::string tax_class;
  Rate rate;
  std::int64_t sales = 0, refunds = 0, lines = 0, tenders = 0;
  Quantity quantity{0};
  Amount gross = 0, net = 0, tax = 0, discount = 0, rounding = 0, refunded = 0, amount = 0;

  /// Rounded, halves away from zero.
  Amount average() const;
  bool operator==(const ReportRow&) const = default;
};
/// Adds the numbers of a row to another's.
void add(ReportRow& to, const ReportRow& row);

struct Report {
  ReportBy by = ReportBy::day;
  std::string from, to;  // local days, both inclusive
  std::string time_zone;
  Currency currency;
  std::vector<ReportRow> items;
  ReportRow total;  // of all rows, also of those on other pages
  std::optional<std::string> next;
};

json::Value to_json(const Report&);
/// For clients: the failures of json::Reader; invalid_value for an unknown `by`.
Result<Report> read_report(const json::Value&);

/// A column of a report as a table: for files, and for screens.
struct ReportColumn {
  enum class Kind : std::uint8_t { text, count, quantity, money, rate };
  std::string_view name;   // for machines: "gross"
  std::string_view title;  // for people: "Gross sales"
  Kind kind = Kind::text;
  std::string ReportRow::*text = nullptr;
  std::int64_t ReportRow::*number = nullptr;  // counts, amounts; nullptr: quantity, rate, average
};
/// Those of a report, in their order; the first says which day, product … a row is about.
std::vector<ReportColumn> report_columns(ReportBy);
/// The number behind a cell that is no text: a count, minor units, thousandths, parts per million.
std::int64_t report_number(const ReportRow&, const ReportColumn&);
/// A cell as machines write it: "12.99", "1.5", "19" (percent), "2026-03-01".
std::string report_cell(const ReportRow&, const ReportColumn&, Currency);

}  // namespace ringup
