#pragma once
/// Shifts as they were booked, and their figures.
#include <optional>
#include <vector>

#include "core/sale/shift.h"
#include "server/store/database.h"
#include "server/store/names.h"

namespace ringup::store {

struct ShiftRow {
  Id id, till, branch;
  std::optional<Id> opened_by, closed_by;
  std::optional<std::int64_t> opened_at, closed_at;  // µs, by the till's clock
  Amount float_amount = 0;
  std::string currency;
  std::optional<Amount> counted, expected;  // as the till wrote them
};
Result<std::optional<ShiftRow>> find_shift(Database& db, const Id& tenant, const Id& id);

struct ShiftFilter {
  enum class State : std::uint8_t { any, open, closed };
  std::optional<Id> till, branch;
  State state = State::any;
  std::optional<Id> before;  // only what stands behind this in the list
  std::int64_t limit = 50;
};
/// The newest first, by the time in their ids.
Result<std::vector<ShiftRow>> list_shifts(Database& db, const Id& tenant, const ShiftFilter& filter);

/// What stands today of the sales of a shift, whenever they came: sales and refunds that were not voided.
struct ShiftSums {
  std::int64_t sales = 0, refunds = 0;
  Amount takings = 0;  // totals and their rounding
};
Result<ShiftSums> shift_sums(Database& db, const Id& tenant, const Id& shift);

/// All figures of a shift, added up from its records. What was flagged as booked into a closed shift, or was
/// undone from outside the shift, stands in `later`. One read of the database for each record of the shift.
Result<ShiftReport> read_shift_report(Database& db, Names& names, const Id& tenant, const ShiftRow& shift);

}  // namespace ringup::store
