#pragma once
/// A list kept in order while whole batches come and go. Not thread-safe for changes.
#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace ringup {

/// Brings the entries from `sorted` on to their places among those before, which are in order. Few are moved
/// in one by one, many are sorted and merged.
template <class Entry, class Order>
void merge_tail(std::vector<Entry>& entries, std::size_t sorted, Order order) {
  constexpr std::size_t few = 16;
  const auto middle = entries.begin() + static_cast<std::ptrdiff_t>(sorted);
  if (entries.size() - sorted <= few) {
    for (auto at = middle; at != entries.end(); ++at)
      std::rotate(std::upper_bound(entries.begin(), at, *at, order), at, at + 1);
    return;
  }
  std::sort(middle, entries.end(), order);
  std::inplace_merge(entries.begin(), middle, entries.end(), order);
}

/// Entries in order, with new ones behind until merge().
template <class Entry>
class Ordered {
 public:
  void add(Entry entry) { entries_.push_back(std::move(entry)); }
  template <class Order>
  void merge(Order order) {
    merge_tail(entries_, merged_, order);
    merged_ = entries_.size();
  }
  template <class IsGone>
  void remove_if(IsGone is_gone) {
    const auto middle = entries_.begin() + static_cast<std::ptrdiff_t>(merged_);
    merged_ -= static_cast<std::size_t>(std::count_if(entries_.begin(), middle, is_gone));
    entries_.erase(std::remove_if(entries_.begin(), entries_.end(), is_gone), entries_.end());
  }
  /// Those that merge() has brought in order.
  std::span<const Entry> entries() const { return {entries_.data(), merged_}; }
  std::size_t memory() const { return entries_.capacity() * sizeof(Entry); }
  void clear() {
    entries_.clear();
    merged_ = 0;
  }

 private:
  std::vector<Entry> entries_;
  std::size_t merged_ = 0;
};

}  // namespace ringup
