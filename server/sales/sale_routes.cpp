#include "core/base/time.h"
#include "server/sales/json.h"
#include "server/sales/sale_json.h"
#include "server/sales/sale_query.h"
#include "server/sales/sales.h"

namespace ringup::sales {
namespace {

constexpr std::int64_t till_sales_days = 100;  // how far back a till may look for a receipt
constexpr std::int64_t till_sales_max = 20;
constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

/// More sales than this are no export any more: choose a shorter time.
constexpr std::int64_t export_sales_max = 100'000;

bool wants_csv(const http::Request& request) {
  return request.header("accept").starts_with("text/csv");
}

/// All that the filter finds, whatever the page says.
Result<http::Response> export_csv(store::Database& db, const Id& tenant, store::SaleFilter filter) {
  filter.limit = export_sales_max + 1;
  const std::vector<store::SaleRow> rows = TRY(store::list_sales(db, tenant, filter));
  if (rows.size() > static_cast<std::size_t>(export_sales_max)) {
    return fail(Error::too_many, {},
                "More than " + std::to_string(export_sales_max) + " sales match; choose a shorter time.");
  }
  store::Names names(db, tenant);
  const Zone zone = TRY(store::tenant_zone(db, tenant));
  std::string text = csv_header();
  for (const store::SaleRow& row : rows) TRY(append_csv(text, db, names, tenant, zone, row));
  http::Response response = http::text_response(std::move(text), "text/csv; charset=utf-8");
  response.with("Content-Disposition", "attachment; filename=\"sales.csv\"").with("Vary", "Accept");
  return response;
}

}  // namespace

void Sales::add_sale_routes(http::Router& router, const http::Access& access) {
  router.add("GET", "/api/sales/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::sales_read));
    const Id tenant = principal.tenant;
    return store_.read([&](store::Database& db) -> Result<http::Response> {
      http::Page page;
      const store::SaleFilter filter = TRY(read_sale_filter(request, db, tenant, page));
      if (wants_csv(request)) return export_csv(db, tenant, filter);
      const std::vector<store::SaleRow> rows = TRY(store::list_sales(db, tenant, filter));
      store::Names names(db, tenant);
      std::vector<json::Object> items;
      for (const store::SaleRow& row : rows) items.push_back(TRY(row_json(db, names, tenant, row)));
      std::size_t at = 0;
      http::Response response = http::list_response(
          rows, page, [&](const store::SaleRow&) { return std::move(items[at++]); },
          [&](const store::SaleRow& row) {
            return write_cursor(store::order_key(row, filter.order), row.id);
          });
      return response.with("Vary", "Accept");
    });
  });

  router.add("GET", "/api/sales/{id}/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::sales_read));
               const Id id = TRY(request.parameter_id(0));
               return store_.read([&](store::Database& db) -> Result<http::Response> {
                 store::Names names(db, principal.tenant);
                 const FoundSale found = TRY(find_booked(db, principal.tenant, id));
                 return http::json_response(TRY(detail_json(db, names, principal.tenant, found)));
               });
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
               filter.kind = store::SaleFilter::Kind::sale;
               filter.from = now_us_() - till_sales_days * day_us;
               filter.limit = till_sales_max;
               json::Array items;
               TRY(store_.read([&](store::Database& db) -> Result<void> {
                 const auto till = TRY(store::find_till(db, principal.till));
                 if (!till || till->tenant != principal.tenant || till->revoked_at) return Error::forbidden;
                 filter.branch = till->branch;
                 for (const store::SaleRow& row : TRY(store::list_sales(db, till->tenant, filter))) {
                   if (row.receipt != *filter.receipt) continue;  // it only begins so
                   const FoundSale sale = TRY(find_booked(db, till->tenant, row.id));
                   json::Array refunds;
                   for (const Id& refund : TRY(store::refunds_of(db, till->tenant, row.id)))
                     refunds.push_back(TRY(find_booked(db, till->tenant, refund)).record.body);
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
}

}  // namespace ringup::sales
