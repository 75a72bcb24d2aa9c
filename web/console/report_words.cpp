#include "web/console/report_words.h"

#include <algorithm>
#include <cstdlib>

#include "web/ui/menus.h"

namespace ringup::console {
namespace {

constexpr std::int64_t percent_max = 999;

/// "€1.20" becomes "€1.2", "€1.00" becomes "€1".
std::string without_zeros(std::string words) {
  if (words.find('.') == std::string::npos) return words;
  while (words.ends_with('0')) words.pop_back();
  if (words.ends_with('.')) words.pop_back();
  return words;
}

}  // namespace

std::string axis_money(const Desk& desk, Amount amount) {
  Amount major = 1;
  for (int i = 0; i < desk.facts().currency.digits; ++i) major *= 10;
  const Amount size = std::abs(amount);
  if (size >= 1'000'000 * major) return without_zeros(desk.money(amount / 1'000'000)) + "M";
  if (size >= 1'000 * major) return without_zeros(desk.money(amount / 1'000)) + "k";
  return without_zeros(desk.money(amount));
}

std::string count_words(std::int64_t count) {
  const std::string digits = std::to_string(std::abs(count));
  std::string words;
  if (count < 0) words.push_back('-');
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) words.push_back(',');
    words.push_back(digits[i]);
  }
  return words;
}

Change change_of(std::int64_t now, std::int64_t before) {
  if (before == 0) return {};
  const std::int64_t difference = now - before;
  const std::int64_t size = std::abs(before);
  // Halves away from zero, as people round.
  const std::int64_t percent = (std::abs(difference) * 200 + size) / (2 * size);
  return {std::to_string(std::min(percent, percent_max)) + " %", percent == 0 ? 0 : difference > 0 ? 1 : -1};
}

ui::Rect action_box(ui::Rect& line, float width) {
  const ui::Rect box = line.cut_right(width, ui::space::m);
  return {box.x, box.middle_y() - control_height / 2, box.w, control_height};
}

std::string weekday_name(std::string_view day) {
  constexpr const char* names[] = {"",         "Monday", "Tuesday",  "Wednesday",
                                   "Thursday", "Friday", "Saturday", "Sunday"};
  const int weekday = ui::weekday_of(day);
  return names[std::clamp(weekday, 0, 7)];
}

std::string cell_words(const Desk& desk, const ReportRow& row, const ReportColumn& column) {
  using Kind = ReportColumn::Kind;
  switch (column.kind) {
    case Kind::text:
      return row.*column.text;
    case Kind::count:
      return count_words(report_number(row, column));
    case Kind::money:
      return desk.money(report_number(row, column));
    case Kind::quantity:
      return to_decimal(row.quantity);
    case Kind::rate:
      return to_percent(row.rate) + " %";
  }
  return {};
}

}  // namespace ringup::console
