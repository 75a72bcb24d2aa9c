// Signing in and out: the gates between a cashier and the till, and what is done in their name.
//
// A session with a password lives in the browser's cookie, which scripts cannot read; the access token only
// in memory. A sign-in by one-time code has a token and no cookie: it ends with the page, which costs
// nothing, because selling needs neither.
#include "core/base/url.h"
#include "web/till/server.h"

namespace ringup::till {
namespace {

std::string text_in(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  const std::string* text = member == nullptr ? nullptr : member->as_string();
  return text == nullptr ? std::string() : *text;
}

/// The member of a body that an address goes into.
std::string_view kind_of(std::string_view address) {
  return address.find('@') == std::string_view::npos ? "phone_number" : "email";
}

bool is_problem(const platform::FetchResponse& response, std::string_view code) {
  const auto value = json::parse(response.body);
  return value.ok() && text_in(*value, "code") == code;
}

Failure sign_in_again() {
  return fail(Error::invalid_credentials, {},
              "This needs your password. Sign out and in again with it, then try once more.");
}

}  // namespace

Result<SignInStep> Server::read_step(const platform::FetchResponse& response) {
  const json::Value value = TRY(body_of(response));
  SignInStep step;
  const json::Value* user = value.find("user");
  if (const std::string access = text_in(value, "access"); !access.empty() && user != nullptr) {
    step.cashier = TRY(read_cashier(*user));
    step.cashier->by_pin = false;
    authorization_ = "Bearer " + access;
    access_of_ = step.cashier->user;
    return step;
  }
  step.challenge = text_in(value, "challenge");
  const std::string status = text_in(value, "status");
  step.password_expired = status == "PASSWORD_EXPIRED";
  if (const json::Value* methods = value.find("methods");
      methods != nullptr && methods->as_array() != nullptr) {
    for (const json::Value& method : *methods->as_array()) {
      if (const std::string* name = method.as_string()) step.methods.push_back(*name);
    }
  }
  const bool factor = status == "TWO_FACTOR_REQUIRED" && !step.methods.empty();
  if (step.challenge.empty() || (!factor && !step.password_expired)) {
    return fail(Error::precondition_failed, {},
                "This account needs a step that this till does not know. Sign in at the console first.");
  }
  return step;
}

void Server::sign_in(std::string tenant, std::string email, std::string password, StepDone done) {
  const json::Value body = json::Object{
      {"tenant", std::move(tenant)}, {"email", std::move(email)}, {"password", std::move(password)}};
  call(
      "POST", "/api/accounts/login/", {}, &body,
      [this, done = std::move(done)](const platform::FetchResponse& response) { done(read_step(response)); });
}

void Server::send_factor_code(const std::string& method, const std::string& challenge, Done done) {
  const json::Value body = json::Object{{"challenge", challenge}};
  call("POST", "/api/accounts/security/" + method + "-2fa/send_code/", {}, &body,
       [done = std::move(done)](const platform::FetchResponse& response) {
         const Result<json::Value> value = body_of(response);
         done(value.ok() || response.status == 202 || response.status == 204 ? Result<void>()
                                                                             : Result<void>(value.failure()));
       });
}

void Server::show_factor(const std::string& method, const std::string& challenge, std::string code,
                         StepDone done) {
  const bool sent = method == "sms" || method == "email";
  const json::Value body = json::Object{{"challenge", challenge}, {"code", std::move(code)}};
  call(
      "POST", "/api/accounts/security/" + method + (sent ? "-2fa" : "") + "/verify_login/", {}, &body,
      [this, done = std::move(done)](const platform::FetchResponse& response) { done(read_step(response)); });
}

void Server::replace_password(const std::string& challenge, std::string new_password, StepDone done) {
  const json::Value body = json::Object{{"challenge", challenge}, {"new_password", std::move(new_password)}};
  call(
      "POST", "/api/accounts/change-password/", {}, &body,
      [this, done = std::move(done)](const platform::FetchResponse& response) { done(read_step(response)); });
}

void Server::send_code(const std::string& tenant, const std::string& address, Done done) {
  const json::Value body = json::Object{{"tenant", tenant}, {std::string(kind_of(address)), address}};
  call("POST", "/auth/api/mobile/generate-otp/", {}, &body,
       [done = std::move(done)](const platform::FetchResponse& response) {
         const Result<json::Value> value = body_of(response);
         done(value.ok() ? Result<void>() : Result<void>(value.failure()));
       });
}

/// The answer tells neither role nor rights: those are asked for with the token that it brings.
void Server::sign_in_by_code(const std::string& tenant, const std::string& address, std::string code,
                             StepDone done) {
  const json::Value body = json::Object{
      {"tenant", tenant}, {std::string(kind_of(address)), address}, {"otp_code", std::move(code)}};
  call("POST", "/auth/api/mobile/verify-otp/", {}, &body,
       [this, done = std::move(done)](const platform::FetchResponse& response) {
         const Result<json::Value> value = body_of(response);
         if (!value.ok()) return done(value.failure());
         const std::string token = text_in(*value, "token");
         if (token.empty()) return done(read_step(response));  // a second factor is asked
         authorization_ = "Token " + token;
         access_of_.reset();
         call("GET", "/api/accounts/me/", authorization_, nullptr,
              [this, done](const platform::FetchResponse& told) {
                const Result<json::Value> user = body_of(told);
                Result<Cashier> cashier = user.ok() ? read_cashier(*user) : Result<Cashier>(user.failure());
                if (!cashier.ok()) return done(cashier.failure());
                cashier->by_pin = false;
                access_of_ = cashier->user;
                done(SignInStep{std::move(cashier).value(), {}, {}, false});
              });
       });
}

void Server::sign_out(std::function<void(bool heard)> done) {
  const json::Value body = json::Object{};
  const std::string authorization = std::exchange(authorization_, {});
  access_of_.reset();
  const bool by_code = authorization.starts_with("Token ");
  // By the cookie, not by the access token, which may have expired.
  call("POST", by_code ? "/auth/api/mobile/logout/" : "/api/accounts/logout/",
       by_code ? authorization : std::string(), &body,
       [done = std::move(done)](const platform::FetchResponse& response) {
         done(response.status != 0 && response.status < 500);
       });
}

void Server::refresh(const Id& user, Done done) {
  const json::Value body = json::Object{};
  call("POST", "/api/accounts/refresh/", {}, &body,
       [this, user, done = std::move(done)](const platform::FetchResponse& response) {
         if (response.status == 0) return done(failure_of(response));
         const Result<SignInStep> step = read_step(response);
         if (!step.ok() || !step->cashier.has_value() || step->cashier->user != user) {
           authorization_.clear();
           access_of_.reset();
           return done(sign_in_again());
         }
         done({});
       });
}

void Server::call_as(const Id& user, std::string method, std::string url, json::Value body, std::string once,
                     std::function<void(platform::FetchResponse)> done) {
  const auto again = [this, user, method, url, body, once, done] {
    refresh(user, [this, method, url, body, once, done](const Result<void>& refreshed) {
      if (refreshed.ok()) return call(method, url, authorization_, &body, done, once);
      const int status = refreshed.error() == Error::busy ? 0 : 401;
      done({status, json::dump(json::Object{{"detail", refreshed.failure().detail}})});
    });
  };
  if (access_of_ != user) return again();
  call(
      method, url, authorization_, &body,
      [again, done](const platform::FetchResponse& response) {
        const bool ended = response.status == 401 && !is_problem(response, "invalid_credentials") &&
                           !is_problem(response, "proof_required");
        if (ended) return again();
        done(response);
      },
      once);
}

void Server::set_pin(const Id& user, std::string pin, std::string password, Done done) {
  json::Object body{{"pin", std::move(pin)}};
  if (!password.empty()) body.push_back({"proof", json::Object{{"password", std::move(password)}}});
  call_as(user, "PUT", "/api/accounts/me/pin/", std::move(body), {},
          [done = std::move(done)](const platform::FetchResponse& response) {
            if (response.status == 204) return done({});
            Failure failure = failure_of(response);
            if (is_problem(response, "proof_required")) failure.error = Error::proof_required;
            done(std::move(failure));
          });
}

void Server::permits(const std::string& token, std::function<void(const platform::FetchResponse&)> done) {
  call("GET", "/api/till/permits/", "Till " + token, nullptr,
       [done = std::move(done)](const platform::FetchResponse& response) { done(response); });
}

}  // namespace ringup::till
