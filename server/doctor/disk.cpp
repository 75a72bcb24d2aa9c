/// The disk under the data folder: of a kind that keeps what it was told to keep, and with room.
#include <sys/stat.h>

#include <algorithm>

#include "server/doctor/doctor.h"

namespace ringup::doctor {
namespace {

constexpr std::int64_t bytes_needed = 128LL << 20;  // the write-ahead log alone grows to 64 MB
constexpr std::int64_t bytes_comfortable = 1LL << 30;
constexpr std::int64_t inodes_needed = 100, inodes_comfortable = 10'000;

struct Kind {
  std::uint32_t magic;
  const char* name;
  enum class Sort : std::uint8_t { network, memory, layer } sort;
};

/// The numbers are those of statfs(2).
constexpr Kind kinds[] = {
    {0x6969, "NFS", Kind::Sort::network},
    {0x517B, "SMB", Kind::Sort::network},
    {0xFF534D42, "CIFS", Kind::Sort::network},
    {0xFE534D42, "SMB", Kind::Sort::network},
    {0x5346414F, "AFS", Kind::Sort::network},
    {0x00C36400, "Ceph", Kind::Sort::network},
    {0x01021997, "9P", Kind::Sort::network},
    {0x73757245, "Coda", Kind::Sort::network},
    {0x786F4256, "VirtualBox's shared folders", Kind::Sort::network},
    {0x65735546, "FUSE", Kind::Sort::network},
    {0x01021994, "tmpfs", Kind::Sort::memory},
    {0x858458F6, "ramfs", Kind::Sort::memory},
    {0x794C7630, "overlay", Kind::Sort::layer},
};

void check_kind(const std::string& folder, const Volume& volume, Report& report) {
  const auto* found = std::find_if(std::begin(kinds), std::end(kinds),
                                   [&](const Kind& kind) { return kind.magic == volume.kind; });
  if (found == std::end(kinds)) {
    report.ok("file_system", "It is on a local disk.");
    return;
  }
  const std::string on = folder + " is on " + found->name;
  switch (found->sort) {
    case Kind::Sort::network:
      report.problem("file_system",
                     on + ": its locks and its syncs cannot be relied on, and SQLite needs both.",
                     "Move the folder to a disk of this machine, and send backups over the network instead.");
      return;
    case Kind::Sort::memory:
      report.problem("file_system", on + ", which is memory: everything is gone when the machine restarts.",
                     "Move the folder to a disk.");
      return;
    case Kind::Sort::layer:
      report.warning("file_system", on + ", a container's own layer: it is gone together with the container.",
                     "Mount a volume over the folder: docker run -v ringup-data:/data …");
      return;
  }
}

}  // namespace

void check_disk(const Patient& patient, Report& report) {
  const std::string& folder = patient.options.folder;
  const auto volume = patient.machine.volume(folder);
  if (!volume.ok()) {
    report.problem("disk", describe(volume.failure()), "Is its disk mounted?");
    return;
  }
  check_kind(folder, *volume, report);
  if (volume->read_only) {
    report.problem("disk", "The file system is mounted read-only: nothing can be sold.",
                   "Look into 'dmesg' for errors of the disk, then mount it for writing.");
  }
  std::int64_t database = 0;
  for (const char* file : {"/ringup.db", "/ringup.db-wal"}) {
    struct stat about {};
    if (::stat((folder + file).c_str(), &about) == 0) database += about.st_size;
  }
  const std::string room =
      bytes_in_words(volume->bytes_free) + " free, the database has " + bytes_in_words(database);
  const std::int64_t wanted = std::max(bytes_comfortable, database + bytes_needed);
  if (volume->bytes_free < bytes_needed) {
    report.problem(
        "disk_space", room + ".",
        "Make room now: when the disk is full the server only reads. Old copies before-N.db may go.");
  } else if (volume->bytes_free < wanted) {
    report.warning("disk_space", room + ".",
                   "Make room for " + bytes_in_words(wanted) +
                       ": an upgrade first makes a copy of the database beside it.");
  } else {
    report.ok("disk_space", room + ".");
  }
  if (volume->inodes_free >= 0 && volume->inodes_free < inodes_comfortable) {
    const std::string words =
        "Room for only " + std::to_string(volume->inodes_free) + " more files (inodes).";
    const char* advice =
        "Find the folder with very many files on this file system (du --inodes -x) and clear it.";
    if (volume->inodes_free < inodes_needed)
      report.problem("disk_space", words, advice);
    else
      report.warning("disk_space", words, advice);
  }
}

}  // namespace ringup::doctor
