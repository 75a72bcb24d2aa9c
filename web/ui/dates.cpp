// Days of the calendar as plain words "2026-03-01", and how they are chosen. Proleptic Gregorian; no time
// zone.
#include <array>
#include <chrono>
#include <cmath>

#include "web/ui/menus.h"
#include "web/ui/pick.h"
#include "web/ui/state.h"

namespace ringup::ui {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekdays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> presets{"Today",      "Yesterday",  "Last 7 days", "Last 30 days",
                                                  "This month", "Last month", "Other days"};

std::optional<sys_days> read(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    int& part = parts[i < 4 ? 0 : i < 7 ? 1 : 2];
    part = part * 10 + (text[i] - '0');
  }
  const year_month_day date{year(parts[0]), month(static_cast<unsigned>(parts[1])),
                            day(static_cast<unsigned>(parts[2]))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

std::string write(sys_days at) {
  const year_month_day date(at);
  const int y = std::clamp(static_cast<int>(date.year()), 0, 9999);
  const auto m = static_cast<int>(static_cast<unsigned>(date.month())),
             d = static_cast<int>(static_cast<unsigned>(date.day()));
  std::string out = "0000-00-00";
  const auto put = [&](std::size_t at_digit, int value, int count) {
    for (int i = count - 1; i >= 0; --i, value /= 10)
      out[at_digit + static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  };
  put(0, y, 4);
  put(5, m, 2);
  put(8, d, 2);
  return out;
}

// 1 is Monday.
int weekday(sys_days at) {
  const long count = at.time_since_epoch().count();  // day 0 was a Thursday
  return static_cast<int>(((count + 3) % 7 + 7) % 7) + 1;
}

sys_days first_of_month(sys_days at) {
  const year_month_day date(at);
  return sys_days(year_month_day{date.year(), date.month(), day(1)});
}

std::string_view month_name(sys_days at) {
  return months[static_cast<unsigned>(year_month_day(at).month()) - 1];
}
int year_number(sys_days at) {
  return static_cast<int>(year_month_day(at).year());
}
int day_number(sys_days at) {
  return static_cast<int>(static_cast<unsigned>(year_month_day(at).day()));
}

std::string short_words(sys_days at, bool with_year) {
  std::string words = std::to_string(day_number(at)) + " " + std::string(month_name(at).substr(0, 3));
  if (with_year) words += " " + std::to_string(year_number(at));
  return words;
}

/// A month to choose days from. `from` and `to` are drawn as chosen; answers the day that was pressed.
struct Calendar {
  static constexpr float cell = 36, head = 40, height = head + 24 + 6 * cell, width = 7 * cell;

  static std::string draw(Rect box, const std::string& from, const std::string& to, std::string_view today) {
    State& s = state();
    const Theme& t = theme();
    const NodeId id = id_of("calendar"), shown_id = hash(id, "shown"), at_id = hash(id, "at");
    const sys_days now = read(today).value_or(sys_days{});
    const sys_days begin = read(to).value_or(now);
    if (fresh(hash(id, "fresh"))) {
      s.memory[shown_id] = static_cast<double>(first_of_month(begin).time_since_epoch().count());
      s.memory[at_id] = static_cast<double>(begin.time_since_epoch().count());
    }
    sys_days shown{days(static_cast<int>(s.memory[shown_id]))};
    sys_days at{days(static_cast<int>(s.memory[at_id]))};
    std::string chosen;
    const auto show = [&](sys_days month_day) {
      shown = first_of_month(month_day);
      request_another_frame();
    };
    if (s.focused == id) {
      for (const platform::Key& key : s.input->keys) {
        const sys_days before = at;
        if (key.name == "ArrowLeft") at -= days(1);
        if (key.name == "ArrowRight") at += days(1);
        if (key.name == "ArrowUp") at -= days(7);
        if (key.name == "ArrowDown") at += days(7);
        if (key.name == "Home") at -= days(weekday(at) - 1);
        if (key.name == "End") at += days(7 - weekday(at));
        if (key.name == "PageUp") at = first_of_month(first_of_month(at) - days(1));
        if (key.name == "PageDown") at = first_of_month(first_of_month(at) + days(31));
        if (key.name == "Enter" || key.name == " ") chosen = write(at);
        if (at != before) show(at);
      }
    }
    Rect rest = box;
    Rect top = rest.cut_top(head);
    const Rect back = top.cut_left(36).centred(36, 36), on = top.cut_right(36).centred(36, 36);
    if (icon_button("back", back, icon_chevron_left, "Month before")) show(shown - days(1));
    if (icon_button("on", on, icon_chevron_right, "Next month")) show(shown + days(31));
    std::string title(month_name(shown));
    title += " " + std::to_string(year_number(shown));
    text("month", top, title, {TextSize::small, Weight::semibold, Tone::text, Align::centre, 1, true});
    const Rect names = rest.cut_top(24);
    for (int i = 0; i < 7; ++i) {
      paint::words(names.column(i, 7), weekdays[static_cast<std::size_t>(i)].substr(0, 2),
                   {TextSize::small, Weight::regular, Tone::muted, Align::centre, 1, true});
    }
    const std::size_t grid_at = s.nodes.size();
    record(id, Role::grid, title, rest, flag::focusable);
    push_parent(id);
    NodeId active = 0;
    const sys_days first = shown - days(weekday(shown) - 1);
    for (int row = 0; row < 6; ++row) {
      const Rect line = rest.row(row, 6);
      const NodeId row_id = hash(id, static_cast<std::uint64_t>(row));
      record(row_id, Role::row, {}, line);
      push_parent(row_id);
      for (int column = 0; column < 7; ++column) {
        const sys_days one = first + days(row * 7 + column);
        const std::string name = write(one);
        const Rect place = line.column(column, 7);
        const NodeId day_id = hash(id, std::string_view(name));
        const Did did = interact(day_id, place);
        const bool edge = name == from || name == to, between = !from.empty() && name > from && name < to;
        Node& node = record(
            day_id, Role::gridcell, day_words(name, true), place,
            flag::has_selected | (edge || between ? flag::selected : 0) | (one == now ? flag::current : 0));
        if (one == at) active = node.id;
        const Rect mark = place.centred(32, 32);
        if (between || (edge && from != to && !from.empty())) {
          Rect band = place.centred(place.w, 32);
          if (name == from) band = {place.middle_x(), band.y, place.w / 2, band.h};
          if (name == to) band.w = place.w / 2;
          paint::box(band, 0, t.accent_soft);
        }
        if (edge) paint::box(mark, radius::field, t.accent);
        if (did.hovered && !edge) paint::box(mark, radius::field, t.control);
        if (one == now && !edge) paint::frame(mark, radius::field, t.accent, 1.5f);
        const bool other = first_of_month(one) != shown;
        paint::words(place, std::to_string(day_number(one)),
                     {TextSize::small, Weight::regular, Tone::text, Align::centre, 1, true},
                     edge    ? t.on_accent
                     : other ? t.outline
                             : t.text);
        if (s.focused == id && s.input->focus_visible && one == at)
          paint::focus_ring(mark.inset(3), radius::field);
        if (did.clicked) {
          chosen = name;
          at = one;
        }
      }
      pop_parent();
    }
    pop_parent();
    if (active != 0 && grid_at < s.nodes.size() && s.nodes[grid_at].id == id)
      add_extra(s.nodes[grid_at].extra, "active", static_cast<std::int64_t>(active));
    s.memory[shown_id] = static_cast<double>(shown.time_since_epoch().count());
    s.memory[at_id] = static_cast<double>(at.time_since_epoch().count());
    return chosen;
  }
};

}  // namespace

std::string day_after(std::string_view text, int count) {
  const auto at = read(text);
  return at ? write(*at + days(count)) : std::string();
}

int days_between(std::string_view from, std::string_view to) {
  const auto a = read(from), b = read(to);
  return a && b ? static_cast<int>((*b - *a).count()) : 0;
}

int weekday_of(std::string_view text) {
  const auto at = read(text);
  return at ? weekday(*at) : 0;
}

std::string day_words(std::string_view text, bool with_year) {
  const auto at = read(text);
  if (!at) return {};
  std::string words(weekdays[static_cast<std::size_t>(weekday(*at) - 1)]);
  return words + " " + short_words(*at, with_year);
}

DateRange range_of(Period period, std::string_view today) {
  const auto at = read(today);
  if (!at) return {period, {}, {}};
  const sys_days first = first_of_month(*at);
  switch (period) {
    case Period::today:
      return {period, write(*at), write(*at)};
    case Period::yesterday:
      return {period, write(*at - days(1)), write(*at - days(1))};
    case Period::last_7:
      return {period, write(*at - days(6)), write(*at)};
    case Period::last_30:
      return {period, write(*at - days(29)), write(*at)};
    case Period::this_month:
      return {period, write(first), write(*at)};
    case Period::last_month:
      return {period, write(first_of_month(first - days(1))), write(first - days(1))};
    case Period::custom:
      break;
  }
  return {period, write(*at), write(*at)};
}

DateRange range_before(const DateRange& range) {
  const int count = days_between(range.from, range.to) + 1;
  return {Period::custom, day_after(range.from, -count), day_after(range.from, -1)};
}

std::string range_words(const DateRange& range) {
  if (range.period != Period::custom) return std::string(presets[static_cast<std::size_t>(range.period)]);
  const auto from = read(range.from), to = read(range.to);
  if (!from || !to) return "Choose days";
  if (*from == *to) return short_words(*from, true);
  const bool same_year = year_number(*from) == year_number(*to);
  const bool same_month = first_of_month(*from) == first_of_month(*to);
  const std::string begin = same_month ? std::to_string(day_number(*from)) : short_words(*from, !same_year);
  return begin + " to " + short_words(*to, true);
}

bool date_range(std::string_view key, Rect rect, DateRange& range, std::string_view today) {
  State& s = state();
  const NodeId memory = hash(id_of(key), "open"), begun = hash(id_of(key), "begun");
  bool open = s.memory[memory] != 0, changed = false;
  const std::string words = range_words(range);
  if (button(key, rect, words, {.icon = icon_calendar, .name = words, .expanded = open})) open = !open;
  const Scope scope(key);
  constexpr float presets_width = 152, line = 36;
  const Rect wide_room = window();
  const bool narrow = wide_room.w < 480;
  const float presets_height = line * static_cast<float>(presets.size() - 1);
  if (Popover pop("popover", open, rect,
                  {.name = "Days",
                   .width = narrow ? Calendar::width + 2 * space::s
                                   : presets_width + space::l + Calendar::width + 2 * space::s,
                   .height = narrow ? presets_height + space::s + Calendar::height : Calendar::height,
                   .right = rect.middle_x() > wide_room.middle_x()});
      pop) {
    Rect rest = pop.body();
    const Rect side =
        narrow ? rest.cut_top(presets_height, space::s) : rest.cut_left(presets_width, space::l);
    if (!narrow) paint::box({side.right() + space::s, side.y, 1, side.h}, 0, theme().line);
    for (int i = 0; i + 1 < static_cast<int>(presets.size()); ++i) {
      const Scope one(static_cast<std::uint64_t>(i));
      const auto period = static_cast<Period>(i);
      const Rect place{side.x, side.y + line * static_cast<float>(i), side.w, line};
      const bool on = range.period == period;
      const NodeId id = id_of("preset");
      const Did did = interact(id, place);
      record(id, Role::button, presets[static_cast<std::size_t>(i)], place,
             flag::focusable | flag::has_pressed | (on ? flag::pressed : 0));
      if (on || did.hovered) paint::box(place, 6, on ? theme().accent_soft : theme().control);
      paint::words(place.inset(space::m, 0), presets[static_cast<std::size_t>(i)],
                   {TextSize::small, on ? Weight::semibold : Weight::regular, on ? Tone::accent : Tone::text,
                    Align::left, 1, true});
      if (did.ring) paint::focus_ring(place.inset(4), 6);
      if (did.clicked) {
        range = range_of(period, today);
        changed = true;
        open = false;
      }
    }
    // The first press is the beginning, the second one the end, in whichever order.
    std::string& first = s.texts[begun];
    const std::string from = first.empty() ? range.from : first, to = first.empty() ? range.to : first;
    const std::string day_chosen = Calendar::draw(rest, from, to, today);
    if (!day_chosen.empty()) {
      if (first.empty()) {
        first = day_chosen;
        announce("From " + day_words(day_chosen, true) + ". Choose the last day.");
      } else {
        range = {Period::custom, std::min(first, day_chosen), std::max(first, day_chosen)};
        first.clear();
        changed = true;
        open = false;
      }
      request_another_frame();
    }
  }
  if (!open) s.texts.erase(begun);
  s.memory[memory] = open ? 1 : 0;
  return changed;
}

bool date_field(std::string_view key, Rect rect, std::string& chosen_day, std::string_view today,
                const SelectOptions& options) {
  State& s = state();
  const NodeId id = id_of(key), memory = hash(id, "open");
  const Scope scope(key);
  bool open = s.memory[memory] != 0, changed = false;
  SelectOptions all = options;
  if (all.placeholder == SelectOptions{.label = {}}.placeholder) all.placeholder = "Choose a day";
  if (closed_box(id, rect, day_words(chosen_day, true), icon_calendar, "dialog", open, all)) open = true;
  const bool clearable = !options.none.empty();
  if (Popover pop("popover", open, rect,
                  {.name = options.label,
                   .width = Calendar::width + 2 * space::s,
                   .height = Calendar::height + (clearable ? 44.0f : 0)});
      pop) {
    Rect rest = pop.body();
    if (clearable && button("none", rest.cut_bottom(36, space::s), options.none, {.kind = Kind::quiet})) {
      changed = !chosen_day.empty();
      chosen_day.clear();
      open = false;
    }
    const std::string day_chosen = Calendar::draw(rest, chosen_day, chosen_day, today);
    if (!day_chosen.empty()) {
      changed = day_chosen != chosen_day;
      chosen_day = day_chosen;
      open = false;
    }
  }
  s.memory[memory] = open ? 1 : 0;
  return changed;
}

}  // namespace ringup::ui
