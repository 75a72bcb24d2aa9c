// When the disk is well again.
//
// The writer stops at the first trouble: its transaction is taken back, its connection closed. What was
// answered before is in the log and was synced, so it stays. This file decides when writing may go on, and
// makes sure that what goes on stands on what the disk really holds.
//
// A full disk. Room must come back before the next sale is tried, or service would flicker once a second. The
// log itself may be what fills the disk (a large import that failed half-way), so first it is written back
// and cut. Then a megabyte must fit into the folder, written and synced for real, because a quota is not seen
// in the number of free blocks. Then a small transaction must commit.
//
// A sync that failed. Linux tells of a failed write-back once, and then holds the pages for clean: the same
// sync, tried again, succeeds, while the disk holds something else. Three things could go wrong.
//   - The log's end. The transaction that failed stands in the log with its commit mark, perhaps only in the
//     system's memory. Nobody sees it, for the log's index does not name it, but a start after a kill would
//     read it from there and build on what no disk holds. So the first thing is a small transaction: it goes
//     to the very same place in the log, breaks the chain of checksums behind it, makes its pages dirty
//     again, and its sync tells whether the disk takes them now.
//   - The log's way back. A checkpoint counts how many frames have gone to the database file, also while
//     readers hold some back, and syncs the file only at the end. When that sync fails, frames that were
//     counted earlier may be lost, and the next checkpoint would not write them again; then the log would be
//     begun anew, and what was answered would be gone. The count lives in the log's index, which is made anew
//     from the log when nobody has the database open: so all our readers are closed for a moment, and what
//     follows starts from nothing counted. If another process holds the database open the count stays; then
//     we stay read-only until that one has ended.
//   - What SQLite remembers of pages. New connections remember nothing.
// Then the whole log is written back and synced, and only then do we go on.
//
// If the process dies between a failed sync and the small transaction, a start may find that transaction
// whole. It was answered with 503 and will come again: journals, and writes with an Idempotency-Key, know it
// then.
//
// Damage. All of the database is read (quick_check); while it is damaged nothing is written. That takes long
// with a large one, so the writer asks for it only once a minute.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "server/store/store.h"

namespace ringup::store {
namespace {

constexpr std::size_t room_bytes = 1 << 20;  // what must fit before writing goes on
constexpr int readers_leave_ms = read_deadline_ms + 2'000;

Failure no_room(const std::string& path) {
  const int error = errno;
  struct statvfs disk {};
  std::string words = std::string("A megabyte does not fit: ") + std::strerror(error);
  if (::statvfs(path.c_str(), &disk) == 0)
    words += "; free KB: " + std::to_string(disk.f_bavail * disk.f_frsize / 1024);
  return fail(Error::storage, {}, words + ".");
}

/// Whether the folder takes a megabyte, written and synced.
Result<void> try_room(const std::string& folder) {
  const std::string path = folder + "/room.tmp";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return no_room(folder);
  const std::string piece(64 * 1024, '\0');
  bool fits = true;
  for (std::size_t done = 0; fits && done < room_bytes; done += piece.size())
    fits = ::write(file, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size());
  fits = fits && ::fsync(file) == 0;
  Result<void> result = fits ? Result<void>() : Result<void>(no_room(folder));
  ::close(file);
  ::unlink(path.c_str());
  return result;
}

/// A transaction that changes nothing and is written and synced all the same: SQLite writes the first page
/// whenever this number is set.
Result<void> try_commit(Database& db) {
  const std::int64_t version = TRY(db.integer("PRAGMA user_version", 0));
  TRY(db.script("BEGIN IMMEDIATE"));
  Result<void> done = db.script("PRAGMA user_version=" + std::to_string(version));
  if (done.ok()) done = db.script("COMMIT");
  if (!done.ok()) db.roll_back();
  return done;
}

Result<void> try_damage(Database& db) {
  const auto found = TRY(db.first("PRAGMA quick_check(1)", [](const Row& row) { return row.string(0); }));
  if (found.has_value() && *found == "ok") return {};
  return fail(Error::damaged, {}, "quick_check: " + found.value_or("no answer"));
}

}  // namespace

Result<void> Store::without_readers(const std::function<Result<void>()>& meanwhile) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  const bool alone = returned_.wait_for(lock, std::chrono::milliseconds(readers_leave_ms), [&] {
    for (const Reader& reader : readers_) {
      if (reader.taken) return false;
    }
    return true;
  });
  Result<void> done = fail(Error::busy, {}, "A read does not end.");
  if (alone) {
    for (Reader& reader : readers_) {
      if (reader.database != nullptr) reader.database->leave_log_alone();
      reader.database.reset();
    }
    std::vector<std::unique_lock<std::mutex>> watchers;
    for (Watcher* watcher : watchers_) {
      watchers.emplace_back(watcher->mutex_);
      if (watcher->database_ != nullptr) watcher->database_->leave_log_alone();
      watcher->database_.reset();
    }
    done = meanwhile();
    for (Reader& reader : readers_) {
      auto opened = Database::open(database_path(), Database::Mode::read_only);
      if (opened.ok()) reader.database = std::move(opened).value();
    }
  }
  closed_ = false;
  lock.unlock();
  returned_.notify_all();
  return done;
}

Result<std::unique_ptr<Database>> Store::mend(const Database::Trouble& trouble) {
  const std::string path = database_path();
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0 ||
      file_ != std::pair<std::uint64_t, std::uint64_t>(file.st_dev, file.st_ino)) {
    return fail(
        Error::storage, path,
        "The database is not the file any more that the server opened: stop the server, put it back.");
  }
  const auto open = [&]() -> Result<std::unique_ptr<Database>> {
    std::unique_ptr<Database> db = TRY(Database::open(path, Database::Mode::write_known));
    db->keep_log();
    db->leave_log_alone();  // until it stands: a failed attempt must leave no trace either
    return db;
  };
  std::unique_ptr<Database> db = TRY(open());
  if (trouble.unsynced) {
    TRY(try_commit(*db));
    db.reset();
    TRY(without_readers([&]() -> Result<void> {
      db = TRY(open());
      const Database::Written log = TRY(db->checkpoint(Database::Checkpoint::look));
      if (log.done > 0)
        return fail(Error::storage, {}, "Another process holds the database open; it has to end first.");
      return {};
    }));
    if (trouble.kind == Database::Trouble::Kind::damaged) TRY(try_damage(*db));
    TRY(db->checkpoint(Database::Checkpoint::truncate));
  } else {
    // What does not fit into the database file does not free the log either: the room decides.
    (void)db->checkpoint(Database::Checkpoint::truncate);
    db->forget_trouble();
  }
  TRY(try_room(folder_));
  TRY(try_commit(*db));
  db->leave_log_alone(false);
  return db;
}

}  // namespace ringup::store
