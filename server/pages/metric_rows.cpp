#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "generated/version.h"
#include "server/pages/metrics.h"

namespace ringup::pages {
namespace {

std::uint64_t file_bytes(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
}

std::uint64_t resident_bytes() {
  unsigned long long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*u %llu", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// How many entries a folder of /proc has.
std::uint64_t entries_of(const char* path) {
  DIR* folder = ::opendir(path);
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(folder)) count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(folder);
  return count;
}

void writer_rows(log::Exposition& out, const store::Writer& writer) {
  const store::Writer::Numbers numbers = writer.numbers();
  constexpr std::uint64_t ns = 1'000'000'000;
  out.counter("ringup_writer_groups_total", "Transactions committed by the writer.", numbers.groups);
  out.counter("ringup_writer_jobs_total", "Jobs in them.", numbers.jobs);
  out.counter("ringup_writer_failed_jobs_total", "Jobs that failed, alone or with their group.",
              numbers.failed_jobs);
  out.counter("ringup_writer_failed_commits_total", "Transactions that failed as a whole.",
              numbers.failed_commits);
  out.family("ringup_writer_group_jobs", "histogram", "Jobs that share one commit.");
  out.histogram_rows({}, numbers.group_jobs.bounds, numbers.group_jobs.buckets, numbers.group_jobs.sum, 1);
  out.family("ringup_writer_commit_seconds", "histogram",
             "A commit: the write to the log and its sync, nearly all of it the sync.");
  out.histogram_rows({}, numbers.commit_ns.bounds, numbers.commit_ns.buckets, numbers.commit_ns.sum, ns);
  out.gauge("ringup_writer_queue", "Jobs that wait now.", numbers.queued);
  out.family("ringup_checkpoint_seconds", "histogram",
             "The log written back into the database, two syncs among it.");
  out.histogram_rows({}, numbers.checkpoint_ns.bounds, numbers.checkpoint_ns.buckets,
                     numbers.checkpoint_ns.sum, ns);
  out.counter("ringup_checkpoints_failed_total", "Attempts at it that failed.", numbers.failed_checkpoints);
  const auto stopped = writer.read_only();
  out.family("ringup_read_only", "gauge",
             "1 while the disk takes nothing and writes are refused, by reason.");
  using Kind = store::Database::Trouble::Kind;
  for (const Kind kind : {Kind::full, Kind::failing, Kind::refused, Kind::damaged}) {
    out.row({{"reason", store::name_of(kind)}},
            stopped.has_value() && stopped->trouble.kind == kind ? 1U : 0U);
  }
  out.counter("ringup_read_only_times_total", "How often that began.", numbers.read_only_times);
}

}  // namespace

log::Rows store_rows(store::Store& store) {
  return [&store](log::Exposition& out) {
    writer_rows(out, store.writer());
    const store::Store::ReaderNumbers readers = store.reader_numbers();
    out.gauge("ringup_readers", "Connections for reading.", readers.readers);
    out.gauge("ringup_readers_busy", "Of them in use now.", readers.taken);
    out.seconds("ringup_oldest_read_seconds", "gauge", "How long the read that is oldest has gone on.",
                static_cast<std::uint64_t>(readers.oldest_ms), 1000);
    const std::string database = store.folder() + "/ringup.db";
    out.gauge("ringup_database_bytes", "Size of the database.", file_bytes(database));
    out.gauge("ringup_log_bytes", "Size of its write-ahead log.", file_bytes(database + "-wal"));
    struct statvfs disk {};
    if (::statvfs(store.folder().c_str(), &disk) != 0) return;
    out.gauge("ringup_disk_free_bytes", "Room left for us on the disk of the data folder.",
              disk.f_bavail * disk.f_frsize);
    out.gauge("ringup_disk_bytes", "Size of that disk.", disk.f_blocks * disk.f_frsize);
  };
}

log::Rows process_rows() {
  const auto started_s = static_cast<std::uint64_t>(store::unix_us_now() / 1'000'000);
  return [started_s](log::Exposition& out) {
    out.family("ringup_build_info", "gauge", "Which program this is; the value is 1.");
    out.row({{"version", version}, {"commit", commit}}, 1);
    out.gauge("process_start_time_seconds", "When it began, by the wall clock.", started_s);
    out.gauge("process_resident_memory_bytes", "Memory of this process.", resident_bytes());
    out.gauge("process_open_fds", "Files and sockets that are open.", entries_of("/proc/self/fd"));
    out.gauge("process_max_fds", "How many may be.", static_cast<std::uint64_t>(::sysconf(_SC_OPEN_MAX)));
    out.gauge("process_threads", "Threads.", entries_of("/proc/self/task"));
  };
}

}  // namespace ringup::pages
