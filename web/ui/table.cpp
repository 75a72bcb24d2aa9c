// The desk's table. The grid itself has the keyboard focus and names the active row or title
// (aria-activedescendant), so that the focus stays where it is while rows come and go under it.
#include "web/ui/table.h"

#include <cmath>

#include "web/ui/figures.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float box_column = 44, bulk_height = 52, edge = space::m, row_line = table_row_height;
constexpr std::size_t skeleton_rows = 3;
constexpr float beside_panel_min = 320;

const TextStyle title_style{TextSize::small, Weight::semibold, Tone::muted, Align::left, 1, true};

TextStyle cell_style(Tone tone, Weight weight, Align align = Align::left) {
  return {TextSize::small, weight, tone, align, 1, true};
}

void tick_box(Rect place, bool on, bool some, bool hovered) {
  const Theme& t = theme();
  const Rect mark = place.centred(18, 18);
  if (on || some) {
    paint::box(mark, 5, t.accent);
    if (on)
      paint::icon(mark, icon_check, t.on_accent, 14);
    else
      paint::box(mark.centred(10, 2), 1, t.on_accent);
  } else {
    paint::box(mark, 5, t.surface);
    paint::frame(mark, 5, hovered ? t.text : t.outline, 1.5f);
  }
}

}  // namespace

// --- cells ---

void Cell::say(std::string_view content) {
  if (content.empty()) return;
  if (!heard_.empty()) heard_ += ", ";
  heard_ += content;
}

void Cell::words(std::string_view content, Tone tone, Weight weight) {
  say(content);
  if (content.empty() || rest_.empty()) return;
  const TextStyle style =
      cell_style(faint_ ? Tone::muted : tone, weight, numeric_ ? Align::right : Align::left);
  paint::words(rest_, content, style);
  const float taken = text_width(content, style) + space::s;
  if (numeric_)
    rest_.cut_right(taken);
  else
    rest_.cut_left(taken);
}

void Cell::words(std::string_view content, std::string_view muted) {
  words(content);
  if (!muted.empty()) words(muted, Tone::muted);
}

void Cell::picture(std::string_view url, std::string_view initials, std::uint32_t seed) {
  const Rect mark = rest_.cut_left(32, space::m).centred(32, 32);
  ui::picture(mark, url, initials, seed, 6);
}

void Cell::badge(std::string_view content, Tone tone) {
  if (content.empty()) return;
  say(content);
  const TextStyle style = cell_style(tone == Tone::muted ? Tone::text : tone, Weight::semibold);
  const float width = std::min(text_width(content, style) + 2 * space::s, rest_.w);
  if (width < 2 * space::s) return;
  const Rect pill = (numeric_ ? rest_.cut_right(width, space::s) : rest_.cut_left(width, space::s));
  const Rect box = pill.centred(pill.w, 24);
  paint::box(box, 6, soft_of(tone));
  paint::words(box.inset(space::s, 0), content, style);
}

void Cell::dot(std::string_view content, Tone tone) {
  const Rect mark = rest_.cut_left(8, space::s);
  paint::circle(mark.middle_x(), mark.middle_y(), 4, tone == Tone::muted ? theme().outline : color_of(tone));
  words(content);
}

void Cell::icon(Icon icon, Tone tone) {
  const Rect mark = numeric_ ? rest_.cut_right(18, space::s) : rest_.cut_left(18, space::s);
  if (mark.w >= 18) paint::icon(mark, icon, color_of(tone), 18);
}

void Cell::share(std::string_view content, float fraction) {
  const float at = std::clamp(fraction, 0.0f, 1.0f);
  const Rect track = rest_.cut_right(std::min(80.0f, rest_.w * 0.5f), space::s);
  const Rect thin = track.centred(track.w, 6);
  paint::box(thin, 3, theme().control);
  if (at > 0) paint::box({thin.x, thin.y, std::max(thin.w * at, 6.0f), 6}, 3, theme().accent);
  words(content);
}

// --- the table ---

class TableDraw {
 public:
  using DrawCell = std::function<void(std::size_t, std::size_t, Cell&)>;

  TableDraw(Rect rect, std::span<const TableColumn> columns, TableState& state, const TableOptions& options,
            const DrawCell& draw_cell)
      : columns_(columns), state_(state), options_(options), draw_cell_(draw_cell), rect_(rect) {}

