#include "server/store/keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/result.h"

namespace ringup::store {
namespace {

std::string_view text_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256Digest digest{};
  unsigned size = 0;
  const unsigned char* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size);
  ASSERT(made != nullptr && size == digest.size());
  return digest;
}

std::string derive_key(std::string_view secret, std::string_view label) {
  const Sha256Digest extracted = hmac_sha256(std::string(32, '\0'), secret);
  const Sha256Digest expanded = hmac_sha256(text_of(extracted), std::string(label) + '\x01');
  return std::string(text_of(expanded));
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ringup::store
