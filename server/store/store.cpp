#include "server/store/store.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

namespace ringup::store {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr int lock_tries = 10, lock_pause_ms = 10;

Failure folder_failure(const std::string& folder, std::string_view doing) {
  return fail(Error::storage, folder, "Cannot " + std::string(doing) + ": " + std::strerror(errno) + ".");
}

/// Reads DIR/secret.key, or makes it: written whole under another name, then linked, so two starters agree on
/// one.
Result<std::string> read_or_make_secret(const std::string& folder) {
  const std::string path = folder + "/secret.key";
  for (int tries = 0; tries < 2; ++tries) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      std::string secret(secret_bytes + 1, '\0');
      const ssize_t size = ::read(file, secret.data(), secret.size());
      ::close(file);
      if (size != static_cast<ssize_t>(secret_bytes))
        return fail(Error::damaged, path, "This is not the 32-byte secret that ringup wrote.");
      secret.resize(secret_bytes);
      return secret;
    }
    if (errno != ENOENT) return folder_failure(path, "read the secret");
    std::uint8_t fresh[secret_bytes];
    random_bytes(fresh);
    const std::string draft = path + "." + std::to_string(::getpid());
    const int out = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) return folder_failure(path, "write the secret");
    const bool whole =
        ::write(out, fresh, sizeof fresh) == static_cast<ssize_t>(sizeof fresh) && ::fsync(out) == 0;
    ::close(out);
    const bool linked = whole && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    ::unlink(draft.c_str());
    if (!linked) return folder_failure(path, "write the secret");
  }
  return folder_failure(path, "read the secret");
}

/// The database's own failures name no file; people need it.
Failure about(Failure failure, const std::string& path) {
  failure.where = path;
  return failure;
}

bool has_secret(const std::string& folder) {
  return ::access((folder + "/secret.key").c_str(), F_OK) == 0;
}

/// Whether the folder may be opened as it is, before anything is written. The secret is made after the
/// schema, and a business after the secret: a start that was interrupted leaves a database without a secret
/// and without a business, never a secret without a schema. What is otherwise was lost or mixed up, and new
/// tables or a new secret would hide it.
Result<void> check_folder(const std::string& folder, const std::string& path) {
  const bool secret = has_secret(folder);  // first: another process may be starting at this moment
  struct stat about_file {};
  if (::stat(path.c_str(), &about_file) != 0 || about_file.st_size == 0) {
    if (::access((folder + "/" + restore_draft).c_str(), F_OK) == 0) {
      return fail(Error::damaged, folder,
                  "A restore into this folder was interrupted: run 'ringup restore' again, or remove its " +
                      std::string(restore_draft) + ".");
    }
    if (!secret) return {};
    return fail(
        Error::damaged, path,
        "The database is gone or empty, but its secret.key is here: put ringup.db back from the backup, "
        "or begin anew in another folder.");
  }
  const std::unique_ptr<Database> db = TRY(Database::open(path, Database::Mode::look));
  const std::int64_t version = TRY(db->integer("PRAGMA user_version", 0));
  if (version > schema_version()) return {};  // migrate() says so
  const std::int64_t all = TRY(db->integer("SELECT count(*) FROM sqlite_schema", 0));
  if (all == 0 && version == 0 && !secret) return {};
  const std::int64_t ours =
      TRY(db->integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('tenant', 'fact',"
                      " 'till', 'product', 'journal_record', 'journal_branch', 'sale')",
                      0));
  if (version == 0 || ours < 7) {
    return fail(Error::damaged, path,
                "This database has not the tables of ringup: put ringup.db back from the backup.");
  }
  if (TRY(db->integer("SELECT count(*) FROM tenant", 0)) > 0 && !has_secret(folder)) {
    return fail(
        Error::damaged, folder + "/secret.key",
        "It is missing: put it back from the backup; with a new one every till would have to be paired "
        "again.");
  }
  return {};
}

}  // namespace

Store::Lease::Lease(Store& from) : store(from) {
  std::unique_lock lock(store.mutex_);
  const auto free = [&]() -> bool {
    slot = nullptr;
    if (store.closed_) return false;
    // From the back, so that the same few stay warm.
    for (Reader& reader : store.readers_) {
      if (!reader.taken) slot = &reader;
    }
    return slot != nullptr;
  };
  store.returned_.wait(lock, free);
  slot->taken = true;
  slot->since = std::chrono::steady_clock::now();
  lock.unlock();
  if (slot->database != nullptr) slot->database->set_deadline_ms(read_deadline_ms);
}

Store::Lease::~Lease() {
  if (slot->database != nullptr) slot->database->set_deadline_ms(0);
  bool closed = false;
  {
    const std::lock_guard lock(store.mutex_);
    slot->taken = false;
    closed = store.closed_;
  }
  // One place is free for one who waits; who waits for all of them must hear it, too.
  if (closed)
    store.returned_.notify_all();
  else
    store.returned_.notify_one();
}

