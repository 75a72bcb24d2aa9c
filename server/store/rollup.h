#pragma once
/// The sums that make reports over a million sales quick: cells (report_cells.h) kept in tables.
///
/// Booking a sale writes nothing here. The tables follow the outbox, whose events are in the order of their
/// commits: everything up to a mark is in them, everything behind it is not, and a report adds what is
/// missing from the sales themselves. So a report is exact at any moment, however far the tables have come; a
/// quarantined record that is booked years later, a void after the fact and a sale with an old date are
/// events like all others. Events must not be deleted from the outbox before the mark is behind them.
///
/// A step reads sales on a reader, without the writer, and hands it one short job that adds the cells and
/// moves the mark on; two processes that do this at once cannot count anything twice. A business whose rules
/// changed (its time zone) gets a new book that begins at 0; what it had is deleted bit by bit.
#include "server/store/report_cells.h"
#include "server/store/store.h"

namespace ringup::store {

inline constexpr std::int64_t rollup_events_default = 500;  // in one step: a few ms of the writer's time

struct RollupStep {
  std::int64_t events = 0;  // put into the tables by this step
  bool more = false;        // another step would have something to do
};
/// One step. conflict where another process was quicker; the Database's errors.
Result<RollupStep> roll_up(Store& store, std::int64_t events_max = rollup_events_default);

/// How many events the common mark is behind the outbox, at most; cheap.
Result<std::int64_t> rollup_backlog(Database& db);

/// Where a tenant's sums stand, for rules of that name.
struct RollupState {
  std::int64_t book = 0;     // whose cells count; 0: none
  std::int64_t through = 0;  // the last event in them
};
Result<RollupState> rollup_state(Database& db, const Id& tenant, std::string_view rules);

}  // namespace ringup::store
