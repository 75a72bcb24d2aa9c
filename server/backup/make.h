#pragma once
/// Writes a backup of a data folder, whether or not a server runs on it.
///
///     hold a moment of the database → head → small files → every page → quick_check of the same moment (of a
///     new one where the log has grown much: damage does not heal) → fsync → read the file back from the
///     disk: every tag, every hash → rename, fsync of the folder
///
/// Nothing is kept but FILE.part until the last step, so a kill at any moment leaves what was there before.
/// Memory is a few megabytes whatever the size of the shop (and Argon2's, for a moment, where there is a
/// passphrase).
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.h"

namespace ringup::backup {

inline constexpr std::int64_t log_growth_max = 256LL << 20;

struct BackupOptions {
  std::string folder;      // the data folder
  std::string to;          // the file
  std::string passphrase;  // empty: not encrypted
  std::string program;     // "0.1.0 (abc)"
  std::int64_t now_us = 0;
  /// Rests as long as it worked, every few milliseconds, so that sales come first; no longer once the
  /// database's log, which cannot begin anew meanwhile, has grown by `log_growth_max`.
  bool gentle = false;
  /// Asked often; true ends the backup with busy and leaves nothing.
  std::function<bool()> stopped;
};

struct BackupMade {
  std::int64_t bytes = 0, database_bytes = 0;
};

/// not_found (no data), damaged (the database is, or what was written did not read back), conflict (the file
/// is there), in_use, storage (with a sentence for a full disk), newer_version.
Result<BackupMade> write_backup(const BackupOptions& options);

/// Reads a whole backup and compares every hash; `key` as in BackupReader::unlock_with().
Result<void> verify_backup(const std::string& path, const std::string& key,
                           const std::function<Result<void>()>& each_piece);

}  // namespace ringup::backup