  TableResult run() {
    State& s = ui::state();
    id_ = id_of("grid");
    area_ = id_of("scroll");
    picks_ = static_cast<bool>(options_.selected);
    choose_columns();
    focused_ = s.focused == id_ && s.muted == 0;
    if (state_.active >= options_.count) state_.active = options_.count == 0 ? 0 : options_.count - 1;
    if (focused_) keys();
    const std::size_t grid = open_grid();
    Rect rest = rect_;
    header(rest.cut_top(table_header_height));
    rows(rest);
    pop_parent();
    if (picks_ && options_.selected_count > 0) bulk_bar(rest);
    if (grid < s.nodes.size() && s.nodes[grid].id == id_ && active_node_ != 0)
      add_extra(s.nodes[grid].extra, "active", static_cast<std::int64_t>(active_node_));
    return result_;
  }

 private:
  struct Shown {
    std::size_t column;
    float width;
  };

  bool hidden(const TableColumn& column) const {
    return column.hideable &&
           std::find(state_.hidden.begin(), state_.hidden.end(), column.key) != state_.hidden.end();
  }

  // Which columns have room, and how wide they are.
  void choose_columns() {
    float room = rect_.w - 2 * space::s - (picks_ ? box_column : 0) - (options_.chooser ? box_column : 0);
    float wanted = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (hidden(columns_[i])) continue;
      shown_.push_back({i, columns_[i].width});
      wanted += columns_[i].width;
    }
    while (wanted > room && shown_.size() > 1) {
      auto least = shown_.begin();
      for (auto at = shown_.begin(); at != shown_.end(); ++at) {
        if (columns_[at->column].keep <= columns_[least->column].keep) least = at;
      }
      wanted -= least->width;
      shown_.erase(least);
    }
    float shares = 0;
    for (const Shown& shown : shown_) shares += columns_[shown.column].share;
    const float over = room - wanted;
    if (shares <= 0 || over < 0) {
      if (!shown_.empty()) shown_.front().width += over;
      return;
    }
    for (Shown& shown : shown_) shown.width += std::floor(over * columns_[shown.column].share / shares);
  }

  // --- the keyboard ---

  int titles() const { return static_cast<int>(shown_.size()) + (options_.chooser ? 1 : 0); }

  void keys() {
    for (const platform::Key& key : ui::state().input->keys) {
      if (key.alt) continue;
      if (key.control) {
        if ((key.name == "a" || key.name == "A") && picks_ && options_.count > 0)
          options_.select(0, options_.count - 1, true);
        continue;
      }
      if (state_.title >= 0)
        key_in_titles(key.name);
      else if (options_.count > 0)
        key_in_rows(key);
    }
  }

  void key_in_titles(const std::string& name) {
    state_.title = std::min(state_.title, titles() - 1);
    if (name == "ArrowLeft") state_.title = std::max(state_.title - 1, 0);
    if (name == "ArrowRight") state_.title = std::min(state_.title + 1, titles() - 1);
    if (name == "Home") state_.title = 0;
    if (name == "End") state_.title = titles() - 1;
    if (name == "ArrowDown" && options_.count > 0) {
      state_.title = -1;
      move_to(state_.active, false);
    }
    if (name == "Enter" || name == " ") title_entered_ = true;
  }

  void key_in_rows(const platform::Key& key) {
    const std::string& name = key.name;
    const auto page =
        static_cast<std::size_t>(std::max((rect_.h - table_header_height) / row_line - 1, 1.0f));
    const std::size_t last = options_.count - 1;
    std::size_t to = state_.active;
    if (name == "ArrowDown") {
      to = std::min(to + 1, last);
    } else if (name == "ArrowUp") {
      if (to == 0 && !key.shift) {
        state_.title = 0;
        return;
      }
      to = to == 0 ? 0 : to - 1;
    } else if (name == "PageDown") {
      to = std::min(to + page, last);
    } else if (name == "PageUp") {
      to = to > page ? to - page : 0;
    } else if (name == "Home") {
      to = 0;
    } else if (name == "End") {
      to = last;
    } else if (name == "Enter") {
      result_.opened = state_.active;
      return;
    } else if (name == " ") {
      if (picks_) pick(state_.active, key.shift);
      return;
    } else {
      return;
    }
    move_to(to, key.shift && picks_);
  }

  void move_to(std::size_t to, bool picking) {
    const std::size_t from = state_.active;
    if (picking && to != from) {
      // The rows between the anchor and here are selected; what lies beyond is let go.
      const std::size_t low = std::min(state_.anchor, to), high = std::max(state_.anchor, to);
      if (from < low) options_.select(from, low - 1, false);
      if (from > high) options_.select(high + 1, from, false);
      options_.select(low, high, true);
    } else {
      state_.anchor = to;
    }
    state_.active = to;
    result_.moved = true;
    bring_into_view(to);
  }

  void bring_into_view(std::size_t row) {
    ScrollState& scroll = ui::state().scrolls[area_];
    const double top = static_cast<double>(row) * static_cast<double>(row_line);
    const double bulk = options_.selected_count > 0 ? static_cast<double>(bulk_height + space::l) : 0;
    const double view = static_cast<double>(rect_.h - table_header_height) - bulk;
    scroll.velocity = 0;
    scroll.max = std::max(scroll.max, top + static_cast<double>(row_line) - view);
    if (top < scroll.offset) scroll.offset = top;
    if (top + static_cast<double>(row_line) > scroll.offset + view)
      scroll.offset = top + static_cast<double>(row_line) - view;
  }

  void pick(std::size_t row, bool range) {
    if (range) {
      const std::size_t anchor = std::min(state_.anchor, options_.count - 1);
      options_.select(std::min(anchor, row), std::max(anchor, row), true);
      return;
    }
    options_.select(row, row, !options_.selected(row));
    state_.anchor = row;
  }

  // --- drawing ---

  std::size_t open_grid() {
    State& s = ui::state();
    const std::size_t at = s.nodes.size();
    Node& node = record(id_, Role::grid, options_.name, rect_, flag::focusable);
    const std::int64_t total =
        options_.total >= 0 ? options_.total : static_cast<std::int64_t>(options_.count);
    add_extra(node.extra, "rows", total + 1);
    add_extra(node.extra, "cols", static_cast<std::int64_t>(columns_.size()));
    if (picks_) add_extra(node.extra, "many", std::int64_t{1});
    if (options_.loading) node.flags |= flag::busy;
    push_parent(id_);
    return at;
  }

  void header(Rect box) {
    State& s = ui::state();
    const Theme& t = theme();
    paint::box(box, 0, t.ground);
    paint::box({box.x, box.bottom() - 1, box.w, 1}, 0, t.line);
    const NodeId row_id = id_of("titles");
    add_extra(record(row_id, Role::row, {}, box).extra, "row", std::int64_t{1});
    push_parent(row_id);
    Rect rest = box.inset(space::s, 0);
    if (picks_) {
      const Rect place = rest.cut_left(box_column);
      const NodeId id = id_of("all");
      const Did did = interact(id, place, {.enabled = options_.count > 0});
      const bool all = options_.count > 0 && options_.selected_count >= options_.count;
      record(hash(id, "cell"), Role::columnheader, "Selection", place);
      push_parent(hash(id, "cell"));
      record(id, Role::checkbox, "Select all", place, flag::has_checked | (all ? flag::checked : 0));
      pop_parent();
      tick_box(place, all, !all && options_.selected_count > 0, did.hovered);
      if (did.clicked) options_.select(0, options_.count - 1, !all);
    }
    Rect chooser = options_.chooser ? rest.cut_right(box_column) : Rect{};
    for (std::size_t i = 0; i < shown_.size(); ++i) title(rest.cut_left(shown_[i].width), i);
    if (options_.chooser) choose(chooser);
    pop_parent();
    (void)s;
  }

  void title(Rect box, std::size_t at) {
    const TableColumn& column = columns_[shown_[at].column];
    const Theme& t = theme();
    const NodeId id = hash(id_of("title"), column.key);
    const Did did = interact(id, box, {.enabled = column.sortable});
    const bool sorted = column.sortable && state_.sort == column.key;
    Node& node = record(id, Role::columnheader, column.title, box);
    add_extra(node.extra, "col", static_cast<std::int64_t>(shown_[at].column) + 1);
    if (column.sortable)
      add_extra(node.extra, "sort", sorted ? state_.descending ? "descending" : "ascending" : "none");
    const bool here = focused_ && state_.title == static_cast<int>(at);
    if (here) active_node_ = node.id;
    if ((did.clicked || (here && title_entered_)) && column.sortable) {
      state_.descending = sorted ? !state_.descending : column.most_first;
      state_.sort = column.key;
      result_.sorted = true;
      announce(std::string("Sorted by ").append(column.title).append(state_.descending ? ", down" : ", up"));
    }
    Rect inside = box.inset(edge / 2, 0);
    if (did.hovered) paint::box(box.inset(0, 5), 6, t.control);
    const Color ink = sorted || did.hovered ? t.text : t.muted;
    const float width = std::min(text_width(column.title, title_style), inside.w);
    const bool arrow = sorted || did.hovered || here;
    if (column.numeric) {
      paint::words({inside.right() - width, inside.y, width, inside.h}, column.title, title_style, ink);
      if (arrow && column.sortable && inside.w > width + 18)
        sort_arrow({inside.right() - width - 18, inside.y, 16, inside.h}, sorted, column);
    } else {
      paint::words({inside.x, inside.y, width, inside.h}, column.title, title_style, ink);
      if (arrow && column.sortable && inside.w > width + 18)
        sort_arrow({inside.x + width + 4, inside.y, 16, inside.h}, sorted, column);
    }
    if (here && ui::state().input->focus_visible) paint::frame(box.inset(0, 4), 6, t.accent, 2);
  }

  void sort_arrow(Rect place, bool sorted, const TableColumn& column) const {
    const bool down = sorted ? state_.descending : column.most_first;
    paint::icon(place, down ? icon_arrow_down : icon_arrow_up, sorted ? theme().accent : theme().outline, 16);
  }

  void choose(Rect box) {
    State& s = ui::state();
    const Rect place = box.centred(36, 36);
    const NodeId id = id_of("columns");
    double& memory = s.memory[hash(id, "open")];
    bool open = memory != 0;
    const bool here = focused_ && state_.title == static_cast<int>(shown_.size());
    const Did did = interact(id, place);
    record(hash(id, "cell"), Role::columnheader, "Columns", place);
    push_parent(hash(id, "cell"));
    Node& node = record(id, Role::button, "Columns", place, flag::has_expanded | (open ? flag::expanded : 0));
    add_extra(node.extra, "popup", "menu");
    if (here) active_node_ = node.id;
    pop_parent();
    if (did.hovered || did.held || open) paint::box(place.centred(32, 32), 6, theme().control);
    paint::icon(place, icon_columns_3, theme().muted, 18);
    if (here && s.input->focus_visible) paint::frame(place.inset(2), 6, theme().accent, 2);
    if (did.clicked || (here && title_entered_)) open = true;
    std::vector<MenuItem> items;
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].hideable) continue;
      items.push_back({.label = columns_[i].title, .checked = !hidden(columns_[i])});
      which.push_back(i);
    }
    const int chosen = menu("columns-menu", open, place, "Columns", items);
    s.memory[hash(id, "open")] = open ? 1 : 0;
    if (chosen < 0) return;
    const std::string key(columns_[which[static_cast<std::size_t>(chosen)]].key);
    if (std::erase(state_.hidden, key) == 0) state_.hidden.push_back(key);
    result_.columns = true;
    request_another_frame();
  }

  void rows(Rect rest) {
    State& s = ui::state();
    if (options_.count == 0 && !options_.loading) {
      // A grid holds nothing but rows.
      pop_parent();
      if (options_.empty) options_.empty(rest);
      push_parent(id_);
      return;
    }
    ScrollState& scroll = scroll_begin(area_, rest, Axis::vertical);
    if (scroll.version != options_.version) {
      scroll.version = options_.version;
      scroll.offset = 0;
      scroll.velocity = 0;
      state_.active = state_.anchor = 0;
    }
    if (!focused_) scroll_by_keys(area_, scroll);
    const double line = static_cast<double>(row_line);
    const std::size_t waiting =
        options_.loading
            ? options_.count == 0 ? static_cast<std::size_t>(rest.h / row_line) + 1 : skeleton_rows
            : 0;
    const std::size_t all = options_.count + waiting;
    const auto first = static_cast<std::size_t>(std::max(std::floor(scroll.offset / line), 0.0));
    const auto last = std::min(
        all, static_cast<std::size_t>(std::ceil((scroll.offset + static_cast<double>(rest.h)) / line)));
    for (std::size_t i = first; i < last; ++i) {
      const auto y = static_cast<float>(std::floor(static_cast<double>(i) * line - scroll.offset));
      const Rect box{rest.x, rest.y + y, rest.w, row_line};
      if (i < options_.count)
        row(i, box);
      else
        grey_row(i, box);
    }
    const double bulk = options_.selected_count > 0 ? static_cast<double>(bulk_height + 2 * space::l) : 0;
    const double content =
        static_cast<double>(all) * line + bulk + static_cast<double>(options_.padding_bottom);
    draw_scroll_bar(scroll, content);
    const bool near =
        scroll.offset + 2 * static_cast<double>(rest.h) >= static_cast<double>(options_.count) * line;
    if (near && options_.more && !options_.loading) {
      double& asked = s.memory[id_of("asked")];
      const double now =
          static_cast<double>(options_.count) + 1 + static_cast<double>(options_.version) * 1e9;
      if (asked != now) {
        asked = now;
        options_.more();
      }
    }
    result_.scrolled = scroll.offset >= 1;
    scroll_end(scroll, content);
  }

  void row(std::size_t i, Rect box) {
    State& s = ui::state();
    const Theme& t = theme();
    const Scope scope(static_cast<std::uint64_t>(i));
    const NodeId id = id_of("row");
    const Did did = interact(id, box);
    const bool picked = picks_ && options_.selected(i);
    const bool opened = options_.opened == i;
    const bool here = focused_ && state_.title < 0 && state_.active == i;
    Did ticked;
    Rect rest = box.inset(space::s, 0);
    const Rect tick = picks_ ? rest.cut_left(box_column) : Rect{};
    const NodeId tick_id = id_of("tick");
    if (picks_) ticked = interact(tick_id, {box.x, box.y, box_column + space::s, box.h});

    if (opened || picked) paint::box(box, 0, t.accent_soft);
    if (did.held || did.hovered || ticked.hovered)
      paint::box(box, 0, faded(t.control, opened || picked ? 0.35f : did.held ? 1.0f : 0.6f));
    if (opened) paint::box({box.x, box.y, 3, box.h}, 0, t.accent);
    paint::box({box.x, box.bottom() - 1, box.w, 1}, 0, t.line);

    std::uint32_t flags = opened ? flag::current : 0;
    if (picks_) flags |= flag::has_selected | (picked ? flag::selected : 0);
    const std::size_t at = s.nodes.size();
    Node& node = record(id, Role::row, {}, box, flags);
    add_extra(node.extra, "row", static_cast<std::int64_t>(i) + 2);
    if (here) active_node_ = node.id;
    const bool recorded = s.nodes.size() > at;
    push_parent(id);
    std::string name;
    if (picks_) {
      tick_box(tick, picked, false, ticked.hovered);
      record(hash(tick_id, "cell"), Role::gridcell, {}, tick);
      push_parent(hash(tick_id, "cell"));
      record(tick_id, Role::checkbox, "Select", tick, flag::has_checked | (picked ? flag::checked : 0));
      pop_parent();
    }
    const bool faint = options_.faint && options_.faint(i);
    for (const Shown& shown : shown_) {
      const Rect area = rest.cut_left(shown.width);
      Cell cell;
      cell.rest_ = area.inset(edge / 2, 0);
      cell.numeric_ = columns_[shown.column].numeric;
      cell.faint_ = faint;
      draw_cell_(i, shown.column, cell);
      if (!cell.heard_.empty()) {
        if (!name.empty()) name += ", ";
        name += cell.heard_;
      }
      Node& part =
          record(hash(id, static_cast<std::uint64_t>(shown.column) + 7), Role::gridcell, cell.heard_, area);
      add_extra(part.extra, "col", static_cast<std::int64_t>(shown.column) + 1);
    }
    pop_parent();
    if (recorded) s.nodes[at].name = std::move(name);
    if (here && s.input->focus_visible) paint::frame(box.inset(2), 6, t.accent, 2);
    if (ticked.clicked) {
      pick(i, s.input->shift);
      state_.active = i;
      if (!focused_) focus(id_);
    } else if (did.clicked) {
      if (picks_ && (s.input->shift || s.input->control)) {
        pick(i, s.input->shift);
      } else {
        result_.opened = i;
        state_.anchor = i;
      }
      if (!focused_) focus(id_);
      state_.active = i;
      state_.title = -1;
    }
  }

  // How wide the words will be is unknown; a hash makes them look like words.
  void grey_row(std::size_t i, Rect box) {
    paint::box({box.x, box.bottom() - 1, box.w, 1}, 0, theme().line);
    Rect rest = box.inset(space::s, 0);
    if (picks_) rest.cut_left(box_column);
    for (const Shown& shown : shown_) {
      const Rect area = rest.cut_left(shown.width).inset(edge / 2, 0);
      const auto part = static_cast<float>(hash(static_cast<NodeId>(i + 1), shown.column) % 40);
      const float width = std::min(area.w * (0.4f + part / 100), 220.0f);
      const float x = columns_[shown.column].numeric ? area.right() - width : area.x;
      paint::box(Rect{x, area.y, width, area.h}.centred(width, 12), 6, theme().control);
    }
  }

  void bulk_bar(Rect rest) {
    const Theme& t = theme();
    const std::string count = std::to_string(options_.selected_count) + " selected";
    const TextStyle style{TextSize::small, Weight::semibold, Tone::text, Align::left, 1, true};
    const float width = std::min(rest.w - 2 * space::l, 760.0f);
    const Rect bar{rest.middle_x() - width / 2, rest.bottom() - space::l - bulk_height, width, bulk_height};
    const Group group("bulk", Role::region, "Selected rows", bar);
    interact(id_of("ground"), bar);
    paint::shadow(bar, radius::button, 16);
    paint::box(bar, radius::button, t.raised);
    paint::frame(bar, radius::button, t.line);
    Rect inside = bar.inset(space::l, space::s);
    const Rect close = inside.cut_right(bulk_button_height, space::s).moved(space::s, 0);
    text("count", inside.cut_left(text_width(count, style), space::l), count, style);
    if (icon_button("close", close, icon_x, "Select none")) {
      if (options_.count > 0) options_.select(0, options_.count - 1, false);
      result_.unselect = true;
      focus(id_);
    }
    if (options_.bulk) options_.bulk(inside);
  }

  std::span<const TableColumn> columns_;
  TableState& state_;
  const TableOptions& options_;
  const DrawCell& draw_cell_;
  Rect rect_;
  NodeId id_ = 0, area_ = 0, active_node_ = 0;
  bool picks_ = false, focused_ = false, title_entered_ = false;
  std::vector<Shown> shown_;
  TableResult result_;
};

