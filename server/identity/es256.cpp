#include "server/identity/es256.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "core/base/result.h"
#include "core/identity/permit.h"
#include "server/store/keys.h"

namespace ringup::identity {
namespace {

constexpr int coordinate_bytes = 32;
constexpr std::string_view header = R"({"alg":"ES256","typ":"permit"})";

template <auto release>
struct Release {
  template <class T>
  void operator()(T* it) const {
    release(it);
  }
};
using Number = std::unique_ptr<BIGNUM, Release<BN_clear_free>>;
using Work = std::unique_ptr<BN_CTX, Release<BN_CTX_free>>;
using Group = std::unique_ptr<EC_GROUP, Release<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Release<EC_POINT_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyWork = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// FIPS 186-5, A.2.1: 384 bits modulo n − 1, plus 1, so that no value is likelier than another by more than
/// 2^-128.
Number private_number(const EC_GROUP* group, std::string_view secret, std::string_view label, BN_CTX* work) {
  std::string bytes = store::derive_key(secret, std::string(label) + " high") +
                      store::derive_key(secret, std::string(label) + " low").substr(0, 16);
  Number wide(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
  Number below(BN_dup(EC_GROUP_get0_order(group)));
  Number number(BN_new());
  ASSERT(wide && below && number && BN_sub_word(below.get(), 1) == 1);
  ASSERT(BN_mod(number.get(), wide.get(), below.get(), work) == 1 && BN_add_word(number.get(), 1) == 1);
  return number;
}

Key make_key(std::string_view secret, std::string_view label) {
  const Work work(BN_CTX_new());
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  ASSERT(work && group);
  const Number number = private_number(group.get(), secret, label, work.get());
  const Point point(EC_POINT_new(group.get()));
  ASSERT(point && EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, work.get()) == 1);
  unsigned char place[1 + 2 * coordinate_bytes];
  const std::size_t size = EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, place,
                                              sizeof place, work.get());
  ASSERT(size == sizeof place);

  const std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  ASSERT(builder);
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, place, size);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get());
  const std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>> members(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyWork making(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* made = nullptr;
  ASSERT(members && making && EVP_PKEY_fromdata_init(making.get()) == 1);
  ASSERT(EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_KEYPAIR, members.get()) == 1);
  return Key(made);
}

}  // namespace

struct Es256Key::Keys {
  Key pair;
};

Es256Key::Es256Key(std::string_view secret, std::string_view label)
    : keys_(std::make_unique<Keys>(Keys{make_key(secret, label)})) {
  const int size = i2d_PUBKEY(keys_->pair.get(), nullptr);
  ASSERT(size > 0);
  public_key_.resize(static_cast<std::size_t>(size));
  auto* at = reinterpret_cast<unsigned char*>(public_key_.data());
  ASSERT(i2d_PUBKEY(keys_->pair.get(), &at) == size);
}

Es256Key::~Es256Key() = default;

std::string Es256Key::sign(std::string_view payload) const {
  const std::string text = to_base64url(header) + '.' + to_base64url(payload);
  const Digest digest(EVP_MD_CTX_new());
  std::size_t size = 0;
  ASSERT(digest && EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, keys_->pair.get()) == 1);
  ASSERT(EVP_DigestSign(digest.get(), nullptr, &size, bytes_of(text), text.size()) == 1);
  std::string der(size, '\0');
  ASSERT(EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(der.data()), &size, bytes_of(text),
                        text.size()) == 1);
  // JOSE wants the two numbers side by side, OpenSSL gives them as DER.
  const unsigned char* at = bytes_of(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  unsigned char raw[2 * coordinate_bytes];
  ASSERT(signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw, coordinate_bytes) > 0);
  ASSERT(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw + coordinate_bytes, coordinate_bytes) > 0);
  return text + '.' + to_base64url({reinterpret_cast<const char*>(raw), sizeof raw});
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, int iterations) {
  std::string out(pin_hash_bytes, '\0');
  const int done = PKCS5_PBKDF2_HMAC(
      password.data(), static_cast<int>(password.size()), bytes_of(salt), static_cast<int>(salt.size()),
      iterations, EVP_sha256(), static_cast<int>(out.size()), reinterpret_cast<unsigned char*>(out.data()));
  ASSERT(done == 1);
  return out;
}

}  // namespace ringup::identity
