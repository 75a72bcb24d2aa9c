#include "server/http/workers.h"

#include <utility>

namespace ringup::http {

Workers::Workers(std::size_t threads_max, std::size_t waiting_max)
    : threads_max_(threads_max), waiting_max_(waiting_max) {}

Workers::~Workers() {
  finish();
}

bool Workers::submit(Job job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || jobs_.size() >= waiting_max_) return false;
  jobs_.push_back(std::move(job));
  waiting_ = jobs_.size();
  if (!waking_) wake_one();
  return true;
}

bool Workers::submit_behind(Job job) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || jobs_.size() >= waiting_max_) return false;
  jobs_.push_back(std::move(job));
  waiting_ = jobs_.size();
  return true;
}

/// With the mutex held.
void Workers::wake_one() {
  if (!asleep_.empty()) {
    Sleeper* sleeper = asleep_.back();
    asleep_.pop_back();
    sleeper->awake = waking_ = true;
    sleeper->called.notify_one();
  } else if (!stopping_ && threads_.size() < threads_max_) {
    waking_ = true;
    threads_.emplace_back([this] { run(); });
  }
}

void Workers::run() {
  Sleeper self;
  std::unique_lock lock(mutex_);
  waking_ = false;
  for (;;) {
    if (jobs_.empty()) {
      if (stopping_) return;
      self.awake = false;
      asleep_.push_back(&self);
      self.called.wait(lock, [&] { return self.awake; });
      waking_ = false;
      continue;
    }
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    waiting_ = jobs_.size();
    if (!jobs_.empty() && !waking_) wake_one();
    lock.unlock();
    job();
    lock.lock();
  }
}

void Workers::finish() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Sleeper* sleeper : asleep_) {
      sleeper->awake = true;
      sleeper->called.notify_one();
    }
    asleep_.clear();
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace ringup::http
