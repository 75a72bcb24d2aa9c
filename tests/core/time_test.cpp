#include "core/base/time.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

TEST(Time, IsWrittenAsRfc3339) {
  EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(1'772'357'400'123'456), "2026-03-01T09:30:00.123Z");
  EXPECT_EQ(to_rfc3339(951'782'400'000'000), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(INT64_MAX), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(to_rfc3339(INT64_MIN), "0000-01-01T00:00:00.000Z");
}

TEST(Time, IsReadAsItIsWritten) {
  for (const std::int64_t ms : {std::int64_t{0}, std::int64_t{1'772'357'400'123},
                                std::int64_t{951'782'400'000}, std::int64_t{-62'167'219'200'000}}) {
    EXPECT_EQ(parse_rfc3339(to_rfc3339(ms * 1000)).value(), ms * 1000);
  }
  EXPECT_EQ(parse_rfc3339("2026-03-01T09:30:00Z").value(), 1'772'357'400'000'000);
  EXPECT_EQ(parse_rfc3339("2026-03-01T09:30:00.5Z").value(), 1'772'357'400'500'000);
  for (const char* wrong : {"", "2026-03-01", "2026-02-29T09:30:00Z", "2026-03-01T24:00:00Z",
                            "2026-03-01T09:30:00", "2026-03-01T09:30:00+01:00", "2026-03-01T09:30:00.Z",
                            "2026-03-01T09:3a:00Z", "2026-03-01T09:30:00.5xZ"}) {
    EXPECT_FALSE(parse_rfc3339(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace ringup
