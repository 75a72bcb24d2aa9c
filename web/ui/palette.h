#pragma once
/// The palette: one field over the screen that finds everything, with results in groups below it. Arrows
/// move, Enter takes, Escape closes. Modal. Roles: dialog, combobox, listbox, group, option.
#include <span>
#include <string>
#include <string_view>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

struct PaletteItem {
  std::string_view group;  // items of a group follow one another
  std::string_view title, detail;
  Icon icon = nullptr;
};
struct PaletteOptions {
  std::string_view name = "Search everything";
  std::string_view placeholder = "Products, sales, customers, actions…";
  bool busy = false;         // more results are on their way
  std::string_view nothing;  // said where there are no items and nothing is on its way
};
struct PaletteResult {
  bool changed = false;  // `typed` is another text
  int chosen = -1;       // the item that was taken; `open` is false then
};
/// `version` grows when the items are those of another text: the first one is active again.
PaletteResult palette(std::string_view key, bool& open, std::string& typed,
                      std::span<const PaletteItem> items, std::uint64_t version,
                      const PaletteOptions& options);

}  // namespace ringup::ui
