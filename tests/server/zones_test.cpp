// The zones inside the binary, against moments that are known from elsewhere.
#include "server/store/zones.h"

#include <gtest/gtest.h>

namespace ringup::store {
namespace {

constexpr std::int64_t minute_us = 60'000'000;

std::int64_t offset(const char* name, int year, unsigned month, unsigned day, int hour = 12) {
  const auto zone = find_zone(name);
  EXPECT_TRUE(zone.has_value()) << name;
  const std::int64_t at = (day_of(year, month, day) * 24 + hour) * 60 * minute_us;
  return zone ? (zone->local(at) - at) / minute_us : -1;
}

TEST(Zones, KnowTheClocksOfTheWorld) {
  EXPECT_EQ(offset("Europe/Berlin", 2026, 1, 15), 60);
  EXPECT_EQ(offset("Europe/Berlin", 2026, 7, 15), 120);
  EXPECT_EQ(offset("Europe/Berlin", 2026, 3, 29, 0), 60);
  EXPECT_EQ(offset("Europe/Berlin", 2026, 3, 29, 1), 120);
  EXPECT_EQ(offset("Europe/London", 2010, 12, 1), 0);
  EXPECT_EQ(offset("Europe/London", 2011, 6, 1), 60);
  EXPECT_EQ(offset("America/New_York", 2006, 3, 20), -300);  // before the rule of 2007
  EXPECT_EQ(offset("America/New_York", 2007, 3, 20), -240);
  EXPECT_EQ(offset("Australia/Lord_Howe", 2026, 1, 15), 660);  // half an hour of summer time
  EXPECT_EQ(offset("Australia/Lord_Howe", 2026, 7, 15), 630);
  EXPECT_EQ(offset("Asia/Kathmandu", 2026, 7, 15), 345);
  EXPECT_EQ(offset("Pacific/Apia", 2011, 12, 29), -600);  // on the 30th it changed sides
  EXPECT_EQ(offset("Pacific/Apia", 2012, 1, 2), 840);
  EXPECT_EQ(offset("Asia/Calcutta", 2026, 7, 15), 330);  // an old name
  EXPECT_EQ(offset("Europe/Berlin", 2099, 7, 15), 120);
  EXPECT_EQ(offset("UTC", 2026, 7, 15), 0);
}

TEST(Zones, OtherNamesAreNotKnown) {
  for (const char* name : {"", "Europe", "europe/berlin", "Europe/Berlin ", "EST", "Mars/Olympus"})
    EXPECT_FALSE(find_zone(name).has_value()) << name;
  EXPECT_EQ(zone_or_utc("Mars/Olympus").name(), "UTC");
  EXPECT_GT(zone_names().size(), 300u);
}

}  // namespace
}  // namespace ringup::store
