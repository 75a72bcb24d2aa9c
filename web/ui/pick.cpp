#include "web/ui/pick.h"

#include <algorithm>
#include <cmath>

#include "core/base/fold.h"
#include "web/ui/controls.h"
#include "web/ui/menus.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float line = 36, search_height = 40;
constexpr std::size_t lines_max = 8;

bool searched(const PickList& list) {
  return list.choices.size() >= pick_search_from;
}

}  // namespace

float pick_height(const PickList& list) {
  const std::size_t lines = list.choices.size() + (list.none.empty() ? 0 : 1);
  return static_cast<float>(std::clamp<std::size_t>(lines, 1, lines_max)) * line +
         (searched(list) ? search_height + space::s : 0);
}

int pick_list(Rect box, const PickList& list) {
  State& s = state();
  const NodeId id = id_of("list"), field = id_of("search");
  const bool first = fresh(hash(id, "fresh"));
  std::string& search = s.texts[id];
  double& memory = s.memory[hash(id, "at")];
  if (first) search.clear();
  Rect rest = box;
  // The lines that match, as indices of choices; -1 is the line of none.
  std::vector<int> lines;
  if (!list.none.empty() && search.empty()) lines.push_back(-1);
  const std::u16string wanted = fold(search);
  for (int i = 0; i < static_cast<int>(list.choices.size()); ++i) {
    if (wanted.empty() ||
        fold(list.choices[static_cast<std::size_t>(i)]).find(wanted) != std::u16string::npos)
      lines.push_back(i);
  }
  const int count = static_cast<int>(lines.size());
  int at = static_cast<int>(memory) - 1;
  if (first) {
    at = -1;
    for (int i = 0; i < count && at < 0; ++i) {
      if (list.on(lines[static_cast<std::size_t>(i)])) at = i;
    }
  }
  at = std::min(at, count - 1);
  bool entered = false;
  const bool here = s.focused == id || s.focused == field;
  if (here) {
    for (const platform::Key& key : s.input->keys) {
      if (key.name == "ArrowDown") at = std::min(at + 1, count - 1);
      if (key.name == "ArrowUp") at = std::max(at - 1, 0);
      if (s.focused != id) continue;
      if (key.name == "Home") at = 0;
      if (key.name == "End") at = count - 1;
      if (key.name == "Enter" || key.name == " ") entered = true;
    }
    for (const NodeId submitted : s.input->submitted) entered = entered || submitted == field;
  }
  if (searched(list)) {
    const FieldOptions options{.label = "Search",
                               .hide_label = true,
                               .placeholder = "Search",
                               .kind = FieldKind::search,
                               .enter = EnterHint::done,
                               .icon = icon_search,
                               .focus_now = true,
                               .compact = true,
                               .active = static_cast<NodeId>(s.memory[hash(id, "active")])};
    if (text_field("search", rest.cut_top(search_height, space::s), search, options).changed) {
      at = search.empty() ? -1 : 0;
      request_another_frame();
    }
  } else if (first) {
    focus(id);
  }
  Node& node =
      record(id, Role::listbox, list.name, rest, searched(list) ? 0 : flag::focusable | flag::skipped);
  if (list.many) add_extra(node.extra, "many", std::int64_t{1});
  const std::size_t node_at = s.nodes.size();
  push_parent(id);
  const NodeId area = id_of("scroll");
  ScrollState& known = s.scrolls[area];
  if (at >= 0 && (first || at != static_cast<int>(memory) - 1)) {
    const double top = static_cast<double>(at) * static_cast<double>(line);
    const double view = static_cast<double>(rest.h);
    known.max = std::max(static_cast<double>(count) * static_cast<double>(line) - view, 0.0);
    if (first) known.offset = 0;
    known.offset = std::clamp(known.offset, top + static_cast<double>(line) - view, std::max(top, 0.0));
  }
  ScrollState& scroll = scroll_begin(area, rest, Axis::vertical);
  const Theme& t = theme();
  int chosen = pick_nothing;
  NodeId active = 0;
  // Beside the bar that shows where one is.
  const float width = static_cast<float>(count) * line > rest.h ? rest.w - 10 : rest.w;
  const auto from = static_cast<int>(scroll.offset / static_cast<double>(line));
  const int to = std::min(count, from + static_cast<int>(rest.h / line) + 2);
  const TextStyle style{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  for (int i = from; i < to; ++i) {
    const int choice = lines[static_cast<std::size_t>(i)];
    const std::string_view words =
        choice < 0 ? list.none : std::string_view(list.choices[static_cast<std::size_t>(choice)]);
    const Scope scope(static_cast<std::uint64_t>(choice + 1));
    const Rect row{rest.x,
                   rest.y + std::floor(static_cast<float>(i) * line - static_cast<float>(scroll.offset)),
                   width, line};
    const NodeId row_id = id_of("option");
    const Did did = interact(row_id, row);
    const bool on = list.on(choice);
    if (did.hovered && s.pointer_moved) at = i;
    Node& option = record(row_id, Role::option, words, row, flag::has_selected | (on ? flag::selected : 0));
    add_extra(option.extra, "set", std::int64_t{count});
    add_extra(option.extra, "pos", std::int64_t{i + 1});
    if (i == at) active = option.id;
    if (i == at || did.held) paint::box(row, 6, t.control);
    Rect inside = row.inset(space::m - 2, 0);
    if (list.many) {
      const Rect mark = inside.cut_left(18, 10).centred(18, 18);
      paint::box(mark, 5, on ? t.accent : t.surface);
      if (on)
        paint::icon(mark, icon_check, t.on_accent, 14);
      else
        paint::frame(mark, 5, t.outline, 1.5f);
    } else if (const Rect mark = inside.cut_right(18, space::s); on) {
      paint::icon(mark, icon_check, t.accent, 18);
    }
    paint::words(inside, words, style, choice < 0 ? t.muted : t.text);
    if (did.clicked || (entered && i == at)) chosen = choice;
  }
  if (count == 0)
    text(rest.inset(space::m, space::s), "Nothing found", {TextSize::small, Weight::regular, Tone::muted});
  const double content = static_cast<double>(count) * static_cast<double>(line);
  draw_scroll_bar(scroll, std::max(content, 1.0));
  scroll_end(scroll, content);
  pop_parent();
  memory = at + 1;
  s.memory[hash(id, "active")] = static_cast<double>(active);
  if (!searched(list) && active != 0 && node_at > 0 && s.nodes[node_at - 1].id == id)
    add_extra(s.nodes[node_at - 1].extra, "active", static_cast<std::int64_t>(active));
  return chosen;
}

// --- the drop-down ---

float select_height(const SelectOptions& options) {
  return field_height({.label = options.label,
                       .hide_label = options.hide_label,
                       .error = options.error,
                       .hint = options.hint,
                       .compact = options.compact});
}

bool closed_box(NodeId id, Rect& rect, std::string_view value, Icon icon, std::string_view popup, bool open,
                const SelectOptions& options) {
  State& s = state();
  const Theme& t = theme();
  if (!options.hide_label) {
    const Rect label = rect.cut_top(line_of(TextSize::small), space::xs);
    if (visible(label)) paint::words(label, options.label, {TextSize::small, Weight::semibold, Tone::text});
  }
  Rect below = rect;
  const Rect box = below.cut_top(options.compact ? 40.0f : 52.0f, space::xs);
  rect = box;
  const Did did = interact(id, box, {.enabled = !options.disabled});
  std::uint32_t flags = flag::focusable | flag::has_expanded | (open ? flag::expanded : 0);
  if (options.disabled) flags |= flag::disabled;
  if (!options.error.empty()) flags |= flag::invalid;
  Node& node = record(id, Role::combobox, options.label, box, flags);
  node.value = value.empty() ? options.placeholder : value;
  add_extra(node.extra, "popup", popup);
  if (!options.error.empty())
    add_extra(node.extra, "desc", options.error);
  else if (!options.hint.empty())
    add_extra(node.extra, "desc", options.hint);
  if (visible(box)) {
    paint::box(box, radius::field,
               options.disabled ? t.control
               : did.hovered    ? mixed(t.surface, t.control, 0.5f)
                                : t.surface);
    if (open || !options.error.empty())
      paint::frame(box, radius::field, open ? t.accent : t.bad, 2);
    else if (!options.disabled)
      paint::frame(box, radius::field, t.outline, 1);
    Rect inside = box.inset(space::m, 0);
    paint::icon(inside.cut_right(18, space::s), icon, t.muted, 18);
    const TextStyle style{options.compact ? TextSize::small : TextSize::body,
                          Weight::regular,
                          Tone::text,
                          Align::left,
                          1,
                          true};
    paint::words(inside, value.empty() ? options.placeholder : value, style,
                 value.empty() || options.disabled ? t.muted : t.text);
    if (did.ring) paint::focus_ring(box, radius::field);
    const Rect words{below.x, below.y, below.w, line_of(TextSize::small)};
    if (!options.error.empty()) {
      record(hash(id, "error"), Role::text, options.error, words);
      paint::words(words, options.error, {TextSize::small, Weight::regular, Tone::bad});
    } else if (!options.hint.empty()) {
      paint::words(words, options.hint, {TextSize::small, Weight::regular, Tone::muted});
    }
  }
  if (options.disabled) return false;
  return did.clicked || (s.focused == id && !open && (key_pressed("ArrowDown") || key_pressed("ArrowUp")));
}

bool select(std::string_view key, Rect rect, std::span<const std::string> choices, int& chosen,
            const SelectOptions& options) {
  State& s = state();
  const NodeId id = id_of(key);
  const Scope scope(key);
  double& memory = s.memory[hash(id, "open")];
  bool open = memory != 0;
  const bool there = chosen >= 0 && chosen < static_cast<int>(choices.size());
  const std::string_view value = there ? std::string_view(choices[static_cast<std::size_t>(chosen)])
                                 : options.none.empty() ? std::string_view()
                                                        : options.none;
  if (closed_box(id, rect, value, icon_chevrons_up_down, "listbox", open, options)) open = true;
  bool changed = false;
  const PickList list{.name = options.label,
                      .choices = choices,
                      .on = [&](int i) { return i == chosen; },
                      .none = options.none};
  const bool was_open = open;
  if (Popover pop("popover", open, rect,
                  {.name = options.label,
                   .width = std::max(rect.w, 200.0f),
                   .height = pick_height(list),
                   .padding = 6,
                   .focus = false});
      pop) {
    if (const int picked = pick_list(pop.body(), list); picked != pick_nothing) {
      changed = picked != chosen;
      chosen = picked;
      open = false;
    }
  }
  if (was_open != (memory != 0)) request_another_frame();
  s.memory[hash(id, "open")] = open ? 1 : 0;
  return changed;
}

// --- filters ---

namespace {

std::string chip_words(const Filter& filter) {
  std::string words = filter.label + ": ";
  if (filter.chosen.size() <= 2) {
    for (std::size_t i = 0; i < filter.chosen.size(); ++i) {
      if (i > 0) words += ", ";
      words += filter.choices[static_cast<std::size_t>(filter.chosen[i])];
    }
  } else {
    words += std::to_string(filter.chosen.size()) + " chosen";
  }
  return words;
}

/// The choices of one filter under its chip or under the button that adds it.
bool filter_choices(std::string_view key, bool& open, Rect anchor, Filter& filter) {
  bool changed = false;
  const PickList list{.name = filter.label,
                      .choices = filter.choices,
                      .on =
                          [&](int i) {
                            return std::find(filter.chosen.begin(), filter.chosen.end(), i) !=
                                   filter.chosen.end();
                          },
                      .many = !filter.single};
  if (Popover pop(
          key, open, anchor,
          {.name = filter.label, .width = 260, .height = pick_height(list), .padding = 6, .focus = false});
      pop) {
    const int picked = pick_list(pop.body(), list);
    if (picked == pick_nothing) return false;
    changed = true;
    if (filter.single) {
      filter.chosen = {picked};
      open = false;
    } else if (std::erase(filter.chosen, picked) == 0) {
      filter.chosen.push_back(picked);
      std::sort(filter.chosen.begin(), filter.chosen.end());
    }
    request_another_frame();
  }
  return changed;
}

}  // namespace

bool filter_chips(std::string_view key, Rect rect, std::span<Filter> filters) {
  State& s = state();
  const Theme& t = theme();
  const Group group(key, Role::group, "Filters", rect);
  const TextStyle style{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  // Which filter's choices are open (its index + 1), and whether the button to add one opened them.
  const NodeId memory = id_of("open"), adding_id = id_of("adding"), add_id = id_of("add");
  auto which = static_cast<int>(s.memory[memory]) - 1;
  bool changed = false, adding = s.memory[adding_id] != 0;
  const ScrollState& scroll = scroll_begin(id_of("row"), rect, Axis::horizontal);
  float x = rect.x - std::floor(static_cast<float>(scroll.offset));
  const float begin = x;
  Rect anchor;
  for (int i = 0; i < static_cast<int>(filters.size()); ++i) {
    Filter& filter = filters[static_cast<std::size_t>(i)];
    if (filter.chosen.empty() && (which != i || adding)) continue;
    const Scope scope(static_cast<std::uint64_t>(i));
    const std::string words = chip_words(filter);
    const float width = std::min(text_width(words, style), 280.0f) + 2 * space::m;
    constexpr float cross_width = 32;
    const Rect chip{x, rect.y, width + cross_width, rect.h};
    x += chip.w + space::s;
    const Rect body{chip.x, chip.y, width, chip.h}, cross{chip.x + width, chip.y, cross_width, chip.h};
    const NodeId id = id_of("chip"), cross_id = id_of("cross");
    const Did did = interact(id, body), crossed = interact(cross_id, cross);
    record(id, Role::button, words, body,
           flag::focusable | flag::has_expanded | (which == i ? flag::expanded : 0));
    record(cross_id, Role::button, "Remove filter " + filter.label, cross, flag::focusable);
    paint::box(chip, radius::field, t.accent_soft);
    if (did.hovered || did.held || which == i) paint::box(chip, radius::field, faded(t.accent, 0.10f));
    paint::words(body.inset(space::m, 0), words, style, t.accent);
    if (crossed.hovered || crossed.held) paint::box(cross.centred(24, 24), 6, faded(t.accent, 0.18f));
    paint::icon(cross, icon_x, t.accent, 16);
    if (did.ring) paint::focus_ring(body.inset(3), radius::field);
    if (crossed.ring) paint::focus_ring(cross.inset(5), 6);
    if (did.clicked) which = i;
    if (crossed.clicked) {
      filter.chosen.clear();
      which = -1;
      changed = true;
      focus(add_id);
    }
    if (which == i && !adding) anchor = chip;
  }
  std::vector<MenuItem> items;
  std::vector<int> unset;
  for (int i = 0; i < static_cast<int>(filters.size()); ++i) {
    const Filter& filter = filters[static_cast<std::size_t>(i)];
    if (!filter.chosen.empty()) continue;
    items.push_back({.label = filter.label, .icon = filter.icon});
    unset.push_back(i);
  }
  const std::string_view label = items.size() == filters.size() ? "Filter" : "Add filter";
  const Rect add{x, rect.y, text_width(label, {TextSize::small, Weight::semibold}) + 26 + 2 * space::m,
                 rect.h};
  x += add.w;
  if (!items.empty()) {
    const int picked = menu_button("add", add, label, items, {.kind = Kind::quiet, .icon = icon_list_filter});
    if (picked >= 0) {
      which = unset[static_cast<std::size_t>(picked)];
      adding = true;
    }
    if (which >= 0 && adding) anchor = add;
  }
  scroll_end(state().scrolls[id_of("row")], static_cast<double>(x - begin));
  if (which >= 0 && which < static_cast<int>(filters.size()) && !anchor.empty()) {
    bool open = true;
    if (filter_choices("choices", open, anchor, filters[static_cast<std::size_t>(which)])) changed = true;
    if (!open) which = -1;
  } else {
    which = -1;
  }
  if (which < 0) adding = false;
  if (s.memory[memory] != which + 1) request_another_frame();
  s.memory[memory] = which + 1;
  s.memory[adding_id] = adding ? 1 : 0;
  return changed;
}

}  // namespace ringup::ui
