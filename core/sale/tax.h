#pragma once
/// Tax and the amounts of lines: where tax is rounded, and how a whole order's tax comes back to its lines.
/// Pure functions over minor units. amount_overflow where a result leaves ±amount_max.
///
/// The page at the top of tax.cpp works an example by hand.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/money/money.h"

namespace ringup {

/// Where tax is rounded.
enum class TaxMode : std::uint8_t {
  per_line,     // on each line, then summed
  whole_order,  // once per rate, on the sum of its lines (EN 16931); then spread to the lines
};
/// What prices mean.
enum class TaxPlace : std::uint8_t {
  inside,  // prices hold the tax: the tax is rounded, net = gross - tax
  on_top,  // tax is added to prices: gross = net + tax
};
std::string_view to_string(TaxMode);
std::string_view to_string(TaxPlace);
Result<TaxMode> parse_tax_mode(std::string_view);
Result<TaxPlace> parse_tax_place(std::string_view);

/// The rules in force when a sale was made; stored in it, so that it can be replayed.
struct Rules {
  TaxMode mode = TaxMode::per_line;
  TaxPlace tax = TaxPlace::inside;
  std::optional<CashRounding> cash_rounding;
  bool operator==(const Rules&) const = default;
};

/// net + tax = gross, always.
struct Amounts {
  Amount net = 0;
  Amount tax = 0;
  Amount gross = 0;
  bool operator==(const Amounts&) const = default;
};
Result<Amounts> add(const Amounts&, const Amounts&);
Amounts negate(const Amounts&);

/// What one rate comes to.
struct RateTotal {
  Rate rate;
  Amounts amounts;
  bool operator==(const RateTotal&) const = default;
};

/// An amount as priced (gross where tax is inside, net where it is on top) and its rate.
struct Taxable {
  Amount amount = 0;
  Rate rate;
};

/// Tax of one amount, rounded once. inside: amount × rate / (1 + rate); on_top: amount × rate.
Result<Amounts> tax_of(Taxable, TaxPlace);
/// The amounts of each line, in their order, under the rules' mode. Amounts must be ≥ 0: out_of_range.
Result<std::vector<Amounts>> tax_lines(std::span<const Taxable> lines, const Rules&);

}  // namespace ringup
