#pragma once
/// The HTTP face of one-time codes and second factors. A handler parses, calls, maps.
#include "server/http/access.h"
#include "server/identity/accounts.h"
#include "server/identity/business.h"
#include "server/identity/factors.h"

namespace ringup::identity {

/// /auth/api/mobile/….
void add_mobile_routes(http::Router& router, store::Store& store, Mobile& mobile);
/// /api/admin/otps/: states of codes, never codes.
void add_code_routes(http::Router& router, store::Store& store, Codes& codes, const World& world,
                     const http::Access& access);

/// /api/accounts/security/…, and /api/admin/users/{id}/second-factors/.
void add_factor_routes(http::Router& router, Accounts& accounts, Factors& factors, const http::Access& access,
                       bool secure);

/// A body with nothing in it: none at all, or {}. unknown_member, invalid_json.
Result<void> read_nothing(const http::Request& request);
/// 429 with the time to wait in `Retry-After`.
http::Response too_many_codes_response(std::int64_t seconds);

}  // namespace ringup::identity
