#pragma once
/// Reading what was sold: rows for lists, whole sales from their records. Who and where are ids;
/// server/store/names.h knows what people call them.
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

/// Which sales a list holds; everything that is set must hold. Amounts are minor units.
struct SaleFilter {
  enum class Kind : std::uint8_t { any, sale, refund, voided };
  enum class Order : std::uint8_t { newest, oldest, largest };  // by sold_at, sold_at, total; then by id

  std::optional<Id> till, branch, user, customer;
  std::optional<Id> product;  // on one of its lines
  std::optional<Id> shift;
  Kind kind = Kind::any;                       // `sale` and `refund` hold voided ones too
  std::optional<std::string> receipt;          // what its number begins with, or all of it
  std::optional<std::string> tender;           // a kind of tender that it was paid with
  std::optional<Amount> min_total, max_total;  // both inclusive
  std::uint32_t flags = 0;                     // bits: one of these at least
  std::optional<std::int64_t> from, to;        // sold_at in [from, to)
  Order order = Order::newest;
  /// Only what stands behind this in the list: order_key() and id of the last one seen.
  std::optional<std::pair<std::int64_t, Id>> after;
  std::int64_t limit = 50;
};
/// What the list is ordered by.
std::int64_t order_key(const SaleRow& sale, SaleFilter::Order order);
/// In the order asked for. Quick for the few among many, too: by receipt, customer, flag, void, refund, shift
/// and product through an index of their own, else along time.
Result<std::vector<SaleRow>> list_sales(Database& db, const Id& tenant, const SaleFilter& filter);
Result<std::optional<SaleRow>> find_sale(Database& db, const Id& tenant, const Id& id);
/// Whose sale it is, for those who know nothing but its id; nullopt where nobody has it.
Result<std::optional<Id>> tenant_of_sale(Database& db, const Id& id);

/// The kinds of tender of a sale, in their order, each once.
Result<std::vector<std::string>> tender_kinds(Database& db, const Id& tenant, const Id& sale);

/// Where a booked record stands in its till's journal.
struct JournalFacts {
  std::int64_t epoch = 0, seq = 0;
  std::string hash;  // hex
  std::int64_t received_at = 0;
};
Result<std::optional<JournalFacts>> journal_facts(Database& db, const Id& tenant, const Id& record);

/// The refunds against a sale, voided ones too, the oldest first.
Result<std::vector<SaleRow>> refund_rows(Database& db, const Id& tenant, const Id& sale);
/// The refunds against a sale that were not voided, by id.
Result<std::vector<Id>> refunds_of(Database& db, const Id& tenant, const Id& sale);

/// A sale with what was given back of it so far; nullopt where this business has no such sale.
struct ForRefund {
  Sale sale;
  Refunded refunded;
  bool voided = false;
};
Result<std::optional<ForRefund>> read_for_refund(Database& db, const Id& tenant, const Id& sale);

}  // namespace ringup::store
