#include "web/till/till.h"

namespace ringup::platform {

std::unique_ptr<App> make_app(Platform& platform) { return std::make_unique<till::Till>(platform); }

}  // namespace ringup::platform
