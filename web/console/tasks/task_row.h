#pragma once
/// Tasks as the API lists them, and the words for what they are about.
#include <optional>
#include <string>
#include <vector>

#include "core/till/task_kinds.h"
#include "web/console/sales/sale_row.h"

namespace ringup::console {

struct TaskProduct {
  std::string id, sku, name;  // id empty: sold without a product
  bool known = false;
  std::string sold_quantity, sold_price, sold_tax_class;  // empty where no sale is in question
  std::string price, tax_class, stock;                    // now; empty where the catalogue has it no more
  std::int64_t price_since = 0;
};

struct TaskRow {
  std::string id, kind, title, explanation, advice, found, note, done_by;
  bool done = false;
  std::int64_t created_at = 0, done_at = 0;
  std::string till, branch_name, till_revoked;
  std::optional<SaleRow> sale;
  std::vector<TaskProduct> products;
  // Of the record in question; seq 0: none.
  std::int64_t epoch = 0, seq = 0, recorded_at = 0, received_at = 0;
  std::string recorded_by;
  std::int64_t shift_closed_at = 0;
  std::string shift_closed_by, shift;  // its id
  std::optional<Amount> shift_difference;
  std::string record_kind, reason, till_id, user_id;
  std::optional<Amount> amount;  // of cash in and out
  struct Line {
    std::int64_t branch = 0, first = 0, last = 0, received_at = 0;
  };
  std::vector<Line> lines;  // of a till that exists twice

  /// nullptr for a kind of a later server.
  const journal::TaskKind* words() const { return journal::find_task_kind(kind); }
  bool offers(journal::TaskAction action) const { return words() != nullptr && words()->offers(action); }
};
TaskRow read_task_row(const json::Value& value);

/// What it is about, in one line: "Whole milk 1 l", "Sale A1-1-000012".
std::string about(const TaskRow& task);
/// The gist, in one line: "Sold at €1.19, now €1.29".
std::string gist(Desk& desk, const TaskRow& task);
/// "€1.29" of "1.29", as this business writes prices.
std::string price_words_of(Desk& desk, const std::string& decimal);
/// Where a kind stands in core's table: the most urgent first.
std::size_t rank_of(const std::string& kind);

}  // namespace ringup::console
