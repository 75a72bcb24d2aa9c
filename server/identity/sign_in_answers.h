#pragma once
/// How sign-ins travel: bodies, cookies, and what a client may show of itself. Shared by everything that may
/// end in a session.
///
/// Browser apps say so in the header `X-Ringup-Client: browser`, which no form and no other origin can send
/// without being asked first: their refresh token travels in a cookie that scripts cannot read, and never in
/// a body. The tokens of known devices travel in a cookie too, one for each person who signed in there, the
/// newest first, with dots between; API clients may keep `device_token` and show it in the next login
/// instead.
#include "server/http/http.h"
#include "server/identity/accounts.h"

namespace ringup::identity {

inline constexpr std::size_t secret_text_bytes_max = 1024;  // of a password, token or code in a body

bool is_browser(const http::Request& request);

/// One of our cookies: `__Host-` before its name over HTTPS.
struct Cookie {
  const char* plain_name;
  bool secure;
  std::string name() const { return (secure ? "__Host-" : "") + std::string(plain_name); }
  /// For Set-Cookie; an empty value takes the cookie away.
  std::string header(std::string_view value, std::int64_t age_s) const;
};

class SignInAnswers {
 public:
  /// `secure`: browsers come over HTTPS (PUBLIC_URL says so), also where the request itself does not.
  SignInAnswers(Accounts& accounts, bool secure) : accounts_(accounts), secure_(secure) {}

  /// {access, refresh, user}; or {status: TWO_FACTOR_REQUIRED, challenge, methods}; or {status:
  /// PASSWORD_EXPIRED, challenge}.
  Result<http::Response> answer(const http::Request& request, const SignIn& sign_in) const;
  /// {access, refresh, user} alone.
  Result<http::Response> granted(const http::Request& request, const Grant& grant) const;
  /// Device tokens that the request shows in its cookie.
  std::vector<std::string> device_tokens(const http::Request& request) const;
  Cookie refresh_cookie(const http::Request& request) const;

 private:
  Cookie device_cookie(const http::Request& request) const;
  Accounts& accounts_;
  const bool secure_;
};

/// The member `proof`: {password} or {code}; nullopt where there is none.
Result<std::optional<Proof>> read_proof(json::Reader& in);

}  // namespace ringup::identity
