// Shifts: the list, one of them, and its X or Z report. Whoever may read sales may read these.
#include "server/sales/enrol.h"
#include "server/sales/json.h"
#include "server/sales/receipts.h"
#include "server/sales/sale_json.h"
#include "server/sales/sales.h"
#include "server/store/names.h"
#include "server/store/shifts.h"
#include "server/store/tills.h"

namespace ringup::sales {
namespace {

enum class Form : std::uint8_t { json, text, none };

/// The first of the forms we have that the client takes, in the client's order.
Form accepted_form(std::string_view accept) {
  if (accept.empty()) return Form::json;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    std::string_view type = accept.substr(0, end);
    accept.remove_prefix(std::min(end + 1, accept.size()));
    type = type.substr(0, type.find(';'));
    while (type.starts_with(' ')) type.remove_prefix(1);
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (type == "application/json" || type == "application/*" || type == "*/*") return Form::json;
    if (type == "text/plain" || type == "text/*") return Form::text;
  }
  return Form::none;
}

http::Response not_acceptable() {
  http::Response response =
      http::json_response(json::Object{{"type", "about:blank"},
                                       {"title", "Not acceptable"},
                                       {"status", 406},
                                       {"code", "not_acceptable"},
                                       {"detail", "A report can be had as application/json or text/plain."}},
                          406);
  response.content_type = "application/problem+json";
  return response;
}

Result<json::Object> shift_json(store::Database& db, store::Names& names, const Id& tenant,
                                const store::ShiftRow& shift) {
  const Currency currency = currency_of(shift.currency);
  const auto money = [&](const std::optional<Amount>& amount) {
    return amount ? to_json(Money{*amount, currency}) : json::Value();
  };
  std::optional<Amount> difference;
  if (shift.counted && shift.expected) difference = *shift.counted - *shift.expected;
  const store::ShiftSums sums = TRY(store::shift_sums(db, tenant, shift.id));
  return json::Object{{"id", shift.id},
                      {"till", shift.till},
                      {"till_name", TRY(names.till(shift.till))},
                      {"branch", shift.branch},
                      {"branch_name", TRY(names.branch(shift.branch))},
                      {"state", shift.closed_at ? "closed" : "open"},
                      {"opened_by", or_null(shift.opened_by)},
                      {"opened_by_name", shift.opened_by ? TRY(names.user(*shift.opened_by)) : std::string()},
                      {"opened_at", time_or_null(shift.opened_at)},
                      {"float", money(shift.float_amount)},
                      {"closed_by", or_null(shift.closed_by)},
                      {"closed_by_name", shift.closed_by ? TRY(names.user(*shift.closed_by)) : std::string()},
                      {"closed_at", time_or_null(shift.closed_at)},
                      {"sales", sums.sales},
                      {"refunds", sums.refunds},
                      {"takings", money(sums.takings)},
                      {"counted", money(shift.counted)},
                      {"expected", money(shift.expected)},
                      {"difference", money(difference)}};
}

Result<store::ShiftRow> known_shift(store::Database& db, const Id& tenant, const Id& id) {
  auto shift = TRY(store::find_shift(db, tenant, id));
  if (!shift) return Error::not_found;
  return std::move(*shift);
}

std::string text_time(const std::optional<std::int64_t>& us, const Zone& zone) {
  return us ? local_text(*us, zone).substr(0, 16) : std::string();  // to the minute
}

}  // namespace

void Sales::add_shift_routes(http::Router& router, const http::Access& access) {
  router.add("GET", "/api/shifts/", [this, access](const http::Request& request) -> Result<http::Response> {
    const Principal principal = TRY(access.user_with(request, Right::sales_read));
    const http::Page page = TRY(http::read_page(request, {"till", "branch", "state"}));
    const Id cursor = TRY(page.cursor_id());
    store::ShiftFilter filter;
    filter.till = TRY(query_id(request, "till"));
    filter.branch = TRY(query_id(request, "branch"));
    if (const auto state = request.query_value("state")) {
      if (*state == "open") {
        filter.state = store::ShiftFilter::State::open;
      } else if (*state == "closed") {
        filter.state = store::ShiftFilter::State::closed;
      } else {
        return fail(Error::invalid_value, "state", "One of open, closed.");
      }
    }
    if (!cursor.is_nil()) filter.before = cursor;
    filter.limit = page.limit + 1;
    return store_.read([&](store::Database& db) -> Result<http::Response> {
      const auto shifts = TRY(store::list_shifts(db, principal.tenant, filter));
      store::Names names(db, principal.tenant);
      std::vector<json::Object> items;
      for (const store::ShiftRow& shift : shifts)
        items.push_back(TRY(shift_json(db, names, principal.tenant, shift)));
      std::size_t at = 0;
      return http::list_response(
          shifts, page, [&](const store::ShiftRow&) { return std::move(items[at++]); },
          [](const store::ShiftRow& shift) { return to_string(shift.id); });
    });
  });

  router.add("GET", "/api/shifts/{id}/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::sales_read));
               const Id id = TRY(request.parameter_id(0));
               return store_.read([&](store::Database& db) -> Result<http::Response> {
                 store::Names names(db, principal.tenant);
                 const store::ShiftRow shift = TRY(known_shift(db, principal.tenant, id));
                 return http::json_response(TRY(shift_json(db, names, principal.tenant, shift)));
               });
             });

  router.add(
      "GET", "/api/shifts/{id}/report/",
      [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::sales_read));
        const Id id = TRY(request.parameter_id(0));
        const Form form = accepted_form(request.header("accept"));
        if (form == Form::none) return not_acceptable();
        return store_.read([&](store::Database& db) -> Result<http::Response> {
          store::Names names(db, principal.tenant);
          const store::ShiftRow shift = TRY(known_shift(db, principal.tenant, id));
          const ShiftReport report = TRY(store::read_shift_report(db, names, principal.tenant, shift));
          if (form == Form::json) return http::json_response(to_json(report)).with("Vary", "Accept");
          const store::Settings settings = TRY(store::read_settings(db, principal.tenant, shift.branch));
          const Zone zone = TRY(store::tenant_zone(db, principal.tenant));
          ReceiptSetup setup;
          setup.header = receipt_header(settings);
          setup.money = money_format(settings);
          setup.time = text_time(now_us_(), zone);
          const ShiftTimes times{text_time(report.opened_at, zone), text_time(report.closed_at, zone)};
          return http::text_response(render(make_shift_receipt(report, setup, times), receipt_columns_wide))
              .with("Vary", "Accept");
        });
      });
}

}  // namespace ringup::sales
