#include "web/console/account/factor_setup.h"

#include "web/console/people/person.h"
#include "web/ui/overlays.h"
#include "web/ui/qr.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

/// In groups of four: so it is typed over from one screen to another.
std::string grouped(std::string_view secret) {
  std::string words;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    if (i > 0 && i % 4 == 0) words += ' ';
    words += secret[i];
  }
  return words;
}

void paragraph(Rect& rest, std::string_view words, float gap = space::m) {
  const ui::TextStyle style{.tone = ui::Tone::muted, .lines = 4};
  ui::text(rest.cut_top(ui::text_height(words, rest.w, style), gap), words, style);
}

}  // namespace

std::string factor_path(std::string_view kind) {
  return "/api/accounts/security/" + std::string(kind) + (kind == "totp" ? "/" : "-2fa/");
}

void FactorSetup::begin(Desk& desk, std::string kind, std::string phone_number) {
  if (busy_) return;
  const auto changed = std::move(on_changed);
  *this = {};
  on_changed = changed;
  kind_ = std::move(kind);
  phone_ = std::move(phone_number);
  if (kind_ == "sms")
    stage_ = Stage::phone;
  else
    enable(desk);
}

void FactorSetup::failed(const Failure& failure) {
  busy_ = false;
  error_ = words_of(failure);
  if (stage_ == Stage::closed) {
    if (failure.error != Error::forbidden || !failure.detail.empty())
      ui::toast(error_, {}, {}, ui::Tone::bad);
    return;
  }
  ui::announce(error_, true);
}

void FactorSetup::enable(Desk& desk) {
  busy_ = true;
  error_.clear();
  json::Object body;
  if (kind_ == "sms") body.push_back({"phone_number", phone_});
  desk.send_proved("POST", factor_path(kind_) + "enable/", std::move(body),
                   [this](Result<json::Value> answer) {
                     if (!answer.ok()) return failed(answer.failure());
                     busy_ = false;
                     secret_ = text_in(*answer, "secret");
                     uri_ = text_in(*answer, "otpauth_uri");
                     stage_ = kind_ == "totp" ? Stage::scan : Stage::code;
                   });
}

void FactorSetup::verify(Desk& desk) {
  busy_ = true;
  error_.clear();
  desk.api().send(
      "POST", factor_path(kind_) + "verify/", json::Object{{"code", code_}},
      [this, &desk](Result<json::Value> answer) {
        code_.clear();
        if (!answer.ok()) {
          if (answer.error() == Error::invalid_credentials)
            return failed(fail(Error::invalid_credentials, {}, "This code is wrong, used or too old."));
          return failed(answer.failure());
        }
        ui::toast(factor_word(kind_) + " is on");
        take_codes(desk, *answer);
      });
}

void FactorSetup::take_codes(Desk& desk, const json::Value& answer) {
  busy_ = false;
  secret_.clear(), uri_.clear();
  codes_.clear();
  for (const json::Value& code : items_in(answer, "recovery_codes")) {
    if (code.as_string() != nullptr) codes_.push_back(*code.as_string());
  }
  // Codes come with the first factor alone.
  stage_ = codes_.empty() ? Stage::closed : Stage::codes;
  if (on_changed) on_changed(desk);
}

void FactorSetup::new_codes(Desk& desk) {
  if (busy_) return;
  busy_ = true;
  stage_ = Stage::closed;
  desk.send_proved("POST", "/api/accounts/security/recovery/regenerate/", {},
                   [this, &desk](Result<json::Value> answer) {
                     if (!answer.ok()) return failed(answer.failure());
                     take_codes(desk, *answer);
                   });
}

void FactorSetup::draw(Desk& desk) {
  if (stage_ == Stage::closed) return;
  bool open = true;
  const std::string title = stage_ == Stage::codes ? "Your recovery codes" : "Set up: " + factor_word(kind_);
  const float height = stage_ == Stage::scan ? 560 : stage_ == Stage::codes ? 470 : 290;
  // Codes are shown once: only the button says that they are kept.
  ui::Sheet sheet(
      "factor", open,
      {.title = title, .height = height, .dismissible = stage_ != Stage::codes, .width_max = 480});
  if (sheet) {
    const Rect rest = sheet.body().inset(space::xl, 0);
    if (stage_ == Stage::phone)
      draw_phone(desk, rest);
    else if (stage_ == Stage::scan)
      draw_scan(desk, rest);
    else if (stage_ == Stage::code)
      draw_code(desk, rest,
                kind_ == "sms" ? "We sent a text message with a code to " + phone_ + "."
                               : "We sent an e-mail with a code to " + desk.user().email + ".");
    else
      draw_codes(desk, rest);
  }
  if (!open) stage_ = Stage::closed;
}

