#pragma once
/// Value-added tax and time of countries: what a new business starts with. Owners change it afterwards.
#include <optional>
#include <span>
#include <string_view>

#include "core/money/money.h"

namespace ringup::identity {

struct Country {
  std::string_view code;  // ISO 3166, two capital letters
  Rate standard;
  Rate reduced;                // the one most food falls under; the standard one where there is no other
  std::string_view time_zone;  // IANA's name, of the part where most people live
};

std::optional<Country> find_country(std::string_view code);
std::span<const Country> all_countries();

}  // namespace ringup::identity
