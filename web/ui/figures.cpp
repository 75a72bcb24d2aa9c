#include "web/ui/figures.h"

#include <algorithm>
#include <cmath>

#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {

void picture(Rect rect, std::string_view url, std::string_view initials, std::uint32_t seed, float corner) {
  if (!visible(rect)) return;
  if (!url.empty()) {
    const platform::Picture there = state().platform->picture(url);
    if (there.texture != 0) {
      paint::image(rect, there, corner);
      return;
    }
  }
  const InitialsColor colors = initials_color(seed);
  const TextSize size = rect.h >= 64 ? TextSize::large : TextSize::small;
  paint::box(rect, corner, colors.ground);
  paint::words(rect, initials, {size, Weight::semibold, Tone::text, Align::centre, 1, true}, colors.on);
}

bool stat(std::string_view key, Rect rect, const Stat& content) {
  const Theme& t = theme();
  const NodeId id = id_of(key);
  Did did;
  if (content.pressable) did = interact(id, rect);
  std::string name(content.label);
  name.append(", ").append(content.loading ? "loading" : content.value);
  if (!content.change.empty()) name.append(", ").append(content.change).append(" ").append(content.words);
  record(id, content.pressable ? Role::button : Role::group, name, rect,
         content.pressable ? flag::focusable : 0);
  paint::box(rect, radius::tile,
             did.hovered || did.held ? mixed(t.surface, t.control, did.held ? 1.0f : 0.5f) : t.surface);
  paint::frame(rect, radius::tile, t.line);
  Rect rest = rect.inset(space::l, space::m);
  paint::words(rest.cut_top(line_of(TextSize::small), space::xs), content.label,
               {TextSize::small, Weight::regular, Tone::muted});
  const Rect value = rest.cut_top(line_of(TextSize::large), space::xs);
  if (content.loading) {
    skeleton(value.centred(value.w, 24).intersect({value.x, value.y, 120, value.h}), 6);
    skeleton({rest.x, rest.y + 3, std::min(rest.w, 160.0f), 14}, 6);
  } else {
    paint::words(value, content.value, {TextSize::large, Weight::semibold, Tone::text});
    Rect line = rest.cut_top(line_of(TextSize::small));
    if (!content.change.empty()) {
      const Tone tone = content.tone;
      const Icon arrow = content.direction > 0   ? icon_arrow_up_right
                         : content.direction < 0 ? icon_arrow_down_right
                                                 : icon_minus;
      paint::icon(line.cut_left(16, space::xs), arrow, color_of(tone), 16);
      const TextStyle strong{TextSize::small, Weight::semibold, tone};
      paint::words(line.cut_left(std::min(text_width(content.change, strong), line.w), space::xs),
                   content.change, strong);
    }
    paint::words(line, content.words, {TextSize::small, Weight::regular, Tone::muted});
  }
  if (did.ring) paint::focus_ring(rect, radius::tile);
  return did.clicked;
}

float tag(Rect rect, std::string_view words, Tone tone) {
  const TextStyle style{
      TextSize::small, Weight::semibold, tone == Tone::muted ? Tone::text : tone, Align::centre, 1, true};
  const float width = std::min(text_width(words, style) + 2 * space::s, rect.w);
  const Rect box = Rect{rect.x, rect.y, width, rect.h}.centred(width, 24);
  record(text_id(), Role::text, words, box);
  paint::box(box, 6, soft_of(tone));
  paint::words(box, words, style);
  return width;
}

float key_hint(Rect rect, std::string_view keys) {
  const Theme& t = theme();
  const TextStyle style{TextSize::small, Weight::regular, Tone::muted, Align::centre, 1, true};
  float x = rect.x;
  while (!keys.empty()) {
    const std::size_t space_at = keys.find(' ');
    const std::string_view one = keys.substr(0, space_at);
    keys = space_at == std::string_view::npos ? std::string_view() : keys.substr(space_at + 1);
    const float width = std::max(text_width(one, style) + 10, 22.0f);
    const Rect cap = Rect{x, rect.y, width, rect.h}.centred(width, 22);
    paint::box(cap, 5, t.surface);
    paint::frame(cap, 5, t.line);
    paint::words(cap, one, style);
    x += width + space::xs;
  }
  return std::max(x - rect.x - space::xs, 0.0f);
}

int breadcrumbs(std::string_view key, Rect rect, std::span<const std::string_view> names) {
  const Group group(key, Role::navigation, "Where you are", rect);
  const Theme& t = theme();
  int pressed = -1;
  Rect rest = rect;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Scope scope(static_cast<std::uint64_t>(i));
    const bool last = i + 1 == names.size();
    const TextStyle style{
        TextSize::small, last ? Weight::semibold : Weight::regular, Tone::text, Align::left, 1, true};
    const Rect place = rest.cut_left(std::min(text_width(names[i], style) + 2 * space::s, rest.w));
    const NodeId id = id_of("crumb");
    if (last) {
      record(id, Role::text, names[i], place, flag::current);
      paint::words(place.inset(space::s, 0), names[i], style);
      break;
    }
    const Did did = interact(id, place);
    record(id, Role::link, names[i], place, flag::focusable);
    if (did.hovered || did.held) paint::box(place.centred(place.w, 28), 6, t.control);
    paint::words(place.inset(space::s, 0), names[i], style, did.hovered ? t.text : t.muted);
    if (did.ring) paint::focus_ring(place.centred(place.w, 28).inset(3), 6);
    if (did.clicked) pressed = static_cast<int>(i);
    paint::icon(rest.cut_left(16), icon_chevron_right, t.outline, 16);
  }
  return pressed;
}

void fact(Rect rect, std::string_view name, std::string_view value, Tone tone) {
  std::string heard(name);
  heard.append(": ").append(value);
  record(text_id(), Role::text, heard, rect);
  Rect rest = rect;
  const TextStyle weak{TextSize::small, Weight::regular, Tone::muted, Align::left, 1, true};
  const TextStyle strong{TextSize::small, Weight::regular, tone, Align::right, 1, true};
  paint::words(rest.cut_left(std::min(text_width(name, weak), rest.w * 0.5f), space::m), name, weak);
  paint::words(rest, value, strong);
}

}  // namespace ringup::ui
