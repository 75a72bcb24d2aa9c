#pragma once
/// Reports over what was sold (core/sale/report.h says what their numbers mean): the rollup's tables and, for
/// what they do not hold yet, the sales themselves. Each report is made from one snapshot.
#include <optional>
#include <string>

#include "core/sale/report.h"
#include "server/store/report_cells.h"

namespace ringup::store {

inline constexpr std::int64_t report_tail_max = 60'000;  // events that a report adds up itself
inline constexpr std::int64_t report_days_max = 36'600;  // a hundred years

struct ReportQuery {
  ReportBy by = ReportBy::day;
  std::int64_t from = 0, to = 0;  // local days, both inclusive
  std::optional<Id> branch, till, user;
  std::optional<Id> category;  // products and categories only; the nil id: those without one
  /// A column's name, "name" or "key"; empty: the calendar's order, else the largest first.
  std::string sort;
  bool descending = false;
  std::int64_t skip = 0;
  std::int64_t limit = 0;  // rows; 0: all. `next` of the report is the number of those before the next page
};

/// invalid_value where `sort`, or a filter, does not fit the report; busy while the sums of a large business
/// are not ready yet (after an upgrade, or after its time zone was changed); not_found.
Result<Report> make_report(Database& db, const Id& tenant, const ReportQuery& query);

/// What happened on a local day up to a local time of it.
struct DayFigures {
  struct Hour {
    std::int64_t sales = 0;
    Amount gross = 0;
  };
  std::int64_t day = 0;
  std::int64_t sales = 0, refunds = 0;
  Amount gross = 0, refunded = 0;
  std::vector<Hour> hours;  // 24, of the whole day
};
struct DayNow {
  FoldRules rules;
  std::int64_t now_us = 0;
  DayFigures today, before;  // before: the same weekday a week ago, up to the same time of day
  std::int64_t open_tasks = 0;
};
/// Of one branch or of all.
Result<DayNow> read_day(Database& db, const Id& tenant, const std::optional<Id>& branch, std::int64_t now_us);

}  // namespace ringup::store
