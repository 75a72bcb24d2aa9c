#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/http/once.h"
#include "server/sales/json.h"
#include "server/sales/sales.h"
#include "server/store/customers.h"

namespace ringup::sales {
namespace {

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t phone_bytes_max = 32;
constexpr std::size_t query_bytes_max = 200;

json::Value text_or_null(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

json::Value customer_json(const store::Customer& customer) {
  return json::Object{
      {"id", customer.id},
      {"email", text_or_null(customer.email)},
      {"first_name", customer.first_name},
      {"last_name", customer.last_name},
      {"phone_number", text_or_null(customer.phone_number)},
      {"consent", json::Object{{"email", customer.consent_email}, {"sms", customer.consent_sms}}},
      {"created_at", to_rfc3339(customer.created_at)}};
}

/// {"email", "first_name", "last_name", "phone_number"?, "consent"?: {"email", "sms"}}
Result<store::Customer> read_customer(const json::Value& body) {
  json::Reader in = TRY(json::Reader::object(body));
  store::Customer customer;
  if (const auto email = TRY(in.optional_string("email", email_bytes_max, 1))) {
    Result<std::string> read = read_email(*email);
    if (!read.ok()) return fail(read.error(), "email", read.failure().detail);
    customer.email = std::move(read).value();
  }
  customer.first_name = TRY(in.string("first_name", name_bytes_max));
  customer.last_name = TRY(in.string("last_name", name_bytes_max, 1));
  if (const auto phone = TRY(in.optional_string("phone_number", phone_bytes_max, 1))) {
    Result<std::string> read = read_phone_number(*phone);
    if (!read.ok()) return fail(read.error(), "phone_number", read.failure().detail);
    customer.phone_number = std::move(read).value();
  }
  if (const json::Value* consent = in.find("consent")) {
    json::Reader given = TRY(json::Reader::object(*consent, "consent"));
    customer.consent_email = TRY(given.optional_boolean("email")).value_or(false);
    customer.consent_sms = TRY(given.optional_boolean("sms")).value_or(false);
    TRY(given.done());
  }
  TRY(in.done());
  return customer;
}

}  // namespace

void Sales::add_customer_routes(http::Router& router, const http::Access& access) {
  const auto list = [this](const http::Request& request, const Id& tenant) -> Result<http::Response> {
    const http::Page page = TRY(http::read_page(request, {"q"}));
    const std::string prefix(request.query_value("q").value_or(""));
    if (prefix.size() > query_bytes_max) return fail(Error::limit_exceeded, "q", "This is too long.");
    const Id cursor = TRY(page.cursor_id());
    const std::optional<Id> before = cursor.is_nil() ? std::nullopt : std::optional(cursor);
    const std::vector<store::Customer> customers = TRY(store_.read([&](store::Database& db) {
      return store::list_customers(db, tenant, prefix, before, page.limit + 1);
    }));
    return http::list_response(customers, page, customer_json,
                               [](const store::Customer& customer) { return to_string(customer.id); });
  };

  router.add("GET", "/api/customers/",
             [access, list](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::sell));
               return list(request, principal.tenant);
             });

  router.add("GET", "/api/till/customers/",
             [this, access, list](const http::Request& request) -> Result<http::Response> {
               const http::TillPrincipal principal = TRY(access.till(request));
               TRY(store_.read([&](store::Database& db) -> Result<void> {
                 const auto till = TRY(store::find_till(db, principal.till));
                 if (!till || till->tenant != principal.tenant || till->revoked_at) return Error::forbidden;
                 return {};
               }));
               return list(request, principal.tenant);
             });

  router.add(
      "POST", "/api/customers/", [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::customers_write));
        const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
        store::Customer customer = TRY(read_customer(TRY(request.json_body())));
        customer.id = store::new_id();
        customer.created_at = now_us_();
        return http::answer_response(TRY(store::write_once(
            store_.writer(), once, customer.created_at, [&](store::Database& db) -> Result<store::Answer> {
              TRY(store::add_customer(db, principal.tenant, customer));
              return http::answer_of(customer_json(customer), 201);
            })));
      });

  router.add(
      "GET", "/api/customers/{id}/", [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::sell));
        const Id id = TRY(request.parameter_id(0));
        const auto customer = TRY(
            store_.read([&](store::Database& db) { return store::find_customer(db, principal.tenant, id); }));
        if (!customer) return Error::not_found;
        return http::json_response(customer_json(*customer));
      });
}

}  // namespace ringup::sales
