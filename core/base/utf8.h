#pragma once
/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#include <cstddef>
#include <string>
#include <string_view>

namespace ringup::utf8 {

inline constexpr char32_t invalid = 0xFFFFFFFF;

/// Decodes the code point at `text[at]` and moves `at` behind it. Invalid bytes yield `invalid` and move by
/// one. Requires at < text.size().
char32_t next(std::string_view text, std::size_t& at);
/// True if the whole text is valid UTF-8.
bool valid(std::string_view text);
/// Appends a code point; requires a valid scalar value.
void append(std::string& out, char32_t code_point);
/// Number of code points of a valid text.
std::size_t length(std::string_view text);
/// The first `count` code points of a valid text (or all).
std::string_view prefix(std::string_view text, std::size_t count);

}  // namespace ringup::utf8
