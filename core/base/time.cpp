#include "core/base/time.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace ringup {

std::string to_rfc3339(std::int64_t unix_us) {
  using namespace std::chrono;
  constexpr std::int64_t first_us = -62'167'219'200'000'000, last_us = 253'402'300'799'999'999;
  const std::int64_t clamped = std::clamp(unix_us, first_us, last_us);
  constexpr std::int64_t day_us = 86'400'000'000;
  const std::int64_t day = clamped / day_us - (clamped % day_us < 0 ? 1 : 0);
  const std::int64_t ms = (clamped - day * day_us) / 1000;
  const year_month_day date{sys_days{days{static_cast<int>(day)}}};
  char text[40];
  const int size =
      std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
                    static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace ringup
