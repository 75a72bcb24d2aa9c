#pragma once
/// The PIN by which cashiers change places at a till. Short, so it is convenience and no protection: it opens
/// nothing but the till that has the permit, and only for days.
#include <string_view>

#include "core/base/result.h"

namespace ringup {

inline constexpr std::size_t pin_digits_min = 4, pin_digits_max = 8;

/// Four to eight digits, and none of those that thieves try first: one digit over and over, a straight row up
/// or down (also round the zero), a pair or group again and again, a year, the middle column of the keypad.
/// invalid_value with a sentence for the person.
Result<void> check_pin(std::string_view pin);

}  // namespace ringup
