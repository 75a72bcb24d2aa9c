#pragma once
/// Counts of what the server did, in the text form of Prometheus. Thread-safe. docs/metrics.md explains them.
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "server/http/guard.h"
#include "server/log/exposition.h"
#include "server/store/store.h"

namespace ringup::pages {

class Metrics {
 public:
  /// `route` is a pattern of the router, so that the number of series stays bounded.
  void count(std::string_view method, std::string_view route, int status, std::int64_t microseconds);
  /// Where the front door's numbers come from. Before serving begins; what it asks must live as long.
  void watch(std::function<http::GuardNumbers()> door) { door_ = std::move(door); }
  /// A capability's own rows, appended to all the others whenever somebody reads. Before serving begins.
  void add(log::Rows rows) { rows_.push_back(std::move(rows)); }
  struct Tls {
    std::uint64_t handshakes = 0, failed = 0;
    std::int64_t expires_in_s = 0;  // the certificate
  };
  /// Of TLS, where it is spoken.
  void watch_tls(std::function<Tls()> tls) { tls_ = std::move(tls); }
  /// Everything: requests, the door, and what was added.
  std::string text() const;

 private:
  static constexpr std::array<std::int64_t, 11> bounds_us = {
      1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000, 5'000'000};
  struct Latency {
    std::array<std::uint64_t, bounds_us.size() + 1> buckets{};
    std::uint64_t sum_us = 0;
  };
  struct Key {
    std::string method, route;
    int status = 0;
    bool operator<(const Key& other) const {
      return std::tie(route, method, status) < std::tie(other.route, other.method, other.status);
    }
  };
  void requests(log::Exposition& out) const;
  void door(log::Exposition& out) const;
  std::function<http::GuardNumbers()> door_;
  std::function<Tls()> tls_;
  std::vector<log::Rows> rows_;
  mutable std::mutex mutex_;
  std::map<Key, std::uint64_t> requests_;
  std::map<std::string, Latency, std::less<>> latencies_;  // by route
};

/// The writer, the log, the readers and the disk under the folder.
log::Rows store_rows(store::Store& store);
/// Memory, files, threads, start and version of this process.
log::Rows process_rows();

}  // namespace ringup::pages