TableResult data_table(std::string_view key, Rect rect, std::span<const TableColumn> columns,
                       TableState& state, const TableOptions& options,
                       const std::function<void(std::size_t row, std::size_t column, Cell& cell)>& cell) {
  const Scope scope(key);
  // A panel beside it takes its room; the columns that matter least give way.
  const Rect panel = ui::state().last_panel;
  if (!panel.intersect(rect).empty() && panel.x - rect.x >= beside_panel_min) rect.w = panel.x - rect.x;
  return TableDraw(rect, columns, state, options, cell).run();
}

void focus_table(std::string_view key) {
  const Scope scope(key);
  focus(id_of("grid"));
}

void reveal_row(std::string_view key, TableState& state, std::size_t row) {
  const Scope scope(key);
  ScrollState& scroll = ui::state().scrolls[id_of("scroll")];
  const double line = static_cast<double>(table_row_height), top = static_cast<double>(row) * line;
  const double view = static_cast<double>(std::max(scroll.rect.h, table_row_height * 3));
  scroll.max = std::max(scroll.max, top);
  if (top < scroll.offset || top + line > scroll.offset + view) scroll.offset = std::max(top - view / 3, 0.0);
  state.active = state.anchor = row;
  state.title = -1;
  request_another_frame();
}

}  // namespace ringup::ui
