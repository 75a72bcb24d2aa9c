#include <cmath>

#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

float whole(double offset) {
  return static_cast<float>(std::floor(offset));
}

}  // namespace

// Drawn for people with a mouse, who have no finger to feel it with.
void draw_scroll_bar(const ScrollState& scroll, double content) {
  if (scroll.max <= 0 || state().platform->viewport().touch) return;
  const double view = static_cast<double>(scroll.rect.h);
  const auto length = static_cast<float>(std::max(view * view / content, 32.0));
  const float travel = scroll.rect.h - length - 8;
  const auto at = static_cast<float>(scroll.offset / scroll.max) * travel;
  paint::box({scroll.rect.right() - 8, scroll.rect.y + 4 + at, 4, length}, 2, faded(theme().muted, 0.55f));
}

void scroll_by_keys(NodeId id, ScrollState& scroll) {
  State& s = state();
  if (s.key_scroll != id) return;
  for (const platform::Key& key : s.input->keys) {
    const double page = static_cast<double>(scroll.rect.h) * 0.9;
    if (key.name == "PageDown")
      scroll.offset += page;
    else if (key.name == "PageUp")
      scroll.offset -= page;
    else
      continue;
    scroll.offset = std::clamp(scroll.offset, 0.0, std::max(scroll.max, 0.0));
  }
}

ScrollArea::ScrollArea(std::string_view key, Rect rect, const ScrollOptions& options)
    : scope_(key), id_(id_of("scroll")), rect_(rect), options_(options) {
  ScrollState& scroll = scroll_begin(id_, rect, Axis::vertical);
  scroll_by_keys(id_, scroll);
  top_ = rect.y - whole(scroll.offset);
  cursor_ = options.padding_top;
}

ScrollArea::~ScrollArea() {
  ScrollState& scroll = state().scrolls[id_];
  const double content = static_cast<double>(cursor_ + options_.padding_bottom);
  draw_scroll_bar(scroll, content);
  scroll_end(scroll, content);
}

Rect ScrollArea::next(float height, float gap) {
  const Rect strip{rect_.x + options_.padding, top_ + cursor_, width(), height};
  cursor_ += height + gap;
  return strip;
}

float ScrollArea::width() const {
  return rect_.w - 2 * options_.padding;
}

void ScrollArea::to_end() {
  state().scrolls[id_].offset = 1e12;
  request_another_frame();
}

void ScrollArea::to_start() {
  state().scrolls[id_].offset = 0;
}

namespace {

/// The tab stop of a long list: one item has it, arrows take it from item to item. What an item consists of
/// is known only while it is drawn, so the focus follows in the frame after the key.
class Roving {
 public:
  Roving(NodeId list, std::size_t count, std::size_t columns)
      : stop_(state().memory[hash(list, "stop")]),
        wanted_(state().memory[hash(list, "wanted")]),
        inside_(state().memory[hash(list, "inside")]),
        count_(count),
        columns_(columns) {}

  bool inside() const { return inside_ != 0; }
  /// Of the items between these two one must be the stop.
  void keep_between(std::size_t first, std::size_t last) {
    const auto at = static_cast<std::size_t>(stop_);
    if (at < first || at >= last) stop_ = static_cast<double>(first);
  }
  template <typename Draw>
  void item(std::size_t index, const Draw& draw) {
    State& s = state();
    const bool skipped = s.skipped, had_focus = s.has_focus;
    s.skipped = skipped || static_cast<double>(index) != stop_;
    s.has_focus = false;
    s.first_stop = 0;
    draw();
    if (s.has_focus) focused_ = static_cast<int>(index);
    if (wanted_ == static_cast<double>(index) + 1 && s.first_stop != 0) {
      focus(s.first_stop);
      wanted_ = 0;
    }
    s.skipped = skipped;
    s.has_focus = s.has_focus || had_focus;
  }
  /// After the items: the one that an arrow leads to, or -1.
  int move(std::size_t page) {
    State& s = state();
    if (focused_ < 0) {
      inside_ = 0;
      return -1;
    }
    inside_ = 1;
    stop_ = focused_;
    const int last = static_cast<int>(count_) - 1, line = static_cast<int>(columns_);
    int to = focused_;
    for (const platform::Key& key : s.input->keys) {
      if (key.control || key.alt) continue;
      if (key.name == "ArrowDown" && to + line <= last) to += line;
      if (key.name == "ArrowUp" && to >= line) to -= line;
      if (key.name == "ArrowRight" && line > 1) to = std::min(to + 1, last);
      if (key.name == "ArrowLeft" && line > 1) to = std::max(to - 1, 0);
      if (key.name == "PageDown") to = std::min(to + static_cast<int>(page) * line, last);
      if (key.name == "PageUp") to = std::max(to - static_cast<int>(page) * line, 0);
      if (key.name == "Home") to = 0;
      if (key.name == "End") to = last;
    }
    if (to == focused_) return -1;
    wanted_ = to + 1;
    stop_ = to;
    request_another_frame();
    return to;
  }

