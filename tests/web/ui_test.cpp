// The widgets as a user meets them: through pointer, keys and the semantics tree, on the gallery's pages.
#include <gtest/gtest.h>

#include "tests/gallery/gallery.h"
#include "tests/web/driver.h"

namespace ringup::tests {
namespace {

using platform::Headless;
using ui::Role;

struct Gallery : testing::Test {
  Headless app{[](platform::Platform& p) { return std::make_unique<gallery::Gallery>(p); }};
  void open(std::string_view page) { tap(app, Role::tab, page); }
};

TEST_F(Gallery, ATapPressesAButton) {
  tap_button(app, "Take payment");
  EXPECT_TRUE(shows("1 pressed"));
}

TEST_F(Gallery, NothingIsDrawnWhileNothingChanges) {
  const auto before = app.frames();
  app.advance(60'000);
  EXPECT_EQ(app.frames(), before);
}

TEST_F(Gallery, AScreenReaderActivatesByName) {
  app.activate(must_find(Role::button, "Take payment").id);
  app.settle();
  EXPECT_TRUE(shows("1 pressed"));
}

TEST_F(Gallery, ADisabledButtonDoesNothing) {
  const ui::Node refund = must_find(Role::button, "Refund");
  EXPECT_TRUE(refund.has(ui::flag::disabled));
  app.activate(refund.id);
  app.settle();
  EXPECT_TRUE(shows("0 pressed"));
}

TEST_F(Gallery, AFingerThatMovesScrollsAndDoesNotPress) {
  const ui::Rect button = must_find(Role::button, "Take payment").rect;
  app.drag(button.middle_x(), button.middle_y(), button.middle_x(), button.middle_y() - 60);
  EXPECT_TRUE(shows("0 pressed"));
  EXPECT_LT(must_find(Role::button, "Take payment").rect.y, button.y - 40);
}

TEST_F(Gallery, AFlingGlidesOnAndComesToRest) {
  const ui::Rect button = must_find(Role::button, "Take payment").rect;
  open("Grid");
  app.drag(200, 600, 200, 400, 60);
  const ui::Node first = must_find(Role::listitem, "");
  EXPECT_LT(first.rect.y, button.y);
  const auto after = app.frames();
  app.advance(10'000);
  EXPECT_EQ(app.frames(), after);
  const auto position = first.extra.find("\"pos\":1,");
  EXPECT_EQ(position, std::string::npos)
      << "a fling of 3,300 points a second leaves the first row: " << first.extra;
}

TEST_F(Gallery, WithReducedMotionNothingGlides) {
  platform::Viewport still;
  still.reduced_motion = true;
  app.set_viewport(still);
  open("Grid");
  app.drag(200, 600, 200, 500, 60);
  const float y = must_find(Role::button, "Whole milk").rect.y;
  app.advance(1'000);
  EXPECT_EQ(must_find(Role::button, "Whole milk").rect.y, y);
}

TEST_F(Gallery, OfAHundredThousandOnlyTheVisibleAreThere) {
  open("Grid");
  std::size_t items = 0;
  for (const ui::Node& node : ui::nodes()) items += node.role == Role::listitem;
  EXPECT_GT(items, 5u);
  EXPECT_LT(items, 30u);
  const ui::Node first = must_find(Role::listitem, "");
  EXPECT_NE(first.extra.find("\"set\":100000"), std::string::npos);
  EXPECT_NE(first.extra.find("\"pos\":1"), std::string::npos);
}

TEST_F(Gallery, ALongPressIsNotATap) {
  open("Grid");
  const ui::Rect tile = must_find(Role::button, "Whole milk").rect;
  app.long_press(tile.middle_x(), tile.middle_y());
  EXPECT_TRUE(shows(Role::dialog, "Current sale"));
  EXPECT_TRUE(shows(Role::button, "Cart, 0 items"));
}

TEST_F(Gallery, WhatLiesBehindASheetGetsNoTap) {
  const ui::Rect pay = must_find(Role::button, "Take payment").rect;
  app.activate(must_find(Role::button, "Open sheet").id);
  app.settle();
  const ui::Node dialog = must_find(Role::dialog, "Current sale");
  EXPECT_TRUE(dialog.has(ui::flag::modal));
  EXPECT_EQ(dialog.parent, 0u) << "beside everything else, which becomes inert";
  app.tap(pay.middle_x(), pay.middle_y());  // on the scrim: closes the sheet and presses nothing
  EXPECT_FALSE(shows(Role::dialog, "Current sale"));
  EXPECT_TRUE(shows("0 pressed"));
}

TEST_F(Gallery, EscapeClosesASheetAndTheFocusGoesBack) {
  const ui::NodeId opener = must_find(Role::button, "Open sheet").id;
  app.focus_changed(opener, true);
  app.activate(opener);
  app.settle();
  EXPECT_EQ(app.focused(), must_find(Role::dialog, "Current sale").id);
  app.press_key("Escape");
  EXPECT_FALSE(shows(Role::dialog, "Current sale"));
  EXPECT_EQ(app.focused(), opener);
}

TEST_F(Gallery, ASheetIsPulledDown) {
  app.activate(must_find(Role::button, "Open sheet").id);
  app.settle();
  const ui::Rect sheet = must_find(Role::dialog, "Current sale").rect;
  app.drag(sheet.middle_x(), sheet.y + 20, sheet.middle_x(), sheet.y + 220);
  EXPECT_FALSE(shows(Role::dialog, "Current sale"));
}

TEST_F(Gallery, AQuestionIsAnsweredOnce) {
  tap_button(app, "Void sale");
  EXPECT_TRUE(shows(Role::dialog, "Void this sale?"));
  for (const ui::Node& node : ui::nodes()) {
    if (node.role != Role::button || node.name != "Void sale" ||
        node.parent != must_find(Role::dialog, "").id)
      continue;
    app.tap(node.rect.middle_x(), node.rect.middle_y());
    break;
  }
  EXPECT_FALSE(shows(Role::dialog, "Void this sale?"));
  EXPECT_TRUE(shows("Voided"));
}

TEST_F(Gallery, AToastOffersUndoAndGoesByItself) {
  app.activate(must_find(Role::button, "Show toast").id);
  app.settle();
  EXPECT_EQ(app.announced().back(), "Milk removed");
  tap_button(app, "Undo");
  EXPECT_TRUE(shows("Undone"));
  EXPECT_FALSE(shows(Role::status, "Milk removed"));
  app.activate(must_find(Role::button, "Say saved").id);
  app.settle();
  EXPECT_TRUE(shows(Role::status, "Saved"));
  app.advance(10'000);
  EXPECT_FALSE(shows(Role::status, "Saved"));
}

TEST_F(Gallery, ARowIsSwipedAwayAndUndone) {
  open("Cart");
  const ui::Rect row = must_find(Role::button, "Crème").rect;
  app.drag(row.x + 180, row.middle_y(), row.x + 10, row.middle_y());
  EXPECT_FALSE(shows(Role::button, "Crème"));
  tap_button(app, "Undo");
  EXPECT_TRUE(shows(Role::button, "Crème"));
}

TEST_F(Gallery, AShortSwipeChangesItsMind) {
  open("Cart");
  const ui::Rect row = must_find(Role::button, "Crème").rect;
  app.drag(row.x + 120, row.middle_y(), row.x + 80, row.middle_y(), 400);
  EXPECT_TRUE(shows(Role::button, "Crème"));
}

TEST_F(Gallery, ARowIsRemovedByKeyboardToo) {
  open("Cart");
  app.activate(must_find(Role::button, "Remove Crème").id);
  app.settle();
  EXPECT_FALSE(shows(Role::button, "Crème"));
}

TEST_F(Gallery, StepperAndKeypadCount) {
  open("Cart");
  tap_button(app, "More Bananas");
  EXPECT_TRUE(shows(Role::button, "Bananas, loose quantity 13"));
  for (const std::string_view key : {"1", "2", "00"}) {
    for (const ui::Node& node : ui::nodes()) {
      if (node.role != Role::button || node.name != key) continue;
      app.tap(node.rect.middle_x(), node.rect.middle_y());
      break;
    }
  }
  EXPECT_TRUE(shows("€1200"));
  tap_button(app, "Delete last digit");
  EXPECT_TRUE(shows("€120"));
  app.press_key("5");
  EXPECT_TRUE(shows("€1205"));
}

TEST_F(Gallery, KeysTypedFastAreAllCounted) {
  open("Cart");
  for (const char* key : {"7", "0", "3"}) {
    platform::Key pressed;
    pressed.name = key;
    app.key(pressed, false, 900);  // at one moment: no scan, since no Enter follows
  }
  app.advance(500);
  EXPECT_TRUE(shows("€703"));
}

TEST_F(Gallery, AFieldTakesTextAndEnter) {
  open("Forms");
  fill(app, "Shop name", "Ringup & Söhne");
  EXPECT_TRUE(shows("Shop: Ringup & Söhne"));
  fill(app, "E-mail address", "ada@example.com");
  const ui::Node password = must_find(Role::textbox, "Password");
  EXPECT_TRUE(password.has(ui::flag::secret));
  app.enter(password.id);
  EXPECT_TRUE(shows("Signed in as ada@example.com"));
}

TEST_F(Gallery, AFieldSaysWhatIsWrong) {
  open("Forms");
  fill(app, "E-mail address", "wrong");
  EXPECT_TRUE(must_find(Role::textbox, "E-mail address").has(ui::flag::invalid));
  EXPECT_TRUE(shows("This is no e-mail address."));
}

TEST_F(Gallery, AScannerIsHeardAndTypesNothing) {
  open("Cart");
  app.scan("4006381333931");
  app.advance(500);
  EXPECT_TRUE(shows("Scanned 4006381333931"));
  EXPECT_TRUE(shows("€0"));
}

TEST_F(Gallery, ArrowsMoveAChoice) {
  const ui::NodeId amount = must_find(Role::radio, "Amount").id;
  app.focus_changed(amount, true);
  app.settle();
  app.press_key("ArrowRight");
  EXPECT_TRUE(must_find(Role::radio, "Percent").has(ui::flag::checked));
  EXPECT_FALSE(must_find(Role::radio, "Amount").has(ui::flag::checked));
}

TEST_F(Gallery, WhatTheKeyboardReachesComesIntoView) {
  const ui::Node low = must_find(Role::textbox, "At the end");
  EXPECT_GT(low.rect.y, 844);
  app.focus_changed(low.id, true);
  app.settle();
  EXPECT_LT(must_find(Role::textbox, "At the end").rect.bottom(), 844);
}

TEST_F(Gallery, TargetsAreLargeEnoughForAThumb) {
  for (const std::string_view page : {"Controls", "Grid", "Cart", "Forms"}) {
    open(page);
    for (const ui::Node& node : ui::nodes()) {
      const bool pressable = node.role == Role::button || node.role == Role::radio ||
                             node.role == Role::tab || node.role == Role::checkbox ||
                             node.role == Role::toggle || node.role == Role::textbox;
      if (!pressable || node.has(ui::flag::clipped)) continue;
      const bool whole = node.rect.bottom() < 840 && node.rect.y > 150 &&
                         node.rect.right() < 390;  // not cut by the edge of its area
      if (!whole) continue;
      EXPECT_GE(node.rect.w, ui::touch_min) << node.name << " on " << page;
      EXPECT_GE(node.rect.h, ui::touch_min) << node.name << " on " << page;
    }
  }
}

TEST_F(Gallery, AtTwiceTheScaleNodesStayWithinTheScreen) {
  app.set_scale(2);
  app.settle();
  EXPECT_FLOAT_EQ(app.viewport().width, 195);
  EXPECT_NE(app.nodes().find("\"Gallery\""), std::string::npos);
}

TEST_F(Gallery, EveryNodeHasAnIdOfItsOwnAndAParentBeforeIt) {
  for (const std::string_view page : {"Controls", "Grid", "Cart", "Forms", "Table"}) {
    open(page);
    std::vector<ui::NodeId> before{0};
    for (const ui::Node& node : ui::nodes()) {
      EXPECT_EQ(std::count(before.begin(), before.end(), node.id), 0) << node.name;
      EXPECT_EQ(std::count(before.begin(), before.end(), node.parent), 1) << node.name;
      before.push_back(node.id);
    }
  }
}

TEST_F(Gallery, AGridIsOneTabStopWalkedByArrows) {
  open("Grid");
  std::vector<ui::Node> tiles;
  for (const ui::Node& node : ui::nodes()) {
    if (node.role == Role::button && node.name.find(", €") != std::string::npos &&
        !node.has(ui::flag::skipped) && node.name.find("Cart") == std::string::npos)
      tiles.push_back(node);
  }
  ASSERT_EQ(tiles.size(), 1u);
  const auto at = [&] {
    for (const ui::Node& node : ui::nodes()) {
      if (node.id == app.focused()) return node.name.substr(0, node.name.find(", €"));
    }
    return std::string("nothing");
  };
  app.focus_changed(tiles.front().id, true);
  app.settle();
  app.press_key("ArrowRight");
  EXPECT_EQ(at(), "Sourdough bread, dark crust, 750 g");
  app.press_key("ArrowDown");
  EXPECT_EQ(at(), "Αγουράκι bio") << "two columns";
  app.press_key("End");
  EXPECT_EQ(at(), "Äpfel Elstar 99999");
  EXPECT_FALSE(must_find(Role::button, "Äpfel Elstar 99999").has(ui::flag::clipped));
  app.press_key("PageUp");
  EXPECT_NE(at(), "nothing");
  EXPECT_NE(at(), "Äpfel Elstar 99999");
  app.press_key("Home");
  EXPECT_EQ(at(), "Whole milk 1 l");
}

TEST_F(Gallery, AFileIsChosenAndSaved) {
  const auto press = [&](std::string_view name) {
    app.activate(must_find(Role::button, name).id);
    app.settle();
  };
  press("Choose a file");
  EXPECT_EQ(app.accepted(), ".csv,text/csv");
  app.choose_file(platform::File{.name = "tea.csv", .type = "text/csv", .bytes = "a;b"});
  EXPECT_TRUE(shows("Chosen tea.csv, 3 bytes"));
  press("Choose a file");
  app.choose_file(std::nullopt);
  EXPECT_TRUE(shows("Given up"));
  press("Save a file");
  ASSERT_EQ(app.saved().size(), 1u);
  EXPECT_EQ(app.saved().front().name, "products.csv");
  app.drop_file(platform::File{.name = "milk.csv", .type = "", .bytes = "1234"});
  EXPECT_TRUE(shows("Dropped milk.csv, 4 bytes"));
}

TEST_F(Gallery, PicturesAreAskedForOnlyOfWhatIsSeen) {
  open("Grid");
  EXPECT_GE(app.pictures().size(), 2u);
  EXPECT_LT(app.pictures().size(), 12u);
  EXPECT_EQ(app.pictures().front(), "/pictures/0-320.webp");
  app.show_picture("/pictures/0-320.webp", 320, 240);
  const auto before = app.frames();
  app.advance(60'000);
  EXPECT_EQ(app.frames(), before);
}

}  // namespace
}  // namespace ringup::tests
