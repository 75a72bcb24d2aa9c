#include "server/http/rate_table.h"

#include <algorithm>
#include <bit>

#include "core/base/result.h"
#include "server/http/networks.h"
#include "server/store/store.h"

namespace ringup::http {
namespace {

constexpr std::int64_t second_us = 1'000'000;

std::uint64_t little_endian(const char* bytes, std::size_t count) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < count; ++i)
    word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

void sip_round(std::uint64_t (&v)[4]) {
  v[0] += v[1], v[1] = std::rotl(v[1], 13), v[1] ^= v[0], v[0] = std::rotl(v[0], 32);
  v[2] += v[3], v[3] = std::rotl(v[3], 16), v[3] ^= v[2];
  v[0] += v[3], v[3] = std::rotl(v[3], 21), v[3] ^= v[0];
  v[2] += v[1], v[1] = std::rotl(v[1], 17), v[1] ^= v[2], v[2] = std::rotl(v[2], 32);
}

}  // namespace

std::uint64_t sip_hash(const std::array<std::uint64_t, 2>& key, std::string_view bytes) {
  std::uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
                        key[1] ^ 0x7465646279746573};
  const auto take_in = [&](std::uint64_t word) {
    v[3] ^= word;
    sip_round(v), sip_round(v);
    v[0] ^= word;
  };
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) take_in(little_endian(bytes.data() + at, 8));
  take_in(little_endian(bytes.data() + at, bytes.size() - at) | (std::uint64_t{bytes.size() & 0xFF} << 56));
  v[2] ^= 0xFF;
  for (int i = 0; i < 4; ++i) sip_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

RateTable::RateTable(std::size_t buckets)
    : places_mask_(std::bit_ceil(std::max(buckets, ways)) / ways - 1), buckets_((places_mask_ + 1) * ways) {
  store::random_bytes({reinterpret_cast<std::uint8_t*>(key_.data()), sizeof key_});
}

std::int64_t RateTable::take(std::uint8_t what, std::string_view name, const Rate& rate,
                             std::int64_t now_us) {
  const std::array<std::uint64_t, 2> key{key_[0] ^ what, key_[1]};
  const std::uint64_t tag = sip_hash(key, name) | 1;  // 0 is nobody's
  const std::size_t place = (tag >> 8) & places_mask_;
  Bucket* const set = &buckets_[place * ways];
  const std::int64_t each_us = std::max<std::int64_t>(rate.window_us / rate.burst, 1);
  const std::lock_guard lock(locks_[place % stripes]);
  Bucket* bucket = set;
  for (Bucket* one = set; one != set + ways; ++one) {
    if (one->tag == tag) {
      bucket = one;
      break;
    }
    if (one->full_at_us < bucket->full_at_us) bucket = one;
  }
  if (bucket->tag != tag) *bucket = {tag, now_us};
  if (bucket->full_at_us < now_us || bucket->full_at_us > now_us + rate.window_us + second_us)
    bucket->full_at_us = now_us;
  const std::int64_t wait_us = bucket->full_at_us + each_us - now_us - rate.burst * each_us;
  if (wait_us > 0) return wait_us;
  bucket->full_at_us += each_us;
  return 0;
}

std::string counted_address(std::string_view address) {
  const std::optional<Address> read = read_address(address);
  if (!read.has_value()) return std::string(address);
  const bool v4 = read->is_v4();
  const auto* bytes = reinterpret_cast<const char*>(read->bytes.data());
  return v4 ? std::string(bytes + 12, 4) : std::string(bytes, 8);
}

std::int64_t retry_after_s(std::int64_t wait_us) {
  return std::max<std::int64_t>((wait_us + second_us - 1) / second_us, 1);
}

}  // namespace ringup::http
