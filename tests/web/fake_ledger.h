#pragma once
/// The till's ledger in a test's hands: nothing is done before the test lets it be done, and what was not
/// done is lost when the app is killed.
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "web/platform/bridge.h"

namespace ringup::test {

class FakeLedger {
 public:
  using Outcome = platform::LedgerOutcome;
  std::map<std::string, std::string, std::less<>> kept;  // what is on the device
  std::deque<Outcome> outcomes;                          // of the next writes, instead of what would be
  bool lies = false;     // a write that is to fail is done all the same: the connection broke after it
  bool readable = true;  // false: every read fails
  static constexpr std::size_t unlimited = ~std::size_t{0};
  std::size_t room = unlimited;  // bytes that the device takes
  std::size_t written = 0;       // transactions that were stored

  void watch(std::function<void(platform::LedgerState)> is) {
    is_ = std::move(is);
    asked_.emplace_back([this] { is_(state_); });
  }
  void write(std::vector<platform::LedgerWrite> writes, platform::LedgerDone done) {
    asked_.emplace_back([this, writes = std::move(writes), done = std::move(done)] {
      Outcome outcome = Outcome::stored;
      if (!outcomes.empty()) outcome = outcomes.front(), outcomes.pop_front();
      if (outcome == Outcome::stored)
        outcome = apply(writes);
      else if (outcome == Outcome::failed && lies)
        (void)apply(writes);
      done(outcome);
    });
  }
  void read(std::string from, std::string to, int limit, platform::LedgerRead done) {
    asked_.emplace_back([this, from = std::move(from), to = std::move(to), limit, done = std::move(done)] {
      if (!readable) return done(std::nullopt);
      std::vector<std::pair<std::string, std::string>> found;
      for (auto at = kept.lower_bound(from); at != kept.end() && at->first < to; ++at) {
        if (static_cast<int>(found.size()) == limit) break;
        found.emplace_back(*at);
      }
      done(std::move(found));
    });
  }

  /// Lets happen what was asked for, and what that asks for; or only the next thing.
  void run() {
    while (step()) {
    }
  }
  bool step() {
    if (asked_.empty()) return false;
    const auto next = std::move(asked_.front());
    asked_.pop_front();
    next();
    return true;
  }
  bool idle() const { return asked_.empty(); }
  /// The app is gone, and with it what was not done.
  void kill() {
    asked_.clear();
    is_ = {};
  }
  /// The browser deletes the database under the app.
  void empty() {
    kept.clear();
    is_(platform::LedgerState::emptied);
  }
  /// From now on another tab is the till, or this one. Before the app starts: what it finds.
  void become(platform::LedgerState state) {
    state_ = state;
    if (is_) is_(state);
  }

 private:
  Outcome apply(const std::vector<platform::LedgerWrite>& writes) {
    using Verb = platform::LedgerWrite::Verb;
    const auto has = [&](const std::string& key) { return kept.find(key); };
    std::size_t more = 0;
    for (const platform::LedgerWrite& write : writes) {
      if (write.verb == Verb::add && has(write.key) != kept.end()) return Outcome::taken;
      if (write.verb != Verb::remove) more += write.key.size() + write.bytes.size();
    }
    std::size_t used = 0;
    if (room < unlimited) {
      for (const auto& [key, bytes] : kept) used += key.size() + bytes.size();
    }
    if (more > 0 && used + more > room) return Outcome::full;
    for (const platform::LedgerWrite& write : writes) {
      if (write.verb == Verb::remove)
        kept.erase(write.key);
      else
        kept[write.key] = write.bytes;
    }
    ++written;
    return Outcome::stored;
  }

  std::deque<std::function<void()>> asked_;
  std::function<void(platform::LedgerState)> is_;
  platform::LedgerState state_ = platform::LedgerState::mine;
};

}  // namespace ringup::test
