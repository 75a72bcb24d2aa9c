#include "server/reports/roller.h"

#include <chrono>

#include "server/log/log.h"
#include "server/store/outbox.h"
#include "server/store/rollup.h"

namespace ringup::reports {
namespace {
using Clock = std::chrono::steady_clock;
constexpr int rest_max_ms = 1000;

int ms_since(Clock::time_point begun) {
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count());
}
}  // namespace

void Roller::start() {
  thread_ = std::thread([this] { run(); });
}

void Roller::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Roller::nudge() {
  {
    const std::lock_guard lock(mutex_);
    nudged_ = true;
  }
  wake_.notify_all();
}

bool Roller::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Roller::wait_ms(int ms) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(ms), [&] { return stopping_ || nudged_; });
  nudged_ = false;
}

void Roller::run() {
  wait_ms(look_ms);  // let the server start first
  Clock::time_point forgot{};
  while (!stopping()) {
    wait_ms(work());
    if (forgot != Clock::time_point{} && Clock::now() - forgot < std::chrono::hours(1)) continue;
    forgot = Clock::now();
    forget_old_events();
  }
}

void Roller::forget_old_events() {
  std::optional<std::int64_t> after = 0;
  while (after && !stopping()) {
    const Clock::time_point begun = Clock::now();
    const auto next = store::forget_events(store_, *after, store::unix_us_now(), forgets_at_once);
    if (!next.ok()) return;  // in an hour again
    after = *next;
    if (after) wait_ms(std::min(ms_since(begun) * 9, rest_max_ms));
  }
}

int Roller::work() {
  std::uint64_t jobs = store_.writer().numbers().jobs;
  Clock::time_point looked = Clock::now();
  std::uint64_t ours = 0;
  bool rush = false;
  for (;;) {
    const Clock::time_point begun = Clock::now();
    const auto step = store::roll_up(store_);
    if (!step.ok()) {
      // The disk's trouble is told once, by the writer.
      const Error error = step.error();
      if (error != Error::conflict && error != Error::busy && error != Error::storage) {
        log::event(log::Level::warning, "report_sums",
                   "Sums for reports could not be written: " + describe(step.failure()));
      }
      return look_ms;
    }
    if (!step->more) return look_ms;
    ++ours;
    const int took = ms_since(begun);
    if (const int gone = ms_since(looked); gone >= 200) {
      const std::uint64_t now = store_.writer().numbers().jobs;
      rush = static_cast<double>(now - jobs - ours) * 1000 / gone > busy_jobs_per_second;
      jobs = now;
      ours = 0;
      looked = Clock::now();
    }
    if (rush) {
      const auto backlog = store_.read([](store::Database& db) { return store::rollup_backlog(db); });
      if (!backlog.ok() || *backlog < backlog_waits_max) return rest_max_ms;
    }
    // Tills go first: a twentieth of the time in a rush, else a little more than half.
    const int rest = std::min(rush ? took * 19 : took / 2 + 1, rest_max_ms);
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, std::chrono::milliseconds(rest), [&] { return stopping_; })) return 0;
  }
}

}  // namespace ringup::reports
