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

}  // namespace
}  // namespace ringup
