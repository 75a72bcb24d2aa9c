#include "web/till/server.h"

#include "core/base/url.h"

namespace ringup::till {
namespace {

constexpr int timeout_ms = 60'000;  // a catalogue page over a slow network
constexpr json::Limits answer_limits{.bytes_max = 16 << 20, .depth_max = 32, .values_max = 400'000};

}  // namespace

Result<json::Value> body_of(const platform::FetchResponse& response) {
  if (response.status < 200 || response.status > 299) return failure_of(response);
  return json::parse(response.body, answer_limits);
}

Result<Customer> read_customer(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value));
  Customer customer;
  customer.id = TRY(in.id("id"));
  customer.first_name = TRY(in.string("first_name", 200));
  customer.last_name = TRY(in.string("last_name", 200));
  if (const json::Value* email = in.find("email"); email != nullptr && email->as_string() != nullptr)
    customer.email = *email->as_string();
  return customer;
}

std::string Customer::name() const {
  const std::string both = first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
  return both.empty() ? email : both;
}

std::string words_of(const Failure& failure) {
  return failure.detail.empty() ? std::string(error_words(failure.error)) + "." : failure.detail;
}

Failure failure_of(const platform::FetchResponse& response) {
  if (response.status == 0) {
    return fail(Error::busy, {}, "The server cannot be reached. Check the network and try again.");
  }
  Failure failure = fail(response.status == 401   ? Error::invalid_credentials
                         : response.status == 403 ? Error::forbidden
                         : response.status == 404 ? Error::not_found
                         : response.status == 429 ? Error::too_many_requests
                                                  : Error::internal,
                         {}, "The server answered with an error (" + std::to_string(response.status) + ").");
  const auto value = json::parse(response.body);
  const json::Value* detail = value.ok() ? value->find("detail") : nullptr;
  if (detail != nullptr && detail->as_string() != nullptr) failure.detail = *detail->as_string();
  return failure;
}

void Server::call(std::string method, std::string url, const std::string& token, const json::Value* body,
                  std::function<void(platform::FetchResponse)> done, const std::string& once) {
  platform::FetchRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  request.headers.emplace_back("X-Ringup-Client", "browser");
  if (!once.empty()) request.headers.emplace_back("Idempotency-Key", once);
  if (body != nullptr) {
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = json::dump(*body);
  }
  request.timeout_ms = timeout_ms;
  bridge_.fetch(std::move(request), std::move(done));
}

void Server::enrol(std::string pairing_code, std::string token, std::function<void(Result<Enrolment>)> done) {
  EnrolRequest request;
  if (!pairing_code.empty()) request.pairing_code = std::move(pairing_code);
  const json::Value body = to_json(request);
  call("POST", "/api/till/enrol/", token.empty() ? std::string() : "Till " + token, &body,
       [done = std::move(done)](platform::FetchResponse response) {
         Result<json::Value> value = body_of(response);
         done(value.ok() ? read_enrolment(*value) : Result<Enrolment>(value.failure()));
       });
}

void Server::add_product(const Id& user, const json::Value& product, std::string once,
                         std::function<void(Result<json::Value>)> done) {
  call_as(user, "POST", "/api/catalogue/products/", product, std::move(once),
          [done = std::move(done)](const platform::FetchResponse& response) { done(body_of(response)); });
}

void Server::catalogue(const std::string& token, const std::string& cursor,
                       std::function<void(Result<Page>)> done) {
  const std::string url = "/api/till/catalogue/?pictures=true" +
                          (cursor.empty() ? std::string() : "&since=" + url_encoded(cursor));
  call("GET", url, "Till " + token, nullptr, [done = std::move(done)](platform::FetchResponse response) {
    if (response.status != 200) return done(failure_of(response));
    Result<CatalogueDelta> delta = read_delta(response.body);
    if (!delta.ok()) return done(delta.failure());
    done(Page{std::move(response.body), std::move(delta).value()});
  });
}

void Server::settings(const std::string& token, std::function<void(Result<Settings>)> done) {
  call("GET", "/api/till/settings/", "Till " + token, nullptr,
       [done = std::move(done)](platform::FetchResponse response) {
         const Result<json::Value> value = body_of(response);
         done(value.ok() ? read_settings(*value) : Result<Settings>(value.failure()));
       });
}

void Server::customers(const std::string& token, const std::string& query,
                       std::function<void(Result<std::vector<Customer>>)> done) {
  call("GET", "/api/till/customers/?limit=50&q=" + url_encoded(query), "Till " + token, nullptr,
       [done = std::move(done)](platform::FetchResponse response) {
         Result<json::Value> value = body_of(response);
         if (!value.ok()) return done(value.failure());
         const json::Value* items = value->find("items");
         std::vector<Customer> customers;
         if (items != nullptr && items->as_array() != nullptr) {
           for (const json::Value& item : *items->as_array()) {
             Result<Customer> customer = read_customer(item);
             if (!customer.ok()) return done(customer.failure());
             customers.push_back(std::move(customer).value());
           }
         }
         done(std::move(customers));
       });
}

void Server::sale_by_receipt(const std::string& token, const std::string& receipt,
                             std::function<void(Result<FoundSale>)> done) {
  const auto read = [](const json::Value& answer) -> Result<FoundSale> {
    const json::Value* items = answer.find("items");
    if (items == nullptr || items->as_array() == nullptr || items->as_array()->empty())
      return fail(Error::not_found, {}, "No sale has this receipt number.");
    json::Reader in = TRY(json::Reader::object(items->as_array()->front()));
    FoundSale found;
    found.id = TRY(in.id("id"));
    found.sale = TRY(read_sale_body(*TRY(in.any("sale")), "sale"));
    for (const json::Value& refund : *TRY(in.array("refunds", 1000)))
      found.refunds.push_back(TRY(read_refund_body(refund, "refunds")));
    return found;
  };
  call("GET", "/api/till/sales/?receipt=" + url_encoded(receipt), "Till " + token, nullptr,
       [read, done = std::move(done)](platform::FetchResponse response) {
         Result<json::Value> value = body_of(response);
         done(value.ok() ? read(*value) : Result<FoundSale>(value.failure()));
       });
}

}  // namespace ringup::till
