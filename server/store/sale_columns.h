#pragma once
/// How a row of the table `sale` is read: for the files of this folder that list sales.
#include <optional>

#include "server/store/sales.h"

namespace ringup::store {

/// Begins a query whose table is called `s`; sale_of() reads its rows.
#define SALE_COLUMNS                                                                                         \
  "SELECT s.id, s.kind, s.refund_of, s.till, s.branch, s.user, s.shift, s.customer, s.voided_by, s.receipt," \
  " s.currency, s.net, s.tax, s.total, s.discount, s.rounding, s.change, s.sold_at, s.flags"

inline std::optional<Id> id_or_none(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional<Id>(row.id(column));
}
inline std::optional<std::int64_t> integer_or_none(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional<std::int64_t>(row.integer(column));
}

inline SaleRow sale_of(const Row& row) {
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

}  // namespace ringup::store
