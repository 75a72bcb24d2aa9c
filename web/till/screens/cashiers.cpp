// Changing places at the till: names, then a PIN on our own keypad; and setting one's own PIN.
#include "core/identity/pin.h"
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr float box_width_max = 420, keypad_height_max = 4 * 72 + 3 * space::s;
constexpr float pin_height_wide = 600;
constexpr double second_ms = 1000;

/// One press of the keypad on what is typed; said, because the dots do not tell.
void type(std::string& pin, char key) {
  const std::size_t before = pin.size();
  if (key == 'x')
    pin.clear();
  else if (key == '<' && !pin.empty())
    pin.pop_back();
  else if (key >= '0' && key <= '9' && pin.size() < pin_digits_max)
    pin += key;
  if (pin.size() != before)
    ui::announce(std::to_string(pin.size()) + (pin.size() == 1 ? " digit" : " digits"));
}

/// A dot for each digit, and as many empty places as a PIN has at least. Never the digits.
void draw_dots(Rect place, std::size_t typed) {
  std::string dots;
  for (std::size_t i = 0; i < std::max(typed, pin_digits_min); ++i)
    dots.append(i == 0 ? "" : " ").append(i < typed ? "•" : "–");
  ui::text("digits", place, dots,
           {.size = ui::TextSize::amount,
            .weight = ui::Weight::semibold,
            .align = ui::Align::centre,
            .middle = true});
}

void draw_error(Rect& rest, const std::string& words) {
  const ui::TextStyle style{.tone = ui::Tone::bad, .align = ui::Align::centre, .lines = 4};
  const float height =
      words.empty() ? ui::line_of(ui::TextSize::body) : ui::text_height(words, rest.w, style);
  const Rect place = rest.cut_top(height, space::s);
  if (!words.empty()) ui::text("error", place, words, style);
}

/// The middle of the screen below a header.
Rect draw_column() {
  Rect screen = ui::screen();
  const float width = std::min(screen.w - 2 * space::l, box_width_max);
  return {screen.x + (screen.w - width) / 2, screen.y, width, screen.h};
}

std::string detail_of(const Permits& permits, const Permits::Person& person) {
  const Id& user = person.permit.user;
  if (permits.wait_ms(user) > 0) return "Too many wrong PINs: again " + permits.wait_words(user);
  if (permits.is_expired(person.permit)) return "Permit expired: connect to the network";
  std::string role(role_name(person.permit.role));
  role[0] = static_cast<char>(role[0] - 'a' + 'A');
  return role;
}

}  // namespace

void CashierList::begin() {
  chosen_.reset();
  pin_.clear();
  error_.clear();
  switched_ = false;
}

CashierList::Press CashierList::draw(Model& model, bool back) {
  if (switched_) {
    begin();
    return Press::switched;
  }
  if (chosen_.has_value() && model.permits().find(*chosen_) == nullptr) begin();
  return chosen_.has_value() ? draw_pin(model) : draw_people(model, back);
}

CashierList::Press CashierList::draw_people(Model& model, bool back) {
  const ui::Scope scope("people");
  ui::ground();
  Rect rest = draw_column();
  Press press = Press::none;
  if (back) {
    Rect screen = ui::screen();
    if (draw_header(screen.cut_top(56), "Who is selling?")) press = Press::back;
    rest.cut_top(56 + space::l);
  } else {
    rest.cut_top(std::min(space::xxl, rest.h / 20));
    ui::heading(rest.cut_top(36, space::xs), "Who is selling?", 1,
                {.size = ui::TextSize::large, .weight = ui::Weight::semibold, .align = ui::Align::centre});
    ui::text(rest.cut_top(ui::line_of(ui::TextSize::body), space::l),
             model.settings().business + ", " + model.settings().branch_name,
             {.tone = ui::Tone::muted, .align = ui::Align::centre});
  }
  Rect foot = rest.cut_bottom(ui::touch_min + 2 * space::l);
  if (ui::button("password", foot.inset(0, space::l), "Sign in with a password", {.icon = icon_key_round}))
    press = Press::password;
  const Permits& permits = model.permits();
  const ui::Group group("cashiers", ui::Role::list, "Cashiers", rest);
  ui::ScrollArea area("rows", rest, {.padding = 0});
  bool waits = false;
  for (const Permits::Person& person : permits.people()) {
    const ui::Scope one(to_string(person.permit.user));
    const Rect place = area.next(ui::row_height, space::s);
    const ui::Group item("item", ui::Role::listitem, person.name, place);
    const std::string detail = detail_of(permits, person), initials = ui::initials_of(person.name);
    const bool here = model.cashier().has_value() && model.cashier()->user == person.permit.user;
    waits = waits || permits.wait_ms(person.permit.user) > 0;
    if (ui::row("person", place,
                {.title = person.name,
                 .detail = detail,
                 .trailing = here ? "At the till" : "",
                 .initials = initials,
                 .seed = ui::seed_of(person.permit.user),
                 .chevron = true,
                 .selected = here}) != ui::RowPress::tap)
      continue;
    begin();
    chosen_ = person.permit.user;
  }
  if (waits) ui::wake_in(second_ms);
  return press;
}

void CashierList::press(Model& model, char key) {
  if (key == 0 || model.permits().proving()) return;
  error_.clear();
  type(pin_, key);
}

