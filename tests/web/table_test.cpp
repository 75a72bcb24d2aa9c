// The desk's table, panel, menus and filters as a user meets them, on the gallery's page.
#include <gtest/gtest.h>

#include <map>

#include "tests/gallery/gallery.h"
#include "tests/web/driver.h"

namespace ringup::tests {
namespace {

using platform::Headless;
using ui::Role;

platform::Viewport desk() {
  platform::Viewport view;
  view.width = 1440;
  view.height = 900;
  view.touch = false;
  return view;
}

std::vector<ui::Node> rows() {
  std::vector<ui::Node> all;
  for (const ui::Node& node : ui::nodes()) {
    if (node.role == Role::row && !node.name.empty()) all.push_back(node);
  }
  return all;
}

bool has_extra(const ui::Node& node, std::string_view text) {
  return node.extra.find(text) != std::string::npos;
}

struct Desk : testing::Test {
  Headless app{[](platform::Platform& p) { return std::make_unique<gallery::Gallery>(p); }, desk()};
  Desk() { tap(app, Role::tab, "Desk"); }

  void focus_grid() {
    app.focus_changed(must_find(Role::grid, "Products").id, true);
    app.settle();
  }
  // The row that has the keyboard, by name.
  std::string active() {
    const ui::Node grid = must_find(Role::grid, "Products");
    for (const ui::Node& node : ui::nodes()) {
      if (has_extra(grid, "\"active\":" + std::to_string(node.id))) return node.name;
    }
    return {};
  }
  std::string first_row() { return rows().empty() ? std::string() : rows().front().name; }
};

TEST_F(Desk, OfAHundredThousandRowsOnlyTheVisibleAreThere) {
  EXPECT_GT(rows().size(), 10u);
  EXPECT_LT(rows().size(), 25u);
  const ui::Node grid = must_find(Role::grid, "Products");
  EXPECT_TRUE(has_extra(grid, "\"rows\":100001")) << grid.extra;
  EXPECT_TRUE(has_extra(rows().front(), "\"row\":2")) << rows().front().extra;
  EXPECT_NE(first_row().find("Whole milk 1 l 1, Active"), std::string::npos) << first_row();
}

TEST_F(Desk, TheTableIsOneTabStop) {
  for (const ui::Node& node : ui::nodes()) {
    if (node.role == Role::row || node.role == Role::columnheader || node.role == Role::gridcell) {
      EXPECT_FALSE(node.has(ui::flag::focusable)) << node.name;
    }
  }
  EXPECT_TRUE(must_find(Role::grid, "Products").has(ui::flag::focusable));
}

TEST_F(Desk, AGridHoldsRowsAndRowsHoldCells) {
  std::map<ui::NodeId, Role> roles;
  for (const ui::Node& node : ui::nodes()) roles[node.id] = node.role;
  for (const ui::Node& node : ui::nodes()) {
    const Role parent = node.parent == 0 ? Role::none : roles[node.parent];
    if (parent == Role::grid) {
      EXPECT_EQ(node.role, Role::row) << node.name;
    }
    if (parent == Role::row) {
      EXPECT_TRUE(node.role == Role::gridcell || node.role == Role::columnheader)
          << ui::role_name(node.role) << " " << node.name;
    }
  }
}

TEST_F(Desk, ATitleSortsUpAndDownAndSaysSo) {
  tap(app, Role::columnheader, "Category");
  EXPECT_TRUE(has_extra(must_find(Role::columnheader, "Category"), "\"sort\":\"ascending\""));
  EXPECT_NE(first_row().find("Bakery"), std::string::npos) << first_row();
  tap(app, Role::columnheader, "Category");
  EXPECT_TRUE(has_extra(must_find(Role::columnheader, "Category"), "\"sort\":\"descending\""));
  EXPECT_NE(first_row().find("Wine"), std::string::npos) << first_row();
  tap(app, Role::columnheader, "Price");
  EXPECT_TRUE(has_extra(must_find(Role::columnheader, "Price"), "\"sort\":\"descending\""))
      << "amounts begin with the highest";
}

TEST_F(Desk, ArrowsMoveAndEnterOpens) {
  focus_grid();
  EXPECT_NE(active().find("Whole milk 1 l 1,"), std::string::npos) << active();
  app.press_key("ArrowDown");
  app.press_key("ArrowDown");
  EXPECT_NE(active().find("Crème fraîche 30 % 3,"), std::string::npos) << active();
  app.press_key("End");
  EXPECT_NE(active().find("100000"), std::string::npos) << active();
  app.press_key("PageUp");
  EXPECT_EQ(active().find("100000"), std::string::npos) << active();
  app.press_key("Home");
  app.press_key("Enter");
  EXPECT_TRUE(shows(Role::complementary, "Whole milk 1 l 1"));
  EXPECT_TRUE(rows().front().has(ui::flag::current));
}

TEST_F(Desk, UpFromTheFirstRowAreTheTitles) {
  focus_grid();
  app.press_key("ArrowUp");
  app.press_key("End");
  app.press_key("ArrowLeft");
  EXPECT_EQ(active(), "Price");
  app.press_key("Enter");
  EXPECT_TRUE(has_extra(must_find(Role::columnheader, "Price"), "\"sort\":\"descending\""));
  app.press_key("ArrowDown");
  EXPECT_EQ(active(), first_row());
}

TEST_F(Desk, SpaceSelectsAndShiftTakesTheRowsBetween) {
  focus_grid();
  app.press_key(" ");
  EXPECT_TRUE(shows("1 selected"));
  platform::Key down;
  down.name = "ArrowDown";
  down.shift = true;
  for (int i = 0; i < 3; ++i) {
    app.key(down, false, 0);
    app.settle();
  }
  EXPECT_TRUE(shows("4 selected"));
  down.name = "ArrowUp";
  app.key(down, false, 0);
  app.settle();
  EXPECT_TRUE(shows("3 selected"));
  app.press_key("a", true);
  EXPECT_TRUE(shows("100000 selected"));
  tap_button(app, "Select none");
  EXPECT_FALSE(shows(Role::region, "Selected rows"));
}

TEST_F(Desk, ABoxSelectsAndWithShiftTheRange) {
  const auto box_of = [&](std::size_t row) {
    const ui::Rect box = rows()[row].rect;
    return std::pair{box.x + 20, box.middle_y()};
  };
  const auto [x, y] = box_of(1);
  app.tap(x, y);
  EXPECT_TRUE(shows("1 selected"));
  EXPECT_FALSE(shows(Role::complementary, ""));
  const auto [x2, y2] = box_of(5);
  app.pointer(platform::Runtime::Phase::down, x2, y2, false, 0, 0, 2);
  app.settle();
  app.pointer(platform::Runtime::Phase::up, x2, y2, false, 0, 0, 2);
  app.settle();
  EXPECT_TRUE(shows("5 selected"));
  EXPECT_TRUE(rows()[3].has(ui::flag::selected));
  tap_button(app, "Archive");
  EXPECT_TRUE(shows("Archive"));
}

TEST_F(Desk, AColumnIsHiddenByItsMenu) {
  EXPECT_TRUE(shows(Role::columnheader, "Barcode"));
  tap_button(app, "Columns");
  tap(app, Role::menuitemcheckbox, "Barcode");
  EXPECT_FALSE(shows(Role::columnheader, "Barcode"));
  EXPECT_TRUE(shows(Role::menuitemcheckbox, "Barcode")) << "the menu stays open";
  app.press_key("Escape");
  EXPECT_FALSE(shows(Role::menu, "Columns"));
}

TEST_F(Desk, WhereThereIsLittleRoomTheLeastNeededColumnsGo) {
  platform::Viewport narrow = desk();
  narrow.width = 700;
  app.set_viewport(narrow);
  EXPECT_TRUE(shows(Role::columnheader, "Product"));
  EXPECT_TRUE(shows(Role::columnheader, "Price"));
  EXPECT_FALSE(shows(Role::columnheader, "Barcode"));
}

TEST_F(Desk, APanelOpensBesideTheTableWhichStaysUsable) {
  focus_grid();
  app.press_key("Enter");
  const ui::Node panel = must_find(Role::complementary, "Whole milk 1 l 1");
  EXPECT_EQ(app.focused(), panel.id);
  const ui::Rect second = rows()[1].rect;
  app.tap(second.x + 300, second.middle_y());
  EXPECT_TRUE(shows(Role::complementary, "Sourdough bread 2"));
  app.press_key("Escape");
  EXPECT_FALSE(shows(Role::complementary, ""));
  EXPECT_EQ(app.focused(), must_find(Role::grid, "Products").id);
}

TEST_F(Desk, TheTableMakesRoomForThePanelAndKeepsWhatMattersMost) {
  EXPECT_TRUE(shows(Role::columnheader, "Barcode"));
  focus_grid();
  app.press_key("Enter");
  const ui::Rect panel = must_find(Role::complementary, "").rect,
                 grid = must_find(Role::grid, "Products").rect;
  EXPECT_LE(grid.right(), panel.x + 1);
  EXPECT_TRUE(shows(Role::columnheader, "Price"));
  EXPECT_FALSE(shows(Role::columnheader, "Barcode"));
  app.press_key("Escape");
  EXPECT_TRUE(shows(Role::columnheader, "Barcode"));
}

TEST_F(Desk, AMenuIsWalkedByKeys) {
  const ui::Node more = must_find(Role::button, "More");
  app.focus_changed(more.id, true);
  app.activate(more.id);
  app.settle();
  EXPECT_EQ(app.focused(), must_find(Role::menu, "More").id);
  app.press_key("ArrowDown");
  app.press_key("ArrowDown");
  app.press_key("Enter");
  EXPECT_TRUE(shows("Export"));
  EXPECT_FALSE(shows(Role::menu, "More"));
  EXPECT_EQ(app.focused(), more.id);
  app.activate(more.id);
  app.settle();
  app.tap(20, 880);  // beside it
  EXPECT_FALSE(shows(Role::menu, "More"));
}

TEST_F(Desk, AFilterIsAddedChangedAndRemoved) {
  tap_button(app, "Filter");
  tap(app, Role::menuitem, "Category");
  app.type(must_find(Role::searchbox, "Search").id, "spi");
  tap(app, Role::option, "Spices");
  EXPECT_TRUE(shows(Role::button, "Category: Spices"));
  app.press_key("Escape");
  const ui::Node grid = must_find(Role::grid, "Products");
  EXPECT_TRUE(has_extra(grid, "\"rows\":8334")) << grid.extra;
  tap_button(app, "Category: Spices");
  tap(app, Role::option, "Sweets");
  EXPECT_TRUE(shows(Role::button, "Category: Sweets, Spices"));
  app.press_key("Escape");
  tap_button(app, "Remove filter Category");
  EXPECT_TRUE(has_extra(must_find(Role::grid, "Products"), "\"rows\":100001"));
}

TEST_F(Desk, ADropDownIsChosenByTypingAndEnter) {
  focus_grid();
  app.press_key("Enter");
  const ui::Node box = must_find(Role::combobox, "Category");
  EXPECT_EQ(box.value, "No category");
  app.activate(box.id);
  app.settle();
  const ui::NodeId search = must_find(Role::searchbox, "Search").id;
  EXPECT_EQ(app.focused(), search);
  app.type(search, "tea");
  app.enter(search);
  EXPECT_EQ(must_find(Role::combobox, "Category").value, "Tea");
  EXPECT_FALSE(shows(Role::listbox, "Category"));
}

TEST_F(Desk, AShortDropDownIsWalkedByArrows) {
  focus_grid();
  app.press_key("Enter");
  app.activate(must_find(Role::combobox, "Tax class").id);
  app.settle();
  EXPECT_FALSE(shows(Role::searchbox, "Search"));
  app.press_key("ArrowDown");
  app.press_key("Enter");
  EXPECT_EQ(must_find(Role::combobox, "Tax class").value, "Reduced 7 %");
}

TEST_F(Desk, AfterScrollingTheTableComesToRest) {
  const ui::Rect grid = must_find(Role::grid, "Products").rect;
  for (int i = 0; i < 20; ++i) {
    app.wheel(grid.middle_x(), grid.middle_y(), 0, 400, 0);
    app.settle();
  }
  EXPECT_EQ(first_row().find("Whole milk 1 l 1,"), std::string::npos);
  EXPECT_NE(app.nodes().find(first_row()), std::string::npos) << "what is shown at last is published";
  const auto before = app.frames();
  app.advance(60'000);
  EXPECT_EQ(app.frames(), before);
}

}  // namespace
}  // namespace ringup::tests
