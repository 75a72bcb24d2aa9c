#include "web/console/people/user_panel.h"

#include <algorithm>

#include "web/console/sales/sale_row.h"
#include "web/ui/figures.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

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

json::Value or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

json::Array ids_of(const std::vector<std::string>& ids) {
  json::Array items;
  for (const std::string& id : ids) items.push_back(id);
  return items;
}

void title(ui::ScrollArea& area, std::string_view words) {
  ui::heading(area.next(24, space::s), words, 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
}

}  // namespace

void UserPanel::open(Desk& desk, const std::string& id) {
  if (id == subject_) return;
  UserPanel fresh;
  fresh.serial_ = serial_ + 1;
  fresh.on_saved = std::move(on_saved);
  fresh.groups_ = std::move(groups_);
  fresh.subject_ = id;
  fresh.open_ = !id.empty();
  *this = std::move(fresh);
  if (!open_ || is_new()) return;
  loading_ = true;
  desk.api().get("/api/admin/users/" + url_encoded(id) + "/",
                 [this, serial = serial_](Result<json::Value> answer) {
                   if (serial != serial_) return;
                   loading_ = false;
                   if (answer.ok())
                     take(*answer);
                   else
                     problem_ = words_of(answer.failure());
                 });
  fetch_sessions(desk);
}

void UserPanel::fetch_sessions(Desk& desk) {
  desk.api().get("/api/admin/users/" + url_encoded(subject_) + "/sessions/", [this, serial = serial_](
                                                                                 Result<json::Value> answer) {
    if (serial != serial_ || !answer.ok()) return;
    sessions_.clear();
    for (const json::Value& item : items_in(*answer)) {
      sessions_.push_back({device_words(text_in(item, "device")),
                           read_time(text_in(item, "last_used_at")).value_or(0), flag_in(item, "current")});
    }
  });
}

void UserPanel::take(const json::Value& value) {
  person_ = read_person(value);
  std::sort(person_.groups.begin(), person_.groups.end());
  saved_ = {person_.email,
            person_.first_name,
            person_.last_name,
            person_.phone_number,
            person_.designation,
            person_.branch,
            {},
            person_.role,
            person_.groups,
            person_.active,
            person_.password_expired};
  draft_ = saved_;
  new_password_ = false;
}

json::Object UserPanel::body() const {
  json::Object body;
  const auto add = [&](const char* name, const auto& now, const auto& before, json::Value value) {
    if (is_new() || now != before) body.push_back({name, std::move(value)});
  };
  if (is_new()) body.push_back({"email", draft_.email});
  add("first_name", draft_.first_name, saved_.first_name, draft_.first_name);
  add("last_name", draft_.last_name, saved_.last_name, draft_.last_name);
  add("phone_number", draft_.phone_number, saved_.phone_number, or_null(draft_.phone_number));
  add("designation", draft_.designation, saved_.designation, draft_.designation);
  add("branch", draft_.branch, saved_.branch, or_null(draft_.branch));
  add("role", draft_.role, saved_.role, role_name(draft_.role));
  add("groups", draft_.groups, saved_.groups, ids_of(draft_.groups));
  if (!is_new() && draft_.active != saved_.active) body.push_back({"is_active", draft_.active});
  if (!is_new() && draft_.password_expired != saved_.password_expired)
    body.push_back({"password_expired", draft_.password_expired});
  if (new_password_ && !draft_.password.empty()) body.push_back({"password", draft_.password});
  return body;
}

void UserPanel::change(Desk& desk, json::Object body, std::string toast) {
  if (form_.busy) return;
  form_.begin();
  const bool added = is_new();
  desk.api().send(added ? "POST" : "PATCH",
                  added ? "/api/admin/users/" : "/api/admin/users/" + url_encoded(subject_) + "/",
                  std::move(body), [this, &desk, added, toast, serial = serial_](Result<json::Value> answer) {
                    if (serial != serial_) return;
                    if (!answer.ok()) return form_.failed(answer.failure());
                    form_.clear();
                    take(*answer);
                    ui::toast(toast);
                    if (!added) fetch_sessions(desk);
                    if (on_saved) on_saved(desk, person_, added);
                  });
}