 private:
  double &stop_, &wanted_, &inside_;
  std::size_t count_, columns_;
  int focused_ = -1;
};

}  // namespace

void virtual_list(std::string_view key, Rect rect, const VirtualOptions& options,
                  const std::function<void(std::size_t index, Rect rect)>& draw) {
  const Group group(key, Role::list, options.name, rect);
  const NodeId id = id_of("scroll");
  ScrollState& scroll = scroll_begin(id, rect, Axis::vertical);
  if (scroll.version != options.version) {
    scroll.version = options.version;
    scroll.offset = 0;
    scroll.velocity = 0;
  }
  const auto columns = static_cast<std::size_t>(std::max(options.columns, 1));
  Roving roving(id, options.count, columns);
  if (!roving.inside()) scroll_by_keys(id, scroll);
  const std::size_t rows = (options.count + columns - 1) / columns;
  const double step = static_cast<double>(options.item_height + options.gap);
  // One row more than can be seen on either side, so that the keyboard finds the next one.
  const auto first = static_cast<std::size_t>(std::max(std::floor(scroll.offset / step) - 1, 0.0));
  const auto last = std::min(
      rows, static_cast<std::size_t>(std::ceil((scroll.offset + static_cast<double>(rect.h)) / step)) + 1);
  roving.keep_between(static_cast<std::size_t>(std::max(std::ceil(scroll.offset / step), 0.0)) * columns,
                      last * columns);
  for (std::size_t row = first; row < last; ++row) {
    const auto y = static_cast<float>(std::floor(static_cast<double>(row) * step - scroll.offset));
    const Rect line{rect.x + options.padding, rect.y + y, rect.w - 2 * options.padding, options.item_height};
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t index = row * columns + column;
      if (index >= options.count) break;
      const Rect box = line.column(static_cast<int>(column), static_cast<int>(columns), options.gap);
      std::string place;
      add_extra(place, "set", static_cast<std::int64_t>(options.count));
      add_extra(place, "pos", static_cast<std::int64_t>(index) + 1);
      const Scope scope(static_cast<std::uint64_t>(index));
      state().item_extra = std::move(place);
      roving.item(index, [&] {
        const Group item("item", Role::listitem, {}, box);
        draw(index, box);
      });
    }
  }
  if (const int to =
          roving.move(static_cast<std::size_t>(std::max(static_cast<double>(rect.h) / step - 1, 1.0)));
      to >= 0) {
    const double top = static_cast<double>(static_cast<std::size_t>(to) / columns) * step;
    const double bottom =
        top + static_cast<double>(options.item_height + options.padding_bottom) - static_cast<double>(rect.h);
    scroll.velocity = 0;
    scroll.offset = std::max(std::min(scroll.offset, top), std::max(bottom, 0.0));
  }
  const double content = rows == 0 ? 0
                                   : static_cast<double>(rows) * step - static_cast<double>(options.gap) +
                                         static_cast<double>(options.padding_bottom);
  draw_scroll_bar(scroll, std::max(content, 1.0));
  scroll_end(scroll, content);
}

