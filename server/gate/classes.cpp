#include "server/gate/classes.h"

#include <algorithm>

#include "core/base/result.h"

namespace ringup::gate {
namespace {

struct Listed {
  std::string_view route;
  Class one;
};

/// Of POST. A route that is not there yet costs nothing to name.
constexpr Listed posted[] = {
    {"/api/accounts/login/", Class::sign_in},
    {"/api/accounts/security/sms-2fa/verify_login/", Class::sign_in},
    {"/api/accounts/security/email-2fa/verify_login/", Class::sign_in},
    {"/api/accounts/security/totp/verify_login/", Class::sign_in},
    {"/api/accounts/security/recovery/verify_login/", Class::sign_in},
    {"/auth/api/mobile/verify-otp/", Class::sign_in},
    {"/login", Class::sign_in},
    {"/login/code", Class::sign_in},
    {"/login/password", Class::sign_in},
    {"/login/code", Class::sign_in},
    {"/login/password", Class::sign_in},
    {"/api/accounts/register/", Class::post},
    {"/api/accounts/resend-verification/", Class::post},
    {"/api/accounts/forgot-password/", Class::post},
    {"/api/accounts/security/sms-2fa/send_code/", Class::post},
    {"/api/accounts/security/email-2fa/send_code/", Class::post},
    {"/auth/api/mobile/generate-otp/", Class::post},
    {"/auth/api/mobile/resend-otp/", Class::post},
    {"/login/send", Class::post},
    {"/register", Class::post},
    {"/verify-email/again", Class::post},
    {"/login/send", Class::post},
    {"/verify-email/again", Class::post},
    {"/forgot-password", Class::post},
    {"/api/accounts/refresh/", Class::token},
    {"/api/accounts/logout/", Class::token},
    {"/api/accounts/verify-email/", Class::token},
    {"/api/accounts/reset-password/", Class::token},
    {"/auth/api/mobile/refresh/", Class::token},
    {"/verify-email", Class::token},
    {"/reset-password", Class::token},
    {"/api/accounts/change-password/", Class::sensitive},
    {"/account/password", Class::sign_in},
    {"/api/admin/users/", Class::sensitive},
    {"/api/admin/otps/cleanup/", Class::sensitive},
};

}  // namespace

const http::Rate& Limits::of(Class one) const {
  switch (one) {
    case Class::sign_in:
      return sign_in;
    case Class::post:
      return post;
    case Class::token:
      return token;
    default:
      return sensitive;
  }
}

std::optional<Class> class_of(std::string_view method, std::string_view route) {
  if (route == "/api/admin/audit-log/verify/") return Class::sensitive;
  if (method == "GET") return std::nullopt;
  if (method == "POST") {
    // Pages have their patterns with or without the slash at the end.
    const auto same = [&](const Listed& listed) {
      return route == listed.route ||
             (route.starts_with(listed.route) && route.substr(listed.route.size()) == "/");
    };
    const auto* found = std::find_if(std::begin(posted), std::end(posted), same);
    if (found != std::end(posted)) return found->one;
  }
  if (route.starts_with("/api/accounts/security/") || route == "/api/accounts/me/pin/" ||
      route == "/api/admin/security/")
    return Class::sensitive;
  return std::nullopt;
}

}  // namespace ringup::gate
