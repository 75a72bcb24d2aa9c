#pragma once
/// The data folder: the database with its one writer and its readers, and the secret that signs tokens.
///
///     DIR/ringup.db (+ -wal, -shm)   everything        DIR/secret.key    32 random bytes, mode 0600
///     DIR/serve.lock                 held by `serve`    DIR/ringup.env    settings, optional
///     DIR/before-N.db                copy made before migrating away from schema N
///     DIR/restore.part/              what a restore unpacks; without a database beside it: it was
///     interrupted
///
/// Several processes may hold a Store on one folder (`serve` and a command); SQLite's locks keep them apart.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "server/store/database.h"
#include "server/store/writer.h"

namespace ringup::store {

inline constexpr int readers_default = 4;
inline constexpr int read_deadline_ms = 10'000;

inline constexpr const char* restore_draft = "restore.part";

struct StoreOptions {
  int readers = readers_default;
  bool make_if_missing = false;  // else a missing folder or database is not_found
  int probe_ms = 1000;           // while the disk takes nothing: how often to look whether it does again
  int log_frames = log_frames_max;
};

class Store;

/// A connection that one watcher keeps. The store closes it where it must have the database for itself for a
/// moment (mend.cpp); the next read opens it again. Must not outlive the store. Thread-safe.
class Watcher {
 public:
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  /// Runs `read(Database&)`; its failure, or storage where the database cannot be opened.
  template <class Read>
  auto read(Read&& read) -> decltype(read(std::declval<Database&>())) {
    const std::lock_guard lock(mutex_);
    if (Result<void> opened = open(); !opened.ok()) return opened.failure();
    return read(*database_);
  }

 private:
  friend class Store;
  explicit Watcher(Store& store) : store_(store) {}
  Result<void> open();
  Store& store_;
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
};

class Store {
 public:
  /// Opens and migrates. One sentence tells what is wrong: storage (read-only, full), damaged, newer_version,
  /// not_found.
  static Result<std::unique_ptr<Store>> open(const std::string& folder, const StoreOptions& options);
  ~Store();

  Writer& writer() { return *writer_; }
  /// Runs `read(Database&)` on a reader that no other thread uses meanwhile. Each read is its own snapshot.
  template <class Read>
  auto read(Read&& read) -> decltype(read(std::declval<Database&>())) {
    const Lease lease(*this);
    if (lease.slot->database == nullptr)
      return fail(Error::storage, {}, "The database cannot be opened at the moment.");
    return read(*lease.slot->database);
  }
  const std::string& folder() const { return folder_; }
  const std::string& secret() const { return secret_; }
  struct ReaderNumbers {
    std::size_t readers = 0, taken = 0;
    std::int64_t oldest_ms = 0;  // since when the read that has gone on longest goes on
  };
  ReaderNumbers reader_numbers() const;
  /// Grows with every commit of this process: cheap "did anything change" for caches.
  std::uint64_t commits() const { return commits_.load(std::memory_order_acquire); }
  /// Calls `then` after every commit of this process, on the writer's thread: quick. One for each `who`; {}
  /// ends it, and when on_commit() returns no call of the one before is under way.
  void on_commit(const void* who, std::function<void()> then);
  /// A connection of the caller's own that only reads, beside the readers: for whoever watches for long.
  /// storage.
  Result<std::unique_ptr<Watcher>> open_watcher();

 private:
  /// A connection for reading; none where it could not be opened again.
  struct Reader {
    std::unique_ptr<Database> database;
    bool taken = false;
    std::chrono::steady_clock::time_point since;  // when it was taken
  };
  struct Lease {
    explicit Lease(Store& store);
    ~Lease();
    Store& store;
    Reader* slot = nullptr;
  };
  friend class Watcher;
  Store() = default;
  std::string database_path() const { return folder_ + "/ringup.db"; }
  /// The writer's door of that name; see mend.cpp.
  Result<std::unique_ptr<Database>> mend(const Database::Trouble& trouble);
  /// Closes all readers, so that the log's index is made anew from the log itself; opens them again behind
  /// `meanwhile`. busy where a read does not end.
  Result<void> without_readers(const std::function<Result<void>()>& meanwhile);
  std::string folder_, secret_;
  std::pair<std::uint64_t, std::uint64_t> file_;  // device and number of ringup.db
  std::atomic<std::uint64_t> commits_{0};
  std::mutex told_mutex_;
  std::vector<std::pair<const void*, std::function<void()>>> told_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Reader> readers_;
  std::vector<Watcher*> watchers_;
  bool closed_ = false;  // no reader may be taken at the moment
  std::unique_ptr<Writer> writer_;
};

/// Holds DIR/serve.lock for as long as it lives; in_use where another process does.
class FolderLock {
 public:
  static Result<FolderLock> take(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

/// Brings a freshly opened database to the newest schema, one transaction per step. `copy_to(version)` is
/// called before the first step away from an existing schema. newer_version where the file is from the
/// future.
Result<void> migrate(Database& database, const std::function<Result<void>(int version)>& copy_to);
/// The schema this program writes.
int schema_version();

/// Cryptographic randomness (OpenSSL) and the wall clock, for callers that make ids and tokens.
void random_bytes(std::span<std::uint8_t> out);
std::int64_t unix_us_now();
/// A fresh UUIDv7 from both.
Id new_id();

}  // namespace ringup::store