RowPress row(std::string_view key, Rect rect, const Row& content) {
  State& s = state();
  const NodeId id = id_of(key);
  const Scope scope(key);
  const bool swipes = !content.remove.empty();
  const Theme& t = theme();
  const bool touch = s.platform->viewport().touch;
  RowPress result = RowPress::none;
  const Did did = interact(
      id, rect, {.enabled = content.pressable || swipes, .long_press = content.pressable, .swipe_x = swipes});
  std::string name(content.name);
  if (name.empty()) {
    for (const std::string_view part :
         {content.title, content.detail, content.trailing, content.trailing_detail}) {
      if (part.empty()) continue;
      if (!name.empty()) name += ", ";
      name += part;
    }
  }
  record(id, content.pressable ? Role::button : Role::text, name, rect,
         content.pressable ? flag::focusable | (content.selected ? flag::current : 0) : 0);
  if (content.pressable && did.clicked) result = RowPress::tap;
  if (did.long_pressed) result = RowPress::long_press;

  float slid = 0;
  if (swipes) {
    if (s.swiping == id) {
      slid = std::min(s.swipe_x, 0.0f);
      s.animations[hash(id, "slide")] = {slid, slid, slid, s.input->time_ms, s.frame};
    } else {
      if (s.swiped == id && (s.swipe_x < -rect.w * 0.35f || s.swipe_velocity_x < -900))
        result = RowPress::remove;
      slid = animate(hash(id, "slide"), 0);
    }
  }
  if (!visible(rect) && !swipes) return result;
  if (slid < -1) {
    paint::box(rect, radius::field, t.bad);
    Rect under = rect.inset(space::l, 0);
    paint::words(under, "Remove", {TextSize::body, Weight::semibold, Tone::on_bad, Align::right, 1, true});
  }
  const Rect box = rect.moved(slid, 0);
  if (slid < -1) paint::box(box, 0, t.surface);
  if (content.selected) paint::box(box, radius::field, t.accent_soft);
  if (content.pressable) {
    const float press = animate(hash(id, "press"), did.held ? 1.0f : did.hovered ? 0.5f : 0.0f, 120);
    if (press > 0) paint::box(box, radius::field, faded(t.control, press));
  }
  Rect inside = box.inset(space::s, 0);
  inside.w -= content.keep_right;
  if (swipes && !touch) inside.w -= touch_min;
  if (!content.initials.empty() || content.icon != nullptr || !content.picture.empty()) {
    const Rect mark = inside.cut_left(40, space::m).centred(40, 40);
    if (content.icon != nullptr) {
      paint::box(mark, 20, t.control);
      paint::icon(mark, content.icon, t.text, 20);
    } else {
      picture(mark, content.picture, content.initials, content.seed);
    }
  }
  if (content.chevron) paint::icon(inside.cut_right(20, space::xs), icon_chevron_right, t.muted, 20);
  const auto two_lines = [&](Rect place, std::string_view first, std::string_view second,
                             const TextStyle& above, const TextStyle& below) {
    const float h1 = std::max(text_height(first, place.w, above), line_of(above.size));
    const float h2 = second.empty() ? 0 : line_of(below.size);
    const float y = place.middle_y() - (h1 + h2) / 2;
    paint::words({place.x, y, place.w, h1}, first, above);
    if (!second.empty()) paint::words({place.x, y + h1, place.w, h2}, second, below);
  };
  const TextStyle strong{TextSize::body, Weight::semibold, content.trailing_tone, Align::right};
  const TextStyle weak{TextSize::small, Weight::regular, Tone::muted, Align::right};
  if (!content.trailing.empty() || !content.trailing_detail.empty()) {
    const float width =
        std::max(text_width(content.trailing, strong), text_width(content.trailing_detail, weak));
    two_lines(inside.cut_right(std::min(width, inside.w * 0.6f), space::m), content.trailing,
              content.trailing_detail, strong, weak);
  }
  const TextStyle title{TextSize::body, Weight::regular, Tone::text, Align::left, content.title_lines};
  const TextStyle detail{TextSize::small, Weight::regular, Tone::muted};
  two_lines(inside, content.title, content.detail, title, detail);
  if (did.ring) paint::focus_ring(rect.inset(3), radius::field);

  if (swipes) {
    // For a mouse, a keyboard and screen readers the same as a button; on touch screens seen while it has the
    // focus.
    const Rect bin{rect.right() - touch_min - content.keep_right, rect.y, touch_min, rect.h};
    const NodeId bin_id = id_of("remove");
    if (touch) {
      Did button;
      for (const NodeId activated : s.input->activated)
        button.clicked = button.clicked || activated == bin_id;
      record(bin_id, Role::button, content.remove, bin, flag::focusable);
      if (s.focused == bin_id && s.input->focus_visible) {
        const Rect mark = bin.centred(44, 44);
        paint::box(mark, radius::button, t.bad);
        paint::icon(mark, icon_trash_2, t.on_bad, 20);
        paint::focus_ring(mark, radius::button);
      }
      if (button.clicked) result = RowPress::remove;
    } else if (icon_button("remove", bin, icon_trash_2, content.remove)) {
      result = RowPress::remove;
    }
  }
  return result;
}

