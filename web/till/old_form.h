#pragma once
/// Tills of version 0.3 and before kept everything in localStorage. This reads it once, for Memory to write
/// into the ledger in one transaction; only after that is it deleted there.
#include <optional>
#include <vector>

#include "web/platform/bridge.h"

namespace ringup::till {

/// What the ledger should hold instead; nullopt where there is no till of the old form.
std::optional<std::vector<platform::LedgerWrite>> read_old_form(platform::Bridge& bridge);
void forget_old_form(platform::Bridge& bridge);

}  // namespace ringup::till
