#include "server/identity/factor_routes.h"

#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/identity/sign_in_answers.h"
#include "server/store/devices.h"
#include "server/store/groups.h"
#include "server/store/pins.h"

namespace ringup::identity {
namespace {

using store::FactorKind;

constexpr std::size_t code_bytes_max = 64, phone_bytes_max = 64;

json::Array texts(const std::vector<std::string>& all) {
  json::Array items;
  for (const std::string& text : all) items.push_back(text);
  return items;
}

/// Rows of numbers: 1 is dark.
json::Array qr_json(const std::vector<std::string>& rows) {
  json::Array picture;
  for (const std::string& row : rows) {
    json::Array modules;
    for (const char module : row) modules.emplace_back(std::int64_t{module == '1'});
    picture.push_back(std::move(modules));
  }
  return picture;
}

/// Where a code went, for whoever waits for it: enough to know which one, too little to tell a stranger.
std::string masked(std::string_view contact) {
  const std::size_t at = contact.find('@');
  if (at != std::string_view::npos)
    return std::string(contact.substr(0, 1)) + "***" + std::string(contact.substr(at));
  return std::string(contact.substr(0, 3)) + "***" + std::string(contact.substr(contact.size() - 2));
}

class FactorRoutes {
 public:
  FactorRoutes(Accounts& accounts, Factors& factors, const http::Access& access, bool secure)
      : accounts_(accounts), factors_(factors), access_(access), answers_(accounts, secure) {}

  Result<http::Response> security(const http::Request& request) const {
    const Principal principal = TRY(who(request));
    TRY(request.allow_query({}));
    return accounts_.store().read([&](store::Database& db) -> Result<http::Response> {
      const auto user = TRY(store::find_user(db, principal.tenant, principal.user));
      if (!user.has_value()) return Error::invalid_token;
      json::Array factors, devices;
      for (const store::SecondFactor& factor : TRY(store::list_factors(db, user->id))) {
        json::Object item{{"kind", store::factor_name(factor.kind)},
                          {"since", to_rfc3339(factor.enabled_at.value_or(0))}};
        if (factor.phone_number.has_value()) item.push_back({"phone_number", *factor.phone_number});
        factors.push_back(std::move(item));
      }
      const auto trusted = TRY(store::list_trusted_devices(db, user->id, accounts_.world().now_us()));
      for (const store::KnownDevice& device : trusted) {
        devices.push_back(
            json::Object{{"id", device.id},
                         {"device", device.device},
                         {"created_at", to_rfc3339(device.trusted_at.value_or(device.created_at))},
                         {"expires_at", to_rfc3339(device.trusted_until.value_or(0))}});
      }
      return http::json_response(json::Object{
          {"factors", std::move(factors)},
          {"recovery_codes_left", TRY(store::count_recovery_codes(db, user->id))},
          {"trusted_devices", std::move(devices)},
          {"password_changed_at", to_rfc3339(user->password_changed_at.value_or(user->created_at))},
          {"has_pin", TRY(store::has_pin(db, user->id))}});
    });
  }

  Result<http::Response> forget_device(const http::Request& request) const {
    const Principal principal = TRY(who(request));
    const Id device = TRY(request.parameter_id(0));
    const bool forgotten = TRY(accounts_.store().writer().write_for<bool>([&](store::Database& db) {
      return store::distrust_device(db, principal.user, device, accounts_.world().now_us());
    }));
    if (!forgotten) return Error::not_found;
    return no_content();
  }

  Result<http::Response> enable(const http::Request& request, FactorKind kind) const {
    const Principal principal = TRY(who(request));
    const json::Value body = TRY(body_of(request));
    json::Reader in = TRY(json::Reader::object(body));
    std::optional<std::string> number;
    if (kind == FactorKind::sms) {
      Result<std::string> read = read_phone_number(TRY(in.string("phone_number", phone_bytes_max)));
      if (!read.ok()) read.failure().where = "phone_number";
      number = TRY(std::move(read));
    }
    const auto proof = TRY(read_proof(in));
    TRY(in.done());
    TRY(accounts_.require_proof(principal, proof));
    if (kind == FactorKind::totp) {
      const auto made = TRY(accounts_.store().writer().write_for<Factors::NewTotp>(
          [&](store::Database& db) -> Result<Factors::NewTotp> {
            return factors_.begin_totp(db, TRY(user_of(db, principal)));
          }));
      return http::json_response(
          json::Object{{"secret", made.secret}, {"otpauth_uri", made.otpauth_uri}, {"qr", qr_json(made.qr)}});
    }
    std::string contact = number.value_or("");
    const auto wait = TRY(
        accounts_.store().writer().write_for<std::int64_t>([&](store::Database& db) -> Result<std::int64_t> {
          const store::User user = TRY(user_of(db, principal));
          if (!number.has_value()) contact = user.email;
          return factors_.begin_sent(db, user, kind, number, http::whence_of(request));
        }));
    return sent(wait, kind, contact);
  }

