#include "web/platform/scanner.h"

#include <gtest/gtest.h>

namespace ringup::platform {
namespace {

double type(Scanner& scanner, std::string_view text, double gap_ms, double start_ms = 1000) {
  double now = start_ms;
  for (const char c : text) {
    scanner.character(std::string_view(&c, 1), now);
    now += gap_ms;
  }
  return now;
}

TEST(Scanner, FastKeysEndedByEnterAreAScan) {
  Scanner scanner;
  const double end = type(scanner, "4006381333931", 6);
  EXPECT_EQ(scanner.end(end), "4006381333931");
}

TEST(Scanner, APersonTypingIsNot) {
  Scanner scanner;
  const double end = type(scanner, "4006381333931", 70);
  EXPECT_EQ(scanner.end(end), std::nullopt);
}

TEST(Scanner, FewerThanFourKeysAreNot) {
  Scanner scanner;
  const double end = type(scanner, "123", 5);
  EXPECT_EQ(scanner.end(end), std::nullopt);
}

TEST(Scanner, EnterLongAfterIsAPersonsEnter) {
  Scanner scanner;
  const double end = type(scanner, "40063813", 5);
  EXPECT_EQ(scanner.end(end + 400), std::nullopt);
}

TEST(Scanner, APauseBeginsAnewAndOnlyTheBurstIsTheCode) {
  Scanner scanner;
  type(scanner, "mi", 60);
  const double end = type(scanner, "96385074", 8, 2000);
  EXPECT_EQ(scanner.end(end), "96385074");
}

TEST(Scanner, AScanIsDeliveredOnce) {
  Scanner scanner;
  const double end = type(scanner, "96385074", 8);
  EXPECT_TRUE(scanner.end(end));
  EXPECT_EQ(scanner.end(end + 5), std::nullopt);
}

}  // namespace
}  // namespace ringup::platform
