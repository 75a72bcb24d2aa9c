#pragma once
/// Shifts as the API lists them, and the words for them.
#include <optional>
#include <string>

#include "web/console/console.h"

namespace ringup::console {

struct ShiftRow {
  Id id;
  std::string till, branch_name, opened_by, closed_by;
  std::optional<std::int64_t> opened_at, closed_at;  // µs
  std::int64_t sales = 0, refunds = 0;
  Amount takings = 0;
  std::optional<Amount> counted, expected, difference;
};
ShiftRow read_shift_row(const json::Value& value);

/// Whether the drawer was right: "Exact", "€0.50 short", "€0.50 over".
std::string difference_words(const Desk& desk, Amount difference);
/// Green where it was exact, red where money is missing, amber where there is too much.
ui::Tone difference_tone(Amount difference);
/// "/api/shifts/ID/…".
std::string shift_path(const std::string& id, std::string_view rest = {});

}  // namespace ringup::console
