#pragma once
/// Today at a glance: four figures beside the same weekday a week ago, takings by hour, best sellers, tasks
/// that wait. Follows the shop while it is shown.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

inline constexpr int dashboard_look_ms = 20'000;

std::unique_ptr<Screen> make_dashboard();

}  // namespace ringup::console