void FactorSetup::draw_phone(Desk& desk, Rect rest) {
  paragraph(
      rest,
      "When you sign in, we send a code to this number. An authenticator app is safer: it needs no network "
      "and no message can be caught.");
  const ui::FieldOptions phone{.label = "Phone number",
                               .placeholder = "+49 30 1234567",
                               .kind = ui::FieldKind::phone,
                               .enter = ui::EnterHint::send,
                               .autocomplete = "tel",
                               .error = error_,
                               .disabled = busy_,
                               .focus_now = true,
                               .length_max = 40};
  const bool typed =
      ui::text_field("phone", rest.cut_top(ui::field_height(phone), space::l), phone_, phone).submitted;
  const bool pressed = ui::button("send", rest.cut_top(48), "Send code",
                                  {.kind = ui::Kind::primary, .disabled = phone_.empty(), .busy = busy_});
  if ((typed || pressed) && !phone_.empty() && !busy_) enable(desk);
}

void FactorSetup::draw_scan(Desk& desk, Rect rest) {
  paragraph(rest, "Scan this with an authenticator app, then type the code that it shows.");
  ui::qr("qr", rest.cut_top(208, space::m), uri_, "For your authenticator app");
  const std::string words = grouped(secret_);
  Rect row = rest.cut_top(44, space::m);
  if (ui::button("copy", row.cut_right(100, space::s), "Copy", {.icon = icon_copy, .name = "Copy the key"})) {
    desk.bridge().copy_text(secret_);
    ui::toast("Key copied");
  }
  ui::text("secret", row, words, {.size = ui::TextSize::small, .lines = 2, .middle = true});
  draw_code(desk, rest, {});
}

void FactorSetup::draw_code(Desk& desk, Rect rest, std::string_view words) {
  if (!words.empty()) paragraph(rest, words);
  const ui::FieldOptions field{.label = "Code",
                               .kind = ui::FieldKind::code,
                               .enter = ui::EnterHint::go,
                               .autocomplete = "one-time-code",
                               .error = error_,
                               .disabled = busy_,
                               .focus_now = true,
                               .length_max = 10};
  const bool typed =
      ui::text_field("code", rest.cut_top(ui::field_height(field), space::l), code_, field).submitted;
  const bool pressed = ui::button("on", rest.cut_top(48), "Turn on",
                                  {.kind = ui::Kind::primary, .disabled = code_.empty(), .busy = busy_});
  if ((typed || pressed) && !code_.empty() && !busy_) verify(desk);
}

void FactorSetup::draw_codes(Desk& desk, Rect rest) {
  paragraph(
      rest,
      "Each opens your account once, where your phone is lost. Keep them where nobody else looks: they are "
      "shown only now.");
  std::string all;
  for (const std::string& code : codes_) all += code + "\n";
  const int rows = static_cast<int>(codes_.size() + 1) / 2;
  const Rect box = rest.cut_top(static_cast<float>(rows) * 36, space::l);
  {
    const ui::Group list("codes", ui::Role::list, "Recovery codes", box);
    for (std::size_t i = 0; i < codes_.size(); ++i) {
      const ui::Scope scope(i);
      const Rect cell = box.column(static_cast<int>(i) % 2, 2, space::m).row(static_cast<int>(i) / 2, rows);
      const ui::Group item("item", ui::Role::listitem, codes_[i], cell);
      ui::text(cell, codes_[i], {.weight = ui::Weight::semibold, .align = ui::Align::centre, .middle = true});
    }
  }
  Rect row = rest.cut_top(44, space::m);
  if (ui::button("copy", row.column(0, 2, space::s), "Copy", {.icon = icon_copy})) {
    desk.bridge().copy_text(all);
    ui::toast("Recovery codes copied");
  }
  if (ui::button("print", row.column(1, 2, space::s), "Print", {.icon = icon_printer}))
    desk.bridge().print_text("Recovery codes", desk.facts().name + "\n" + desk.user().email + "\n\n" + all);
  if (ui::button("kept", rest.cut_top(48), "I have kept them", {.kind = ui::Kind::primary})) {
    codes_.clear();
    stage_ = Stage::closed;
  }
}

}  // namespace ringup::console
