#include "server/store/durable.h"

#include <algorithm>
#include <set>

#include "core/base/sha256.h"

namespace ringup::store {
namespace {

using Epoch = std::pair<Id, std::int64_t>;

/// The epochs of one backup that have a single line.
std::map<Epoch, const ChainEnd*> unforked(const std::vector<ChainEnd>& ends) {
  std::map<Epoch, const ChainEnd*> mains;
  std::set<Epoch> forked;
  for (const ChainEnd& end : ends) {
    if (end.branch == 0)
      mains.emplace(Epoch(end.till, end.epoch), &end);
    else
      forked.emplace(end.till, end.epoch);
  }
  for (const Epoch& epoch : forked) mains.erase(epoch);
  return mains;
}

/// Whether the record that ends this backup's line stands there here too, on the only line there is.
Result<bool> agrees(Database& db, const ChainEnd& end) {
  if (end.hash.empty()) return false;
  const auto hash = TRY(db.first(
      "SELECT hash FROM journal_record WHERE till = $1 AND epoch = $2 AND seq = $3 AND branch = 0",
      [](const Row& row) {
        const std::span<const std::uint8_t> bytes = row.bytes(0);
        return to_hex(bytes.data(), bytes.size());
      },
      end.till, end.epoch, end.seq));
  if (hash != end.hash) return false;
  return TRY(db.integer("SELECT count(*) FROM journal_branch WHERE till = $1 AND epoch = $2 AND branch > 0",
                        0, end.till, end.epoch)) == 0;
}

}  // namespace

Result<DurableMarks> durable_marks(Database& db, std::span<const std::vector<ChainEnd>> kept) {
  DurableMarks marks;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::map<Epoch, std::int64_t> through;
    for (const auto& [epoch, end] : unforked(kept[i])) {
      const auto before = marks.through.find(epoch);
      if (i > 0 && before == marks.through.end()) continue;
      if (!TRY(agrees(db, *end))) continue;
      through[epoch] = i == 0 ? end->whole_through : std::min(before->second, end->whole_through);
    }
    marks.through = std::move(through);
  }
  return marks;
}

}  // namespace ringup::store
