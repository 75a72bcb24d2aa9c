#include "server/identity/countries.h"

#include <algorithm>

namespace ringup::identity {
namespace {

constexpr Country row(std::string_view code, std::int64_t standard_ppm, std::int64_t reduced_ppm,
                      std::string_view time_zone) {
  return {code, Rate{standard_ppm}, Rate{reduced_ppm}, time_zone};
}

/// Source: for the European Union the Commission's list of VAT rates in the member states, for the others the
/// tax authority of the country; as of January 2026.
constexpr Country countries[] = {
    row("AT", 200'000, 100'000, "Europe/Vienna"),      row("AU", 100'000, 100'000, "Australia/Sydney"),
    row("BE", 210'000, 60'000, "Europe/Brussels"),     row("BG", 200'000, 90'000, "Europe/Sofia"),
    row("CH", 81'000, 26'000, "Europe/Zurich"),        row("CY", 190'000, 90'000, "Asia/Nicosia"),
    row("CZ", 210'000, 120'000, "Europe/Prague"),      row("DE", 190'000, 70'000, "Europe/Berlin"),
    row("DK", 250'000, 250'000, "Europe/Copenhagen"),  row("EE", 240'000, 130'000, "Europe/Tallinn"),
    row("ES", 210'000, 100'000, "Europe/Madrid"),      row("FI", 255'000, 135'000, "Europe/Helsinki"),
    row("FR", 200'000, 55'000, "Europe/Paris"),        row("GB", 200'000, 50'000, "Europe/London"),
    row("GR", 240'000, 130'000, "Europe/Athens"),      row("HR", 250'000, 130'000, "Europe/Zagreb"),
    row("HU", 270'000, 180'000, "Europe/Budapest"),    row("IE", 230'000, 135'000, "Europe/Dublin"),
    row("IS", 240'000, 110'000, "Atlantic/Reykjavik"), row("IT", 220'000, 100'000, "Europe/Rome"),
    row("JP", 100'000, 80'000, "Asia/Tokyo"),          row("KE", 160'000, 160'000, "Africa/Nairobi"),
    row("LI", 81'000, 26'000, "Europe/Vaduz"),         row("LT", 210'000, 120'000, "Europe/Vilnius"),
    row("LU", 170'000, 80'000, "Europe/Luxembourg"),   row("LV", 210'000, 120'000, "Europe/Riga"),
    row("MT", 180'000, 70'000, "Europe/Malta"),        row("NL", 210'000, 90'000, "Europe/Amsterdam"),
    row("NO", 250'000, 150'000, "Europe/Oslo"),        row("NZ", 150'000, 150'000, "Pacific/Auckland"),
    row("PL", 230'000, 80'000, "Europe/Warsaw"),       row("PT", 230'000, 60'000, "Europe/Lisbon"),
    row("RO", 210'000, 110'000, "Europe/Bucharest"),   row("SE", 250'000, 120'000, "Europe/Stockholm"),
    row("SG", 90'000, 90'000, "Asia/Singapore"),       row("SI", 220'000, 95'000, "Europe/Ljubljana"),
    row("SK", 230'000, 190'000, "Europe/Bratislava"),  row("ZA", 150'000, 150'000, "Africa/Johannesburg"),
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
