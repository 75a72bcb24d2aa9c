#pragma once
/// How often may each of very many names (addresses, accounts) do something: buckets in a table of fixed
/// size.
///
/// A bucket holds `burst` tokens and is refilled evenly, `burst` in `window_us`; each request takes one. What
/// is kept of a bucket is one number, the time at which it will be full again, so a full bucket is nothing to
/// keep, an empty one costs 16 bytes, and the wait that is told is exactly the one that helps.
///
/// All memory is taken at the start: 1 MB for 65,536 buckets. A name's place follows from a keyed hash, so
/// that nobody can choose names that share one; eight buckets share a place, and when all of them are in use
/// the one that comes closest to being full is forgotten, never one that is used up while another is not.
///
/// Thread-safe; no call waits for anything but another call to the same sixteenth of the table.
#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ringup::http {

struct Rate {
  std::int64_t burst = 1;  // at once; at least 1
  std::int64_t window_us = 60'000'000;
};

class RateTable {
 public:
  static constexpr std::size_t buckets_default = 1 << 16;
  /// `buckets` is rounded up to a power of two.
  explicit RateTable(std::size_t buckets = buckets_default);

  /// Takes a token of `name`'s bucket for `what` (a limit's number). 0: it was there; else so many
  /// microseconds until one will be, and nothing was taken. A clock that was set back empties no bucket and
  /// refills those that claim to need longer than their window.
  std::int64_t take(std::uint8_t what, std::string_view name, const Rate& rate, std::int64_t now_us);

 private:
  static constexpr std::size_t ways = 8, stripes = 16;
  struct Bucket {
    std::uint64_t tag = 0;
    std::int64_t full_at_us = 0;
  };
  std::array<std::uint64_t, 2> key_;  // of the hash, drawn at the start
  std::size_t places_mask_;
  std::vector<Bucket> buckets_;
  std::array<std::mutex, stripes> locks_;
};

/// SipHash-2-4 (Aumasson and Bernstein): a hash whose collisions nobody can choose without its key.
std::uint64_t sip_hash(const std::array<std::uint64_t, 2>& key, std::string_view bytes);

/// What an address counts as: an IPv4 address itself, also in its IPv6 form; of an IPv6 address its /64,
/// which one household has. Text that is no address counts as itself.
std::string counted_address(std::string_view address);

/// Whole seconds of a wait, rounded up: for Retry-After.
std::int64_t retry_after_s(std::int64_t wait_us);

}  // namespace ringup::http
