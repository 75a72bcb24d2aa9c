#pragma once
/// Receipts as a till printed them: built from the record, rendered as text or HTML.
#include <string>

#include "core/base/zone.h"
#include "core/sale/receipt.h"
#include "core/till/record.h"
#include "server/store/tills.h"

namespace ringup::sales {

/// Whom a receipt names and where its page stands (each may be empty), and the clock it goes by.
struct ReceiptFrame {
  std::string cashier, customer, link;
  Zone zone;
};
/// How this business's people write money.
MoneyFormat money_format(const store::Settings& settings);
/// The receipt of a booked sale or refund. damaged where the record holds none.
Result<Receipt> receipt_of(const journal::Record& record, const store::Settings& settings,
                           const ReceiptFrame& frame);
/// A page of its own, without styles: it works under the strictest policy.
std::string receipt_html(const Receipt& receipt, std::string_view title);
/// Its table, with classes for a page that has styles.
std::string receipt_table(const Receipt& receipt);

}  // namespace ringup::sales
