#include "core/sale/report.h"

#include <algorithm>
#include <iterator>

#include "core/base/zone.h"
#include "core/money/rounding.h"

namespace ringup {
namespace {

constexpr std::string_view by_names[] = {"day",     "hour",   "weekday", "month",  "product", "category",
                                         "cashier", "tender", "tax",     "branch", "till"};
static_assert(std::size(by_names) == report_by_count);

constexpr std::size_t text_bytes_max = 2048;
constexpr std::size_t rows_max = 200'000;

using Kind = ReportColumn::Kind;
using Columns = std::vector<ReportColumn>;

ReportColumn text(std::string_view name, std::string_view title, std::string ReportRow::*member) {
  return {name, title, Kind::text, member, nullptr};
}
ReportColumn number(std::string_view name, std::string_view title, Kind kind,
                    std::int64_t ReportRow::*member = nullptr) {
  return {name, title, kind, nullptr, member};
}
ReportColumn money(std::string_view name, std::string_view title, Amount ReportRow::*member = nullptr) {
  return number(name, title, Kind::money, member);
}

void append_line_sums(Columns& columns) {
  columns.push_back(number("lines", "Lines", Kind::count, &ReportRow::lines));
  columns.push_back(money("gross", "Gross sales", &ReportRow::gross));
  columns.push_back(money("net", "Net sales", &ReportRow::net));
  columns.push_back(money("tax", "Tax", &ReportRow::tax));
  columns.push_back(money("discount", "Discounts", &ReportRow::discount));
}

/// The columns behind the one that names the row.
Columns number_columns(ReportBy by) {
  Columns columns;
  switch (form_of(by)) {
    case ReportForm::tender:
      columns.push_back(number("tenders", "Payments", Kind::count, &ReportRow::tenders));
      columns.push_back(money("amount", "Amount", &ReportRow::amount));
      break;
    case ReportForm::tax:
      append_line_sums(columns);
      break;
    case ReportForm::lines:
      columns.push_back(number("quantity", "Quantity", Kind::quantity));
      append_line_sums(columns);
      break;
    case ReportForm::sales:
      columns.push_back(number("sales", "Sales", Kind::count, &ReportRow::sales));
      columns.push_back(number("refunds", "Refunds", Kind::count, &ReportRow::refunds));
      columns.push_back(money("gross", "Gross sales", &ReportRow::gross));
      columns.push_back(money("net", "Net sales", &ReportRow::net));
      columns.push_back(money("tax", "Tax", &ReportRow::tax));
      columns.push_back(money("discount", "Discounts", &ReportRow::discount));
      columns.push_back(money("refunded", "Given back", &ReportRow::refunded));
      columns.push_back(money("rounding", "Cash rounding", &ReportRow::rounding));
      columns.push_back(money("average", "Average basket"));
      break;
  }
  return columns;
}

json::Value row_json(const ReportRow& row, ReportBy by, const Columns& columns, Currency currency,
                     bool is_total) {
  json::Object out;
  if (!is_total) {
    out.push_back({"key", row.key.empty() ? json::Value() : json::Value(row.key)});
    out.push_back({"name", row.name});
    if (by == ReportBy::product) {
      out.push_back({"sku", row.sku});
      out.push_back({"category", row.category});
    }
    if (by == ReportBy::tax) {
      out.push_back({"tax_class", row.tax_class});
      out.push_back({"rate", row.rate.ppm});
    }
  }
  for (const ReportColumn& column : columns) {
    std::string name(column.name);
    if (column.kind == Kind::money)
      out.push_back({std::move(name), to_json(Money{report_number(row, column), currency})});
    else if (column.kind == Kind::quantity)
      out.push_back({std::move(name), to_decimal(row.quantity)});
    else
      out.push_back({std::move(name), report_number(row, column)});
  }
  return out;
}

Result<ReportRow> read_row(const json::Value& value, ReportBy by, const Columns& columns, Currency currency,
                           bool is_total, std::string path) {
  json::Reader in = TRY(json::Reader::object(value, std::move(path)));
  ReportRow row;
  if (!is_total) {
    const json::Value& key = *TRY(in.any("key"));
    if (!key.is_null()) row.key = TRY(in.string("key", text_bytes_max));
    row.name = TRY(in.string("name", text_bytes_max));
    if (by == ReportBy::product) {
      row.sku = TRY(in.string("sku", text_bytes_max));
      row.category = TRY(in.string("category", text_bytes_max));
    }
    if (by == ReportBy::tax) {
      row.tax_class = TRY(in.string("tax_class", text_bytes_max));
      row.rate.ppm = TRY(in.integer("rate", 0, rate_max));
    }
  }
  for (const ReportColumn& column : columns) {
    if (column.kind == Kind::money) {
      const Money read = TRY(read_money(*TRY(in.any(column.name)), in.path_of(column.name)));
      if (read.currency != currency) return fail(Error::currency_mismatch, in.path_of(column.name));
      if (column.number != nullptr) row.*column.number = read.amount;
    } else if (column.kind == Kind::quantity) {
      const auto read = parse_quantity(TRY(in.string(column.name, 40)));
      if (!read.ok()) return fail(read.error(), in.path_of(column.name));
      row.quantity = *read;
    } else {
      row.*column.number = TRY(in.integer(column.name, -json::integer_max, json::integer_max));
    }
  }
  TRY(in.done());
  return row;
}

}  // namespace

std::string_view to_string(ReportBy by) {
  return by_names[static_cast<std::size_t>(by)];
}

std::optional<ReportBy> parse_report_by(std::string_view name) {
  const auto found = std::find(std::begin(by_names), std::end(by_names), name);
  if (found == std::end(by_names)) return std::nullopt;
  return static_cast<ReportBy>(found - std::begin(by_names));
}

ReportForm form_of(ReportBy by) {
  switch (by) {
    case ReportBy::product:
    case ReportBy::category:
      return ReportForm::lines;
    case ReportBy::tax:
      return ReportForm::tax;
    case ReportBy::tender:
      return ReportForm::tender;
    default:
      return ReportForm::sales;
  }
}

Amount ReportRow::average() const {
  if (sales <= 0) return 0;
  const Amount sold = gross - refunded;
  const Amount half = sold < 0 ? -(sales / 2) : sales / 2;
  return (sold + half) / sales;
}

void add(ReportRow& to, const ReportRow& row) {
  to.sales += row.sales;
  to.refunds += row.refunds;
  to.lines += row.lines;
  to.tenders += row.tenders;
  to.quantity.thousandths += row.quantity.thousandths;
  to.gross += row.gross;
  to.net += row.net;
  to.tax += row.tax;
  to.discount += row.discount;
  to.rounding += row.rounding;
  to.refunded += row.refunded;
  to.amount += row.amount;
}

json::Value to_json(const Report& report) {
  const Columns columns = number_columns(report.by);
  json::Array items;
  items.reserve(report.items.size());
  for (const ReportRow& row : report.items)
    items.push_back(row_json(row, report.by, columns, report.currency, false));
  return json::Object{{"by", to_string(report.by)},
                      {"from", report.from},
                      {"to", report.to},
                      {"time_zone", report.time_zone},
                      {"currency", report.currency.code()},
                      {"items", std::move(items)},
                      {"total", row_json(report.total, report.by, columns, report.currency, true)},
                      {"next", report.next ? json::Value(*report.next) : json::Value()}};
}

Result<Report> read_report(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  Report report;
  const auto by = parse_report_by(TRY(in.string("by", text_bytes_max)));
  if (!by) return fail(Error::invalid_value, "by");
  report.by = *by;
  report.from = TRY(in.string("from", text_bytes_max));
  report.to = TRY(in.string("to", text_bytes_max));
  report.time_zone = TRY(in.string("time_zone", text_bytes_max));
  report.currency = TRY(parse_currency(TRY(in.string("currency", text_bytes_max))));
  const Columns columns = number_columns(report.by);
  const json::Array& items = *TRY(in.array("items", rows_max));
  report.items.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    report.items.push_back(TRY(
        read_row(items[i], report.by, columns, report.currency, false, "items[" + std::to_string(i) + "]")));
  }
  report.total = TRY(read_row(*TRY(in.any("total")), report.by, columns, report.currency, true, "total"));
  if (!TRY(in.any("next"))->is_null()) report.next = TRY(in.string("next", text_bytes_max));
  TRY(in.done());
  return report;
}

