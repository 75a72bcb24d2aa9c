#include "core/sale/replay.h"

#include <algorithm>

namespace ringup {
namespace {

/// Collects differences; each place once.
class Differences {
 public:
  void compare(std::string where, Amount expected, Amount found) {
    if (expected == found || has(where)) return;
    list_.push_back({std::move(where), expected, found});
  }
  std::vector<Difference> take() { return std::move(list_); }

 private:
  bool has(const std::string& where) const {
    return std::any_of(list_.begin(), list_.end(), [&](const Difference& d) { return d.where == where; });
  }
  std::vector<Difference> list_;
};

std::string line_at(std::size_t index) {
  return "lines[" + std::to_string(index) + "]";
}

void compare_amounts(Differences& out, const std::string& where, const Amounts& expected,
                     const Amounts& found) {
  out.compare(where + ".net", expected.net, found.net);
  out.compare(where + ".tax", expected.tax, found.tax);
  out.compare(where + ".gross", expected.gross, found.gross);
}

Result<Amount> sum_of_tenders(std::span<const Tender> tenders, bool cash_too) {
  Amount sum = 0;
  for (const Tender& tender : tenders) {
    if (cash_too || tender.kind != TenderKind::cash) sum = TRY(add(sum, tender.amount));
  }
  return sum;
}

/// What went over the counter. Ours is all in the tenders of a refund; one that mirrors its sale literally
/// has the cash as it was handed over then, and negative change.
Result<Amount> handed_out(const Sale& body) {
  return subtract(TRY(sum_of_tenders(body.tenders, true)), body.change);
}

/// Roundings as printed: their sum, and that there is one booking of one known step.
Result<void> compare_roundings(Differences& out, Amount expected, const Sale& printed) {
  out.compare("roundings", expected, TRY(subtract(TRY(payable(printed)), printed.total)));
  const std::size_t bookings = expected == 0 ? 0 : 1;
  out.compare("roundings.count", static_cast<Amount>(bookings),
              static_cast<Amount>(printed.roundings.size()));
  for (const Rounding& rounding : printed.roundings) {
    if (rounding.step != cash_step) out.compare("roundings.step", 0, rounding.amount);
  }
  return {};
}

/// Checks each line's discount against its extension and gives what is left as priced.
Result<std::vector<Taxable>> priced_lines(Differences& out, const Sale& sale) {
  std::vector<Taxable> taxables;
  taxables.reserve(sale.lines.size());
  Amount discounts = 0;
  for (std::size_t i = 0; i < sale.lines.size(); ++i) {
    const SaleLine& line = sale.lines[i];
    const Amount extension = TRY(extend(line.quantity, line.unit_price));
    const Amount discount = std::clamp<Amount>(line.discount, 0, std::max<Amount>(extension, 0));
    out.compare(line_at(i) + ".discount", discount, line.discount);
    discounts = TRY(add(discounts, discount));
    taxables.push_back({TRY(subtract(extension, discount)), line.rate});
  }
  out.compare("discount", std::clamp<Amount>(sale.discount, 0, discounts), sale.discount);
  return taxables;
}

Result<void> compare_settlement(Differences& out, Amount total, const Sale& sale) {
  const Amount not_cash = TRY(sum_of_tenders(sale.tenders, false));
  if (not_cash > total) {
    out.compare("tenders", total, not_cash);  // more than is due, without cash to give change from
    return {};
  }
  const Settlement settlement = TRY(settle(total, sale.tenders, sale.rules));
  const Amount handed = TRY(sum_of_tenders(sale.tenders, true));
  out.compare("tenders", TRY(add(handed, settlement.left)), handed);
  TRY(compare_roundings(out, settlement.rounding, sale));
  out.compare("change", settlement.change, sale.change);
  return {};
}

/// What holds for every refund by itself: each line adds up, their sum is the total, the tenders pay it out.
Result<void> compare_sums(Differences& out, const Sale& body) {
  for (std::size_t i = 0; i < body.lines.size(); ++i) {
    const Amounts& amounts = body.lines[i].amounts;
    out.compare(line_at(i) + ".gross", TRY(add(amounts.net, amounts.tax)), amounts.gross);
  }
  out.compare("total", TRY(sum_of(body.lines)).gross, body.total);
  if (body.change > 0) out.compare("change", 0, body.change);
  out.compare("tenders", TRY(payable(body)), TRY(handed_out(body)));
  return {};
}

/// What was asked for, as far as it can be read from the refund.
RefundRequest request_of(const Sale& body) {
  RefundRequest request;
  for (const SaleLine& line : body.lines) {
    request.lines.push_back({line.line, Quantity{-line.quantity.thousandths}});
  }
  for (const Tender& tender : body.tenders) {
    if (tender.kind != TenderKind::cash) {
      request.tenders.push_back({tender.kind, -tender.amount, tender.reference});
    }
  }
  if (request.tenders.size() == body.tenders.size() && !request.tenders.empty()) {
    request.rest = request.tenders.back().kind;
    request.tenders.pop_back();
  }
  return request;
}

Result<void> compare_with_remade(Differences& out, const Sale& expected, const Sale& found) {
  for (std::size_t i = 0; i < found.lines.size(); ++i) {
    const SaleLine& made = expected.lines[i];
    const SaleLine& line = found.lines[i];
    out.compare(line_at(i) + ".unit_price", made.unit_price.value, line.unit_price.value);
    out.compare(line_at(i) + ".rate", made.rate.ppm, line.rate.ppm);
    out.compare(line_at(i) + ".discount", made.discount, line.discount);
    compare_amounts(out, line_at(i), made.amounts, line.amounts);
  }
  out.compare("discount", expected.discount, found.discount);
  out.compare("total", expected.total, found.total);
  TRY(compare_roundings(out, TRY(subtract(TRY(payable(expected)), expected.total)), found));
  out.compare("tenders", TRY(handed_out(expected)), TRY(handed_out(found)));
  return {};
}

}  // namespace

Result<std::vector<Difference>> replay(const Sale& sale) {
  Differences out;
  const std::vector<Taxable> taxables = TRY(priced_lines(out, sale));
  const std::vector<Amounts> taxed = TRY(tax_lines(taxables, sale.rules));
  Amounts sum;
  for (std::size_t i = 0; i < taxed.size(); ++i) {
    compare_amounts(out, line_at(i), taxed[i], sale.lines[i].amounts);
    sum = TRY(add(sum, taxed[i]));
  }
  out.compare("total", sum.gross, sale.total);
  TRY(compare_settlement(out, sum.gross, sale));
  return out.take();
}

Result<std::vector<Difference>> replay(const Refund& refund) {
  if (!refund.sale) {
    std::vector<Difference> differences = TRY(replay(negate(refund.body)));
    for (Difference& difference : differences) {
      difference.expected = -difference.expected;
      difference.found = -difference.found;
    }
    return differences;
  }
  Differences out;
  TRY(compare_sums(out, refund.body));
  return out.take();
}

Result<std::vector<Difference>> replay(const Refund& refund, const Sale& sale, const Refunded& before) {
  Differences out;
  TRY(compare_sums(out, refund.body));
  bool possible = true;
  for (std::size_t i = 0; i < refund.body.lines.size(); ++i) {
    const SaleLine& line = refund.body.lines[i];
    const auto sold = std::find_if(sale.lines.begin(), sale.lines.end(),
                                   [&](const SaleLine& candidate) { return candidate.line == line.line; });
    const std::int64_t left =
        sold == sale.lines.end()
            ? 0
            : TRY(subtract(sold->quantity.thousandths, before.quantity_of(line.line).thousandths));
    if (-line.quantity.thousandths > left) {
      out.compare(line_at(i) + ".quantity", -std::max<std::int64_t>(left, 0), line.quantity.thousandths);
      possible = false;
    }
  }
  if (!possible) return out.take();
  const auto remade =
      make_refund(refund.sale.value_or(Id{}), sale, before, request_of(refund.body), refund.body.receipt);
  if (remade.ok()) {
    TRY(compare_with_remade(out, remade->body, refund.body));
  } else if (remade.error() == Error::out_of_range) {
    out.compare("tenders", refund.body.total, TRY(handed_out(refund.body)));
  } else {
    return remade.failure();
  }
  return out.take();
}

std::string describe(const Difference& difference) {
  return difference.where + ": " + std::to_string(difference.expected) + " expected, " +
         std::to_string(difference.found) + " found";
}

}  // namespace ringup
