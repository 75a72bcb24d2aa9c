#pragma once
/// What the tills reported and a person must look at: by kind, the oldest first, each with what one must
/// know.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_tasks();

}  // namespace ringup::console
