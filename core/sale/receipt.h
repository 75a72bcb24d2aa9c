#pragma once
/// A receipt as structured text, and its rendering to fixed-width plain text. What a screen, a printer driver
/// or an HTML page shows is built from the same document, so all of them say the same.
///
/// Words and formats are handed in; core has no locale and no clock.
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/sale/refund.h"
#include "core/sale/sale.h"

namespace ringup {

/// The words on a receipt, in the customer's language. The defaults are English.
struct ReceiptWords {
  std::string receipt = "Receipt";
  std::string refund = "Refund";
  std::string cashier = "Cashier";
  std::string customer = "Customer";
  std::string subtotal = "Subtotal";
  std::string discount = "Discount";
  std::string total = "Total";
  std::string net = "Net";
  std::string tax = "Tax";
  std::string gross = "Gross";
  std::string rounding = "Cash rounding";
  std::string to_pay = "To pay";
  std::string change = "Change";
  std::string cash = "Cash";
  std::string card = "Card";
  std::string mobile_money = "Mobile money";
  std::string credit = "Credit";
};

struct ReceiptSetup {
  std::vector<std::string> header;  // the shop's name, address, tax number
  std::vector<std::string> footer;  // "Thank you!"
  std::string time;                 // local time, already as text
  std::string cashier;              // may be empty
  std::string customer;             // who bought, above all on credit; may be empty
  MoneyFormat money;                // how amounts are written
  ReceiptWords words;
};

/// One row of the document.
struct ReceiptRow {
  enum class Kind : std::uint8_t {
    header,  // centred: left
    text,    // left, and right where there is one
    item,    // left: name; right: amount
    detail,  // indented under an item: left, right
    total,   // the one that matters most: left, right
    tax,     // cells: rate, net, tax, gross
    tender,  // left, right
    rule,    // a line across
    footer,  // centred: left
  };
  Kind kind = Kind::text;
  std::string left;
  std::string right;
  std::vector<std::string> cells;  // of kind tax only: four
  bool operator==(const ReceiptRow&) const = default;
};

struct Receipt {
  std::vector<ReceiptRow> rows;
};

/// amount_overflow where the printed numbers cannot be added up.
Result<Receipt> make_receipt(const Sale&, const ReceiptSetup&);
Result<Receipt> make_receipt(const Refund&, const ReceiptSetup&);

inline constexpr std::size_t receipt_columns_narrow = 32;  // 58 mm paper
inline constexpr std::size_t receipt_columns_wide = 48;    // 80 mm paper
/// Plain text, each row one or more lines of at most `columns` code points, each ended by a line feed. Names
/// that are too long wrap at spaces. Requires columns ≥ 24.
std::string render(const Receipt&, std::size_t columns);

}  // namespace ringup
