// Registering, and what people do by the links in their mails.
#include <chrono>
#include <thread>

#include "core/identity/account.h"
#include "server/identity/by_mail.h"
#include "server/identity/routes.h"
#include "server/identity/sign_in_answers.h"

namespace ringup::identity {
namespace {

http::Response accepted(const char* message) {
  return http::json_response(json::Object{{"status", "accepted"}, {"message", message}}, 202);
}

template <class T>
Result<T> at(Result<T> result, const char* field) {
  if (!result.ok()) result.failure().where = field;
  return result;
}

using Clock = std::chrono::steady_clock;

/// What is said whoever has an address is said after whole steps of this time: writing a mail and an audit
/// row takes a fraction of a millisecond longer than writing nothing, and none of it can be seen through a
/// step.
constexpr auto answer_step = std::chrono::milliseconds(20);

void wait_for_step(Clock::time_point begun) {
  const auto steps = (Clock::now() - begun) / answer_step + 1;
  std::this_thread::sleep_until(begun + steps * answer_step);
}

class Routes {
 public:
  explicit Routes(Accounts& accounts) : accounts_(accounts), by_mail_(accounts) {}

  Result<http::Response> sign_up(const http::Request& request) {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const auto slug = TRY(in.optional_string("tenant", slug_bytes_max));
    ByMail::Registration wish;
    wish.email = TRY(at(read_email(TRY(in.string("email", 320))), "email"));
    wish.password = TRY(in.string("password", secret_text_bytes_max));
    wish.first_name =
        TRY(read_person_name(TRY(in.string("first_name", person_name_bytes_max)), "first_name"));
    wish.last_name = TRY(read_person_name(TRY(in.string("last_name", person_name_bytes_max)), "last_name"));
    if (const auto phone = TRY(in.optional_string("phone_number", 40)))
      wish.phone_number = TRY(at(read_phone_number(*phone), "phone_number"));
    TRY(in.done());
    wish.tenant = TRY(find_business(accounts_.store(), request, slug)).id;
    wish.whence = http::whence_of(request);
    TRY(by_mail_.register_customer(std::move(wish)));
    return accepted("A mail is on its way to this address. Open the link in it to confirm the address.");
  }

  Result<http::Response> verify(const http::Request& request) {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const std::string_view token = TRY(in.string("token", secret_text_bytes_max));
    TRY(in.done());
    TRY(link(by_mail_.verify_email(token, http::whence_of(request))));
    return http::json_response(json::Object{{"status", "verified"}});
  }

  Result<http::Response> resend(const http::Request& request) {
    const auto [tenant, email] = TRY(read_whom(request));
    TRY(by_mail_.resend_verification(tenant, email, http::whence_of(request)));
    return accepted("If this address waits to be confirmed, a mail with a new link is on its way.");
  }

  Result<http::Response> forgot(const http::Request& request) {
    const auto [tenant, email] = TRY(read_whom(request));
    TRY(by_mail_.forgot_password(tenant, email, http::whence_of(request)));
    return accepted("If somebody has this address here, a mail with a link is on its way.");
  }

  Result<http::Response> reset(const http::Request& request) {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const std::string_view token = TRY(in.string("token", secret_text_bytes_max));
    const std::string_view new_password = TRY(in.string("new_password", secret_text_bytes_max));
    TRY(in.done());
    TRY(link(by_mail_.reset_password(token, new_password, http::whence_of(request))));
    return http::json_response(json::Object{{"status", "changed"}});
  }

 private:
  static Result<void> link(Result<void> result) {
    if (!result.ok() && result.error() == Error::invalid_token)
      return fail(Error::invalid_token, "token",
                  "This link was used already or is too old. Ask for a new one.");
    return result;
  }

  /// {tenant?, email}
  Result<std::pair<Id, std::string>> read_whom(const http::Request& request) const {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const auto slug = TRY(in.optional_string("tenant", slug_bytes_max));
    std::string email = TRY(at(read_email(TRY(in.string("email", 320))), "email"));
    TRY(in.done());
    return std::pair(TRY(find_business(accounts_.store(), request, slug)).id, std::move(email));
  }

  Accounts& accounts_;
  ByMail by_mail_;
};

}  // namespace

void add_registration_routes(http::Router& router, Accounts& accounts) {
  const auto routes = std::make_shared<Routes>(accounts);
  using Answer = Result<http::Response> (Routes::*)(const http::Request&);
  const auto add = [&](const char* pattern, Answer handler, bool in_steps = false) {
    router.add("POST", pattern,
               [routes, handler, in_steps](const http::Request& request) -> Result<http::Response> {
                 const Clock::time_point begun = Clock::now();
                 Result<http::Response> response = ((*routes).*handler)(request);
                 if (in_steps) wait_for_step(begun);
                 if (response.ok()) response->with("Cache-Control", "no-store");
                 return response;
               });
  };
  add("/api/accounts/register/", &Routes::sign_up, true);
  add("/api/accounts/verify-email/", &Routes::verify);
  add("/api/accounts/resend-verification/", &Routes::resend, true);
  add("/api/accounts/forgot-password/", &Routes::forgot, true);
  add("/api/accounts/reset-password/", &Routes::reset);
}

}  // namespace ringup::identity
