/// Tax, worked by hand: three bottles at 0.99 with 7 % inside, each on a line of its own.
///
/// Per line: 0.99 × 7/107 = 0.0648, rounded 0.06 on each line; the sale's tax is 0.18.
///
/// Whole order: 2.97 × 7/107 = 0.1943, rounded once: 0.19. Reports want tax by product too, so the 0.19 comes
/// back to the lines. Their exact shares are 0.0633 each; all get 0.06, one cent is left, and the largest
/// remainder takes it (all are equal: the lowest line): 0.07, 0.06, 0.06. Each line's net is its gross minus
/// its tax, so the sums agree in every direction and nothing is rounded twice.
///
/// With tax on top the amounts of the lines are nets, each already rounded to the minor unit (EN 16931,
/// BR-CO-10), the tax is taken once per rate on their sum (BR-CO-17), spread alike and added.
///
/// Lines of one rate form one sum, whatever their tax class is called. Costs one pass per rate.
#include "core/sale/tax.h"

namespace ringup {
namespace {

Result<Amounts> with_tax(Amount amount, Amount tax, TaxPlace place) {
  if (place == TaxPlace::inside) return Amounts{TRY(subtract(amount, tax)), tax, amount};
  return Amounts{amount, tax, TRY(add(amount, tax))};
}

Result<Amount> rounded_tax(Int128 amount, Rate rate, TaxPlace place) {
  const std::int64_t base = place == TaxPlace::inside ? rate_one + rate.ppm : rate_one;
  return amount_of(divide_half_away(amount * rate.ppm, base));
}

}  // namespace

std::string_view to_string(TaxMode mode) {
  return mode == TaxMode::per_line ? "per_line" : "whole_order";
}

std::string_view to_string(TaxPlace place) {
  return place == TaxPlace::inside ? "inside" : "on_top";
}

Result<TaxMode> parse_tax_mode(std::string_view text) {
  if (text == "per_line") return TaxMode::per_line;
  if (text == "whole_order") return TaxMode::whole_order;
  return Error::invalid_value;
}

Result<TaxPlace> parse_tax_place(std::string_view text) {
  if (text == "inside") return TaxPlace::inside;
  if (text == "on_top") return TaxPlace::on_top;
  return Error::invalid_value;
}

Result<Amounts> add(const Amounts& a, const Amounts& b) {
  return Amounts{TRY(add(a.net, b.net)), TRY(add(a.tax, b.tax)), TRY(add(a.gross, b.gross))};
}

Amounts negate(const Amounts& amounts) {
  return {-amounts.net, -amounts.tax, -amounts.gross};
}

Result<Amounts> tax_of(Taxable line, TaxPlace place) {
  return with_tax(line.amount, TRY(rounded_tax(line.amount, line.rate, place)), place);
}

Result<std::vector<Amounts>> tax_lines(std::span<const Taxable> lines, const Rules& rules) {
  std::vector<Amounts> result(lines.size());
  for (const Taxable& line : lines) {
    if (line.amount < 0) return fail(Error::out_of_range, {}, "A line's amount is negative");
  }
  if (rules.mode == TaxMode::per_line) {
    for (std::size_t i = 0; i < lines.size(); ++i) result[i] = TRY(tax_of(lines[i], rules.tax));
    return result;
  }
  std::vector<bool> done(lines.size(), false);
  for (std::size_t first = 0; first < lines.size(); ++first) {
    if (done[first]) continue;
    std::vector<std::size_t> members;
    std::vector<Amount> weights;
    Int128 sum = 0;
    for (std::size_t i = first; i < lines.size(); ++i) {
      if (lines[i].rate != lines[first].rate) continue;
      done[i] = true;
      members.push_back(i);
      weights.push_back(lines[i].amount);
      sum += lines[i].amount;
    }
    const Amount tax = TRY(rounded_tax(TRY(amount_of(sum)), lines[first].rate, rules.tax));
    const std::vector<Amount> parts = spread(tax, weights);
    for (std::size_t i = 0; i < members.size(); ++i) {
      result[members[i]] = TRY(with_tax(weights[i], parts[i], rules.tax));
    }
  }
  return result;
}

}  // namespace ringup
