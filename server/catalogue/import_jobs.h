#pragma once
/// Imports that run while others work: read, check, then write, on a thread of their own.
///
/// Everything that can be found out beforehand is: the file is read and each row planned before the writer
/// hears of it (import_plan.h). Then all rows go in, in one transaction. If the catalogue changed meanwhile,
/// the rows are planned anew inside it, so nothing is written on a stale view.
///
/// One import runs at a time, others wait; a business has at most one that is not finished. The last
/// `finished_max` finished ones are remembered with what they refused; after a restart none is. An import
/// that a stop of the server cuts off before its transaction has changed nothing.
///
/// Threads: any.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/catalogue/import_plan.h"
#include "server/store/store.h"

namespace ringup::catalogue {

inline constexpr std::size_t import_bytes_max = 16 << 20;
inline constexpr std::size_t import_refusals_max =
    100'000;  // beyond them the file is another one than it should be
inline constexpr std::size_t finished_max = 20;

struct ImportWish {
  Id tenant;
  std::string file;
  bool check = true;  // only say what would happen
  StockColumn stock = StockColumn::counted;
};

/// A line that was refused, and what stands in it.
struct RefusedLine {
  std::int64_t line = 0;
  std::string column;  // empty: the whole line
  Error error = Error::invalid_value;
  std::string detail;
  std::vector<std::string> values;  // empty where the line could not be taken apart
};

/// An import as it is at a moment.
struct ImportState {
  enum class Phase : std::uint8_t { waiting, reading, checking, writing, done, failed };
  Id id;
  bool check = true;
  Phase phase = Phase::waiting;
  std::int64_t rows = 0;       // seen so far; all of them once it is checking
  std::int64_t rows_done = 0;  // of those that this phase takes care of
  std::int64_t added = 0, changed = 0, unchanged = 0;
  std::vector<RefusedLine> refused;  // by line
  std::optional<Failure> failure;    // of the whole import
  bool finished() const { return phase == Phase::done || phase == Phase::failed; }
};
/// "waiting", "reading" …
std::string_view phase_name(ImportState::Phase phase);

class ImportJobs {
 public:
  /// The store must outlive this.
  explicit ImportJobs(store::Store& store) : store_(store), thread_([this] { run(); }) {}
  /// Ends the import that runs, unless it is writing already, then waits for it.
  ~ImportJobs();
  ImportJobs(const ImportJobs&) = delete;
  ImportJobs& operator=(const ImportJobs&) = delete;

  /// conflict while the tenant has one that is not finished.
  Result<Id> start(ImportWish wish);
  /// nullopt where the tenant has none of that name (any more). Copies at most `refused_max` refused lines;
  /// how many there are in all is in `refused_count`.
  std::optional<ImportState> state(const Id& tenant, const Id& id, std::size_t refused_max,
                                   std::size_t& refused_count) const;

 private:
  struct Job;
  void run();
  Result<void> work(Job& job);
  Result<void> read(Job& job, const ImportGround& ground);
  Result<void> plan(Job& job, store::Database& database, const ImportGround& ground);
  Result<void> write(Job& job, store::Database& database, const ImportGround& ground);
  void refuse(Job& job, Failure failure, std::vector<std::string> values);
  Result<void> go_on(Job& job) const;

  store::Store& store_;
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::deque<std::shared_ptr<Job>> known_;  // the oldest first
  std::atomic<bool> stopping_{false};
  std::thread thread_;  // last: starts when all else stands
};

}  // namespace ringup::catalogue
