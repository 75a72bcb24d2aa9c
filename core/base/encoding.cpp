#include "core/base/encoding.h"

#include <array>

#include "core/base/utf8.h"

namespace ringup {
namespace {

/// Windows-1252 from 0x80 to 0x9F; 0 where it has nothing.
constexpr std::array<char16_t, 32> windows_1252_part = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// 0 where Windows-1252 has no character.
char32_t windows_1252(char32_t code) {
  return code >= 0x80 && code < 0xA0 ? windows_1252_part[code - 0x80] : code;
}

bool is_text(char32_t code) {
  return code >= 0x20 ? code != 0x7F : code == '\t' || code == '\n' || code == '\r';
}

Failure unknown_encoding() {
  return fail(Error::invalid_csv, {},
              "The encoding of this file is not known: save it as CSV UTF-8 and choose it again.");
}

Result<std::string> from_utf16(std::string_view bytes, bool little) {
  if (bytes.size() % 2 != 0) return unknown_encoding();
  const auto unit = [&](std::size_t at) -> char32_t {
    const auto first = static_cast<std::uint8_t>(bytes[at]),
               second = static_cast<std::uint8_t>(bytes[at + 1]);
    return little ? static_cast<char32_t>(second << 8 | first) : static_cast<char32_t>(first << 8 | second);
  };
  std::string out;
  out.reserve(bytes.size() / 2 + bytes.size() / 8);
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code >= 0xD800 && code <= 0xDBFF && at + 2 < bytes.size()) {
      const char32_t low = unit(at + 2);
      if (low < 0xDC00 || low > 0xDFFF) return unknown_encoding();
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    }
    if ((code >= 0xD800 && code <= 0xDFFF) || !is_text(code)) return unknown_encoding();
    utf8::append(out, code);
  }
  return out;
}

Result<std::string> from_windows_1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const char32_t code = windows_1252(static_cast<std::uint8_t>(c));
    if (!is_text(code)) return unknown_encoding();
    utf8::append(out, code);
  }
  return out;
}

/// Nearly every other byte of western UTF-16 is zero, and no text in another encoding holds any.
std::optional<bool> little_utf16(std::string_view bytes) {
  const std::string_view seen = bytes.substr(0, 1000);
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) (i % 2 == 0 ? even : odd) += seen[i] == '\0' ? 1 : 0;
  if (odd > seen.size() / 4 && even == 0) return true;
  if (even > seen.size() / 4 && odd == 0) return false;
  return std::nullopt;
}

}  // namespace

std::string_view encoding_name(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return "UTF-8";
    case Encoding::utf16_le:
    case Encoding::utf16_be:
      return "UTF-16";
    case Encoding::windows_1252:
      return "Windows-1252";
  }
  return {};
}

Result<DecodedText> decode_text(std::string_view bytes) {
  const auto utf16 = [](std::string_view text, bool little) -> Result<DecodedText> {
    return DecodedText{little ? Encoding::utf16_le : Encoding::utf16_be, TRY(from_utf16(text, little))};
  };
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xFE\xFF")) return utf16(bytes.substr(2), false);
  if (const std::optional<bool> little = little_utf16(bytes)) return utf16(bytes, *little);
  if (utf8::valid(bytes)) {
    for (const char c : bytes)
      if (static_cast<signed char>(c) >= 0 && !is_text(static_cast<char32_t>(c))) return unknown_encoding();
    return DecodedText{Encoding::utf8, std::string(bytes)};
  }
  return DecodedText{Encoding::windows_1252, TRY(from_windows_1252(bytes))};
}

std::optional<std::string> meant_by_controls(std::string_view text) {
  std::string out;
  bool changed = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8::next(text, at);
    if (code == utf8::invalid) return std::nullopt;
    const char32_t meant = windows_1252(code);
    if (meant == 0) return std::nullopt;
    changed = changed || meant != code;
    utf8::append(out, meant);
  }
  return changed ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace ringup
