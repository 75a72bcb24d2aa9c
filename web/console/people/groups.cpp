// Groups: rights that several people have beside those of their roles.
#include <algorithm>

#include "web/console/people/people.h"
#include "web/console/people/person.h"
#include "web/console/refresh.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr std::string_view new_group = "new";

class Groups final : public Part {
 public:
  std::string_view key() const override { return "groups"; }
  std::string_view title() const override { return "Groups"; }
  Right needs() const override { return Right::people_manage; }
  bool unsaved() const override { return !what_.empty() && !(draft_ == saved_); }

  void load(Desk& desk) override {
    fetch(desk, {});
    desk.api().get("/api/admin/users/?limit=200", [this](Result<json::Value> answer) {
      if (!answer.ok()) return;
      people_.clear();
      for (const json::Value& item : items_in(*answer)) people_.push_back(read_person(item));
      std::sort(people_.begin(), people_.end(),
                [](const Person& a, const Person& b) { return a.name() < b.name(); });
    });
  }

  void fetch(Desk& desk, const std::function<void()>& done) {
    desk.api().get("/api/admin/groups/?limit=200", [this, &desk, done](Result<json::Value> answer) {
      if (done) done();
      loading_ = false;
      problem_ = answer.ok() ? std::string() : words_of(answer.failure());
      if (!answer.ok()) return;
      groups_.clear();
      for (const json::Value& item : items_in(*answer)) groups_.push_back(read_group(item));
      if (!what_.empty() && what_ != new_group && !form_.busy && !unsaved()) edit(desk, what_);
    });
  }

  void heard(Desk& desk, const News& news) override {
    if (news.topic == Topic::business) refresh_.want(desk);
  }

