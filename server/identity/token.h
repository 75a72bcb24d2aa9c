#pragma once
/// Access tokens (JWT, HS256 and nothing else, signed by a key that has a name) and refresh tokens (opaque,
/// each one determines its successor).
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/ids.h"
#include "core/base/result.h"

namespace ringup::identity {

inline constexpr std::size_t token_bytes_max = 2048;

std::string base64url_encode(std::string_view bytes);
/// RFC 4648 section 5 without padding, strictly: invalid_value for other characters and for bits left over.
Result<std::string> base64url_decode(std::string_view text);

/// A JWS in compact form over `payload`: header, payload and HMAC-SHA-256.
std::string sign_hs256(std::string_view payload, std::string_view key);
/// The payload, where there are exactly three parts, the header names HS256 and nothing that must be
/// understood (`crit`), and the signature is right. Whatever else the header says about algorithm, key or
/// type is not followed. invalid_token.
Result<std::string> verify_hs256(std::string_view jws, std::string_view key);

struct AccessClaims {
  Id session, user, tenant;
  std::int64_t issued_at_s = 0, expires_at_s = 0;
};

/// A key of access tokens: its bytes, its name, and the only header that it signs.
struct AccessKey {
  std::string secret, kid;
  std::string header;  // {"alg":"HS256","kid":…,"typ":"JWT"} as base64url, with the dot behind it
};
/// The name is computed from the secret and tells nothing of it.
AccessKey make_access_key(std::string secret);
std::string sign_access(const AccessClaims& claims, const AccessKey& key);
/// invalid_token for anything but a token that sign_access() made with one of these keys and that has not
/// expired. The header must be a key's own, byte for byte: so whatever it may say (another algorithm, where
/// to fetch a key, a key itself) is not even read.
Result<AccessClaims> verify_access(std::string_view token, std::span<const AccessKey> keys,
                                   std::int64_t now_us);

/// The token that follows: an HMAC, so that a client that lost the answer can be given the same once more,
/// though only hashes are stored.
std::string successor_of(std::string_view refresh_token, std::string_view key);

}  // namespace ringup::identity
