#pragma once
/// Time and chance, as functions: tests hand in their own and never wait.
#include <cstdint>
#include <functional>
#include <span>

#include "core/base/ids.h"
#include "server/store/store.h"

namespace ringup::identity {

/// Both functions may be called from any thread.
struct World {
  std::function<std::int64_t()> now_us = store::unix_us_now;
  std::function<void(std::span<std::uint8_t>)> random = store::random_bytes;

  Id new_id() const {
    std::array<std::uint8_t, 10> bytes;
    random(bytes);
    return make_id(now_us() / 1000, bytes);
  }
};

}  // namespace ringup::identity
