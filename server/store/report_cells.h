#pragma once
/// Sales folded into the cells that reports are made of. The same cells come out of the rollup's tables and,
/// for what is not rolled up yet, from the sales themselves; a report adds up both.
///
/// What the numbers mean, in every cell and report:
///   sales      sales that were not voided          refunds   refunds that were not voided
///   gross      their totals as printed: what was sold with its tax, less what was given back; before the
///              rounding of cash
///   net, tax   of their lines; gross = net + tax unless a till printed otherwise (its sale is flagged then)
///   discount   all that was taken off lines, by their own discounts and by those off the whole
///   rounding   of cash, apart from gross         refunded  the part of gross that refunds took back, ≤ 0
/// A refund counts with negative amounts on its own day, at its own till. A voided sale counts nowhere, from
/// the day of the sale on, as soon as the void is booked. Sales in another currency than the business's are
/// left out: they cannot be added up (they carry the flag totals_differ and have a task).
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/zone.h"
#include "core/money/money.h"
#include "server/store/database.h"

namespace ringup::store {

/// An event of the outbox that changes sums: a sale or refund that was booked, or one that was voided.
struct SaleEvent {
  std::int64_t sequence = 0;
  Id tenant, sale;
  bool voided = false;
};
/// Those behind `after` and up to `through`, in the order of their commit, of one tenant or of all; at most
/// `limit`.
Result<std::vector<SaleEvent>> sale_events(Database& db, const std::optional<Id>& tenant, std::int64_t after,
                                           std::int64_t through, std::int64_t limit);

struct HourSums {
  std::int64_t sales = 0, refunds = 0;
  Amount gross = 0, net = 0, tax = 0, discount = 0, rounding = 0, refunded = 0;
};
struct ProductSums {
  std::int64_t lines = 0, quantity = 0;
  Amount gross = 0, net = 0, tax = 0, discount = 0;
};
struct TaxSums {
  std::int64_t lines = 0;
  Amount gross = 0, net = 0, tax = 0, discount = 0;
};
struct TenderSums {
  std::int64_t tenders = 0;
  Amount amount = 0;
};

/// Who sold, where, on which local day.
struct Place {
  std::int64_t day = 0;
  Id branch, till, user;
  auto operator<=>(const Place&) const = default;
};
struct HourKey {
  std::int64_t day = 0;
  int hour = 0;
  Id branch, till, user;
  auto operator<=>(const HourKey&) const = default;
};
struct ProductKey {
  std::int64_t day = 0;
  Id branch, product;
  auto operator<=>(const ProductKey&) const = default;
};
struct SoldName {
  std::string sku, name;
};

struct Cells {
  std::map<HourKey, HourSums> hours;
  std::map<ProductKey, ProductSums> products;
  std::map<std::tuple<Place, std::string, std::int64_t>, TaxSums> taxes;  // class, rate in ppm
  std::map<std::pair<Place, std::string>, TenderSums> tenders;            // kind
  std::map<Id, SoldName> names;                                           // as on a line
};

/// By which rules sales are folded.
struct FoldRules {
  Zone zone;
  std::string currency;
  /// Names them: cells made under another name must not be added to these.
  std::string name() const;
};
/// Those of a tenant; not_found.
Result<FoldRules> read_fold_rules(Database& db, const Id& tenant);

/// Adds what an event changes. An event whose sale is gone changes nothing.
Result<void> fold(Database& db, const SaleEvent& event, const FoldRules& rules, Cells& cells);

}  // namespace ringup::store
