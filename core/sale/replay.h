#pragma once
/// Replay: recomputes a sale or refund from its lines and rules and tells every difference from what was
/// printed. Nothing is changed or refused: a paid sale is booked as printed and flagged `totals_differ`.
///
/// A sale is recomputed from quantity, unit_price, discount and rate of each line, the rules and the tenders.
/// Checked: net, tax and gross of each line, the total, the roundings, the change, and the bounds of
/// the discounts (none above its line, the whole's not above the sum of the lines'). How the whole's
/// discount was split between the lines is not stored and so not replayed.
#include <string>
#include <vector>

#include "core/sale/refund.h"
#include "core/sale/sale.h"

namespace ringup {

struct Difference {
  std::string where;    // "lines[2].tax", "total", "roundings", "change"
  Amount expected = 0;  // as recomputed
  Amount found = 0;     // as printed
  bool operator==(const Difference&) const = default;
};

/// All differences, in the order of the sale; empty where it agrees. amount_overflow where the printed
/// numbers cannot even be recomputed; callers flag that like a difference.
Result<std::vector<Difference>> replay(const Sale&);

/// A refund by itself: the sums of its lines, its roundings and tenders; an unlinked one is recomputed like a
/// sale with its signs turned.
Result<std::vector<Difference>> replay(const Refund&);
/// A linked refund against its sale and the refunds before it: also that each amount is what make_refund
/// gives. A refund of more than is left yields a difference at "lines[n].quantity".
Result<std::vector<Difference>> replay(const Refund&, const Sale&, const Refunded& before);

/// "lines[0].tax: 16 expected, 17 found".
std::string describe(const Difference&);

}  // namespace ringup
