#pragma once
/// How prices of products changed: when, from what to what, and by whom. Run inside a read or a writer job.
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/money/money.h"
#include "server/store/database.h"

namespace ringup::store {

struct PriceChange {
  Id product;
  UnitPrice before, after;
  std::int64_t at = 0;    // UTC microseconds
  std::optional<Id> by;   // the user who did it
  bool imported = false;  // with a file, by whoever
};
/// Notes a change; where the clock stepped back, just behind the one before it. The product must be there.
Result<void> note_price_change(Database& database, const Id& tenant, const PriceChange& change);

/// A price and since when it holds.
struct PriceStep {
  UnitPrice price;
  std::int64_t since = 0;
  std::string source;   // "created", "person" or "import"
  Id by;                // nil: nobody known
  std::string by_name;  // first and last name, else the e-mail address; empty: nobody known
};
/// The newest first, those before `before` (INT64_MAX: from the newest), at most `limit`. The last of all is
/// the price that the product was made with. Empty where the tenant has no such product; tombstones have one.
Result<std::vector<PriceStep>> price_history(Database& database, const Id& tenant, const Id& product,
                                             std::int64_t before, std::int64_t limit);
/// The price that held at `at`; before the product was made, its first one.
Result<std::optional<PriceStep>> price_at(Database& database, const Id& tenant, const Id& product,
                                          std::int64_t at);

}  // namespace ringup::store
