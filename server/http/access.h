#pragma once
/// Who may call: the doors that handlers ask. main hands in the functions (they live in server/identity and
/// server/sales), so that capabilities need not know one another.
#include <functional>
#include <string>

#include "core/identity/role.h"
#include "server/http/http.h"

namespace ringup::http {

/// An enrolled till, as its signed token names it.
struct TillPrincipal {
  Id till, tenant;
  std::string series;
  std::int64_t epoch = 0;
};

struct Access {
  /// The signed-in user behind `Authorization: Bearer`. unauthenticated, invalid_token.
  std::function<Result<Principal>(const Request&)> user;
  /// Until when the token behind `Authorization: Bearer` is good, UTC microseconds: for what outlasts a
  /// request. invalid_token.
  std::function<Result<std::int64_t>(const Request&)> user_until_us;
  /// The till behind `Authorization: Till`. unauthenticated, invalid_token. A revoked till is still a till.
  std::function<Result<TillPrincipal>(const Request&)> till;

  /// The user, if they have the right by role or group; else forbidden.
  Result<Principal> user_with(const Request& request, Right right) const {
    Principal principal = TRY(user(request));
    if (!principal.may(right)) return Error::forbidden;
    return principal;
  }
};

}  // namespace ringup::http
