#include "web/console/entrance.h"

#include <utility>

#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

struct Method {
  std::string_view key, path, words, other;
  bool sent;  // a code has to be sent first
};
constexpr Method known_methods[] = {
    {"totp", "/api/accounts/security/totp/", "Enter the code that your authenticator app shows.",
     "Use the authenticator app", false},
    {"sms", "/api/accounts/security/sms-2fa/", "Enter the code from the text message.", "Send a text message",
     true},
    {"email", "/api/accounts/security/email-2fa/", "Enter the code from the e-mail.", "Send an e-mail", true},
    {"recovery", "/api/accounts/security/recovery/",
     "Enter one of the recovery codes that you kept. Each is good once.", "Use a recovery code", false},
};

const Method* find_method(std::string_view key) {
  for (const Method& method : known_methods) {
    if (method.key == key) return &method;
  }
  return nullptr;
}

void title(Rect& rest, std::string_view words, std::string_view below) {
  ui::heading(rest.cut_top(36, space::xs), words, 1,
              {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .align = ui::Align::centre});
  const ui::TextStyle style{.tone = ui::Tone::muted, .align = ui::Align::centre, .lines = 3};
  ui::text("below", rest.cut_top(ui::text_height(below, rest.w, style), space::xl), below, style);
}

}  // namespace

float Entrance::height() const {
  constexpr float around = 440, tenant = 100, line = 52;
  if (step_ == Step::factor) return around + line * static_cast<float>(methods_.size());
  return around + (step_ == Step::password && ask_tenant_ ? tenant : 0);
}

void Entrance::draw(Office& office) {
  ui::ground();
  Rect screen = ui::screen();
  constexpr float form_width = 420;
  const float width = std::min(screen.w - 2 * space::l, form_width);
  const bool card = screen.w >= ui::wide_min;
  Rect rest = card ? screen.centred(width + 2 * space::xl, height() + 2 * space::xl)
                   : Rect{screen.x + (screen.w - width) / 2, screen.y + space::xl, width, screen.h};
  if (card) {
    ui::card(rest, ui::radius::sheet, true);
    rest = rest.inset(space::xl);
  }
  const ui::Group main("sign-in", ui::Role::main, "Sign in", rest);
  ui::medallion(rest.cut_top(64, space::l).centred(64, 64), step_ == Step::password ? icon_store : icon_lock,
                ui::Tone::accent);
  // Each step has fields of its own: what was typed at one is not offered to another.
  const ui::Scope scope(static_cast<std::uint64_t>(step_));
  if (step_ == Step::password) draw_password(office, rest);
  if (step_ == Step::factor) draw_factor(office, rest);
  if (step_ == Step::expired) draw_expired(office, rest);
}

