#pragma once
/// Words that the dashboard and the reports share.
#include <string>
#include <string_view>

#include "core/sale/report.h"
#include "web/console/console.h"

namespace ringup::console {

/// An amount as short as an axis needs it: "€800", "€1.2k", "€3M".
std::string axis_money(const Desk& desk, Amount amount);
/// A count: "1,204".
std::string count_words(std::int64_t count);
/// How much more or less: "12 %"; "more than tenfold" is left to the reader: at most "999 %". Empty where
/// there is nothing to compare with.
struct Change {
  std::string percent;
  int direction = 0;  // 1 more, -1 less, 0 the same
};
Change change_of(std::int64_t now, std::int64_t before);

/// A day of the calendar, "2026-03-01", as the first moment of it in UTC: for words of weekdays.
std::string weekday_name(std::string_view day);

/// A cell as people read it: "€12.50", "1,204", "1.5", "19 %".
std::string cell_words(const Desk& desk, const ReportRow& row, const ReportColumn& column);

}  // namespace ringup::console
