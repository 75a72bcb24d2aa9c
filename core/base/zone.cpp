#include "core/base/zone.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace ringup {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t minute_us = 60 * second_us;
constexpr std::int64_t hour_us = 60 * minute_us;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr std::int64_t day_first = -719'528, day_last = 2'932'896;  // of the years 0 and 9999

/// Divides downwards, also what is below zero.
std::int64_t floor_of(std::int64_t value, std::int64_t unit) {
  return value / unit - (value % unit < 0 ? 1 : 0);
}

}  // namespace

Zone::Zone() : Zone("UTC", {{0, 0}}) {}

Zone::Zone(std::string name, std::vector<Offset> offsets)
    : name_(std::move(name)), offsets_(std::move(offsets)) {
  ASSERT(!offsets_.empty());
}

std::int64_t Zone::local(std::int64_t utc_us) const {
  const auto behind =
      std::upper_bound(offsets_.begin(), offsets_.end(), utc_us,
                       [](std::int64_t at, const Offset& offset) { return at < offset.from_s * second_us; });
  const Offset& in_force = behind == offsets_.begin() ? offsets_.front() : *std::prev(behind);
  return utc_us + in_force.minutes * minute_us;
}

std::int64_t Zone::day(std::int64_t utc_us) const {
  return floor_of(local(utc_us), day_us);
}

int Zone::hour(std::int64_t utc_us) const {
  const std::int64_t at = local(utc_us);
  return static_cast<int>((at - floor_of(at, day_us) * day_us) / hour_us);
}

std::int64_t Zone::moment(std::int64_t local_us) const {
  // The stretches of one offset follow one another: the first in whose time this is shown has the answer.
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    const std::int64_t wanted = local_us - offsets_[i].minutes * minute_us;
    const bool last = i + 1 == offsets_.size();
    if (!last && wanted >= offsets_[i + 1].from_s * second_us) continue;
    // Jumped over: the stretch begins later than it is asked for.
    return i == 0 ? wanted : std::max(wanted, offsets_[i].from_s * second_us);
  }
  return local_us;
}

std::int64_t Zone::start_of(std::int64_t day) const {
  return moment(day * day_us);
}

Date date_of(std::int64_t day) {
  using namespace std::chrono;
  const sys_days at{days{static_cast<int>(std::clamp(day, day_first, day_last))}};
  const year_month_day date{at};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()), weekday{at}.iso_encoding()};
}

std::int64_t day_of(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  return sys_days{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}}
      .time_since_epoch()
      .count();
}

std::string date_text(std::int64_t day) {
  const Date date = date_of(day);
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%04d-%02u-%02u", date.year, date.month, date.day);
  return {text, static_cast<std::size_t>(size)};
}

Result<std::int64_t> parse_date(std::string_view text) {
  const auto refuse = [] { return fail(Error::invalid_value, {}, "Give a date like 2026-03-01."); };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return refuse();
  int numbers[3] = {0, 0, 0};
  int part = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') return refuse();
    numbers[part] = numbers[part] * 10 + (text[i] - '0');
  }
  const std::chrono::year_month_day date{std::chrono::year{numbers[0]},
                                         std::chrono::month{static_cast<unsigned>(numbers[1])},
                                         std::chrono::day{static_cast<unsigned>(numbers[2])}};
  if (!date.ok()) return refuse();
  return day_of(numbers[0], static_cast<unsigned>(numbers[1]), static_cast<unsigned>(numbers[2]));
}

}  // namespace ringup
