#pragma once
/// A fixed number of threads that take jobs from one bounded queue.
///
/// A job may wait for the disk, so there are more threads than processors; but jobs that only compute should
/// be done by few, because waking a thread costs more than a small answer. So of the sleeping threads at most
/// one is on its way to work at a time: it wakes the next, if jobs are left, before it begins its own. The
/// one that fell asleep last is woken first: its memory is warm.
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ringup::http {

/// Thread-safe. Threads are made when they are first needed.
class Workers {
 public:
  using Job = std::function<void()>;

  Workers(std::size_t threads_max, std::size_t waiting_max);
  /// Finishes what waits.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// False, and nothing happens, where the queue is full.
  bool submit(Job job);
  /// On a worker's thread, as the last thing that its job does: the same, but nobody is woken, for the worker
  /// itself looks at the queue next.
  bool submit_behind(Job job);
  /// Jobs that wait for a thread.
  std::size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }
  /// Returns when all jobs are done and the threads have ended; nothing may be submitted after.
  void finish();

 private:
  struct Sleeper {
    std::condition_variable called;
    bool awake = false;
  };
  void wake_one();
  void run();

  const std::size_t threads_max_, waiting_max_;
  std::mutex mutex_;
  std::deque<Job> jobs_;
  std::atomic<std::size_t> waiting_{0};  // how many these are
  std::vector<Sleeper*> asleep_;
  std::vector<std::thread> threads_;
  bool waking_ = false, stopping_ = false;
};

}  // namespace ringup::http
