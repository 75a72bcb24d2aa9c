#pragma once
/// The one rounding, the one spreading and the rounding of cash. Integers only; overflow is an error.
///
/// An amount is a signed count of minor units within ±amount_max, the integers that JSON carries exactly.
/// Intermediates are 128 bits wide: the product of two 64-bit numbers never overflows them.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringup {

__extension__ using Int128 = __int128;

/// Minor units (cents); which currency's, the owner of the amount knows.
using Amount = std::int64_t;
inline constexpr Amount amount_max = 9007199254740991;  // 2^53 - 1

/// `value` as an amount, or amount_overflow.
Result<Amount> amount_of(Int128 value);
/// a + b, a - b within ±amount_max, or amount_overflow.
Result<Amount> add(Amount a, Amount b);
Result<Amount> subtract(Amount a, Amount b);

/// dividend / divisor, rounded to the nearest integer, halves away from zero: 5/2 → 3, -5/2 → -3.
/// This is the only rounding of prices, taxes and discounts. Requires divisor > 0.
Int128 divide_half_away(Int128 dividend, Int128 divisor);

/// Spreads `total` over `weights` so that the parts add up to it exactly and each part lies within one unit
/// of its exact share: largest remainder, on a tie the lower index first. Weights are ≥ 0; a total over
/// weights that are all zero goes to the first. Same size as `weights`; empty only where that is empty.
/// Requires weights ≥ 0, and at least one where total ≠ 0. The sum of the weights is below 2^63.
std::vector<Amount> spread(Amount total, std::span<const Amount> weights);

/// Where an amount stands exactly between two coins.
enum class Halves : std::uint8_t {
  up,    // towards plus infinity
  down,  // towards minus infinity
  away,  // away from zero
};
std::string_view to_string(Halves);
/// "up", "down", "away"; invalid_value otherwise.
Result<Halves> parse_halves(std::string_view);

/// The smallest coin: cash is paid in multiples of `unit` minor units (5 in Switzerland, 1 = none).
inline constexpr Amount cash_unit_max = 1'000'000;
struct CashRounding {
  Amount unit = 1;  // 1 … cash_unit_max
  Halves halves = Halves::away;
  bool operator==(const CashRounding&) const = default;
};
/// `amount` rounded to the nearest multiple of the unit. amount_overflow. Requires unit ≥ 1.
Result<Amount> round_cash(Amount amount, CashRounding);

}  // namespace ringup
