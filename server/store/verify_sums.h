#pragma once
/// Whether the sums that reports are made of (rollup.h) agree with the sales.
#include <string>
#include <vector>

#include "server/store/database.h"

namespace ringup::store {

/// Adds a sentence per business whose sums do not agree. One look at all sales; inside one snapshot.
Result<void> verify_sums(Database& db, std::vector<std::string>& problems);

}  // namespace ringup::store
