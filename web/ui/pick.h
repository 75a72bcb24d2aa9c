#pragma once
/// The list inside a drop-down or a filter, with a field to search in where it is long. Only web/ui includes
/// this.
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "web/ui/menus.h"

namespace ringup::ui {

struct PickList {
  std::string_view name;
  std::span<const std::string> choices;
  std::function<bool(int index)> on;  // has a tick
  bool many = false;                  // boxes instead of ticks
  std::string_view none = {};         // a first line that stands for index -1
};
inline constexpr int pick_nothing = -2;
inline constexpr std::size_t pick_search_from = 9;  // choices from which on there is a field
/// Answers the index that was chosen, -1 for the line of none, or pick_nothing. Draw it in a popover that
/// does not take the focus.
int pick_list(Rect box, const PickList& list);
/// The closed form of a drop-down: label, box with its value, what is below. Cuts `rect` down to the box.
/// True when it is to be opened. `popup` is what opens: "listbox", "dialog".
bool closed_box(NodeId id, Rect& rect, std::string_view value, Icon icon, std::string_view popup, bool open,
                const SelectOptions& options);
/// The height that shows as much of it as is sensible.
float pick_height(const PickList& list);

}  // namespace ringup::ui
