#pragma once
/// Work that is done for somebody who does not exist, so that a stranger cannot tell them from somebody who
/// does.
#include "server/store/database.h"

namespace ringup::store {

/// A write whose commit costs what one to a user's row costs. Inside a writer's job.
///
/// SQLite compares a row that is written as it stands with the page and leaves both page and disk alone, so
/// "UPDATE … SET name = name" is no such write: its commit has nothing to sync, and answers about addresses
/// that nobody has came milliseconds sooner. This one counts.
Result<void> write_for_nobody(Database&);

}  // namespace ringup::store
