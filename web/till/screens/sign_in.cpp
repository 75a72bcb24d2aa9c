// The door between nobody and somebody: PIN, password with what stands behind it, one-time code.
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr std::size_t code_digits = 6;

struct MethodWords {
  std::string_view method, name, words;
};
constexpr MethodWords method_words[] = {
    {"totp", "App", "Enter the code that your authenticator app shows for this shop."},
    {"sms", "Text message", "Enter the code that was sent to your phone."},
    {"email", "E-mail", "Enter the code that was sent to your e-mail address."},
    {"recovery", "Recovery code", "Enter one of the recovery codes that you wrote down. Each works once."},
};
const MethodWords& words_of_method(std::string_view method) {
  for (const MethodWords& known : method_words) {
    if (known.method == method) return known;
  }
  return method_words[0];
}
bool is_sent(std::string_view method) {
  return method == "sms" || method == "email";
}

/// Digits of a code as people paste it: "123 456".
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

ui::FieldOptions code_field(std::string_view label, const std::string& error, bool disabled) {
  return {.label = label,
          .kind = ui::FieldKind::number,
          .enter = ui::EnterHint::go,
          .autocomplete = "one-time-code",
          .error = error,
          .disabled = disabled,
          .focus_now = true,
          .length_max = 12};
}

void draw_note(Rect& rest, const std::string& words) {
  if (words.empty()) return;
  const ui::TextStyle style{
      .size = ui::TextSize::small, .tone = ui::Tone::muted, .align = ui::Align::centre, .lines = 3};
  ui::text("note", rest.cut_top(ui::text_height(words, rest.w, style), space::s), words, style);
}

}  // namespace

void SignInScreen::begin(Way way) {
  way_ = way;
  error_.clear();
  told_.clear();
  code_.clear();
  password_.clear();
  code_sent_ = false;
  cashiers_.begin();
}

void SignInScreen::done(const Result<void>& result) {
  busy_ = false;
  password_.clear();
  code_.clear();
  error_ = result.ok() ? std::string() : words_of(result.failure());
  if (!result.ok()) ui::announce(error_, true);
}

void SignInScreen::draw(Model& model) {
  if (model.step().has_value()) {
    const SignInStep step = *model.step();
    return step.password_expired ? draw_new_password(model) : draw_factor(model, step);
  }
  const bool people = !model.permits().people().empty();
  // Permits that come while somebody types do not take the form away.
  if (!way_.has_value() && (busy_ || !email_.empty() || !password_.empty())) way_ = Way::password;
  const Way way = way_.value_or(people ? Way::pin : Way::password);
  if (way == Way::pin && people) {
    switch (cashiers_.draw(model, false)) {
      case CashierList::Press::password:
        begin(Way::password);
        break;
      case CashierList::Press::switched:
        *this = SignInScreen();
        break;
      case CashierList::Press::none:
      case CashierList::Press::back:
        break;
    }
    return;
  }
  return way == Way::code ? draw_code(model) : draw_password(model);
}

/// Quiet ways to the other doors, at the end of a form.
void SignInScreen::draw_other_ways(Model& model, Rect& rest) {
  if (way_ == Way::code) {
    if (ui::button("by-password", rest.cut_top(ui::touch_min, space::s), "Sign in with a password",
                   {.kind = ui::Kind::quiet, .disabled = busy_}))
      begin(Way::password);
  } else if (ui::button("by-code", rest.cut_top(ui::touch_min, space::s), "Sign in with a one-time code",
                        {.kind = ui::Kind::quiet, .disabled = busy_})) {
    begin(Way::code);
  }
  if (model.permits().people().empty()) return;
  if (ui::button("by-pin", rest.cut_top(ui::touch_min), "Use a PIN",
                 {.kind = ui::Kind::quiet, .disabled = busy_}))
    begin(Way::pin);
}

