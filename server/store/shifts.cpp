#include "server/store/shifts.h"

#include "core/till/exchange.h"
#include "core/till/record.h"
#include "server/store/journal.h"
#include "server/store/sale_columns.h"

namespace ringup::store {
namespace {

using journal::Flag;
using journal::Flags;
using Part = ShiftBook::Part;

#define SHIFT_COLUMNS                                                                                     \
  "SELECT id, till, branch, opened_by, closed_by, opened_at, closed_at, float_amount, currency, counted," \
  " expected FROM shift"

ShiftRow shift_of(const Row& row) {
  return {row.id(0),
          row.id(1),
          row.id(2),
          id_or_none(row, 3),
          id_or_none(row, 4),
          integer_or_none(row, 5),
          integer_or_none(row, 6),
          row.integer(7),
          row.string(8),
          integer_or_none(row, 9),
          integer_or_none(row, 10)};
}

Part part_of(std::int64_t flags) {
  return Flags(static_cast<std::uint32_t>(flags)).has(Flag::shift_closed) ? Part::later : Part::shift;
}

/// Where a void counts: in the shift where its own till undid a sale before the count.
Result<Part> part_of_void(Database& db, const Id& tenant, const Id& shift, const Id& record) {
  std::int64_t flags = 0;
  const auto raw = TRY(db.first(
      "SELECT flags, raw FROM journal_record WHERE tenant = $1 AND id = $2 AND booked = 1",
      [&](const Row& row) {
        flags = row.integer(0);
        const std::span<const std::uint8_t> bytes = row.bytes(1);
        return std::string(bytes.begin(), bytes.end());
      },
      tenant, record));
  if (!raw) return Part::later;
  const Result<journal::Record> read = journal::read_record(*raw);
  if (!read.ok() || read->shift != shift) return Part::later;
  return part_of(flags);
}

struct Sold {
  Id id;
  bool refund;
  std::optional<Id> voided_by;
  Part part;
};

Result<void> add_sales(ShiftBook& book, Database& db, const Id& tenant, const Id& shift) {
  std::vector<Sold> sold;
  TRY(db.query(
      "SELECT id, kind, voided_by, flags FROM sale WHERE tenant = $1 AND shift = $2 ORDER BY id",
      [&](const Row& row) {
        sold.push_back({row.id(0), row.text(1) == "refund", id_or_none(row, 2), part_of(row.integer(3))});
      },
      tenant, shift));
  for (const Sold& each : sold) {
    const journal::Record record = TRY(journal::read_record(TRY(booked_record(db, tenant, each.id))));
    if (each.refund)
      TRY(book.add(each.id, TRY(read_refund_body(record.body)), each.part));
    else
      TRY(book.add(each.id, TRY(read_sale_body(record.body)), each.part));
    if (each.voided_by) TRY(book.undo(each.id, TRY(part_of_void(db, tenant, shift, *each.voided_by))));
  }
  return {};
}

Result<void> add_moves(ShiftBook& book, Database& db, Names& names, const Id& tenant, const Id& shift) {
  struct Moved {
    CashMove move;
    Id user;
  };
  std::vector<Moved> moved;
  TRY(db.query(
      "SELECT c.kind, c.amount, c.reason, c.at, c.user, coalesce((SELECT j.flags FROM journal_record j"
      " WHERE j.tenant = c.tenant AND j.id = c.id AND j.booked = 1), 0)"
      " FROM cash_movement c WHERE c.tenant = $1 AND c.shift = $2 ORDER BY c.id",
      [&](const Row& row) {
        moved.push_back({{row.text(0) == "cash_in",
                          row.integer(1),
                          row.string(2),
                          row.integer(3),
                          {},
                          part_of(row.integer(5)) == Part::later},
                         row.id(4)});
      },
      tenant, shift));
  for (Moved& each : moved) {
    each.move.user_name = TRY(names.user(each.user));
    TRY(book.add(std::move(each.move)));
  }
  return {};
}

}  // namespace

Result<std::optional<ShiftRow>> find_shift(Database& db, const Id& tenant, const Id& id) {
  return db.first(SHIFT_COLUMNS " WHERE tenant = $1 AND id = $2", shift_of, tenant, id);
}

Result<std::vector<ShiftRow>> list_shifts(Database& db, const Id& tenant, const ShiftFilter& filter) {
  using State = ShiftFilter::State;
  std::vector<ShiftRow> shifts;
  TRY(db.query(
      SHIFT_COLUMNS
      " WHERE tenant = $1 AND ($2 IS NULL OR id < $2) AND ($3 IS NULL OR till = $3) AND ($4 IS NULL OR"
      " branch = $4) AND ($5 OR closed_at IS NULL) AND ($6 OR closed_at IS NOT NULL) ORDER BY id DESC"
      " LIMIT $7",
      [&](const Row& row) { shifts.push_back(shift_of(row)); }, tenant, filter.before, filter.till,
      filter.branch, filter.state != State::open, filter.state != State::closed, filter.limit));
  return shifts;
}

Result<ShiftSums> shift_sums(Database& db, const Id& tenant, const Id& shift) {
  const auto sums = TRY(db.first(
      "SELECT count(*) FILTER (WHERE kind = 'sale'), count(*) FILTER (WHERE kind = 'refund'),"
      " coalesce(sum(total + rounding), 0) FROM sale WHERE tenant = $1 AND shift = $2 AND voided_by IS NULL",
      [](const Row& row) {
        return ShiftSums{row.integer(0), row.integer(1), row.integer(2)};
      },
      tenant, shift));
  return sums.value_or(ShiftSums());
}

Result<ShiftReport> read_shift_report(Database& db, Names& names, const Id& tenant, const ShiftRow& shift) {
  ShiftReport head;
  head.shift = shift.id;
  head.till_name = TRY(names.till(shift.till));
  head.branch_name = TRY(names.branch(shift.branch));
  if (shift.opened_by) head.opened_by = TRY(names.user(*shift.opened_by));
  if (shift.closed_by) head.closed_by = TRY(names.user(*shift.closed_by));
  head.opened_at = shift.opened_at;
  head.closed_at = shift.closed_at;
  head.currency = TRY(parse_currency(shift.currency));
  head.float_amount = shift.float_amount;
  head.counted = shift.counted;
  head.stated = shift.expected;
  ShiftBook book(std::move(head));
  TRY(add_sales(book, db, tenant, shift.id));
  TRY(add_moves(book, db, names, tenant, shift.id));
  return book.report();
}

}  // namespace ringup::store
