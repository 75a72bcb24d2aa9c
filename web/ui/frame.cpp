#include "web/ui/frame.h"

#include "web/ui/figures.h"
#include "web/ui/menus.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float narrow = 120;
constexpr float corner = 10;

}  // namespace

bool nav_item(std::string_view key, Rect rect, const NavItem& item) {
  const NodeId id = id_of(key);
  const Did did = interact(id, rect);
  std::string name(item.label);
  const std::string count = item.badge > 99 ? "99+" : std::to_string(item.badge);
  if (item.badge > 0) name.append(", ").append(count);
  record(id, Role::link, name, rect, flag::focusable | (item.current ? flag::current : 0));
  if (!visible(rect)) return did.clicked;

  const Theme& t = theme();
  const float lit = animate(hash(id, "press"), did.held ? 1.0f : did.hovered ? 0.6f : 0.0f, 120);
  if (item.current)
    paint::box(rect, corner, t.accent_soft);
  else if (lit > 0)
    paint::box(rect, corner, faded(t.control, lit));
  const Color ink = item.current ? t.accent : mixed(t.muted, t.text, lit);
  const bool small = rect.w < narrow;
  Rect inside = rect.inset(small ? 0 : space::m, 0);
  const Rect place = small ? rect : inside.cut_left(22, space::m);
  paint::icon(place, item.icon, ink, 22);
  if (small) {
    if (item.badge > 0) paint::circle(place.middle_x() + 12, place.middle_y() - 10, 5, t.accent);
    tooltip(key, rect, name);
  } else {
    if (item.badge > 0) {
      const TextStyle style{TextSize::small, Weight::semibold, Tone::text, Align::centre, 1, true};
      const float width = std::max(text_width(count, style) + 14, 24.0f);
      const Rect pill = inside.cut_right(width, space::s).centred(width, 22);
      paint::box(pill, 11, item.current ? t.accent : t.control);
      paint::words(pill, count, style, item.current ? t.on_accent : t.text);
    }
    paint::words(
        inside, item.label,
        {TextSize::body, item.current ? Weight::semibold : Weight::regular, Tone::text, Align::left, 1, true},
        item.current ? t.accent : t.text);
  }
  if (did.ring) paint::focus_ring(rect.inset(2), corner - 2);
  return did.clicked;
}

bool search_button(std::string_view key, Rect rect, std::string_view label, std::string_view keys) {
  const NodeId id = id_of(key);
  const Did did = interact(id, rect);
  Node& node = record(id, Role::button, label, rect, flag::focusable);
  add_extra(node.extra, "keys", "Control+K");
  if (!visible(rect)) return did.clicked;
  const Theme& t = theme();
  const Rect box = rect.centred(rect.w, 40);
  const float lit = animate(hash(id, "press"), did.held ? 1.0f : did.hovered ? 0.5f : 0.0f, 120);
  paint::box(box, corner, mixed(t.control, t.text, 0.06f * lit));
  Rect inside = box.inset(space::m, 0);
  paint::icon(inside.cut_left(20, space::s), icon_search, t.muted, 20);
  if (inside.w > 240) {
    const Rect hint = inside.cut_right(66);
    key_hint(hint.centred(hint.w, 24), keys);
  }
  paint::words(inside, label, {TextSize::body, Weight::regular, Tone::text, Align::left, 1, true}, t.muted);
  if (did.ring) paint::focus_ring(box, corner);
  return did.clicked;
}

bool avatar_button(std::string_view key, Rect rect, std::string_view initials, std::uint32_t seed,
                   std::string_view name, bool expanded) {
  const NodeId id = id_of(key);
  const Did did = interact(id, rect);
  record(id, Role::button, name, rect,
         flag::focusable | flag::has_expanded | (expanded ? flag::expanded : 0));
  if (!visible(rect)) return did.clicked;
  const InitialsColor colors = initials_color(seed);
  const float radius = 18;
  if (did.hovered || did.held || expanded)
    paint::circle(rect.middle_x(), rect.middle_y(), radius + 4, theme().control);
  paint::circle(rect.middle_x(), rect.middle_y(), radius, colors.ground);
  paint::words(rect, initials, {TextSize::small, Weight::semibold, Tone::text, Align::centre, 1, true},
               colors.on);
  if (did.ring) paint::focus_ring(rect.centred(2 * radius + 6, 2 * radius + 6), radius + 3);
  return did.clicked;
}

float link(std::string_view key, Rect rect, std::string_view words, bool& pressed, const TextStyle& style) {
  const NodeId id = id_of(key);
  TextStyle shown = style;
  shown.middle = true;
  const float width = std::min(text_width(words, shown), rect.w);
  const Rect box{rect.x, rect.y, width, rect.h};
  const Did did = interact(id, box);
  record(id, Role::link, words, box, flag::focusable);
  pressed = did.clicked;
  if (!visible(box)) return width;
  const Color ink = did.hovered || did.held ? theme().accent : color_of(style.tone);
  paint::words(box, words, shown, ink);
  if (did.ring) paint::focus_ring({box.x - 4, box.middle_y() - 16, box.w + 8, 32}, radius::field);
  return width;
}

}  // namespace ringup::ui
