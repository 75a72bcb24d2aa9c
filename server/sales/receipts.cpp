#include "server/sales/receipts.h"

#include <algorithm>
#include <iterator>

#include "core/sale/refund.h"
#include "server/http/http.h"
#include "server/sales/enrol.h"
#include "server/sales/json.h"

namespace ringup::sales {
namespace {

struct Symbol {
  std::string_view currency, symbol;
};
constexpr Symbol symbols[] = {{"EUR", "€"}, {"USD", "$"}, {"GBP", "£"}, {"JPY", "¥"}};
/// Where people write 1.234,50 €.
constexpr std::string_view comma_countries[] = {"AT", "BE", "DE", "DK", "ES", "FI", "FR", "GR", "IT",
                                                "LU", "NL", "NO", "PL", "PT", "SE", "SI", "SK"};

std::string cells(const std::vector<std::string>& texts) {
  std::string row = "<tr>";
  for (const std::string& text : texts) row += "<td>" + http::escape_html(text) + "</td>";
  return row + "</tr>\n";
}

}  // namespace

MoneyFormat money_format(const store::Settings& settings) {
  MoneyFormat format;
  for (const Symbol& known : symbols) {
    if (known.currency == settings.currency) format.symbol = known.symbol;
  }
  if (std::find(std::begin(comma_countries), std::end(comma_countries), settings.country) !=
      std::end(comma_countries)) {
    format.decimal_mark = ",";
    format.group_mark = ".";
    format.symbol_first = false;
  }
  return format;
}

Result<Receipt> receipt_of(const journal::Record& record, const store::Settings& settings,
                           const ReceiptFrame& frame) {
  ReceiptSetup setup;
  setup.header = receipt_header(settings);
  setup.footer = receipt_footer(settings);
  setup.time = local_text(record.at * 1000, frame.zone).substr(0, 16);  // to the minute
  setup.cashier = frame.cashier;
  setup.customer = frame.customer;
  setup.money = money_format(settings);
  if (record.kind == journal::Kind::sale) return make_receipt(TRY(read_sale_body(record.body)), setup);
  if (record.kind == journal::Kind::refund) return make_receipt(TRY(read_refund_body(record.body)), setup);
  return fail(Error::damaged, {}, "This record is neither a sale nor a refund.");
}

std::string receipt_html(const Receipt& receipt, std::string_view title) {
  using Kind = ReceiptRow::Kind;
  std::string html = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
                     http::escape_html(title) + "</title></head>\n<body><main>\n<table>\n";
  for (const ReceiptRow& row : receipt.rows) {
    switch (row.kind) {
      case Kind::header:
      case Kind::footer:
        html += "<tr><td colspan=\"4\" align=\"center\">" + http::escape_html(row.left) + "</td></tr>\n";
        break;
      case Kind::rule:
        html += "<tr><td colspan=\"4\"><hr></td></tr>\n";
        break;
      case Kind::tax:
        html += cells(row.cells);
        break;
      case Kind::total:
        html += "<tr><th colspan=\"3\" align=\"left\">" + http::escape_html(row.left) +
                "</th><th align=\"right\">" + http::escape_html(row.right) + "</th></tr>\n";
        break;
      case Kind::text:
      case Kind::item:
      case Kind::detail:
      case Kind::tender:
        html += "<tr><td colspan=\"3\">" + http::escape_html(row.left) + "</td><td align=\"right\">" +
                http::escape_html(row.right) + "</td></tr>\n";
        break;
    }
  }
  return html + "</table>\n</main></body></html>\n";
}

}  // namespace ringup::sales
