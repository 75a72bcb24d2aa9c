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
  std::string online = "This receipt online";
};

/// What a receipt or report calls a way to pay.
const std::string& name_of(const ReceiptWords& words, TenderKind kind);

struct ReceiptSetup {
  std::vector<std::string> header;  // the shop's name, address, tax number
  std::vector<std::string> footer;  // "Thank you!"
  std::string time;                 // local time, already as text
  std::string cashier;              // may be empty
  std::string customer;             // who bought, above all on credit; may be empty
  std::string link;                 // address of the receipt's page, printed as a QR code; may be empty
  MoneyFormat money;                // how amounts are written
  ReceiptWords words;
};

/// How amounts are written on receipts of a country: "1.234,50 €" in most of the continent, "€ 1,234.50"
/// elsewhere. One place, so that till and server print the same.
MoneyFormat receipt_format(std::string_view country, std::string_view currency);

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
    qr,      // centred: right, and under it left as a QR code
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
/// Any text under a title, for the same paper: reports, a page to try a printer with. Each line of `text`
/// becomes a row; one of nothing but hyphens becomes a rule.
Receipt make_document(std::string_view title, std::string_view text);

/// Where a receipt's page stands: "https://shop.example/r/019aa5a2-…". A till knows it before the server has
/// the sale, because the id of a sale is made at the till. The address is all that opens the page, and that
/// is enough: 74 of the id's bits are random, so nobody finds one by trying, and the page names no customer
/// and of the cashier the first name only. Empty where the origin is.
std::string receipt_link(std::string_view origin, const Id& sale);

inline constexpr std::size_t receipt_columns_narrow = 32;  // 58 mm paper
inline constexpr std::size_t receipt_columns_wide = 48;    // 80 mm paper
/// One line on paper: at most `columns` code points; of kind qr the text of the code, however long.
struct ReceiptLine {
  ReceiptRow::Kind kind = ReceiptRow::Kind::text;
  std::string text;
  std::size_t row = 0;  // of the receipt that it belongs to
};
/// The rows broken into one or more lines each. Names that are too long wrap at spaces. Requires columns
/// ≥ 24.
std::vector<ReceiptLine> lay_out(const Receipt&, std::size_t columns);
/// These lines as plain text, each ended by a line feed; a QR code is written as the text that it holds.
std::string render(const Receipt&, std::size_t columns);

}  // namespace ringup
