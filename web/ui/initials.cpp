#include "web/ui/initials.h"

#include "core/base/utf8.h"

namespace ringup::ui {

std::string initials_of(std::string_view name) {
  std::string initials;
  bool begin = true;
  int count = 0;
  for (std::size_t at = 0; at < name.size() && count < 2;) {
    const std::size_t from = at;
    const char32_t code = utf8::next(name, at);
    const bool letter =
        code != utf8::invalid && (code > 0x7F || (code >= 'a' && code <= 'z') ||
                                  (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9'));
    if (letter && begin) {
      initials += code >= 'a' && code <= 'z' ? std::string(1, static_cast<char>(code - 'a' + 'A'))
                                             : std::string(name.substr(from, at - from));
      ++count;
    }
    begin = !letter;
  }
  return initials.empty() ? "?" : initials;
}

std::uint32_t seed_of(const Id& id) {
  return static_cast<std::uint32_t>(id.bytes[12]) << 24 | static_cast<std::uint32_t>(id.bytes[13]) << 16 |
         static_cast<std::uint32_t>(id.bytes[14]) << 8 | static_cast<std::uint32_t>(id.bytes[15]);
}

}  // namespace ringup::ui
