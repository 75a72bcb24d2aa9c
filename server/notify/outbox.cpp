#include "server/notify/outbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace ringup::notify {
namespace {

Outcome trouble(const std::string& path) {
  return {Outcome::Kind::down, "Cannot write " + path + ": " + std::strerror(errno) + ".", "outbox", {}, 0};
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::fsync(file) == 0;
}

}  // namespace

Outcome write_outbox(const std::string& folder, const std::string& name, std::string_view bytes) {
  const std::string outbox = folder + "/outbox", path = outbox + "/" + name, draft = outbox + "/." + name;
  if (::mkdir(outbox.c_str(), 0700) != 0 && errno != EEXIST) return trouble(outbox);
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return trouble(draft);
  const bool written = write_all(file, bytes);
  ::close(file);
  if (!written || std::rename(draft.c_str(), path.c_str()) != 0) {
    const Outcome outcome = trouble(path);
    ::unlink(draft.c_str());
    return outcome;
  }
  const int room = ::open(outbox.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (room >= 0) {
    (void)::fsync(room);
    ::close(room);
  }
  return {Outcome::Kind::sent, {}, {}, name, 0};
}

}  // namespace ringup::notify
