#include "server/store/lock_note.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

namespace ringup::store {
namespace {

constexpr std::size_t note_bytes_max = 4096;

std::string lock_path(const std::string& folder) {
  return folder + "/serve.lock";
}

}  // namespace

void write_lock_note(const std::string& folder, const std::string& text) {
  const int file = ::open(lock_path(folder).c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  if (::ftruncate(file, 0) == 0) (void)!::write(file, text.data(), std::min(text.size(), note_bytes_max));
  ::close(file);
}

LockNote read_lock_note(const std::string& folder) {
  LockNote note;
  const int file = ::open(lock_path(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return note;
  note.held = ::flock(file, LOCK_SH | LOCK_NB) != 0;
  note.text.resize(note_bytes_max);
  const ssize_t size = ::read(file, note.text.data(), note.text.size());
  note.text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  ::close(file);
  return note;
}

}  // namespace ringup::store
