#pragma once
/// Where somebody is in the console: what the address holds after its '#'.
///
///     #/SCREEN            #/SCREEN/ID            #/SCREEN/ID?name=value&name=value
///
/// Values are UTF-8; in the address they are percent-encoded. Back, forward, bookmarks and links all work
/// with places, so whatever a person would expect to find again (a filter, an open product) belongs into one.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/url.h"

namespace ringup::console {

struct Place {
  std::string screen;  // Screen::key()
  std::string id;      // what is open there; empty: nothing
  std::vector<std::pair<std::string, std::string>> query;

  /// The value of a name, or empty.
  std::string get(std::string_view name) const;
  /// Sets a name once; an empty value takes it away.
  void set(std::string_view name, std::string_view value);
  bool operator==(const Place&) const = default;
};

/// Never fails: what cannot be read is left out. An empty hash is a Place without a screen.
Place read_place(std::string_view hash);
/// "/products/0198…?category=…", without the '#'.
std::string hash_of(const Place& place);

}  // namespace ringup::console
