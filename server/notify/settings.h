#pragma once
/// What the settings say about mails and text messages.
#include "server/config.h"
#include "server/notify/courier.h"

namespace ringup::notify {

CourierSettings courier_settings(const Config& config);

}  // namespace ringup::notify