Store::ReaderNumbers Store::reader_numbers() const {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  ReaderNumbers numbers;
  numbers.readers = readers_.size();
  for (const Reader& reader : readers_) {
    if (!reader.taken) continue;
    ++numbers.taken;
    numbers.oldest_ms = std::max<std::int64_t>(
        numbers.oldest_ms, std::chrono::duration_cast<std::chrono::milliseconds>(now - reader.since).count());
  }
  return numbers;
}

Result<std::unique_ptr<Store>> Store::open(const std::string& folder, const StoreOptions& options) {
  const std::string path = folder + "/ringup.db";
  std::error_code ignored;
  if (!options.make_if_missing && !std::filesystem::exists(path, ignored))
    return fail(Error::not_found, folder, "There is no ringup data in this folder.");
  if (options.make_if_missing && ::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return folder_failure(folder, "make the folder");
  if (!std::filesystem::is_directory(folder, ignored))
    return fail(Error::storage, folder, "This is not a folder.");
  if (::access(folder.c_str(), W_OK) != 0) return folder_failure(folder, "write into the folder");
  std::unique_ptr<Store> store(new Store);
  store->folder_ = folder;

  ::rmdir((folder + "/" + restore_draft).c_str());  // an empty one: only its removal was interrupted
  if (Result<void> fine = check_folder(folder, path); !fine.ok())
    return fine.failure().where.empty() ? about(fine.failure(), path) : fine.failure();
  auto opened = Database::open(path, Database::Mode::read_write);
  if (!opened.ok()) return about(opened.failure(), path);
  std::unique_ptr<Database> database = std::move(opened).value();
  Result<void> migrated = migrate(*database, [&](int version) -> Result<void> {
    const std::string copy = folder + "/before-" + std::to_string(version) + ".db";
    ::unlink(copy.c_str());
    TRY(database->run("VACUUM INTO $1", copy));
    return {};
  });
  if (!migrated.ok()) return about(migrated.failure(), path);
  store->secret_ = TRY(read_or_make_secret(folder));

  for (int i = 0; i < options.readers; ++i) {
    auto reader = Database::open(path, Database::Mode::read_only);
    if (!reader.ok()) return about(reader.failure(), path);
    store->readers_.push_back({std::move(reader).value(), false, {}});
  }
  struct stat about_file {};
  if (::stat(path.c_str(), &about_file) != 0) return folder_failure(path, "find the database");
  store->file_ = {about_file.st_dev, about_file.st_ino};
  Writer::Doors doors;
  doors.after_commit = [raw = store.get()] {
    raw->commits_.fetch_add(1, std::memory_order_release);
    const std::lock_guard lock(raw->told_mutex_);
    for (const auto& [who, then] : raw->told_) then();
  };
  doors.mend = [raw = store.get()](const Database::Trouble& trouble) { return raw->mend(trouble); };
  doors.probe_ms = options.probe_ms;
  doors.log_frames = options.log_frames;
  store->writer_ = std::make_unique<Writer>(std::move(database), std::move(doors));
  return store;
}

Store::~Store() = default;

void Store::on_commit(const void* who, std::function<void()> then) {
  const std::lock_guard lock(told_mutex_);
  std::erase_if(told_, [&](const auto& one) { return one.first == who; });
  if (then) told_.emplace_back(who, std::move(then));
}

Result<std::unique_ptr<Watcher>> Store::open_watcher() {
  std::unique_ptr<Watcher> watcher(new Watcher(*this));
  {
    const std::lock_guard lock(mutex_);
    watchers_.push_back(watcher.get());
  }
  TRY(watcher->read([](Database&) { return Result<void>(); }));
  return watcher;
}

Watcher::~Watcher() {
  const std::lock_guard lock(store_.mutex_);
  std::erase(store_.watchers_, this);
}

Result<void> Watcher::open() {
  if (database_ != nullptr) return {};
  auto opened = Database::open(store_.database_path(), Database::Mode::read_only);
  if (!opened.ok()) return about(opened.failure(), store_.database_path());
  database_ = std::move(opened).value();
  return {};
}

Result<FolderLock> FolderLock::take(const std::string& folder) {
  const std::string path = folder + "/serve.lock";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return folder_failure(path, "open the lock");
  // Somebody who looks holds it for a moment.
  for (int tries = 0; ::flock(descriptor, LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (tries < lock_tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(lock_pause_ms));
      continue;
    }
    ::close(descriptor);
    return fail(Error::in_use, folder, "Another ringup server is using this folder.");
  }
  return FolderLock(descriptor);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void random_bytes(std::span<std::uint8_t> out) {
  ASSERT(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

std::int64_t unix_us_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Id new_id() {
  std::array<std::uint8_t, 10> random;
  random_bytes(random);
  return make_id(unix_us_now() / 1000, random);
}

}  // namespace ringup::store
