#pragma once
/// Words that the dashboard and the reports share.
#include <string>
#include <string_view>

#include "core/sale/report.h"
#include "web/console/console.h"
#include "web/ui/rect.h"

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

/// The box of one control of the desk's height in the line with the title, cut from its right end.
ui::Rect action_box(ui::Rect& line, float width);
inline constexpr float control_height = 40;
/// The page with room for its scroll bar at the sides; scroll with this padding, and content stays in line.
inline constexpr float scroll_gutter = 12;
inline ui::Rect with_gutter(ui::Rect page) {
  return {page.x - scroll_gutter, page.y, page.w + 2 * scroll_gutter, page.h};
}

/// "Saturday" of a day of the calendar, "2026-03-07".
std::string weekday_name(std::string_view day);

/// A cell as people read it: "€12.50", "1,204", "1.5", "19 %".
std::string cell_words(const Desk& desk, const ReportRow& row, const ReportColumn& column);

}  // namespace ringup::console
