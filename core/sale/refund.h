#pragma once
/// Refunds: the body of a journal record of kind `refund`, with the exact negatives of what was sold.
///
/// However a sale is given back, in one refund or in many parts, the refunds of all of it add up to exactly
/// its negative: quantity, discount, net, tax and gross of each line, the whole's discount and the rounding.
/// The page at the top of refund.cpp says how and works an example.
///
///   refund = sale (id, or "" with unlinked: true and allowed_by), then the members of a sale
///
/// A refund's quantities, discounts, amounts, total and tenders are ≤ 0; change is 0 in
/// ours (it may be negative in one that mirrors its sale literally); unit prices and rates stay as they were.
/// A line carries the number of the sale's line it gives back.
#include <optional>
#include <span>
#include <vector>

#include "core/sale/sale.h"

namespace ringup {

struct Refund {
  std::optional<Id> sale;        // the sale given back; none in an unlinked refund
  std::optional<Id> allowed_by;  // who allowed an unlinked one; only there
  Sale body;                     // negative
  bool operator==(const Refund&) const = default;
};

/// What of a sale was given back so far; positive numbers, made by adding up its refunds in any order.
struct Refunded {
  struct Line {
    std::int64_t line = 0;
    Quantity quantity{0};
    Amount discount = 0;
    Amounts amounts;
    bool operator==(const Line&) const = default;
  };
  std::vector<Line> lines;  // by rising line number; lines of which nothing was given back are missing
  Amount discount = 0;
  Amount rounding = 0;  // in the sense of the sale's: what was paid back minus what was due
  Amount total = 0;
  Amount not_cash = 0;  // the part that went back by card, mobile money or credit
  bool operator==(const Refunded&) const = default;

  /// Quantity of a line given back so far; 0 where none.
  Quantity quantity_of(std::int64_t line) const;
};
/// Adds one more refund. amount_overflow; `so_far` is unchanged then.
Result<void> add(Refunded& so_far, const Refund&);
Result<Refunded> refunded_by(std::span<const Refund>);

/// What to give back, and how.
struct RefundRequest {
  struct Line {
    std::int64_t line = 0;  // number of the sale's line
    Quantity quantity;      // > 0
  };
  std::vector<Line> lines;             // each line at most once
  std::vector<Tender> tenders;         // fixed parts, positive, not cash: "5.00 back on the card"
  TenderKind rest = TenderKind::cash;  // how all that remains is given back; cash is rounded by the rules
};

/// What is left of each line of a sale, as a request for all of it. Empty lines: nothing is left.
RefundRequest all_that_is_left(const Sale&, const Refunded& before);

/// The refund of a part of a sale after others. `receipt` is the refund's own number.
/// not_found: no such line; out_of_range: a quantity ≤ 0, or tenders above what is given back;
/// already_refunded: more than is left; invalid_value: a line twice or no line at all;
/// precondition_failed: credit without a customer; amount_overflow.
Result<Refund> make_refund(const Id& sale_id, const Sale&, const Refunded& before, const RefundRequest&,
                           std::string_view receipt);
/// A refund without a sale: `sale` as it would have been (see Cart::finish), turned around.
Refund make_unlinked_refund(const Sale&, const Id& allowed_by);

json::Value write_refund_body(const Refund&);
/// Strict like read_sale_body, with the signs of a refund.
Result<Refund> read_refund_body(const json::Value&, std::string path = {});

}  // namespace ringup
