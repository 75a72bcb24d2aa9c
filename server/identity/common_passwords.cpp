#include "server/identity/common_passwords.h"

#include <algorithm>
#include <string>

#include "core/base/result.h"
#include "server/pages/assets.h"

namespace ringup::identity {
namespace {

/// Lines sorted by bytes, each with its newline.
std::string_view list() {
  static const Asset* const asset = find_asset("passwords/common.txt");
  ASSERT(asset != nullptr);
  return {reinterpret_cast<const char*>(asset->raw.data()), asset->raw.size()};
}

bool is_listed(std::string_view word) {
  std::string_view rest = list();
  while (!rest.empty()) {
    // The line that the middle lies in.
    const std::size_t before = rest.substr(0, rest.size() / 2).rfind('\n');
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    const std::size_t end = rest.find('\n', begin);
    const std::string_view line = rest.substr(begin, end - begin);
    if (line == word) return true;
    rest = line < word ? rest.substr(end + 1) : rest.substr(0, begin);
  }
  return false;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool is_common_password(std::string_view password) {
  std::string text(password);
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (is_listed(text)) return true;
  std::string_view stem = text;
  while (!stem.empty() && !is_letter(stem.front())) stem.remove_prefix(1);
  while (!stem.empty() && !is_letter(stem.back())) stem.remove_suffix(1);
  // A short word among many digits is theirs to choose: the digits are the password.
  if (stem.size() < text.size() && stem.size() * 3 >= text.size() && is_listed(stem)) return true;
  for (std::size_t size = 4; size * 2 <= text.size(); ++size) {
    if (text.size() % size == 0 && text.compare(size, std::string::npos, text, 0, text.size() - size) == 0 &&
        is_listed(std::string_view(text).substr(0, size)))
      return true;
  }
  return false;
}

}  // namespace ringup::identity
