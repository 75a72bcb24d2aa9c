// The two doors before the shop: pairing the device, signing in.
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr float form_width_max = 420;

/// The form's box: the screen's width on a phone, a card in the middle on anything wider. Leaves room for
/// content.
Rect draw_ground(float height) {
  ui::ground();
  Rect screen = ui::screen();
  const float width = std::min(screen.w - 2 * space::l, form_width_max);
  if (!ui::wide()) {
    screen.cut_top(space::xxl);
    return {screen.x + (screen.w - width) / 2, screen.y, width, screen.h};
  }
  const Rect card = screen.centred(width + 2 * space::xl, height + 2 * space::xl);
  ui::card(card, ui::radius::sheet, true);
  return card.inset(space::xl);
}

}  // namespace

void EnrolScreen::draw(Model& model) {
  Rect rest = draw_ground(420);
  ui::medallion(rest.cut_top(72, space::l).centred(72, 72), icon_store, ui::Tone::accent);
  ui::heading(rest.cut_top(36, space::s), "Pair this till", 1,
              {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const char* help =
      "Enter the pairing code that the console shows, or that the person who runs the server gave you.";
  const ui::TextStyle style{.tone = ui::Tone::muted, .align = ui::Align::centre, .lines = 4};
  ui::text(rest.cut_top(ui::text_height(help, rest.w, style), space::xl), help, style);

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

void SignInScreen::draw(Model& model) {
  Rect rest = draw_ground(460);
  ui::medallion(rest.cut_top(72, space::l).centred(72, 72), icon_store, ui::Tone::accent);
  ui::heading(rest.cut_top(36, space::xs), model.settings().business, 1,
              {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::body), space::xl), model.settings().branch_name,
           {.tone = ui::Tone::muted, .align = ui::Align::centre});

  const ui::FieldOptions email{.label = "E-mail",
                               .kind = ui::FieldKind::email,
                               .enter = ui::EnterHint::next,
                               .autocomplete = "username",
                               .disabled = busy_,
                               .focus_now = true,
                               .length_max = 254};
  const ui::FieldResult email_typed =
      ui::text_field("email", rest.cut_top(ui::field_height(email), space::l), email_, email);
  if (email_typed.submitted) ui::focus(ui::id_of("password"));
  const ui::FieldOptions password{.label = "Password",
                                  .kind = ui::FieldKind::password,
                                  .enter = ui::EnterHint::go,
                                  .autocomplete = "current-password",
                                  .error = error_,
                                  .disabled = busy_,
                                  .length_max = 1024};
  const ui::FieldResult typed =
      ui::text_field("password", rest.cut_top(ui::field_height(password), space::l), password_, password);
  const bool complete = !email_.empty() && !password_.empty();
  const bool pressed = ui::button("sign-in", rest.cut_top(56), "Sign in",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if ((!pressed && !typed.submitted) || !complete || busy_) return;
  busy_ = true;
  error_.clear();
  model.sign_in(email_, password_, [this](Result<void> done) {
    busy_ = false;
    password_.clear();
    if (!done.ok()) error_ = words_of(done.failure()), ui::announce(error_, true);
  });
}

}  // namespace ringup::till
