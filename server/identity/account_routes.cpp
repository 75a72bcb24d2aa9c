#include <algorithm>

#include "core/base/time.h"
#include "core/base/utf8.h"
#include "server/http/page.h"
#include "server/identity/routes.h"
#include "server/identity/sign_in_answers.h"
#include "server/store/audit.h"
#include "server/store/groups.h"

namespace ringup::identity {
namespace {

constexpr std::size_t text_bytes_max = secret_text_bytes_max;

store::Audit audit_of(const Principal& actor, const http::Request& request, std::string action,
                      std::string kind, const Id& object, std::string name = {}, std::string details = "{}") {
  http::Whence whence = http::whence_of(request);
  return {actor.tenant,
          std::move(action),
          actor.user,
          std::move(kind),
          object,
          std::move(name),
          std::move(whence.address),
          std::move(whence.device),
          std::move(details)};
}

class Routes {
 public:
  Routes(Accounts& accounts, bool secure) : accounts_(accounts), answers_(accounts, secure) {}

  Result<http::Response> login(const http::Request& request) const {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const auto slug = TRY(in.optional_string("tenant", 63));
    Accounts::Login login;
    login.email = TRY(in.string("email", 320));
    login.password = TRY(in.string("password", text_bytes_max));
    login.device_tokens = answers_.device_tokens(request);
    if (const auto token = TRY(in.optional_string("device_token", text_bytes_max)))
      login.device_tokens.emplace(login.device_tokens.begin(), *token);
    TRY(in.done());
    login.tenant = TRY(find_business(accounts_.store(), request, slug)).id;
    auto [address, device] = http::whence_of(request);
    login.address = std::move(address);
    login.device = std::move(device);
    auto sign_in = accounts_.login(login);
    if (!sign_in.ok() && sign_in.error() == Error::invalid_value) sign_in.failure().where = "email";
    return answers_.answer(request, TRY(std::move(sign_in)));
  }

  Result<http::Response> refresh(const http::Request& request) const {
    const std::string token = TRY(refresh_token_of(request));
    Result<Grant> grant = accounts_.refresh(token, http::whence_of(request));
    if (grant.ok()) return answers_.granted(request, *grant);
    if (!is_browser(request) || grant.error() != Error::invalid_token) return grant.failure();
    return http::problem(grant.failure()).with("Set-Cookie", answers_.refresh_cookie(request).header({}, 0));
  }

  /// By the access token, or by the refresh token where that one has expired.
  Result<http::Response> logout(const http::Request& request) const {
    if (!request.header("authorization").empty()) {
      if (!request.body.empty()) TRY(refresh_token_of(request));
      TRY(accounts_.logout(TRY(accounts_.authenticate(request.header("authorization"))),
                           http::whence_of(request)));
    } else {
      TRY(accounts_.logout_by_refresh(TRY(refresh_token_of(request)), http::whence_of(request)));
    }
    http::Response response;
    response.status = 204;
    if (is_browser(request)) response.with("Set-Cookie", answers_.refresh_cookie(request).header({}, 0));
    return response;
  }

  /// Signed in, or with the challenge that an expired password was answered with.
  Result<http::Response> change_password(const http::Request& request) const {
    const Result<json::Value> read = request.json_body();
    if (!read.ok()) {
      // Who nobody knows is told that first, as everywhere.
      TRY(accounts_.authenticate(request.header("authorization")));
      return read.failure();
    }
    const json::Value& body = *read;
    json::Reader in = TRY(json::Reader::object(body));
    if (in.has("challenge")) {
      const std::string_view challenge = TRY(in.string("challenge", text_bytes_max));
      const std::string_view new_password = TRY(in.string("new_password", text_bytes_max));
      TRY(in.done());
      return answers_.answer(request, TRY(accounts_.change_expired_password(challenge, new_password)));
    }
    const Principal principal = TRY(accounts_.authenticate(request.header("authorization")));
    const std::string_view new_password = TRY(in.string("new_password", text_bytes_max));
    const auto proof = TRY(read_proof(in));
    TRY(in.done());
    TRY(accounts_.change_password(principal, new_password, proof, http::whence_of(request)));
    return http::json_response(json::Object{{"status", "changed"}});
  }

