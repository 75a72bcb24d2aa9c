#pragma once
/// The one thread that writes. It drains a queue of jobs into one transaction and answers after the commit.
///
/// Group commit: whoever calls write() waits while the thread gathers what else has queued up (at most
/// `group_jobs_max` jobs or `group_ms_max`), runs each job in its own savepoint, commits once with full sync,
/// then wakes them all. A job that fails is rolled back to its savepoint and harms no other; a commit that
/// fails fails all of its group. Nothing a job did is visible, and no answer leaves, before the disk has it.
///
/// A till that comes back with thousands of sales sends them in jobs of many milliseconds each. They wait in
/// a queue of their own: single sales go first, and a group of them does not wait for a large job, but every
/// second group has one as long as any waits, so that neither starves the other.
///
/// When the disk does not take a group (full, I/O error, read-only, damage), the whole group fails with one
/// sentence, nothing of it is kept, and the writer is read-only: further writes are refused at once with the
/// same sentence, while reads go on. Every `probe_ms` it tries by itself whether the disk is well again; how,
/// and why a failed sync is no small matter, stands at the top of server/store/mend.cpp.
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
#include "server/store/histogram.h"

namespace ringup::store {

inline constexpr int group_jobs_max = 256;
inline constexpr int group_ms_max = 5;
inline constexpr int gather_us_max = 2000;  // how long a group waits for those who were in the one before
inline constexpr std::size_t queue_jobs_max = 4096;  // beyond it write() answers busy at once
inline constexpr int log_frames_max = 16'000;        // 64 MB: from then on the log is written back
inline constexpr int damage_probes_rest = 60;        // all of the database is read then: so many times rarer
inline constexpr int log_frames_again = 1'600;       // where readers were in the way: after so many more

/// Why nothing is written, while that is so.
struct ReadOnly {
  Database::Trouble trouble;
  std::string words;          // for whoever wanted to write: what is wrong, and that nothing was kept
  std::int64_t since_us = 0;  // wall clock
};
/// "full", "failing", "refused" or "damaged": for logs and metrics.
const char* name_of(Database::Trouble::Kind kind);

class Writer {
 public:
  using Job = std::function<Result<void>(Database&)>;
  /// What the writer needs of the house around it; all of it runs on its thread.
  struct Doors {
    std::function<void()> after_commit;  // after each group that was committed
    /// Looks whether the disk takes writes again: a connection in place of the one that had trouble, which is
    /// closed by now; or the failure that still stands. None: it never does.
    std::function<Result<std::unique_ptr<Database>>(const Database::Trouble&)> mend;
    int probe_ms = 1000;
    int log_frames = log_frames_max;  // from then on the log is written back
  };
  /// Takes the connection over.
  Writer(std::unique_ptr<Database> database, Doors doors);
  /// Finishes what is queued, then stops.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Whether a job may be run a second time from its start, with nothing left of the first: then it goes
  /// without a savepoint, which would copy every page it touches, and its group is run again with savepoints
  /// if one fails.
  enum class Again : std::uint8_t { never, possible };
  /// How long a job runs: about as long as a sale takes, or for several milliseconds.
  enum class Size : std::uint8_t { small, large };
  /// Runs the job in the next group and returns after its commit: the job's own failure, or storage or busy.
  Result<void> write(const Job& job, Again again = Again::never, Size size = Size::small);
  /// The same with a value: `Result<Id> id = writer.write_for<Id>([&](Database& db) -> Result<Id> {…});`
  template <class T, class Function>
  Result<T> write_for(Function&& function, Again again = Again::never, Size size = Size::small) {
    std::optional<T> value;
    Result<void> done = write(
        [&](Database& database) -> Result<void> {
          Result<T> result = function(database);
          if (!result.ok()) return std::move(result).failure();
          value.emplace(std::move(result).value());
          return {};
        },
        again, size);
    if (!done.ok()) return std::move(done).failure();
    return std::move(*value);
  }
  /// Set while nothing is written.
  std::optional<ReadOnly> read_only() const;

  struct Numbers {
    std::uint64_t groups = 0, jobs = 0, failed_jobs = 0, failed_commits = 0;
    std::uint64_t read_only_times = 0, checkpoints = 0, failed_checkpoints = 0;
    Histogram<9> group_jobs{{1, 2, 4, 8, 16, 32, 64, 128, 256}};
    /// Nanoseconds. A commit is the write to the log and its sync; a checkpoint the log's way back.
    Histogram<14> commit_ns{{100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000,
                             25'000'000, 50'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000,
                             5'000'000'000}};
    Histogram<7> checkpoint_ns{
        {10'000'000, 50'000'000, 100'000'000, 500'000'000, 1'000'000'000, 5'000'000'000, 10'000'000'000}};
    std::size_t queued = 0;
  };
  Numbers numbers() const;

 private:
  struct Ticket {
    const Job* job;
    Again again;
    Size size;
    Result<void> result;
    bool done = false;
    std::condition_variable changed;
  };
  void run();
  /// Takes jobs from the queue and runs them in one transaction; every ticket has its result afterwards.
  void run_group(std::deque<Ticket*>& group);
  /// Runs the group's jobs; the place in `group` of the one that broke the transaction, or its size.
  std::size_t run_jobs(std::deque<Ticket*>& group);
  /// No job of the group stands; → `place`.
  static std::size_t broke_at(const std::deque<Ticket*>& group, std::size_t place);
  /// Runs a job in a savepoint of its own.
  void run_guarded(Ticket& ticket);
  /// No transaction is open any more, or none may be committed.
  bool broken() const;
  /// Nothing of the group is kept, and nothing is written until the disk is well again.
  void give_up(std::deque<Ticket*>& group, std::size_t broke_at);
  void write_log_back();
  /// The next job of a group, where one waits that it may have.
  Ticket* take(bool first_of_group);
  /// One look whether the disk is well; with the lock held, which it opens meanwhile.
  void try_again(std::unique_lock<std::mutex>& lock);

  std::unique_ptr<Database> database_;  // none while read-only
  const Doors doors_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Ticket*> queue_, large_;
  std::optional<ReadOnly> read_only_;
  std::string last_words_;  // of the attempts to mend: each is logged once
  Numbers numbers_;
  std::size_t expected_ = 0;  // small jobs of the last group and those that waited behind it
  bool large_turn_ = false;   // the last group had none, and one waited
  int log_again_at_;
  int attempts_ = 0;  // to mend, since the trouble
  bool stopping_ = false;
  std::thread thread_;  // last: starts when all else stands
};

}  // namespace ringup::store
