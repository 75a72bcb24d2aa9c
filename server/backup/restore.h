#pragma once
/// Puts a backup into a folder of its own, as a shop that tills find again.
///
/// Everything is unpacked into DIR/restore.part and verified there: tags, hashes, SQLite's check, the schema.
/// Then the files move to their places, the database last: that rename is the moment of the restore. Killed
/// before, a folder has no database; a server refuses to begin a new shop in it, and the next restore begins
/// anew. Inside the folder and not beside it, because a data folder is often all that its user may write to,
/// or a mount point.
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "server/backup/head.h"

namespace ringup::backup {

struct RestoreOptions {
  std::string from, to;
  std::string passphrase;
  std::int64_t now_us = 0;
};

struct Restored {
  Head head;
  store::Contents contents;
  std::string generation;
};

/// in_use where a server holds the folder, conflict where it holds anything, what BackupReader says; damaged
/// where what was unpacked is no sound database, storage. On failure nothing is left.
Result<Restored> restore_backup(const RestoreOptions& options);

}  // namespace ringup::backup
