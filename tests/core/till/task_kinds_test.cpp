// Every task that the journal can make has its words.
#include "core/till/task_kinds.h"

#include <gtest/gtest.h>

#include <set>

namespace ringup::journal {
namespace {

TEST(TaskKinds, EveryFlagAndEveryResultThatMakesATaskHasItsWords) {
  std::set<std::string_view> wanted = {outcome_name(Outcome::quarantined), outcome_name(Outcome::conflict),
                                       task_gap};
  for (int i = 0; i < flag_count; ++i) wanted.insert(flag_name(static_cast<Flag>(i)));
  std::set<std::string_view> found, titles;
  for (const TaskKind& kind : task_kinds()) {
    found.insert(kind.name);
    titles.insert(kind.title);
    EXPECT_FALSE(kind.badge.empty()) << kind.name;
    EXPECT_LE(kind.badge.size(), 18u) << kind.name;
    EXPECT_TRUE(kind.explanation.ends_with('.')) << kind.name;
    EXPECT_TRUE(kind.advice.ends_with('.')) << kind.name;
    EXPECT_EQ(find_task_kind(kind.name), &kind);
  }
  EXPECT_EQ(found, wanted);
  EXPECT_EQ(titles.size(), wanted.size()) << "two kinds share a title";
  EXPECT_EQ(find_task_kind("surprise"), nullptr);
}

TEST(TaskKinds, OfferWhatFitsTheirSubject) {
  EXPECT_TRUE(task_kind(Flag::stock_below_zero).offers(TaskAction::correct_stock));
  EXPECT_EQ(task_kind(Flag::stock_below_zero).subject, TaskSubject::product);
  EXPECT_TRUE(task_kind(Flag::price_differs).offers(TaskAction::open_sale));
  EXPECT_FALSE(task_kind(Flag::clock_off).offers(TaskAction::open_sale));
}

TEST(TaskKinds, SayHowFarAClockIsOff) {
  const auto words = [](std::int64_t seconds) {
    return clock_words(1'000'000'000 + seconds * 1000, 1'000'000'000);
  };
  EXPECT_EQ(words(0), "right");
  EXPECT_EQ(words(1), "1 second ahead");
  EXPECT_EQ(words(-119), "119 seconds behind");
  EXPECT_EQ(words(12 * 60 + 59), "12 minutes ahead");
  EXPECT_EQ(words(-3 * 3600), "3 hours behind");
  EXPECT_EQ(words(400 * 86'400), "400 days ahead");
  EXPECT_EQ(clock_words(INT64_MIN, INT64_MAX), "213503982334 days behind");
}

}  // namespace
}  // namespace ringup::journal
