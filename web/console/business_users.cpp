// Users: who may sign in, and as what.
#include <algorithm>

#include "web/console/business_parts.h"
#include "web/console/refresh.h"
#include "web/ui/initials.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

struct Person {
  Id id;
  std::string email, first_name, last_name, role;
  bool active = true;
  std::optional<std::int64_t> last_login;
  std::string name() const {
    const std::string both = first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
    return both.empty() ? email : both;
  }
};

const std::vector<std::string> role_words{"Owner", "Manager", "Cashier"};
constexpr std::string_view role_keys[] = {"owner", "manager", "cashier"};
constexpr std::string_view role_hints[] = {
    "Everything, also users and the business",
    "Products, prices, stock, tills, reports and tasks",
    "Sells and gives money back at the till",
};

int role_index(std::string_view role) {
  const auto found = std::find(std::begin(role_keys), std::end(role_keys), role);
  return found == std::end(role_keys) ? 2 : static_cast<int>(found - std::begin(role_keys));
}

/// Twenty letters and digits in four groups: easy to read out, 90 bits.
std::string make_password(platform::Bridge& bridge) {
  constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string password;
  for (int i = 0; i < 20;) {
    std::uint8_t byte = 0;
    bridge.random({&byte, 1});
    if (byte >= 256 / letters.size() * letters.size()) continue;
    if (i > 0 && i % 5 == 0) password += '-';
    password += letters[byte % letters.size()];
    ++i;
  }
  return password;
}

class Users final : public Part {
 public:
  std::string_view key() const override { return "users"; }
  std::string_view title() const override { return "Users"; }
  Right needs() const override { return Right::business_manage; }

  /// Whoever fills in a form is left alone.
  void heard(Desk& desk, const News& news) override {
    if (news.topic == Topic::business && what_.empty()) refresh_.want(desk);
  }

  void load(Desk& desk) override { fetch(desk, {}); }

  void fetch(Desk& desk, const std::function<void()>& done) {
    desk.api().get("/api/admin/users/?limit=200", [this, &desk, done](Result<json::Value> answer) {
      if (done) done();
      loading_ = false;
      problem_ = answer.ok() ? std::string() : words_of(answer.failure());
      if (!answer.ok()) return;
      people_.clear();
      for (const json::Value& item : items_in(*answer)) {
        people_.push_back({id_in(item, "id"), text_in(item, "email"), text_in(item, "first_name"),
                           text_in(item, "last_name"), text_in(item, "role"), flag_in(item, "is_active"),
                           read_time(text_in(item, "last_login"))});
      }
      std::stable_sort(people_.begin(), people_.end(), [](const Person& a, const Person& b) {
        return std::pair(!a.active, role_index(a.role)) < std::pair(!b.active, role_index(b.role));
      });
      if (!what_.empty() && what_ != "new" && !form_.busy) edit(desk, what_);
    });
  }

