#pragma once
/// What one must know to decide about a task, gathered from the tables as they are now.
#include <optional>
#include <string>
#include <vector>

#include "server/store/sales.h"
#include "server/store/shifts.h"
#include "server/store/tasks.h"
#include "server/store/tills.h"

namespace ringup::store {

/// A product in question: as it was sold, and as the catalogue has it now.
struct TaskProduct {
  Id id;  // nil: sold without a product
  std::string sku, name;
  // Where a sale is in question:
  std::optional<std::int64_t> sold_quantity, sold_price;  // thousandths; as journal.md's unit prices
  std::string sold_tax_class;
  // Where the catalogue has it (or has its tombstone):
  bool known = false, deleted = false;
  std::int64_t price = 0;
  std::string tax_class;
  std::optional<std::int64_t> price_since;  // when it got this price
  std::int64_t stock = 0;                   // thousandths, over all branches
};

/// The record in question, as far as it can be read.
struct TaskRecord {
  std::int64_t epoch = 0;
  std::optional<std::int64_t> seq;
  std::string kind, hash, result;  // kind "" where it cannot be read; hash in hex
  std::optional<std::int64_t> at;  // by the till's clock
  std::int64_t received_at = 0;
  std::optional<Id> user;
  // Of cash in and out:
  std::optional<Amount> cash;
  std::string currency, reason;
};

/// One of a till's lines through the numbers from a fork on.
struct TaskLine {
  std::int64_t branch = 0, first = 0, last = 0, records = 0;
  std::int64_t received_at = 0;  // the last of them
};

struct TaskContext {
  std::optional<Till> till;
  std::optional<TaskRecord> record;
  std::optional<SaleRow> sale;        // the booked sale or refund, or the one that a void names
  std::vector<TaskProduct> products;  // those in question, at most task_products_max
  std::optional<ShiftRow> shift;      // of kind shift_closed
  std::vector<TaskLine> lines;        // of kind fork: from its number on, the main one first
};
inline constexpr std::size_t task_products_max = 20;

Result<TaskContext> read_task_context(Database& db, const Id& tenant, const Task& task);

}  // namespace ringup::store
