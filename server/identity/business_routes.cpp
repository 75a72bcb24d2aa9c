#include <algorithm>

#include "core/base/time.h"
#include "core/base/utf8.h"
#include "server/http/audited.h"
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

/// Lines under the business's name on receipts.
Result<std::string> read_address(std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F);
  });
  if (control || !utf8::valid(text))
    return fail(Error::invalid_value, "address", "An address has no control characters.");
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
  branch.address = TRY(read_address(TRY(in.optional_string("address", address_bytes_max)).value_or("")));
  TRY(in.done());
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, branch.created_at, [&](store::Database& db) -> Result<store::Answer> {
        if (TRY(store::find_branch_by_code(db, branch.tenant, branch.code)).has_value())
          return fail(Error::conflict, "code", "A branch has this code already.");
        TRY(store::insert_branch(db, branch));
        TRY(http::tell_deed(
            db, request, principal,
            {"branch_made", "branch", branch.id, {{"code", branch.code}, {"name", branch.name}}},
            branch.created_at));
        return http::answer_of(branch_json(branch), 201);
      })));
}

Result<http::Response> change_branch(Accounts& accounts, const Principal& principal,
                                     const http::Request& request) {
  const Id id = TRY(request.parameter_id(0));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  std::optional<std::string> name, address;
  if (const auto given = TRY(in.optional_string("name", name_bytes_max))) {
    name = TRY(read_person_name(*given, "name"));
    if (name->empty()) return fail(Error::invalid_value, "name", "Give the branch a name.");
  }
  if (const auto given = TRY(in.optional_string("address", address_bytes_max)))
    address = TRY(read_address(*given));
  const auto is_default = TRY(in.optional_boolean("is_default"));
  TRY(in.done());
  const auto write = [&](store::Database& db) -> Result<store::Branch> {
    auto branch = TRY(store::find_branch(db, principal.tenant, id));
    if (!branch.has_value()) return Error::not_found;
    if (branch->is_default && !is_default.value_or(true))
      return fail(Error::conflict, "is_default", "Make another branch the default one instead.");
    if (name) branch->name = *name;
    if (address) branch->address = *address;
    if (is_default) branch->is_default = *is_default;
    TRY(store::update_branch(db, *branch));
    TRY(http::tell_deed(db, request, principal,
                        {"branch_changed",
                         "branch",
                         branch->id,
                         {{"code", branch->code}, {"members", http::members_of(body)}}},
                        accounts.world().now_us()));
    return *branch;
  };
  return http::json_response(branch_json(TRY(accounts.store().writer().write_for<store::Branch>(write))));
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
    TRY(http::tell_deed(db, request, principal,
                        {"tax_class_made",
                         "tax_class",
                         std::nullopt,
                         {{"name", tax_class.name}, {"rate", tax_class.rate.ppm}}},
                        accounts.world().now_us()));
    return http::answer_of(tax_class_json(tax_class), 201);
  };
  return http::answer_response(
      TRY(store::write_once(accounts.store().writer(), once, accounts.world().now_us(), insert)));
}

Result<http::Response> change_tax_class(Accounts& accounts, const Principal& principal,
                                        const http::Request& request) {
  store::TaxClass tax_class;
  tax_class.name = request.parameters[0];
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  tax_class.rate.ppm = TRY(in.integer("rate", 0, rate_max));
  TRY(in.done());
  TRY(accounts.store().writer().write([&](store::Database& db) -> Result<void> {
    if (!TRY(store::update_tax_class(db, principal.tenant, tax_class))) return Error::not_found;
    TRY(store::catalogue_lists_changed(db, principal.tenant));
    TRY(http::tell_deed(db, request, principal,
                        {"tax_class_changed",
                         "tax_class",
                         std::nullopt,
                         {{"name", tax_class.name}, {"rate", tax_class.rate.ppm}}},
                        accounts.world().now_us()));
    return {};
  }));
  return http::json_response(tax_class_json(tax_class));
}

Result<http::Response> remove_tax_class(Accounts& accounts, const Principal& principal,
                                        const http::Request& request) {
  TRY(request.allow_query({}));
  const std::string& name = request.parameters[0];
  TRY(accounts.store().writer().write([&](store::Database& db) -> Result<void> {
    if (const std::int64_t used = TRY(store::count_products_taxed(db, principal.tenant, name)); used > 0) {
      return fail(Error::conflict, {},
                  std::to_string(used) + (used == 1 ? " product is" : " products are") +
                      " taxed by this class. Give them another one first.");
    }
    if (!TRY(store::delete_tax_class(db, principal.tenant, name))) return Error::not_found;
    TRY(store::catalogue_lists_changed(db, principal.tenant));
    TRY(http::tell_deed(db, request, principal,
                        {"tax_class_deleted", "tax_class", std::nullopt, {{"name", name}}},
                        accounts.world().now_us()));
    return {};
  }));
  http::Response response;
  response.status = 204;
  response.content_type.clear();
  return response;
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
  add("GET", "/api/branches/", Right::shop_read, list_branches);
  add("POST", "/api/branches/", Right::business_manage, create_branch);
  add("GET", "/api/tax-classes/", Right::shop_read, list_tax_classes);
  add("POST", "/api/tax-classes/", Right::catalogue_write, create_tax_class);
  add("PATCH", "/api/branches/{id}/", Right::business_manage, change_branch);
  add("PATCH", "/api/tax-classes/{name}/", Right::catalogue_write, change_tax_class);
  add("DELETE", "/api/tax-classes/{name}/", Right::catalogue_write, remove_tax_class);
  add("GET", "/api/time-zones/", Right::business_manage, list_time_zones);
}

}  // namespace ringup::identity
