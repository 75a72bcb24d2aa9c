#include "tests/gallery/gallery.h"

namespace ringup::platform {

std::unique_ptr<App> make_app(Platform& platform) {
  return std::make_unique<gallery::Gallery>(platform);
}

}  // namespace ringup::platform
