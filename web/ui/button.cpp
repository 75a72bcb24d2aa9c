#include "web/ui/controls.h"

#include <cmath>

#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float compact_max = 40;

struct Look {
  Color fill, ink;
  bool framed;
};

Look look_of(Kind kind, bool enabled) {
  const Theme& t = theme();
  if (!enabled)
    return {kind == Kind::quiet ? faded(t.control, 0) : t.control, mixed(t.muted, t.control, 0.25f), false};
  switch (kind) {
    case Kind::primary:
      return {t.accent, t.on_accent, false};
    case Kind::secondary:
      return {t.control, t.text, false};
    case Kind::quiet:
      return {faded(t.control, 0), t.text, false};
    case Kind::danger:
      return {t.bad, t.on_bad, false};
  }
  return {t.control, t.text, false};
}

}  // namespace

bool button(std::string_view key, Rect rect, std::string_view label, const ButtonOptions& options) {
  const NodeId id = id_of(key);
  const bool enabled = !options.disabled && !options.busy;
  const Did did = interact(id, rect, {.enabled = enabled});
  std::uint32_t flags = flag::focusable;
  if (!enabled) flags |= flag::disabled;
  if (options.busy) flags |= flag::busy;
  if (options.pressed) flags |= flag::has_pressed | (*options.pressed ? flag::pressed : 0);
  if (options.expanded) flags |= flag::has_expanded | (*options.expanded ? flag::expanded : 0);
  std::string name(options.name.empty() ? label : options.name);
  if (options.name.empty() && !options.detail.empty()) name.append(", ").append(options.detail);
  record(id, Role::button, name, rect, flags);
  if (!visible(rect)) return did.clicked;

  Look look = look_of(options.kind, enabled);
  const bool down = options.pressed.value_or(false);
  if (down && enabled && options.kind != Kind::primary) {
    look.fill = theme().accent_soft;
    look.ink = theme().accent;
  }
  const float press = animate(hash(id, "press"), did.held ? 1.0f : did.hovered ? 0.45f : 0.0f, 120);
  const bool bare = look.fill >> 24 == 0;
  if (press > 0)
    look.fill = bare ? faded(theme().control, press) : mixed(look.fill, theme().text, 0.12f * press);
  const bool compact = rect.h <= compact_max;
  const float corner = compact ? radius::field : radius::button;
  paint::box(rect, corner, look.fill);
  if (down && enabled) paint::frame(rect, corner, theme().accent, 1.5f);

  // Low buttons are the desk's: smaller type, icon and corners.
  const TextStyle style{
      compact ? TextSize::small : options.size, Weight::semibold, Tone::text, Align::left, 1, true};
  const TextStyle small{TextSize::small, Weight::regular, Tone::text, Align::left, 1, true};
  const float icon_size = compact ? 18 : 24;
  const float icon_room = options.icon == nullptr ? 0 : icon_size + (label.empty() ? 0 : space::s);
  const Rect inside = rect.inset(label.empty() ? 0 : space::m, 0);
  const float width =
      std::min(icon_room + std::max(text_width(label, style),
                                    options.detail.empty() ? 0 : text_width(options.detail, small)),
               inside.w);
  Rect content = options.align == Align::left
                     ? Rect{inside.x, inside.y, inside.w, inside.h}
                     : Rect{inside.x + (inside.w - width) / 2, inside.y, width, inside.h};
  if (options.icon != nullptr) {
    const Rect place = label.empty() ? rect : content.cut_left(icon_size, space::s);
    paint::icon(place, options.icon, look.ink, icon_size);
  }
  if (options.detail.empty()) {
    paint::words(content, label, style, look.ink);
  } else {
    const float first = line_of(options.size), both = first + line_of(TextSize::small);
    const Rect lines = {content.x, content.middle_y() - both / 2, content.w, both};
    paint::words({lines.x, lines.y, lines.w, first}, label, style, look.ink);
    paint::words({lines.x, lines.y + first, lines.w, both - first}, options.detail, small,
                 faded(look.ink, 0.8f));
  }
  if (did.ring) paint::focus_ring(rect, corner);
  return did.clicked;
}

bool pill(std::string_view key, Rect area, Icon icon, std::string_view words) {
  const TextStyle style{TextSize::small, Weight::semibold, Tone::accent, Align::left, 1, true};
  constexpr float glyph = 18;
  const float width = text_width(words, style) + (icon == nullptr ? 0 : glyph + space::xs) + 2 * space::l;
  const Rect rect{std::round(area.middle_x() - width / 2), area.y + space::m, width, pill_height};
  const NodeId id = id_of(key);
  const Did did = interact(id, rect);
  record(id, Role::button, words, rect, flag::focusable);
  card(rect, pill_height / 2, true);
  const float press = animate(hash(id, "press"), did.held ? 1.0f : did.hovered ? 0.5f : 0.0f, 120);
  if (press > 0) paint::box(rect, pill_height / 2, faded(theme().accent_soft, press));
  Rect inside = rect.inset(space::l, 0);
  if (icon != nullptr) paint::icon(inside.cut_left(glyph, space::xs), icon, theme().accent, glyph);
  paint::words(inside, words, style);
  if (did.ring) paint::focus_ring(rect, pill_height / 2);
  return did.clicked;
}

bool icon_button(std::string_view key, Rect rect, Icon icon, std::string_view name,
                 const ButtonOptions& options) {
  ButtonOptions all = options;
  all.icon = icon;
  all.name = name;
  return button(key, rect, {}, all);
}

}  // namespace ringup::ui
