#pragma once
/// Reading what was sold: rows for lists, whole sales from their records.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sale/refund.h"
#include "core/sale/sale.h"
#include "server/store/database.h"

namespace ringup::store {

struct SaleRow {
  Id id, till, branch, user;
  std::string kind;  // "sale", "refund"
  std::optional<Id> refund_of, shift, customer, voided_by;
  std::string receipt, currency;
  Amount net = 0, tax = 0, total = 0, discount = 0, rounding = 0, change = 0;
  std::int64_t sold_at = 0;
  std::uint32_t flags = 0;
};

struct SaleFilter {
  std::optional<Id> till, branch, user;
  std::optional<std::string> kind, receipt;
  std::optional<std::int64_t> from, to;  // sold_at in [from, to)
  /// Only what stands behind this in the list: sold_at and id of the last one seen.
  std::optional<std::pair<std::int64_t, Id>> after;
  std::int64_t limit = 50;
};
/// The newest first.
Result<std::vector<SaleRow>> list_sales(Database& db, const Id& tenant, const SaleFilter& filter);
Result<std::optional<SaleRow>> find_sale(Database& db, const Id& tenant, const Id& id);

/// The refunds against a sale that were not voided, by id.
Result<std::vector<Id>> refunds_of(Database& db, const Id& tenant, const Id& sale);

/// A sale with what was given back of it so far; nullopt where this business has no such sale.
struct ForRefund {
  Sale sale;
  Refunded refunded;
  bool voided = false;
};
Result<std::optional<ForRefund>> read_for_refund(Database& db, const Id& tenant, const Id& sale);

struct ShiftRow {
  Id id, till, branch;
  std::optional<Id> opened_by, closed_by;
  std::optional<std::int64_t> opened_at, closed_at;
  Amount float_amount = 0;
  std::string currency;
  std::optional<Amount> counted, expected;
};
/// The newest first, before `before`.
Result<std::vector<ShiftRow>> list_shifts(Database& db, const Id& tenant, const std::optional<Id>& before,
                                          std::int64_t limit);

}  // namespace ringup::store
