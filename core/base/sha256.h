#pragma once
/// SHA-256 (FIPS 180-4). In core because the till hashes its journal in wasm, where no crypto library is
/// linked.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringup {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest sha256(std::string_view bytes);

/// Lower-case hex, two digits a byte.
std::string to_hex(const std::uint8_t* bytes, std::size_t count);
inline std::string to_hex(const Sha256Digest& digest) {
  return to_hex(digest.data(), digest.size());
}
/// Reads exactly `count` bytes of lower-case hex; false if `hex` is anything else.
bool from_hex(std::string_view hex, std::uint8_t* bytes, std::size_t count);

}  // namespace ringup
