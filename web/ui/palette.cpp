#include "web/ui/palette.h"

#include <algorithm>
#include <cmath>

#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float width_max = 640, top = 96, list_max = 440;
constexpr float line = 44, title_line = 34, field_line = 60, foot = 44;

void draw_foot(Rect rect) {
  paint::box({rect.x, rect.y, rect.w, 1}, 0, theme().line);
  Rect row = rect.inset(space::l, 0);
  struct Hint {
    std::string_view keys, words;
  };
  constexpr Hint hints[] = {{"↑ ↓", "to move"}, {"Enter", "to open"}, {"Esc", "to close"}};
  const TextStyle style{TextSize::small, Weight::regular, Tone::muted, Align::left, 1, true};
  for (const Hint& hint : hints) {
    const float words = text_width(hint.words, style);
    if (row.w < words + 80) break;
    row.cut_left(key_hint(row.centred(row.w, 24), hint.keys), space::s);
    paint::words(row.cut_left(words + 2, space::l), hint.words, style);
  }
}

// One line of the list; true when it was pressed.
struct LineResult {
  bool clicked = false, pointed = false;
  NodeId id = 0;
};
LineResult draw_line(Rect row, const PaletteItem& item, bool active, int position, int count) {
  State& s = state();
  const NodeId id = id_of("option");
  const Did did = interact(id, row);
  std::string name(item.title);
  if (!item.detail.empty()) name.append(", ").append(item.detail);
  Node& node = record(id, Role::option, name, row, flag::has_selected | (active ? flag::selected : 0));
  add_extra(node.extra, "set", std::int64_t{count});
  add_extra(node.extra, "pos", std::int64_t{position});
  const LineResult result{did.clicked, did.hovered && s.pointer_moved, id};
  if (!visible(row)) return result;
  const Theme& t = theme();
  if (active || did.held) paint::box(row.inset(space::s, 0), radius::field, t.accent_soft);
  Rect inside = row.inset(space::l + space::xs, 0);
  paint::icon(inside.cut_left(20, space::m), item.icon, active ? t.accent : t.muted, 20);
  const TextStyle title{TextSize::body, Weight::regular, Tone::text, Align::left, 1, true};
  const TextStyle detail{TextSize::small, Weight::regular, Tone::muted, Align::right, 1, true};
  if (!item.detail.empty()) {
    const float room = std::max(inside.w - text_width(item.title, title) - space::l, inside.w * 0.3f);
    paint::words(inside.cut_right(std::min(text_width(item.detail, detail) + 2, room), space::l), item.detail,
                 detail);
  }
  paint::words(inside, item.title, title);
  return result;
}

}  // namespace

