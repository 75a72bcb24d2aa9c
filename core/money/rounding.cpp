/// Spreading, by hand: 1.00 over three equal lines. Each exact share is 33⅓ cents; all get 33, one cent is
/// left, all three remainders are equal, so the lowest index takes it: 34, 33, 33. Over weights 1, 1, 4 the
/// shares are 16⅔, 16⅔, 66⅔: floors 16, 16, 66, two cents left, all remainders are equal again: 17, 17, 66.
///
/// The floors leave less than one unit per line with a remainder, so the units that are left never outnumber
/// those lines: it ends after one pass, no part leaves its exact share by a unit, and a line of weight 0 gets
/// nothing. A part is never larger than its weight as long as the total is not larger than their sum: that
/// is what keeps a discount from exceeding the line it is taken off. Costs one sort.
#include "core/money/rounding.h"

#include <algorithm>
#include <numeric>

namespace ringup {

Result<Amount> amount_of(Int128 value) {
  if (value > amount_max || value < -amount_max) return Error::amount_overflow;
  return static_cast<Amount>(value);
}

Result<Amount> add(Amount a, Amount b) {
  return amount_of(Int128{a} + b);
}
Result<Amount> subtract(Amount a, Amount b) {
  return amount_of(Int128{a} - b);
}

Int128 divide_half_away(Int128 dividend, Int128 divisor) {
  ASSERT(divisor > 0);
  const Int128 magnitude = dividend < 0 ? -dividend : dividend;
  Int128 quotient = magnitude / divisor;
  const Int128 remainder = magnitude % divisor;
  if (remainder >= divisor - remainder) ++quotient;
  return dividend < 0 ? -quotient : quotient;
}

std::vector<Amount> spread(Amount total, std::span<const Amount> weights) {
  std::vector<Amount> parts(weights.size(), 0);
  if (total == 0) return parts;
  ASSERT(!weights.empty());
  Int128 sum = 0;
  for (const Amount weight : weights) {
    ASSERT(weight >= 0);
    sum += weight;
  }
  if (sum == 0) {
    parts[0] = total;
    return parts;
  }
  const Int128 magnitude = total < 0 ? -Int128{total} : Int128{total};
  std::vector<Int128> remainders(weights.size());
  Int128 left = magnitude;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Int128 share = magnitude * weights[i];
    parts[i] = static_cast<Amount>(share / sum);
    remainders[i] = share % sum;
    left -= parts[i];
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) ++parts[order[i]];
  if (total < 0) {
    for (Amount& part : parts) part = -part;
  }
  return parts;
}

std::string_view to_string(Halves halves) {
  switch (halves) {
    case Halves::up:
      return "up";
    case Halves::down:
      return "down";
    case Halves::away:
      return "away";
  }
  return "";
}

Result<Halves> parse_halves(std::string_view text) {
  for (const Halves halves : {Halves::up, Halves::down, Halves::away}) {
    if (text == to_string(halves)) return halves;
  }
  return Error::invalid_value;
}

Result<Amount> round_cash(Amount amount, CashRounding rule) {
  ASSERT(rule.unit >= 1);
  const Int128 unit = rule.unit;
  Int128 below = Int128{amount} / unit * unit;
  if (below > amount) below -= unit;  // division truncates; this is the multiple at or below
  const Int128 over = Int128{amount} - below;
  const bool half = over * 2 == unit;
  bool up = over * 2 > unit;
  if (half) up = rule.halves == Halves::up || (rule.halves == Halves::away && amount > 0);
  return amount_of(up ? below + unit : below);
}

}  // namespace ringup
