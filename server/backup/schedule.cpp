#include "server/backup/schedule.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "server/backup/file.h"
#include "server/log/log.h"

namespace ringup::backup {
namespace {

constexpr std::int64_t second_us = 1'000'000, minute_us = 60 * second_us, hour_us = 60 * minute_us;
constexpr int niceness = 5;  // at 19 a busy machine would let it hold its moment for many minutes

/// This thread alone: on Linux each has a niceness and a place at the disk of its own.
void give_way() {
  constexpr int of_a_thread = 1, best_effort = 2, class_shift = 13, last_of_all = 7;
  const auto self = static_cast<id_t>(::syscall(SYS_gettid));
  (void)::setpriority(PRIO_PROCESS, self, niceness);
  (void)::syscall(SYS_ioprio_set, of_a_thread, 0, best_effort << class_shift | last_of_all);
}

}  // namespace

Schedule::Schedule(store::Store& store, ScheduleOptions options)
    : store_(store), options_(std::move(options)), begun_us_(options_.now_us()) {}

void Schedule::start() {
  look();
  thread_ = std::thread([this] { run(); });
}

void Schedule::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Schedule::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

ScheduleNumbers Schedule::numbers() const {
  const std::lock_guard lock(mutex_);
  ScheduleNumbers numbers = numbers_;
  const std::int64_t age = options_.now_us() - std::max(numbers.last_success_us, begun_us_);
  numbers.overdue = age > 2 * options_.every_us;
  return numbers;
}

std::shared_ptr<const store::DurableMarks> Schedule::marks() const {
  const std::lock_guard lock(mutex_);
  return marks_;
}

void Schedule::look() {
  auto marks = std::make_shared<store::DurableMarks>();  // nothing may be forgotten where nothing is known
  std::error_code code;
  const bool there = std::filesystem::exists(options_.folder, code) || code;
  Result<KeptList> list = there ? list_kept(options_.folder, shop_of(store_.secret())) : KeptList{};
  if (!list.ok()) {
    log::event(log::Level::error, "backups_unreadable", describe(list.failure()));
    const std::lock_guard lock(mutex_);
    marks_ = std::move(marks);
    return;
  }
  for (const std::string& name : list->unreadable) {
    log::event(
        log::Level::warning, "backup_damaged",
        "This file has the name of a backup, but its beginning is not one's. It does not count; look at it "
        "and delete it.",
        {{"file", name}});
  }
  const Result<std::string> generation = store_.read(store::generation_of);
  // After a restore the newest may be of a future that was lost: that one is no backup of what is here now.
  const auto newest = std::find_if(list->backups.begin(), list->backups.end(), [&](const Kept& kept) {
    return generation.ok() && kept.head.generation == *generation;
  });
  if (list->backups.empty()) {
    marks.reset();
  } else {
    std::vector<std::vector<store::ChainEnd>> ends;
    for (const Kept& kept : list->backups) ends.push_back(kept.head.ends);
    Result<store::DurableMarks> made =
        store_.read([&](store::Database& db) { return store::durable_marks(db, ends); });
    if (made.ok())
      *marks = std::move(made).value();
    else
      log::event(log::Level::warning, "backups_uncompared", describe(made.failure()));
  }
  const std::lock_guard lock(mutex_);
  marks_ = std::move(marks);
  numbers_.kept = list->backups.size();
  numbers_.last_success_us = newest == list->backups.end() ? 0 : newest->head.at_us;
  numbers_.bytes = newest == list->backups.end() ? 0 : newest->bytes;
}

Result<void> Schedule::make_one() {
  if (::mkdir(options_.folder.c_str(), 0700) != 0 && errno != EEXIST)
    return file_failure(options_.folder, "make this folder for backups");
  remove_leftovers(options_.folder);
  BackupOptions options;
  options.folder = store_.folder();
  options.now_us = options_.now_us();
  options.to = options_.folder + "/" + backup_name(options.now_us);
  options.passphrase = options_.passphrase;
  options.program = options_.program;
  options.gentle = true;
  options.stopped = [this] { return stopping(); };
  const BackupMade made = TRY(write_backup(options));
  const std::int64_t took = options_.now_us() - options.now_us;
  {
    const std::lock_guard lock(mutex_);
    ++numbers_.made;
    numbers_.took_us = took;
  }
  log::event(log::Level::info, "backup_made", {},
             {{"file", backup_name(options.now_us)}, {"bytes", made.bytes}, {"ms", took / 1000}});
  look();
  const KeptList list = TRY(list_kept(options_.folder, shop_of(store_.secret())));
  const int gone = TRY(forget_old(list, options_.now_us()));
  if (gone > 0) {
    log::event(log::Level::info, "old_backups_deleted", {}, {{"count", gone}});
    look();
  }
  return {};
}

std::int64_t Schedule::wait_us(std::int64_t newest_us, std::int64_t every_us, int failures,
                               std::int64_t tried_us, std::int64_t now_us) {
  // A time in the future is a clock that was wrong then, or is wrong now: as if it were made just now.
  const std::int64_t due = newest_us == 0 ? now_us : std::min(newest_us, now_us) + every_us;
  std::int64_t wait = due - now_us;
  if (failures > 0) {
    const std::int64_t pause =
        std::min({minute_us << std::min(failures - 1, 10), std::max(every_us, minute_us), hour_us});
    wait = std::max(wait, std::min(tried_us, now_us) + pause - now_us);
  }
  return std::max<std::int64_t>(wait, 0);
}

void Schedule::run() {
  give_way();
  int failures = 0;
  std::int64_t tried = 0;
  while (!stopping()) {
    const std::int64_t wait =
        wait_us(numbers().last_success_us, options_.every_us, failures, tried, options_.now_us());
    if (wait > 0) {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, std::chrono::microseconds(std::min(wait, minute_us)), [&] { return stopping_; });
      continue;
    }
    const Result<void> done = make_one();
    if (done.ok()) {
      failures = 0;
      continue;
    }
    if (stopping()) return;
    ++failures;
    tried = options_.now_us();
    {
      const std::lock_guard lock(mutex_);
      ++numbers_.failed;
    }
    const ScheduleNumbers now = numbers();
    log::event(now.overdue ? log::Level::error : log::Level::warning, "backup_failed",
               describe(done.failure()),
               {{"failures", failures},
                {"overdue", now.overdue},
                {"again_in_seconds",
                 wait_us(now.last_success_us, options_.every_us, failures, tried, tried) / second_us}});
  }
}

void tell_metrics(log::Exposition& out, const ScheduleNumbers& numbers) {
  out.seconds("ringup_backup_last_success_timestamp_seconds", "gauge",
              "When the newest backup that is kept was made.",
              static_cast<std::uint64_t>(numbers.last_success_us), second_us);
  out.gauge("ringup_backup_bytes", "Its size.", static_cast<std::uint64_t>(numbers.bytes));
  out.seconds("ringup_backup_seconds", "gauge", "How long the last one took.",
              static_cast<std::uint64_t>(numbers.took_us), second_us);
  out.counter("ringup_backup_made_total", "Backups made since the start.", numbers.made);
  out.counter("ringup_backup_failed_total", "Tries that failed since the start.", numbers.failed);
  out.gauge("ringup_backup_kept", "Backups of this shop in BACKUP_DIR.", numbers.kept);
  out.gauge("ringup_backup_overdue", "1 where the newest is older than twice BACKUP_EVERY.",
            numbers.overdue ? 1 : 0);
}

}  // namespace ringup::backup
