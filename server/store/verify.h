#pragma once
/// Looks whether what the tills sent is still what is stored, byte by byte and total by total.
///
/// Every record is hashed again from its bytes, every chain is walked seat by seat, and every booked sale,
/// shift and movement of cash is compared with its record, every stock level with its movements. Forks, gaps,
/// conflicts and quarantined records are the tills' story and only noted; bytes, seats or totals that changed
/// on the server are problems.
#include <cstdint>
#include <string>
#include <vector>

#include "server/store/database.h"

namespace ringup::store {

struct VerifyReport {
  std::int64_t tills = 0, records = 0, sales = 0;
  std::vector<std::string> problems, notes;
};
/// On one snapshot; a server may run meanwhile. `db` must be a connection without a deadline.
Result<VerifyReport> verify_journals(Database& db);

}  // namespace ringup::store