  Result<http::Response> verify(const http::Request& request, FactorKind kind) const {
    const Principal principal = TRY(who(request));
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const std::string_view code = TRY(in.string("code", code_bytes_max));
    TRY(in.done());
    const auto enabled = TRY(accounts_.store().writer().write_for<Factors::Enabled>(
        [&](store::Database& db) -> Result<Factors::Enabled> {
          return factors_.enable(db, TRY(user_of(db, principal)), kind, code, http::whence_of(request));
        }));
    if (!enabled.right) return wrong_code();
    return http::json_response(json::Object{{"status", "enabled"},
                                            {"method", store::factor_name(kind)},
                                            {"recovery_codes", texts(enabled.recovery_codes)}});
  }

  Result<http::Response> disable(const http::Request& request, FactorKind kind) const {
    const Principal principal = TRY(proved(request));
    TRY(accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
      return factors_.disable(db, TRY(user_of(db, principal)), kind, http::whence_of(request));
    }));
    return http::json_response(json::Object{{"status", "disabled"}, {"method", store::factor_name(kind)}});
  }

  Result<http::Response> regenerate(const http::Request& request) const {
    const Principal principal = TRY(proved(request));
    const auto codes = TRY(accounts_.store().writer().write_for<std::vector<std::string>>(
        [&](store::Database& db) -> Result<std::vector<std::string>> {
          return factors_.renew_recovery_codes(db, TRY(user_of(db, principal)), http::whence_of(request));
        }));
    return http::json_response(json::Object{{"recovery_codes", texts(codes)}});
  }

  /// With a challenge: for the sign-in under way. Without one, signed in: as a proof.
  Result<http::Response> send_code(const http::Request& request, FactorKind kind) const {
    const json::Value body = TRY(body_of(request));
    json::Reader in = TRY(json::Reader::object(body));
    const auto challenge = TRY(in.optional_string("challenge", secret_text_bytes_max));
    TRY(in.done());
    std::optional<Principal> principal;
    if (!challenge.has_value()) principal = TRY(who(request));
    std::string contact;
    const auto wait = TRY(
        accounts_.store().writer().write_for<std::int64_t>([&](store::Database& db) -> Result<std::int64_t> {
          store::User user;
          std::vector<std::string> methods;
          if (principal.has_value()) {
            user = TRY(user_of(db, *principal));
            methods = TRY(factors_.methods(db, user));
          } else {
            const auto found = TRY(find(db, *challenge));
            user = TRY(user_of(db, {found.tenant, found.user, {}, {}, {}}));
            methods = TRY(factors_.methods_for(db, found, user));
          }
          if (std::find(methods.begin(), methods.end(), store::factor_name(kind)) == methods.end())
            return fail(Error::precondition_failed, {}, "This second factor is not enabled.");
          const auto factor = TRY(store::find_factor(db, user.id, kind));
          contact = factor.has_value() ? factor->phone_number.value_or(user.email) : user.email;
          return factors_.send(db, user, kind,
                               principal.has_value() ? code_purpose::proof : code_purpose::second_factor,
                               http::whence_of(request));
        }));
    return sent(wait, kind, contact);
  }

  Result<http::Response> verify_login(const http::Request& request, std::string_view method) const {
    const json::Value body = TRY(request.json_body());
    json::Reader in = TRY(json::Reader::object(body));
    const std::string_view challenge = TRY(in.string("challenge", secret_text_bytes_max));
    const std::string_view code = TRY(in.string("code", code_bytes_max));
    const bool trust = TRY(in.optional_boolean("remember_device")).value_or(false);
    TRY(in.done());
    using Maybe = std::optional<SignIn>;
    // A wrong code has something to write (the counts), so it is no failure of the job.
    const Maybe sign_in =
        TRY(accounts_.store().writer().write_for<Maybe>([&](store::Database& db) -> Result<Maybe> {
          const store::Challenge found = TRY(find(db, challenge));
          const store::User user = TRY(user_of(db, {found.tenant, found.user, {}, {}, {}}));
          if (!TRY(factors_.check(db, found, user, method, code, http::whence_of(request)))) return Maybe();
          return Maybe(TRY(accounts_.pass_second_factor(db, found, trust)));
        }));
    if (!sign_in.has_value()) return wrong_code();
    return answers_.answer(request, *sign_in);
  }

