#pragma once
/// Password hashes: Argon2id with OWASP's parameters, kept as PHC strings, computed in a small pool.
///
/// A hash costs 19 MiB and some 25 ms on purpose. So that a flood of logins takes neither all threads nor all
/// memory, at most `hash_threads` are computed at once, at low priority.
///
/// Whoever wants one waits for a turn. At most `hash_turns_max` have one (some of them write to the database
/// before and behind their hash, so that the threads are never idle), and of each account one alone: its
/// tries come one after the other, so right passwords that arrive at once are never taken for guesses, and
/// whoever guesses at one account keeps nobody else waiting. Devices that are known go first. When too many
/// wait, the account with the most of them loses its last one, a stranger's before a known device's; so a
/// flood fills only the room that nobody else needs.
#include <condition_variable>
#include <cstdint>
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
inline constexpr int hash_turns_max = hash_threads + 2;
inline constexpr int hash_waiting_max = 28;  // and each holds a thread that answers requests
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

  /// A turn: held from before a try is counted until it is known what came of it.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)), name_(std::move(other.name_)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();
    /// Runs `work` on a thread of the pool and returns when it is done.
    void run(const std::function<void()>& work) const;

   private:
    friend class HashPool;
    Slot(HashPool* pool, std::string name) : pool_(pool), name_(std::move(name)) {}
    HashPool* pool_;
    std::string name_;
  };
  /// Waits for a turn of this account; "" is nobody's, and waits for none of its like. busy where too many
  /// wait.
  Result<Slot> enter(std::string name, bool known_device = false);

  struct Numbers {
    int inside = 0, waiting = 0;
    std::uint64_t refused = 0;
  };
  Numbers numbers() const;

 private:
  struct Task {
    const std::function<void()>* work;
    bool done = false;
    std::condition_variable changed;
  };
  struct Waiter {
    const std::string* name;
    bool known;
    enum class State : std::uint8_t { waiting, inside, refused } state = State::waiting;
    std::condition_variable changed;
  };
  void serve();
  void leave(const std::string& name);
  // With the lock held.
  bool is_inside(const std::string& name) const;
  void admit();
  Waiter* one_too_many() const;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Task*> tasks_;
  std::deque<Waiter*> waiting_;      // in the order they came
  std::vector<std::string> inside_;  // whose turn it is
  std::uint64_t refused_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // last: start when all else stands
};

}  // namespace ringup::identity
