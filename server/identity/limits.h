#pragma once
/// Two counters in memory, both bounded and thread-safe.
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace ringup::identity {

inline constexpr std::size_t counted_names_max = 20'000;
inline constexpr std::int64_t clock_slack_us = 60LL * 1'000'000;  // more than threads differ about now

/// So many per name (a client's address) in each window of time.
class RateLimit {
 public:
  RateLimit(int allowed, std::int64_t window_us) : allowed_(allowed), window_us_(window_us) {}
  /// Counts one; false when it is one too many.
  bool allow(std::string_view name, std::int64_t now_us) {
    const std::lock_guard lock(mutex_);
    const std::int64_t window = now_us / window_us_;
    if (window != window_ || counts_.size() >= counted_names_max) counts_.clear(), window_ = window;
    return ++counts_[std::string(name)] <= allowed_;
  }

 private:
  const int allowed_;
  const std::int64_t window_us_;
  std::mutex mutex_;
  std::int64_t window_ = 0;
  std::map<std::string, int, std::less<>> counts_;
};

/// Tries to sign in with addresses that nobody has: they are locked like real ones, so that a stranger cannot
/// tell the two apart.
class UnknownTries {
 public:
  bool count(const std::string& name, std::int64_t now_us, int attempts_max, std::int64_t lock_until_us) {
    const std::lock_guard lock(mutex_);
    if (tries_.size() >= counted_names_max) tries_.clear();
    Tries& tries = tries_[name];
    // Behind a lock that ends later than one from now would, a clock was set back.
    const bool over = tries.locked_until <= now_us || tries.locked_until > lock_until_us + clock_slack_us;
    if (tries.locked_until != 0 && over) tries = {};
    if (tries.count >= attempts_max) return false;
    if (++tries.count >= attempts_max) tries.locked_until = lock_until_us;
    return true;
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