void UserPanel::save(Desk& desk) {
  change(desk, body(), !is_new() ? "User saved" : way_ == 0 ? "Invitation sent" : "User added");
}

bool UserPanel::draw(Desk& desk, Rect around) {
  if (subject_.empty()) return true;
  bool open = open_;
  const std::string name = is_new() ? "Add user" : person_.id.is_nil() ? "User" : person_.name();
  const bool with_footer = !loading_ && (is_new() || (!locked(desk) && !person_.id.is_nil()));
  ui::SidePanel panel("user", open, around,
                      {.title = name,
                       .detail = person_.email,
                       .width = user_panel_width,
                       .footer = with_footer ? 72.0f : 0.0f,
                       .subject = serial_});
  if (panel) {
    draw_body(desk, panel.body());
    if (with_footer) {
      const bool complete =
          is_new() ? !draft_.email.empty() && (way_ == 0 || !draft_.password.empty()) : !(draft_ == saved_);
      const int pressed =
          panel_buttons(panel.footer(), is_new() ? "Add user" : "Save changes", complete, form_.busy);
      if (pressed == 0) open = false;
      if (pressed == 1) save(desk);
    }
  }
  return open;
}

void UserPanel::draw_over(Desk& desk) {
  const std::string question = "Sign " + person_.name() + " out everywhere?";
  const int answer =
      ui::ask("out", asking_out_,
              {.title = question,
               .words = "They have to sign in again on every device. What they typed and did not "
                        "save there is lost.",
               .action = "Sign out everywhere",
               .danger = true});
  draw_question_of_factors(desk);
  if (answer != 1) return;
  desk.api().send("DELETE", "/api/admin/users/" + url_encoded(subject_) + "/sessions/", {},
                  [this, &desk, serial = serial_](Result<json::Value> done) {
                    if (!done.ok()) return ui::toast(words_of(done.failure()), {}, {}, ui::Tone::bad);
                    ui::toast("Signed out everywhere");
                    if (serial == serial_) fetch_sessions(desk);
                  });
}

/// They lost phone and paper: whoever answers for them lets them begin anew.
void UserPanel::draw_question_of_factors(Desk& desk) {
  const std::string question = "Remove the second factors of " + person_.name() + "?";
  const int answer =
      ui::ask("factors", asking_factors_,
              {.title = question,
               .words = "Make sure that it is really them who ask. Their password alone opens the account "
                        "then, until they set up another.",
               .action = "Remove second factors",
               .danger = true});
  if (answer != 1) return;
  desk.send_proved("DELETE", "/api/admin/users/" + url_encoded(subject_) + "/second-factors/", {},
                   [this, &desk, serial = serial_](Result<json::Value> done) {
                     if (!done.ok()) return ui::toast(words_of(done.failure()), {}, {}, ui::Tone::bad);
                     ui::toast("Second factors removed");
                     if (serial != serial_) return;
                     person_.second_factors.clear();
                     if (on_saved) on_saved(desk, person_, false);
                   });
}

void UserPanel::draw_body(Desk& desk, Rect rect) {
  if (!problem_.empty()) {
    ui::empty_state("problem", rect, icon_circle_alert, "This user cannot be shown", problem_);
    return;
  }
  ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
  if (loading_) {
    for (int i = 0; i < 6; ++i) ui::skeleton(area.next(48, space::m));
    return;
  }
  form_problem(area, form_.general({"email", "first_name", "last_name", "phone_number", "designation",
                                    "branch", "role", "password"}));
  const bool fixed = locked(desk);
  if (fixed)
    paragraph(area, "They may do things that you may not. Ask somebody who may to change anything here.",
              ui::Tone::warn);
  if (!is_new()) draw_state(desk, area);
  draw_profile(desk, area, fixed);
  draw_role(desk, area, fixed);
  if (!fixed) draw_sign_in(desk, area);
  if (!is_new()) draw_sessions(desk, area, fixed);
}

