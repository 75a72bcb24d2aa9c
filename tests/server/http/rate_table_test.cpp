// Buckets for very many names in a table of fixed size.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "server/http/rate_table.h"

namespace ringup::http {
namespace {

constexpr std::int64_t second = 1'000'000, minute = 60 * second, begin = 1'000'000'000'000;

TEST(SipHash, AgreesWithItsAuthors) {
  std::string bytes;
  for (char i = 0; i < 15; ++i) bytes += i;
  EXPECT_EQ(sip_hash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, bytes), 0xa129ca6149be45e5u);
}

TEST(RateTable, GivesTheBurstThenOneAtATime) {
  RateTable table(64);
  const Rate rate{3, minute};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(table.take(0, "a", rate, begin), 0);
  EXPECT_EQ(table.take(0, "a", rate, begin), 20 * second);
  EXPECT_EQ(table.take(0, "b", rate, begin), 0) << "another name";
  EXPECT_EQ(table.take(1, "a", rate, begin), 0) << "another limit";
}

TEST(RateTable, TellsTheWaitThatHelps) {
  RateTable table(64);
  const Rate rate{7, minute};
  std::int64_t now = begin;
  for (int i = 0; i < 200; ++i) {
    const std::int64_t wait = table.take(0, "a", rate, now);
    if (wait == 0) continue;
    EXPECT_GT(table.take(0, "a", rate, now + wait - 1), 0) << "one microsecond early";
    now += wait;
    EXPECT_EQ(table.take(0, "a", rate, now), 0);
  }
}

TEST(RateTable, LetsThroughNoMoreThanItsRate) {
  RateTable table(64);
  const Rate rate{60, minute};
  int let_in = 0;
  for (std::int64_t now = begin; now < begin + 10 * minute; now += second / 10) {
    if (table.take(0, "a", rate, now) == 0) ++let_in;
  }
  EXPECT_GE(let_in, 600);
  EXPECT_LE(let_in, 660);
}

TEST(RateTable, MindsNoClockThatWasSetBack) {
  RateTable table(64);
  const Rate rate{2, minute};
  for (int i = 0; i < 3; ++i) (void)table.take(0, "a", rate, begin);
  EXPECT_EQ(table.take(0, "a", rate, begin - 100 * minute), 0);
}

TEST(RateTable, ForgetsWhoUsedLeastWhenItIsFull) {
  RateTable table(8);  // one place
  const Rate rate{5, minute};
  for (int i = 0; i < 6; ++i) (void)table.take(0, "loud", rate, begin);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(table.take(0, "quiet" + std::to_string(i), rate, begin), 0);
  EXPECT_GT(table.take(0, "loud", rate, begin), 0) << "many others do not wash it away";
}

TEST(RateTable, CountsEachOnceFromManyThreads) {
  RateTable table(64);
  const Rate rate{1000, minute};
  std::atomic<int> let_in{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 500; ++k) let_in += table.take(0, "a", rate, begin) == 0 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(let_in, 1000);
}

TEST(CountedAddress, IsOneHousehold) {
  EXPECT_EQ(counted_address("192.0.2.7"), counted_address("::ffff:192.0.2.7"));
  EXPECT_NE(counted_address("192.0.2.7"), counted_address("192.0.2.8"));
  EXPECT_EQ(counted_address("2001:db8:1:2::1"), counted_address("2001:db8:1:2:ffff::9"));
  EXPECT_NE(counted_address("2001:db8:1:2::1"), counted_address("2001:db8:1:3::1"));
  EXPECT_EQ(counted_address("unknown"), "unknown");
}

TEST(RetryAfter, IsNeverTooShort) {
  EXPECT_EQ(retry_after_s(1), 1);
  EXPECT_EQ(retry_after_s(1'000'000), 1);
  EXPECT_EQ(retry_after_s(1'000'001), 2);
}

}  // namespace
}  // namespace ringup::http
