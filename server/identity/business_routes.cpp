#include <algorithm>

#include "core/base/time.h"
#include "core/base/utf8.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/identity/routes.h"
#include "server/store/catalogue_version.h"
#include "server/store/zones.h"

namespace ringup::identity {
namespace {

constexpr std::size_t code_bytes_max = 40;
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t address_bytes_max = 500;

/// Codes and names of classes stand in CSV files and addresses: lower-case letters, digits, inner - and _.
Result<std::string> read_code(std::string_view text, const char* field) {
  const bool fine = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  if (text.empty() || !fine)
    return fail(Error::invalid_value, field, "Use lower-case letters, digits, - and _.");
  return std::string(text);
}

json::Value branch_json(const store::Branch& branch) {
  return json::Object{{"id", branch.id},
                      {"code", branch.code},
                      {"name", branch.name},
                      {"address", branch.address},
                      {"is_default", branch.is_default},
                      {"created_at", to_rfc3339(branch.created_at)}};
}

json::Value tax_class_json(const store::TaxClass& tax_class) {
  return json::Object{{"name", tax_class.name}, {"rate", tax_class.rate.ppm}};
}

Result<http::Response> list_branches(Accounts& accounts, const Principal& principal,
                                     const http::Request& request) {
  const http::Page page = TRY(http::read_page(request));
  const Id after = TRY(page.cursor_id());
  const auto found = TRY(accounts.store().read([&](store::Database& db) {
    return store::list_branches(db, principal.tenant, after, page.limit + 1);
  }));
  return http::list_response(found, page, branch_json,
                             [](const store::Branch& branch) { return to_string(branch.id); });
}

Result<http::Response> create_branch(Accounts& accounts, const Principal& principal,
                                     const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  store::Branch branch;
  branch.id = accounts.world().new_id();
  branch.tenant = principal.tenant;
  branch.created_at = accounts.world().now_us();
  branch.code = TRY(read_code(TRY(in.string("code", code_bytes_max)), "code"));
  branch.name = TRY(read_person_name(TRY(in.string("name", name_bytes_max, 1)), "name"));
  if (branch.name.empty()) return fail(Error::invalid_value, "name", "Give the branch a name.");
  branch.address = TRY(in.optional_string("address", address_bytes_max)).value_or("");
  TRY(in.done());
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, branch.created_at, [&](store::Database& db) -> Result<store::Answer> {
        if (TRY(store::find_branch_by_code(db, branch.tenant, branch.code)).has_value())
          return fail(Error::conflict, "code", "A branch has this code already.");
        TRY(store::insert_branch(db, branch));
        return http::answer_of(branch_json(branch), 201);
      })));
}

Result<http::Response> list_tax_classes(Accounts& accounts, const Principal& principal,
                                        const http::Request& request) {
  const http::Page page = TRY(http::read_page(request));
  const auto found = TRY(accounts.store().read([&](store::Database& db) {
    return store::list_tax_classes(db, principal.tenant, page.cursor, page.limit + 1);
  }));
  return http::list_response(found, page, tax_class_json,
                             [](const store::TaxClass& tax_class) { return tax_class.name; });
}

Result<http::Response> create_tax_class(Accounts& accounts, const Principal& principal,
                                        const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  store::TaxClass tax_class;
  tax_class.name = TRY(read_code(TRY(in.string("name", code_bytes_max)), "name"));
  tax_class.rate.ppm = TRY(in.integer("rate", 0, rate_max));
  TRY(in.done());
  const auto insert = [&](store::Database& db) -> Result<store::Answer> {
    auto inserted = store::insert_tax_class(db, principal.tenant, tax_class);
    if (!inserted.ok() && inserted.error() == Error::conflict)
      return fail(Error::conflict, "name", "A tax class has this name already.");
    TRY(std::move(inserted));
    TRY(store::catalogue_lists_changed(db, principal.tenant));
    return http::answer_of(tax_class_json(tax_class), 201);
  };
  return http::answer_response(
      TRY(store::write_once(accounts.store().writer(), once, accounts.world().now_us(), insert)));
}

/// All of them at once: a choice in a list needs them together, and they change with the program only.
Result<http::Response> list_time_zones(Accounts&, const Principal&, const http::Request& request) {
  TRY(request.allow_query({}));
  json::Array names;
  for (const std::string_view name : store::zone_names()) names.emplace_back(name);
  return http::json_response(json::Object{{"items", std::move(names)}, {"next", nullptr}});
}

}  // namespace

void add_business_routes(http::Router& router, Accounts& accounts, const http::Access& access) {
  const auto add = [&](const char* method, const char* pattern, Right right, auto handler) {
    router.add(method, pattern,
               [&accounts, access, right, handler](const http::Request& request) -> Result<http::Response> {
                 const Principal principal = TRY(access.user_with(request, right));
                 return handler(accounts, principal, request);
               });
  };
  add("GET", "/api/branches/", Right::sell, list_branches);
  add("POST", "/api/branches/", Right::business_manage, create_branch);
  add("GET", "/api/tax-classes/", Right::sell, list_tax_classes);
  add("POST", "/api/tax-classes/", Right::catalogue_write, create_tax_class);
  add("GET", "/api/time-zones/", Right::business_manage, list_time_zones);
}

}  // namespace ringup::identity
