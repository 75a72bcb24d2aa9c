#include "server/identity/countries.h"

#include <algorithm>

namespace ringup::identity {
namespace {

constexpr Country row(std::string_view code, std::int64_t standard_ppm, std::int64_t reduced_ppm) {
  return {code, Rate{standard_ppm}, Rate{reduced_ppm}};
}

/// Source: for the European Union the Commission's list of VAT rates in the member states, for the others the
/// tax authority of the country; as of January 2026.
constexpr Country countries[] = {
    row("AT", 200'000, 100'000), row("AU", 100'000, 100'000), row("BE", 210'000, 60'000),
    row("BG", 200'000, 90'000),  row("CH", 81'000, 26'000),   row("CY", 190'000, 90'000),
    row("CZ", 210'000, 120'000), row("DE", 190'000, 70'000),  row("DK", 250'000, 250'000),
    row("EE", 240'000, 130'000), row("ES", 210'000, 100'000), row("FI", 255'000, 135'000),
    row("FR", 200'000, 55'000),  row("GB", 200'000, 50'000),  row("GR", 240'000, 130'000),
    row("HR", 250'000, 130'000), row("HU", 270'000, 180'000), row("IE", 230'000, 135'000),
    row("IS", 240'000, 110'000), row("IT", 220'000, 100'000), row("JP", 100'000, 80'000),
    row("KE", 160'000, 160'000), row("LI", 81'000, 26'000),   row("LT", 210'000, 120'000),
    row("LU", 170'000, 80'000),  row("LV", 210'000, 120'000), row("MT", 180'000, 70'000),
    row("NL", 210'000, 90'000),  row("NO", 250'000, 150'000), row("NZ", 150'000, 150'000),
    row("PL", 230'000, 80'000),  row("PT", 230'000, 60'000),  row("RO", 210'000, 110'000),
    row("SE", 250'000, 120'000), row("SG", 90'000, 90'000),   row("SI", 220'000, 95'000),
    row("SK", 230'000, 190'000), row("ZA", 150'000, 150'000),
};

}  // namespace

std::span<const Country> all_countries() {
  return countries;
}

std::optional<Country> find_country(std::string_view code) {
  const auto found = std::find_if(std::begin(countries), std::end(countries),
                                  [&](const Country& country) { return country.code == code; });
  if (found == std::end(countries)) return std::nullopt;
  return *found;
}

}  // namespace ringup::identity
