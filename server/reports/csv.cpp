#include "core/base/csv.h"

#include "server/reports/reports.h"

namespace ringup::reports {
namespace {

/// Spreadsheets take a cell that begins like this for a formula, and run it.
bool looks_like_formula(std::string_view text) {
  constexpr std::string_view beginnings = "=+-@\t\r\n";
  return !text.empty() && beginnings.find(text.front()) != std::string_view::npos;
}

}  // namespace

std::string to_csv(const Report& report) {
  const std::vector<ReportColumn> columns = report_columns(report.by);
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    csv::append_field(out, columns[i].name);
  }
  out += "\r\n";
  for (const ReportRow& row : report.items) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) out += ',';
      const std::string cell = report_cell(row, columns[i], report.currency);
      const bool guarded = columns[i].kind == ReportColumn::Kind::text && looks_like_formula(cell);
      csv::append_field(out, guarded ? '\'' + cell : cell);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace ringup::reports