  void edit(Desk& desk, const std::string& what) override {
    what_ = what;
    form_.clear();
    search_.clear();
    draft_ = saved_ = {};
    if (what.empty() || what == new_group) return;
    const GroupRow* group = opened();
    if (group == nullptr) {
      if (!loading_) show(desk, {});
      return;
    }
    draft_ = {group->name, group->is_employee, group->rights, group->members};
    std::sort(draft_.members.begin(), draft_.members.end());
    saved_ = draft_;
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (action_button("add", rect, "Add group", icon_plus)) show(desk, std::string(new_group));
  }
  std::vector<Command> commands() override {
    return {{"Actions", "Add a group", "", icon_users,
             [this](Desk& desk) { show(desk, std::string(new_group)); }}};
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !what_.empty());
    constexpr ui::TableColumn columns[] = {
        {.key = "name", .title = "Group", .width = 180, .share = 1, .hideable = false, .keep = 9},
        {.key = "rights", .title = "Lets them", .width = 260, .share = 2, .keep = 5},
        {.key = "members", .title = "Members", .width = 100, .numeric = true, .keep = 8},
        {.key = "code", .title = "One-time code", .width = 150, .keep = 4},
    };
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (to_string(groups_[i].id) == what_) open = i;
    }
    ui::TableOptions options{.name = "Groups", .count = groups_.size(), .opened = open, .loading = loading_};
    options.chooser = false;
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    const ui::TableResult did = ui::data_table(
        "table", rect, columns, table_, options, [&](std::size_t row, std::size_t column, ui::Cell& cell) {
          const GroupRow& group = groups_[row];
          if (column == 0) cell.words(group.name, ui::Tone::text, ui::Weight::semibold);
          if (column == 1) cell.words(words_of_rights(group.rights), ui::Tone::muted);
          if (column == 2) cell.words(std::to_string(group.members.size()));
          if (column == 3) cell.words(group.is_employee ? "May sign in with it" : "–", ui::Tone::muted);
        });
    if (did.opened) show(desk, to_string(groups_[*did.opened].id));
    draw_panel(desk, around);
  }

  void draw_over(Desk& desk) override {
    const std::string title = "Delete “" + saved_.name + "”?";
    const int answer =
        ui::ask("delete", asking_,
                {.title = title,
                 .words = "Its members lose what the group lets them do, at once. The people stay.",
                 .action = "Delete group",
                 .danger = true});
    if (answer != 1) return;
    desk.api().send("DELETE", "/api/admin/groups/" + url_encoded(what_) + "/", {},
                    [this, &desk](Result<json::Value> done) {
                      if (!done.ok()) return form_.failed(done.failure());
                      ui::toast("Group deleted");
                      draft_ = saved_;
                      show(desk, {});
                      fetch(desk, {});
                    });
  }

 private:
  struct Draft {
    std::string name;
    bool is_employee = false;
    Rights rights;
    std::vector<std::string> members;
    bool operator==(const Draft&) const = default;
  };

  static std::string words_of_rights(Rights rights) {
    std::string words;
    for (int i = 0; i < right_count; ++i) {
      if (!rights.has(static_cast<Right>(i))) continue;
      words += (words.empty() ? "" : ", ");
      words += right_words(static_cast<Right>(i));
    }
    return words.empty() ? "Nothing beside their roles" : words;
  }

  const GroupRow* opened() const {
    for (const GroupRow& group : groups_) {
      if (to_string(group.id) == what_) return &group;
    }
    return nullptr;
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!problem_.empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "The groups could not be loaded", problem_,
                          "Try again"))
        load(desk);
      return;
    }
    if (ui::empty_state(
            "none", box, icon_users, "No groups yet",
            "A group lets several people do more than their roles do, or sign in by one-time code.",
            "Add group"))
      show(desk, std::string(new_group));
  }

  bool fixed(Desk& desk) const { return !saved_.rights.within(desk.user().rights); }

  void draw_panel(Desk& desk, Rect around) {
    bool open = !what_.empty();
    const bool fresh = what_ == new_group;
    const std::string title = fresh ? "Add group" : saved_.name.empty() ? "Group" : saved_.name;
    const bool with_footer = fresh || (!saved_.name.empty() && !fixed(desk));
    ui::SidePanel panel("group", open, around,
                        {.title = title, .width = panel_width, .footer = with_footer ? 72.0f : 0.0f});
    if (panel) {
      draw_form(desk, panel.body(), fresh);
      if (with_footer) {
        const bool complete = !draft_.name.empty() && (fresh || !(draft_ == saved_));
        const int pressed =
            panel_buttons(panel.footer(), fresh ? "Add group" : "Save changes", complete, form_.busy);
        if (pressed == 0) open = false;
        if (pressed == 1) save(desk, fresh);
      }
    }
    if (!open && !what_.empty()) show(desk, {});
  }

  void draw_form(Desk& desk, Rect rect, bool fresh) {
    ui::ScrollArea area("body", rect, {.padding = space::xl, .padding_top = space::l});
    form_problem(area, form_.general({"name"}));
    const bool fixed = this->fixed(desk);
    if (fixed)
      paragraph(area, "This group lets people do things that you may not. Ask somebody who may to change it.",
                ui::Tone::warn);
    const ui::FieldOptions name{.label = "Name",
                                .error = form_.error("name"),
                                .disabled = fixed,
                                .focus_now = fresh,
                                .length_max = 100,
                                .compact = true};
    ui::text_field("name", area.next(ui::field_height(name), space::m), draft_.name, name);
    bool employee = draft_.is_employee;
    ui::toggle("employee", area.next(48), "Members may sign in by one-time code", employee);
    if (!fixed) draft_.is_employee = employee;
    paragraph(area,
              "The code goes to their e-mail address or phone; with it they need no password on a phone.");
    ui::heading(area.next(24, space::s), "Lets its members", 3,
                {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
    for (int i = 0; i < right_count; ++i) {
      const Right right = static_cast<Right>(i);
      const ui::Scope scope(right_name(right));
      const bool was = draft_.rights.has(right);
      bool on = was;
      ui::checkbox("right", area.next(44), right_words(right), on);
      // What one may not do oneself one cannot give.
      if (on == was || fixed || !desk.may(right)) continue;
      Rights rights;
      for (int k = 0; k < right_count; ++k) {
        const Right each = static_cast<Right>(k);
        if (each == right ? on : draft_.rights.has(each)) rights.add(each);
      }
      draft_.rights = rights;
    }
    area.skip(space::m);
    draw_members(desk, area, fixed);
    if (!fresh && !fixed &&
        ui::button("delete", area.next(40, space::m), "Delete group",
                   {.kind = ui::Kind::danger, .icon = icon_trash_2}))
      asking_ = true;
  }

  void draw_members(Desk& desk, ui::ScrollArea& area, bool fixed) {
    const std::string words = "Members (" + std::to_string(draft_.members.size()) + ")";
    ui::heading(area.next(24, space::s), words, 3,
                {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
    constexpr std::size_t without_search = 8;
    if (people_.size() > without_search) {
      const ui::FieldOptions field{.label = "Find people",
                                   .hide_label = true,
                                   .placeholder = "Find people",
                                   .kind = ui::FieldKind::search,
                                   .autocomplete = "off",
                                   .icon = icon_search,
                                   .clearable = true,
                                   .compact = true};
      ui::text_field("find", area.next(ui::field_height(field), space::s), search_, field);
    }
    for (const Person& person : people_) {
      const std::string name = person.name(), id = to_string(person.id);
      if (!search_.empty() && !finds(name + " " + person.email)) continue;
      const ui::Scope scope(id);
      const auto at = std::lower_bound(draft_.members.begin(), draft_.members.end(), id);
      const bool was = at != draft_.members.end() && *at == id;
      bool in = was;
      ui::checkbox("member", area.next(44), name, in);
      if (in == was || fixed || !person.rights.within(desk.user().rights)) continue;
      if (in)
        draft_.members.insert(at, id);
      else
        draft_.members.erase(at);
    }
    area.skip(space::m);
  }

  bool finds(const std::string& words) const {
    return std::search(words.begin(), words.end(), search_.begin(), search_.end(), [](char a, char b) {
             const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
             return low(a) == low(b);
           }) != words.end();
  }

  void save(Desk& desk, bool fresh) {
    form_.begin();
    json::Object body;
    if (fresh || draft_.name != saved_.name) body.push_back({"name", draft_.name});
    if (fresh || draft_.is_employee != saved_.is_employee)
      body.push_back({"is_employee", draft_.is_employee});
    if (fresh || draft_.rights != saved_.rights) {
      json::Array names;
      for (int i = 0; i < right_count; ++i) {
        if (draft_.rights.has(static_cast<Right>(i))) names.push_back(right_name(static_cast<Right>(i)));
      }
      body.push_back({"rights", std::move(names)});
    }
    if (fresh || draft_.members != saved_.members) {
      json::Array ids;
      for (const std::string& id : draft_.members) ids.push_back(id);
      body.push_back({"members", std::move(ids)});
    }
    desk.api().send(fresh ? "POST" : "PATCH",
                    fresh ? "/api/admin/groups/" : "/api/admin/groups/" + url_encoded(what_) + "/",
                    std::move(body), [this, &desk, fresh](Result<json::Value> answer) {
                      if (!answer.ok()) return form_.failed(answer.failure());
                      form_.clear();
                      ui::toast(fresh ? "Group added" : "Group saved");
                      draft_ = saved_;
                      show(desk, {});
                      fetch(desk, {});
                    });
  }

  std::vector<GroupRow> groups_;
  std::vector<Person> people_;
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) { fetch(desk, done); }};
  bool loading_ = true, asking_ = false;
  std::string problem_, what_, search_;
  Draft draft_, saved_;
  FormState form_;
  ui::TableState table_;
};

}  // namespace

std::unique_ptr<Part> make_groups() {
  return std::make_unique<Groups>();
}

}  // namespace ringup::console
