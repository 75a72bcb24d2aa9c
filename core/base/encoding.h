#pragma once
/// Texts that come from other programs: which encoding a file is in, and its text as UTF-8.
///
/// A byte order mark decides (UTF-8, UTF-16 of either order). Without one: bytes that are valid UTF-8 are
/// UTF-8; text in which every other byte is zero is UTF-16; what is left is Windows-1252, the encoding that
/// old spreadsheets of western Europe write, unless it holds one of the five bytes that it does not have or a
/// control character, which no text file holds: then it is none that we know and is refused, not guessed.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

enum class Encoding : std::uint8_t { utf8, utf16_le, utf16_be, windows_1252 };
/// "UTF-8", "UTF-16", "Windows-1252".
std::string_view encoding_name(Encoding encoding);

struct DecodedText {
  Encoding encoding = Encoding::utf8;
  std::string utf8;  // without a byte order mark
};
/// invalid_csv with words where the bytes are no text, or text in an encoding that is not known.
Result<DecodedText> decode_text(std::string_view bytes);

/// What was probably meant by a text with the control characters U+0080 to U+009F: nobody types them; they
/// are what remains when Windows-1252 is read as Latin-1 ("3 \x8Cufs" was "3 Œufs"). nullopt where there are
/// none, or one that Windows-1252 has no character for. A guess: of the eleven such names in a catalogue of
/// 100,000 five became right by it, four became readable but wrong. So it is offered to people, never taken
/// by itself.
std::optional<std::string> meant_by_controls(std::string_view utf8);

}  // namespace ringup
