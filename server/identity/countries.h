#pragma once
/// Value-added tax of countries: what a new business starts with. Owners change their rates afterwards.
#include <optional>
#include <span>
#include <string_view>

#include "core/money/money.h"

namespace ringup::identity {

struct Country {
  std::string_view code;  // ISO 3166, two capital letters
  Rate standard;
  Rate reduced;  // the one most food falls under; the standard one where there is no other
};

std::optional<Country> find_country(std::string_view code);
std::span<const Country> all_countries();

}  // namespace ringup::identity
