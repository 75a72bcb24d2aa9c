// Sheets and questions: what lies over a screen until it is answered.
#include "web/ui/lists.h"
#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float header_height = 64;

// The part that sheet and question share: the scrim, the node, the focus. Answers how far it is open, 0 to 1.
float open_modal(NodeId id, bool open, std::string_view title, bool& dismissed) {
  State& s = state();
  const NodeId slide = hash(id, "slide");
  if (!open && !s.animations.contains(slide)) return 0;
  const float t = animate_from(slide, 0, open ? 1.0f : 0.0f, 170);
  const bool first = open && fresh(id);
  paint::box(window(), 0, faded(theme().scrim, t));
  if (!open) {
    if (t <= 0) s.animations.erase(slide);
    return t;
  }
  s.modals.push_back(id);
  if (interact(hash(id, "scrim"), window()).clicked) dismissed = true;
  if (on_top(id) && key_pressed("Escape")) dismissed = true;
  if (first) {
    keep_focus(id);
    focus(id);
    announce(title);
  }
  return t;
}

}  // namespace

Sheet::Sheet(std::string_view key, bool& open, const SheetOptions& options) : scope_(key) {
  State& s = state();
  const NodeId id = id_of("sheet");
  bool dismissed = false;
  const float t = open_modal(id, open, options.title, dismissed);
  if (!open && t <= 0) return;
  shown_ = true;
  const Rect around = window(), safe = screen();
  const bool floating = around.w >= wide_min;
  const float bottom_inset = floating ? 0 : around.bottom() - safe.bottom();
  const float wanted = header_height + options.height + space::l + bottom_inset;
  const float height = std::min(wanted, safe.h - (floating ? 2 * space::xxl : space::xxl));
  Rect panel;
  if (floating) {
    panel =
        around.centred(std::min(options.width_max, around.w - 2 * space::xxl), height).moved(0, (1 - t) * 24);
  } else {
    panel = {around.x, around.bottom() - height * t, around.w, height};
  }
  if (!open) ++s.muted;

  const NodeId header_id = id_of("header");
  float pulled = 0;
  if (s.swiping == header_id) pulled = std::max(s.swipe_y, 0.0f);
  if (s.swiped == header_id && options.dismissible && (s.swipe_y > 90 || s.swipe_velocity_y > 700))
    dismissed = true;
  panel = panel.moved(0, options.dismissible ? pulled : 0);

  // The panel takes every press that its content does not, or the scrim would.
  interact(id_of("panel"), panel);
  interact(header_id, {panel.x, panel.y, panel.w, header_height},
           {.swipe_y = !floating && options.dismissible});
  Node& node = record(id, Role::dialog, options.title, panel, flag::modal);
  push_parent(id);
  node.rect = panel;

  const Theme& theme_now = theme();
  const Color fill = theme_now.dark ? theme_now.surface : theme_now.ground;
  paint::shadow(panel, radius::sheet, 20);
  if (floating)
    paint::box(panel, radius::sheet, fill);
  else
    paint::top_box(panel, radius::sheet, fill);
  Rect rest = panel;
  rest.h -= bottom_inset;
  Rect header = rest.cut_top(header_height);
  if (!floating && options.dismissible) {
    paint::box({panel.middle_x() - 18, panel.y + 8, 36, 4}, 2, theme_now.outline);
  }
  header = header.inset(space::l, 0);
  if (!floating) header = header.moved(0, 6);
  if (options.dismissible) {
    const Rect cross = header.cut_right(touch_min, space::s).centred(touch_min, touch_min).moved(space::m, 0);
    if (icon_button("close", cross, icon_x, "Close")) dismissed = true;
  }
  heading(header, options.title, 2, {TextSize::title, Weight::semibold, Tone::text, Align::left, 1, true});
  body_ = rest;
  push_clip(panel);
  if (dismissed && options.dismissible && open) {
    open = false;
    give_back_focus(id);
    request_another_frame();
  }
}

Sheet::~Sheet() {
  if (!shown_) return;
  State& s = state();
  pop_clip();
  pop_parent();
  if (s.muted > 0) --s.muted;
}

int ask(std::string_view key, bool& open, const Question& question) {
  State& s = state();
  const Scope scope(key);
  const NodeId id = id_of("question");
  bool dismissed = false;
  const float t = open_modal(id, open, question.title, dismissed);
  if (!open && t <= 0) return -1;
  const bool closing = !open;
  if (closing) ++s.muted;
  const Rect around = screen();
  const float width = std::min(around.w - 2 * space::xl, 400.0f);
  const TextStyle title{TextSize::title, Weight::semibold, Tone::text, Align::left, 3};
  const TextStyle words{TextSize::body, Weight::regular, Tone::muted, Align::left, 8};
  const float inner = width - 2 * space::xl;
  const float height = space::xl + text_height(question.title, inner, title) + space::s +
                       text_height(question.words, inner, words) + space::xl + touch_min + space::xl;
  const Rect panel = around.centred(width, height).moved(0, (1 - t) * 16);
  interact(id_of("panel"), panel);
  Node& node = record(id, Role::dialog, question.title, panel, flag::modal);
  add_extra(node.extra, "desc", question.words);
  push_parent(id);
  paint::shadow(panel, radius::sheet, 24 * t);
  const Theme& theme_now = theme();
  paint::box(panel, radius::sheet, faded(theme_now.dark ? theme_now.raised : theme_now.surface, t));
  Rect rest = panel.inset(space::xl);
  rest.cut_top(heading(rest, question.title, 2, title), space::s);
  text(rest, question.words, words);
  const Rect buttons = rest.cut_bottom(touch_min);
  int answer = -1;
  if (button("cancel", buttons.column(0, 2, space::m), question.cancel)) answer = 0;
  if (button("action", buttons.column(1, 2, space::m), question.action,
             {.kind = question.danger ? Kind::danger : Kind::primary})) {
    answer = 1;
  }
  pop_parent();
  if (closing) {
    --s.muted;
    return -1;
  }
  if (dismissed && answer < 0) answer = 0;
  if (answer >= 0) {
    open = false;
    give_back_focus(id);
    request_another_frame();
  }
  return answer;
}

}  // namespace ringup::ui
