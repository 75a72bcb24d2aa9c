#include "server/store/writer.h"

#include <chrono>

namespace ringup::store {
namespace {
using Clock = std::chrono::steady_clock;
}

Writer::Writer(std::unique_ptr<Database> database, std::function<void()> after_commit)
    : database_(std::move(database)), after_commit_(std::move(after_commit)), thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  thread_.join();
}

Result<void> Writer::write(const Job& job, Again again) {
  ASSERT(std::this_thread::get_id() != thread_.get_id());
  Ticket ticket{&job, again, {}, false, {}};
  std::unique_lock lock(mutex_);
  if (stopping_) return fail(Error::busy, {}, "The server is stopping.");
  if (queue_.size() >= queue_jobs_max) return Error::busy;
  queue_.push_back(&ticket);
  if (queue_.size() == 1 || queue_.size() == expected_) work_.notify_one();
  ticket.changed.wait(lock, [&] { return ticket.done; });
  return std::move(ticket.result);
}

void Writer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    // Those who were answered together come back together: a moment's patience saves most of their syncs.
    if (expected_ > 1) {
      work_.wait_for(lock, std::chrono::microseconds(gather_us_max),
                     [&] { return stopping_ || queue_.size() >= expected_; });
    }
    lock.unlock();
    std::deque<Ticket*> group;
    run_group(group);
    lock.lock();
    numbers_.jobs += group.size();
    expected_ = std::min<std::size_t>(group.size() + queue_.size(), group_jobs_max);
    for (Ticket* ticket : group) {
      ticket->done = true;
      ticket->changed.notify_one();
    }
  }
}

void Writer::run_group(std::deque<Ticket*>& group) {
  const Clock::time_point begun = Clock::now();
  const auto take = [&]() -> Ticket* {
    const std::lock_guard lock(mutex_);
    if (queue_.empty()) return nullptr;
    Ticket* ticket = queue_.front();
    queue_.pop_front();
    return ticket;
  };
  bool bare = true;  // only jobs that may run again have run so far
  Result<std::int64_t> open = database_->run("BEGIN IMMEDIATE");
  while (group.size() < group_jobs_max) {
    Ticket* ticket = take();
    if (ticket == nullptr) break;
    group.push_back(ticket);
    if (!open.ok()) {
      ticket->result = open.failure();
      continue;
    }
    if (bare && ticket->again == Again::possible) {
      ticket->result = (*ticket->job)(*database_);
      if (!ticket->result.ok()) {
        // Everything so far may run again: it does, and this time a failure takes only itself back.
        bare = false;
        (void)database_->run("ROLLBACK");
        open = database_->run("BEGIN IMMEDIATE");
        for (Ticket* again : group) {
          if (open.ok())
            run_guarded(*again);
          else
            again->result = open.failure();
        }
      }
    } else {
      bare = false;  // what may not run again must never be rolled back with the others
      run_guarded(*ticket);
    }
    if (Clock::now() - begun > std::chrono::milliseconds(group_ms_max)) break;
  }
  if (!open.ok()) return;
  const Clock::time_point commit_begun = Clock::now();
  Result<std::int64_t> committed = database_->run("COMMIT");
  const auto spent = static_cast<std::uint64_t>((Clock::now() - commit_begun).count());
  if (!committed.ok()) {
    (void)database_->run("ROLLBACK");
    for (Ticket* ticket : group) {
      if (ticket->result.ok()) ticket->result = fail(Error::storage, {}, describe(committed.failure()));
    }
  } else if (after_commit_) {
    after_commit_();
  }
  const std::lock_guard lock(mutex_);
  ++numbers_.groups;
  for (const Ticket* ticket : group) numbers_.failed_jobs += ticket->result.ok() ? 0 : 1;
  numbers_.failed_commits += committed.ok() ? 0 : 1;
  numbers_.commit_ns_total += spent;
  numbers_.commit_ns_max = std::max(numbers_.commit_ns_max, spent);
}

void Writer::run_guarded(Ticket& ticket) {
  Result<std::int64_t> saved = database_->run("SAVEPOINT job");
  ticket.result = saved.ok() ? (*ticket.job)(*database_) : Result<void>(saved.failure());
  // A full disk may have rolled the whole transaction back already; then the commit says so.
  if (saved.ok() && !ticket.result.ok()) (void)database_->run("ROLLBACK TO job");
  if (saved.ok()) (void)database_->run("RELEASE job");
}

Writer::Numbers Writer::numbers() const {
  const std::lock_guard lock(mutex_);
  Numbers numbers = numbers_;
  numbers.queued = queue_.size();
  return numbers;
}

}  // namespace ringup::store
