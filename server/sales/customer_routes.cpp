#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/http/audited.h"
#include "server/http/once.h"
#include "server/sales/json.h"
#include "server/sales/sale_json.h"
#include "server/sales/sales.h"
#include "server/store/customers.h"
#include "server/store/tills.h"

namespace ringup::sales {
namespace {

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t phone_bytes_max = 32;
constexpr std::size_t query_bytes_max = 200;

json::Value text_or_null(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

json::Object customer_json(const store::Customer& customer) {
  return {{"id", customer.id},
          {"email", text_or_null(customer.email)},
          {"first_name", customer.first_name},
          {"last_name", customer.last_name},
          {"phone_number", text_or_null(customer.phone_number)},
          {"consent", json::Object{{"email", customer.consent_email}, {"sms", customer.consent_sms}}},
          {"created_at", to_rfc3339(customer.created_at)}};
}

Result<std::optional<std::string>> read_email_of(std::string_view text) {
  Result<std::string> read = read_email(text);
  if (!read.ok()) return fail(read.error(), "email", read.failure().detail);
  return std::optional<std::string>(std::move(read).value());
}
Result<std::optional<std::string>> read_phone_of(std::string_view text) {
  Result<std::string> read = read_phone_number(text);
  if (!read.ok()) return fail(read.error(), "phone_number", read.failure().detail);
  return std::optional<std::string>(std::move(read).value());
}

Result<void> read_consent(json::Reader& in, store::Customer& customer) {
  const json::Value* consent = in.find("consent");
  if (consent == nullptr) return {};
  json::Reader given = TRY(json::Reader::object(*consent, "consent"));
  customer.consent_email = TRY(given.optional_boolean("email")).value_or(customer.consent_email);
  customer.consent_sms = TRY(given.optional_boolean("sms")).value_or(customer.consent_sms);
  return given.done();
}

/// {"email"?, "first_name", "last_name", "phone_number"?, "consent"?: {"email", "sms"}}
Result<store::Customer> read_customer(const json::Value& body) {
  json::Reader in = TRY(json::Reader::object(body));
  store::Customer customer;
  if (const auto email = TRY(in.optional_string("email", email_bytes_max, 1)))
    customer.email = TRY(read_email_of(*email));
  customer.first_name = TRY(in.string("first_name", name_bytes_max));
  customer.last_name = TRY(in.string("last_name", name_bytes_max, 1));
  if (const auto phone = TRY(in.optional_string("phone_number", phone_bytes_max, 1)))
    customer.phone_number = TRY(read_phone_of(*phone));
  TRY(read_consent(in, customer));
  TRY(in.done());
  return customer;
}

/// The same members, each optional; null takes an address or a number away.
Result<void> read_change(const json::Value& body, store::Customer& customer) {
  json::Reader in = TRY(json::Reader::object(body));
  if (const json::Value* email = in.find("email")) {
    customer.email.reset();
    if (!email->is_null()) customer.email = TRY(read_email_of(TRY(in.string("email", email_bytes_max, 1))));
  }
  if (const auto name = TRY(in.optional_string("first_name", name_bytes_max))) customer.first_name = *name;
  if (const auto name = TRY(in.optional_string("last_name", name_bytes_max, 1))) customer.last_name = *name;
  if (const json::Value* phone = in.find("phone_number")) {
    customer.phone_number.reset();
    if (!phone->is_null())
      customer.phone_number = TRY(read_phone_of(TRY(in.string("phone_number", phone_bytes_max, 1))));
  }
  TRY(read_consent(in, customer));
  return in.done();
}

/// The customer with what they bought.
Result<json::Value> with_figures(store::Database& db, const Id& tenant, const store::Customer& customer) {
  const store::CustomerFigures figures = TRY(store::customer_figures(db, tenant, customer.id));
  const Currency currency = currency_of(TRY(store::tenant_currency(db, tenant)));
  const auto money = [&](Amount amount) { return to_json(Money{amount, currency}); };
  json::Object out = customer_json(customer);
  store::Names names(db, tenant);
  if (customer.till) out.push_back({"till_name", TRY(names.till(*customer.till))});
  if (customer.made_by) out.push_back({"made_by_name", TRY(names.user(*customer.made_by))});
  out.push_back({"figures", json::Object{{"sales", figures.sales},
                                         {"refunds", figures.refunds},
                                         {"spent", money(figures.spent)},
                                         {"open_credit", money(figures.open_credit)},
                                         {"last_visit", time_or_null(figures.last_visit)}}});
  return json::Value(std::move(out));
}

Result<store::CustomerFilter> read_customer_filter(const http::Request& request, http::Page& page) {
  page = TRY(http::read_page(request, {"q", "sort"}));
  store::CustomerFilter filter;
  filter.query = std::string(request.query_value("q").value_or(""));
  if (filter.query.size() > query_bytes_max) return fail(Error::limit_exceeded, "q", "This is too long.");
  const std::string_view sort = request.query_value("sort").value_or("-created_at");
  if (sort != "-created_at" && sort != "name")
    return fail(Error::invalid_value, "sort", "Either -created_at or name.");
  filter.by_name = sort == "name";
  const Id cursor = TRY(page.cursor_id());
  if (!cursor.is_nil()) filter.after = cursor;
  filter.limit = page.limit + 1;
  return filter;
}

}  // namespace

void Sales::add_customer_routes(http::Router& router, const http::Access& access) {
  // With what each bought: a page is short.
  router.add("GET", "/api/customers/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::shop_read));
               http::Page page;
               const store::CustomerFilter filter = TRY(read_customer_filter(request, page));
               return store_.read([&](store::Database& db) -> Result<http::Response> {
                 const std::vector<store::Customer> customers =
                     TRY(store::list_customers(db, principal.tenant, filter));
                 std::vector<json::Value> items;
                 for (const store::Customer& customer : customers)
                   items.push_back(TRY(with_figures(db, principal.tenant, customer)));
                 std::size_t at = 0;
                 return http::list_response(
                     customers, page, [&](const store::Customer&) { return std::move(items[at++]); },
                     [](const store::Customer& customer) { return to_string(customer.id); });
               });
             });

