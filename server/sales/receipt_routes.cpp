// Receipts for people of the shop (by the API) and for whoever holds the paper (by the page behind its QR
// code).
#include "core/sale/escpos.h"
#include "server/http/accept.h"
#include "server/http/https.h"
#include "server/pages/assets.h"
#include "server/sales/json.h"
#include "server/sales/receipts.h"
#include "server/sales/sale_json.h"
#include "server/sales/sales.h"
#include "server/store/tenants.h"

namespace ringup::sales {
namespace {

constexpr std::string_view text_type = "text/plain", html_type = "text/html",
                           xhtml_type = "application/xhtml+xml", escpos_type = "application/vnd.escpos";

http::Response not_acceptable() {
  http::Response response = http::json_response(
      json::Object{{"type", "about:blank"},
                   {"title", "Not acceptable"},
                   {"status", 406},
                   {"code", "not_acceptable"},
                   {"detail", "A receipt can be had as text/plain, text/html or application/vnd.escpos."}},
      406);
  response.content_type = "application/problem+json";
  return response;
}

Result<std::size_t> columns_of(const http::Request& request) {
  const auto text = request.query_value("columns");
  if (!text || *text == std::to_string(receipt_columns_wide)) return receipt_columns_wide;
  if (*text == std::to_string(receipt_columns_narrow)) return receipt_columns_narrow;
  return fail(Error::invalid_value, "columns", "Paper has 32 columns (58 mm) or 48 (80 mm).");
}

/// A booked sale with what its receipt needs to be written.
struct Found {
  FoundSale sale;
  store::Settings settings;
  ReceiptFrame frame;
};
Result<Found> find(store::Database& db, const Id& tenant, const Id& id) {
  Found found{TRY(find_booked(db, tenant, id)), {}, {}};
  found.settings = TRY(store::read_settings(db, tenant, found.sale.row.branch));
  found.frame.zone = TRY(store::tenant_zone(db, tenant));
  return found;
}

// --- the page ---

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

/// shell/receipt.html with its three places filled in.
Result<http::Response> page(int status, std::string_view title, std::string_view over,
                            const std::string& body) {
  const Asset* asset = find_asset("/receipt.html");
  if (asset == nullptr) return Error::not_found;
  std::string html(reinterpret_cast<const char*>(asset->raw.data()), asset->raw.size());
  replace_all(html, "<!-- title -->", http::escape_html(title));
  replace_all(html, "<!-- over -->", http::escape_html(over));
  replace_all(html, "<!-- body -->", body);
  http::Response response = http::text_response(std::move(html), "text/html; charset=utf-8", status);
  response.with("Cache-Control", "private, no-store").with("X-Robots-Tag", "noindex, nofollow");
  return response;
}

/// The same for a sale that is still on its way and for one that never was: who tries ids learns nothing.
Result<http::Response> missing_page() {
  return page(
      404, "Receipt", {},
      "<section class=\"note\"><h1>Not here yet</h1>\n"
      "<p>This receipt has not reached the shop’s server yet. It will be here once the till has been "
      "online.</p>\n<p class=\"soft\">Try again later, and keep the paper until then.</p></section>\n");
}

std::string link_to(const Id& id, std::string_view words) {
  return "<a href=\"/r/" + to_string(id) + "\">" + http::escape_html(words) + "</a>";
}

/// What happened to the sale since: a sentence each.
Result<std::string> notes_of(store::Database& db, const Id& tenant, const Found& found) {
  const store::SaleRow& row = found.sale.row;
  const MoneyFormat format = receipt_format(found.settings.country, row.currency);
  std::string notes;
  if (row.voided_by)
    notes +=
        "<p class=\"note bad\"><strong>Cancelled.</strong> The shop has taken this receipt back: it is no "
        "proof "
        "of a purchase.</p>\n";
  if (row.refund_of)
    notes += "<p class=\"note\">Money was given back against " + link_to(*row.refund_of, "this receipt") +
             ".</p>\n";
  for (const store::SaleRow& refund : TRY(store::refund_rows(db, tenant, row.id))) {
    if (refund.voided_by) continue;
    const std::string amount = format_money({-refund.total, currency_of(refund.currency)}, format);
    notes += "<p class=\"note\"><strong>" + http::escape_html(amount) + " given back</strong> on " +
             local_text(refund.sold_at, found.frame.zone).substr(0, 10) + ": " +
             link_to(refund.id, refund.receipt) + "</p>\n";
  }
  return notes;
}

}  // namespace

Result<http::Response> Sales::receipt(const http::Request& request, const http::Access& access) const {
  const Principal principal = TRY(access.user_with(request, Right::sales_read));
  TRY(request.allow_query({"columns"}));
  const Id id = TRY(request.parameter_id(0));
  const std::size_t columns = TRY(columns_of(request));
  const std::string_view type =
      http::best_type(request.header("accept"), {text_type, html_type, xhtml_type, escpos_type});
  if (type.empty()) return not_acceptable();
  const Found found = TRY(store_.read([&](store::Database& db) -> Result<Found> {
    Found one = TRY(find(db, principal.tenant, id));
    store::Names names(db, principal.tenant);
    one.frame.cashier = TRY(names.user(one.sale.row.user));
    if (one.sale.row.customer) one.frame.customer = TRY(names.customer(*one.sale.row.customer));
    one.frame.link = receipt_link(TRY(origin_of(db, request, principal.tenant)), id);
    return one;
  }));
  const Receipt receipt = TRY(receipt_of(found.sale.record, found.settings, found.frame));
  http::Response response;
  if (type == text_type)
    response = http::text_response(render(receipt, columns));
  else if (type == escpos_type)
    response = http::text_response(escpos(receipt, {.columns = columns}), std::string(escpos_type));
  else
    response = http::text_response(receipt_html(receipt, found.sale.row.receipt), "text/html; charset=utf-8");
  return std::move(response.with("Vary", "Accept"));
}

Result<http::Response> Sales::receipt_page(const http::Request& request) {
  const std::int64_t now = now_us_();
  TRY(receipt_guesses_.check(request.remote_address, now));
  const Result<Id> id = request.parameter_id(0);
  std::string title, over, body;
  const Result<void> found = store_.read([&](store::Database& db) -> Result<void> {
    if (!id.ok()) return Error::not_found;
    // At a business's own host only its receipts are found.
    const auto own = TRY(store::find_tenant_by_host(db, http::host_of(request.header("host")).host));
    const auto tenant = own ? std::optional(own->id) : TRY(store::tenant_of_sale(db, *id));
    if (!tenant) return Error::not_found;
    Found one = TRY(find(db, *tenant, *id));
    store::Names names(db, *tenant);
    one.frame.cashier = TRY(names.first_name(one.sale.row.user));
    const Receipt receipt = TRY(receipt_of(one.sale.record, one.settings, one.frame));
    title = (one.sale.row.kind == "refund" ? "Refund " : "Receipt ") + one.sale.row.receipt;
    over = one.settings.business;
    body = "<h1>" + http::escape_html(title) + "</h1>\n" + TRY(notes_of(db, *tenant, one)) +
           "<article class=\"paper\">\n" + receipt_table(receipt) + "</article>\n";
    return {};
  });
  if (found.ok()) return page(200, title, over, body);
  if (found.error() != Error::not_found) return found.failure();
  receipt_guesses_.count(request.remote_address, now);
  return missing_page();
}

void Sales::add_receipt_routes(http::Router& router, const http::Access& access) {
  router.add("GET", "/api/sales/{id}/receipt/",
             [this, access](const http::Request& request) { return receipt(request, access); });
  router.add("GET", "/r/{id}/", [this](const http::Request& request) { return receipt_page(request); });
}

}  // namespace ringup::sales
