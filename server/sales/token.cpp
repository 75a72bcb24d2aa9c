#include "server/sales/token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/base64.h"

namespace ringup::sales {
namespace {

constexpr std::string_view key_label = "ringup till token 1";
constexpr std::string_view header_json = R"({"alg":"HS256","typ":"till"})";
constexpr std::size_t series_bytes_max = 64;

std::string base64url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

Result<std::string> from_base64url(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) {
    if (c == '+' || c == '/' || c == '=') return Error::invalid_token;
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  while (plain.size() % 4 != 0) plain += '=';
  return base64_decode(plain);
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const unsigned char* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                                   reinterpret_cast<unsigned char*>(out.data()), &size);
  ASSERT(made != nullptr && size == 32);
  out.resize(size);
  return out;
}

TillTokens::TillTokens(std::string_view secret) : key_(hmac_sha256(secret, key_label)) {}

std::string TillTokens::sign(const http::TillPrincipal& till) const {
  const json::Object payload{
      {"epoch", till.epoch}, {"series", till.series}, {"tenant", till.tenant}, {"till", till.till}};
  const std::string text = base64url(header_json) + '.' + base64url(json::dump(payload));
  return text + '.' + base64url(hmac_sha256(key_, text));
}

Result<http::TillPrincipal> TillTokens::verify(std::string_view token) const {
  const auto refused = [] {
    return fail(Error::invalid_token, {}, "This is no till's token of this server.");
  };
  const std::size_t second = token.rfind('.');
  const std::size_t first = token.find('.');
  if (token.size() > token_bytes_max || second == std::string_view::npos || first == second) return refused();
  const std::string_view text = token.substr(0, second);
  const std::string signature = base64url(hmac_sha256(key_, text));
  const std::string_view given = token.substr(second + 1);
  if (given.size() != signature.size() || CRYPTO_memcmp(given.data(), signature.data(), given.size()) != 0)
    return refused();
  const Result<std::string> payload = from_base64url(text.substr(first + 1));
  if (!payload.ok()) return refused();
  const auto read = [&]() -> Result<http::TillPrincipal> {
    const json::Value value = TRY(json::parse(*payload));
    json::Reader in = TRY(json::Reader::object(value));
    http::TillPrincipal till;
    till.till = TRY(in.id("till"));
    till.tenant = TRY(in.id("tenant"));
    till.series = std::string(TRY(in.string("series", series_bytes_max)));
    till.epoch = TRY(in.integer("epoch", 1, json::integer_max));
    TRY(in.done());
    return till;
  };
  Result<http::TillPrincipal> till = read();
  return till.ok() ? till : Result<http::TillPrincipal>(refused());
}

}  // namespace ringup::sales
