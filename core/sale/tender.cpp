#include "core/sale/tender.h"

#include "core/sale/sale.h"

namespace ringup {
namespace {

struct Handed {
  Amount cash = 0;
  Amount other = 0;
  bool any_cash = false;
};

Result<Handed> add_up(std::span<const Tender> tenders) {
  if (tenders.size() > tenders_max) return fail(Error::too_many, "tenders");
  Handed handed;
  for (const Tender& tender : tenders) {
    if (tender.amount < 0) return fail(Error::out_of_range, "tenders", "A tender is negative");
    const bool cash = tender.kind == TenderKind::cash;
    Amount& sum = cash ? handed.cash : handed.other;
    sum = TRY(add(sum, tender.amount));
    if (cash) handed.any_cash = true;
  }
  return handed;
}

Result<Amount> rounded_for_cash(Amount amount, const Rules& rules) {
  if (!rules.cash_rounding) return amount;
  return round_cash(amount, *rules.cash_rounding);
}

/// What is due after cards, mobile money and credit.
Result<Amount> rest_after(Amount total, const Handed& handed) {
  const Amount rest = TRY(subtract(total, handed.other));
  if (total < 0) return fail(Error::out_of_range, "total", "A sale's total is not negative");
  if (rest < 0) return fail(Error::out_of_range, "tenders", "Change is given from cash only");
  return rest;
}

}  // namespace

std::string_view to_string(TenderKind kind) {
  switch (kind) {
    case TenderKind::cash:
      return "cash";
    case TenderKind::card:
      return "card";
    case TenderKind::mobile_money:
      return "mobile_money";
    case TenderKind::credit:
      return "credit";
  }
  return "";
}

Result<TenderKind> parse_tender_kind(std::string_view text) {
  for (int i = 0; i < tender_kind_count; ++i) {
    const auto kind = static_cast<TenderKind>(i);
    if (text == to_string(kind)) return kind;
  }
  return Error::invalid_value;
}

Result<Settlement> settle(Amount total, std::span<const Tender> tenders, const Rules& rules) {
  const Handed handed = TRY(add_up(tenders));
  const Amount rest = TRY(rest_after(total, handed));
  if (!handed.any_cash) return Settlement{0, 0, rest};
  const Amount to_pay = TRY(rounded_for_cash(rest, rules));
  Settlement settlement;
  settlement.rounding = to_pay - rest;
  if (handed.cash >= to_pay) {
    settlement.change = handed.cash - to_pay;
  } else {
    settlement.left = to_pay - handed.cash;
  }
  return settlement;
}

Result<Amount> due(Amount total, std::span<const Tender> so_far, TenderKind kind, const Rules& rules) {
  const Handed handed = TRY(add_up(so_far));
  Amount to_pay = TRY(rest_after(total, handed));
  if (kind == TenderKind::cash) to_pay = TRY(rounded_for_cash(to_pay, rules));
  return to_pay > handed.cash ? to_pay - handed.cash : 0;
}

Result<void> check_tenders(const Sale& sale) {
  for (const Tender& tender : sale.tenders) {
    if (tender.kind == TenderKind::credit && !sale.customer) {
      return fail(Error::precondition_failed, "customer", "Credit needs a customer");
    }
  }
  const Settlement settlement = TRY(settle(sale.total, sale.tenders, sale.rules));
  if (settlement.left > 0) return fail(Error::not_enough_tendered, "tenders");
  return {};
}

}  // namespace ringup
