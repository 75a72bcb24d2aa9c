#pragma once
/// A hash table from keys to handles that keeps no keys: 8 bytes a slot, at most three quarters full. The
/// keys stay where the handle leads, so the caller says whether a candidate is the one meant. Several handles
/// may share a hash. Not thread-safe for changes.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ringup {

class HandleTable {
 public:
  /// The handle with this hash for which `is_meant(handle)` is true.
  template <class IsMeant>
  std::optional<std::uint32_t> find(std::uint32_t hash, IsMeant is_meant) const {
    if (slots_.empty()) return std::nullopt;
    for (std::size_t at = hash & mask(); slots_[at].handle != none; at = (at + 1) & mask())
      if (slots_[at].hash == hash && is_meant(slots_[at].handle)) return slots_[at].handle;
    return std::nullopt;
  }
  /// Requires that the pair is not in.
  void insert(std::uint32_t hash, std::uint32_t handle) {
    if (slots_.size() * 3 < (count_ + 1) * 4) grow();
    put({hash, handle});
    ++count_;
  }
  /// Takes the pair out; nothing happens where it is not in.
  void erase(std::uint32_t hash, std::uint32_t handle) {
    if (slots_.empty()) return;
    std::size_t at = hash & mask();
    for (; slots_[at].handle != handle || slots_[at].hash != hash; at = (at + 1) & mask())
      if (slots_[at].handle == none) return;
    --count_;
    // Moves back what was pushed on over this slot, so that no search ends early.
    for (std::size_t next = (at + 1) & mask(); slots_[next].handle != none; next = (next + 1) & mask()) {
      const std::size_t home = slots_[next].hash & mask();
      if (((next - home) & mask()) < ((next - at) & mask())) continue;
      slots_[at] = slots_[next];
      at = next;
    }
    slots_[at] = Slot{};
  }
  void clear() {
    slots_.clear();
    count_ = 0;
  }
  std::size_t memory() const { return slots_.capacity() * sizeof(Slot); }

 private:
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t handle = none;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  void put(Slot slot) {
    std::size_t at = slot.hash & mask();
    while (slots_[at].handle != none) at = (at + 1) & mask();
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.handle != none) put(slot);
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

/// A well-mixed hash of bytes.
inline std::uint32_t hash_bytes(const void* bytes, std::size_t count) {
  std::uint64_t hash = 0xCBF29CE484222325;
  const auto* at = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < count; ++i) hash = (hash ^ at[i]) * 0x100000001B3;
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

}  // namespace ringup
