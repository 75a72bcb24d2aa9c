// Civil time: days and hours of moments, on either side of a change of the clocks.
#include "core/base/zone.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

constexpr std::int64_t hour_us = 3'600'000'000;

std::int64_t at(std::int64_t day, std::int64_t hour, std::int64_t minute = 0) {
  return (day * 24 + hour) * hour_us + minute * 60'000'000;
}

/// Berlin in 2026: summer time from 29 March, 01:00 UTC, to 25 October, 01:00 UTC.
Zone berlin() {
  const std::int64_t spring = at(day_of(2026, 3, 29), 1) / 1'000'000;
  const std::int64_t autumn = at(day_of(2026, 10, 25), 1) / 1'000'000;
  return Zone("Europe/Berlin", {{631'152'000, 60}, {spring, 120}, {autumn, 60}});
}

TEST(Zone, AMomentHasTheDayAndHourOfTheWallsClock) {
  const Zone zone = berlin();
  const std::int64_t day = day_of(2026, 3, 29);
  EXPECT_EQ(zone.hour(at(day, 0, 59)), 1);
  EXPECT_EQ(zone.hour(at(day, 1)), 3);  // there is no hour 2 on this day
  EXPECT_EQ(zone.day(at(day, 21, 59)), day);
  EXPECT_EQ(zone.day(at(day, 22)), day + 1);
  EXPECT_EQ(zone.day(at(day_of(2026, 1, 1), 23)), day_of(2026, 1, 2));
  EXPECT_EQ(Zone().day(-1), -1);
  EXPECT_EQ(Zone().hour(-1), 23);
}

TEST(Zone, ADayIsAsLongAsItsClockSays) {
  const Zone zone = berlin();
  const auto hours = [&](std::int64_t day) {
    return (zone.start_of(day + 1) - zone.start_of(day)) / hour_us;
  };
  EXPECT_EQ(hours(day_of(2026, 3, 28)), 24);
  EXPECT_EQ(hours(day_of(2026, 3, 29)), 23);
  EXPECT_EQ(hours(day_of(2026, 10, 25)), 25);
  EXPECT_EQ(zone.start_of(day_of(2026, 7, 1)), at(day_of(2026, 6, 30), 22));
}

TEST(Zone, ALocalTimeThatIsJumpedOverOrComesTwiceIsItsFirstMoment) {
  const Zone zone = berlin();
  EXPECT_EQ(zone.moment(at(day_of(2026, 3, 29), 2, 30)), at(day_of(2026, 3, 29), 1));
  EXPECT_EQ(zone.moment(at(day_of(2026, 10, 25), 2, 30)), at(day_of(2026, 10, 25), 0, 30));
  for (std::int64_t moment = at(day_of(2026, 1, 1), 0); moment < at(day_of(2027, 1, 1), 0);
       moment += hour_us / 2) {
    const std::int64_t back = zone.moment(zone.local(moment));
    EXPECT_TRUE(back == moment || back == moment - hour_us) << moment;
  }
}

TEST(Zone, BeforeItsFirstOffsetTheFirstHolds) {
  EXPECT_EQ(berlin().hour(0), 1);
  EXPECT_EQ(berlin().moment(at(0, 1)), 0);
}

TEST(Dates, AreReadAndWritten) {
  EXPECT_EQ(*parse_date("1970-01-01"), 0);
  EXPECT_EQ(*parse_date("2028-02-29"), day_of(2028, 2, 29));
  EXPECT_EQ(date_text(day_of(2026, 12, 31)), "2026-12-31");
  EXPECT_EQ(date_of(day_of(2026, 11, 20)).weekday, 5u);  // a Friday
  EXPECT_EQ(date_of(day_of(2026, 11, 22)).weekday, 7u);
  for (const char* wrong : {"", "2026-02-29", "2026-13-01", "2026-1-1", "2026-01-01T", "20260101",
                            "x026-01-01", "2026-00-10", "2026-01-00"})
    EXPECT_FALSE(parse_date(wrong).ok()) << wrong;
}

}  // namespace
}  // namespace ringup
