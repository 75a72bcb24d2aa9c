#include "server/store/vault.h"

#include <openssl/evp.h>

#include <memory>

#include "server/store/keys.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;

struct ContextCloser {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, ContextCloser>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
int size_of(std::string_view text) {
  return static_cast<int>(text.size());
}

}  // namespace

Vault::Vault(std::string_view secret, std::string_view label) : key_(derive_key(secret, label)) {}

std::string Vault::seal(std::string_view text, std::string_view about) const {
  std::uint8_t nonce[nonce_bytes];
  random_bytes(nonce);
  std::string out(nonce_bytes + text.size() + tag_bytes, '\0');
  std::copy(std::begin(nonce), std::end(nonce), out.begin());
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  unsigned char* const cipher = bytes_of(out) + nonce_bytes;
  const bool sealed =
      context != nullptr &&
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_), nonce) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(about), size_of(about)) == 1 &&
      EVP_EncryptUpdate(context.get(), cipher, &size, bytes_of(text), size_of(text)) == 1 &&
      EVP_EncryptFinal_ex(context.get(), cipher + text.size(), &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, cipher + text.size()) == 1;
  ASSERT(sealed);
  return out;
}

Result<std::string> Vault::open(std::string_view sealed, std::string_view about) const {
  const auto refuse = [] {
    return fail(Error::damaged, {}, "A secret of this folder was sealed with another key, or changed.");
  };
  if (sealed.size() < nonce_bytes + tag_bytes) return refuse();
  const std::string_view nonce = sealed.substr(0, nonce_bytes);
  const std::string_view cipher = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  std::string out(cipher.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  ASSERT(context != nullptr);
  int size = 0;
  const bool opened =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key_), bytes_of(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(about), size_of(about)) == 1 &&
      EVP_DecryptUpdate(context.get(), bytes_of(out), &size, bytes_of(cipher), size_of(cipher)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), bytes_of(out) + out.size(), &size) == 1;
  if (!opened) return refuse();
  return out;
}

}  // namespace ringup::store