int table(std::string_view key, Rect rect, std::string_view name, std::span<const Column> columns,
          std::size_t rows, const std::function<std::string(std::size_t row, std::size_t column)>& cell) {
  constexpr float header_height = 44, line = 44;
  const Group group(key, Role::table, name, rect);
  const Theme& t = theme();
  float fixed = 0;
  int shared = 0;
  for (const Column& column : columns) {
    fixed += column.width;
    shared += column.width == 0 ? 1 : 0;
  }
  const float share = shared == 0 ? 0 : std::max(rect.w - fixed, 0.0f) / static_cast<float>(shared);
  const auto each_column = [&](Rect place, auto draw_cell) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Rect box = place.cut_left(columns[i].width > 0 ? columns[i].width : share);
      draw_cell(i, box, box.inset(space::m, 0));
    }
  };
  Rect rest = rect;
  const Rect header = rest.cut_top(header_height);
  paint::box({header.x, header.bottom() - 1, header.w, 1}, 0, t.line);
  {
    const Group row_group("header", Role::row, {}, header);
    each_column(header, [&](std::size_t i, Rect box, Rect inside) {
      record(hash(id_of("head"), static_cast<std::uint64_t>(i)), Role::columnheader, columns[i].title, box);
      paint::words(inside, columns[i].title,
                   {TextSize::small, Weight::semibold, Tone::muted, columns[i].align, 1, true});
    });
  }
  int pressed = -1;
  const NodeId id = id_of("scroll");
  ScrollState& scroll = scroll_begin(id, rest, Axis::vertical);
  scroll_by_keys(id, scroll);
  const auto first = static_cast<std::size_t>(scroll.offset / static_cast<double>(line));
  const auto last = std::min(rows, static_cast<std::size_t>((scroll.offset + static_cast<double>(rest.h)) /
                                                            static_cast<double>(line)) +
                                       2);
  for (std::size_t i = first; i < last; ++i) {
    const auto y =
        static_cast<float>(std::floor(static_cast<double>(i) * static_cast<double>(line) - scroll.offset));
    const Rect box{rest.x, rest.y + y, rest.w, line};
    const Scope scope(static_cast<std::uint64_t>(i));
    const NodeId row_id = id_of("row");
    const Did did = interact(row_id, box);
    Node& node = record(row_id, Role::row, {}, box, flag::focusable);
    add_extra(node.extra, "row", static_cast<std::int64_t>(i) + 2);
    if (did.held || did.hovered) paint::box(box, 0, faded(t.control, did.held ? 1.0f : 0.5f));
    paint::box({box.x, box.bottom() - 1, box.w, 1}, 0, t.line);
    push_parent(row_id);
    each_column(box, [&](std::size_t c, Rect area, Rect inside) {
      const std::string words = cell(i, c);
      record(hash(row_id, static_cast<std::uint64_t>(c) + 7), Role::cell, words, area);
      paint::words(inside, words, {TextSize::small, Weight::regular, Tone::text, columns[c].align, 1, true});
    });
    pop_parent();
    if (did.ring) paint::focus_ring(box.inset(4), radius::field);
    if (did.clicked) pressed = static_cast<int>(i);
  }
  const double content = static_cast<double>(rows) * static_cast<double>(line);
  draw_scroll_bar(scroll, std::max(content, 1.0));
  scroll_end(scroll, content);
  return pressed;
}

}  // namespace ringup::ui
