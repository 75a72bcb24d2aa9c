// Addresses and networks as people write them.
#include <gtest/gtest.h>

#include "server/http/networks.h"

namespace ringup::http {
namespace {

bool holds(std::string_view network, std::string_view address) {
  const auto read = read_network(network);
  const auto one = read_address(address);
  EXPECT_TRUE(read.ok() && one.has_value()) << network << " " << address;
  return read.ok() && one.has_value() && read->holds(*one);
}

TEST(Network, HoldsWhatItsBitsSay) {
  EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.128"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(holds("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(holds("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("2001:db8::/32", "2001:db8:ffff::1"));
  EXPECT_FALSE(holds("2001:db8::/32", "2001:db9::1"));
  EXPECT_TRUE(holds("::/0", "2001:db8::1"));
}

TEST(Network, KnowsOneHostInBothForms) {
  EXPECT_TRUE(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
  EXPECT_TRUE(holds("::ffff:192.0.2.0/120", "192.0.2.9"));
}

TEST(Network, RefusesWhatIsNone) {
  for (const char* text :
       {"", "shop.example", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "192.0.2.0/24x", "2001:db8::/129",
        "192.0.2.7/24", "2001:db8::1/32", "1.2.3", "fe80::1%eth0", "192.0.2.0/24/24", " 192.0.2.1"})
    EXPECT_FALSE(read_network(text).ok()) << text;
  EXPECT_FALSE(read_address(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST(Network, IsWrittenAsPeopleWriteIt) {
  for (const char* text :
       {"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "2001:db8::1", "0.0.0.0/0", "::/0"}) {
    const auto network = read_network(text);
    ASSERT_TRUE(network.ok()) << text;
    EXPECT_EQ(text_of(*network), text);
  }
}

}  // namespace
}  // namespace ringup::http
