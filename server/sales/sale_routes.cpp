#include "core/base/time.h"
#include "server/sales/json.h"
#include "server/sales/receipts.h"
#include "server/sales/sales.h"
#include "server/store/journal.h"
#include "server/store/sales.h"
#include "server/store/tasks.h"

namespace ringup::sales {
namespace {

constexpr std::int64_t till_sales_days = 100;  // how far back a till may look for a receipt
constexpr std::int64_t till_sales_max = 20;
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

json::Value flags_json(std::uint32_t bits) {
  json::Array names;
  const journal::Flags flags(bits);
  for (int i = 0; i < journal::flag_count; ++i) {
    const auto flag = static_cast<journal::Flag>(i);
    if (flags.has(flag)) names.emplace_back(journal::flag_name(flag));
  }
  return names;
}

json::Object row_json(const store::SaleRow& row) {
  const Currency currency = parse_currency(row.currency).ok() ? *parse_currency(row.currency) : Currency{};
  const auto money = [&](Amount amount) { return to_json(Money{amount, currency}); };
  return json::Object{{"id", row.id},
                      {"kind", row.kind},
                      {"receipt", row.receipt},
                      {"till", row.till},
                      {"branch", row.branch},
                      {"user", row.user},
                      {"shift", or_null(row.shift)},
                      {"customer", or_null(row.customer)},
                      {"refund_of", or_null(row.refund_of)},
                      {"voided_by", or_null(row.voided_by)},
                      {"sold_at", to_rfc3339(row.sold_at)},
                      {"net", money(row.net)},
                      {"tax", money(row.tax)},
                      {"total", money(row.total)},
                      {"discount", money(row.discount)},
                      {"rounding", money(row.rounding)},
                      {"change", money(row.change)},
                      {"flags", flags_json(row.flags)}};
}

/// The body of a booked sale or refund, whichever it is.
Result<Sale> body_of(const journal::Record& record) {
  if (record.kind == journal::Kind::sale) return read_sale_body(record.body);
  return TRY(read_refund_body(record.body)).body;
}

json::Value detail_json(const store::SaleRow& row, const Sale& sale) {
  const auto money = [&](Amount amount) { return to_json(Money{amount, sale.currency}); };
  json::Object out = row_json(row);
  json::Array lines, tenders, roundings;
  for (const SaleLine& line : sale.lines) {
    lines.push_back(
        json::Object{{"line", line.line},
                     {"product", line.product.is_nil() ? json::Value() : json::Value(line.product)},
                     {"sku", line.sku},
                     {"name", line.name},
                     {"quantity", to_decimal(line.quantity)},
                     {"unit_price", to_decimal(line.unit_price, sale.currency)},
                     {"tax_class", line.tax_class},
                     {"rate", line.rate.ppm},
                     {"discount", money(line.discount)},
                     {"discount_reason", line.discount_reason},
                     {"net", money(line.amounts.net)},
                     {"tax", money(line.amounts.tax)},
                     {"gross", money(line.amounts.gross)}});
  }
  for (const Tender& tender : sale.tenders) {
    tenders.push_back(json::Object{
        {"kind", to_string(tender.kind)}, {"amount", money(tender.amount)}, {"reference", tender.reference}});
  }
  for (const Rounding& rounding : sale.roundings)
    roundings.push_back(json::Object{{"step", rounding.step}, {"amount", money(rounding.amount)}});
  out.push_back({"lines", std::move(lines)});
  out.push_back({"tenders", std::move(tenders)});
  out.push_back({"roundings", std::move(roundings)});
  out.push_back(
      {"rules", json::Object{{"mode", to_string(sale.rules.mode)}, {"tax", to_string(sale.rules.tax)}}});
  return out;
}

struct Found {
  store::SaleRow row;
  journal::Record record;
};
/// The row and the record of a sale; not_found.
Result<Found> find(store::Database& db, const Id& tenant, const Id& id) {
  auto row = TRY(store::find_sale(db, tenant, id));
  if (!row) return Error::not_found;
  return Found{*row, TRY(journal::read_record(TRY(store::booked_record(db, tenant, id))))};
}

enum class Form { text, html, none };
/// The first of the forms we have that the client takes, in the client's order; quality values are not
/// weighed.
Form accepted_form(std::string_view accept) {
  if (accept.empty()) return Form::text;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    std::string_view type = accept.substr(0, end);
    accept.remove_prefix(std::min(end + 1, accept.size()));
    type = type.substr(0, type.find(';'));
    while (type.starts_with(' ')) type.remove_prefix(1);
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (type == "text/html" || type == "application/xhtml+xml") return Form::html;
    if (type == "text/plain" || type == "text/*" || type == "*/*") return Form::text;
  }
  return Form::none;
}

http::Response not_acceptable() {
  http::Response response =
      http::json_response(json::Object{{"type", "about:blank"},
                                       {"title", "Not acceptable"},
                                       {"status", 406},
                                       {"code", "not_acceptable"},
                                       {"detail", "A receipt can be had as text/plain or text/html."}},
                          406);
  response.content_type = "application/problem+json";
  return response;
}

json::Value shift_json(const store::ShiftRow& shift) {
  const Currency currency =
      parse_currency(shift.currency).ok() ? *parse_currency(shift.currency) : Currency{};
  const auto money = [&](const std::optional<Amount>& amount) {
    return amount ? to_json(Money{*amount, currency}) : json::Value();
  };
  return json::Object{{"id", shift.id},
                      {"till", shift.till},
                      {"branch", shift.branch},
                      {"opened_by", or_null(shift.opened_by)},
                      {"opened_at", time_or_null(shift.opened_at)},
                      {"float", money(shift.float_amount)},
                      {"closed_by", or_null(shift.closed_by)},
                      {"closed_at", time_or_null(shift.closed_at)},
                      {"counted", money(shift.counted)},
                      {"expected", money(shift.expected)}};
}

}  // namespace

