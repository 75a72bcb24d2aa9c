#include "core/identity/pin.h"

#include <algorithm>

namespace ringup {
namespace {

/// Each digit is the one before plus `step`, and 0 follows 9.
bool is_row(std::string_view pin, int step) {
  for (std::size_t i = 1; i < pin.size(); ++i) {
    if ((pin[i - 1] - '0' + step + 10) % 10 != pin[i] - '0') return false;
  }
  return true;
}

/// The same `length` digits again and again.
bool repeats(std::string_view pin, std::size_t length) {
  if (pin.size() % length != 0 || pin.size() == length) return false;
  for (std::size_t i = length; i < pin.size(); ++i) {
    if (pin[i] != pin[i - length]) return false;
  }
  return true;
}

bool is_guessed_first(std::string_view pin) {
  if (is_row(pin, 1) || is_row(pin, -1) || is_row(pin, 0)) return true;
  for (std::size_t length = 1; length <= pin.size() / 2; ++length) {
    if (repeats(pin, length)) return true;
  }
  const bool year = pin.size() == 4 && (pin.starts_with("19") || pin.starts_with("20"));
  return year || pin == "2580" || pin == "0852" || pin == "1122" || pin == "1004";
}

}  // namespace

Result<void> check_pin(std::string_view pin) {
  const bool digits = std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || pin.size() < pin_digits_min || pin.size() > pin_digits_max)
    return fail(Error::invalid_value, "pin", "A PIN has 4 to 8 digits.");
  if (is_guessed_first(pin))
    return fail(
        Error::invalid_value, "pin",
        "This PIN is among the first that anybody would try. Choose one without rows, repeats and years.");
  return {};
}

}  // namespace ringup
