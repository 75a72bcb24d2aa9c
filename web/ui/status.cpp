// What tells of a state: banners, words, badges, waiting, emptiness.
#include <cmath>

#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {

bool banner(std::string_view key, Rect rect, Tone tone, Icon icon, std::string_view words,
            std::string_view action, float keep_right) {
  const Scope scope(key);
  paint::box(rect, 0, soft_of(tone));
  Rect inside = rect.inset(space::l, 0);
  inside.w -= keep_right;
  const TextStyle bold{TextSize::small, Weight::semibold, Tone::text, Align::left, 1, true};
  bool pressed = false;
  if (!action.empty()) {
    const float width = std::max(text_width(action, bold) + 2 * space::m, touch_min);
    const Rect place = inside.cut_right(width, space::s);
    pressed = button("action", {place.x + space::m, place.y, place.w, place.h}, action,
                     {.kind = Kind::quiet, .size = TextSize::small});
  }
  if (icon != nullptr) paint::icon(inside.cut_left(20, space::s), icon, color_of(tone), 20);
  record(id_of("words"), Role::status, words, inside);
  paint::words(inside, words, {TextSize::small, Weight::semibold, Tone::text, Align::left, 2, true});
  return pressed;
}

void status_word(std::string_view key, Rect rect, Tone tone, std::string_view word) {
  State& s = state();
  const NodeId id = id_of(key);
  const auto now = static_cast<double>(hash(1, word));
  if (double& before = s.memory[id]; before != now) {
    if (before != 0) announce(word);
    before = now;
  }
  record(id, Role::status, word, rect);
  Rect rest = rect;
  const Rect dot = rest.cut_left(8, space::s);
  paint::circle(dot.middle_x(), dot.middle_y(), 4, color_of(tone));
  paint::words(rest, word, {TextSize::small, Weight::semibold, Tone::text, Align::left, 1, true});
}

float badge(Rect rect, std::string_view words, Tone tone) {
  const TextStyle style{TextSize::small, Weight::semibold, tone, Align::centre, 1, true};
  const float width = std::max(text_width(words, style) + 2 * space::s, 24.0f);
  const Rect pill{rect.x, rect.middle_y() - 12, width, 24};
  paint::box(pill, 12, soft_of(tone));
  paint::words(pill, words, style);
  return width;
}

void progress(std::string_view key, Rect rect, std::string_view name, float fraction) {
  const NodeId id = id_of(key);
  Node& node = record(id, Role::progressbar, name, rect);
  const float at = std::clamp(fraction, 0.0f, 1.0f);
  add_extra(node.extra, "min", std::int64_t{0});
  add_extra(node.extra, "max", std::int64_t{100});
  add_extra(node.extra, "now", static_cast<std::int64_t>(at * 100));
  const Rect track = rect.centred(rect.w, std::min(rect.h, 8.0f));
  paint::box(track, track.h / 2, theme().control);
  const float width = track.w * animate(hash(id, "at"), at);
  if (width > 0)
    paint::box({track.x, track.y, std::max(width, track.h), track.h}, track.h / 2, theme().accent);
}

void skeleton(Rect rect, float corner) {
  paint::box(rect, corner, theme().control);
}

void medallion(Rect rect, Icon icon, Tone tone) {
  const float size = std::min(rect.w, rect.h);
  paint::circle(rect.middle_x(), rect.middle_y(), size / 2, soft_of(tone));
  paint::icon(rect, icon, color_of(tone), std::round(size * 0.45f));
}

void icon(Rect rect, Icon icon, Tone tone, float size) {
  paint::icon(rect, icon, color_of(tone), size);
}

bool empty_state(std::string_view key, Rect rect, Icon icon, std::string_view title, std::string_view words,
                 std::string_view action) {
  const Scope scope(key);
  const float width = std::min(rect.w - 2 * space::xl, 360.0f);
  const TextStyle title_style{TextSize::title, Weight::semibold, Tone::text, Align::centre, 2};
  const TextStyle words_style{TextSize::body, Weight::regular, Tone::muted, Align::centre, 5};
  const float title_height = text_height(title, width, title_style);
  const float words_height = text_height(words, width, words_style);
  const float action_height = action.empty() ? 0 : space::xl + touch_min;
  constexpr float mark = 72;
  Rect rest = rect.centred(width, mark + space::l + title_height + space::s + words_height + action_height);
  rest.y = std::max(rest.y, rect.y);
  medallion(rest.cut_top(mark, space::l), icon, Tone::muted);
  heading(rest.cut_top(title_height, space::s), title, 2, title_style);
  text(rest.cut_top(words_height, space::xl), words, words_style);
  if (action.empty()) return false;
  const float button_width =
      std::min(width, text_width(action, {TextSize::body, Weight::semibold}) + 2 * space::xl);
  return button("action", rest.cut_top(touch_min).centred(button_width, touch_min), action,
                {.kind = Kind::primary});
}

}  // namespace ringup::ui
