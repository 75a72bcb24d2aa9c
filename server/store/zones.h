#pragma once
/// The time zones that this binary knows: IANA's names with their offsets from 1990 to 2099, compiled in from
/// the tzdata of the machine that built it. The machine that runs it needs none, and one binary always counts
/// the same way.
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/zone.h"

namespace ringup::store {

/// By its name, "Europe/Berlin"; nullopt for one that is not known.
std::optional<Zone> find_zone(std::string_view name);
/// The zone of that name, or UTC: for names that were checked when they were stored.
Zone zone_or_utc(std::string_view name);
/// All names, sorted.
std::vector<std::string_view> zone_names();

}  // namespace ringup::store
