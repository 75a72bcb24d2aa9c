#include <arpa/inet.h>
#include <grp.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "generated/version.h"
#include "server/doctor/doctor.h"
#include "server/store/store.h"

namespace ringup::doctor {
namespace {

Result<Volume> read_volume(const std::string& path) {
  struct statvfs room {};
  struct statfs kind {};
  struct stat about {};
  if (::statvfs(path.c_str(), &room) != 0 || ::statfs(path.c_str(), &kind) != 0 ||
      ::stat(path.c_str(), &about) != 0)
    return fail(Error::storage, path,
                std::string("Cannot ask its file system: ") + std::strerror(errno) + ".");
  Volume volume;
  volume.bytes_free = static_cast<std::int64_t>(room.f_bavail) * static_cast<std::int64_t>(room.f_frsize);
  volume.inodes_free = room.f_files == 0 ? -1 : static_cast<std::int64_t>(room.f_favail);
  volume.device = about.st_dev;
  volume.kind = static_cast<std::uint32_t>(kind.f_type);
  volume.read_only = (room.f_flag & ST_RDONLY) != 0;
  return volume;
}

ClockState read_clock() {
  timex state{};
  const int code = ::adjtimex(&state);  // no mode is set: it only reads
  if (code < 0) return {};
  const bool off = code == TIME_ERROR || (state.status & STA_UNSYNC) != 0;
  return {.known = true, .synchronised = !off, .error_us_max = state.maxerror};
}

std::string text_of(const sockaddr* address) {
  char text[NI_MAXHOST] = "";
  const socklen_t size = address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  if (::getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) return {};
  return text;
}

std::vector<std::string> resolve(const std::string& host) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  std::vector<std::string> addresses;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next)
    addresses.push_back(text_of(one->ai_addr));
  ::freeaddrinfo(found);
  return addresses;
}

std::vector<std::string> own_addresses() {
  ifaddrs* found = nullptr;
  std::vector<std::string> addresses;
  if (::getifaddrs(&found) != 0) return addresses;
  for (const ifaddrs* one = found; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr != nullptr &&
        (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6))
      addresses.push_back(text_of(one->ifa_addr));
  }
  ::freeifaddrs(found);
  return addresses;
}

/// The hard limit: `serve` raises the soft one to it.
std::int64_t files_max(int pid) {
  rlimit limit{};
  if (pid <= 0)
    return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<std::int64_t>(limit.rlim_max) : -1;
  std::ifstream file("/proc/" + std::to_string(pid) + "/limits");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string max, open, files;
    std::int64_t soft = 0, hard = 0;
    if (words >> max >> open >> files >> soft >> hard && open == "open" && files == "files") return hard;
  }
  return -1;
}

}  // namespace

bool owner_may(const std::string& folder, const std::string& path, int what) {
  struct stat about {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &about) != 0 || about.st_uid == 0)
    return ::access(path.c_str(), what) == 0;
  std::vector<gid_t> groups(64);
  int count = static_cast<int>(groups.size());
  const passwd* user = ::getpwuid(about.st_uid);
  if (user == nullptr || ::getgrouplist(user->pw_name, user->pw_gid, groups.data(), &count) < 0) {
    groups[0] = about.st_gid;
    count = 1;
  }
  // access(2) asks for the real user, so a child becomes that user and asks.
  const pid_t child = ::fork();
  if (child == 0) {
    const bool became = ::setgroups(static_cast<std::size_t>(count), groups.data()) == 0 &&
                        ::setgid(groups[0]) == 0 && ::setuid(about.st_uid) == 0;
    ::_exit(became && ::access(path.c_str(), what) == 0 ? 0 : 1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Machine this_machine() {
  Machine machine;
  machine.now_us = store::unix_us_now;
  machine.built_us = std::int64_t{commit_unix_s} * 1'000'000;
  machine.volume = read_volume;
  machine.clock = read_clock;
  machine.resolve = resolve;
  machine.own_addresses = own_addresses;
  machine.files_max = files_max;
  return machine;
}

}  // namespace ringup::doctor
