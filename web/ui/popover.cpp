// Popovers, menus, tooltips: what floats at an anchor.
#include <cmath>

#include "web/ui/figures.h"
#include "web/ui/menus.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float gap = 6, margin = 8, item_height = 36, divider_height = 9, menu_padding = 6;
constexpr double tooltip_after_ms = 500;

// Below the anchor; above it where there is more room.
Rect place_at(Rect anchor, float width, float height, bool right) {
  const Rect all = window();
  const float below = all.bottom() - anchor.bottom() - gap - margin, above = anchor.y - all.y - gap - margin;
  const bool up = height > below && above > below;
  const float h = std::min(height, up ? above : below);
  const float w = std::min(width, all.w - 2 * margin);
  float x = right ? anchor.right() - w : anchor.x;
  x = std::clamp(x, all.x + margin, std::max(all.right() - margin - w, all.x + margin));
  return {std::round(x), std::round(up ? anchor.y - gap - h : anchor.bottom() + gap), w, h};
}

void surface(Rect panel) {
  const Theme& t = theme();
  paint::shadow(panel, radius::button, 20);
  paint::box(panel, radius::button, t.raised);
  paint::frame(panel, radius::button, t.line);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Popover::Popover(std::string_view key, bool& open, Rect anchor, const PopoverOptions& options)
    : scope_(key), open_(open) {
  State& s = state();
  id_ = id_of("popover");
  if (!open || s.muted > 0) return;
  shown_ = true;
  if (fresh(id_)) {
    keep_focus(id_);
    s.memory[hash(id_, "inside")] = 0;
    if (options.focus) focus(id_);
  }
  s.modals.push_back(id_);
  layer_ = std::make_unique<Layer>();
  if (interact(hash(id_, "scrim"), window()).clicked) dismissed_ = true;
  if (on_top(id_) && key_pressed("Escape")) dismissed_ = true;
  const float t = animate_from(hash(id_, "drop"), 0, 1, 120);
  Rect panel = place_at(anchor, options.width, options.height + 2 * options.padding, options.right);
  panel = panel.moved(0, std::round((t - 1) * 6));
  interact(hash(id_, "panel"), panel);
  had_focus_ = s.has_focus;
  s.has_focus = false;
  record(id_, options.role, options.name, panel, flag::focusable | flag::skipped | flag::overlay);
  push_parent(id_);
  surface(panel);
  push_clip(panel);
  body_ = panel.inset(options.padding);
}

Popover::~Popover() {
  if (!shown_) return;
  State& s = state();
  pop_clip();
  pop_parent();
  // Who goes on with Tab leaves it; the focus is where they wanted to go.
  double& inside = s.memory[hash(id_, "inside")];
  const bool left = inside != 0 && !s.has_focus && s.focused != 0;
  if (s.has_focus) inside = 1;
  s.has_focus = s.has_focus || had_focus_;
  layer_.reset();
  if (left) {
    open_ = false;
    s.memory.erase(hash(id_, "before"));
  }
  if (dismissed_) open_ = false;
  if (open_) return;
  if (!left) give_back_focus(id_);
  s.animations.erase(hash(id_, "drop"));
  s.last_seen.erase(id_);
  request_another_frame();
}

int menu(std::string_view key, bool& open, Rect anchor, std::string_view name,
         std::span<const MenuItem> items) {
  State& s = state();
  if (!open) return -1;
  const TextStyle style{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  float width = 180, height = 0;
  bool marks = false;
  for (const MenuItem& item : items) {
    float w = text_width(item.label, style) + 2 * space::m + space::xl;
    if (!item.shortcut.empty()) w += text_width(item.shortcut, style) + space::xl;
    width = std::max(width, w);
    height += item_height + (item.divided ? divider_height : 0);
    marks = marks || item.icon != nullptr || item.checked.has_value();
  }
  if (marks) width += 28;
  Popover pop(key, open, anchor,
              {.name = name,
               .width = std::min(width, 360.0f),
               .height = height,
               .right = anchor.middle_x() > window().middle_x(),
               .role = Role::menu,
               .padding = menu_padding});
  if (!pop) return -1;
  const NodeId id = id_of("popover");
  const int count = static_cast<int>(items.size());
  double& memory = s.memory[hash(id, "at")];
  int at = static_cast<int>(memory) - 1;
  const auto step = [&](int from, int by) {
    for (int i = 0, to = from; i < count; ++i) {
      to = (to + by + count) % count;
      if (!items[static_cast<std::size_t>(to)].disabled) return to;
    }
    return from;
  };
  int chosen = -1;
  if (on_top(id)) {
    for (const platform::Key& k : s.input->keys) {
      if (k.control || k.alt) continue;
      if (k.name == "ArrowDown") at = step(at, 1);
      if (k.name == "ArrowUp") at = step(at < 0 ? 0 : at, -1);
      if (k.name == "Home") at = step(-1, 1);
      if (k.name == "End") at = step(0, -1);
      if ((k.name == "Enter" || k.name == " ") && at >= 0) chosen = at;
      if (k.name.size() == 1 && k.name != " ") {
        for (int i = 1; i <= count; ++i) {
          const int to = (std::max(at, 0) + i) % count;
          const std::string_view label = items[static_cast<std::size_t>(to)].label;
          if (label.empty() || lower(label[0]) != lower(k.name[0])) continue;
          at = to;
          break;
        }
      }
    }
  }
  ScrollState& scroll = scroll_begin(id_of("scroll"), pop.body(), Axis::vertical);
  const Theme& t = theme();
  float y = pop.body().y - std::floor(static_cast<float>(scroll.offset));
  NodeId active = 0;
  for (int i = 0; i < count; ++i) {
    const MenuItem& item = items[static_cast<std::size_t>(i)];
    const Scope scope(static_cast<std::uint64_t>(i));
    if (item.divided) {
      paint::box({pop.body().x, y + 4, pop.body().w, 1}, 0, t.line);
      y += divider_height;
    }
    const Rect box{pop.body().x, y, pop.body().w, item_height};
    y += item_height;
    const NodeId item_id = id_of("item");
    const Did did = interact(item_id, box, {.enabled = !item.disabled});
    if (did.hovered && s.pointer_moved) at = i;
    std::uint32_t flags = item.disabled ? flag::disabled : 0;
    if (item.checked) flags |= flag::has_checked | (*item.checked ? flag::checked : 0);
    Node& node =
        record(item_id, item.checked ? Role::menuitemcheckbox : Role::menuitem, item.label, box, flags);
    if (!item.shortcut.empty()) add_extra(node.extra, "keys", item.shortcut);
    if (i == at) active = node.id;
    if (i == at || did.held) paint::box(box, 6, item.danger ? t.bad_soft : t.control);
    const Color ink = item.disabled ? mixed(t.muted, t.raised, 0.35f) : item.danger ? t.bad : t.text;
    Rect inside = box.inset(space::m - 2, 0);
    if (marks) {
      const Rect mark = inside.cut_left(18, 10);
      if (item.checked) {
        if (*item.checked) paint::icon(mark, icon_check, t.accent, 18);
      } else if (item.icon != nullptr) {
        paint::icon(mark, item.icon, item.danger || item.disabled ? ink : t.muted, 18);
      }
    }
    if (!item.shortcut.empty()) {
      const TextStyle right{TextSize::small, Weight::regular, Tone::muted, Align::right, 1, true};
      paint::words(inside.cut_right(text_width(item.shortcut, right), space::m), item.shortcut, right);
    }
    paint::words(inside, item.label, style, ink);
    if (did.clicked) chosen = i;
  }
  scroll_end(scroll, static_cast<double>(height));
  memory = at + 1;
  for (Node& node : s.nodes) {
    if (node.id == id && active != 0) add_extra(node.extra, "active", static_cast<std::int64_t>(active));
  }
  if (chosen < 0 || items[static_cast<std::size_t>(chosen)].disabled) return -1;
  if (!items[static_cast<std::size_t>(chosen)].checked) {
    open = false;
    memory = 0;
  }
  return chosen;
}

int menu_button(std::string_view key, Rect rect, std::string_view label, std::span<const MenuItem> items,
                const ButtonOptions& options) {
  State& s = state();
  const NodeId memory = hash(id_of(key), "open");
  bool open = s.memory[memory] != 0;
  ButtonOptions all = options;
  all.expanded = open;
  if (button(key, rect, label, all)) open = !open;
  const Scope scope(key);
  const int chosen = menu("menu", open, rect, options.name.empty() ? label : options.name, items);
  s.memory[memory] = open ? 1 : 0;
  return chosen;
}

void tooltip(std::string_view key, Rect rect, std::string_view words, std::string_view keys) {
  State& s = state();
  const NodeId id = id_of(key), since_id = hash(id, "tip");
  const bool shown_by_focus = s.focused == id && s.input->focus_visible;
  const bool resting = s.hot == id && s.active != id && !s.input->touch && !s.input->down;
  if ((!resting && !shown_by_focus) || s.muted > 0) {
    s.memory.erase(since_id);
    return;
  }
  double& since = s.memory[since_id];
  const double now = s.input->time_ms;
  if (since == 0) since = now;
  if (now - since < tooltip_after_ms) {
    wake_in(tooltip_after_ms - (now - since) + 1);
    return;
  }
  const Layer layer;
  const TextStyle style{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  const float extra = keys.empty() ? 0 : text_width(keys, style) + space::m;
  const Rect box = place_at(rect, text_width(words, style) + 2 * space::m + extra, 32, false);
  const Theme& other = theme().dark ? light_theme() : dark_theme();
  paint::box(box, radius::field, theme().dark ? rgb(0xE9EDF2) : rgb(0x20262E));
  record(hash(id, "words"), Role::tooltip, words, box, flag::overlay);
  Rect inside = box.inset(space::m, 0);
  if (!keys.empty())
    paint::words(inside.cut_right(text_width(keys, style), space::s), keys, style, other.muted);
  paint::words(inside, words, style, other.text);
}

}  // namespace ringup::ui
