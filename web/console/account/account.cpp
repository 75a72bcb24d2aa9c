#include "web/console/account/account.h"

#include <algorithm>

#include "web/console/account/factor_setup.h"
#include "web/console/parts.h"
#include "web/console/people/person.h"
#include "web/console/sales/sale_row.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr float column_width = 720;
constexpr std::string_view kinds[] = {"totp", "sms", "email"};

struct Factor {
  std::string kind, phone_number;
  std::int64_t since = 0;
};
struct Device {
  std::string id, name;
  std::int64_t at = 0;
  bool current = false;
};

class Account final : public Screen {
 public:
  Account() {
    setup_.on_changed = [this](Desk& desk) { load_security(desk); };
  }
  std::string_view key() const override { return "account"; }
  std::string_view title() const override { return "My account"; }
  ui::Icon icon() const override { return icon_user; }
  Right needs() const override { return Right::shop_read; }
  bool in_rail() const override { return false; }
  bool unsaved() const override { return loaded_ && dirty(); }

  std::vector<Command> commands(Desk&) override {
    return {{"Go to", "My account", "", icon_user, [](Desk& at) { at.go("account"); }}};
  }

  void open(Desk& desk, const Place&) override {
    if (!dirty()) {
      desk.api().get("/api/accounts/me/", [this](Result<json::Value> answer) {
        problem_ = answer.ok() ? std::string() : words_of(answer.failure());
        if (answer.ok()) take(*answer);
      });
    }
    load_security(desk);
    load_sessions(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    if (!problem_.empty()) {
      if (ui::empty_state("failed", rect, icon_circle_alert, "Your account cannot be shown", problem_,
                          "Try again"))
        open(desk, desk.place());
      return;
    }
    rect = {rect.x - space::m, rect.y, std::min(rect.w, column_width) + 2 * space::m, rect.h};
    ui::ScrollArea area("page", rect,
                        {.padding = space::m, .padding_top = space::s, .padding_bottom = space::xxl});
    if (!loaded_) {
      for (int i = 0; i < 6; ++i) ui::skeleton(area.next(56, space::m));
      return;
    }
    draw_profile(desk, area);
    draw_password(desk, area);
    draw_factors(desk, area);
    draw_pin(desk, area);
    draw_devices(desk, area);
    draw_sessions(desk, area);
  }

  void draw_over(Desk& desk) override {
    setup_.draw(desk);
    draw_pin_sheet(desk);
    const std::string off = "Turn off: " + factor_word(asked_kind_) + "?";
    if (ui::ask("off", asking_off_,
                {.title = off,
                 .words = "Without a second factor your password alone opens your account.",
                 .action = "Turn off",
                 .danger = true}) == 1) {
      desk.send_proved("POST", factor_path(asked_kind_) + "disable/", {},
                       [this, &desk](Result<json::Value> answer) {
                         if (!answer.ok()) return failed(answer.failure());
                         ui::toast("Turned off");
                         load_security(desk);
                       });
    }
    if (ui::ask("codes", asking_codes_,
                {.title = "Make new recovery codes?",
                 .words = "The codes that you have now are good for nothing then.",
                 .action = "Make new codes"}) == 1)
      setup_.new_codes(desk);
  }

 private:
  struct Draft {
    std::string first_name, last_name;
    bool operator==(const Draft&) const = default;
  };
  bool dirty() const { return !(draft_ == saved_); }

  static void failed(const Failure& failure) { ui::toast(words_of(failure), {}, {}, ui::Tone::bad); }

  void take(const json::Value& me) {
    saved_ = {text_in(me, "first_name"), text_in(me, "last_name")};
    draft_ = saved_;
    phone_ = text_in(me, "phone_number");
    loaded_ = true;
  }

  void load_security(Desk& desk) {
    desk.api().get("/api/accounts/security/", [this](Result<json::Value> answer) {
      if (!answer.ok()) return;
      secured_ = true;
      factors_.clear(), devices_.clear();
      for (const json::Value& item : items_in(*answer, "factors")) {
        factors_.push_back({text_in(item, "kind"), text_in(item, "phone_number"),
                            read_time(text_in(item, "since")).value_or(0)});
      }
      for (const json::Value& item : items_in(*answer, "trusted_devices")) {
        devices_.push_back({text_in(item, "id"), device_words(text_in(item, "device")),
                            read_time(text_in(item, "expires_at")).value_or(0)});
      }
      codes_left_ = number_in(*answer, "recovery_codes_left");
      password_changed_ = read_time(text_in(*answer, "password_changed_at"));
      has_pin_ = flag_in(*answer, "has_pin");
    });
  }

  void load_sessions(Desk& desk) {
    desk.api().get("/api/accounts/sessions/?limit=100", [this](Result<json::Value> answer) {
      if (!answer.ok()) return;
      sessions_.clear();
      for (const json::Value& item : items_in(*answer)) {
        sessions_.push_back({text_in(item, "id"), device_words(text_in(item, "device")),
                             read_time(text_in(item, "last_used_at")).value_or(0), flag_in(item, "current")});
      }
    });
  }

  static void section(ui::ScrollArea& area, std::string_view words) {
    ui::heading(area.next(32, space::s), words, 2,
                {.size = ui::TextSize::title, .weight = ui::Weight::semibold});
  }

  void draw_profile(Desk& desk, ui::ScrollArea& area) {
    section(area, "Profile");
    paragraph(area, desk.user().email + " · " + role_word(desk.user().role));
    form_problem(area, profile_.general({"first_name", "last_name"}));
    const auto options = [&](std::string_view label, std::string_view field, std::string_view autocomplete) {
      return ui::FieldOptions{.label = label,
                              .autocomplete = autocomplete,
                              .error = profile_.error(field),
                              .length_max = 100,
                              .compact = true};
    };
    const ui::FieldOptions first = options("First name", "first_name", "given-name"),
                           last = options("Last name", "last_name", "family-name");
    const Rect names = area.next(std::max(ui::field_height(first), ui::field_height(last)), space::m);
    bool submitted =
        ui::text_field("first", names.column(0, 2, space::m), draft_.first_name, first).submitted;
    submitted |= ui::text_field("last", names.column(1, 2, space::m), draft_.last_name, last).submitted;
    Rect row = area.next(40, space::xxl);
    if ((ui::button("save", row.cut_left(150), "Save profile",
                    {.disabled = !dirty(), .busy = profile_.busy}) ||
         submitted) &&
        dirty() && !profile_.busy) {
      profile_.begin();
      desk.api().send("PATCH", "/api/accounts/me/",
                      json::Object{{"first_name", draft_.first_name}, {"last_name", draft_.last_name}},
                      [this, &desk](Result<json::Value> answer) {
                        if (!answer.ok()) return profile_.failed(answer.failure());
                        profile_.clear();
                        take(*answer);
                        desk.refresh_user();
                        ui::toast("Profile saved");
                      });
    }
  }

  void draw_password(Desk& desk, ui::ScrollArea& area) {
    section(area, "Password");
    if (password_changed_)
      paragraph(area, "Last changed " + in_sentence(desk.day(*password_changed_)) +
                          ". A new one signs you out on all other devices.");
    const ui::FieldOptions field{.label = "New password",
                                 .kind = ui::FieldKind::password,
                                 .enter = ui::EnterHint::go,
                                 .autocomplete = "new-password",
                                 .error = password_.words,
                                 .hint = "Some words that you remember are best",
                                 .disabled = password_.busy,
                                 .length_max = 1024,
                                 .compact = true};
    Rect box = area.next(ui::field_height(field), space::s);
    const bool submitted = ui::text_field("password", box, new_password_, field).submitted;
    Rect row = area.next(40, space::xxl);
    const bool pressed = ui::button("change", row.cut_left(180), "Change password",
                                    {.disabled = new_password_.empty(), .busy = password_.busy});
    if ((!pressed && !submitted) || new_password_.empty() || password_.busy) return;
    password_.begin();
    desk.send_proved("POST", "/api/accounts/change-password/", {{"new_password", new_password_}},
                     [this, &desk](Result<json::Value> answer) {
                       if (!answer.ok()) return password_.failed(answer.failure());
                       password_.clear();
                       new_password_.clear();
                       ui::toast("Password changed");
                       load_security(desk);
                       load_sessions(desk);
                     });
  }

  const Factor* factor(std::string_view kind) const {
    const auto found =
        std::find_if(factors_.begin(), factors_.end(), [&](const Factor& each) { return each.kind == kind; });
    return found == factors_.end() ? nullptr : &*found;
  }

  /// A line with words at the left and a button at the right; true when pressed.
  static bool line(ui::ScrollArea& area, ui::Icon icon, const std::string& title, const std::string& detail,
                   std::string_view action, std::string_view name) {
    const ui::Scope scope(title + detail);
    Rect box = area.next(ui::row_height, space::xs);
    const float width = ui::text_width(action, {.weight = ui::Weight::semibold}) + 2 * space::l;
    const Rect side = box.cut_right(width, space::s);
    ui::row("line", box, {.title = title, .detail = detail, .icon = icon, .pressable = false});
    return !action.empty() && ui::button("act", side.centred(width, 40), action, {.name = name});
  }

  void draw_factors(Desk& desk, ui::ScrollArea& area) {
    section(area, "Second factor");
    paragraph(area, "Whoever knows your password still cannot sign in without it.");
    for (const std::string_view kind : kinds) {
      const Factor* set = factor(kind);
      const std::string word = factor_word(kind);
      const std::string detail = set == nullptr
                                     ? (kind == "totp" ? "Not set up; the safest" : "Not set up")
                                     : (set->phone_number.empty() ? "" : set->phone_number + " · ") +
                                           "On since " + in_sentence(desk.day(set->since));
      const std::string name = (set == nullptr ? "Set up: " : "Turn off: ") + word;
      const ui::Icon icon = kind == "totp" ? icon_shield_check : kind == "sms" ? icon_smartphone : icon_mail;
      if (!line(area, icon, word, detail, set == nullptr ? "Set up" : "Turn off", name)) continue;
      if (set == nullptr) {
        setup_.begin(desk, std::string(kind), phone_);
      } else {
        asked_kind_ = kind;
        asking_off_ = true;
      }
    }
    if (!factors_.empty() && line(area, icon_key_round, "Recovery codes",
                                  codes_left_ == 1 ? "1 is left" : std::to_string(codes_left_) + " are left",
                                  "New codes", "New recovery codes"))
      asking_codes_ = true;
    area.skip(space::xl);
  }

  void draw_pin(Desk& desk, ui::ScrollArea& area) {
    if (!desk.may(Right::sell)) return;
    section(area, "PIN at the till");
    if (line(area, icon_calculator, has_pin_ ? "Your PIN is set" : "No PIN",
             "Lets you take over a till from somebody else, also without network.",
             has_pin_ ? "Change" : "Set a PIN", has_pin_ ? "Change the PIN" : "Set a PIN"))
      pin_open_ = true, pin_.clear(), pin_form_.clear();
    if (has_pin_ && ui::button("remove-pin", area.next(40), "Remove the PIN", {.kind = ui::Kind::quiet})) {
      desk.send_proved("DELETE", "/api/accounts/me/pin/", {}, [this](Result<json::Value> answer) {
        if (!answer.ok()) return failed(answer.failure());
        has_pin_ = false;
        ui::toast("PIN removed");
      });
    }
    area.skip(space::xl);
  }

  void draw_pin_sheet(Desk& desk) {
    ui::Sheet sheet("pin", pin_open_, {.title = "PIN at the till", .height = 220, .width_max = 440});
    if (!sheet) return;
    Rect rest = sheet.body().inset(space::xl, 0);
    const ui::FieldOptions field{.label = "New PIN",
                                 .kind = ui::FieldKind::number,
                                 .enter = ui::EnterHint::done,
                                 .autocomplete = "off",
                                 .error = pin_form_.words,
                                 .hint = "4 to 8 digits, not your birthday and not 1234",
                                 .disabled = pin_form_.busy,
                                 .focus_now = true,
                                 .length_max = 8};
    const bool submitted =
        ui::text_field("pin", rest.cut_top(ui::field_height(field), space::l), pin_, field).submitted;
    const bool pressed =
        ui::button("save", rest.cut_top(48), "Save PIN",
                   {.kind = ui::Kind::primary, .disabled = pin_.size() < 4, .busy = pin_form_.busy});
    if ((!pressed && !submitted) || pin_.size() < 4 || pin_form_.busy) return;
    pin_form_.begin();
    desk.send_proved("PUT", "/api/accounts/me/pin/", {{"pin", pin_}}, [this](Result<json::Value> answer) {
      if (!answer.ok()) return pin_form_.failed(answer.failure());
      pin_form_.clear();
      pin_.clear();
      pin_open_ = false;
      has_pin_ = true;
      ui::toast("PIN saved");
    });
  }

  void draw_devices(Desk& desk, ui::ScrollArea& area) {
    if (devices_.empty()) return;
    section(area, "Trusted devices");
    paragraph(area, "On these no second factor is asked.");
    for (const Device& device : devices_) {
      const ui::Scope scope(device.id);
      if (line(area, icon_monitor, device.name, "Until " + in_sentence(desk.day(device.at)), "Forget",
               "Forget " + device.name))
        desk.api().send("DELETE", "/api/accounts/security/trusted-devices/" + url_encoded(device.id) + "/",
                        {}, [this, &desk](Result<json::Value> answer) {
                          if (!answer.ok()) return failed(answer.failure());
                          ui::toast("Device forgotten");
                          load_security(desk);
                        });
    }
    area.skip(space::xl);
  }

  void draw_sessions(Desk& desk, ui::ScrollArea& area) {
    section(area, "Signed in on");
    for (const Device& session : sessions_) {
      const ui::Scope scope(session.id);
      const std::string when =
          session.current ? "This device, now" : "Last used " + in_sentence(desk.moment(session.at));
      if (line(area, icon_monitor, session.name, when, session.current ? "" : "Sign out",
               "Sign out on " + session.name))
        desk.api().send("DELETE", "/api/accounts/sessions/" + url_encoded(session.id) + "/", {},
                        [this, &desk](Result<json::Value> answer) {
                          if (!answer.ok()) return failed(answer.failure());
                          ui::toast("Signed out there");
                          load_sessions(desk);
                        });
    }
  }

  bool loaded_ = false, secured_ = false, has_pin_ = false, asking_off_ = false, asking_codes_ = false,
       pin_open_ = false;
  std::string problem_, new_password_, pin_, phone_, asked_kind_;
  Draft draft_, saved_;
  FormState profile_, password_, pin_form_;
  std::vector<Factor> factors_;
  std::vector<Device> devices_, sessions_;
  std::int64_t codes_left_ = 0;
  std::optional<std::int64_t> password_changed_;
  FactorSetup setup_;
};

}  // namespace

std::unique_ptr<Screen> make_account() {
  return std::make_unique<Account>();
}

}  // namespace ringup::console
