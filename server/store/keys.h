#pragma once
/// Keys derived from the folder's one secret, and keyed hashes made with them.
#include <string>
#include <string_view>

#include "core/base/sha256.h"

namespace ringup::store {

/// HKDF-SHA-256 (RFC 5869) without salt: 32 bytes for this label and no other use.
std::string derive_key(std::string_view secret, std::string_view label);
/// HMAC-SHA-256 (RFC 2104).
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);
/// Compares in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace ringup::store