PaletteResult palette(std::string_view key, bool& open, std::string& typed,
                      std::span<const PaletteItem> items, std::uint64_t version,
                      const PaletteOptions& options) {
  PaletteResult result;
  if (!open) return result;
  State& s = state();
  const Scope scope(key);
  const NodeId id = id_of("palette"), area = id_of("scroll"), field = id_of("field");
  const bool first = fresh(id);
  const int count = static_cast<int>(items.size());
  double& memory = s.memory[hash(id, "at")];
  double& known_version = s.memory[hash(id, "version")];
  if (first || known_version != static_cast<double>(version)) {
    memory = 0;
    s.scrolls[area].offset = 0;
    known_version = static_cast<double>(version);
  }
  int at = std::min(static_cast<int>(memory), std::max(count - 1, 0));
  bool moved = false, entered = false;

  s.modals.push_back(id);
  if (first) {
    keep_focus(id);
    announce(options.name);
  }
  const float t = animate_from(hash(id, "drop"), 0, 1, 120);
  paint::box(window(), 0, faded(theme().scrim, t));
  bool dismissed = interact(hash(id, "scrim"), window()).clicked;
  if (on_top(id)) {
    if (key_pressed("Escape") || key_pressed("k", true)) dismissed = !first;
    for (const platform::Key& pressed : s.input->keys) {
      const int before = at;
      if (pressed.name == "ArrowDown") at = at + 1 < count ? at + 1 : 0;
      if (pressed.name == "ArrowUp") at = at > 0 ? at - 1 : std::max(count - 1, 0);
      moved = moved || at != before;
    }
    for (const NodeId submitted : s.input->submitted) entered = entered || submitted == field;
  }

  float content = count == 0 ? line + space::s : space::s;
  float active_top = 0;
  for (int i = 0; i < count; ++i) {
    const PaletteItem& item = items[static_cast<std::size_t>(i)];
    const bool begins = i == 0 || items[static_cast<std::size_t>(i - 1)].group != item.group;
    if (i == at) active_top = begins && i == 0 ? 0 : content;
    if (begins) content += title_line;
    if (i == at && !(begins && i == 0)) active_top = content;
    content += line;
  }
  const Rect around = screen();
  const bool wide = around.w >= wide_min;
  const float width = std::min(width_max, around.w - 2 * space::m);
  const float y = around.y + (wide ? std::min(top, around.h * 0.1f) : space::m);
  const float room = std::max(std::min(list_max, around.bottom() - y - field_line - foot - space::xl), line);
  const float list_height = std::min(std::max(content, line + space::s), room);
  Rect panel{std::round(around.x + (around.w - width) / 2), std::round(y - (1 - t) * 8), width,
             field_line + list_height + foot};
  interact(hash(id, "panel"), panel);
  record(id, Role::dialog, options.name, panel, flag::modal);
  push_parent(id);
  paint::shadow(panel, radius::tile, 24);
  paint::box(panel, radius::tile, theme().raised);
  paint::frame(panel, radius::tile, theme().line);
  push_clip(panel);

  const Rect whole = panel;
  Rect top_row = panel.cut_top(field_line);
  const FieldOptions field_options{.label = options.name,
                                   .hide_label = true,
                                   .placeholder = options.placeholder,
                                   .kind = FieldKind::search,
                                   .enter = EnterHint::go,
                                   .icon = icon_search,
                                   .focus_now = true,
                                   .length_max = 100,
                                   .compact = true,
                                   .active = static_cast<NodeId>(s.memory[hash(id, "active")])};
  const FieldResult written = text_field("field", top_row.inset(space::m, 10), typed, field_options);
  result.changed = written.changed;
  const Rect bottom = panel.cut_bottom(foot);

  const NodeId list = id_of("list");
  record(list, Role::listbox, "Results", panel, 0);
  push_parent(list);
  ScrollState& known = s.scrolls[area];
  if (moved) {
    known.max = std::max(static_cast<double>(content - panel.h), 0.0);
    const double above = static_cast<double>(active_top),
                 below = static_cast<double>(active_top + line + space::s);
    known.offset = std::clamp(known.offset, std::max(below - static_cast<double>(panel.h), 0.0), above);
  }
  ScrollState& scroll = scroll_begin(area, panel, Axis::vertical);
  float row_y = panel.y - std::floor(static_cast<float>(scroll.offset));
  NodeId active = 0, group = 0;
  const TextStyle title{TextSize::small, Weight::semibold, Tone::muted, Align::left, 1, true};
  for (int i = 0; i < count; ++i) {
    const PaletteItem& item = items[static_cast<std::size_t>(i)];
    if (i == 0 || items[static_cast<std::size_t>(i - 1)].group != item.group) {
      if (group != 0) pop_parent();
      const Rect head{panel.x, row_y, panel.w, title_line};
      group = hash(hash(id, "group"), static_cast<std::uint64_t>(i));
      record(group, Role::group, item.group, head);
      push_parent(group);
      if (visible(head)) paint::words(head.inset(space::l + space::xs, 0).moved(0, 4), item.group, title);
      row_y += title_line;
    }
    const Scope line_scope(static_cast<std::uint64_t>(i));
    const LineResult did = draw_line({panel.x, row_y, panel.w, line}, item, i == at, i + 1, count);
    if (did.pointed) at = i;
    if (i == at) active = did.id;
    if (did.clicked) result.chosen = i;
    row_y += line;
  }
  if (group != 0) pop_parent();
  const Rect rest{panel.x + space::l + space::xs, row_y, panel.w - 2 * space::l, line};
  if (options.busy && count == 0)
    text("state", rest, "Searching…", {.tone = Tone::muted, .middle = true});
  else if (count == 0)
    text("state", rest, options.nothing, {.tone = Tone::muted, .middle = true});
  scroll_end(scroll, static_cast<double>(content));
  pop_parent();
  draw_foot(bottom);
  if (options.busy && count > 0) {
    const TextStyle quiet{TextSize::small, Weight::regular, Tone::muted, Align::right, 1, true};
    paint::words(bottom.inset(space::l, 0), "Searching…", quiet);
  }
  (void)whole;
  pop_clip();
  pop_parent();

  if (entered && count > 0) result.chosen = at;
  memory = at;
  if (static_cast<NodeId>(s.memory[hash(id, "active")]) != active) request_another_frame();
  s.memory[hash(id, "active")] = static_cast<double>(active);
  if (!dismissed && result.chosen < 0) return result;
  open = false;
  give_back_focus(id);
  s.animations.erase(hash(id, "drop"));
  s.last_seen.erase(id);
  s.last_seen.erase(field);
  request_another_frame();
  return result;
}

}  // namespace ringup::ui
