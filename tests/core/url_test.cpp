#include "core/base/url.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

TEST(Url, EncodesAllButTheUnreserved) {
  EXPECT_EQ(url_encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(url_encoded("a b&c=d/é%"), "a%20b%26c%3Dd%2F%C3%A9%25");
  EXPECT_EQ(url_encoded(std::string_view("\0", 1)), "%00");
}

}  // namespace
}  // namespace ringup
