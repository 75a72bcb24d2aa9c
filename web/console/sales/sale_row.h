#pragma once
/// Sales as the API lists them, and the words for them.
#include <string>
#include <string_view>
#include <vector>

#include "core/sale/receipt.h"
#include "web/console/console.h"
#include "web/ui/table.h"

namespace ringup::console {

struct SaleRow {
  Id id, branch, customer;  // customer nil: none
  std::string receipt, till, branch_name, cashier, customer_name;
  bool refund = false, voided = false;
  std::int64_t sold_at = 0;
  Amount total = 0;
  std::vector<std::string> tenders, flags;  // names as the API has them
};
SaleRow read_sale_row(const json::Value& value);

/// "Cash, card".
std::string tender_words(const std::vector<std::string>& kinds);
/// "Cash".
std::string_view tender_word(std::string_view kind);
/// "Other price"; a flag of a later server as it is written.
std::string flag_badge(std::string_view flag);

/// The receipt of a sale as GET /api/sales/{id}/ tells it: the document that the till printed.
Result<Receipt> receipt_of(Desk& desk, const json::Value& sale);

/// A day or moment within a sentence: "today 14:05" of "Today 14:05".
std::string in_sentence(std::string words);
/// The amount of a Money object, 0 where there is none; the other says so.
Amount amount_in(const json::Value& value, std::string_view name);
std::optional<Amount> amount_or_none(const json::Value& value, std::string_view name);
/// Ids as path: "/api/sales/ID/…".
std::string sale_path(const std::string& id, std::string_view rest = {});

}  // namespace ringup::console
