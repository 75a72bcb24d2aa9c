#pragma once
/// The audit log: who did what to what, from where; searched, and its chain checked.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_audit();

}  // namespace ringup::console
