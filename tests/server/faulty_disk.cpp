#include "tests/server/faulty_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <new>
#include <sstream>

namespace ringup::test {
namespace {

constexpr std::int64_t block_bytes = 4096, sector_bytes = 512;

FaultyDisk* disk = nullptr;
sqlite3_vfs* below = nullptr;
sqlite3_vfs ours;

/// What SQLite holds of an open file; the file below lies behind it.
struct Open {
  sqlite3_file base;
  std::string* path;  // none for files that are no database and no log
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
Open* of(sqlite3_file* file) {
  return reinterpret_cast<Open*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return of(file)->real();
}

int close(sqlite3_file* file) {
  delete of(file)->path;
  return real(file)->pMethods != nullptr ? real(file)->pMethods->xClose(real(file)) : SQLITE_OK;
}
int read(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  return real(file)->pMethods->xRead(real(file), into, size, at);
}
int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  int failure = 0;
  if (of(file)->path != nullptr) {
    disk->about_to_work();
    const std::lock_guard lock(disk->mutex());
    failure = disk->next_operation();
    if (failure != 0) size /= 2;
    for (sqlite3_int64 block = at / block_bytes; block * block_bytes < at + size; ++block)
      disk->file(*of(file)->path).dirty.insert(block);
  }
  const int code = size > 0 ? real(file)->pMethods->xWrite(real(file), from, size, at) : SQLITE_OK;
  return failure != 0 ? failure : code;
}
int size_of(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (of(file)->path != nullptr) {
    disk->about_to_work();
    const std::lock_guard lock(disk->mutex());
    if (const int failure = disk->next_operation(); failure != 0) return failure;
  }
  return real(file)->pMethods->xTruncate(real(file), size);
}
int sync(sqlite3_file* file, int flags) {
  if (of(file)->path == nullptr) return real(file)->pMethods->xSync(real(file), flags);
  disk->about_to_work();
  const std::lock_guard lock(disk->mutex());
  FaultyDisk::File& known = disk->file(*of(file)->path);
  int failure = disk->next_operation();
  if (failure == 0 && known.lost) failure = SQLITE_IOERR_FSYNC;
  known.lost = false;
  if (failure != 0) {
    known.dirty.clear();
    return failure;
  }
  sqlite3_int64 size = 0;
  (void)size_of(file, &size);
  known.image.resize(static_cast<std::size_t>(size), '\0');
  for (const std::int64_t block : known.dirty) {
    const std::int64_t at = block * block_bytes;
    if (at >= size) continue;
    const auto part = static_cast<int>(std::min<std::int64_t>(block_bytes, size - at));
    (void)read(file, known.image.data() + at, part, at);
  }
  known.dirty.clear();
  return SQLITE_OK;
}
int lock_it(sqlite3_file* file, int level) {
  return real(file)->pMethods->xLock(real(file), level);
}
int unlock_it(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int check_lock(sqlite3_file* file, int* out) {
  return real(file)->pMethods->xCheckReservedLock(real(file), out);
}
int control(sqlite3_file* file, int what, void* with) {
  return real(file)->pMethods->xFileControl(real(file), what, with);
}
int sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
int characteristics(sqlite3_file* file) {
  return real(file)->pMethods->xDeviceCharacteristics(real(file));
}
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) {
  real(file)->pMethods->xShmBarrier(real(file));
}
int shm_unmap(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

const sqlite3_io_methods methods = {
    2,         close,      read,    write,       truncate,        sync,    size_of,  lock_it,
    unlock_it, check_lock, control, sector_size, characteristics, shm_map, shm_lock, shm_barrier,
    shm_unmap, nullptr,    nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  Open* opened = of(file);
  const bool ours_to_know =
      name != nullptr && !disk->is_apart() && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
  opened->path = ours_to_know ? new std::string(name) : nullptr;
  real(file)->pMethods = nullptr;
  if (ours_to_know) disk->meet(*opened->path);
  const int code = below->xOpen(below, name, real(file), flags, out_flags);
  file->pMethods = code == SQLITE_OK ? &methods : nullptr;
  if (code != SQLITE_OK) delete opened->path;
  return code;
}
int remove(sqlite3_vfs*, const char* name, int sync_folder) {
  if (!disk->is_apart()) {
    const std::lock_guard lock(disk->mutex());
    disk->file(name) = {};
  }
  return below->xDelete(below, name, sync_folder);
}

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(content).str();
}

}  // namespace

FaultyDisk::FaultyDisk() {
  disk = this;
  below = sqlite3_vfs_find(nullptr);
  ours = *below;
  ours.zName = "faulty";
  ours.szOsFile = static_cast<int>(sizeof(Open)) + below->szOsFile;
  ours.xOpen = open;
  ours.xDelete = remove;
  sqlite3_vfs_register(&ours, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&ours);
  sqlite3_vfs_register(below, 1);
  disk = nullptr;
}

void FaultyDisk::fail_at(int n, int code, bool lasting) {
  const std::lock_guard lock(mutex_);
  done_ = 0;
  at_ = n;
  code_ = code;
  lasting_ = lasting;
  failed_ = false;
}

void FaultyDisk::heal() {
  const std::lock_guard lock(mutex_);
  at_ = 0;
}

int FaultyDisk::operations() const {
  const std::lock_guard lock(mutex_);
  return done_;
}

bool FaultyDisk::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

int FaultyDisk::next_operation() {
  ++done_;
  const bool fails = at_ > 0 && (done_ == at_ || (lasting_ && done_ > at_));
  failed_ = failed_ || fails;
  return fails ? code_ : 0;
}

void FaultyDisk::lose_dirty(const std::string& ending) {
  const std::lock_guard lock(mutex_);
  for (auto& [path, known] : files_) {
    if (!path.ends_with(ending) || known.dirty.empty()) continue;
    known.dirty.clear();
    known.lost = true;
  }
}

void FaultyDisk::cut_power(const std::string& folder) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, known] : files_)
    std::ofstream(folder + path.substr(path.rfind('/')), std::ios::binary) << known.image;
}

