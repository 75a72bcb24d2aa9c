#include "server/identity/token.h"

#include <algorithm>
#include <array>

#include "core/base/json.h"
#include "server/store/keys.h"

namespace ringup::identity {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view issuer = "ringup";

std::string_view text_of(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  if (c == '_') return 63;
  return -1;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  unsigned bits = 0, held = 0;
  for (const char c : bytes) {
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (bits += 8; bits >= 6; bits -= 6) out += alphabet[held >> (bits - 6) & 63];
  }
  if (bits > 0) out += alphabet[held << (6 - bits) & 63];
  return out;
}

Result<std::string> base64url_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) return Error::invalid_value;
    held = (held << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFF);
  }
  if (bits >= 6 || (held & ((1U << bits) - 1)) != 0) return Error::invalid_value;
  return out;
}

std::string sign_hs256(std::string_view payload, std::string_view key) {
  std::string token = base64url_encode(header) + '.' + base64url_encode(payload);
  const Sha256Digest signature = store::hmac_sha256(key, token);
  return token + '.' + base64url_encode(text_of(signature));
}

Result<std::string> verify_hs256(std::string_view jws, std::string_view key) {
  if (jws.size() > token_bytes_max) return Error::invalid_token;
  const std::size_t first = jws.find('.');
  const std::size_t second = first == std::string_view::npos ? first : jws.find('.', first + 1);
  if (second == std::string_view::npos || jws.find('.', second + 1) != std::string_view::npos)
    return Error::invalid_token;
  const auto signature = base64url_decode(jws.substr(second + 1));
  const Sha256Digest right = store::hmac_sha256(key, jws.substr(0, second));
  if (!signature.ok() || !store::equal_in_constant_time(*signature, text_of(right)))
    return Error::invalid_token;
  const auto head = base64url_decode(jws.substr(0, first));
  const auto payload = base64url_decode(jws.substr(first + 1, second - first - 1));
  if (!head.ok() || !payload.ok()) return Error::invalid_token;
  const auto members = json::parse(*head, {.bytes_max = 1024, .depth_max = 2, .values_max = 16});
  if (!members.ok()) return Error::invalid_token;
  const json::Value* algorithm = members->find("alg");
  if (algorithm == nullptr || algorithm->as_string() == nullptr || *algorithm->as_string() != "HS256" ||
      members->find("crit") != nullptr) {
    return Error::invalid_token;
  }
  return *payload;
}

AccessKey make_access_key(std::string secret) {
  const Sha256Digest name = store::hmac_sha256(secret, "ringup key name");
  AccessKey key;
  key.kid = base64url_encode(text_of(name).substr(0, 9));
  key.header = base64url_encode(R"({"alg":"HS256","kid":")" + key.kid + R"(","typ":"JWT"})") + '.';
  key.secret = std::move(secret);
  return key;
}

std::string sign_access(const AccessClaims& claims, const AccessKey& key) {
  std::string token = key.header + base64url_encode(json::dump(json::Object{{"iss", issuer},
                                                                            {"sub", claims.user},
                                                                            {"tid", claims.tenant},
                                                                            {"sid", claims.session},
                                                                            {"iat", claims.issued_at_s},
                                                                            {"exp", claims.expires_at_s}}));
  const Sha256Digest signature = store::hmac_sha256(key.secret, token);
  return token + '.' + base64url_encode(text_of(signature));
}

Result<AccessClaims> verify_access(std::string_view token, std::span<const AccessKey> keys,
                                   std::int64_t now_us) {
  const auto key = std::find_if(keys.begin(), keys.end(),
                                [&](const AccessKey& each) { return token.starts_with(each.header); });
  if (key == keys.end()) return Error::invalid_token;
  const std::string payload = TRY(verify_hs256(token, key->secret));
  const auto read = [&]() -> Result<AccessClaims> {
    const json::Value value = TRY(json::parse(payload));
    json::Reader in = TRY(json::Reader::object(value));
    AccessClaims claims;
    if (TRY(in.string("iss", 20)) != issuer) return Error::invalid_token;
    claims.user = TRY(in.id("sub"));
    claims.tenant = TRY(in.id("tid"));
    claims.session = TRY(in.id("sid"));
    claims.issued_at_s = TRY(in.integer("iat", 0, json::integer_max));
    claims.expires_at_s = TRY(in.integer("exp", 0, json::integer_max));
    TRY(in.done());
    return claims;
  };
  const Result<AccessClaims> claims = read();
  if (!claims.ok() || claims->expires_at_s <= now_us / 1'000'000) return Error::invalid_token;
  return claims;
}

std::string successor_of(std::string_view refresh_token, std::string_view key) {
  return base64url_encode(text_of(store::hmac_sha256(key, refresh_token)));
}

}  // namespace ringup::identity
