/// How parts add up. Three pieces on one line cost 1.00 with 0.07 tax inside, and come back one by one. Each
/// refund gives back the difference between two cumulative amounts, each rounded once:
///
///     given back so far    1 of 3    2 of 3    3 of 3
///     gross                  0.33      0.67      1.00     = 1.00 × so far, rounded; at the end 1.00 itself
///     this refund            0.33      0.34      0.33
///     tax                    0.02      0.05      0.07
///     this refund            0.02      0.03      0.02
///
/// The last cumulative amount is the sale's own, so any split, in any order, ends at exactly the sale, and no
/// remainder has to be carried. The same goes for discounts. The amounts as priced (gross with tax inside,
/// net with tax on top) and the tax are taken this way, the third follows from them.
///
/// Cash is rounded the same way: what has been given back in cash so far is rounded, so every cash refund is
/// a multiple of the coin, and 0.03 given back ten times is 0.30, not 0.50. When the last piece comes back
/// the rounding ends at the sale's own: 20.42 sold for 20.40 in cash gives 20.40 back. Never more than was
/// paid is given back on the way there. Only where a sale was paid without any cash and comes back in cash
/// does the refund book a rounding of its own, because there is no coin for the difference.
#include "core/sale/refund.h"

#include <algorithm>

namespace ringup {
namespace {

/// `whole` × done / all, rounded; `whole` itself at the end.
Amount cumulative(Amount whole, Quantity done, Quantity all) {
  if (done == all) return whole;
  return static_cast<Amount>(divide_half_away(Int128{whole} * done.thousandths, all.thousandths));
}

Amounts cumulative(const SaleLine& line, Quantity done, TaxPlace place) {
  if (done == line.quantity) return line.amounts;
  const Amount tax = cumulative(line.amounts.tax, done, line.quantity);
  if (place == TaxPlace::inside) {
    const Amount gross = cumulative(line.amounts.gross, done, line.quantity);
    return {gross - tax, tax, gross};
  }
  const Amount net = cumulative(line.amounts.net, done, line.quantity);
  return {net, tax, net + tax};
}

const SaleLine* find_line(const Sale& sale, std::int64_t number) {
  for (const SaleLine& line : sale.lines) {
    if (line.line == number) return &line;
  }
  return nullptr;
}

Refunded::Line so_far_of(const Refunded& before, std::int64_t number) {
  for (const Refunded::Line& line : before.lines) {
    if (line.line == number) return line;
  }
  return {number, Quantity{0}, 0, {}};
}

/// The part of one line that this refund gives back, negative.
Result<SaleLine> refund_line(const SaleLine& sold, const Refunded::Line& before, Quantity quantity,
                             TaxPlace place, const std::string& where) {
  if (quantity.thousandths < 1) return fail(Error::out_of_range, where + ".quantity");
  if (quantity.thousandths > sold.quantity.thousandths - before.quantity.thousandths) {
    return fail(Error::already_refunded, where + ".quantity");
  }
  const Quantity done{before.quantity.thousandths + quantity.thousandths};
  SaleLine line = sold;
  line.quantity.thousandths = -quantity.thousandths;
  line.discount = TRY(subtract(before.discount, cumulative(sold.discount, done, sold.quantity)));
  if (line.discount == 0) line.discount_reason.clear();
  const Amounts after = cumulative(sold, done, place);
  line.amounts = TRY(add(before.amounts, negate(after)));
  return line;
}

Result<Amount> sum_of_roundings(const Sale& sale) {
  return subtract(TRY(payable(sale)), sale.total);
}

bool paid_with_cash(const Sale& sale) {
  return std::any_of(sale.tenders.begin(), sale.tenders.end(),
                     [](const Tender& tender) { return tender.kind == TenderKind::cash; });
}

bool all_given_back(const Sale& sale, const Refunded& after) {
  return std::all_of(sale.lines.begin(), sale.lines.end(),
                     [&](const SaleLine& line) { return after.quantity_of(line.line) == line.quantity; });
}

/// The rounding that all refunds including this one come to, in the sale's sense. `after` holds everything
/// but the rounding and the rest of this refund; `rest` is what remains for `rest_kind`, before rounding.
Result<Amount> rounding_after(const Sale& sale, const Refunded& after, TenderKind rest_kind, Amount rest) {
  Amount rounding = after.rounding;
  if (rest_kind == TenderKind::cash && rest > 0 && sale.rules.cash_rounding) {
    const Amount cash = TRY(subtract(after.total, after.not_cash));
    rounding = TRY(subtract(TRY(round_cash(cash, *sale.rules.cash_rounding)), cash));
  }
  if (!paid_with_cash(sale)) return rounding;
  const Amount sold_rounding = TRY(sum_of_roundings(sale));
  if (all_given_back(sale, after)) return sold_rounding;
  const Amount paid = TRY(add(TRY(sum_of(sale.lines)).gross, sold_rounding));
  return std::min(rounding, TRY(subtract(paid, after.total)));
}

Result<void> check_request(const Sale& sale, const RefundRequest& request) {
  if (request.lines.empty()) return fail(Error::invalid_value, "lines", "Nothing is given back");
  for (std::size_t i = 0; i < request.lines.size(); ++i) {
    const std::string where = "lines[" + std::to_string(i) + "]";
    if (!find_line(sale, request.lines[i].line)) return fail(Error::not_found, where + ".line");
    for (std::size_t j = 0; j < i; ++j) {
      if (request.lines[j].line == request.lines[i].line) return fail(Error::invalid_value, where + ".line");
    }
  }
  if (request.tenders.size() >= tenders_max) return fail(Error::too_many, "tenders");
  bool credit = request.rest == TenderKind::credit;
  for (const Tender& tender : request.tenders) {
    if (tender.kind == TenderKind::cash) {
      return fail(Error::invalid_value, "tenders", "Cash is what remains; it has no fixed part");
    }
    if (tender.amount < 1) return fail(Error::out_of_range, "tenders");
    credit = credit || tender.kind == TenderKind::credit;
  }
  if (credit && !sale.customer)
    return fail(Error::precondition_failed, "customer", "Credit needs a customer");
  return {};
}

}  // namespace

Quantity Refunded::quantity_of(std::int64_t line) const {
  return so_far_of(*this, line).quantity;
}

Result<void> add(Refunded& so_far, const Refund& refund) {
  Refunded after = so_far;
  for (const SaleLine& line : refund.body.lines) {
    auto at = std::lower_bound(after.lines.begin(), after.lines.end(), line.line,
                               [](const Refunded::Line& a, std::int64_t number) { return a.line < number; });
    if (at == after.lines.end() || at->line != line.line) {
      at = after.lines.insert(at, Refunded::Line{line.line, Quantity{0}, 0, {}});
    }
    at->quantity.thousandths = TRY(subtract(at->quantity.thousandths, line.quantity.thousandths));
    at->discount = TRY(subtract(at->discount, line.discount));
    at->amounts = TRY(add(at->amounts, negate(line.amounts)));
  }
  after.discount = TRY(subtract(after.discount, refund.body.discount));
  after.rounding = TRY(subtract(after.rounding, TRY(sum_of_roundings(refund.body))));
  after.total = TRY(subtract(after.total, refund.body.total));
  for (const Tender& tender : refund.body.tenders) {
    if (tender.kind != TenderKind::cash) after.not_cash = TRY(subtract(after.not_cash, tender.amount));
  }
  so_far = std::move(after);
  return {};
}

Result<Refunded> refunded_by(std::span<const Refund> refunds) {
  Refunded so_far;
  for (const Refund& refund : refunds) TRY(add(so_far, refund));
  return so_far;
}

RefundRequest all_that_is_left(const Sale& sale, const Refunded& before) {
  RefundRequest request;
  for (const SaleLine& line : sale.lines) {
    const std::int64_t left = line.quantity.thousandths - before.quantity_of(line.line).thousandths;
    if (left > 0) request.lines.push_back({line.line, Quantity{left}});
  }
  return request;
}

Result<Refund> make_refund(const Id& sale_id, const Sale& sale, const Refunded& before,
                           const RefundRequest& request, std::string_view receipt) {
  TRY(check_request(sale, request));
  Refund refund;
  refund.sale = sale_id;
  Sale& body = refund.body;
  body.rules = sale.rules;
  body.currency = sale.currency;
  body.customer = sale.customer;
  body.receipt = receipt;
  for (const SaleLine& sold : sale.lines) {
    for (std::size_t i = 0; i < request.lines.size(); ++i) {
      if (request.lines[i].line != sold.line) continue;
      body.lines.push_back(TRY(refund_line(sold, so_far_of(before, sold.line), request.lines[i].quantity,
                                           sale.rules.tax, "lines[" + std::to_string(i) + "]")));
    }
  }
  body.total = TRY(sum_of(body.lines)).gross;

  Amount rest = -body.total;
  for (const Tender& tender : request.tenders) {
    rest = TRY(subtract(rest, tender.amount));
    body.tenders.push_back({tender.kind, -tender.amount, tender.reference});
  }
  Refunded after = before;
  TRY(add(after, refund));  // all but the rest and its rounding

  // The whole's discount goes back as the lines' discounts do, because it is a part of them.
  Amount discounts = 0;
  for (const SaleLine& line : sale.lines) discounts = TRY(add(discounts, line.discount));
  Amount discounts_after = 0;
  for (const Refunded::Line& line : after.lines) discounts_after = TRY(add(discounts_after, line.discount));
  if (all_given_back(sale, after)) {
    body.discount = TRY(subtract(before.discount, sale.discount));
  } else if (discounts > 0) {
    const Int128 share = divide_half_away(Int128{sale.discount} * discounts_after, discounts);
    body.discount = TRY(subtract(before.discount, TRY(amount_of(share))));
  }

  const Amount rounding =
      TRY(subtract(TRY(rounding_after(sale, after, request.rest, rest)), before.rounding));
  if (rounding != 0) body.roundings.push_back({std::string(cash_step), -rounding});
  rest = TRY(add(rest, rounding));
  if (rest < 0) return fail(Error::out_of_range, "tenders", "More is handed out than is given back");
  const bool rounded_to_nothing = rounding != 0 && request.rest == TenderKind::cash;
  if (rest > 0 || rounded_to_nothing) body.tenders.push_back({request.rest, -rest, {}});
  return refund;
}

Refund make_unlinked_refund(const Sale& sale, const Id& allowed_by) {
  Sale settled = sale;
  for (Tender& tender : settled.tenders) {  // nobody hands over more and takes some back in a refund
    if (tender.kind != TenderKind::cash || settled.change <= 0) continue;
    const Amount less = std::min(settled.change, tender.amount);
    tender.amount -= less;
    settled.change -= less;
  }
  Refund refund;
  refund.allowed_by = allowed_by;
  refund.body = negate(std::move(settled));
  return refund;
}

}  // namespace ringup
