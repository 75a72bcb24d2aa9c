#pragma once
/// Numbers of things in words.
#include <cstddef>
#include <string>
#include <string_view>

namespace ringup::console {

/// "12,345", or with what they are "1 product", "12,345 products".
inline std::string count_words(std::size_t count, std::string_view what = {}) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  if (what.empty()) return digits;
  return digits + " " + std::string(what) + (count == 1 ? "" : "s");
}

}  // namespace ringup::console
