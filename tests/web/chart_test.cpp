// Charts, days and figures, on the gallery's page and by their own functions.
#include "web/ui/chart.h"

#include <gtest/gtest.h>

#include "tests/gallery/gallery.h"
#include "tests/web/driver.h"

namespace ringup::tests {
namespace {

using platform::Headless;
using ui::Role;

TEST(Ticks, AreRoundAndReachTheHighest) {
  using Ticks = std::vector<std::int64_t>;
  EXPECT_EQ(ui::nice_ticks(0, 17'900, 5, 100), (Ticks{0, 5'000, 10'000, 15'000, 20'000}));
  EXPECT_EQ(ui::nice_ticks(0, 7, 5), (Ticks{0, 2, 4, 6, 8}));
  EXPECT_EQ(ui::nice_ticks(0, 3, 5, 100), (Ticks{0, 100}));
  EXPECT_EQ(ui::nice_ticks(0, 0, 5), (Ticks{0, 1}));
  EXPECT_EQ(ui::nice_ticks(-150, 900, 5), (Ticks{-500, 0, 500, 1'000}));
  for (std::int64_t high = 1; high < 3'000'000; high = high * 3 + 1) {
    const Ticks ticks = ui::nice_ticks(-high / 7, high, 5, 10);
    EXPECT_LE(ticks.size(), 5u) << high;
    EXPECT_GE(ticks.back(), high);
    EXPECT_LE(ticks.front(), -high / 7);
  }
}

TEST(Days, AreCountedByTheCalendar) {
  EXPECT_EQ(ui::day_after("2024-02-28", 1), "2024-02-29");
  EXPECT_EQ(ui::day_after("2026-02-28", 1), "2026-03-01");
  EXPECT_EQ(ui::day_after("2026-01-01", -1), "2025-12-31");
  EXPECT_EQ(ui::day_after("2026-02-30", 1), "");
  EXPECT_EQ(ui::day_after("26-02-01", 1), "");
  EXPECT_EQ(ui::days_between("2026-03-01", "2026-04-01"), 31);
  EXPECT_EQ(ui::weekday_of("2026-03-12"), 4);
  EXPECT_EQ(ui::weekday_of("1969-12-28"), 7);
  EXPECT_EQ(ui::day_words("2026-03-01"), "Sun 1 Mar");
}

TEST(Days, APeriodIsARange) {
  using ui::Period;
  const auto words = [](Period period, std::string_view today) {
    const ui::DateRange range = ui::range_of(period, today);
    return range.from + " " + range.to;
  };
  EXPECT_EQ(words(Period::yesterday, "2026-03-01"), "2026-02-28 2026-02-28");
  EXPECT_EQ(words(Period::last_7, "2026-03-12"), "2026-03-06 2026-03-12");
  EXPECT_EQ(words(Period::this_month, "2026-03-12"), "2026-03-01 2026-03-12");
  EXPECT_EQ(words(Period::last_month, "2026-03-31"), "2026-02-01 2026-02-28");
  const ui::DateRange before = ui::range_before(ui::range_of(Period::last_7, "2026-03-12"));
  EXPECT_EQ(before.from + " " + before.to, "2026-02-27 2026-03-05");
  EXPECT_EQ(ui::range_words({Period::custom, "2026-03-01", "2026-03-14"}), "1 to 14 Mar 2026");
  EXPECT_EQ(ui::range_words({Period::custom, "2026-02-27", "2026-03-05"}), "27 Feb to 5 Mar 2026");
  EXPECT_EQ(ui::range_words({Period::custom, "2025-12-30", "2026-01-02"}), "30 Dec 2025 to 2 Jan 2026");
}

struct Figures : testing::Test {
  Headless app{[](platform::Platform& p) { return std::make_unique<gallery::Gallery>(p); }, desk()};
  Figures() { tap(app, Role::tab, "Figures"); }

  static platform::Viewport desk() {
    platform::Viewport view;
    view.width = 1440;
    view.height = 1600;
    view.touch = false;
    return view;
  }
};

TEST_F(Figures, AChartIsAFigureWithATableOfItsValues) {
  const ui::Node figure = must_find(Role::figure, "Takings by hour. Today: highest");
  EXPECT_TRUE(figure.has(ui::flag::focusable));
  EXPECT_TRUE(shows(Role::table, "Takings by hour"));
  EXPECT_TRUE(shows(Role::cell, "Friday last week: €"));
  EXPECT_TRUE(shows(Role::cell, "Today: no value")) << "hours that are still to come";
  EXPECT_FALSE(shows(Role::table, "Refunds by hour"));
  EXPECT_TRUE(shows("No refunds today"));
  EXPECT_TRUE(must_find(Role::figure, "Visitors by hour, loading").has(ui::flag::busy));
}

TEST_F(Figures, ArrowsWalkThePointsAndSayTheValues) {
  app.focus_changed(must_find(Role::figure, "Takings by hour").id, true);
  app.settle();
  app.press_key("ArrowRight");
  ASSERT_FALSE(app.announced().empty());
  EXPECT_EQ(app.announced().back().find("08, Today €"), 0u) << app.announced().back();
  app.press_key("End");
  EXPECT_EQ(app.announced().back().find("20, Today no value, Friday last week €"), 0u)
      << app.announced().back();
}

TEST_F(Figures, AFigureSaysItsComparison) {
  EXPECT_TRUE(shows(Role::button, "Takings, €1,204.50, 12 % more than last Friday"));
  EXPECT_TRUE(shows(Role::group, "Sales, 87, 3 fewer than last Friday"));
}

TEST_F(Figures, APresetChoosesARange) {
  tap_button(app, "Last 7 days");
  tap_button(app, "Last month");
  EXPECT_TRUE(shows("2026-02-01 to 2026-02-28"));
  EXPECT_TRUE(shows(Role::button, "Last month"));
  EXPECT_FALSE(shows(Role::dialog, "Days"));
}

TEST_F(Figures, TwoDaysOfTheCalendarAreARangeInEitherOrder) {
  tap_button(app, "Last 7 days");
  tap_button(app, "Month before");
  tap(app, Role::gridcell, "Fri 20 Feb 2026");
  tap(app, Role::gridcell, "Mon 9 Feb 2026");
  EXPECT_TRUE(shows("2026-02-09 to 2026-02-20"));
  EXPECT_TRUE(shows(Role::button, "9 to 20 Feb 2026"));
}

TEST_F(Figures, ADayIsChosenByArrows) {
  app.activate(must_find(Role::combobox, "Valid from").id);
  app.settle();
  app.focus_changed(must_find(Role::grid, "March 2026").id, true);
  app.settle();
  for (const char* key : {"ArrowDown", "ArrowRight", "Enter"}) app.press_key(key);
  EXPECT_EQ(must_find(Role::combobox, "Valid from").value, "Fri 20 Mar 2026");
  app.activate(must_find(Role::combobox, "Valid from").id);
  app.settle();
  tap_button(app, "No day");
  EXPECT_EQ(must_find(Role::combobox, "Valid from").value, "Choose a day");
}

TEST_F(Figures, NothingMovesWhileNothingChanges) {
  const auto before = app.frames();
  app.advance(60'000);
  EXPECT_EQ(app.frames(), before);
}

}  // namespace
}  // namespace ringup::tests
