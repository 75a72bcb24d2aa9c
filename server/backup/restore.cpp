#include "server/backup/restore.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "server/backup/parts.h"
#include "server/store/store.h"

namespace ringup::backup {
namespace {

namespace fs = std::filesystem;

/// Where a restore unpacks; its presence tells of one that was interrupted (server/store/store.cpp).
std::string draft_of(const std::string& folder) {
  return folder + "/" + store::restore_draft;
}

/// Names that stand for no data.
bool is_nothing(const std::string& name) {
  return name == "serve.lock" || name == "lost+found";
}

/// What a restore moves before the database.
constexpr const char* moved_names[] = {"secret.key", "ringup.env", "tls"};

void take_back(const std::string& folder) {
  std::error_code ignored;
  for (const char* name : moved_names) fs::remove_all(folder + "/" + name, ignored);
}

/// conflict where the folder holds something. What an interrupted restore left is removed.
Result<void> check_empty(const std::string& folder) {
  std::error_code code;
  std::set<std::string> names;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
    names.insert(at->path().filename().string());
  if (code) return fail(Error::storage, folder, "Cannot read this folder: " + code.message() + ".");
  // A restore begins only in an empty folder, and moves the database last: where its draft still has one, all
  // else here came from it.
  if (!names.contains("ringup.db") && fs::exists(draft_of(folder) + "/ringup.db", code)) {
    take_back(folder);
    for (const char* name : moved_names) names.erase(name);
  }
  if (names.erase(store::restore_draft) > 0) fs::remove_all(draft_of(folder), code);
  for (const std::string& name : names) {
    if (is_nothing(name)) continue;
    return fail(Error::conflict, folder,
                "This folder is not empty (it holds " + name +
                    "). Restore into a new one, or move it away first: mv " + folder + " " + folder +
                    ".before");
  }
  return {};
}

Result<void> write_file(const std::string& path, const std::function<Result<void>(int)>& write) {
  const int out = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out < 0) return file_failure(path, "write this file");
  Result<void> done = write(out);
  if (done.ok() && ::fsync(out) != 0) done = file_failure(path, "write this file");
  ::close(out);
  return done;
}

Result<void> write_all(const std::string& path, int out, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(out, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure(path, "write this file");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::set<std::string>> unpack(BackupReader& reader, const std::string& draft) {
  std::set<std::string> names;
  for (;;) {
    const auto part = TRY(reader.next());
    if (!part) return names;
    if (!names.insert(part->name).second)
      return fail(Error::damaged, {}, "A file stands in this backup twice.");
    const std::string path = draft + "/" + part->name;
    std::error_code code;
    fs::create_directories(fs::path(path).parent_path(), code);
    if (code) return fail(Error::storage, path, "Cannot make the folder: " + code.message() + ".");
    TRY(write_file(path, [&](int out) {
      return reader.read(*part, [&](std::string_view piece) { return write_all(path, out, piece); });
    }));
  }
}

/// Opens the unpacked database, checks it, and makes it one of its own.
Result<Restored> make_own(const std::string& draft, const Head& head, std::int64_t now_us) {
  const std::string path = draft + "/ringup.db";
  const auto db = TRY(store::Database::open(path, store::Database::Mode::read_write));
  std::string found;
  TRY(db->query("PRAGMA quick_check(1)", [&](const store::Row& row) { found = row.string(0); }));
  if (found != "ok") return fail(Error::damaged, {}, "The database in this backup is damaged: " + found);
  Restored restored;
  restored.head = head;
  restored.generation = TRY(store::begin_anew(*db, now_us));
  restored.contents = TRY(store::read_contents(*db));
  // One file again: no log beside it when it moves. It was not written since the last sync of a full commit.
  TRY(db->script("PRAGMA journal_mode=DELETE"));
  return restored;
}

Result<void> move_into_place(const std::string& folder, const std::set<std::string>& names) {
  const std::string draft = draft_of(folder);
  std::set<std::string> tops;
  for (const std::string& name : names) tops.insert(name.substr(0, name.find('/')));
  tops.erase("ringup.db");
  std::vector<std::string> order(tops.begin(), tops.end());
  order.emplace_back("ringup.db");
  for (const std::string& name : order) {
    if (name == "ringup.db") TRY(sync_folder(folder));  // what it needs is there before it is
    if (::rename((draft + "/" + name).c_str(), (folder + "/" + name).c_str()) != 0)
      return file_failure(folder + "/" + name, "put this file into its place");
  }
  TRY(sync_folder(folder));
  ::rmdir(draft.c_str());
  return {};
}

}  // namespace

Result<Restored> restore_backup(const RestoreOptions& options) {
  // Nothing is touched before it is clear that this is a backup which can be opened.
  const auto reader = TRY(BackupReader::open(options.from));
  if (reader->head().schema > store::schema_version()) {
    return fail(Error::newer_version, options.from,
                "This backup holds data of schema " + std::to_string(reader->head().schema) +
                    "; this ringup knows " + std::to_string(store::schema_version()) +
                    ". Restore it with the program that wrote it, " + reader->head().program + ".");
  }
  TRY(reader->unlock(options.passphrase));

  const bool made = ::mkdir(options.to.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) return file_failure(options.to, "make this folder");
  struct stat there {};
  const bool had_lock = ::stat((options.to + "/serve.lock").c_str(), &there) == 0;
  const auto run = [&]() -> Result<Restored> {
    const store::FolderLock lock = TRY(store::FolderLock::take(options.to));
    TRY(check_empty(options.to));
    const std::string draft = draft_of(options.to);
    if (::mkdir(draft.c_str(), 0700) != 0) return file_failure(draft, "make this folder");
    const auto fill = [&]() -> Result<Restored> {
      const std::set<std::string> names = TRY(unpack(*reader, draft));
      if (!names.contains("ringup.db") || !names.contains("secret.key"))
        return fail(Error::damaged, {}, "The database or its secret is missing in this backup.");
      Restored restored = TRY(make_own(draft, reader->head(), options.now_us));
      TRY(move_into_place(options.to, names));
      return restored;
    };
    Result<Restored> restored = fill();
    if (!restored.ok()) {
      std::error_code ignored;
      if (!fs::exists(options.to + "/ringup.db", ignored)) take_back(options.to);
      fs::remove_all(draft, ignored);
      if (restored.failure().where.empty()) restored.failure().where = options.from;
    }
    return restored;
  };
  Result<Restored> restored = run();
  if (!restored.ok() && restored.error() != Error::in_use) {
    if (!had_lock) ::unlink((options.to + "/serve.lock").c_str());
    if (made) ::rmdir(options.to.c_str());
  }
  return restored;
}

}  // namespace ringup::backup
