#pragma once
/// What stands where a picture is missing.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/ids.h"

namespace ringup::ui {

/// Up to two letters of a name in capitals, "?" where it has none.
std::string initials_of(std::string_view name);
/// The number that chooses their colour.
std::uint32_t seed_of(const Id& id);

}  // namespace ringup::ui
