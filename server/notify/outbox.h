#pragma once
/// Where messages go while no provider is set: files in DIR/outbox that only the folder's owner may read.
#include <string>

#include "server/notify/outcome.h"

namespace ringup::notify {

/// Writes DIR/outbox/NAME whole or not at all, durably; the same name again takes the old one's place.
Outcome write_outbox(const std::string& folder, const std::string& name, std::string_view bytes);

}  // namespace ringup::notify
