#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr double toast_ms = 4'000, toast_with_action_ms = 7'000;

}  // namespace

void toast(std::string words, std::string action, std::function<void()> on_action, Tone tone) {
  State& s = state();
  announce(words);
  s.toast.words = std::move(words);
  s.toast.action = std::move(action);
  s.toast.on_action = std::move(on_action);
  s.toast.tone = tone;
  s.toast.until_ms = 0;
  s.toast.shown = true;
  s.platform->redraw();
}

void dismiss_toast() {
  state().toast.shown = false;
}

void toast_above(float bottom_edge) {
  state().toast.bottom = bottom_edge;
}

void draw_toast() {
  State& s = state();
  ToastState& toast = s.toast;
  if (toast.words.empty()) return;
  const double now = s.input->time_ms;
  if (toast.shown && toast.until_ms == 0) {
    toast.until_ms = now + (toast.action.empty() ? toast_ms : toast_with_action_ms);
    wake_in(toast.until_ms - now + 1);
  }
  if (toast.shown && now >= toast.until_ms) toast.shown = false;
  if (toast.shown) wake_in(toast.until_ms - now + 1);
  const Scope scope("toast");
  const float t = animate_from(id_of("slide"), 0, toast.shown ? 1.0f : 0.0f);
  if (!toast.shown && t <= 0) {
    toast = {};
    return;
  }
  const Rect around = screen();
  const float bottom = toast.bottom > 0 ? toast.bottom : around.bottom();
  const TextStyle style{TextSize::body, Weight::regular, Tone::text, Align::left, 2, true};
  const TextStyle bold{TextSize::body, Weight::semibold, Tone::text, Align::centre, 1, true};
  const float action_width =
      toast.action.empty() ? 0 : std::max(text_width(toast.action, bold) + 2 * space::m, touch_min);
  const float width = std::min(around.w - 2 * space::m, 480.0f);
  const float words_width = width - 2 * space::l - action_width;
  const float height = std::max(text_height(toast.words, words_width, style) + 2 * space::m, 56.0f);
  const Rect place{around.x + (around.w - width) / 2, bottom - space::m - height + (1 - t) * 16, width,
                   height};
  // Dark on light and light on dark, so that it stands off from every screen.
  const Theme& other = theme().dark ? light_theme() : dark_theme();
  const Color fill = theme().dark ? rgb(0xE9EDF2) : rgb(0x20262E);
  // One that asks nothing lets presses through to what it covers: nobody has to wait for it to go.
  if (!toast.action.empty()) interact(id_of("ground"), place);
  record(id_of("ground"), Role::region, "Notice", place, flag::overlay);
  push_parent(id_of("ground"));
  paint::shadow(place, radius::button, 14 * t);
  paint::box(place, radius::button, faded(fill, t));
  Rect inside = place.inset(space::l, 0);
  inside.w += toast.action.empty() ? 0 : space::s;
  const Rect action = inside.cut_right(action_width, 0);
  record(id_of("words"), Role::status, toast.words, inside);
  paint::words(inside, toast.words, style, faded(other.text, t));
  std::function<void()> act;
  if (!toast.action.empty()) {
    const NodeId id = id_of("action");
    const Rect target = action.centred(action.w, std::max(touch_min, 48.0f));
    const Did did = interact(id, target);
    record(id, Role::button, toast.action, target, flag::focusable);
    if (did.held || did.hovered) paint::box(target, radius::field, faded(other.text, 0.12f));
    paint::words(target, toast.action, bold,
                 faded(theme().dark ? light_theme().accent : dark_theme().accent, t));
    if (did.ring) paint::focus_ring(target, radius::field);
    if (did.clicked) act = toast.on_action;
  }
  pop_parent();
  if (act) {
    toast.shown = false;
    act();
  }
}

}  // namespace ringup::ui
