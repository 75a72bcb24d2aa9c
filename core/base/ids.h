#pragma once
/// Ids are UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then randomness, so they sort by birth.
/// Core has no clock and no randomness: both come in as arguments.
#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

struct Id {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const Id&) const = default;
  // By hand, because emcc's older library cannot compare arrays three ways.
  std::strong_ordering operator<=>(const Id& other) const {
    return std::memcmp(bytes.data(), other.bytes.data(), bytes.size()) <=> 0;
  }
  bool is_nil() const { return *this == Id{}; }
};

/// Makes a UUIDv7 from a time and ten random bytes.
Id make_id(std::int64_t unix_ms, std::span<const std::uint8_t, 10> random);
/// Lower-case 8-4-4-4-12 form.
std::string to_string(const Id&);
/// Accepts exactly the lower-case 8-4-4-4-12 form of any UUID; invalid_value otherwise.
Result<Id> parse_id(std::string_view text);
/// Milliseconds since 1970 held in a UUIDv7.
std::int64_t unix_ms_of(const Id&);

}  // namespace ringup
