#pragma once
/// Two counters in memory, both bounded and thread-safe.
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "server/http/rate_table.h"

namespace ringup::identity {

inline constexpr std::size_t counted_names_max = 20'000;
inline constexpr std::int64_t clock_slack_us = 60LL * 1'000'000;  // more than threads differ about now

/// So many per name (a client's address) in a window of time, refilled evenly. The limits by route class and
/// their Retry-After stand in server/gate; this one is for whoever counts by itself.
class RateLimit {
 public:
  RateLimit(int allowed, std::int64_t window_us) : rate_{allowed, window_us}, table_(counted_names_max) {}
  /// Counts one; false when it is one too many.
  bool allow(std::string_view name, std::int64_t now_us) { return wait_us(name, now_us) == 0; }
  /// The same; how long until the next one is allowed, 0: this one was.
  std::int64_t wait_us(std::string_view name, std::int64_t now_us) {
    return table_.take(0, name, rate_, now_us);
  }

 private:
  const http::Rate rate_;
  http::RateTable table_;
};

/// Tries to sign in with addresses that nobody has: they are locked like real ones, so that a stranger cannot
/// tell the two apart.
class UnknownTries {
 public:
  /// How many there were with this one; 0: locked.
  int count(const std::string& name, std::int64_t now_us, int attempts_max, std::int64_t lock_until_us) {
    const std::lock_guard lock(mutex_);
    if (tries_.size() >= counted_names_max) tries_.clear();
    Tries& tries = tries_[name];
    // Behind a lock that ends later than one from now would, a clock was set back.
    const bool over = tries.locked_until <= now_us || tries.locked_until > lock_until_us + clock_slack_us;
    if (tries.locked_until != 0 && over) tries = {};
    if (tries.count >= attempts_max) return 0;
    if (++tries.count >= attempts_max) tries.locked_until = lock_until_us;
    return tries.count;
  }

 private:
  struct Tries {
    int count = 0;
    std::int64_t locked_until = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Tries> tries_;
};

}  // namespace ringup::identity
