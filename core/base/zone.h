#pragma once
/// Civil time of a place: which day and hour a moment is there. A zone is plain data, made by the server from
/// the table inside its binary (server/store/zones.h); core has no table.
///
/// Times are microseconds since 1970, UTC, unless they are called local: then they count as if the clock on
/// the wall were UTC. Days are local days since 1970-01-01. Where a clock is put forward some local times do
/// not exist, where it is put back some happen twice; day and hour of a moment are always what the clock on
/// the wall showed.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ringup {

class Zone {
 public:
  struct Offset {
    std::int64_t from_s = 0;   // seconds since 1970 from which on it holds
    std::int32_t minutes = 0;  // east of UTC
    bool operator==(const Offset&) const = default;
  };
  /// UTC.
  Zone();
  /// `offsets` by rising time, at least one; what lies before the first is taken as the first.
  Zone(std::string name, std::vector<Offset> offsets);

  const std::string& name() const { return name_; }
  const std::vector<Offset>& offsets() const { return offsets_; }

  /// What the clock on the wall shows at a moment.
  std::int64_t local(std::int64_t utc_us) const;
  std::int64_t day(std::int64_t utc_us) const;
  /// 0 … 23.
  int hour(std::int64_t utc_us) const;
  /// The moment at which the wall's clock first shows a local time or, where it jumps over it, a later one.
  std::int64_t moment(std::int64_t local_us) const;
  /// The first moment of a local day. `start_of(day + 1)` is its end, 23 to 25 hours later.
  std::int64_t start_of(std::int64_t day) const;

  bool operator==(const Zone&) const = default;

 private:
  std::string name_;
  std::vector<Offset> offsets_;
};

/// A date as people of all countries can read it: "2026-03-01". For the years 0 to 9999; others are clamped.
std::string date_text(std::int64_t day);
/// Such a date, as the number of its day. invalid_value for anything else, "2026-02-29" among it.
Result<std::int64_t> parse_date(std::string_view text);

/// A day's place in the calendar.
struct Date {
  int year = 1970;
  unsigned month = 1, day = 1;
  unsigned weekday = 4;  // 1 Monday … 7 Sunday
};
Date date_of(std::int64_t day);
std::int64_t day_of(int year, unsigned month, unsigned day);

}  // namespace ringup
