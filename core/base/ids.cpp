#include "core/base/ids.h"

#include "core/base/sha256.h"

namespace ringup {

Id make_id(std::int64_t unix_ms, std::span<const std::uint8_t, 10> random) {
  Id id;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(unix_ms >> (40 - 8 * i));
  for (std::size_t i = 0; i < 10; ++i) id.bytes[6 + i] = random[i];
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0F));
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3F));
  return id;
}

std::string to_string(const Id& id) {
  const std::string hex = to_hex(id.bytes.data(), id.bytes.size());
  return hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' +
         hex.substr(20, 12);
}

Result<Id> parse_id(std::string_view text) {
  const auto refused = [] {
    return fail(Error::invalid_value, {}, "This is not an id (a lower-case UUID).");
  };
  if (text.size() != 36) return refused();
  std::string hex;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (text[i] == '-')) return refused();
    if (!dash) hex += text[i];
  }
  Id id;
  if (!from_hex(hex, id.bytes.data(), id.bytes.size())) return refused();
  return id;
}

std::int64_t unix_ms_of(const Id& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | id.bytes[i];
  return ms;
}

}  // namespace ringup
