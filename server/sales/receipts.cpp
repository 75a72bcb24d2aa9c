#include "server/sales/receipts.h"

#include "core/base/qr.h"
#include "core/sale/refund.h"
#include "server/http/http.h"
#include "server/sales/enrol.h"
#include "server/sales/json.h"

namespace ringup::sales {
namespace {

std::string cells(const std::vector<std::string>& texts) {
  std::string row = "<tr class=\"tax\">";
  for (const std::string& text : texts)
    row += (row.ends_with("tax\">") ? "<td>" : "<td align=\"right\">") + http::escape_html(text) + "</td>";
  return row + "</tr>\n";
}

std::string across(std::string_view name, const std::string& html) {
  return "<tr class=\"" + std::string(name) + "\"><td colspan=\"4\" align=\"center\">" + html +
         "</td></tr>\n";
}

std::string pair(std::string_view name, const ReceiptRow& row) {
  const std::string left = http::escape_html(row.left), right = http::escape_html(row.right);
  const std::string tag = row.kind == ReceiptRow::Kind::total ? "th" : "td";
  return "<tr class=\"" + std::string(name) + "\"><" + tag + " colspan=\"3\" align=\"left\">" + left + "</" +
         tag + "><" + tag + " align=\"right\">" + right + "</" + tag + "></tr>\n";
}

std::string qr_cell(const ReceiptRow& row) {
  const std::string words = http::escape_html(row.right), address = http::escape_html(row.left);
  const Result<QrCode> code = QrCode::of(row.left);
  return "<p>" + words + "</p>" + (code.ok() ? code->svg(words + ": " + address) : address);
}

}  // namespace

MoneyFormat money_format(const store::Settings& settings) {
  return receipt_format(settings.country, settings.currency);
}

Result<Receipt> receipt_of(const journal::Record& record, const store::Settings& settings,
                           const ReceiptFrame& frame) {
  ReceiptSetup setup;
  setup.header = receipt_header(settings);
  setup.footer = receipt_footer(settings);
  setup.time = local_text(record.at * 1000, frame.zone).substr(0, 16);  // to the minute
  setup.cashier = frame.cashier;
  setup.customer = frame.customer;
  setup.link = frame.link;
  setup.money = money_format(settings);
  if (record.kind == journal::Kind::sale) return make_receipt(TRY(read_sale_body(record.body)), setup);
  if (record.kind == journal::Kind::refund) return make_receipt(TRY(read_refund_body(record.body)), setup);
  return fail(Error::damaged, {}, "This record is neither a sale nor a refund.");
}

std::string receipt_table(const Receipt& receipt) {
  using Kind = ReceiptRow::Kind;
  std::string html = "<table class=\"receipt\">\n";
  for (const ReceiptRow& row : receipt.rows) {
    switch (row.kind) {
      case Kind::header:
        html += across("header", http::escape_html(row.left));
        break;
      case Kind::footer:
        html += across("footer", http::escape_html(row.left));
        break;
      case Kind::rule:
        html += across("rule", "<hr>");
        break;
      case Kind::qr:
        html += across("code", qr_cell(row));
        break;
      case Kind::tax:
        html += cells(row.cells);
        break;
      case Kind::total:
        html += pair("total", row);
        break;
      case Kind::item:
        html += pair("item", row);
        break;
      case Kind::detail:
        html += pair("detail", row);
        break;
      case Kind::text:
      case Kind::tender:
        html += pair("text", row);
        break;
    }
  }
  return html + "</table>\n";
}

std::string receipt_html(const Receipt& receipt, std::string_view title) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
         http::escape_html(title) + "</title></head>\n<body><main>\n" + receipt_table(receipt) +
         "</main></body></html>\n";
}

}  // namespace ringup::sales
