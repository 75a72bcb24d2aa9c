#pragma once
/// One console screen high enough that nothing on it has to be scrolled, and words for what tests of forms
/// do.
#include "tests/web/console_driver.h"

namespace ringup::tests {

inline platform::Viewport tall() {
  platform::Viewport viewport = desktop();
  viewport.height = 2400;
  return viewport;
}

template <std::unique_ptr<console::Screen> (*make)()>
console::Screens alone() {
  console::Screens screens;
  screens.push_back(make());
  return screens;
}

struct ScreenTest : ::testing::Test {
  explicit ScreenTest(std::function<console::Screens()> make)
      : console(ringup::Role::owner, std::move(make), tall()) {}
  ConsoleDriver console;

  void go(const std::string& hash) {
    console.app.visit(hash);
    console.serve();
  }
  void press(std::string_view name) {
    tap_button(console.app, name);
    console.serve();
  }
  /// Where several have the same words: the one on top.
  void press_last(std::string_view name) {
    ui::Node last;
    for (const ui::Node& node : ui::nodes()) {
      if (node.role == ui::Role::button && node.name == name) last = node;
    }
    ASSERT_NE(last.id, 0u) << name << "\n" << seen();
    console.app.tap(last.rect.middle_x(), last.rect.middle_y());
    console.serve();
  }
};

}  // namespace ringup::tests
