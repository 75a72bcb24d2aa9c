#pragma once
/// What opens under a button and closes again: popovers, menus, drop-downs, filters, dates, tooltips.
///
/// All of them are drawn above everything else at the place where they are called, cut by nothing, also from
/// inside scroll areas, tables, panels and sheets. Escape, a press beside it and Tab close the uppermost one;
/// the focus goes back to what had it.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

class Layer;

/// A small surface at an anchor, below it or above where there is no room:
///     if (ui::Popover pop("edit", open, chip_rect, {.name = "Category", .width = 280, .height = 320}); pop)
///     {
///       … draw in pop.body() …
///     }
struct PopoverOptions {
  std::string_view name;
  float width = 280, height = 240;  // of its body
  bool right = false;               // its right edge stands under the anchor's
  Role role = Role::dialog;
  float padding = space::s;
  bool focus = true;  // takes the focus when it opens; false where a widget inside does that
};
class Popover {
 public:
  /// `open` is set to false when the user closes it.
  Popover(std::string_view key, bool& open, Rect anchor, const PopoverOptions& options);
  ~Popover();
  Popover(const Popover&) = delete;
  Popover& operator=(const Popover&) = delete;
  explicit operator bool() const { return shown_; }
  Rect body() const { return body_; }

 private:
  Scope scope_;
  bool& open_;
  bool shown_ = false, dismissed_ = false, had_focus_ = false;
  NodeId id_ = 0;
  std::unique_ptr<Layer> layer_;
  Rect body_;
};

struct MenuItem {
  std::string_view label;
  Icon icon = nullptr;
  std::string_view shortcut = {};              // shown at the right: "Ctrl K"
  std::optional<bool> checked = std::nullopt;  // an item with a tick; the menu stays open
  bool danger = false;
  bool disabled = false;
  bool divided = false;  // a line above it
};
/// A menu at an anchor, e.g. where its button is. Answers the item that was chosen, or -1. Up, Down, Home,
/// End and first letters move, Enter chooses.
int menu(std::string_view key, bool& open, Rect anchor, std::string_view name,
         std::span<const MenuItem> items);
/// A button with a menu under it, in one.
int menu_button(std::string_view key, Rect rect, std::string_view label, std::span<const MenuItem> items,
                const ButtonOptions& options = {});

/// A drop-down: one of several. With more than eight choices it has a field to search in.
struct SelectOptions {
  std::string_view label;  // its accessible name; drawn above unless hide_label
  bool hide_label = false;
  std::string_view placeholder = "Choose";
  std::string_view error = {}, hint = {};
  bool disabled = false;
  bool compact = false;        // 40 points high instead of 52, for the desk
  std::string_view none = {};  // a first choice that means none (chosen = -1): "No category"
};
/// `chosen` is an index of `choices`, or -1. True when it changed. The box includes label and error: ask
/// select_height().
bool select(std::string_view key, Rect rect, std::span<const std::string> choices, int& chosen,
            const SelectOptions& options);
float select_height(const SelectOptions& options);

/// Filters of a list, in one row: "Add filter", and a chip per filter that is set: "Category: Tea ×".
/// Pressing a chip changes it, its cross removes it.
struct Filter {
  std::string label;                      // "Category"
  std::vector<std::string> choices = {};  // "Tea", "Coffee", …
  std::vector<int> chosen = {};           // indices of choices; empty: the filter is not set
  bool single = false;                    // one choice at most
  Icon icon = nullptr;
};
inline constexpr float filters_height = 36;
/// True when a `chosen` changed.
bool filter_chips(std::string_view key, Rect rect, std::span<Filter> filters);

/// From and to, both included, as "2026-03-01". No time zone: days of the business's calendar.
enum class Period : std::uint8_t { today, yesterday, last_7, last_30, this_month, last_month, custom };
struct DateRange {
  Period period = Period::last_7;
  std::string from, to;  // set_period() fills them
  bool operator==(const DateRange&) const = default;
};
/// The range that a period means on a day.
DateRange range_of(Period period, std::string_view today);
/// The range of as many days just before it, for comparisons.
DateRange range_before(const DateRange& range);
/// "Last 7 days", "1 to 14 Mar 2026".
std::string range_words(const DateRange& range);
/// A button that opens presets and a calendar whose weeks begin on Monday. True when `range` changed.
bool date_range(std::string_view key, Rect rect, DateRange& range, std::string_view today);
/// One day; empty is none. True when it changed. Height as a select's.
bool date_field(std::string_view key, Rect rect, std::string& day, std::string_view today,
                const SelectOptions& options);
/// "2026-03-01" so many days on; days from a to b; 1 is Monday. Wrong dates yield "" and 0.
std::string day_after(std::string_view day, int days);
int days_between(std::string_view from, std::string_view to);
int weekday_of(std::string_view day);
/// "Sun 1 Mar", with the year: "1 Mar 2026".
std::string day_words(std::string_view day, bool year = false);

/// Words beside what the pointer rests on or the focus is at: call right after the widget, with its key and
/// box. `keys` adds a shortcut: "Ctrl K".
void tooltip(std::string_view key, Rect rect, std::string_view words, std::string_view keys = {});

}  // namespace ringup::ui
