#include "web/console/shifts/shift_row.h"

#include "core/sale/shift.h"
#include "web/console/sales/sale_row.h"

namespace ringup::console {
ShiftRow read_shift_row(const json::Value& value) {
  ShiftRow row;
  row.id = id_in(value, "id");
  row.till = text_in(value, "till_name");
  row.branch_name = text_in(value, "branch_name");
  row.opened_by = text_in(value, "opened_by_name");
  row.closed_by = text_in(value, "closed_by_name");
  row.opened_at = read_time(text_in(value, "opened_at"));
  row.closed_at = read_time(text_in(value, "closed_at"));
  row.sales = number_in(value, "sales");
  row.refunds = number_in(value, "refunds");
  row.takings = amount_in(value, "takings");
  row.counted = amount_or_none(value, "counted");
  row.expected = amount_or_none(value, "expected");
  row.difference = amount_or_none(value, "difference");
  return row;
}

std::string difference_words(const Desk& desk, Amount difference) {
  if (difference == 0) return "Exact";
  return desk.money(difference < 0 ? -difference : difference) + " " +
         std::string(difference_word(difference));
}

ui::Tone difference_tone(Amount difference) {
  return difference == 0 ? ui::Tone::good : difference < 0 ? ui::Tone::bad : ui::Tone::warn;
}

std::string shift_path(const std::string& id, std::string_view rest) {
  return "/api/shifts/" + url_encoded(id) + "/" + std::string(rest);
}

}  // namespace ringup::console
