// One of several: chips, segments, tabs; on or off: switches, boxes.
#include "web/ui/controls.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

// Arrow keys move the choice while one of the options has the keyboard focus.
bool move_by_arrow(std::span<const NodeId> ids, int& chosen) {
  State& s = state();
  const int count = static_cast<int>(ids.size());
  for (int i = 0; i < count; ++i) {
    if (ids[static_cast<std::size_t>(i)] != s.focused) continue;
    int to = i;
    if (key_pressed("ArrowRight") || key_pressed("ArrowDown")) to = std::min(i + 1, count - 1);
    if (key_pressed("ArrowLeft") || key_pressed("ArrowUp")) to = std::max(i - 1, 0);
    if (key_pressed("Home")) to = 0;
    if (key_pressed("End")) to = count - 1;
    if (to == i) return false;
    chosen = to;
    focus(ids[static_cast<std::size_t>(to)]);
    return true;
  }
  return false;
}

}  // namespace

bool chips(std::string_view key, Rect rect, std::string_view name, std::span<const std::string> labels,
           int& chosen) {
  const Group group(key, Role::group, name, rect);
  const NodeId area = id_of("row");
  ScrollState& scroll = scroll_begin(area, rect, Axis::horizontal);
  constexpr float pad = space::l, height = 40, side = space::l;
  const TextStyle style{TextSize::small, Weight::semibold, Tone::text, Align::centre, 1, true};
  float x = pad;
  bool changed = false;
  const bool first_time = fresh(area);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Scope scope(static_cast<std::uint64_t>(i));
    const NodeId id = id_of("chip");
    const float width = std::max(text_width(labels[i], style) + 2 * side, touch_min);
    const Rect target{rect.x + x - static_cast<float>(static_cast<int>(scroll.offset)), rect.y, width,
                      rect.h};
    const bool on = static_cast<int>(i) == chosen;
    // The chosen one is in view when the row appears.
    if (on && first_time && x + width > rect.w) {
      scroll.offset = static_cast<double>(x + width + pad - rect.w);
      request_another_frame();
    }
    x += width + space::s;
    const Did did = interact(id, target);
    record(id, Role::button, labels[i], target,
           flag::focusable | flag::has_pressed | (on ? flag::pressed : 0));
    if (did.clicked && !on) {
      chosen = static_cast<int>(i);
      changed = true;
    }
    if (!visible(target)) continue;
    const Theme& t = theme();
    const Rect pill = target.centred(target.w, height);
    const float lit = animate(hash(id, "on"), on ? 1.0f : 0.0f, 120);
    const float press = did.held || did.hovered ? 0.08f : 0;
    paint::box(pill, height / 2, mixed(mixed(t.surface, t.accent, lit), t.text, press));
    if (lit < 1) paint::frame(pill, height / 2, faded(t.line, 1 - lit));
    paint::words(pill, labels[i], style, mixed(t.text, t.on_accent, lit));
    if (did.ring) paint::focus_ring(pill.inset(3), height / 2 - 3);
  }
  scroll_end(scroll, static_cast<double>(x - space::s + pad));
  return changed;
}

bool segmented(std::string_view key, Rect rect, std::string_view name,
               std::span<const std::string_view> labels, int& chosen) {
  const Group group(key, Role::radiogroup, name, rect);
  const Theme& t = theme();
  const int count = static_cast<int>(labels.size());
  paint::box(rect, radius::button, t.control);
  const float at = animate(id_of("thumb"), static_cast<float>(chosen), 140);
  const Rect inside = rect.inset(4);
  const float each = inside.w / static_cast<float>(std::max(count, 1));
  const Rect thumb{inside.x + each * at, inside.y, each, inside.h};
  paint::shadow(thumb, radius::button - 3, 3);
  paint::box(thumb, radius::button - 3, t.dark ? mixed(t.raised, t.text, 0.18f) : t.surface);
  bool changed = false;
  std::vector<NodeId> ids;
  for (int i = 0; i < count; ++i) {
    const Scope scope(static_cast<std::uint64_t>(i));
    const NodeId id = id_of("segment");
    ids.push_back(id);
    const Rect target = rect.column(i, count);
    const Did did = interact(id, target);
    const bool on = i == chosen;
    record(id, Role::radio, labels[static_cast<std::size_t>(i)], target,
           flag::focusable | flag::has_checked | (on ? flag::checked : 0));
    if (did.clicked && !on) {
      chosen = i;
      changed = true;
    }
    const TextStyle style{
        TextSize::small, Weight::semibold, on ? Tone::text : Tone::muted, Align::centre, 1, true};
    paint::words(target.inset(space::xs, 0), labels[static_cast<std::size_t>(i)], style);
    if (did.ring) paint::focus_ring(target.inset(6), radius::field);
  }
  return move_by_arrow(ids, chosen) || changed;
}

