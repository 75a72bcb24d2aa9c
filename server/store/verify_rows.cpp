#include "server/store/verify_rows.h"

#include "core/money/money.h"
#include "core/till/bodies.h"

namespace ringup::store {

using journal::Kind;
using journal::Record;

namespace {

/// "" where the query finds a row that `same` accepts.
template <class Same, class... Args>
Result<std::string> compare(Database& db, std::string_view sql, Same&& same, const Args&... args) {
  const auto agrees = TRY(db.first(
      sql, [&](const Row& row) { return same(row); }, args...));
  if (!agrees) return std::string("its booking is missing");
  return std::string(*agrees ? "" : "its booking differs from the record");
}

}  // namespace

Result<std::string> check_drawer(Database& db, const Id& tenant, const Record& record, bool again) {
  const auto at = [&](std::int64_t us) { return us / 1000 == record.at; };
  if (record.kind == Kind::shift_open) {
    const journal::ShiftOpenBody body = TRY(journal::read_shift_open_body(record.body));
    return compare(
        db,
        "SELECT till, opened_by, opened_at, float_amount, currency FROM shift WHERE tenant = $1 AND id = $2"
        " AND opened_at IS NOT NULL",
        [&](const Row& row) {
          return row.id(0) == record.till && row.id(1) == record.user && at(row.integer(2)) &&
                 row.integer(3) == body.float_amount && row.text(4) == body.currency;
        },
        tenant, record.id);
  }
  if (record.kind == Kind::shift_close && !again && record.shift) {
    const journal::ShiftCloseBody body = TRY(journal::read_shift_close_body(record.body));
    return compare(
        db,
        "SELECT till, closed_by, closed_at, counted, expected FROM shift WHERE tenant = $1 AND id = $2"
        " AND closed_at IS NOT NULL",
        [&](const Row& row) {
          return row.id(0) == record.till && row.id(1) == record.user && at(row.integer(2)) &&
                 row.integer(3) == body.counted && row.integer(4) == body.expected;
        },
        tenant, *record.shift);
  }
  if (record.kind == Kind::cash_in || record.kind == Kind::cash_out) {
    const journal::CashBody body = TRY(journal::read_cash_body(record.body));
    return compare(
        db,
        "SELECT kind, till, shift, user, amount, currency, reason, at FROM cash_movement WHERE tenant = $1 "
        "AND"
        " id = $2",
        [&](const Row& row) {
          return row.text(0) == journal::kind_name(record.kind) && row.id(1) == record.till &&
                 row.id(2) == record.shift.value_or(Id{}) && row.id(3) == record.user &&
                 row.integer(4) == body.amount && row.text(5) == body.currency &&
                 row.text(6) == body.reason && at(row.integer(7));
        },
        tenant, record.id);
  }
  return std::string();
}

Result<std::vector<std::string>> drawer_orphans(Database& db) {
  std::vector<std::string> found;
  TRY(
      db.query("SELECT 'shift', id FROM shift s WHERE NOT EXISTS (SELECT 1 FROM journal_record r WHERE "
               "r.tenant = s.tenant AND"
               " r.booked = 1 AND (r.id = s.id OR (s.opened_at IS NULL AND r.kind = 'shift_close' AND r.till "
               "= s.till)))"
               " UNION ALL SELECT 'movement of cash', id FROM cash_movement c WHERE NOT EXISTS (SELECT 1 "
               "FROM journal_record r"
               " WHERE r.tenant = c.tenant AND r.id = c.id AND r.booked = 1 AND r.kind = c.kind)",
               [&](const Row& row) {
                 found.push_back(row.string(0) + " " + to_string(row.id(1)) + ": no record stands for it");
               }));
  return found;
}

Result<std::vector<std::string>> wrong_levels(Database& db) {
  std::vector<std::string> found;
  const auto each = [&](const Row& row) {
    found.push_back("stock of " + row.string(0) + " at " + row.string(1) + ": it says " +
                    to_decimal(Quantity{row.integer(2)}) + ", its movements come to " +
                    to_decimal(Quantity{row.integer(3)}));
  };
  TRY(db.query(
      "SELECT p.sku, b.name, coalesce(l.quantity, 0), m.total FROM (SELECT product, branch, sum(quantity) AS "
      "total"
      " FROM stock_movement GROUP BY product, branch) m JOIN product p ON p.id = m.product JOIN branch b ON"
      " b.id = m.branch LEFT JOIN stock_level l ON l.product = m.product AND l.branch = m.branch"
      " WHERE coalesce(l.quantity, 0) <> m.total",
      each));
  TRY(
      db.query("SELECT p.sku, b.name, l.quantity, 0 FROM stock_level l JOIN product p ON p.id = l.product "
               "JOIN branch b ON"
               " b.id = l.branch WHERE l.quantity <> 0 AND NOT EXISTS (SELECT 1 FROM stock_movement m"
               " WHERE m.product = l.product AND m.branch = l.branch)",
               each));
  return found;
}

}  // namespace ringup::store
