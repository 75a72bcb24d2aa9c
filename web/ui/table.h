#pragma once
/// The desk's table: rows of 44 points, as many as there are, with a header that stays, sorting, a chooser of
/// columns, selected rows with what can be done to them, and one opened row (its details stand in a
/// SidePanel).
///
/// The caller owns rows, order and selection; the table asks for cells of what is visible and tells what the
/// user wants:
///     ui::TableState state;                       // a member; keep it
///     ui::TableResult did = ui::data_table("products", rest, columns, state, {.name = "Products",
///         .count = shown.size(), .opened = opened},
///         [&](std::size_t row, std::size_t column, ui::Cell& cell) {
///           const Product& product = *shown[row];
///           if (column == 0) { cell.picture(url, initials, seed); cell.words(product.name); }
///           if (column == 1) cell.badge("Active", ui::Tone::good);
///         });
///     if (did.sorted) sort(state.sort, state.descending);
///     if (did.opened) open(*did.opened);
///
/// Keyboard: one tab stop. Arrows, PageUp, PageDown, Home and End move; Enter opens; Space selects, Shift
/// with arrows selects on the way, Control A all. Up from the first row are the titles: Left and Right, Enter
/// sorts. A click opens a row, a click on its box selects it, with Shift from the last one to here. Screen
/// readers have a grid with aria-rowcount, -rowindex, -sort, -selected.
///
/// Where an open SidePanel lies over it, the table takes the room beside it. Where the columns do not all
/// fit, those with the lowest `keep` are left out, the last one of equals first. Cost: what is visible, never
/// what there is. No errors, one thread.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/ui/controls.h"
#include "web/ui/ui.h"

namespace ringup::ui {

struct TableColumn {
  std::string_view key;  // names it in TableState; stays the same
  std::string_view title;
  float width = 140;        // at least, points
  float share = 0;          // its part of what is left over; give the leading column 1
  bool numeric = false;     // figures: to the right, digits under digits
  bool sortable = false;    // pressing its title sorts
  bool hideable = true;     // the chooser may hide it
  bool most_first = false;  // the first press on its title sorts from the highest down: dates, amounts
  int keep = 0;             // the higher, the longer it stays where room is short
};

/// What the user chose about a table; the caller keeps it, and may save it as hidden_words().
struct TableState {
  std::string sort;  // the key of a column; empty: the caller's own order
  bool descending = false;
  std::vector<std::string> hidden;  // keys of columns
  std::size_t active = 0;           // the row at which the keyboard is
  std::size_t anchor = 0;           // where a range began
  int title = -1;                   // the keyboard is at this visible title instead
};

/// Draws one cell from left to right (figures from the right); what is drawn is what screen readers hear.
class Cell {
 public:
  /// Words on one line, cut with an ellipsis.
  void words(std::string_view content, Tone tone = Tone::text, Weight weight = Weight::regular);
  /// Two tones on one line, the second one muted: "Whole milk 1 l" "Dairy".
  void words(std::string_view content, std::string_view muted);
  /// The picture at `url` in a rounded square, coloured initials where there is none. Decoration: says
  /// nothing.
  void picture(std::string_view url, std::string_view initials, std::uint32_t seed);
  void badge(std::string_view content, Tone tone = Tone::muted);
  /// A dot and words: a state.
  void dot(std::string_view content, Tone tone);
  void icon(Icon icon, Tone tone = Tone::muted);
  /// How much of the whole, 0 to 1, as a thin bar with the words before it.
  void share(std::string_view content, float fraction);
  /// Room that is left, for drawing by other means; say() what it shows.
  Rect rest() const { return rest_; }
  void say(std::string_view content);

 private:
  friend class TableDraw;
  Rect rest_;
  bool numeric_ = false, faint_ = false;
  std::string heard_;
};

struct TableOptions {
  std::string_view name;              // of the grid, for screen readers
  std::size_t count = 0;              // rows there are
  std::int64_t total = -1;            // rows there would be with all pages loaded; -1: as many as count
  std::uint64_t version = 0;          // another number scrolls back to the start: another search
  std::optional<std::size_t> opened;  // the row whose details are open
  bool loading = false;               // rows are on their way: grey rows where they will be
  bool chooser = true;                // the menu of columns at the right end of the header
  float padding_bottom = 0;

  /// Selection: off while `selected` is empty.
  std::function<bool(std::size_t row)> selected = {};
  /// Rows first to last, both included, are to be selected or not.
  std::function<void(std::size_t first, std::size_t last, bool on)> select = {};
  std::size_t selected_count = 0;
  /// While something is selected: draw the actions (buttons of bulk_button_height) from the left of the box.
  std::function<void(Rect)> bulk = {};

  /// The end of the rows is near: load the next page. Called once per count.
  std::function<void()> more = {};
  /// Drawn in place of the rows while there are none and none are loading.
  std::function<void(Rect)> empty = {};
  /// Greys the words of a row: archived, voided.
  std::function<bool(std::size_t row)> faint = {};
};

struct TableResult {
  std::optional<std::size_t> opened;  // the row to open: clicked, or Enter
  bool sorted = false;                // state.sort or state.descending changed
  bool moved = false;                 // state.active changed by the keyboard
  bool columns = false;               // state.hidden changed
  bool scrolled = false;              // the first row is not where it stands at the start
  bool unselect = false;              // the bulk bar was closed; select(0, count - 1, false) was called
};

inline constexpr float table_row_height = 44, table_header_height = 40, bulk_button_height = 36;

TableResult data_table(std::string_view key, Rect rect, std::span<const TableColumn> columns,
                       TableState& state, const TableOptions& options,
                       const std::function<void(std::size_t row, std::size_t column, Cell& cell)>& cell);
/// Gives the keyboard to the table drawn under this key in this scope.
void focus_table(std::string_view key);
/// Scrolls the row into view in the next frame and makes it the active one.
void reveal_row(std::string_view key, TableState& state, std::size_t row);

}  // namespace ringup::ui
