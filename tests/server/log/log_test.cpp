#include "server/log/log.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/server/log/heard.h"

namespace ringup::log {
namespace {

TEST(Log, WritesOneObjectALine) {
  test::Heard heard;
  event(Level::warning, "read_only", "The disk said \"no\"\nand that was all.",
        {{"reason", "full"}, {"free", 12}});
  event(Level::info, "ready", {});
  const std::vector<std::string> lines = heard.lines();
  ASSERT_EQ(lines.size(), 2u);
  const auto first = json::parse(lines[0]);
  ASSERT_TRUE(first.ok()) << lines[0];
  EXPECT_EQ(*first->find("level")->as_string(), "warning");
  EXPECT_EQ(*first->find("event")->as_string(), "read_only");
  EXPECT_EQ(*first->find("words")->as_string(), "The disk said \"no\"\nand that was all.");
  EXPECT_EQ(*first->find("free")->as_integer(), 12);
  const auto second = json::parse(lines[1]);
  ASSERT_TRUE(second.ok()) << lines[1];
  EXPECT_EQ(second->find("words"), nullptr);
  EXPECT_EQ(second->find("at")->as_string()->size(), 24u);
}

TEST(Log, KeepsLinesOfSeveralThreadsWhole) {
  test::Heard heard;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 100; ++i) event(Level::info, "tick", "tock", {{"thread", t}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(heard.lines().size(), 400u);
  for (const std::string& line : heard.lines()) EXPECT_TRUE(json::parse(line).ok()) << line;
}

TEST(Log, SaysNothingWhereNobodyListens) {
  { const test::Heard heard; }
  EXPECT_FALSE(on());
  event(Level::error, "nobody", "hears this");
}

}  // namespace
}  // namespace ringup::log
