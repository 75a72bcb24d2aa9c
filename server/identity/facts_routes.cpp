// The facts of the business that its owner may change: name, time zone, cash rounding, what receipts say, how
// its scales print labels.
#include <algorithm>

#include "core/base/utf8.h"
#include "core/catalogue/barcode.h"
#include "server/http/audited.h"
#include "server/identity/routes.h"
#include "server/store/catalogue_version.h"
#include "server/store/zones.h"

namespace ringup::identity {
namespace {

constexpr std::size_t name_bytes_max = 400;
constexpr std::size_t footer_bytes_max = 2400, footer_line_bytes_max = 200, footer_lines_max = 12;
constexpr std::int64_t cash_rounding_max = 1000;  // minor units
constexpr std::size_t scale_pattern_bytes_max = 40;

json::Value facts_json(const store::Tenant& tenant) {
  json::Value facts = tenant_json(tenant);
  json::Object& members = *facts.as_object();
  members.push_back({"cash_rounding", tenant.cash_rounding});
  members.push_back({"cash_rounding_halves", tenant.cash_rounding_halves});
  members.push_back({"receipt_footer", tenant.receipt_footer});
  auto patterns = json::parse(tenant.barcode_patterns);
  members.push_back({"scale_patterns", patterns.ok() ? std::move(patterns).value() : json::Array{}});
  return facts;
}

/// Lines as receipts print them: nothing that steers a printer.
Result<std::string> read_footer(std::string_view text) {
  std::size_t lines = 0;
  for (std::string_view rest = text; !rest.empty(); ++lines) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > footer_line_bytes_max)
      return fail(Error::limit_exceeded, "receipt_footer", "A line of a receipt has at most 200 bytes.");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (lines > footer_lines_max)
    return fail(Error::too_many, "receipt_footer", "A receipt ends with at most 12 lines.");
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F);
  });
  if (control || !utf8::valid(text))
    return fail(Error::invalid_value, "receipt_footer", "A receipt has no control characters.");
  return std::string(text);
}

/// As the tills read them: what a till could not use is refused here.
Result<std::string> read_scale_patterns(const json::Array& items) {
  json::Array patterns;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string path = "scale_patterns." + std::to_string(i);
    json::Reader in = TRY(json::Reader::object(items[i], path));
    const std::string text(TRY(in.string("text", scale_pattern_bytes_max)));
    const std::string value(TRY(in.string("value", 10)));
    TRY(in.done());
    if (value != "price" && value != "weight")
      return fail(Error::invalid_value, path + ".value", "A label holds a price or a weight.");
    const ScalePattern pattern{text,
                               value == "weight" ? ScalePattern::Value::weight : ScalePattern::Value::price};
    if (Result<void> good = check(pattern); !good.ok())
      return fail(good.failure().error, path + ".text", good.failure().detail);
    patterns.push_back(json::Object{{"text", text}, {"value", value}});
  }
  return json::dump(patterns);
}

struct Change {
  std::optional<std::string> name, time_zone, footer, halves, patterns;
  std::optional<std::int64_t> rounding;
};

Result<Change> read_change(const http::Request& request) {
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  Change change;
  if (const auto name = TRY(in.optional_string("name", name_bytes_max))) {
    change.name = TRY(read_person_name(*name, "name"));
    if (change.name->empty() || utf8::length(*change.name) > 100)
      return fail(Error::invalid_value, "name", "Give a name of 1 to 100 characters.");
  }
  if (const auto zone = TRY(in.optional_string("time_zone", 60))) {
    if (!store::find_zone(*zone))
      return fail(Error::invalid_value, "time_zone",
                  "This time zone is not known. Use a name like Europe/Berlin.");
    change.time_zone = *zone;
  }
  if (const auto footer = TRY(in.optional_string("receipt_footer", footer_bytes_max)))
    change.footer = TRY(read_footer(*footer));
  change.rounding = TRY(in.optional_integer("cash_rounding", 0, cash_rounding_max));
  if (const auto halves = TRY(in.optional_string("cash_rounding_halves", 10))) {
    if (*halves != "up" && *halves != "down")
      return fail(Error::invalid_value, "cash_rounding_halves", "Halves go up or down.");
    change.halves = *halves;
  }
  if (in.find("scale_patterns") != nullptr)
    change.patterns = TRY(read_scale_patterns(*TRY(in.array("scale_patterns", scale_patterns_max))));
  TRY(in.done());
  return change;
}

Result<store::Tenant> tenant_of(store::Database& db, const Principal& principal) {
  const auto tenant = TRY(store::find_tenant(db, principal.tenant));
  if (!tenant.has_value()) return Error::invalid_token;
  return *tenant;
}

Result<http::Response> read_facts(Accounts& accounts, const Principal& principal,
                                  const http::Request& request) {
  TRY(request.allow_query({}));
  return http::json_response(
      facts_json(TRY(accounts.store().read([&](store::Database& db) { return tenant_of(db, principal); }))));
}

Result<http::Response> change_facts(Accounts& accounts, const Principal& principal,
                                    const http::Request& request) {
  const Change change = TRY(read_change(request));
  const auto write = [&](store::Database& db) -> Result<store::Tenant> {
    store::Tenant tenant = TRY(tenant_of(db, principal));
    const bool rules = change.rounding.value_or(tenant.cash_rounding) != tenant.cash_rounding ||
                       change.halves.value_or(tenant.cash_rounding_halves) != tenant.cash_rounding_halves ||
                       change.patterns.value_or(tenant.barcode_patterns) != tenant.barcode_patterns;
    if (change.name) tenant.name = *change.name;
    if (change.footer) tenant.receipt_footer = *change.footer;
    if (change.rounding) tenant.cash_rounding = *change.rounding;
    if (change.halves) tenant.cash_rounding_halves = *change.halves;
    if (change.patterns) tenant.barcode_patterns = *change.patterns;
    TRY(store::update_tenant(db, tenant));
    if (change.time_zone && *change.time_zone != tenant.time_zone) {
      TRY(store::set_time_zone(db, tenant.id, *change.time_zone));
      tenant.time_zone = *change.time_zone;
    }
    // Tills get the rules and patterns with the catalogue.
    if (rules) TRY(store::catalogue_lists_changed(db, tenant.id));
    TRY(http::tell_deed(db, request, principal,
                        {"business_changed",
                         "business",
                         tenant.id,
                         {{"members", http::members_of(TRY(request.json_body()))}}},
                        accounts.world().now_us()));
    return tenant;
  };
  return http::json_response(facts_json(TRY(accounts.store().writer().write_for<store::Tenant>(write))));
}

}  // namespace

void add_facts_routes(http::Router& router, Accounts& accounts, const http::Access& access) {
  const auto add = [&](const char* method, Right right, auto handler) {
    router.add(method, "/api/business/",
               [&accounts, access, right, handler](const http::Request& request) -> Result<http::Response> {
                 return handler(accounts, TRY(access.user_with(request, right)), request);
               });
  };
  add("GET", Right::shop_read, read_facts);
  add("PATCH", Right::business_manage, change_facts);
}

}  // namespace ringup::identity
