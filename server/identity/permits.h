#pragma once
/// PINs of cashiers, and the permits that tills hold so that cashiers can change places without a network.
///
/// A permit is worth what the device it lies on is worth: whoever takes a till apart can try all short PINs
/// against the verifier. So it opens nothing but selling at that till, ends after three days (each fetch
/// renews it), is gone with the next fetch when the user may not sell any more, and what was rung up without
/// one is flagged when it is booked. On the server verifiers lie sealed.
///
/// Thread-safe.
#include <string>
#include <string_view>

#include "core/identity/permit.h"
#include "server/http/access.h"
#include "server/identity/accounts.h"
#include "server/identity/es256.h"
#include "server/identity/limits.h"
#include "server/store/vault.h"

namespace ringup::identity {

inline constexpr std::int64_t permit_us = 3LL * 24 * 3600 * 1'000'000;
inline constexpr int pins_per_minute = 10;          // that one user may set
inline constexpr std::int64_t sellers_max = 1'000;  // of one business

class Permits {
 public:
  /// The accounts must outlive it.
  explicit Permits(Accounts& accounts);

  /// Another PIN for the one who asks, who has proved anew who they are. invalid_value, forbidden where they
  /// may not sell, too_many_requests, busy.
  Result<void> set_pin(const Principal& principal, std::string_view pin, const http::Whence& whence);
  /// Takes a PIN away: one's own, or with people_manage that of a user who may nothing that oneself may not.
  /// not_found, forbidden.
  Result<void> remove_pin(const Principal& principal, const Id& user, const http::Whence& whence);
  /// {"key": SPKI as base64url, "items": [compact JWS…], "sellers": [ids of all who may sell]}. forbidden for
  /// a till that is revoked or not known here.
  Result<json::Value> permits_of(const http::TillPrincipal& till);

 private:
  Accounts& accounts_;
  store::Vault vault_;
  Es256Key key_;
  RateLimit limit_{pins_per_minute, 60'000'000};
  HashPool pool_;
};

/// /api/accounts/me/pin/, /api/admin/users/{id}/pin/, /api/till/permits/. The permits must outlive the
/// router.
void add_permit_routes(http::Router& router, Accounts& accounts, Permits& permits,
                       const http::Access& access);

}  // namespace ringup::identity
