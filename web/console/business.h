#pragma once
/// The business itself: branches, tills, users, tax classes, and what receipts say.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_business();

}  // namespace ringup::console
