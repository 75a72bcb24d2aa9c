// The panel at the right that holds the details of what is beside it.
#include <cmath>

#include "web/ui/overlays.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

constexpr float header_height = 64;

}  // namespace

SidePanel::SidePanel(std::string_view key, bool& open, Rect around, const SidePanelOptions& options)
    : scope_(key) {
  State& s = state();
  const NodeId id = id_of("panel"), slide = id_of("slide");
  if (!open && !s.animations.contains(slide)) return;
  const float t = animate_from(slide, 0, open ? 1.0f : 0.0f, 170);
  if (!open && t <= 0) {
    s.animations.erase(slide);
    return;
  }
  shown_ = true;
  if (!open) {
    ++s.muted;
    muted_ = true;
  }
  const bool narrow = around.w < options.width + 320;
  const float width = narrow ? around.w : options.width;
  const Rect panel{std::round(around.right() - width * t), around.y, width, around.h};
  if (open && fresh(id)) {
    keep_focus(id);
    focus(id);
  }
  double& subject = s.memory[hash(id, "subject")];
  const auto now = static_cast<double>(options.subject);
  if (open && subject != now) {
    if (subject != 0) announce(options.title);
    subject = now;
  }
  if (open && !narrow) {
    const Rect there{around.right() - width, around.y, width, around.h};
    if (s.last_panel != there) request_another_frame();
    s.panel = there;
  }
  push_clip(around);
  interact(hash(id, "ground"), panel);
  push_parent(0);  // a part of the page beside its main one, not in it
  record(id, Role::complementary, options.title, panel, flag::focusable | flag::skipped);
  push_parent(id);
  const Theme& theme_now = theme();
  if (!narrow) paint::shadow(panel, 0, 12 * t);
  paint::box(panel, 0, theme_now.surface);
  paint::box({panel.x, panel.y, 1, panel.h}, 0, theme_now.line);
  Rect rest = panel;
  rest.cut_left(1);
  Rect header = rest.cut_top(header_height);
  paint::box({header.x, header.bottom() - 1, header.w, 1}, 0, theme_now.line);
  header = header.inset(space::xl, 0);
  const Rect cross = header.cut_right(36, space::xs).centred(36, 36).moved(space::s, 0);
  actions_ = header.cut_right(options.header_actions, options.header_actions > 0 ? space::m : 0);
  const float both = line_of(TextSize::title) + (options.detail.empty() ? 0 : line_of(TextSize::small));
  Rect words = header.centred(header.w, both);
  heading(words.cut_top(line_of(TextSize::title)), options.title, 2,
          {TextSize::title, Weight::semibold, Tone::text, Align::left, 1, true});
  if (!options.detail.empty()) text(words, options.detail, {TextSize::small, Weight::regular, Tone::muted});
  bool dismissed = icon_button("close", cross, icon_x, "Close panel");
  if (options.footer > 0) {
    const Rect foot = rest.cut_bottom(options.footer);
    paint::box({foot.x, foot.y, foot.w, 1}, 0, theme_now.line);
    footer_ = foot.inset(space::xl, 0);
  }
  body_ = rest;
  if (open && s.last_modals.empty() && key_pressed("Escape")) dismissed = true;
  if (dismissed && open) {
    open = false;
    give_back_focus(id);
    request_another_frame();
  }
}

SidePanel::~SidePanel() {
  if (!shown_) return;
  pop_parent();
  pop_parent();
  pop_clip();
  if (muted_) --state().muted;
}

}  // namespace ringup::ui
