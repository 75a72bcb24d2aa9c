#include "server/backup/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace ringup::backup {
namespace {

Failure is_there(const std::string& path) {
  return fail(Error::conflict, path, "There is a file of this name already; name another one.");
}

/// Renames where nothing has the new name. A file system that cannot promise it (FAT, some network drives) is
/// asked first, then told.
int rename_to_free_name(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  if (::access(to.c_str(), F_OK) == 0) return errno = EEXIST, -1;
  return ::rename(from.c_str(), to.c_str());
}

}  // namespace

Failure file_failure(const std::string& path, std::string_view doing) {
  const int code = errno;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    return fail(Error::storage, path, "There is not enough room to " + std::string(doing) + ".");
  return fail(Error::storage, path, "Cannot " + std::string(doing) + ": " + std::strerror(code) + ".");
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<void> sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return file_failure(folder, "open this folder");
  const int synced = ::fsync(descriptor);
  const int code = errno;
  ::close(descriptor);
  errno = code;
  // Some file systems know no syncing of folders; then names are as safe as they ever are there.
  if (synced != 0 && errno != EINVAL && errno != ENOTSUP) return file_failure(folder, "write to the disk");
  return {};
}

Result<InFile> InFile::open(const std::string& path) {
  // Not to wait for the other end of what is no file: anybody may put a pipe into a shared folder.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return fail(Error::not_found, path, "There is no such file.");
    return file_failure(path, "read this file");
  }
  struct stat about {};
  if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
    ::close(descriptor);
    return fail(Error::not_found, path,
                S_ISDIR(about.st_mode) ? "This is a folder, not a file." : "This is no ordinary file.");
  }
  (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return InFile(path, descriptor);
}

InFile::~InFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> InFile::read(char* bytes, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t taken = ::read(descriptor_, bytes + done, count - done);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) return file_failure(path_, "read this file");
    if (taken == 0) break;
    done += static_cast<std::size_t>(taken);
  }
  return done;
}

Result<std::string> InFile::line(std::size_t bytes_max) {
  constexpr std::size_t step = 4096;
  std::string text;
  for (;;) {
    const std::size_t begun = text.size();
    text.resize(begun + step);
    const std::size_t got = TRY(read(text.data() + begun, step));
    text.resize(begun + got);
    const std::size_t end = text.find('\n', begun);
    if (end != std::string::npos) {
      const auto back = static_cast<off_t>(text.size() - end - 1);
      if (::lseek(descriptor_, -back, SEEK_CUR) < 0) return file_failure(path_, "read this file");
      text.resize(end);
      return text;
    }
    if (got < step || text.size() > bytes_max)
      return fail(Error::damaged, path_, "This is no backup that ringup wrote, or its beginning is damaged.");
  }
}

std::int64_t InFile::size() const {
  struct stat about {};
  return ::fstat(descriptor_, &about) == 0 ? static_cast<std::int64_t>(about.st_size) : 0;
}

Result<PartFile> PartFile::open(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) == 0) {
    if (S_ISDIR(there.st_mode)) return fail(Error::conflict, path, "This is a folder; name a file in it.");
    return is_there(path);
  }
  const std::string part = path + ".part";
  for (;;) {
    const int descriptor = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return file_failure(part, "write this file");
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      ::close(descriptor);
      return fail(Error::in_use, path, "Another backup to this file is under way.");
    }
    // Whoever held it before may have published or removed it since it was opened.
    struct stat ours {
    }, named{};
    const bool same = ::fstat(descriptor, &ours) == 0 && ::lstat(part.c_str(), &named) == 0 &&
                      ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
    if (!same) {
      ::close(descriptor);
      continue;
    }
    PartFile file(path, descriptor);
    if (::fchmod(descriptor, 0600) != 0 || ::ftruncate(descriptor, 0) != 0)
      return file_failure(part, "write this file");
    return file;
  }
}

PartFile::~PartFile() {
  if (descriptor_ < 0) return;
  ::unlink(part_path().c_str());  // while it is still locked
  ::close(descriptor_);
}

Result<void> PartFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure(path_, "write this file");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> PartFile::sync() {
  if (::fsync(descriptor_) != 0) return file_failure(path_, "write this file");
  (void)::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED);
  return {};
}

Result<void> PartFile::publish() {
  if (rename_to_free_name(part_path(), path_) != 0)
    return errno == EEXIST ? is_there(path_) : file_failure(path_, "give this file its name");
  ::close(descriptor_);
  descriptor_ = -1;
  return sync_folder(folder_of(path_));
}

}  // namespace ringup::backup
