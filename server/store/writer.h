#pragma once
/// The one thread that writes. It drains a queue of jobs into one transaction and answers after the commit.
///
/// Group commit: whoever calls write() waits while the thread gathers what else has queued up (at most
/// `group_jobs_max` jobs or `group_ms_max`), runs each job in its own savepoint, commits once with full sync,
/// then wakes them all. A job that fails is rolled back to its savepoint and harms no other; a commit that
/// fails fails all of its group. Nothing a job did is visible, and no answer leaves, before the disk has it.
///
/// write() may be called from any thread but from inside a job.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "core/base/result.h"
#include "server/store/database.h"

namespace ringup::store {

inline constexpr int group_jobs_max = 256;
inline constexpr int group_ms_max = 5;
inline constexpr int gather_us_max = 2000;  // how long a group waits for those who were in the one before
inline constexpr std::size_t queue_jobs_max = 4096;  // beyond it write() answers busy at once

class Writer {
 public:
  using Job = std::function<Result<void>(Database&)>;
  /// Takes the connection over. `after_commit` runs on the writer's thread after each group that was
  /// committed.
  explicit Writer(std::unique_ptr<Database> database, std::function<void()> after_commit = {});
  /// Finishes what is queued, then stops.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Whether a job may be run a second time from its start, with nothing left of the first: then it goes
  /// without a savepoint, which would copy every page it touches, and its group is run again with savepoints
  /// if one fails.
  enum class Again : std::uint8_t { never, possible };
  /// Runs the job in the next group and returns after its commit: the job's own failure, or storage or busy.
  Result<void> write(const Job& job, Again again = Again::never);
  /// The same with a value: `Result<Id> id = writer.write_for<Id>([&](Database& db) -> Result<Id> {…});`
  template <class T, class Function>
  Result<T> write_for(Function&& function, Again again = Again::never) {
    std::optional<T> value;
    Result<void> done = write(
        [&](Database& database) -> Result<void> {
          Result<T> result = function(database);
          if (!result.ok()) return std::move(result).failure();
          value.emplace(std::move(result).value());
          return {};
        },
        again);
    if (!done.ok()) return std::move(done).failure();
    return std::move(*value);
  }

  struct Numbers {
    std::uint64_t groups = 0, jobs = 0, failed_jobs = 0, failed_commits = 0;
    std::uint64_t commit_ns_total = 0, commit_ns_max = 0;
    std::size_t queued = 0;
  };
  Numbers numbers() const;

 private:
  struct Ticket {
    const Job* job;
    Again again;
    Result<void> result;
    bool done = false;
    std::condition_variable changed;
  };
  void run();
  void run_group(std::deque<Ticket*>& group);
  /// Runs a job in a savepoint of its own.
  void run_guarded(Ticket& ticket);

  std::unique_ptr<Database> database_;
  std::function<void()> after_commit_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Ticket*> queue_;
  Numbers numbers_;
  std::size_t expected_ = 0;  // jobs of the last group and those that waited behind it
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else stands
};

}  // namespace ringup::store
