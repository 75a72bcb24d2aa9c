#pragma once
/// The thread that makes a backup now and then, out of the way of sales, and knows what the kept ones hold.
///
/// One is due when the newest that is kept is older than `every`, or was made before a restore; at start at
/// once, if so. A failed one is logged and tried again, first after a minute, then twice as long each time,
/// at most every hour (or `every`). The wall clock decides, looked at each minute, so that a jump of it or a
/// sleep of the machine does no harm. The thread has a low priority, and rests as
/// long as it works.
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "server/backup/keep.h"
#include "server/backup/make.h"
#include "server/log/exposition.h"
#include "server/store/durable.h"
#include "server/store/store.h"

namespace ringup::backup {

struct ScheduleOptions {
  std::string folder;  // BACKUP_DIR; made where only its last name is missing
  std::int64_t every_us = 0;
  std::string passphrase;  // empty: not encrypted
  std::string program;
  std::function<std::int64_t()> now_us = store::unix_us_now;
};

struct ScheduleNumbers {
  std::int64_t last_success_us = 0;  // when the newest kept one of this generation was made; 0: there is none
  std::int64_t bytes = 0;            // of the newest
  std::int64_t took_us = 0;          // of the last that was made here
  std::uint64_t made = 0, failed = 0;
  std::uint64_t kept = 0;
  bool overdue = false;  // older than twice `every`, and this began so long ago
};

class Schedule {
 public:
  /// The store must outlive it.
  Schedule(store::Store& store, ScheduleOptions options);
  ~Schedule() { stop(); }
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  /// Looks what is kept, then starts the thread.
  void start();
  /// Ends it; a backup under way is given up and leaves nothing. From the thread that started it.
  void stop();

  /// One backup now, on the caller's thread; then old ones go. What write_backup() says.
  Result<void> make_one();
  /// Looks what is kept and what that means for the tills.
  void look();

  ScheduleNumbers numbers() const;
  /// nullptr where no backup is kept; empty where that cannot be told.
  std::shared_ptr<const store::DurableMarks> marks() const;

  /// How long until the next one, in us; 0: now. `tried_us` is when the last of `failures` in a row failed.
  static std::int64_t wait_us(std::int64_t newest_us, std::int64_t every_us, int failures,
                              std::int64_t tried_us, std::int64_t now_us);

 private:
  void run();
  bool stopping() const;

  store::Store& store_;
  const ScheduleOptions options_;
  const std::int64_t begun_us_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  ScheduleNumbers numbers_;
  std::shared_ptr<const store::DurableMarks> marks_;
  std::thread thread_;
};

/// For /metrics.
void tell_metrics(log::Exposition& out, const ScheduleNumbers& numbers);

}  // namespace ringup::backup
