#pragma once
/// Counts by size, for metrics: how often a value fell up to each of some bounds. Not thread-safe.
#include <array>
#include <cstddef>
#include <cstdint>

namespace ringup::store {

template <std::size_t count>
struct Histogram {
  std::array<std::int64_t, count> bounds;             // upper, inclusive, rising
  std::array<std::uint64_t, count + 1> buckets = {};  // the last: above all bounds
  std::uint64_t sum = 0, number = 0;

  void add(std::int64_t value) {
    std::size_t at = 0;
    while (at < count && value > bounds[at]) ++at;
    ++buckets[at];
    ++number;
    sum += value > 0 ? static_cast<std::uint64_t>(value) : 0;
  }
};

}  // namespace ringup::store