void Entrance::draw_password(Office& office, Rect rest) {
  title(rest, "Ringup console", "Sign in to run your shop.");
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
  const bool pressed = ui::button("go", rest.cut_top(52, space::s), "Sign in",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if (ui::button("forgot", rest.cut_top(44), "Forgot your password?", {.kind = ui::Kind::quiet}))
    office.bridge().go_to("/forgot-password");
  if ((!pressed && !typed.submitted) || !complete || busy_) return;
  busy_ = true;
  error_.clear();
  office.sign_in(tenant_, email_, password_, [this, &office](Result<SignInStep> step) {
    if (!step.ok() && step.error() == Error::tenant_required) ask_tenant_ = true;
    took(office, std::move(step));
  });
}

void Entrance::took(Office& office, Result<SignInStep> step) {
  busy_ = false;
  if (!step.ok()) {
    // The challenge is gone: it lives for ten minutes, and dies of too many wrong tries.
    if (step_ != Step::password && step.error() == Error::invalid_token)
      return begin_anew("That took too long, or too many tries. Sign in again.");
    error_ = step_ == Step::factor && step.error() == Error::invalid_credentials
                 ? "This code is wrong, used or too old."
                 : words_of(step.failure());
    code_.clear();
    ui::announce(error_, true);
    return;
  }
  password_.clear(), code_.clear(), new_password_.clear(), error_.clear(), sent_.clear();
  if (step->signed_in()) {
    step_ = Step::password;
    return;
  }
  challenge_ = step->challenge;
  methods_.clear();
  for (const std::string& method : step->methods) {
    if (find_method(method) != nullptr) methods_.push_back(method);
  }
  step_ = methods_.empty() ? Step::expired : Step::factor;
  if (step_ == Step::factor) choose(office, 0);
}

void Entrance::begin_anew(std::string words) {
  step_ = Step::password;
  password_.clear(), code_.clear(), challenge_.clear(), new_password_.clear();
  error_ = std::move(words);
  if (!error_.empty()) ui::announce(error_, true);
}

void Entrance::choose(Office& office, std::size_t index) {
  method_ = index;
  code_.clear(), error_.clear(), sent_.clear();
  const Method& chosen = *find_method(method());
  if (!chosen.sent) return;
  office.api().send_code(std::string(chosen.path) + "send_code/", challenge_,
                         [this, challenge = challenge_, index](Result<void> done) {
                           if (challenge != challenge_ || index != method_) return;
                           if (done.ok())
                             sent_ = "Code sent";
                           else if (done.error() == Error::invalid_token)
                             return begin_anew("That took too long. Sign in again.");
                           else
                             error_ = words_of(done.failure());
                           ui::announce(done.ok() ? sent_ : error_, !done.ok());
                         });
}

void Entrance::draw_factor(Office& office, Rect rest) {
  const Method& chosen = *find_method(method());
  title(rest, "One more step", chosen.words);
  const bool digits = chosen.key != "recovery";
  const ui::FieldOptions code{.label = digits ? "Code" : "Recovery code",
                              .kind = digits ? ui::FieldKind::code : ui::FieldKind::text,
                              .enter = ui::EnterHint::go,
                              .autocomplete = digits ? "one-time-code" : "off",
                              .error = error_,
                              .hint = sent_,
                              .disabled = busy_,
                              .focus_now = true,
                              .length_max = 20};
  const ui::FieldResult typed =
      ui::text_field(chosen.key, rest.cut_top(ui::field_height(code), space::s), code_, code);
  if (typed.changed) error_.clear();
  ui::checkbox("remember", rest.cut_top(48, space::s), "Do not ask on this device for 30 days", remember_);
  const bool pressed = ui::button("go", rest.cut_top(52, space::m), "Continue",
                                  {.kind = ui::Kind::primary, .disabled = code_.empty(), .busy = busy_});
  if (chosen.sent && ui::button("again", rest.cut_top(44), "Send another code", {.kind = ui::Kind::quiet}))
    choose(office, method_);
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    if (i == method_) continue;
    if (ui::button(methods_[i], rest.cut_top(44), find_method(methods_[i])->other, {.kind = ui::Kind::quiet}))
      return choose(office, i);
  }
  if (ui::button("back", rest.cut_top(44), "Back", {.kind = ui::Kind::quiet, .icon = icon_arrow_left}))
    return begin_anew({});
  // Six digits are a whole code: filled in from the message, nothing is left to press.
  constexpr std::size_t code_digits = 6;
  const bool whole = digits && typed.changed && code_.size() == code_digits;
  if ((!pressed && !typed.submitted && !whole) || code_.empty() || busy_) return;
  busy_ = true;
  error_.clear();
  json::Object body{{"challenge", challenge_}, {"code", code_}};
  if (remember_) body.push_back({"remember_device", true});
  office.sign_in_step(std::string(chosen.path) + "verify_login/", std::move(body),
                      [this, &office](Result<SignInStep> step) { took(office, std::move(step)); });
}

void Entrance::draw_expired(Office& office, Rect rest) {
  title(rest, "Choose another password", "Yours has expired. The new one lets you in at once.");
  const ui::FieldOptions password{.label = "New password",
                                  .kind = ui::FieldKind::password,
                                  .enter = ui::EnterHint::go,
                                  .autocomplete = "new-password",
                                  .error = error_,
                                  .hint = "Some words that you remember are best",
                                  .disabled = busy_,
                                  .focus_now = true,
                                  .length_max = 1024};
  const ui::FieldResult typed =
      ui::text_field("new", rest.cut_top(ui::field_height(password), space::l), new_password_, password);
  const bool pressed =
      ui::button("go", rest.cut_top(52, space::s), "Save and sign in",
                 {.kind = ui::Kind::primary, .disabled = new_password_.empty(), .busy = busy_});
  if (ui::button("back", rest.cut_top(44), "Back", {.kind = ui::Kind::quiet, .icon = icon_arrow_left}))
    return begin_anew({});
  if ((!pressed && !typed.submitted) || new_password_.empty() || busy_) return;
  busy_ = true;
  error_.clear();
  office.sign_in_step("/api/accounts/change-password/",
                      {{"challenge", challenge_}, {"new_password", new_password_}},
                      [this, &office](Result<SignInStep> step) { took(office, std::move(step)); });
}

}  // namespace ringup::console
