#pragma once
/// How far each till may forget what it recorded, because every backup that is kept holds it.
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "server/store/snapshot.h"

namespace ringup::store {

/// Per till and epoch, the highest number that is in all backups which are kept; what is not here: 0.
struct DurableMarks {
  std::map<std::pair<Id, std::int64_t>, std::int64_t> through;
  std::int64_t of(const Id& till, std::int64_t epoch) const {
    const auto found = through.find({till, epoch});
    return found == through.end() ? 0 : found->second;
  }
};
/// Who has the newest ones. nullptr: no backup is kept, and what was received long ago may be forgotten
/// (durable_through() in journal.h). Thread-safe.
using DurableSource = std::function<std::shared_ptr<const DurableMarks>()>;

/// `kept` holds the chain ends of each backup. An epoch counts only where every backup knows it, none of them
/// has a fork in it, and the record at the end of each is on the main branch here too, by its hash: a backup
/// of a lost future, or of a till that exists twice, holds the tills to everything until it is gone or
/// agrees. Numbers behind a gap do not count (ChainEnd::whole_through).
Result<DurableMarks> durable_marks(Database& db, std::span<const std::vector<ChainEnd>> kept);

}  // namespace ringup::store
