// Users: who may sign in, and as what.
#include <algorithm>

#include "web/console/pages.h"
#include "web/console/people/people.h"
#include "web/console/people/user_panel.h"
#include "web/console/refresh.h"
#include "web/ui/initials.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr int typing_pause_ms = 250;

constexpr ui::TableColumn columns[] = {
    {.key = "name", .title = "User", .width = 170, .share = 1, .hideable = false, .keep = 9},
    {.key = "email", .title = "E-mail", .width = 220, .share = 1, .keep = 4},
    {.key = "role", .title = "Role", .width = 110, .keep = 8},
    {.key = "groups", .title = "Groups", .width = 160, .keep = 2},
    {.key = "state", .title = "State", .width = 130, .keep = 7},
    {.key = "factor", .title = "Second factor", .width = 150, .keep = 3},
    {.key = "login", .title = "Last sign-in", .width = 150, .keep = 5},
};
constexpr std::string_view state_keys[] = {"active", "disabled", "locked"};

class Users final : public Part {
 public:
  Users() {
    panel_.on_saved = [this](Desk& desk, const Person& person, bool added) {
      if (added) {
        pages_.items().push_back(person);
        show(desk, to_string(person.id));
      }
      for (Person& known : pages_.items()) {
        if (known.id == person.id) known = person;
      }
    };
    filters_[0] = {.label = "Role", .single = true};
    for (int i = 0; i < role_count; ++i) filters_[0].choices.push_back(role_word(static_cast<Role>(i)));
    filters_[1] = {.label = "State", .choices = {"May sign in", "Deactivated", "Locked"}, .single = true};
    filters_[2] = {.label = "Group", .single = true};
  }
  std::string_view key() const override { return "users"; }
  std::string_view title() const override { return "Users"; }
  Right needs() const override { return Right::people_manage; }
  bool unsaved() const override { return panel_.unsaved(); }

  void load(Desk& desk) override {
    desk.api().get("/api/admin/groups/?limit=200", [this, &desk](Result<json::Value> answer) {
      if (!answer.ok()) return;
      groups_.clear();
      filters_[2].choices.clear();
      for (const json::Value& item : items_in(*answer)) {
        groups_.push_back(read_group(item));
        filters_[2].choices.push_back(groups_.back().name);
      }
      panel_.set_groups(groups_);
      read_filters(desk.place());
    });
  }

  void placed(Desk& desk, const Place& place) override {
    if (place.get("q") != sent_) typed_ = sent_ = place.get("q");
    read_filters(place);
    std::string path = "/api/admin/users/";
    char before = '?';
    for (const char* name : {"q", "role", "state", "group"}) {
      const std::string value = place.get(name);
      if (value.empty()) continue;
      path += before + std::string(name) + "=" + url_encoded(value);
      before = '&';
    }
    pages_.show(desk, path);
  }
  void edit(Desk& desk, const std::string& what) override { panel_.open(desk, what); }

