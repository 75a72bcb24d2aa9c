#include "core/catalogue/reprice.h"

#include "core/money/rounding.h"

namespace ringup {
namespace {

struct Steps {
  std::int64_t step, first;  // minor units
};

Steps steps_of(PriceEnding ending) {
  switch (ending) {
    case PriceEnding::minor_unit:
      return {1, 1};
    case PriceEnding::five:
      return {5, 5};
    case PriceEnding::ten:
      return {10, 10};
    case PriceEnding::nine:
      return {10, 9};
    case PriceEnding::ninety_nine:
      return {100, 99};
    case PriceEnding::hundred:
      return {100, 100};
  }
  ASSERT(false);
}

}  // namespace

Result<UnitPrice> reprice(UnitPrice price, std::int64_t ppm, PriceEnding ending) {
  if (ppm < reprice_ppm_min || ppm > reprice_ppm_max)
    return fail(Error::out_of_range, {}, "A price changes by -99 % to 1000 %.");
  if (price.value == 0) return price;
  const Steps steps = steps_of(ending);
  const Int128 scale = Int128{unit_price_scale} * rate_one;
  const Int128 wanted = Int128{price.value} * (rate_one + ppm) - steps.first * scale;
  Int128 count = wanted <= 0 ? 0 : divide_half_away(wanted, steps.step * scale);
  const Int128 value = (count * steps.step + steps.first) * unit_price_scale;
  if (value > unit_price_max) return Error::amount_overflow;
  return UnitPrice{static_cast<std::int64_t>(value)};
}

}  // namespace ringup