void FaultyDisk::forget() {
  const std::lock_guard lock(mutex_);
  files_.clear();
}

void FaultyDisk::meet(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!files_.contains(path)) files_[path].image = content_of(path);
}

void FaultyDisk::before_each(std::function<void(int)> then) {
  const std::lock_guard lock(mutex_);
  before_each_ = std::move(then);
  done_ = 0;
}

void FaultyDisk::about_to_work() {
  std::function<void(int)> then;
  int n = 0;
  {
    const std::lock_guard lock(mutex_);
    then = before_each_;
    n = done_ + 1;
  }
  if (!then) return;
  apart_ = true;
  then(n);
  apart_ = false;
}

void FaultyDisk::tear(const std::string& folder, const std::function<int(int)>& chance) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [path, known] : files_) {
    const std::string now = content_of(path);
    std::string left = known.image;
    const auto size = static_cast<std::int64_t>(now.size());
    if (now.size() < left.size() && chance(2) == 0) left.resize(now.size());
    if (now.size() > left.size() && chance(2) == 0) left.resize(now.size(), '\0');
    const int manner = chance(4);  // none of it, all of it, whole blocks, single sectors
    for (const std::int64_t block : known.dirty) {
      const bool takes_block = manner == 1 || (manner == 2 && chance(2) == 0);
      for (std::int64_t at = block * block_bytes; at < (block + 1) * block_bytes && at < size;
           at += sector_bytes) {
        if (!takes_block && (manner != 3 || chance(2) == 0)) continue;
        const auto part = static_cast<std::size_t>(std::min(sector_bytes, size - at));
        const auto from = static_cast<std::size_t>(at);
        if (left.size() < from + part) left.resize(from + part, '\0');
        left.replace(from, part, now, from, part);
      }
    }
    std::ofstream(folder + path.substr(path.rfind('/')), std::ios::binary) << left;
  }
}

}  // namespace ringup::test
