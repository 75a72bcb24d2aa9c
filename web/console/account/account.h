#pragma once
/// One's own account: profile, password, second factors, PIN, trusted devices, where one is signed in.
/// Reached from the menu in the corner.
#include <memory>

#include "web/console/console.h"

namespace ringup::console {

std::unique_ptr<Screen> make_account();

}  // namespace ringup::console
