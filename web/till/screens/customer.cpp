#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

void NewCustomerSheet::begin(const std::string& name) {
  *this = NewCustomerSheet();
  // What was searched for in vain is most likely the name.
  const std::size_t space_at = name.find(' ');
  if (name.find('@') != std::string::npos) {
    email_ = name;
  } else {
    first_name_ = name.substr(0, space_at);
    if (space_at != std::string::npos) last_name_ = name.substr(space_at + 1);
  }
}

bool NewCustomerSheet::draw(Model& model, bool& open) {
  ui::Sheet sheet("new-customer", open, {.title = "New customer", .height = 640});
  if (!sheet) return false;
  Rect rest = sheet_body(sheet);
  const Rect button = rest.cut_bottom(56);
  rest.cut_bottom(space::m);
  bool submitted = false;
  {
    ui::ScrollArea area("form", rest, {.padding = 0});
    const auto field = [&](std::string_view key, std::string& value, ui::FieldOptions options) {
      if (where_ == key) options.error = error_;
      options.autocomplete = "off";
      const ui::FieldResult typed =
          ui::text_field(key, area.next(ui::field_height(options), space::m), value, options);
      if (typed.changed && where_ == key) where_.clear(), error_.clear();
      submitted |= typed.submitted;
    };
    field("first_name", first_name_,
          {.label = "First name", .enter = ui::EnterHint::next, .length_max = 100});
    field("last_name", last_name_, {.label = "Last name", .enter = ui::EnterHint::next, .length_max = 100});
    field("email", email_, {.label = "E-mail address", .kind = ui::FieldKind::email, .length_max = 254});
    field("phone_number", phone_number_,
          {.label = "Phone number",
           .placeholder = "+49 30 1234567",
           .kind = ui::FieldKind::phone,
           .length_max = 40});
    ui::text(area.next(ui::line_of(ui::TextSize::small), space::xs), "Agrees to be written to",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted});
    ui::checkbox("consent_email", area.next(ui::touch_min, space::xs), "By e-mail", consent_email_);
    ui::checkbox("consent_sms", area.next(ui::touch_min, space::s), "By text message", consent_sms_);
    if (where_.empty() && !error_.empty()) {
      const ui::TextStyle style{.tone = ui::Tone::bad, .lines = 3};
      ui::text("error", area.next(ui::text_height(error_, area.width(), style)), error_, style);
    }
  }
  const bool pressed =
      ui::button("add", button, model.saving() ? "Saving…" : "Add customer",
                 {.kind = ui::Kind::primary, .icon = icon_user_plus, .disabled = model.saving()});
  if (added_) {
    added_ = false;
    open = false;
    return true;
  }
  if ((!pressed && !submitted) || model.saving()) return false;
  model.counter().add_customer(
      {Id{}, email_, first_name_, last_name_, phone_number_, {consent_email_, consent_sms_}},
      [this](const Result<void>& done) {
        if (done.ok()) {
          added_ = true;
          ui::toast("The customer is in the cart");
          return;
        }
        where_ = done.failure().where;
        error_ = words_of(done.failure());
        ui::announce(error_, true);
      });
  return false;
}

}  // namespace ringup::till