bool tabs(std::string_view key, Rect rect, std::string_view name, std::span<const std::string_view> labels,
          int& chosen) {
  const Group group(key, Role::tablist, name, rect);
  const Theme& t = theme();
  paint::box({rect.x, rect.bottom() - 1, rect.w, 1}, 0, t.line);
  float x = rect.x;
  bool changed = false;
  std::vector<NodeId> ids;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Scope scope(static_cast<std::uint64_t>(i));
    const NodeId id = id_of("tab");
    ids.push_back(id);
    const bool on = static_cast<int>(i) == chosen;
    const TextStyle style{
        TextSize::body, Weight::semibold, on ? Tone::accent : Tone::muted, Align::centre, 1, true};
    const float width = std::max(text_width(labels[i], style) + 2 * space::m, touch_min);
    const Rect target{x, rect.y, width, rect.h};
    x += width + space::s;
    const Did did = interact(id, target);
    record(id, Role::tab, labels[i], target,
           flag::focusable | flag::has_selected | (on ? flag::selected : 0));
    if (did.clicked && !on) {
      chosen = static_cast<int>(i);
      changed = true;
    }
    if (did.held || did.hovered) paint::box(target.inset(0, 4), radius::field, t.control);
    paint::words(target, labels[i], style);
    const float lit = animate(hash(id, "on"), on ? 1.0f : 0.0f, 140);
    if (lit > 0) {
      const float half = (target.w / 2 - space::s) * lit;
      paint::box({target.middle_x() - half, rect.bottom() - 3, 2 * half, 3}, 1.5f, t.accent);
    }
    if (did.ring) paint::focus_ring(target.inset(5), radius::field);
  }
  return move_by_arrow(ids, chosen) || changed;
}

namespace {

bool on_off(std::string_view key, Rect rect, std::string_view label, bool& on, Role role) {
  const NodeId id = id_of(key);
  const Did did = interact(id, rect);
  record(id, role, label, rect, flag::focusable | flag::has_checked | (on ? flag::checked : 0));
  if (did.clicked) on = !on;
  if (!visible(rect)) return did.clicked;
  const Theme& t = theme();
  const float lit = animate(hash(id, "on"), on ? 1.0f : 0.0f, 140);
  const TextStyle style{TextSize::body, Weight::regular, Tone::text, Align::left, 2, true};
  Rect rest = rect;
  if (role == Role::toggle) {
    const Rect track = rest.cut_right(52, space::m).centred(52, 32);
    paint::box(track, 16, mixed(t.outline, t.accent, lit));
    paint::circle(track.x + 16 + 20 * lit, track.middle_y(), 12,
                  t.dark ? mixed(t.text, t.on_accent, lit) : t.surface);
  } else {
    const Rect mark = rest.cut_left(24, space::m).centred(24, 24);
    paint::box(mark, 6, mixed(t.surface, t.accent, lit));
    if (lit < 1) paint::frame(mark, 6, t.outline, 2);
    if (lit > 0) paint::icon(mark, icon_check, faded(t.on_accent, lit), 18);
  }
  paint::words(rest, label, style);
  if (did.ring) paint::focus_ring(rect, radius::field);
  return did.clicked;
}

}  // namespace

bool toggle(std::string_view key, Rect rect, std::string_view label, bool& on) {
  return on_off(key, rect, label, on, Role::toggle);
}

bool checkbox(std::string_view key, Rect rect, std::string_view label, bool& on) {
  return on_off(key, rect, label, on, Role::checkbox);
}

}  // namespace ringup::ui