void Sales::add_sale_routes(http::Router& router, const http::Access& access) {
  router.add("GET", "/api/sales/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::sales_read));
    const http::Page page =
        TRY(http::read_page(request, {"from", "to", "till", "branch", "user", "kind", "receipt"}));
    store::SaleFilter filter;
    filter.from = TRY(query_time(request, "from"));
    filter.to = TRY(query_time(request, "to"));
    filter.till = TRY(query_id(request, "till"));
    filter.branch = TRY(query_id(request, "branch"));
    filter.user = TRY(query_id(request, "user"));
    filter.kind = request.query_value("kind");
    filter.receipt = request.query_value("receipt");
    if (filter.kind && *filter.kind != "sale" && *filter.kind != "refund")
      return fail(Error::invalid_value, "kind", "Either sale or refund.");
    filter.after = TRY(read_cursor(page));
    filter.limit = page.limit + 1;
    const std::vector<store::SaleRow> rows = TRY(
        store_.read([&](store::Database& db) { return store::list_sales(db, principal.tenant, filter); }));
    return http::list_response(rows, page, row_json,
                               [](const store::SaleRow& row) { return write_cursor(row.sold_at, row.id); });
  });

  router.add("GET", "/api/sales/{id}/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::sales_read));
               const Id id = TRY(request.parameter_id(0));
               const Found found =
                   TRY(store_.read([&](store::Database& db) { return find(db, principal.tenant, id); }));
               return http::json_response(detail_json(found.row, TRY(body_of(found.record))));
             });

  router.add("GET", "/api/sales/{id}/receipt/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::sales_read));
               const Id id = TRY(request.parameter_id(0));
               const Form form = accepted_form(request.header("accept"));
               if (form == Form::none) return not_acceptable();
               store::Settings settings;
               const Found found = TRY(store_.read([&](store::Database& db) -> Result<Found> {
                 Found sale = TRY(find(db, principal.tenant, id));
                 settings = TRY(store::read_settings(db, principal.tenant, sale.row.branch));
                 return sale;
               }));
               const Receipt receipt = TRY(receipt_of(found.record, settings));
               http::Response response = form == Form::html
                                             ? http::text_response(receipt_html(receipt, found.row.receipt),
                                                                   "text/html; charset=utf-8")
                                             : http::text_response(render(receipt, receipt_columns_wide));
               return response.with("Vary", "Accept");
             });

  // For refunds against a receipt of another till of the branch; bodies in the form of the journal.
  router.add("GET", "/api/till/sales/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const http::TillPrincipal principal = TRY(access.till(request));
               TRY(request.allow_query({"receipt"}));
               store::SaleFilter filter;
               filter.receipt = request.query_value("receipt");
               if (!filter.receipt)
                 return fail(Error::missing_member, "receipt", "Say which receipt is meant.");
               filter.kind = "sale";
               filter.from = now_us_() - till_sales_days * day_us;
               filter.limit = till_sales_max;
               json::Array items;
               TRY(store_.read([&](store::Database& db) -> Result<void> {
                 const auto till = TRY(store::find_till(db, principal.till));
                 if (!till || till->tenant != principal.tenant || till->revoked_at) return Error::forbidden;
                 filter.branch = till->branch;
                 for (const store::SaleRow& row : TRY(store::list_sales(db, till->tenant, filter))) {
                   const Found sale = TRY(find(db, till->tenant, row.id));
                   json::Array refunds;
                   for (const Id& refund : TRY(store::refunds_of(db, till->tenant, row.id)))
                     refunds.push_back(TRY(find(db, till->tenant, refund)).record.body);
                   items.push_back(json::Object{{"id", row.id},
                                                {"till", row.till},
                                                {"sold_at", to_rfc3339(row.sold_at)},
                                                {"voided", row.voided_by.has_value()},
                                                {"sale", sale.record.body},
                                                {"refunds", std::move(refunds)}});
                 }
                 return {};
               }));
               return http::json_response(json::Object{{"items", std::move(items)}, {"next", nullptr}});
             });

  router.add("GET", "/api/shifts/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::sales_read));
    const http::Page page = TRY(http::read_page(request));
    const Id cursor = TRY(page.cursor_id());
    const std::optional<Id> before = cursor.is_nil() ? std::nullopt : std::optional(cursor);
    const std::vector<store::ShiftRow> shifts = TRY(store_.read([&](store::Database& db) {
      return store::list_shifts(db, principal.tenant, before, page.limit + 1);
    }));
    return http::list_response(shifts, page, shift_json,
                               [](const store::ShiftRow& shift) { return to_string(shift.id); });
  });

  router.add("GET", "/api/tasks/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::sales_read));
    const http::Page page = TRY(http::read_page(request));
    const auto after = TRY(read_cursor(page));
    const std::vector<store::Task> tasks = TRY(store_.read(
        [&](store::Database& db) { return store::open_tasks(db, principal.tenant, after, page.limit + 1); }));
    return http::list_response(
        tasks, page,
        [](const store::Task& task) {
          return json::Object{{"id", task.id},
                              {"kind", task.kind},
                              {"subject", task.subject},
                              {"detail", task.detail},
                              {"created_at", to_rfc3339(task.created_at)}};
        },
        [](const store::Task& task) { return write_cursor(task.created_at, task.id); });
  });
}

}  // namespace ringup::sales
