#include "server/store/zones.h"

#include <algorithm>
#include <iterator>

namespace ringup::store {
namespace {
#include "generated/zones.inc"
}

std::optional<Zone> find_zone(std::string_view name) {
  const auto found =
      std::lower_bound(std::begin(zone_rows), std::end(zone_rows), name,
                       [](const ZoneRow& row, std::string_view wanted) { return row.name < wanted; });
  if (found == std::end(zone_rows) || found->name != name) return std::nullopt;
  std::vector<Zone::Offset> offsets;
  offsets.reserve(found->count);
  for (std::uint32_t i = found->first; i < found->first + found->count; ++i)
    offsets.push_back({zone_moments[i], zone_minutes[i]});
  return Zone(std::string(name), std::move(offsets));
}

Zone zone_or_utc(std::string_view name) {
  return find_zone(name).value_or(Zone());
}

std::vector<std::string_view> zone_names() {
  std::vector<std::string_view> names;
  names.reserve(std::size(zone_rows));
  for (const ZoneRow& row : zone_rows) names.push_back(row.name);
  return names;
}

}  // namespace ringup::store
