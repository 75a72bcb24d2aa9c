#include "web/console/frame.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

void Entrance::draw(Office& office) {
  ui::ground();
  Rect screen = ui::screen();
  constexpr float form_width = 420, form_height = 440;
  const float height = form_height + (ask_tenant_ ? 100.0f : 0.0f);
  const float width = std::min(screen.w - 2 * space::l, form_width);
  const bool card = screen.w >= ui::wide_min;
  Rect rest = card ? screen.centred(width + 2 * space::xl, height + 2 * space::xl)
                   : Rect{screen.x + (screen.w - width) / 2, screen.y + space::xl, width, screen.h};
  if (card) {
    ui::card(rest, ui::radius::sheet, true);
    rest = rest.inset(space::xl);
  }
  const ui::Group main("sign-in", ui::Role::main, "Sign in", rest);
  ui::medallion(rest.cut_top(64, space::l).centred(64, 64), icon_store, ui::Tone::accent);
  ui::heading(rest.cut_top(36, space::xs), "Ringup console", 1,
              {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::body), space::xl), "Sign in to run your shop.",
           {.tone = ui::Tone::muted, .align = ui::Align::centre});

  if (ask_tenant_) {
    const ui::FieldOptions tenant{.label = "Business",
                                  .enter = ui::EnterHint::next,
                                  .autocomplete = "organization",
                                  .hint = "The short name of the business",
                                  .disabled = busy_,
                                  .focus_now = true,
                                  .length_max = 63};
    if (ui::text_field("tenant", rest.cut_top(ui::field_height(tenant), space::m), tenant_, tenant).submitted)
      ui::focus(ui::id_of("email"));
  }
  const ui::FieldOptions email{.label = "E-mail",
                               .kind = ui::FieldKind::email,
                               .enter = ui::EnterHint::next,
                               .autocomplete = "username",
                               .disabled = busy_,
                               .focus_now = !ask_tenant_,
                               .length_max = 254};
  if (ui::text_field("email", rest.cut_top(ui::field_height(email), space::l), email_, email).submitted)
    ui::focus(ui::id_of("password"));
  const std::string& problem = error_.empty() ? office.problem() : error_;
  const ui::FieldOptions password{.label = "Password",
                                  .kind = ui::FieldKind::password,
                                  .enter = ui::EnterHint::go,
                                  .autocomplete = "current-password",
                                  .error = problem,
                                  .disabled = busy_,
                                  .length_max = 1024};
  const ui::FieldResult typed =
      ui::text_field("password", rest.cut_top(ui::field_height(password), space::l), password_, password);
  const bool complete = !email_.empty() && !password_.empty();
  const bool pressed = ui::button("go", rest.cut_top(52), "Sign in",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if ((!pressed && !typed.submitted) || !complete || busy_) return;
  busy_ = true;
  error_.clear();
  office.sign_in(tenant_, email_, password_, [this](Result<void> done) {
    busy_ = false;
    if (done.ok()) {
      password_.clear();
      return;
    }
    if (done.error() == Error::tenant_required) ask_tenant_ = true;
    error_ = words_of(done.failure());
    ui::announce(error_, true);
  });
}

}  // namespace ringup::console