  /// For whoever manages people: somebody lost phone and paper.
  Result<http::Response> reset(const http::Request& request) const {
    const Principal principal = TRY(access_.user_with(request, Right::people_manage));
    const Id id = TRY(request.parameter_id(0));
    std::optional<Proof> proof;
    if (!request.body.empty()) {
      const json::Value body = TRY(request.json_body());
      json::Reader in = TRY(json::Reader::object(body));
      proof = TRY(read_proof(in));
      TRY(in.done());
    }
    TRY(accounts_.require_proof(principal, proof));
    TRY(accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
      const auto user = TRY(store::find_user(db, principal.tenant, id));
      if (!user.has_value()) return Error::not_found;
      Rights rights = rights_of(user->role);
      for (const store::Group& group : TRY(store::groups_of(db, user->id))) rights = rights | group.rights;
      // Nobody touches what lies outside their own rights.
      if (!rights.within(principal.rights())) return Error::forbidden;
      return factors_.reset(db, *user, principal, http::whence_of(request));
    }));
    return no_content();
  }

 private:
  static http::Response no_content() {
    http::Response response;
    response.status = 204;
    return response;
  }

  static Result<json::Value> body_of(const http::Request& request) {
    if (request.body.empty()) return json::Value(json::Object{});
    return request.json_body();
  }

  static Result<http::Response> sent(std::int64_t wait, FactorKind kind, std::string_view contact) {
    if (wait > 0) return too_many_codes_response(wait);
    return http::json_response(json::Object{{"status", "code_sent"},
                                            {"method", store::factor_name(kind)},
                                            {"contact_info", masked(contact)},
                                            {"expires_in_minutes", code_minutes}});
  }

  Result<Principal> who(const http::Request& request) const {
    return accounts_.authenticate(request.header("authorization"));
  }

  /// Signed in, with a fresh proof of who they are; the body holds nothing else.
  Result<Principal> proved(const http::Request& request) const {
    const Principal principal = TRY(who(request));
    const json::Value body = TRY(body_of(request));
    json::Reader in = TRY(json::Reader::object(body));
    const auto proof = TRY(read_proof(in));
    TRY(in.done());
    TRY(accounts_.require_proof(principal, proof));
    return principal;
  }

  static Result<store::User> user_of(store::Database& db, const Principal& principal) {
    const auto user = TRY(store::find_user(db, principal.tenant, principal.user));
    if (!user.has_value() || !user->is_active) return Error::invalid_token;
    return *user;
  }

  Result<store::Challenge> find(store::Database& db, std::string_view text) const {
    const auto found = TRY(store::find_challenge(db, sha256(text), store::ChallengePurpose::second_factor,
                                                 accounts_.world().now_us()));
    if (!found.has_value())
      return fail(Error::invalid_token, "challenge", "This sign-in has run out. Begin again.");
    return *found;
  }

  Accounts& accounts_;
  Factors& factors_;
  const http::Access& access_;
  const SignInAnswers answers_;
};

}  // namespace

void add_factor_routes(http::Router& router, Accounts& accounts, Factors& factors, const http::Access& access,
                       bool secure) {
  const auto routes = std::make_shared<const FactorRoutes>(accounts, factors, access, secure);
  const auto add = [&](const char* method, const std::string& pattern, auto handler) {
    router.add(method, pattern, [routes, handler](const http::Request& request) -> Result<http::Response> {
      Result<http::Response> result = handler(*routes, request);
      http::Response response = result.ok() ? std::move(result).value() : http::problem(result.failure());
      return std::move(response.with("Cache-Control", "no-store"));
    });
  };
  const std::string root = "/api/accounts/security/";
  add("GET", root,
      [](const FactorRoutes& all, const http::Request& request) { return all.security(request); });
  add("DELETE", root + "trusted-devices/{id}/",
      [](const FactorRoutes& all, const http::Request& request) { return all.forget_device(request); });
  add("DELETE", "/api/admin/users/{id}/second-factors/",
      [](const FactorRoutes& all, const http::Request& request) { return all.reset(request); });
  for (const FactorKind kind : {FactorKind::totp, FactorKind::sms, FactorKind::email}) {
    const bool sent = kind != FactorKind::totp;
    const std::string under = root + std::string(store::factor_name(kind)) + (sent ? "-2fa/" : "/");
    add("POST", under + "enable/",
        [kind](const FactorRoutes& all, const http::Request& request) { return all.enable(request, kind); });
    add("POST", under + "verify/",
        [kind](const FactorRoutes& all, const http::Request& request) { return all.verify(request, kind); });
    add("POST", under + "disable/",
        [kind](const FactorRoutes& all, const http::Request& request) { return all.disable(request, kind); });
    add("POST", under + "verify_login/", [kind](const FactorRoutes& all, const http::Request& request) {
      return all.verify_login(request, store::factor_name(kind));
    });
    if (!sent) continue;
    add("POST", under + "send_code/", [kind](const FactorRoutes& all, const http::Request& request) {
      return all.send_code(request, kind);
    });
  }
  add("POST", root + "recovery/verify_login/", [](const FactorRoutes& all, const http::Request& request) {
    return all.verify_login(request, "recovery");
  });
  add("POST", root + "recovery/regenerate/",
      [](const FactorRoutes& all, const http::Request& request) { return all.regenerate(request); });
}

}  // namespace ringup::identity
