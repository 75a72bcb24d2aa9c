#include <charconv>

#include "core/base/time.h"
#include "core/base/zone.h"
#include "core/sale/dashboard.h"
#include "server/reports/reports.h"
#include "server/store/reports.h"

namespace ringup::reports {
namespace {

/// Puts the parameter's name into what a reader says.
template <class T>
Result<T> named(Result<T> result, std::string_view name) {
  if (!result.ok()) result.failure().where = name;
  return result;
}

Result<std::optional<Id>> id_in(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::optional<Id>();
  const Result<Id> id = parse_id(*text);
  if (!id.ok()) return fail(Error::invalid_value, std::string(name), "Give an id.");
  return std::optional(*id);
}

Result<std::int64_t> number_in(const http::Request& request, std::string_view name, std::int64_t min,
                               std::int64_t max, std::int64_t otherwise) {
  const auto text = request.query_value(name);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (code != std::errc() || end != text->data() + text->size() || number < min || number > max) {
    return fail(Error::out_of_range, std::string(name),
                "Give a number from " + std::to_string(min) + " to " + std::to_string(max) + ".");
  }
  return number;
}

bool wants_csv(const http::Request& request) {
  if (const auto format = request.query_value("format")) return *format == "csv";
  return request.header("accept").starts_with("text/csv");
}

Result<store::ReportQuery> read_query(const http::Request& request, std::int64_t today) {
  TRY(request.allow_query(
      {"by", "from", "to", "branch", "till", "user", "category", "sort", "limit", "cursor", "format"}));
  store::ReportQuery query;
  const std::string_view by = request.query_value("by").value_or("day");
  const auto known = parse_report_by(by);
  if (!known) {
    std::string all;
    for (int i = 0; i < report_by_count; ++i)
      all += (i > 0 ? ", " : "") + std::string(to_string(static_cast<ReportBy>(i)));
    return fail(Error::invalid_value, "by", "Reports are made by " + all + ".");
  }
  query.by = *known;
  const auto from = request.query_value("from"), to = request.query_value("to");
  query.to = to ? TRY(named(parse_date(*to), "to")) : today;
  query.from = from ? TRY(named(parse_date(*from), "from")) : query.to - (days_default - 1);
  query.branch = TRY(id_in(request, "branch"));
  query.till = TRY(id_in(request, "till"));
  query.user = TRY(id_in(request, "user"));
  query.category = TRY(id_in(request, "category"));
  std::string_view sort = request.query_value("sort").value_or("");
  query.descending = sort.starts_with('-');
  if (query.descending) sort.remove_prefix(1);
  query.sort = sort;
  if (const auto format = request.query_value("format"); format && *format != "csv" && *format != "json")
    return fail(Error::invalid_value, "format", "Either json or csv.");
  query.limit = TRY(number_in(request, "limit", 1, rows_max, rows_default));
  query.skip = TRY(number_in(request, "cursor", 0, 1'000'000'000, 0));
  return query;
}

Result<http::Response> sales_report(store::Store& store, const Id& tenant, const http::Request& request,
                                    std::int64_t now_us) {
  const bool csv = wants_csv(request);
  const Report report = TRY(store.read([&](store::Database& db) -> Result<Report> {
    const store::FoldRules rules = TRY(store::read_fold_rules(db, tenant));
    store::ReportQuery query = TRY(read_query(request, rules.zone.day(now_us)));
    if (csv) query.limit = query.skip = 0;
    return store::make_report(db, tenant, query);
  }));
  if (!csv) return http::json_response(to_json(report)).with("Vary", "Accept");
  http::Response response = http::text_response(to_csv(report), "text/csv; charset=utf-8; header=present");
  const std::string name =
      "sales-by-" + std::string(to_string(report.by)) + '-' + report.from + "-to-" + report.to + ".csv";
  response.with("Content-Disposition", "attachment; filename=\"" + name + '"');
  return response.with("Vary", "Accept");
}

Dashboard::Figures figures_of(const store::DayFigures& day) {
  ReportRow row;
  row.sales = day.sales;
  row.gross = day.gross;
  row.refunded = day.refunded;
  return {day.gross, day.sales, row.average(), day.refunds, day.refunded};
}

Result<http::Response> dashboard(store::Store& store, const Id& tenant, const http::Request& request,
                                 std::int64_t now_us) {
  TRY(request.allow_query({"branch"}));
  const std::optional<Id> branch = TRY(id_in(request, "branch"));
  Dashboard out;
  TRY(store.read([&](store::Database& db) -> Result<void> {
    const store::DayNow day = TRY(store::read_day(db, tenant, branch, now_us));
    store::ReportQuery query;
    query.by = ReportBy::product;
    query.from = query.to = day.today.day;
    query.branch = branch;
    query.limit = best_sellers;
    const Report best = TRY(store::make_report(db, tenant, query));
    out.now = to_rfc3339(now_us);
    out.day = date_text(day.today.day);
    out.compared_with = date_text(day.before.day);
    out.time_zone = day.rules.zone.name();
    out.currency = best.currency;
    out.today = figures_of(day.today);
    out.before = figures_of(day.before);
    for (std::size_t i = 0; i < day.today.hours.size(); ++i) {
      out.hours.push_back({day.today.hours[i].gross, day.before.hours[i].gross, day.today.hours[i].sales,
                           day.before.hours[i].sales});
    }
    for (const ReportRow& row : best.items) {
      const Result<Id> product = parse_id(row.key);
      out.best_sellers.push_back({product.ok() ? std::optional(*product) : std::nullopt, row.sku, row.name,
                                  row.quantity, row.gross});
    }
    out.open_tasks = day.open_tasks;
    return {};
  }));
  return http::json_response(to_json(out));
}

}  // namespace

void add_routes(http::Router& router, store::Store& store, const http::Access& access, Roller& roller,
                std::function<std::int64_t()> now_us) {
  router.add("GET", "/api/reports/sales/",
             [&store, access, &roller, now_us](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::reports_read));
               roller.nudge();
               return sales_report(store, principal.tenant, request, now_us());
             });
  router.add("GET", "/api/reports/dashboard/",
             [&store, access, now_us](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::reports_read));
               return dashboard(store, principal.tenant, request, now_us());
             });
}

}  // namespace ringup::reports
