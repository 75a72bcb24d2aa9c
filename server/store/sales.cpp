#include "server/store/sales.h"

#include <limits>

#include "core/till/record.h"
#include "server/store/journal.h"

namespace ringup::store {
namespace {

#define SALE_COLUMNS                                                                                         \
  "SELECT id, kind, refund_of, till, branch, user, shift, customer, voided_by, receipt, currency, net, tax," \
  " total, discount, rounding, change, sold_at, flags FROM sale"

std::optional<Id> id_or_none(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional<Id>(row.id(column));
}
std::optional<std::int64_t> integer_or_none(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional<std::int64_t>(row.integer(column));
}

SaleRow sale_of(const Row& row) {
  SaleRow sale;
  sale.id = row.id(0);
  sale.kind = row.string(1);
  sale.refund_of = id_or_none(row, 2);
  sale.till = row.id(3);
  sale.branch = row.id(4);
  sale.user = row.id(5);
  sale.shift = id_or_none(row, 6);
  sale.customer = id_or_none(row, 7);
  sale.voided_by = id_or_none(row, 8);
  sale.receipt = row.string(9);
  sale.currency = row.string(10);
  sale.net = row.integer(11);
  sale.tax = row.integer(12);
  sale.total = row.integer(13);
  sale.discount = row.integer(14);
  sale.rounding = row.integer(15);
  sale.change = row.integer(16);
  sale.sold_at = row.integer(17);
  sale.flags = static_cast<std::uint32_t>(row.integer(18));
  return sale;
}

}  // namespace

Result<std::vector<SaleRow>> list_sales(Database& db, const Id& tenant, const SaleFilter& filter) {
  constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();
  const auto [before_at, before_id] = filter.after.value_or(std::pair(ever, Id{}));
  const std::int64_t from = filter.from.value_or(std::numeric_limits<std::int64_t>::min());
  const std::int64_t to = filter.to.value_or(ever);
  std::vector<SaleRow> sales;
  const auto each = [&](const Row& row) { sales.push_back(sale_of(row)); };
  // Two texts, so that each can follow its own index.
  if (filter.receipt) {
    TRY(db.query(
        SALE_COLUMNS
        " WHERE tenant = $1 AND receipt = $10 AND sold_at >= $2 AND sold_at < $3"
        " AND ($4 IS NULL OR till = $4) AND ($5 IS NULL OR branch = $5) AND ($6 IS NULL OR user = $6)"
        " AND ($7 IS NULL OR kind = $7) AND (sold_at, id) < ($8, $9)"
        " ORDER BY sold_at DESC, id DESC LIMIT $11",
        each, tenant, from, to, filter.till, filter.branch, filter.user, filter.kind, before_at, before_id,
        *filter.receipt, filter.limit));
  } else {
    TRY(db.query(
        SALE_COLUMNS
        " WHERE tenant = $1 AND sold_at >= $2 AND sold_at < $3"
        " AND ($4 IS NULL OR till = $4) AND ($5 IS NULL OR branch = $5) AND ($6 IS NULL OR user = $6)"
        " AND ($7 IS NULL OR kind = $7) AND (sold_at, id) < ($8, $9)"
        " ORDER BY sold_at DESC, id DESC LIMIT $10",
        each, tenant, from, to, filter.till, filter.branch, filter.user, filter.kind, before_at, before_id,
        filter.limit));
  }
  return sales;
}

Result<std::optional<SaleRow>> find_sale(Database& db, const Id& tenant, const Id& id) {
  return db.first(SALE_COLUMNS " WHERE tenant = $1 AND id = $2", sale_of, tenant, id);
}

Result<std::vector<Id>> refunds_of(Database& db, const Id& tenant, const Id& sale) {
  std::vector<Id> refunds;
  TRY(db.query(
      "SELECT id FROM sale WHERE tenant = $1 AND refund_of = $2 AND voided_by IS NULL ORDER BY id",
      [&](const Row& row) { refunds.push_back(row.id(0)); }, tenant, sale));
  return refunds;
}

Result<std::optional<ForRefund>> read_for_refund(Database& db, const Id& tenant, const Id& id) {
  const auto found = TRY(find_sale(db, tenant, id));
  if (!found || found->kind != "sale") return std::optional<ForRefund>();
  ForRefund out;
  out.voided = found->voided_by.has_value();
  const journal::Record record = TRY(journal::read_record(TRY(booked_record(db, tenant, id))));
  out.sale = TRY(read_sale_body(record.body));
  for (const Id& refund : TRY(refunds_of(db, tenant, id))) {
    const journal::Record again = TRY(journal::read_record(TRY(booked_record(db, tenant, refund))));
    TRY(add(out.refunded, TRY(read_refund_body(again.body))));
  }
  return std::optional<ForRefund>(std::move(out));
}

Result<std::vector<ShiftRow>> list_shifts(Database& db, const Id& tenant, const std::optional<Id>& before,
                                          std::int64_t limit) {
  std::vector<ShiftRow> shifts;
  TRY(db.query(
      "SELECT id, till, branch, opened_by, closed_by, opened_at, closed_at, float_amount, currency, counted,"
      " expected FROM shift WHERE tenant = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3",
      [&](const Row& row) {
        shifts.push_back({row.id(0), row.id(1), row.id(2), id_or_none(row, 3), id_or_none(row, 4),
                          integer_or_none(row, 5), integer_or_none(row, 6), row.integer(7), row.string(8),
                          integer_or_none(row, 9), integer_or_none(row, 10)});
      },
      tenant, before, limit));
  return shifts;
}

}  // namespace ringup::store
