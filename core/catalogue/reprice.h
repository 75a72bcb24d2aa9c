#pragma once
/// Changing prices by percent, with a rule for how the new ones end.
#include <cstdint>

#include "core/base/result.h"
#include "core/money/money.h"

namespace ringup {

/// The price becomes the nearest one that ends so, of two equally near ones the higher; never below the
/// lowest such price above zero. In minor units: `step` apart, the first one at `first`.
enum class PriceEnding : std::uint8_t {
  minor_unit,   // to the cent: 1.27
  five,         // 1.25
  ten,          // 1.30
  nine,         // 1.29
  ninety_nine,  // 0.99
  hundred,      // 1.00
};
inline constexpr int price_ending_count = 6;

inline constexpr std::int64_t reprice_ppm_min = -990'000;    // 99 % less
inline constexpr std::int64_t reprice_ppm_max = 10'000'000;  // 1000 % more

/// `ppm` parts per million more (or less). A price of 0 is an open one and stays. out_of_range outside the
/// limits above, amount_overflow above unit_price_max.
Result<UnitPrice> reprice(UnitPrice price, std::int64_t ppm, PriceEnding ending);

}  // namespace ringup
