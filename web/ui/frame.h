#pragma once
/// What the frame of a desktop app is made of: the items of its rail, the field that opens the search, the
/// person in its corner, the way back in its breadcrumbs.
#include <string_view>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

/// One item of the rail: a link with icon and word. Narrow ones (below 120 points) show the icon alone, and
/// the word beside the pointer.
struct NavItem {
  std::string_view label;
  Icon icon = nullptr;
  int badge = 0;         // a count beside the word; 0: none
  bool current = false;  // where the person is
};
inline constexpr float nav_item_height = 44;
bool nav_item(std::string_view key, Rect rect, const NavItem& item);

/// Looks like a search field and is a button: it opens the search. `keys` is the shortcut, as people read it.
bool search_button(std::string_view key, Rect rect, std::string_view label, std::string_view keys);

/// Initials in a circle that open something; `name` is whose they are.
bool avatar_button(std::string_view key, Rect rect, std::string_view initials, std::uint32_t seed,
                   std::string_view name, bool expanded);

/// Words that lead somewhere, as wide as they are; answers the width used. `pressed` says that it was.
float link(std::string_view key, Rect rect, std::string_view words, bool& pressed,
           const TextStyle& style = {});

}  // namespace ringup::ui
