#pragma once
/// Parts of verify_journals() that look at one kind of rows: shifts and cash against their records, stock
/// against its movements.
#include <string>
#include <vector>

#include "core/till/record.h"
#include "server/store/database.h"

namespace ringup::store {

/// What does not agree between a booked record of a shift or of cash and its rows; "" where all does and for
/// other kinds. `again`: the record closed a shift that was closed before, and so changed nothing.
Result<std::string> check_drawer(Database& db, const Id& tenant, const journal::Record& record, bool again);
/// Shifts and movements of cash that no record stands for.
Result<std::vector<std::string>> drawer_orphans(Database& db);
/// Levels that are not the sum of their movements.
Result<std::vector<std::string>> wrong_levels(Database& db);

}  // namespace ringup::store
