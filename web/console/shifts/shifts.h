#pragma once
/// The tills' shifts: who had which drawer, what was taken and whether the count was right; one beside the
/// table with its X or Z report.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_shifts();

}  // namespace ringup::console
