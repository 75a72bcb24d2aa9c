#pragma once
/// The backups in a folder: which of them are this shop's, and which may go.
///
/// Several shops may share a folder; each sees only its own (Head::shop). What does not read as a backup of
/// ours is never touched.
#include <span>
#include <string>
#include <vector>

#include "server/backup/head.h"

namespace ringup::backup {

/// "ringup-20261121T013000Z.backup"
std::string backup_name(std::int64_t at_us);
/// Of that form: what a schedule made and may delete. Others count as kept for as long as they lie there.
bool is_scheduled_name(std::string_view name);

struct Kept {
  std::string path;
  bool scheduled = false;
  std::int64_t bytes = 0;
  Head head;
};
struct KeptList {
  std::vector<Kept> backups;            // the newest first
  std::vector<std::string> unreadable;  // names of scheduled ones whose head is damaged
};
/// All files "*.backup" there whose head says that they are `shop`'s. storage where the folder cannot be
/// read.
Result<KeptList> list_kept(const std::string& folder, std::string_view shop);

inline constexpr std::size_t kept_newest = 7;
inline constexpr std::int64_t kept_all_hours = 24;
inline constexpr std::int64_t kept_days = 7, kept_weeks = 4;
inline constexpr std::size_t forgotten_at_once = 2;
/// Which of these times, the newest first, may go: kept are the newest seven whatever their age, all of the
/// last 24 hours, the newest of each of the last 7 days, and the newest of each of the last 4 weeks. At most
/// two go at once, the oldest first, so that a clock gone wrong for an hour costs little.
std::vector<std::size_t> may_go(std::span<const std::int64_t> newest_first, std::int64_t now_us);

/// Deletes what may go. Yields how many; storage where one cannot be deleted.
Result<int> forget_old(const KeptList& list, std::int64_t now_us);
/// Deletes what killed runs of a schedule left half written, unless a run is writing it still.
void remove_leftovers(const std::string& folder);

}  // namespace ringup::backup
