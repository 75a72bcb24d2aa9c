#pragma once
/// What a browser's WebCrypto does for a till, by OpenSSL; and a server's key in a test's hands.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/identity/permit.h"

namespace ringup::test {

inline const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// The payload of a compact JWS that this key (SPKI as base64url) signed with ES256.
inline std::optional<std::string> verify_es256(std::string_view key, std::string_view jws) {
  const std::size_t first = jws.find('.'), second = jws.rfind('.');
  if (first == std::string_view::npos || first == second) return std::nullopt;
  const auto spki = from_base64url(key), signature = from_base64url(jws.substr(second + 1));
  const auto payload = from_base64url(jws.substr(first + 1, second - first - 1));
  const auto head = from_base64url(jws.substr(0, first));
  if (!spki.ok() || !signature.ok() || !payload.ok() || !head.ok() || signature->size() != 64)
    return std::nullopt;
  if (head->find("\"ES256\"") == std::string::npos) return std::nullopt;
  const unsigned char* at = raw(*spki);
  EVP_PKEY* own = d2i_PUBKEY(nullptr, &at, static_cast<long>(spki->size()));
  if (own == nullptr) return std::nullopt;
  ECDSA_SIG* numbers = ECDSA_SIG_new();
  ECDSA_SIG_set0(numbers, BN_bin2bn(raw(*signature), 32, nullptr),
                 BN_bin2bn(raw(*signature) + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(numbers, &der);
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, own);
  const int right =
      EVP_DigestVerify(digest, der, static_cast<std::size_t>(size), raw(jws.substr(0, second)), second);
  EVP_MD_CTX_free(digest);
  OPENSSL_free(der);
  ECDSA_SIG_free(numbers);
  EVP_PKEY_free(own);
  return right == 1 ? std::optional(*payload) : std::nullopt;
}

inline std::string derive_pbkdf2(std::string_view password, std::string_view salt, int iterations) {
  std::string out(32, '\0');
  PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), raw(salt),
                    static_cast<int>(salt.size()), iterations, EVP_sha256(), 32,
                    reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

/// A key pair of its own.
class TestKey {
 public:
  TestKey() : pair_(EVP_EC_gen("P-256")) {}
  ~TestKey() { EVP_PKEY_free(pair_); }
  TestKey(const TestKey&) = delete;
  TestKey& operator=(const TestKey&) = delete;

  std::string public_key() const {
    std::string spki(static_cast<std::size_t>(i2d_PUBKEY(pair_, nullptr)), '\0');
    auto* at = reinterpret_cast<unsigned char*>(spki.data());
    i2d_PUBKEY(pair_, &at);
    return to_base64url(spki);
  }
  std::string sign(std::string_view payload) const {
    const std::string text = to_base64url(R"({"alg":"ES256"})") + '.' + to_base64url(payload);
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    EVP_DigestSignInit(digest, nullptr, EVP_sha256(), nullptr, pair_);
    std::size_t size = 128;
    std::string der(size, '\0');
    EVP_DigestSign(digest, reinterpret_cast<unsigned char*>(der.data()), &size, raw(text), text.size());
    EVP_MD_CTX_free(digest);
    const unsigned char* at = raw(der);
    ECDSA_SIG* numbers = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
    std::string out(64, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(numbers), bytes, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(numbers), bytes + 32, 32);
    ECDSA_SIG_free(numbers);
    return text + '.' + to_base64url(out);
  }

 private:
  EVP_PKEY* pair_;
};

}  // namespace ringup::test