std::vector<ReportColumn> report_columns(ReportBy by) {
  Columns columns;
  switch (by) {
    case ReportBy::day:
      columns.push_back(text("day", "Day", &ReportRow::key));
      break;
    case ReportBy::hour:
      columns.push_back(text("hour", "Hour", &ReportRow::name));
      break;
    case ReportBy::weekday:
      columns.push_back(text("weekday", "Weekday", &ReportRow::name));
      break;
    case ReportBy::month:
      columns.push_back(text("month", "Month", &ReportRow::key));
      break;
    case ReportBy::product:
      columns.push_back(text("product", "Product", &ReportRow::name));
      columns.push_back(text("sku", "SKU", &ReportRow::sku));
      columns.push_back(text("category", "Category", &ReportRow::category));
      break;
    case ReportBy::category:
      columns.push_back(text("category", "Category", &ReportRow::name));
      break;
    case ReportBy::cashier:
      columns.push_back(text("cashier", "Cashier", &ReportRow::name));
      break;
    case ReportBy::tender:
      columns.push_back(text("tender", "Paid with", &ReportRow::name));
      break;
    case ReportBy::tax:
      columns.push_back(text("tax_class", "Tax class", &ReportRow::tax_class));
      columns.push_back(number("rate", "Rate", Kind::rate));
      break;
    case ReportBy::branch:
      columns.push_back(text("branch", "Branch", &ReportRow::name));
      break;
    case ReportBy::till:
      columns.push_back(text("till", "Till", &ReportRow::name));
      break;
  }
  for (const ReportColumn& column : number_columns(by)) columns.push_back(column);
  return columns;
}

std::int64_t report_number(const ReportRow& row, const ReportColumn& column) {
  if (column.number != nullptr) return row.*column.number;
  switch (column.kind) {
    case Kind::quantity:
      return row.quantity.thousandths;
    case Kind::rate:
      return row.rate.ppm;
    case Kind::money:
      return row.average();
    default:
      return 0;
  }
}

std::string report_cell(const ReportRow& row, const ReportColumn& column, Currency currency) {
  if (column.text != nullptr) return row.*column.text;
  const std::int64_t value = report_number(row, column);
  switch (column.kind) {
    case Kind::money:
      return to_decimal(Money{value, currency});
    case Kind::quantity:
      return to_decimal(row.quantity);
    case Kind::rate:
      return to_percent(row.rate);
    default:
      return std::to_string(value);
  }
}

}  // namespace ringup
