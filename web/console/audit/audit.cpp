#include "web/console/audit/audit.h"

#include <algorithm>
#include <array>

#include "core/base/time.h"
#include "web/console/pages.h"
#include "web/console/parts.h"
#include "web/console/people/person.h"
#include "web/ui/figures.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr int typing_pause_ms = 250;

struct Entry {
  std::int64_t id = 0, at = 0;  // its sequence
  std::string action, actor, actor_id, kind, object, address, device;
  std::vector<std::pair<std::string, std::string>> details;
  bool erased = false;
};

/// "User changed" of "user_changed".
std::string action_words(std::string_view action) {
  std::string words(action);
  for (char& c : words) c = c == '_' ? ' ' : c;
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

std::string value_words(const json::Value& value) {
  if (value.is_null()) return "nothing";
  if (const bool* flag = value.as_bool()) return *flag ? "yes" : "no";
  if (const std::string* text = value.as_string()) return text->empty() ? "nothing" : *text;
  if (const json::Array* items = value.as_array()) {
    std::string words;
    for (const json::Value& item : *items) words += (words.empty() ? "" : ", ") + value_words(item);
    return words.empty() ? "nothing" : words;
  }
  const json::Value *from = value.find("from"), *to = value.find("to");
  if (from != nullptr && to != nullptr) return value_words(*from) + " → " + value_words(*to);
  return json::dump(value);
}

Entry read_entry(const json::Value& value) {
  Entry entry;
  entry.id = number_in(value, "sequence");
  entry.at = read_time(text_in(value, "at")).value_or(0);
  entry.action = text_in(value, "action");
  entry.address = text_in(value, "address");
  entry.device = text_in(value, "device");
  entry.erased = flag_in(value, "erased");
  if (const json::Value* actor = value.find("actor")) {
    entry.actor = text_in(*actor, "name");
    entry.actor_id = text_in(*actor, "id");
  }
  if (const json::Value* object = value.find("object")) {
    entry.kind = text_in(*object, "kind");
    entry.object = text_in(*object, "id");
  }
  const json::Value* details = value.find("details");
  if (details != nullptr && details->as_object() != nullptr) {
    for (const json::Member& member : *details->as_object())
      entry.details.emplace_back(action_words(member.name), value_words(member.value));
  }
  return entry;
}

constexpr std::string_view actions[] = {
    "signed_in",     "login_refused",    "account_locked", "password_changed",      "password_reset",
    "user_added",    "user_invited",     "user_changed",   "user_disabled",         "user_enabled",
    "user_unlocked", "sessions_ended",   "session_ended",  "group_added",           "group_changed",
    "group_deleted", "security_changed", "code_refused",   "second_factor_changed", "request_refused"};

struct Since {
  std::string_view key, word;
  std::int64_t hours;
};
constexpr Since times[] = {{"hour", "The last hour", 1},
                           {"day", "The last day", 24},
                           {"week", "The last 7 days", 7 * 24},
                           {"month", "The last 30 days", 30 * 24}};

constexpr ui::TableColumn columns[] = {
    {.key = "at", .title = "When", .width = 150, .hideable = false, .keep = 9},
    {.key = "action", .title = "What", .width = 190, .share = 1, .hideable = false, .keep = 10},
    {.key = "actor", .title = "Who", .width = 210, .share = 1, .keep = 8},
    {.key = "object", .title = "To what", .width = 110, .keep = 4},
    {.key = "address", .title = "From", .width = 150, .keep = 5},
    {.key = "device", .title = "Device", .width = 170, .keep = 3},
};

class AuditLog final : public Screen {
 public:
  AuditLog() {
    filters_[0] = {.label = "Action", .single = true};
    for (const std::string_view action : actions) filters_[0].choices.push_back(action_words(action));
    filters_[1] = {.label = "Time", .single = true};
    for (const Since& since : times) filters_[1].choices.emplace_back(since.word);
  }
  std::string_view key() const override { return "audit"; }
  std::string_view title() const override { return "Audit log"; }
  ui::Icon icon() const override { return icon_scroll_text; }
  Right needs() const override { return Right::audit_read; }

  void open(Desk& desk, const Place& place) override {
    if (place.get("q") != sent_) typed_ = sent_ = place.get("q");
    for (ui::Filter& filter : filters_) filter.chosen.clear();
    std::string path = "/api/admin/audit-log/";
    char before = '?';
    const auto add = [&](std::string_view name, std::string_view value) {
      if (value.empty()) return;
      path += before + std::string(name) + "=" + url_encoded(std::string(value));
      before = '&';
    };
    add("q", place.get("q"));
    add("action", place.get("action"));
    add("actor", place.get("actor"));
    for (std::size_t i = 0; i < std::size(actions); ++i) {
      if (place.get("action") == actions[i]) filters_[0].chosen = {static_cast<int>(i)};
    }
    for (std::size_t i = 0; i < std::size(times); ++i) {
      if (place.get("since") != times[i].key) continue;
      filters_[1].chosen = {static_cast<int>(i)};
      // Whole minutes, so that the same filter a moment later is the same list.
      constexpr std::int64_t minute_us = 60'000'000;
      const std::int64_t now = desk.now_us() / minute_us * minute_us;
      add("from", to_rfc3339(now - times[i].hours * 60 * minute_us));
    }
    pages_.show(desk, path);
    opened_ = place.id;
  }

  void tick(Desk& desk) override {
    if (desk.place().screen == key() && !pages_.path().empty() && opened_.empty()) open(desk, desk.place());
  }

  void draw_actions(Desk& desk, Rect rect) override {
    constexpr float width = 170;
    if (ui::button("check", rect.cut_right(width).centred(width, 40), "Check the chain",
                   {.icon = icon_shield_check, .busy = checking_}))
      check(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    const Rect around = room_for_panel(rect, !opened_.empty());
    draw_report(rect);
    draw_tools(desk, rect);
    const std::vector<Entry>& entries = pages_.items();
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (std::to_string(entries[i].id) == opened_) open = i;
    }
    ui::TableOptions options{.name = "Audit log",
                             .count = entries.size(),
                             .version = pages_.version(),
                             .opened = open,
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    const ui::TableResult did = ui::data_table("table", rect, columns, table_, options,
                                               [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                                                 draw_cell(desk, entries[row], columns[column].key, cell);
                                               });
    if (did.opened) show(desk, std::to_string(entries[*did.opened].id));
    if (open) draw_panel(desk, entries[*open], around);
  }

 private:
  static void show(Desk& desk, std::string id) {
    Place place = desk.place();
    place.id = std::move(id);
    desk.go(std::move(place));
  }

  void check(Desk& desk) {
    checking_ = true;
    desk.api().get("/api/admin/audit-log/verify/", [this](Result<json::Value> answer) {
      checking_ = false;
      intact_ = answer.ok() && flag_in(*answer, "intact");
      if (!answer.ok())
        report_ = words_of(answer.failure());
      else if (intact_)
        report_ = "All " + std::to_string(number_in(*answer, "entries")) + " entries fit the chain.";
      else
        report_ = "Entry " + std::to_string(number_in(*answer, "broken_at")) +
                  " does not fit the chain: it was changed, or one before it was.";
      ui::announce(report_, !intact_);
    });
  }

  void draw_report(Rect& rest) {
    if (report_.empty()) return;
    if (ui::banner("report", rest.cut_top(ui::banner_height, space::m),
                   intact_ ? ui::Tone::good : ui::Tone::bad,
                   intact_ ? icon_shield_check : icon_triangle_alert, report_, "Close"))
      report_.clear();
  }

  void draw_tools(Desk& desk, Rect& rest) {
    const bool narrow = rest.w < ui::wide_min;
    Rect line = rest.cut_top(40, space::m);
    const ui::FieldOptions field{.label = "Search the log",
                                 .hide_label = true,
                                 .placeholder = "Person, address, device or change",
                                 .kind = ui::FieldKind::search,
                                 .enter = ui::EnterHint::search,
                                 .autocomplete = "off",
                                 .icon = icon_search,
                                 .clearable = true,
                                 .compact = true};
    if (ui::text_field("query", line.cut_left(std::min(line.w, 360.0f), space::m), typed_, field).changed) {
      desk.after(typing_pause_ms, [this, &desk, typed = typed_] {
        if (typed != typed_ || typed == sent_ || desk.place().screen != key()) return;
        sent_ = typed;
        Place place = desk.place();
        place.set("q", typed);
        desk.replace(std::move(place));
      });
    }
    if (narrow) line = rest.cut_top(ui::filters_height, space::m);
    if (!desk.place().get("actor").empty() &&
        ui::button("everybody", line.cut_left(150, space::s).centred(150, 36), "From everybody",
                   {.icon = icon_x, .size = ui::TextSize::small})) {
      Place place = desk.place();
      place.set("actor", "");
      return desk.replace(std::move(place));
    }
    if (!ui::filter_chips("filters", line.centred(line.w, ui::filters_height), filters_)) return;
    Place place = desk.place();
    const auto first = [](const ui::Filter& filter) {
      return filter.chosen.empty() ? -1 : filter.chosen.front();
    };
    const int action = first(filters_[0]), time = first(filters_[1]);
    place.set("action", action < 0 ? "" : actions[static_cast<std::size_t>(action)]);
    place.set("since", time < 0 ? "" : times[static_cast<std::size_t>(time)].key);
    desk.replace(std::move(place));
  }

  static std::string who(const Entry& entry) {
    if (!entry.actor.empty()) return entry.actor;
    if (entry.erased) return "Erased";
    return entry.actor_id.empty() ? (entry.address.empty() ? "The server" : "Nobody signed in") : "A user";
  }

  static void draw_cell(Desk& desk, const Entry& entry, std::string_view column, ui::Cell& cell) {
    const bool refused =
        entry.action.find("refused") != std::string::npos || entry.action.find("locked") != std::string::npos;
    if (column == "at") cell.words(desk.moment(entry.at), ui::Tone::muted);
    if (column == "action")
      cell.words(action_words(entry.action), refused ? ui::Tone::warn : ui::Tone::text, ui::Weight::semibold);
    if (column == "actor") cell.words(who(entry));
    if (column == "object") cell.words(entry.kind.empty() ? "–" : action_words(entry.kind), ui::Tone::muted);
    if (column == "address") cell.words(entry.address.empty() ? "–" : entry.address, ui::Tone::muted);
    if (column == "device")
      cell.words(entry.device.empty() ? "–" : device_words(entry.device), ui::Tone::muted);
  }

  void draw_panel(Desk& desk, const Entry& entry, Rect around) {
    bool open = true;
    const std::string title = action_words(entry.action);
    const std::string number = "Entry " + std::to_string(entry.id);
    if (ui::SidePanel panel("entry", open, around,
                            {.title = title,
                             .detail = number,
                             .width = panel_width,
                             .subject = static_cast<std::uint64_t>(entry.id)});
        panel) {
      ui::ScrollArea area("body", panel.body(), {.padding = space::xl, .padding_top = space::l});
      ui::fact(area.next(ui::fact_height), "When", desk.moment(entry.at));
      ui::fact(area.next(ui::fact_height), "Who", who(entry));
      if (!entry.address.empty()) ui::fact(area.next(ui::fact_height), "From", entry.address);
      if (!entry.device.empty()) ui::fact(area.next(ui::fact_height), "Device", device_words(entry.device));
      if (!entry.kind.empty()) ui::fact(area.next(ui::fact_height), "To what", action_words(entry.kind));
      area.skip(space::m);
      for (std::size_t i = 0; i < entry.details.size(); ++i) {
        const ui::Scope scope(i);
        const auto& [name, value] = entry.details[i];
        const ui::TextStyle label{.size = ui::TextSize::small, .tone = ui::Tone::muted};
        ui::text(area.next(ui::line_of(ui::TextSize::small), 2), name, label);
        const ui::TextStyle style{.lines = 12};
        ui::text("value", area.next(ui::text_height(value, area.width(), style), space::m), value, style);
      }
      if (entry.erased)
        paragraph(area, "What named a person here was erased. The entry and its place in the chain stay.");
      if (entry.kind == "user" && desk.may(Right::people_manage) &&
          ui::button("user", area.next(40, space::s), "Open the user", {.icon = icon_user}))
        desk.go(Place{"people", "users", {{"open", entry.object}}});
      if (!entry.actor_id.empty() &&
          ui::button("theirs", area.next(40, space::s), "All that they did", {.icon = icon_list_filter}))
        desk.go(Place{"audit", {}, {{"actor", entry.actor_id}}});
    }
    if (!open) show(desk, {});
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!pages_.problem().empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "The audit log could not be loaded",
                          pages_.problem(), "Try again"))
        pages_.again(desk);
      return;
    }
    if (ui::empty_state("none", box, icon_search, "Nothing here", "No entry fits what you search for.",
                        "Show all"))
      desk.replace(Place{"audit", {}, {}});
  }

  Pages<Entry> pages_{read_entry};
  std::array<ui::Filter, 2> filters_;
  ui::TableState table_;
  std::string typed_, sent_, opened_, report_;
  bool checking_ = false, intact_ = false;
};

}  // namespace

std::unique_ptr<Screen> make_audit() {
  return std::make_unique<AuditLog>();
}

}  // namespace ringup::console