  router.add("GET", "/api/till/customers/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const http::TillPrincipal principal = TRY(access.till(request));
               http::Page page;
               const store::CustomerFilter filter = TRY(read_customer_filter(request, page));
               const std::vector<store::Customer> customers =
                   TRY(store_.read([&](store::Database& db) -> Result<std::vector<store::Customer>> {
                     const auto till = TRY(store::find_till(db, principal.till));
                     if (!till || till->tenant != principal.tenant || till->revoked_at)
                       return Error::forbidden;
                     return store::list_customers(db, principal.tenant, filter);
                   }));
               return http::list_response(
                   customers, page,
                   [](const store::Customer& customer) { return json::Value(customer_json(customer)); },
                   [](const store::Customer& customer) { return to_string(customer.id); });
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
              TRY(http::tell_deed(db, request, principal, {"customer_made", "customer", customer.id},
                                  customer.created_at));
              return http::answer_of(TRY(with_figures(db, principal.tenant, customer)), 201);
            })));
      });

  router.add("GET", "/api/customers/{id}/",
             [this, access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::shop_read));
               const Id id = TRY(request.parameter_id(0));
               return store_.read([&](store::Database& db) -> Result<http::Response> {
                 const auto customer = TRY(store::find_customer(db, principal.tenant, id));
                 if (!customer) return Error::not_found;
                 return http::json_response(TRY(with_figures(db, principal.tenant, *customer)));
               });
             });

  router.add(
      "PATCH", "/api/customers/{id}/",
      [this, access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::customers_write));
        const Id id = TRY(request.parameter_id(0));
        const json::Value body = TRY(request.json_body());
        return http::json_response(
            TRY(store_.writer().write_for<json::Value>([&](store::Database& db) -> Result<json::Value> {
              auto customer = TRY(store::find_customer(db, principal.tenant, id));
              if (!customer) return Error::not_found;
              TRY(read_change(body, *customer));
              TRY(store::update_customer(db, principal.tenant, *customer));
              TRY(http::tell_deed(db, request, principal,
                                  {"customer_changed", "customer", id, {{"members", http::members_of(body)}}},
                                  now_us_()));
              return with_figures(db, principal.tenant, *customer);
            })));
      });
}

}  // namespace ringup::sales
