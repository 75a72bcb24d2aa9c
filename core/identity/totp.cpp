#include "core/identity/totp.h"

#include <array>
#include <bit>

#include "core/base/result.h"
#include "core/base/url.h"

namespace ringup {
namespace {

constexpr std::size_t block_bytes = 64, sha1_bytes = 20;
using Sha1Digest = std::array<std::uint8_t, sha1_bytes>;

void sha1_block(std::array<std::uint32_t, 5>& state, const std::uint8_t* block) {
  std::array<std::uint32_t, 80> words{};
  for (std::size_t i = 0; i < 16; ++i) {
    words[i] = std::uint32_t{block[4 * i]} << 24U | std::uint32_t{block[4 * i + 1]} << 16U |
               std::uint32_t{block[4 * i + 2]} << 8U | std::uint32_t{block[4 * i + 3]};
  }
  for (std::size_t i = 16; i < 80; ++i)
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  auto [a, b, c, d, e] = state;
  for (std::size_t i = 0; i < 80; ++i) {
    std::uint32_t mixed = 0, constant = 0;
    if (i < 20) {
      mixed = (b & c) | (~b & d), constant = 0x5A827999;
    } else if (i < 40) {
      mixed = b ^ c ^ d, constant = 0x6ED9EBA1;
    } else if (i < 60) {
      mixed = (b & c) | (b & d) | (c & d), constant = 0x8F1BBCDC;
    } else {
      mixed = b ^ c ^ d, constant = 0xCA62C1D6;
    }
    const std::uint32_t next = std::rotl(a, 5) + mixed + e + constant + words[i];
    e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

/// FIPS 180-4. Only for HMAC here: nothing else may rest on SHA-1.
Sha1Digest sha1(std::string bytes) {
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  bytes.push_back('\x80');
  while (bytes.size() % block_bytes != block_bytes - 8) bytes.push_back('\0');
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(bits >> shift & 0xFFU));
  std::array<std::uint32_t, 5> state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (std::size_t at = 0; at < bytes.size(); at += block_bytes)
    sha1_block(state, reinterpret_cast<const std::uint8_t*>(bytes.data()) + at);
  Sha1Digest digest{};
  for (std::size_t i = 0; i < sha1_bytes; ++i)
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

std::string text_of(const Sha1Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Sha1Digest hmac_sha1(std::string_view key, std::string_view bytes) {
  std::string block = key.size() > block_bytes ? text_of(sha1(std::string(key))) : std::string(key);
  block.resize(block_bytes, '\0');
  std::string inner, outer;
  for (const char c : block) {
    inner.push_back(static_cast<char>(c ^ '\x36'));
    outer.push_back(static_cast<char>(c ^ '\x5c'));
  }
  return sha1(outer + text_of(sha1(inner + std::string(bytes))));
}

/// Equal, in a time that depends on the lengths only.
bool equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  return different == 0;
}

}  // namespace

std::string hotp(std::string_view secret, std::uint64_t counter, int digits) {
  ASSERT(digits >= 6 && digits <= 9);
  std::string moving;
  for (int shift = 56; shift >= 0; shift -= 8) moving.push_back(static_cast<char>(counter >> shift & 0xFFU));
  const Sha1Digest digest = hmac_sha1(secret, moving);
  const std::size_t at = digest.back() & 15U;
  std::uint32_t number = (digest[at] & 0x7FU) << 24U | std::uint32_t{digest[at + 1]} << 16U |
                         std::uint32_t{digest[at + 2]} << 8U | std::uint32_t{digest[at + 3]};
  std::string code(static_cast<std::size_t>(digits), '0');
  for (std::size_t i = code.size(); i-- > 0; number /= 10) code[i] = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, std::int64_t unix_s,
                                       std::int64_t last_used) {
  std::optional<std::int64_t> found;
  const std::int64_t now = totp_step_at(unix_s);
  for (std::int64_t step = now - totp_steps_around; step <= now + totp_steps_around; ++step) {
    const bool same = equal(hotp(secret, static_cast<std::uint64_t>(step)), code);
    if (same && step > last_used && !found.has_value()) found = step;
  }
  return found;
}

std::string base32_encode(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    held = (held << 8U | static_cast<unsigned char>(c)) & 0xFFFFU;
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(letters[held >> (bits - 5) & 31U]);
  }
  if (bits > 0) out.push_back(letters[held << (5 - bits) & 31U]);
  return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret) {
  return "otpauth://totp/" + url_encoded(issuer) + ":" + url_encoded(account) +
         "?secret=" + base32_encode(secret) + "&issuer=" + url_encoded(issuer) +
         "&algorithm=SHA1&digits=" + std::to_string(totp_digits) + "&period=" + std::to_string(totp_step_s);
}

}  // namespace ringup