  /// Whoever fills in a form is left alone: only the rows beside it change.
  void heard(Desk& desk, const News& news) override {
    if (news.topic == Topic::business && !pages_.path().empty()) refresh_.want(desk);
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (action_button("add", rect, "Add user", icon_user_plus)) show(desk, std::string(new_person));
  }
  void draw_over(Desk& desk) override { panel_.draw_over(desk); }
  std::vector<Command> commands() override {
    return {{"Actions", "Add a user", "", icon_user_plus,
             [this](Desk& desk) { show(desk, std::string(new_person)); }}};
  }
  void search(Desk& desk, const std::string& typed,
              std::function<void(std::vector<Command>)> found) override {
    desk.api().get("/api/admin/users/?limit=5&q=" + url_encoded(typed),
                   [this, found = std::move(found)](Result<json::Value> answer) {
                     std::vector<Command> commands;
                     if (answer.ok()) {
                       for (const json::Value& item : items_in(*answer)) {
                         const Person person = read_person(item);
                         commands.push_back({"People", person.name(), role_word(person.role), icon_user,
                                             [this, id = to_string(person.id)](Desk& at) { show(at, id); }});
                       }
                     }
                     found(std::move(commands));
                   });
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !panel_.subject().empty());
    draw_tools(desk, rect);
    const std::vector<Person>& people = pages_.items();
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < people.size(); ++i) {
      if (to_string(people[i].id) == panel_.subject()) open = i;
    }
    ui::TableOptions options{.name = "Users",
                             .count = people.size(),
                             .version = pages_.version(),
                             .opened = open,
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    options.faint = [&](std::size_t row) { return !people[row].active; };
    const ui::TableResult did = ui::data_table("table", rect, columns, table_, options,
                                               [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                                                 draw_cell(desk, people[row], columns[column].key, cell);
                                               });
    if (did.opened) show(desk, to_string(people[*did.opened].id));
    if (!panel_.draw(desk, around)) show(desk, {});
  }

 private:
  void read_filters(const Place& place) {
    for (ui::Filter& filter : filters_) filter.chosen.clear();
    if (const auto role = parse_role(place.get("role"))) filters_[0].chosen = {static_cast<int>(*role)};
    for (std::size_t i = 0; i < std::size(state_keys); ++i) {
      if (place.get("state") == state_keys[i]) filters_[1].chosen = {static_cast<int>(i)};
    }
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (place.get("group") == to_string(groups_[i].id)) filters_[2].chosen = {static_cast<int>(i)};
    }
  }

  void draw_tools(Desk& desk, Rect& rest) {
    const bool narrow = rest.w < ui::wide_min;
    Rect line = rest.cut_top(40, space::m);
    const ui::FieldOptions field{.label = "Search users",
                                 .hide_label = true,
                                 .placeholder = "Name, e-mail address or number",
                                 .kind = ui::FieldKind::search,
                                 .enter = ui::EnterHint::search,
                                 .autocomplete = "off",
                                 .icon = icon_search,
                                 .clearable = true,
                                 .compact = true};
    if (ui::text_field("query", line.cut_left(std::min(line.w, 360.0f), space::m), typed_, field).changed) {
      desk.after(typing_pause_ms, [this, &desk, typed = typed_] {
        if (typed != typed_ || typed == sent_ || desk.place().screen != home() || desk.place().id != key())
          return;
        sent_ = typed;
        put(desk, "q", typed);
      });
    }
    if (narrow) line = rest.cut_top(ui::filters_height, space::m);
    const Rect chips = line.centred(line.w, ui::filters_height);
    if (!ui::filter_chips("filters", chips, filters_)) return;
    Place place = desk.place();
    const auto first = [](const ui::Filter& filter) {
      return filter.chosen.empty() ? -1 : filter.chosen.front();
    };
    const int role = first(filters_[0]), state = first(filters_[1]), group = first(filters_[2]);
    place.set("role", role < 0 ? "" : role_name(static_cast<Role>(role)));
    place.set("state", state < 0 ? "" : state_keys[static_cast<std::size_t>(state)]);
    place.set("group", group < 0 ? "" : to_string(groups_[static_cast<std::size_t>(group)].id));
    desk.replace(std::move(place));
  }

  static void put(Desk& desk, std::string_view name, const std::string& value) {
    Place place = desk.place();
    place.set(name, value);
    desk.replace(std::move(place));
  }

  void draw_cell(Desk& desk, const Person& person, std::string_view column, ui::Cell& cell) const {
    if (column == "name") {
      const std::string name = person.name();
      cell.picture({}, ui::initials_of(name), ui::seed_of(person.id));
      cell.words(name, ui::Tone::text, ui::Weight::semibold);
    } else if (column == "email") {
      cell.words(person.email, ui::Tone::muted);
    } else if (column == "role") {
      cell.words(role_word(person.role));
    } else if (column == "groups") {
      std::string names;
      for (const GroupRow& group : groups_) {
        const std::string id = to_string(group.id);
        if (std::find(person.groups.begin(), person.groups.end(), id) != person.groups.end())
          names += (names.empty() ? "" : ", ") + group.name;
      }
      cell.words(names.empty() ? "–" : names, ui::Tone::muted);
    } else if (column == "state") {
      if (!person.active)
        cell.dot("Deactivated", ui::Tone::muted);
      else if (person.locked(desk.now_us()))
        cell.dot("Locked", ui::Tone::warn);
      else
        cell.dot("May sign in", ui::Tone::good);
    } else if (column == "factor") {
      cell.words(person.second_factors.empty() ? "–" : factor_word(person.second_factors.front()),
                 ui::Tone::muted);
    } else if (column == "login") {
      cell.words(person.last_login ? desk.moment(*person.last_login) : "Never", ui::Tone::muted);
    }
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!pages_.problem().empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "The users could not be loaded", pages_.problem(),
                          "Try again"))
        pages_.again(desk);
      return;
    }
    if (ui::empty_state("none", box, icon_search, "Nobody found", "No user fits what you search for.",
                        "Show all"))
      desk.replace(Place{home(), std::string(key()), {}});
  }

  Pages<Person> pages_{read_person};
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) {
    pages_.refresh(
        desk, [] { return true; }, std::move(done));
  }};
  UserPanel panel_;
  std::vector<GroupRow> groups_;
  ui::Filter filters_[3];
  ui::TableState table_;
  std::string typed_, sent_;
};

}  // namespace

std::unique_ptr<Part> make_users() {
  return std::make_unique<Users>();
}

}  // namespace ringup::console
