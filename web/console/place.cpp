#include "web/console/place.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace ringup::console {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
    const int low = high >= 0 ? digit_of(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return utf8::valid(out) ? out : std::string();
}

// Cuts `text` at the first `mark` and answers what stood before it.
std::string_view before(std::string_view& text, char mark) {
  const std::size_t at = std::min(text.find(mark), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

}  // namespace

std::string Place::get(std::string_view name) const {
  const auto found =
      std::find_if(query.begin(), query.end(), [&](const auto& member) { return member.first == name; });
  return found == query.end() ? std::string() : found->second;
}

void Place::set(std::string_view name, std::string_view value) {
  const auto found =
      std::find_if(query.begin(), query.end(), [&](const auto& member) { return member.first == name; });
  if (value.empty()) {
    if (found != query.end()) query.erase(found);
  } else if (found == query.end()) {
    query.emplace_back(name, value);
  } else {
    found->second = value;
  }
}

Place read_place(std::string_view hash) {
  Place place;
  if (hash.starts_with('#')) hash.remove_prefix(1);
  if (hash.starts_with('/')) hash.remove_prefix(1);
  std::string_view path = before(hash, '?');
  place.screen = decoded(before(path, '/'));
  place.id = decoded(before(path, '/'));
  while (!hash.empty()) {
    std::string_view member = before(hash, '&');
    const std::string name = decoded(before(member, '='));
    if (!name.empty()) place.set(name, decoded(member));
  }
  return place;
}

std::string hash_of(const Place& place) {
  if (place.screen.empty()) return {};
  std::string hash = "/" + url_encoded(place.screen);
  if (!place.id.empty()) hash += "/" + url_encoded(place.id);
  char mark = '?';
  for (const auto& [name, value] : place.query) {
    hash += mark + url_encoded(name) + "=" + url_encoded(value);
    mark = '&';
  }
  return hash;
}

}  // namespace ringup::console
