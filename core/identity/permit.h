#pragma once
/// A cashier's permit for one till: who may sell there without a network, until when, and how their PIN is
/// verified. Both ends share this form; GET /api/till/permits/ carries permits as the payload of a compact
/// JWS (ES256).
///
///     permit = {"user","first_name","last_name","role","rights": [name…],"till","tenant",
///               "issued_at": s,"not_after": s,"pin": {"salt","iterations","hash"}}
///     salt, hash = base64url without padding; hash = PBKDF2-HMAC-SHA-256(PIN, salt, iterations), 32 bytes
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/identity/role.h"

namespace ringup {

/// OWASP Password Storage Cheat Sheet (2023) for PBKDF2-HMAC-SHA256. It slows a thief of the device down, who
/// can still try all short PINs in hours: that is why permits end.
inline constexpr int pin_iterations = 600'000;
inline constexpr std::size_t pin_salt_bytes = 16, pin_hash_bytes = 32;

struct PinVerifier {
  std::string salt, hash;  // bytes
  int iterations = pin_iterations;
  bool operator==(const PinVerifier&) const = default;
};

struct Permit {
  Id user;
  std::string first_name, last_name;
  Role role = Role::cashier;
  Rights rights;  // the role's and those of the groups
  Id till, tenant;
  std::int64_t issued_at_s = 0, not_after_s = 0;  // UTC, by the server's clock
  PinVerifier pin;
  bool operator==(const Permit&) const = default;
};

json::Value to_json(const PinVerifier&);
Result<PinVerifier> read_pin_verifier(const json::Value&, std::string_view where = {});
json::Value to_json(const Permit&);
/// Lenient towards members, rights and roles of a newer server: what is not known gives nothing.
Result<Permit> read_permit(const json::Value&);
/// "sell", "refund" … in the order of the enum.
json::Array right_names(Rights rights);
/// Names that are not known are passed over. wrong_type.
Result<Rights> read_right_names(const json::Value& names);

/// RFC 4648 section 5 without padding.
std::string to_base64url(std::string_view bytes);
/// invalid_value.
Result<std::string> from_base64url(std::string_view text);

}  // namespace ringup
