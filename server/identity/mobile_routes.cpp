#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/identity/factor_routes.h"
#include "server/store/groups.h"

namespace ringup::identity {
namespace {

constexpr std::size_t contact_bytes_max = 320, code_bytes_max = 64;
constexpr std::string_view token_scheme = "Token ";

http::Response no_store(Result<http::Response> result) {
  http::Response response = result.ok() ? std::move(result).value() : http::problem(result.failure());
  return std::move(response.with("Cache-Control", "no-store"));
}

class MobileRoutes {
 public:
  MobileRoutes(store::Store& store, Mobile& mobile) : store_(store), mobile_(mobile) {}

  Result<http::Response> send(const http::Request& request) const {
    TRY(request.allow_query({}));
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const Asked asked = TRY(read_contact(request, in));
    TRY(in.done());
    const std::int64_t wait = TRY(mobile_.send(asked.contact, http::whence_of(request)));
    if (wait > 0) return too_many_codes_response(wait);
    const bool sms = asked.contact.channel == store::Channel::sms;
    return http::json_response(json::Object{
        {"message", sms ? "OTP sent successfully to your phone" : "OTP sent successfully to your email"},
        {"otp_type", store::channel_name(asked.contact.channel)},
        {"contact_info", asked.as_sent},
        {"expires_in_minutes", code_minutes}});
  }

  Result<http::Response> verify(const http::Request& request) const {
    TRY(request.allow_query({}));
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const Asked asked = TRY(read_contact(request, in));
    const std::string_view code = TRY(in.string("otp_code", code_bytes_max));
    TRY(in.done());
    const Mobile::SignedIn signed_in = TRY(mobile_.verify(asked.contact, code, http::whence_of(request)));
    if (signed_in.token.empty()) {
      json::Array methods;
      for (const std::string& method : signed_in.further.methods) methods.push_back(method);
      return http::json_response(json::Object{{"status", "TWO_FACTOR_REQUIRED"},
                                              {"challenge", signed_in.further.challenge},
                                              {"methods", std::move(methods)}});
    }
    return http::json_response(json::Object{
        {"user", TRY(user_of(signed_in.user))}, {"token", signed_in.token}, {"message", "Login successful"}});
  }

  Result<http::Response> logout(const http::Request& request) const {
    TRY(request.allow_query({}));
    const std::string_view token = TRY(token_of(request));
    TRY(read_nothing(request));
    TRY(mobile_.logout(token, http::whence_of(request)));
    return http::json_response(json::Object{{"message", "Logout successful"}});
  }

  Result<http::Response> refresh(const http::Request& request) const {
    TRY(request.allow_query({}));
    const std::string_view token = TRY(token_of(request));
    TRY(read_nothing(request));
    const Mobile::Refreshed next = TRY(mobile_.refresh(token, http::whence_of(request)));
    return http::json_response(
        json::Object{{"token", next.token}, {"expires_at", to_rfc3339(next.expires_at)}});
  }

 private:
  struct Asked {
    Mobile::Contact contact;
    std::string as_sent;
  };

  Result<Asked> read_contact(const http::Request& request, json::Reader& in) const {
    const auto slug = TRY(in.optional_string("tenant", 63));
    const auto email = TRY(in.optional_string("email", contact_bytes_max));
    const auto phone = TRY(in.optional_string("phone_number", contact_bytes_max));
    if (email.has_value() == phone.has_value())
      return fail(Error::missing_member, "email", "Say either 'email' or 'phone_number'.");
    Asked asked;
    asked.as_sent = email.has_value() ? *email : *phone;
    asked.contact.channel = email.has_value() ? store::Channel::email : store::Channel::sms;
    Result<std::string> text = email.has_value() ? read_email(*email) : read_phone_number(*phone);
    if (!text.ok()) text.failure().where = email.has_value() ? "email" : "phone_number";
    asked.contact.text = TRY(std::move(text));
    asked.contact.tenant = TRY(find_business(store_, request, slug)).id;
    return asked;
  }

  static Result<std::string_view> token_of(const http::Request& request) {
    const std::string_view header = request.header("authorization");
    if (!header.starts_with(token_scheme)) return Error::unauthenticated;
    return header.substr(token_scheme.size());
  }

  Result<json::Object> user_of(const store::User& user) const {
    const auto branch = user.branch.has_value() ? json::Value(*user.branch) : json::Value();
    const auto phone = user.phone_number.has_value() ? json::Value(*user.phone_number) : json::Value();
    json::Array groups;
    for (const store::Group& group :
         TRY(store_.read([&](store::Database& db) { return store::groups_of(db, user.id); })))
      groups.push_back(group.name);
    return json::Object{
        {"id", user.id},
        {"email", user.email},
        {"first_name", user.first_name},
        {"last_name", user.last_name},
        {"phone_number", phone},
        {"is_active", user.is_active},
        {"profile",
         json::Object{{"phone_number", phone}, {"branch", branch}, {"designation", user.designation}}},
        {"groups", std::move(groups)}};
  }

  store::Store& store_;
  Mobile& mobile_;
};

}  // namespace

http::Response too_many_codes_response(std::int64_t seconds) {
  http::Response response = http::problem(too_many_codes(seconds));
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Retry-After"; });
  return std::move(response.with("Retry-After", std::to_string(seconds)));
}

void add_mobile_routes(http::Router& router, store::Store& store, Mobile& mobile) {
  const auto routes = std::make_shared<const MobileRoutes>(store, mobile);
  const auto add = [&](const char* pattern,
                       Result<http::Response> (MobileRoutes::*handler)(const http::Request&) const) {
    router.add("POST", pattern, [routes, handler](const http::Request& request) -> Result<http::Response> {
      return no_store(((*routes).*handler)(request));
    });
  };
  add("/auth/api/mobile/generate-otp/", &MobileRoutes::send);
  add("/auth/api/mobile/resend-otp/", &MobileRoutes::send);
  add("/auth/api/mobile/verify-otp/", &MobileRoutes::verify);
  add("/auth/api/mobile/logout/", &MobileRoutes::logout);
  add("/auth/api/mobile/refresh/", &MobileRoutes::refresh);
}

}  // namespace ringup::identity
