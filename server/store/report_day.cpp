#include <limits>

#include "server/store/reports.h"

namespace ringup::store {
namespace {

constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

/// What happened on one day, sale by sale: one day is little, and its end may lie within an hour.
Result<DayFigures> read_figures(Database& db, const Id& tenant, const FoldRules& rules,
                                const std::optional<Id>& branch, std::int64_t day, std::int64_t until_us) {
  DayFigures figures;
  figures.day = day;
  figures.hours.resize(24);
  TRY(db.query(
      "SELECT sold_at, total, kind FROM sale WHERE tenant = $1 AND sold_at >= $2 AND sold_at < $3"
      " AND voided_by IS NULL AND currency = $4 AND ($5 IS NULL OR branch = $5)",
      [&](const Row& row) {
        const std::int64_t at = row.integer(0);
        const Amount total = row.integer(1);
        const bool is_refund = row.text(2) == "refund";
        DayFigures::Hour& hour = figures.hours[static_cast<std::size_t>(rules.zone.hour(at))];
        hour.gross += total;
        hour.sales += is_refund ? 0 : 1;
        if (at >= until_us) return;
        figures.gross += total;
        (is_refund ? figures.refunds : figures.sales) += 1;
        if (is_refund) figures.refunded += total;
      },
      tenant, rules.zone.start_of(day), rules.zone.start_of(day + 1), rules.currency, branch));
  return figures;
}

}  // namespace

Result<DayNow> read_day(Database& db, const Id& tenant, const std::optional<Id>& branch,
                        std::int64_t now_us) {
  return in_snapshot(db, [&]() -> Result<DayNow> {
    DayNow out;
    out.now_us = now_us;
    out.rules = TRY(read_fold_rules(db, tenant));
    const Zone& zone = out.rules.zone;
    const std::int64_t today = zone.day(now_us);
    // All of today, also what a till with a fast clock dates a minute ahead.
    out.today = TRY(read_figures(db, tenant, out.rules, branch, today, ever));
    const std::int64_t then = zone.moment(zone.local(now_us) - 7 * day_us);
    out.before = TRY(read_figures(db, tenant, out.rules, branch, today - 7, then));
    out.open_tasks =
        TRY(db.integer("SELECT count(*) FROM task WHERE tenant = $1 AND done_at IS NULL", 0, tenant));
    return out;
  });
}

}  // namespace ringup::store
