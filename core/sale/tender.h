#pragma once
/// Tenders: what a sale is paid with, the rounding of cash, and change.
///
/// Any number of tenders of any kinds settle a sale together. Cards, mobile money and credit are never
/// rounded and never exceed what is due; change is given from cash only. Where the rules round cash, the part
/// that is paid in cash is rounded to the unit and the difference is booked on its own:
///     sum of tenders - change = total + rounding
/// A cash tender of 0 is allowed: it says that the rest, rounded to nothing, is settled in cash.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/money/rounding.h"

namespace ringup {

struct Rules;

enum class TenderKind : std::uint8_t { cash, card, mobile_money, credit };
inline constexpr int tender_kind_count = 4;
std::string_view to_string(TenderKind);
/// invalid_value.
Result<TenderKind> parse_tender_kind(std::string_view);

inline constexpr std::size_t tenders_max = 32;
inline constexpr std::size_t tender_reference_bytes_max = 256;

struct Tender {
  TenderKind kind = TenderKind::cash;
  Amount amount = 0;      // minor units: what was handed over
  std::string reference;  // the terminal's or the provider's own number; may be empty
  bool operator==(const Tender&) const = default;
};

struct Settlement {
  Amount rounding = 0;  // of cash: what is paid minus what was due
  Amount change = 0;    // given back in cash
  Amount left = 0;      // still to be paid, with cash where any cash was tendered; 0 when settled
};

/// Where a sale of `total` ≥ 0 stands with these tenders. out_of_range: a negative amount, or cards, mobile
/// money and credit above the total; too_many; amount_overflow.
Result<Settlement> settle(Amount total, std::span<const Tender>, const Rules&);
/// What the customer still has to hand over if the rest is paid with `kind`: rounded for cash. Same errors.
Result<Amount> due(Amount total, std::span<const Tender> so_far, TenderKind kind, const Rules&);

struct Sale;
/// Whether the tenders settle the sale as printed: not_enough_tendered, out_of_range, too_many, and
/// precondition_failed for credit without a customer. Says nothing about the other sums: see replay.h.
Result<void> check_tenders(const Sale&);

}  // namespace ringup
