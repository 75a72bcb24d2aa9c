#pragma once
/// The thread that keeps the sums of reports up to date, out of the way of sales.
///
/// It looks every two seconds, and at once when a report is asked. While tills send much it waits, until so
/// much has gathered that reports would become slow; then it takes a small step now and then. Without the
/// thread reports are as exact, only slower.
///
/// Once an hour it deletes old events of the outbox that neither reports nor followers ask for any more, a
/// few at a time.
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "server/store/store.h"

namespace ringup::reports {

inline constexpr int look_ms = 2000;
inline constexpr double busy_jobs_per_second = 300;        // of the writer: more is a rush
inline constexpr std::int64_t backlog_waits_max = 30'000;  // events that may wait for the end of a rush
inline constexpr std::int64_t forgets_at_once = 500;       // events that one job deletes

class Roller {
 public:
  explicit Roller(store::Store& store) : store_(store) {}
  ~Roller() { stop(); }
  Roller(const Roller&) = delete;
  Roller& operator=(const Roller&) = delete;

  /// Starts the thread.
  void start();
  /// Ends it after its present step; from the thread that started it.
  void stop();
  /// A report was asked: look now. From any thread.
  void nudge();

 private:
  void run();
  /// Works until nothing is left or it should give way; how long to wait until the next look.
  int work();
  void forget_old_events();
  void wait_ms(int ms);
  bool stopping();

  store::Store& store_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false, nudged_ = false;
  std::thread thread_;
};

}  // namespace ringup::reports
