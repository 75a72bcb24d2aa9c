#include "web/console/prover.h"

#include <utility>

#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

void Prover::send(std::string method, std::string path, json::Object body, Api::Done done) {
  api_.send(method, path, body, [this, method, path, body, done](Result<json::Value> answer) {
    if (answer.ok() || answer.error() != Error::proof_required) return done(std::move(answer));
    if (open_) return done(Error::forbidden);
    method_ = method;
    path_ = path;
    body_ = body;
    done_ = done;
    secret_.clear(), error_.clear();
    by_code_ = busy_ = false;
    open_ = true;
  });
}

void Prover::again() {
  busy_ = true;
  error_.clear();
  json::Object body = body_;
  body.push_back({"proof", json::Object{{by_code_ ? "code" : "password", secret_}}});
  api_.send(method_, path_, std::move(body), [this](Result<json::Value> answer) {
    busy_ = false;
    secret_.clear();
    if (!answer.ok() &&
        (answer.error() == Error::invalid_credentials || answer.error() == Error::account_locked ||
         answer.failure().where.starts_with("proof"))) {
      error_ =
          answer.error() == Error::invalid_credentials
              ? std::string(by_code_ ? "This code is wrong, used or too old." : "This password is wrong.")
              : words_of(answer.failure());
      ui::announce(error_, true);
      return;
    }
    open_ = false;
    if (const Api::Done done = std::exchange(done_, {})) done(std::move(answer));
  });
}

void Prover::close() {
  open_ = busy_ = false;
  secret_.clear();
  done_ = {};
  body_.clear();
}

void Prover::draw() {
  if (!open_) return;
  ui::Sheet sheet("proof", open_, {.title = "Is it you?", .height = 276, .width_max = 440});
  if (sheet) {
    Rect rest = sheet.body().inset(space::xl, 0);
    const std::string_view words = by_code_ ? "Enter a code of your authenticator app, or a recovery code."
                                            : "Enter your password once more to go on.";
    const ui::TextStyle style{.tone = ui::Tone::muted, .lines = 2};
    ui::text(rest.cut_top(ui::text_height(words, rest.w, style), space::m), words, style);
    const ui::FieldOptions field{.label = by_code_ ? "Code" : "Password",
                                 .kind = by_code_ ? ui::FieldKind::text : ui::FieldKind::password,
                                 .enter = ui::EnterHint::go,
                                 .autocomplete = by_code_ ? "one-time-code" : "current-password",
                                 .error = error_,
                                 .disabled = busy_,
                                 .focus_now = true,
                                 .length_max = 1024};
    const bool typed = ui::text_field(by_code_ ? "code" : "password",
                                      rest.cut_top(ui::field_height(field), space::m), secret_, field)
                           .submitted;
    Rect row = rest.cut_top(48);
    const bool pressed = ui::button("go", row.cut_right(140, space::s), "Continue",
                                    {.kind = ui::Kind::primary, .disabled = secret_.empty(), .busy = busy_});
    if (ui::button("other", row, by_code_ ? "Use the password" : "Use a code",
                   {.kind = ui::Kind::quiet, .disabled = busy_})) {
      by_code_ = !by_code_;
      secret_.clear(), error_.clear();
    }
    if ((pressed || typed) && !secret_.empty() && !busy_) again();
  }
  if (open_ || busy_) return;
  secret_.clear();
  if (const Api::Done done = std::exchange(done_, {}))
    done(fail(Error::forbidden, {}, "Nothing was changed."));
}

}  // namespace ringup::console
