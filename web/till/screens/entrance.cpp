// The first door before the shop: pairing the device. What all doors look like.
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr float form_width_max = 420;

}  // namespace

Rect draw_door(float height) {
  ui::ground();
  Rect screen = ui::screen();
  const float width = std::min(screen.w - 2 * space::l, form_width_max);
  if (!ui::wide()) {
    screen.cut_top(std::min(space::xxl, screen.h / 20));
    return {screen.x + (screen.w - width) / 2, screen.y, width, screen.h};
  }
  const Rect card = screen.centred(width + 2 * space::xl, std::min(height + 2 * space::xl, screen.h));
  ui::card(card, ui::radius::sheet, true);
  return card.inset(space::xl);
}

void draw_door_head(Rect& rest, ui::Icon icon, std::string_view title, std::string_view words) {
  ui::medallion(rest.cut_top(72, space::l).centred(72, 72), icon, ui::Tone::accent);
  ui::heading(rest.cut_top(36, space::xs), title, 1,
              {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const ui::TextStyle style{.tone = ui::Tone::muted, .align = ui::Align::centre, .lines = 4};
  ui::text(rest.cut_top(ui::text_height(words, rest.w, style), space::xl), words, style);
}

void EnrolScreen::draw(Model& model) {
  Rect rest = draw_door(420);
  draw_door_head(
      rest, icon_store, "Pair this till",
      "Enter the pairing code that the console shows, or that the person who runs the server gave you.");
  const ui::FieldOptions field{.label = "Pairing code",
                               .kind = ui::FieldKind::code,
                               .enter = ui::EnterHint::go,
                               .autocomplete = "off",
                               .error = error_,
                               .disabled = busy_,
                               .focus_now = true,
                               .length_max = 32};
  const ui::FieldResult typed =
      ui::text_field("code", rest.cut_top(ui::field_height(field), space::l), code_, field);
  const bool pressed = ui::button("pair", rest.cut_top(56), "Pair this till",
                                  {.kind = ui::Kind::primary, .disabled = code_.empty(), .busy = busy_});
  if ((!pressed && !typed.submitted) || code_.empty() || busy_) return;
  busy_ = true;
  error_.clear();
  model.enrol(code_, [this](Result<void> done) {
    busy_ = false;
    if (done.ok())
      code_.clear();
    else
      error_ = words_of(done.failure()), ui::announce(error_, true);
  });
}

}  // namespace ringup::till
