#pragma once
/// Codes of authenticator apps: HOTP (RFC 4226) and TOTP (RFC 6238) with what every app knows: HMAC-SHA-1,
/// six digits, steps of 30 seconds. SHA-1 is fine here: an HMAC needs no collision resistance.
///
/// Pure: the time and the step that was used last come in, so that a code opens nothing twice.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringup {

inline constexpr std::int64_t totp_step_s = 30;
inline constexpr std::int64_t totp_steps_around = 1;  // clocks of phones are off: one step before, one after
inline constexpr int totp_digits = 6;
inline constexpr std::size_t totp_secret_bytes = 20;  // as long as the hash (RFC 4226, 4 R6)

/// HOTP's number for a counter, with leading zeros.
std::string hotp(std::string_view secret, std::uint64_t counter, int digits = totp_digits);

/// The step a second belongs to.
constexpr std::int64_t totp_step_at(std::int64_t unix_s) {
  return unix_s / totp_step_s;
}

/// The step whose code this is: the one of now or one of its neighbours, and later than `last_used`, since
/// each step opens once. nullopt where it is none. Takes the same time whichever it is.
std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, std::int64_t unix_s,
                                       std::int64_t last_used);

/// RFC 4648, without padding: how secrets are shown to people and apps.
std::string base32_encode(std::string_view bytes);

/// What the QR code says: otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=…
std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace ringup
