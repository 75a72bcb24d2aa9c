// The console's module in a browser.
#include "web/console/app.h"

namespace ringup::platform {
std::unique_ptr<App> make_app(Platform& platform) {
  return console::make_console(platform);
}
}  // namespace ringup::platform
