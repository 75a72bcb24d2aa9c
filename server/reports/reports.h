#pragma once
/// The reports over HTTP, and the thread that keeps their sums.
///
///   GET /api/reports/sales/?by=day&from=2026-03-01&to=2026-03-31 …   JSON, or a CSV file
///   GET /api/reports/dashboard/                                      today so far
#include <functional>
#include <string>

#include "core/sale/report.h"
#include "server/http/access.h"
#include "server/reports/roller.h"
#include "server/store/store.h"

namespace ringup::reports {

inline constexpr std::int64_t rows_default = 1000, rows_max = 10'000;  // in one answer; a file has all
inline constexpr std::int64_t days_default = 30;                       // where no range is given
inline constexpr std::int64_t best_sellers = 8;

/// Adds the routes; all of it must outlive the router. `roller` is nudged when a report is asked.
void add_routes(http::Router& router, store::Store& store, const http::Access& access, Roller& roller,
                std::function<std::int64_t()> now_us);

/// A report as CSV (RFC 4180): a line of columns' names, then all rows. Amounts are decimals in the
/// business's currency, rates percents. Text that a spreadsheet would take for a formula gets a ' before it.
std::string to_csv(const Report& report);

}  // namespace ringup::reports
