#include "server/store/sales.h"

#include <algorithm>

#include "core/till/record.h"
#include "server/store/journal.h"
#include "server/store/sale_columns.h"

namespace ringup::store {
Result<std::optional<SaleRow>> find_sale(Database& db, const Id& tenant, const Id& id) {
  return db.first(SALE_COLUMNS " FROM sale s WHERE s.tenant = $1 AND s.id = $2", sale_of, tenant, id);
}

Result<std::optional<Id>> tenant_of_sale(Database& db, const Id& id) {
  // Sales are found by business and id; businesses of one server are few.
  return db.first(
      "SELECT t.id FROM tenant t WHERE EXISTS (SELECT 1 FROM sale s WHERE s.tenant = t.id AND s.id = $1)",
      [](const Row& row) { return row.id(0); }, id);
}

Result<std::vector<std::string>> tender_kinds(Database& db, const Id& tenant, const Id& sale) {
  std::vector<std::string> kinds;
  TRY(db.query(
      "SELECT kind FROM sale_tender WHERE tenant = $1 AND sale = $2 ORDER BY position",
      [&](const Row& row) {
        if (std::find(kinds.begin(), kinds.end(), row.text(0)) == kinds.end()) kinds.push_back(row.string(0));
      },
      tenant, sale));
  return kinds;
}

Result<std::optional<JournalFacts>> journal_facts(Database& db, const Id& tenant, const Id& record) {
  return db.first(
      "SELECT epoch, coalesce(seq, 0), hash, received_at FROM journal_record WHERE tenant = $1 AND id = $2"
      " AND booked = 1",
      [](const Row& row) {
        const std::span<const std::uint8_t> hash = row.bytes(2);
        return JournalFacts{row.integer(0), row.integer(1), to_hex(hash.data(), hash.size()), row.integer(3)};
      },
      tenant, record);
}

Result<std::vector<SaleRow>> refund_rows(Database& db, const Id& tenant, const Id& sale) {
  std::vector<SaleRow> rows;
  TRY(db.query(
      SALE_COLUMNS " FROM sale s WHERE s.tenant = $1 AND s.refund_of = $2 ORDER BY s.sold_at, s.id",
      [&](const Row& row) { rows.push_back(sale_of(row)); }, tenant, sale));
  return rows;
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

}  // namespace ringup::store