  Result<http::Response> me(const http::Request& request) const {
    const Principal principal = TRY(accounts_.authenticate(request.header("authorization")));
    TRY(request.allow_query({}));
    return profile(principal);
  }

  Result<http::Response> change_me(const http::Request& request) const {
    const Principal principal = TRY(accounts_.authenticate(request.header("authorization")));
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const auto first = TRY(in.optional_string("first_name", person_name_bytes_max));
    const auto last = TRY(in.optional_string("last_name", person_name_bytes_max));
    TRY(in.done());
    std::optional<std::string> first_name, last_name;
    if (first.has_value()) first_name = TRY(read_person_name(*first, "first_name"));
    if (last.has_value()) last_name = TRY(read_person_name(*last, "last_name"));
    TRY(accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
      auto user = TRY(store::find_user(db, principal.tenant, principal.user));
      if (!user.has_value()) return Error::not_found;
      if (first_name.has_value()) user->first_name = *first_name;
      if (last_name.has_value()) user->last_name = *last_name;
      TRY(store::update_user(db, *user));
      json::Object changed;
      if (first_name.has_value()) changed.push_back({"first_name", *first_name});
      if (last_name.has_value()) changed.push_back({"last_name", *last_name});
      return store::add_audit(db,
                              audit_of(principal, request, "profile_changed", "user", user->id, user->email,
                                       json::dump(std::move(changed))),
                              accounts_.world().now_us());
    }));
    return profile(principal);
  }

  Result<http::Response> sessions(const http::Request& request) const {
    const Principal principal = TRY(accounts_.authenticate(request.header("authorization")));
    TRY(http::read_page(request));
    const std::int64_t now = accounts_.world().now_us();
    const auto found = TRY(accounts_.store().read(
        [&](store::Database& db) { return store::list_sessions(db, principal.user, now); }));
    json::Array items;
    for (const store::Session& session : found) {
      items.push_back(json::Object{{"id", session.id},
                                   {"device", session.device},
                                   {"created_at", to_rfc3339(session.created_at)},
                                   {"last_used_at", to_rfc3339(session.last_used_at)},
                                   {"current", session.id == principal.session}});
    }
    return http::json_response(json::Object{{"items", std::move(items)}, {"next", nullptr}});
  }

  Result<http::Response> end_session(const http::Request& request) const {
    const Principal principal = TRY(accounts_.authenticate(request.header("authorization")));
    const Id session = TRY(request.parameter_id(0));
    const std::int64_t now = accounts_.world().now_us();
    const bool ended =
        TRY(accounts_.store().writer().write_for<bool>([&](store::Database& db) -> Result<bool> {
          if (!TRY(store::end_session(db, principal.user, session, now))) return false;
          TRY(store::add_audit(db, audit_of(principal, request, "session_ended", "session", session), now));
          return true;
        }));
    if (!ended) return Error::not_found;
    http::Response response;
    response.status = 204;
    return response;
  }

 private:
  /// From the cookie where the header says browser, else from the body.
  Result<std::string> refresh_token_of(const http::Request& request) const {
    if (is_browser(request)) {
      const std::string_view token = request.cookie(answers_.refresh_cookie(request).name());
      if (token.empty()) return Error::unauthenticated;
      return std::string(token);
    }
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    std::string token(TRY(in.string("refresh", text_bytes_max)));
    TRY(in.done());
    return token;
  }

  Result<http::Response> profile(const Principal& principal) const {
    json::Object members;
    TRY(accounts_.store().read([&](store::Database& db) -> Result<void> {
      const auto user = TRY(store::find_user(db, principal.tenant, principal.user));
      const auto tenant = TRY(store::find_tenant(db, principal.tenant));
      if (!user.has_value() || !tenant.has_value()) return Error::invalid_token;
      members = TRY(profile_json(db, *user));
      members.push_back({"tenant", tenant_json(*tenant)});
      return {};
    }));
    return http::json_response(std::move(members));
  }