  void edit(Desk& desk, const std::string& what) override {
    what_ = what;
    form_.clear();
    first_.clear(), last_.clear(), email_.clear(), password_.clear();
    role_ = 2;
    active_ = true;
    new_password_ = what == "new";
    if (what.empty() || what == "new") return;
    const Person* person = opened();
    if (person == nullptr && !loading_) return show(desk, {});
    if (person == nullptr) return;
    first_ = person->first_name;
    last_ = person->last_name;
    email_ = person->email;
    role_ = role_index(person->role);
    active_ = person->active;
  }
  void draw_actions(Desk& desk, Rect rect) override {
    if (action_button("add", rect, "Add user", icon_user_plus)) show(desk, "new");
  }
  std::vector<Command> commands() override {
    return {{"Actions", "Add a user", "", icon_user_plus, [this](Desk& desk) { show(desk, "new"); }}};
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !what_.empty());
    constexpr ui::TableColumn columns[] = {
        {.key = "name", .title = "User", .width = 220, .share = 1, .hideable = false, .keep = 9},
        {.key = "email", .title = "E-mail", .width = 240, .share = 1, .keep = 4},
        {.key = "role", .title = "Role", .width = 110, .keep = 8},
        {.key = "state", .title = "State", .width = 120, .keep = 6},
        {.key = "login", .title = "Last sign-in", .width = 150, .keep = 3},
    };
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < people_.size(); ++i) {
      if (to_string(people_[i].id) == what_) open = i;
    }
    const ui::TableResult did = ui::data_table(
        "table", rect, columns, table_,
        {.name = "Users",
         .count = people_.size(),
         .opened = open,
         .loading = loading_,
         .chooser = false,
         .empty =
             [&](Rect box) {
               if (ui::empty_state("failed", box, icon_circle_alert, "The users could not be loaded",
                                   problem_, "Try again"))
                 load(desk);
             },
         .faint = [&](std::size_t row) { return !people_[row].active; }},
        [&](std::size_t row, std::size_t column, ui::Cell& cell) {
          const Person& person = people_[row];
          const std::string name = person.name();
          if (column == 0) {
            cell.picture({}, ui::initials_of(name), ui::seed_of(person.id));
            cell.words(name, ui::Tone::text, ui::Weight::semibold);
          }
          if (column == 1) cell.words(person.email, ui::Tone::muted);
          if (column == 2) cell.words(role_words[static_cast<std::size_t>(role_index(person.role))]);
          if (column == 3)
            cell.dot(person.active ? "Active" : "Deactivated",
                     person.active ? ui::Tone::good : ui::Tone::muted);
          if (column == 4)
            cell.words(person.last_login ? desk.moment(*person.last_login) : "Never", ui::Tone::muted);
        });
    if (did.opened) show(desk, to_string(people_[*did.opened].id));
    draw_panel(desk, around);
  }

 private:
  const Person* opened() const {
    for (const Person& person : people_) {
      if (to_string(person.id) == what_) return &person;
    }
    return nullptr;
  }

  void draw_panel(Desk& desk, Rect around) {
    bool open = !what_.empty();
    const bool fresh = what_ == "new";
    const Person* person = opened();
    const std::string title = fresh ? "Add user" : person == nullptr ? "User" : person->name();
    const ui::SidePanelOptions options{.title = title,
                                       .detail = person == nullptr ? std::string_view() : person->email,
                                       .width = panel_width,
                                       .footer = 72};
    ui::SidePanel panel("user", open, around, options);
    if (panel) {
      draw_form(desk, panel.body(), fresh);
      const bool complete = !fresh || (!email_.empty() && !password_.empty());
      const int pressed = panel_buttons(panel.footer(), fresh ? "Add user" : "Save", complete, form_.busy);
      if (pressed == 0) open = false;
      if (pressed == 1) save(desk, fresh);
    }
    if (!open && !what_.empty()) show(desk, {});
  }

  void draw_form(Desk& desk, Rect rect, bool fresh) {
    ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
    form_problem(area, form_.general({"first_name", "last_name", "email", "password", "role"}));
    const ui::FieldOptions first{.label = "First name",
                                 .error = form_.error("first_name"),
                                 .focus_now = fresh,
                                 .length_max = 100,
                                 .compact = true};
    ui::text_field("first", area.next(ui::field_height(first), space::l), first_, first);
    const ui::FieldOptions last{
        .label = "Last name", .error = form_.error("last_name"), .length_max = 100, .compact = true};
    ui::text_field("last", area.next(ui::field_height(last), space::l), last_, last);
    if (fresh) {
      const ui::FieldOptions email{.label = "E-mail",
                                   .kind = ui::FieldKind::email,
                                   .autocomplete = "off",
                                   .error = form_.error("email"),
                                   .hint = "To sign in with",
                                   .length_max = 254,
                                   .compact = true};
      ui::text_field("email", area.next(ui::field_height(email), space::l), email_, email);
    }
    const ui::SelectOptions role{.label = "Role",
                                 .error = form_.error("role"),
                                 .hint = role_hints[static_cast<std::size_t>(std::clamp(role_, 0, 2))],
                                 .compact = true};
    ui::select("role", area.next(ui::select_height(role), space::l), role_words, role_, role);
    if (new_password_) {
      const ui::FieldOptions password{.label = "Password",
                                      .autocomplete = "off",
                                      .error = form_.error("password"),
                                      .hint = "At least 8 characters. Give it to them in person.",
                                      .length_max = 200,
                                      .compact = true};
      ui::text_field("password", area.next(ui::field_height(password), space::s), password_, password);
      if (ui::button("suggest", area.next(40, space::l), "Suggest a password", {.icon = icon_key_round}))
        password_ = make_password(desk.bridge());
    } else if (ui::button("reset", area.next(40, space::l), "Set a new password", {.icon = icon_key_round})) {
      new_password_ = true;
    }
    if (fresh) return;
    if (what_ == to_string(desk.user().id))
      return paragraph(area, "This is you. Another owner can take your role away or deactivate you.");
    ui::toggle("active", area.next(48, space::s), "May sign in", active_);
    paragraph(area,
              "Whoever is deactivated, or gets a new password, is signed out everywhere at once. What "
              "they did stays in the books under their name.");
  }

  void save(Desk& desk, bool fresh) {
    form_.begin();
    json::Object body{{"first_name", first_},
                      {"last_name", last_},
                      {"role", role_keys[static_cast<std::size_t>(std::clamp(role_, 0, 2))]}};
    if (fresh)
      body.push_back({"email", email_});
    else
      body.push_back({"is_active", active_});
    if (new_password_ && !password_.empty()) body.push_back({"password", password_});
    desk.api().send(fresh ? "POST" : "PATCH", fresh ? "/api/admin/users/" : "/api/admin/users/" + what_ + "/",
                    std::move(body), [this, &desk, fresh](Result<json::Value> answer) {
                      if (!answer.ok()) return form_.failed(answer.failure());
                      form_.clear();
                      ui::toast(fresh ? "User added" : "User saved");
                      show(desk, {});
                      load(desk);
                    });
  }

  std::vector<Person> people_;
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) { fetch(desk, done); }};
  bool loading_ = true;
  std::string problem_;
  std::string what_, first_, last_, email_, password_;
  int role_ = 2;
  bool active_ = true, new_password_ = false;
  FormState form_;
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_users() {
  return std::make_unique<Users>();
}

}  // namespace ringup::console