void SignInScreen::draw_password(Model& model) {
  Rect rest = draw_door(580);
  draw_door_head(rest, icon_store, model.settings().business, model.settings().branch_name);

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
  const bool pressed = ui::button("sign-in", rest.cut_top(56, space::s), "Sign in",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  draw_other_ways(model, rest);
  if ((!pressed && !typed.submitted) || !complete || busy_) return;
  busy_ = true;
  error_.clear();
  model.sign_in(email_, password_, [this](const Result<void>& result) { done(result); });
}

void SignInScreen::send_factor_code(Model& model, const std::string& method) {
  busy_ = true;
  error_.clear();
  told_.clear();
  model.send_factor_code(method, [this](const Result<void>& sent) {
    busy_ = false;
    if (sent.ok())
      told_ = "A code is on its way. It works for 10 minutes.", ui::announce(told_);
    else
      error_ = words_of(sent.failure()), ui::announce(error_, true);
  });
}

void SignInScreen::draw_factor(Model& model, const SignInStep& step) {
  const ui::Scope scope("factor");
  Rect rest = draw_door(580);
  const bool fresh = step.challenge != challenge_;
  if (fresh) {
    challenge_ = step.challenge;
    method_ = 0;
    code_.clear();
    told_.clear();
  }
  method_ = std::clamp(method_, 0, static_cast<int>(step.methods.size()) - 1);
  const int before = method_;
  std::vector<std::string> names;
  for (const std::string& method : step.methods) names.emplace_back(words_of_method(method).name);
  const std::string* method = &step.methods[static_cast<std::size_t>(method_)];
  draw_door_head(rest, icon_key_round, "One more step", words_of_method(*method).words);
  if (names.size() > 1)
    ui::chips("methods", rest.cut_top(ui::chips_height, space::m), "How you show that it is you", names,
              method_);
  if (method_ != before) error_.clear(), code_.clear(), told_.clear();
  method = &step.methods[static_cast<std::size_t>(method_)];
  if ((fresh || method_ != before) && is_sent(*method) && !busy_) send_factor_code(model, *method);

  const bool recovery = *method == "recovery";
  ui::FieldOptions field = code_field(recovery ? "Recovery code" : "Code", error_, busy_);
  if (recovery) {
    field.kind = ui::FieldKind::code;
    field.autocomplete = "off";
    field.length_max = 64;
  }
  const ui::Scope of_method(
      static_cast<std::uint64_t>(method_));  // another field each, with a focus of its own
  const ui::FieldResult typed =
      ui::text_field("code", rest.cut_top(ui::field_height(field), space::m), code_, field);
  draw_note(rest, told_);
  const std::string code = recovery ? code_ : digits_of(code_);
  const bool complete = recovery ? !code.empty() : code.size() == code_digits;
  const bool pressed = ui::button("continue", rest.cut_top(56, space::s), "Continue",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if (is_sent(*method) && ui::button("again", rest.cut_top(ui::touch_min, space::s), "Send a new code",
                                     {.kind = ui::Kind::quiet, .disabled = busy_}))
    return send_factor_code(model, *method);
  if (ui::button("back", rest.cut_top(ui::touch_min), "Back to sign-in",
                 {.kind = ui::Kind::quiet, .disabled = busy_})) {
    model.give_up_step();
    return begin(Way::password);
  }
  // A code that the phone filled in needs no press.
  const bool filled = typed.changed && !recovery && complete;
  if (busy_ || !complete || (!pressed && !typed.submitted && !filled)) return;
  busy_ = true;
  error_.clear();
  model.show_factor(*method, code, [this](const Result<void>& result) { done(result); });
}

void SignInScreen::draw_new_password(Model& model) {
  const ui::Scope scope("new-password");
  Rect rest = draw_door(520);
  draw_door_head(rest, icon_key_round, "Choose a new password",
                 "Yours has expired. Take a long one that you use nowhere else.");
  const ui::FieldOptions field{.label = "New password",
                               .kind = ui::FieldKind::password,
                               .enter = ui::EnterHint::go,
                               .autocomplete = "new-password",
                               .error = error_,
                               .disabled = busy_,
                               .focus_now = true,
                               .length_max = 1024};
  const ui::FieldResult typed =
      ui::text_field("password", rest.cut_top(ui::field_height(field), space::l), password_, field);
  const bool pressed = ui::button("save", rest.cut_top(56, space::s), "Save and sign in",
                                  {.kind = ui::Kind::primary, .disabled = password_.empty(), .busy = busy_});
  if (ui::button("back", rest.cut_top(ui::touch_min), "Back to sign-in",
                 {.kind = ui::Kind::quiet, .disabled = busy_})) {
    model.give_up_step();
    return begin(Way::password);
  }
  if (busy_ || password_.empty() || (!pressed && !typed.submitted)) return;
  busy_ = true;
  error_.clear();
  model.replace_password(password_, [this](const Result<void>& result) { done(result); });
}

void SignInScreen::draw_code(Model& model) {
  const ui::Scope scope("by-code");
  Rect rest = draw_door(580);
  draw_door_head(rest, icon_key_round, "Sign in with a code",
                 code_sent_ ? "If this address belongs to somebody who may sign in so, a code is on its way."
                            : "A code of 6 digits comes to your e-mail address or phone.");
  const ui::FieldOptions address{.label = "E-mail or phone number",
                                 .enter = ui::EnterHint::send,
                                 .autocomplete = "username",
                                 .error = code_sent_ ? std::string_view() : std::string_view(error_),
                                 .disabled = busy_ || code_sent_,
                                 .focus_now = true,
                                 .length_max = 254};
  const ui::FieldResult address_typed =
      ui::text_field("address", rest.cut_top(ui::field_height(address), space::m), email_, address);
  const auto send = [&] {
    busy_ = true;
    error_.clear();
    model.send_code(email_, [this](const Result<void>& sent) {
      busy_ = false;
      if (sent.ok())
        code_sent_ = true, code_.clear();
      else
        error_ = words_of(sent.failure()), ui::announce(error_, true);
    });
  };
  if (!code_sent_) {
    const bool pressed = ui::button("send", rest.cut_top(56, space::s), "Send a code",
                                    {.kind = ui::Kind::primary, .disabled = email_.empty(), .busy = busy_});
    draw_other_ways(model, rest);
    if ((pressed || address_typed.submitted) && !email_.empty() && !busy_) send();
    return;
  }
  const ui::FieldOptions field = code_field("Code", error_, busy_);
  const ui::FieldResult typed =
      ui::text_field("code", rest.cut_top(ui::field_height(field), space::m), code_, field);
  const std::string code = digits_of(code_);
  const bool complete = code.size() == code_digits;
  const bool pressed = ui::button("sign-in", rest.cut_top(56, space::s), "Sign in",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if (ui::button("again", rest.cut_top(ui::touch_min, space::s), "Send a new code",
                 {.kind = ui::Kind::quiet, .disabled = busy_}))
    return send();
  if (ui::button("other", rest.cut_top(ui::touch_min, space::s), "Another address",
                 {.kind = ui::Kind::quiet, .disabled = busy_}))
    return begin(Way::code);
  draw_other_ways(model, rest);
  const bool filled = typed.changed && complete;
  if (busy_ || !complete || (!pressed && !typed.submitted && !filled)) return;
  busy_ = true;
  error_.clear();
  model.sign_in_by_code(email_, code, [this](const Result<void>& result) { done(result); });
}

}  // namespace ringup::till
