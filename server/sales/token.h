#pragma once
/// A till's token: a signed certificate that names till, tenant, series and epoch. Verified without a look
/// into the store; it does not expire, because a till must be able to deliver its sales whenever it comes
/// back.
///
///     token = base64url(header) "." base64url(payload) "." base64url(HMAC-SHA-256 of both with their dot)
///     header = {"alg":"HS256","typ":"till"}     payload = {"epoch","series","tenant","till"}
#include <string>
#include <string_view>

#include "server/http/access.h"

namespace ringup::sales {

inline constexpr std::size_t token_bytes_max = 1024;

class TillTokens {
 public:
  /// The key is derived from the folder's secret by a label of its own.
  explicit TillTokens(std::string_view secret);
  std::string sign(const http::TillPrincipal& till) const;
  /// invalid_token for anything that sign() did not write.
  Result<http::TillPrincipal> verify(std::string_view token) const;

 private:
  std::string key_;
};

/// The bytes of an HMAC-SHA-256.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace ringup::sales
