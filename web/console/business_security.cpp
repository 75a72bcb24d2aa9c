// How the business guards itself: passwords, second factors, networks, the budget for text messages.
#include <algorithm>
#include <array>
#include <charconv>

#include "web/console/parts.h"
#include "web/console/people/person.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr float column_width = 640;

std::string joined(const json::Value& value, std::string_view name) {
  std::string words;
  for (const json::Value& item : items_in(value, name)) {
    if (item.as_string() != nullptr) words += (words.empty() ? "" : ", ") + *item.as_string();
  }
  return words;
}

/// What was typed between commas, spaces or lines.
json::Array split(std::string_view text) {
  json::Array items;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(", ;\n\t"), text.size());
    if (end > 0) items.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return items;
}

std::optional<std::int64_t> whole(std::string_view text) {
  if (text.empty()) return 0;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

class SecuritySettings final : public Part {
 public:
  std::string_view key() const override { return "security"; }
  std::string_view title() const override { return "Security"; }
  Right needs() const override { return Right::business_manage; }
  bool unsaved() const override { return loaded_ && !(draft_ == saved_); }

  void load(Desk& desk) override {
    if (unsaved()) return;
    desk.api().get("/api/admin/security/", [this](Result<json::Value> answer) {
      problem_ = answer.ok() ? std::string() : words_of(answer.failure());
      if (answer.ok()) take(*answer);
    });
  }

  void draw(Desk& desk, Rect rect) override {
    if (!problem_.empty()) {
      if (ui::empty_state("failed", rect, icon_circle_alert, "The settings could not be loaded", problem_,
                          "Try again"))
        load(desk);
      return;
    }
    rect = {rect.x - space::m, rect.y, std::min(rect.w, column_width) + 2 * space::m, rect.h};
    ui::ScrollArea area("page", rect, {.padding = space::m, .padding_bottom = space::xxl});
    if (!loaded_) {
      for (int i = 0; i < 5; ++i) ui::skeleton(area.next(56, space::m));
      return;
    }
    form_problem(area, general());
    heading(area, "Second factor");
    paragraph(
        area,
        "People of these roles must show a second factor when they sign in. Who has set up none gets a code "
        "by e-mail.");
    for (int i = 0; i < role_count; ++i) {
      const Role role = static_cast<Role>(i);
      const ui::Scope scope(role_name(role));
      bool on = draft_.roles[static_cast<std::size_t>(i)];
      ui::checkbox("role", area.next(44), role_word(role), on);
      draft_.roles[static_cast<std::size_t>(i)] = on;
    }
    area.skip(space::l);
    heading(area, "Passwords");
    number(area, "password_days", "Must be changed after so many days",
           "0: never, which makes for better ones", draft_.days);
    heading(area, "Networks");
    paragraph(
        area,
        "Addresses such as 203.0.113.7 and networks such as 203.0.113.0/24, with commas between them. You "
        "cannot lock yourself out.");
    text(area, "ip_allow", "Only from these", "Empty: from everywhere", draft_.allow);
    text(area, "ip_deny", "Never from these", "Counts more than what is allowed", draft_.deny);
    heading(area, "Text messages");
    number(area, "sms_per_day", "At most so many a day", "Codes that strangers ask for cost no more",
           draft_.sms);
    Rect row = area.next(44, space::l);
    const bool dirty = !(draft_ == saved_);
    if (ui::button("save", row.cut_left(160, space::s), "Save changes",
                   {.kind = ui::Kind::primary, .disabled = !dirty, .busy = form_.busy}))
      save(desk);
    if (dirty && ui::button("discard", row.cut_left(110), "Discard")) {
      draft_ = saved_;
      form_.clear();
    }
  }

 private:
  struct Draft {
    std::array<bool, role_count> roles{};
    std::string days, allow, deny, sms;
    bool operator==(const Draft&) const = default;
  };

  /// The server names the one that is wrong: "ip_allow[2]".
  std::string_view error(std::string_view field) const {
    return std::string_view(form_.where).starts_with(field) ? std::string_view(form_.words)
                                                            : std::string_view();
  }
  std::string_view general() const {
    for (const std::string_view field : {"password_days", "ip_allow", "ip_deny", "sms_per_day"}) {
      if (std::string_view(form_.where).starts_with(field)) return {};
    }
    return form_.words;
  }

  void take(const json::Value& value) {
    saved_ = {};
    for (const json::Value& role : items_in(value, "second_factor_roles")) {
      if (role.as_string() == nullptr) continue;
      if (const auto known = parse_role(*role.as_string()))
        saved_.roles[static_cast<std::size_t>(*known)] = true;
    }
    saved_.days = std::to_string(number_in(value, "password_days"));
    saved_.sms = std::to_string(number_in(value, "sms_per_day"));
    saved_.allow = joined(value, "ip_allow");
    saved_.deny = joined(value, "ip_deny");
    draft_ = saved_;
    loaded_ = true;
  }

  static void heading(ui::ScrollArea& area, std::string_view words) {
    ui::heading(area.next(32, space::s), words, 2,
                {.size = ui::TextSize::title, .weight = ui::Weight::semibold});
  }

  void number(ui::ScrollArea& area, std::string_view field, std::string_view label, std::string_view hint,
              std::string& value) {
    const ui::FieldOptions options{.label = label,
                                   .kind = ui::FieldKind::number,
                                   .error = error(field),
                                   .hint = hint,
                                   .length_max = 6,
                                   .compact = true};
    ui::text_field(field, area.next(ui::field_height(options), space::xl), value, options);
  }
  void text(ui::ScrollArea& area, std::string_view field, std::string_view label, std::string_view hint,
            std::string& value) {
    const ui::FieldOptions options{.label = label,
                                   .autocomplete = "off",
                                   .error = error(field),
                                   .hint = hint,
                                   .length_max = 4000,
                                   .compact = true};
    ui::text_field(field, area.next(ui::field_height(options), space::l), value, options);
  }

  void save(Desk& desk) {
    form_.begin();
    json::Object body;
    const auto add_number = [&](const char* name, const std::string& now, const std::string& before) {
      if (now == before) return true;
      const auto value = whole(now);
      if (!value) {
        form_.failed(fail(Error::invalid_value, name, "Give a whole number, 0 or more."));
        return false;
      }
      body.push_back({name, *value});
      return true;
    };
    if (!add_number("password_days", draft_.days, saved_.days)) return;
    if (!add_number("sms_per_day", draft_.sms, saved_.sms)) return;
    if (draft_.roles != saved_.roles) {
      json::Array roles;
      for (int i = 0; i < role_count; ++i) {
        if (draft_.roles[static_cast<std::size_t>(i)]) roles.push_back(role_name(static_cast<Role>(i)));
      }
      body.push_back({"second_factor_roles", std::move(roles)});
    }
    if (draft_.allow != saved_.allow) body.push_back({"ip_allow", split(draft_.allow)});
    if (draft_.deny != saved_.deny) body.push_back({"ip_deny", split(draft_.deny)});
    desk.send_proved("PATCH", "/api/admin/security/", std::move(body), [this](Result<json::Value> answer) {
      if (!answer.ok()) return form_.failed(answer.failure());
      form_.clear();
      take(*answer);
      ui::toast("Security settings saved");
    });
  }

  bool loaded_ = false;
  std::string problem_;
  Draft draft_, saved_;
  FormState form_;
};

}  // namespace

std::unique_ptr<Part> make_security() {
  return std::make_unique<SecuritySettings>();
}

}  // namespace ringup::console
