#pragma once
/// Texts for printers, which know single bytes and a few tables of letters ("code pages") instead of UTF-8.
///
/// Four pages are used, which printers of all makes have under these numbers: Windows-1252 for western
/// Europe, PC852 for central Europe, PC866 for Cyrillic, PC737 for Greek. A text that needs several is
/// written in runs. What none of them has becomes the nearest letter, or a question mark, one for one, so
/// that what was laid out in columns stays in them.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ringup {

/// As ESC t names them.
inline constexpr std::uint8_t page_western = 16, page_central = 18, page_cyrillic = 17, page_greek = 14;

/// The text with nothing in it but what some page has: "Ștefan ②" becomes "Ştefan ?". Marks of their own and
/// signs without width are left out, control characters become spaces.
std::string printable(std::string_view text);

/// Writes printable texts one after another, with ESC t wherever the page changes.
class PageWriter {
 public:
  /// Requires that printable(text) == text.
  void write(std::string& out, std::string_view text);

 private:
  std::optional<std::uint8_t> page_;  // none chosen yet
};

}  // namespace ringup
