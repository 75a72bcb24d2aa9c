#pragma once
/// Things that go on beyond their box: scrolling areas, lists of any length, rows, tables.
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

/// A box whose content is higher than it. Take strips from top to bottom with next(); draw in each.
///     ui::ScrollArea area("lines", rest, {.padding = space::l});
///     for (…) ui::row(…, area.next(64, space::s), …);
/// Scrolls by finger (with inertia), wheel, keyboard, and to whatever gets the keyboard focus.
struct ScrollOptions {
  float padding = 0;  // left and right
  float padding_top = 0, padding_bottom = space::l;
};
class ScrollArea {
 public:
  ScrollArea(std::string_view key, Rect rect, const ScrollOptions& options = {});
  ~ScrollArea();
  ScrollArea(const ScrollArea&) = delete;
  ScrollArea& operator=(const ScrollArea&) = delete;
  Rect next(float height, float gap = 0);
  void skip(float height) { cursor_ += height; }
  float width() const;
  /// Scrolls so that the end is in view, e.g. after a line was added.
  void to_end();
  void to_start();

 private:
  Scope scope_;
  NodeId id_;
  Rect rect_;
  ScrollOptions options_;
  float cursor_ = 0, top_ = 0;
};

/// A list or grid of any length; only what is visible is drawn and recorded (with aria-setsize and
/// -posinset). `draw(index, rect)` is called inside a scope of its own per item. One tab stop: arrows,
/// PageUp, PageDown, Home and End lead from item to item, Tab through what the item holds and on.
struct VirtualOptions {
  std::size_t count = 0;
  int columns = 1;
  float item_height = 64;
  float gap = space::s;
  float padding = space::l;
  float padding_bottom = space::l;
  std::string_view name = {};  // of the list
  std::uint64_t version = 0;   // another number scrolls back to the start: a new search
};
void virtual_list(std::string_view key, Rect rect, const VirtualOptions& options,
                  const std::function<void(std::size_t index, Rect rect)>& draw);

/// One line of a list: leading icon or initials, title with detail below, trailing texts. A tap answers it;
/// swiped to the left it uncovers its remove action (which mice, keyboards and screen readers get as a button
/// of its own). Inside a Group of Role::list, put each row and what belongs to it into a Group of
/// Role::listitem.
struct Row {
  std::string_view title, detail = {};
  std::string_view trailing = {}, trailing_detail = {};
  Icon icon = nullptr;
  std::string_view initials = {};
  std::uint32_t seed = 0;
  std::string_view picture = {};  // in place of the initials, once it is there
  std::string_view remove = {};   // "Remove Milk"; empty: cannot be swiped
  bool pressable = true;
  bool chevron = false;
  bool selected = false;
  int title_lines = 1;  // 2: a long title wraps; give the row row_height_tall
  Tone trailing_tone = Tone::text;
  std::string_view name = {};  // for screen readers; made of the texts where empty
  float keep_right = 0;        // room that the caller uses itself, e.g. for a stepper
};
inline constexpr float row_height = 64, row_height_tall = 84;
enum class RowPress : std::uint8_t { none, tap, long_press, remove };
RowPress row(std::string_view key, Rect rect, const Row& content);

/// A table with a header; only visible rows are drawn. `cell(row, column)` gives the words. Answers the row
/// that was pressed, or -1.
struct Column {
  std::string_view title;
  float width = 0;  // 0: shares what is left
  Align align = Align::left;
};
int table(std::string_view key, Rect rect, std::string_view name, std::span<const Column> columns,
          std::size_t rows, const std::function<std::string(std::size_t row, std::size_t column)>& cell);

}  // namespace ringup::ui
