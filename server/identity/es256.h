#pragma once
/// ECDSA over P-256 with SHA-256 (ES256): the server's signature under what tills check without a network.
#include <memory>
#include <string>
#include <string_view>

namespace ringup::identity {

/// A key pair that follows from the folder's secret and a label, so that there is nothing more to keep, to
/// back up or to agree on between two processes. Thread-safe.
class Es256Key {
 public:
  Es256Key(std::string_view secret, std::string_view label);
  ~Es256Key();
  Es256Key(const Es256Key&) = delete;
  Es256Key& operator=(const Es256Key&) = delete;

  /// SubjectPublicKeyInfo (DER).
  const std::string& public_key() const { return public_key_; }
  /// A JWS in compact form over `payload` (RFC 7515, RFC 7518 section 3.4).
  std::string sign(std::string_view payload) const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
  std::string public_key_;
};

/// PBKDF2-HMAC-SHA-256 (RFC 8018), 32 bytes.
std::string pbkdf2_sha256(std::string_view password, std::string_view salt, int iterations);

}  // namespace ringup::identity
