#include "core/base/utf8.h"

#include "core/base/result.h"

namespace ringup::utf8 {

char32_t next(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return ++at, lead;
  int extra = 0;
  char32_t code = 0, least = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    extra = 1, code = lead & 0x1Fu, least = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    extra = 2, code = lead & 0x0Fu, least = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    extra = 3, code = lead & 0x07u, least = 0x10000;
  } else {
    return ++at, invalid;
  }
  if (text.size() - at <= static_cast<std::size_t>(extra)) return ++at, invalid;
  for (int i = 1; i <= extra; ++i) {
    const unsigned char part = byte(at + static_cast<std::size_t>(i));
    if ((part & 0xC0) != 0x80) return ++at, invalid;
    code = (code << 6) | (part & 0x3Fu);
  }
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return ++at, invalid;
  at += static_cast<std::size_t>(extra) + 1;
  return code;
}

bool valid(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (next(text, at) == invalid) return false;
  }
  return true;
}

void append(std::string& out, char32_t code) {
  ASSERT(code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF));
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::size_t length(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string_view prefix(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && count-- == 0) break;
  }
  return text.substr(0, at);
}

}  // namespace ringup::utf8
