#include "core/catalogue/reprice.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

std::string repriced(std::string_view price, std::int64_t ppm, PriceEnding ending) {
  const Currency euro = *parse_currency("EUR");
  const Result<UnitPrice> now = reprice(*parse_unit_price(price, euro), ppm, ending);
  return now.ok() ? to_decimal(*now, euro) : std::string(error_code(now.error()));
}

TEST(Reprice, EndsAsTheRuleSays) {
  EXPECT_EQ(repriced("1.19", 70'000, PriceEnding::minor_unit), "1.27");  // 1.2733
  EXPECT_EQ(repriced("1.19", 70'000, PriceEnding::five), "1.25");
  EXPECT_EQ(repriced("1.19", 70'000, PriceEnding::ten), "1.30");
  EXPECT_EQ(repriced("1.19", 70'000, PriceEnding::nine), "1.29");
  EXPECT_EQ(repriced("1.19", 70'000, PriceEnding::ninety_nine), "0.99");
  EXPECT_EQ(repriced("1.19", 70'000, PriceEnding::hundred), "1.00");
  EXPECT_EQ(repriced("2.10", 0, PriceEnding::ninety_nine), "1.99");
  EXPECT_EQ(repriced("0.125", 0, PriceEnding::minor_unit), "0.13");
}

TEST(Reprice, OfTwoEquallyNearTakesTheHigher) {
  EXPECT_EQ(repriced("1.05", 0, PriceEnding::ten), "1.10");
  EXPECT_EQ(repriced("1.24", 0, PriceEnding::nine), "1.29");
}

TEST(Reprice, NeverMakesAPriceNothingAndLeavesOpenOnes) {
  EXPECT_EQ(repriced("0.02", -900'000, PriceEnding::minor_unit), "0.01");
  EXPECT_EQ(repriced("0.02", -900'000, PriceEnding::hundred), "1.00");
  EXPECT_EQ(repriced("0.01", 0, PriceEnding::nine), "0.09");
  EXPECT_EQ(repriced("0", 500'000, PriceEnding::nine), "0.00");
}

TEST(Reprice, RefusesWhatLeavesItsLimits) {
  EXPECT_EQ(repriced("1", -1'000'000, PriceEnding::ten), "out_of_range");
  EXPECT_EQ(repriced("1", 10'000'001, PriceEnding::ten), "out_of_range");
  EXPECT_EQ(repriced("99999999999", 10'000'000, PriceEnding::ten), "amount_overflow");
}

}  // namespace
}  // namespace ringup