  Accounts& accounts_;
  const SignInAnswers answers_;
};

}  // namespace

json::Object user_json(const store::User& user) {
  return {{"id", user.id},
          {"email", user.email},
          {"first_name", user.first_name},
          {"last_name", user.last_name},
          {"role", role_name(user.role)},
          {"email_verified", user.email_verified_at.has_value()},
          {"phone_number", user.phone_number ? json::Value(*user.phone_number) : json::Value()},
          {"branch", user.branch ? json::Value(*user.branch) : json::Value()},
          {"designation", user.designation},
          {"is_active", user.is_active},
          {"created_at", to_rfc3339(user.created_at)},
          {"last_login", user.last_login ? json::Value(to_rfc3339(*user.last_login)) : json::Value()}};
}

json::Array rights_json(Rights rights) {
  json::Array names;
  for (int i = 0; i < right_count; ++i) {
    if (rights.has(static_cast<Right>(i))) names.push_back(right_name(static_cast<Right>(i)));
  }
  return names;
}

Result<json::Object> profile_json(store::Database& db, const store::User& user) {
  json::Object members = user_json(user);
  Rights rights = rights_of(user.role);
  json::Array groups;
  for (const store::Group& group : TRY(store::groups_of(db, user.id))) {
    rights = rights | group.rights;
    groups.push_back(json::Object{{"id", group.id}, {"name", group.name}});
  }
  members.push_back({"rights", rights_json(rights)});
  members.push_back({"groups", std::move(groups)});
  return members;
}

json::Value tenant_json(const store::Tenant& tenant) {
  return json::Object{{"id", tenant.id},
                      {"slug", tenant.slug},
                      {"name", tenant.name},
                      {"country", tenant.country},
                      {"currency", tenant.currency.code()},
                      {"currency_digits", std::int64_t{tenant.currency.digits}},
                      {"time_zone", tenant.time_zone},
                      {"tax_mode", tenant.tax_mode},
                      {"tax_placement", tenant.tax_placement}};
}

Result<std::string> read_person_name(std::string_view text, std::string_view field) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control || !utf8::valid(text))
    return fail(Error::invalid_value, std::string(field), "A name has no control characters.");
  return std::string(text);
}

std::function<Result<Principal>(const http::Request&)> user_door(Accounts& accounts) {
  return [&accounts](const http::Request& request) {
    return accounts.authenticate(request.header("authorization"));
  };
}

std::function<Result<std::int64_t>(const http::Request&)> user_until_door(Accounts& accounts) {
  return [&accounts](const http::Request& request) {
    return accounts.token_until_us(request.header("authorization"));
  };
}

void add_account_routes(http::Router& router, Accounts& accounts, bool secure) {
  const auto routes = std::make_shared<const Routes>(accounts, secure);
  const auto add = [&](const char* method, const char* pattern,
                       Result<http::Response> (Routes::*handler)(const http::Request&) const) {
    router.add(method, pattern, [routes, handler](const http::Request& request) -> Result<http::Response> {
      http::Response response;
      Result<http::Response> result = ((*routes).*handler)(request);
      response = result.ok() ? std::move(result).value() : http::problem(result.failure());
      // Tokens and personal data: no cache may keep them.
      response.with("Cache-Control", "no-store");
      return response;
    });
  };
  add("POST", "/api/accounts/login/", &Routes::login);
  add("POST", "/api/accounts/refresh/", &Routes::refresh);
  add("POST", "/api/accounts/logout/", &Routes::logout);
  add("POST", "/api/accounts/change-password/", &Routes::change_password);
  add("GET", "/api/accounts/me/", &Routes::me);
  add("PATCH", "/api/accounts/me/", &Routes::change_me);
  add("GET", "/api/accounts/sessions/", &Routes::sessions);
  add("DELETE", "/api/accounts/sessions/{id}/", &Routes::end_session);
}

}  // namespace ringup::identity