CashierList::Press CashierList::draw_pin(Model& model) {
  const ui::Scope scope("pin");
  const Permits& permits = model.permits();
  const Permits::Person& person = *permits.find(*chosen_);
  ui::ground();
  Rect screen = ui::screen();
  if (draw_header(screen.cut_top(56), person.name) && !permits.proving()) {
    begin();
    return Press::none;
  }
  Rect rest = draw_column();
  rest.cut_top(56 + space::l);
  rest.cut_bottom(space::l);
  if (ui::wide()) rest = rest.centred(rest.w, std::min(rest.h, pin_height_wide));  // keys near what they type
  const Rect button = rest.cut_bottom(56, space::m);
  const bool waits = permits.wait_ms(*chosen_) > 0 && !permits.proving();
  const bool shut = waits || permits.is_expired(person.permit);
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::body), space::s), "PIN of " + person.name,
           {.tone = ui::Tone::muted, .align = ui::Align::centre});
  draw_dots(rest.cut_top(54, space::s), pin_.size());
  if (waits) {
    error_ =
        "Too many wrong PINs. Try again " + permits.wait_words(*chosen_) + ", or sign in with the password.";
    ui::wake_in(second_ms);
  } else if (shut && error_.empty()) {
    error_ = "This permit has expired. Connect to the network to renew it, or sign in with the password.";
  }
  draw_error(rest, error_);
  if (shut) {
    pin_.clear();
    const bool away = ui::button("password", button, "Sign in with a password", {});
    return away ? Press::password : Press::none;
  }
  Rect keys = rest;
  if (keys.h > keypad_height_max) keys = keys.cut_bottom(keypad_height_max);
  press(model, ui::keypad("keypad", keys));
  const bool complete = pin_.size() >= pin_digits_min;
  const bool pressed =
      ui::button("start", button, "Start selling",
                 {.kind = ui::Kind::primary, .disabled = !complete, .busy = permits.proving()});
  if (complete && !permits.proving() && (pressed || ui::key_pressed("Enter"))) start(model);
  return Press::none;
}

void CashierList::start(Model& model) {
  model.switch_to(*chosen_, std::exchange(pin_, {}), [this](const Result<void>& done) {
    switched_ = done.ok();
    error_ = done.ok() ? std::string() : words_of(done.failure());
    if (!done.ok()) ui::announce(error_, true);
  });
}

// --- one's own PIN ---

void PinSheet::draw(Model& model, Way& way) {
  if (way.pin_open && !open_) *this = PinSheet();
  open_ = way.pin_open;
  ui::Sheet sheet("own-pin", way.pin_open, {.title = "My PIN", .height = 620});
  if (!sheet) return;
  if (done_) {
    way.pin_open = false;
    ui::toast("Your PIN is set. It works at every till of this shop in a moment.");
    return;
  }
  Rect rest = sheet_body(sheet);
  const Rect button = rest.cut_bottom(56, space::m);
  const std::string words =
      ask_password_ ? "Show your password once more, because the last time was a while ago."
      : first_.empty()
          ? "Choose 4 to 8 digits. With them you change places at the till, without a network too."
          : "The same digits once more.";
  const ui::TextStyle style{.tone = ui::Tone::muted, .align = ui::Align::centre, .lines = 3};
  ui::text(rest.cut_top(ui::text_height(words, rest.w, style), space::m), words, style);
  if (ask_password_) {
    const ui::FieldOptions field{.label = "Password",
                                 .kind = ui::FieldKind::password,
                                 .enter = ui::EnterHint::go,
                                 .autocomplete = "current-password",
                                 .error = error_,
                                 .disabled = busy_,
                                 .focus_now = true,
                                 .length_max = 1024};
    const bool typed =
        ui::text_field("password", rest.cut_top(ui::field_height(field)), password_, field).submitted;
    const bool pressed =
        ui::button("save", button, "Set the PIN",
                   {.kind = ui::Kind::primary, .disabled = password_.empty(), .busy = busy_});
    if ((typed || pressed) && !password_.empty() && !busy_) save(model);
    return;
  }
  draw_dots(rest.cut_top(54, space::s), pin_.size());
  draw_error(rest, error_);
  Rect keys = rest;
  if (keys.h > keypad_height_max) keys = keys.cut_bottom(keypad_height_max);
  if (const char key = ui::keypad("keypad", keys); key != 0 && !busy_) {
    error_.clear();
    type(pin_, key);
  }
  const bool complete = pin_.size() >= pin_digits_min;
  const bool pressed = ui::button("next", button, first_.empty() ? "Next" : "Set the PIN",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if (!complete || busy_ || (!pressed && !ui::key_pressed("Enter"))) return;
  if (first_.empty()) {
    if (const Result<void> fine = check_pin(pin_); !fine.ok())
      error_ = words_of(fine.failure());
    else
      first_ = pin_;
    pin_.clear();
  } else if (pin_ != first_) {
    error_ = "The two were not the same. Choose again.";
    first_.clear();
    pin_.clear();
  } else {
    save(model);
  }
  if (!error_.empty()) ui::announce(error_, true);
}

void PinSheet::save(Model& model) {
  busy_ = true;
  error_.clear();
  model.set_pin(first_, std::exchange(password_, {}), [this](const Result<void>& set) {
    busy_ = false;
    done_ = set.ok();
    if (set.ok()) return;
    if (set.error() == Error::proof_required) {
      ask_password_ = true;
      return;
    }
    error_ = words_of(set.failure());
    ui::announce(error_, true);
    if (!ask_password_) first_.clear(), pin_.clear();
  });
}

}  // namespace ringup::till
