#include "server/identity/sign_in_answers.h"

#include "server/identity/routes.h"

namespace ringup::identity {
namespace {

constexpr std::size_t device_tokens_max = 8;  // people who share a browser
constexpr std::size_t device_token_bytes = 43;
constexpr std::int64_t device_cookie_s = device_known_us / 1'000'000;

bool is_device_token(std::string_view text) {
  return text.size() == device_token_bytes && base64url_decode(text).ok();
}

}  // namespace

bool is_browser(const http::Request& request) {
  return request.header("x-ringup-client") == "browser";
}

std::string Cookie::header(std::string_view value, std::int64_t age_s) const {
  return name() + "=" + std::string(value) +
         "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(value.empty() ? 0 : age_s) +
         (secure ? "; Secure" : "");
}

Cookie SignInAnswers::refresh_cookie(const http::Request& request) const {
  return {"ringup_refresh", secure_ || request.secure};
}

Cookie SignInAnswers::device_cookie(const http::Request& request) const {
  return {"ringup_device", secure_ || request.secure};
}

std::vector<std::string> SignInAnswers::device_tokens(const http::Request& request) const {
  std::vector<std::string> tokens;
  std::string_view rest = request.cookie(device_cookie(request).name());
  while (!rest.empty() && tokens.size() < device_tokens_max) {
    const std::string_view token = rest.substr(0, rest.find('.'));
    if (is_device_token(token)) tokens.emplace_back(token);
    rest.remove_prefix(std::min(token.size() + 1, rest.size()));
  }
  return tokens;
}

Result<http::Response> SignInAnswers::answer(const http::Request& request, const SignIn& sign_in) const {
  if (sign_in.grant.has_value()) return granted(request, *sign_in.grant);
  json::Object members{{"status", sign_in.methods.empty() ? "PASSWORD_EXPIRED" : "TWO_FACTOR_REQUIRED"},
                       {"challenge", sign_in.challenge}};
  if (!sign_in.methods.empty()) {
    json::Array methods;
    for (const std::string& method : sign_in.methods) methods.push_back(method);
    members.push_back({"methods", std::move(methods)});
  }
  return http::json_response(std::move(members));
}

Result<http::Response> SignInAnswers::granted(const http::Request& request, const Grant& grant) const {
  json::Object user;
  TRY(accounts_.store().read([&](store::Database& db) -> Result<void> {
    const auto tenant = TRY(store::find_tenant(db, grant.user.tenant));
    if (!tenant.has_value()) return Error::invalid_token;
    user = TRY(profile_json(db, grant.user));
    user.push_back({"tenant", tenant_json(*tenant)});
    return {};
  }));
  const bool browser = is_browser(request);
  json::Object members{{"access", grant.access}};
  if (!browser) members.push_back({"refresh", grant.refresh});
  members.push_back({"user", std::move(user)});
  if (!browser && !grant.device_token.empty()) members.push_back({"device_token", grant.device_token});
  http::Response response = http::json_response(std::move(members));
  if (browser) {
    response.with("Set-Cookie", refresh_cookie(request).header(
                                    grant.refresh, std::int64_t{accounts_.refresh_days()} * 24 * 3600));
  }
  if (!grant.device_token.empty()) {
    std::string tokens = grant.device_token;
    std::size_t count = 1;
    for (const std::string& token : device_tokens(request)) {
      if (count++ < device_tokens_max) tokens += "." + token;
    }
    response.with("Set-Cookie", device_cookie(request).header(tokens, device_cookie_s));
  }
  return response;
}

Result<std::optional<Proof>> read_proof(json::Reader& in) {
  const json::Value* given = in.find("proof");
  if (given == nullptr) return std::optional<Proof>();
  json::Reader inner = TRY(json::Reader::object(*given, in.path_of("proof")));
  const auto password = TRY(inner.optional_string("password", secret_text_bytes_max));
  const auto code = TRY(inner.optional_string("code", secret_text_bytes_max));
  TRY(inner.done());
  if (password.has_value() == code.has_value())
    return fail(Error::invalid_value, in.path_of("proof"), "Give either a password or a code.");
  Proof proof;
  if (password.has_value()) proof.password = std::string(*password);
  if (code.has_value()) proof.code = std::string(*code);
  return std::optional(std::move(proof));
}

}  // namespace ringup::identity
