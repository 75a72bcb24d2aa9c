#pragma once
/// Password hashes: Argon2id with OWASP's parameters, kept as PHC strings, computed in a small pool.
///
/// A hash costs 19 MiB and some 25 ms on purpose. So that a flood of logins takes neither all threads nor all
/// memory, at most `hash_threads` are computed at once, at low priority, and at most `hash_waiting_max` wait.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "server/identity/world.h"

namespace ringup::identity {

inline constexpr int hash_threads = 2;
inline constexpr int hash_waiting_max = 8;
inline constexpr unsigned argon2_memory_kib = 19 * 1024, argon2_passes = 2, argon2_lanes = 1;

/// Computes on the caller's thread. The same password gives another string each time (16 random bytes of
/// salt).
std::string hash_password(std::string_view password, const World& world);
/// False also where `phc` is no Argon2id string.
bool verify_password(std::string_view password, const std::string& phc);
/// A hash that no password has: what is compared when there is no such user, so that it costs the same.
const std::string& nobodys_hash();
/// A password for people to type: 16 letters and digits in four groups, 80 bits.
std::string make_password(const World& world);

/// Thread-safe.
class HashPool {
 public:
  HashPool();
  /// Finishes what is running.
  ~HashPool();
  HashPool(const HashPool&) = delete;
  HashPool& operator=(const HashPool&) = delete;

  /// A place in the pool: held from before the work is known until after it is done.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();
    /// Runs `work` on a thread of the pool and returns when it is done.
    void run(const std::function<void()>& work) const;

   private:
    friend class HashPool;
    explicit Slot(HashPool* pool) : pool_(pool) {}
    HashPool* pool_;
  };
  /// busy where all places are taken.
  Result<Slot> enter();

 private:
  struct Task {
    const std::function<void()>* work;
    bool done = false;
    std::condition_variable changed;
  };
  void serve();
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Task*> tasks_;
  int taken_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // last: start when all else stands
};

}  // namespace ringup::identity