/// What stands in the way of signing in comes first.
void UserPanel::draw_state(Desk& desk, ui::ScrollArea& area) {
  if (!person_.locked(desk.now_us())) return;
  paragraph(area,
            "Locked until " + in_sentence(desk.moment(*person_.locked_until)) + " after " +
                std::to_string(person_.login_attempts) + " wrong passwords.",
            ui::Tone::warn);
  if (!locked(desk) && ui::button("unlock", area.next(40, space::l), "Unlock now", {.icon = icon_lock}))
    change(desk, {{"unlock", true}}, "Unlocked");
}

void UserPanel::draw_profile(Desk& desk, ui::ScrollArea& area, bool fixed) {
  const auto options = [&](std::string_view label, std::string_view field) {
    return ui::FieldOptions{.label = label,
                            .autocomplete = "off",
                            .error = form_.error(field),
                            .disabled = fixed,
                            .length_max = 100,
                            .compact = true};
  };
  if (is_new()) {
    ui::FieldOptions email = options("E-mail", "email");
    email.kind = ui::FieldKind::email;
    email.hint = "To sign in with";
    email.length_max = 254;
    email.focus_now = true;
    ui::text_field("email", area.next(ui::field_height(email), space::m), draft_.email, email);
  }
  const ui::FieldOptions first = options("First name", "first_name"),
                         last = options("Last name", "last_name");
  const Rect names = area.next(std::max(ui::field_height(first), ui::field_height(last)), space::m);
  ui::text_field("first", names.column(0, 2, space::m), draft_.first_name, first);
  ui::text_field("last", names.column(1, 2, space::m), draft_.last_name, last);
  ui::FieldOptions phone = options("Phone number", "phone_number");
  phone.kind = ui::FieldKind::phone;
  phone.placeholder = "+49 30 1234567";
  ui::text_field("phone", area.next(ui::field_height(phone), space::m), draft_.phone_number, phone);
  const ui::FieldOptions designation = options("Designation", "designation");
  std::vector<std::string> names_of;
  int branch = -1;
  for (const Branch& each : desk.facts().branches) {
    if (to_string(each.id) == draft_.branch) branch = static_cast<int>(names_of.size());
    names_of.push_back(each.name);
  }
  const ui::SelectOptions select{.label = "Branch",
                                 .error = form_.error("branch"),
                                 .disabled = fixed,
                                 .compact = true,
                                 .none = "No branch"};
  const Rect work = area.next(std::max(ui::field_height(designation), ui::select_height(select)), space::l);
  ui::text_field("designation", work.column(0, 2, space::m), draft_.designation, designation);
  if (ui::select("branch", work.column(1, 2, space::m), names_of, branch, select))
    draft_.branch = branch < 0 ? "" : to_string(desk.facts().branches[static_cast<std::size_t>(branch)].id);
}

void UserPanel::draw_role(Desk& desk, ui::ScrollArea& area, bool fixed) {
  std::vector<Role> roles;
  std::vector<std::string> words;
  int chosen = -1;
  for (int i = 0; i < role_count; ++i) {
    const Role role = static_cast<Role>(i);
    const bool may_give = rights_of(role).within(desk.user().rights) && role != Role::customer;
    if (!may_give && role != saved_.role && role != draft_.role) continue;
    if (role == draft_.role) chosen = static_cast<int>(roles.size());
    roles.push_back(role);
    words.push_back(role_word(role));
  }
  const bool self = this->self(desk) && !is_new();
  const ui::SelectOptions role{.label = "Role",
                               .error = form_.error("role"),
                               .hint = role_words(draft_.role),
                               .disabled = fixed || self,
                               .compact = true};
  if (ui::select("role", area.next(ui::select_height(role), space::l), words, chosen, role) && chosen >= 0)
    draft_.role = roles[static_cast<std::size_t>(chosen)];
  if (groups_.empty()) return;
  title(area, "Groups");
  for (const GroupRow& group : groups_) {
    const std::string id = to_string(group.id);
    const ui::Scope scope(id);
    const auto at = std::find(draft_.groups.begin(), draft_.groups.end(), id);
    const bool was = at != draft_.groups.end();
    bool in = was;
    ui::checkbox("group", area.next(44), group.name, in);
    if (in == was || fixed || !group.rights.within(desk.user().rights)) continue;
    if (in)
      draft_.groups.insert(std::lower_bound(draft_.groups.begin(), draft_.groups.end(), id), id);
    else
      draft_.groups.erase(at);
  }
  area.skip(space::m);
}

