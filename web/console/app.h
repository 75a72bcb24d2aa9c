#pragma once
/// The console as an app. main_wasm.cpp starts it in a browser, tests in a Headless platform.
#include <functional>
#include <memory>

#include "web/console/frame.h"

namespace ringup::console {

/// The screens in the rail's order, made anew for each person who signs in.
Screens make_screens();

/// `make` replaces the screens: a test of one screen brings it alone.
std::unique_ptr<platform::App> make_console(platform::Platform& platform,
                                            std::function<Screens()> make = make_screens);

}  // namespace ringup::console
