#pragma once
/// What a device says of itself, for people.
#include <string>

namespace ringup::pages {

/// "Chrome on Windows" of a User-Agent header; what is no browser keeps its own words.
std::string device_in_words(const std::string& agent);

}  // namespace ringup::pages