void UserPanel::draw_sign_in(Desk& desk, ui::ScrollArea& area) {
  title(area, "Signing in");
  if (is_new()) {
    constexpr std::string_view ways[] = {"Invite by e-mail", "Set a password"};
    if (ui::segmented("way", area.next(44, space::m), "How they get their password", ways, way_))
      new_password_ = way_ == 1;
    if (way_ == 0) paragraph(area, "They get an e-mail with a link to choose their own password.");
  }
  if (new_password_) {
    const ui::FieldOptions password{.label = "Password",
                                    .autocomplete = "off",
                                    .error = form_.error("password"),
                                    .hint = "At least 8 characters. Give it to them in person.",
                                    .length_max = 200,
                                    .compact = true};
    ui::text_field("password", area.next(ui::field_height(password), space::s), draft_.password, password);
    if (ui::button("suggest", area.next(40, space::l), "Suggest a password", {.icon = icon_key_round}))
      draft_.password = make_password(desk.bridge());
  }
  if (is_new()) return;
  if (self(desk)) {
    paragraph(area,
              "This is you. Your password and second factors are in your account; another owner can change "
              "your role or deactivate you.");
    if (ui::button("mine", area.next(40, space::l), "Open my account", {.icon = icon_user}))
      desk.go("account");
    return;
  }
  ui::toggle("active", area.next(48), "May sign in", draft_.active);
  ui::toggle("expired", area.next(48, space::s), "Must choose another password at the next sign-in",
             draft_.password_expired);
  if (!new_password_ &&
      ui::button("reset", area.next(40, space::m), "Set a new password", {.icon = icon_key_round}))
    new_password_ = true;
  paragraph(area,
            "Whoever is deactivated, or gets another password or role, is signed out everywhere at once. "
            "What they did stays in the books under their name.");
}

void UserPanel::draw_sessions(Desk& desk, ui::ScrollArea& area, bool fixed) {
  std::string factors;
  for (const std::string& kind : person_.second_factors)
    factors += (factors.empty() ? "" : ", ") + factor_word(kind);
  ui::fact(area.next(ui::fact_height), "E-mail address", person_.verified ? "Confirmed" : "Not confirmed",
           person_.verified ? ui::Tone::text : ui::Tone::warn);
  ui::fact(area.next(ui::fact_height), "Second factor", factors.empty() ? "None" : factors);
  ui::fact(area.next(ui::fact_height), "PIN at the till", person_.has_pin ? "Set" : "None");
  ui::fact(area.next(ui::fact_height), "Last sign-in",
           person_.last_login ? desk.moment(*person_.last_login) : "Never");
  ui::fact(area.next(ui::fact_height, space::l), "Added", desk.day(person_.created_at));
  if (!fixed && !self(desk) && !person_.second_factors.empty() &&
      ui::button("factors", area.next(40, space::l), "Remove second factors", {.icon = icon_shield_check}))
    asking_factors_ = true;
  if (sessions_.empty()) return;
  title(area, "Signed in on");
  Rect around = area.next(0);
  around.h = static_cast<float>(sessions_.size()) * (ui::row_height + space::xs);
  {
    const ui::Group list("sessions", ui::Role::list, "Signed in on", around);
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      const ui::Scope scope(i);
      const std::string when = sessions_[i].current ? "You, now" : desk.moment(sessions_[i].last_used_at);
      const Rect line = area.next(ui::row_height, space::xs);
      const ui::Group item("item", ui::Role::listitem, sessions_[i].device, line);
      ui::row("session", line,
              {.title = sessions_[i].device, .detail = when, .icon = icon_monitor, .pressable = false});
    }
  }
  if (!fixed && !self(desk) &&
      ui::button("out", area.next(40, space::s), "Sign out everywhere", {.icon = icon_log_out}))
    asking_out_ = true;
}

}  // namespace ringup::console
