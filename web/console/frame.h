#pragma once
/// What surrounds every screen: the rail, the bar with the search, who is signed in, breadcrumbs, help.
#include <memory>
#include <string>
#include <vector>

#include "web/console/office.h"

namespace ringup::console {

using Screens = std::vector<std::unique_ptr<Screen>>;

class Frame {
 public:
  explicit Frame(platform::Platform& platform);
  /// Draws rail and bar; answers what is left of the window. `current` may be null.
  ui::Rect draw_around(Office& office, const Screens& screens, const Screen* current);
  /// Draws the title, crumbs and actions of the screen at the top of `rest`; answers the box below for the
  /// screen.
  ui::Rect draw_header(Office& office, Screen* current, ui::Rect rest);
  /// The account's menu and the help, over everything.
  void draw_over(Office& office, const Screens& screens);
  /// True once when the search was asked for.
  bool take_search() { return std::exchange(search_, false); }
  /// Back to how it starts, when somebody else signs in.
  void reset() { menu_open_ = drawer_open_ = help_open_ = false; }

 private:
  void draw_rail(Office& office, const Screens& screens, const Screen* current, ui::Rect rect);
  void draw_bar(Office& office, ui::Rect rect, bool with_menu);
  void draw_connection(Office& office, ui::Rect rect);
  void draw_title(Office& office, Screen* current, ui::Rect rect);
  void draw_menu(Office& office, ui::Rect anchor);
  void draw_help();

  platform::Platform& platform_;
  int scheme_ = 0, scale_ = 0;
  bool menu_open_ = false, drawer_open_ = false, help_open_ = false, search_ = false, leave_ = false;
};

}  // namespace ringup::console
