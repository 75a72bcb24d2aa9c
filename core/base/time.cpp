#include "core/base/time.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "core/base/zone.h"

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

Result<std::int64_t> parse_rfc3339(std::string_view text) {
  const auto wrong = [] {
    return fail(Error::invalid_value, {}, "A time is written like 2026-03-01T09:30:00Z.");
  };
  const auto two_digits = [&](std::size_t at, int max) {
    const char tens = text[at], ones = text[at + 1];
    const int number = (tens - '0') * 10 + (ones - '0');
    return tens < '0' || tens > '9' || ones < '0' || ones > '9' || number > max ? -1 : number;
  };
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z')
    return wrong();
  const Result<std::int64_t> day = parse_date(text.substr(0, 10));
  const int hour = two_digits(11, 23), minute = two_digits(14, 59), second = two_digits(17, 60);
  if (!day.ok() || hour < 0 || minute < 0 || second < 0) return wrong();
  std::int64_t us = 0, unit = 100'000;
  if (text.size() > 20 && (text[19] != '.' || text.size() == 21)) return wrong();
  for (std::size_t i = 20; i + 1 < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') return wrong();
    us += (text[i] - '0') * unit;
  }
  return ((*day * 24 + hour) * 60 + minute) * 60'000'000 + second * std::int64_t{1'000'000} + us;
}

}  // namespace ringup
