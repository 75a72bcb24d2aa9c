#include "web/console/dashboard.h"

#include <algorithm>

#include "core/sale/dashboard.h"
#include "core/till/task_kinds.h"
#include "web/console/refresh.h"
#include "web/console/report_words.h"
#include "web/ui/chart.h"
#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;
using ui::Tone;

constexpr float card_height = 420;
constexpr float narrow = 900;  // below it the cards stand under one another
constexpr int tasks_shown = 4;
constexpr std::size_t opening_hour = 8, closing_hour = 19;  // shown at least

class DashboardScreen final : public Screen {
 public:
  std::string_view key() const override { return "dashboard"; }
  std::string_view title() const override { return "Dashboard"; }
  ui::Icon icon() const override { return icon_house; }
  Right needs() const override { return Right::reports_read; }

  void open(Desk& desk, const Place& place) override {
    const std::string wanted = place.get("branch");
    if (wanted != branch_) loaded_ = false;
    branch_ = wanted;
    fetch(desk);
    follow(desk);
  }
  void heard(Desk& desk, const News& news) override {
    const bool ours = news.topic == Topic::sale || news.topic == Topic::task;
    if (ours && desk.place().screen == key()) refresh_.want(desk);
  }
  void tick(Desk& desk) override {
    if (desk.place().screen == key()) follow(desk);
  }

  std::vector<Command> commands(Desk&) override {
    return {{"Actions", "See today's takings", "Dashboard", icon_house,
             [](Desk& desk) { desk.go("dashboard"); }}};
  }

  void draw_actions(Desk& desk, Rect rect) override {
    const auto& branches = desk.facts().branches;
    if (branches.size() < 2) return;
    std::vector<std::string> names;
    int chosen = -1;
    for (const Branch& branch : branches) {
      if (to_string(branch.id) == branch_) chosen = static_cast<int>(names.size());
      names.push_back(branch.name);
    }
    if (ui::select("branch", action_box(rect, 260), names, chosen,
                   {.label = "Branch", .hide_label = true, .compact = true, .none = "All branches"})) {
      Place place = desk.place();
      place.set("branch",
                chosen < 0 ? std::string() : to_string(branches[static_cast<std::size_t>(chosen)].id));
      desk.replace(std::move(place));
    }
  }

  void draw(Desk& desk, Rect rect) override {
    if (!problem_.empty() && !loaded_) {
      if (ui::empty_state("failed", rect, icon_circle_alert, "Today's figures could not be read", problem_,
                          "Try again"))
        fetch(desk);
      return;
    }
    ui::ScrollArea area("page", with_gutter(rect), {.padding = scroll_gutter, .padding_bottom = space::xl});
    if (!problem_.empty() &&
        ui::banner("old", area.next(ui::banner_height, space::l), Tone::warn, icon_wifi_off,
                   "These figures are a while old. " + problem_, "Try again"))
      fetch(desk);
    draw_figures(desk, area);
    const bool one_column = area.width() < narrow;
    if (one_column) {
      draw_hours(desk, area.next(card_height, space::l));
      draw_best(desk, area.next(card_height, space::l));
    } else {
      Rect row = area.next(card_height, space::l);
      const Rect best = row.cut_right(std::max(row.w * 0.34f, 320.0f), space::l);
      draw_hours(desk, row);
      draw_best(desk, best);
    }
    draw_tasks(desk, area);
  }

 private:
  void fetch(Desk& desk, const std::function<void()>& done = {}) {
    const bool both = desk.may(Right::sales_read);
    const auto answered = [done, missing = std::make_shared<int>(both ? 2 : 1)] {
      if (--*missing == 0 && done) done();
    };
    const std::uint64_t asked = ++asked_;
    const std::string branch = branch_.empty() ? "" : "?branch=" + url_encoded(branch_);
    desk.api().get("/api/reports/dashboard/" + branch, [this, asked, answered](Result<json::Value> answer) {
      answered();
      if (asked != asked_) return;
      Result<Dashboard> read = answer.ok() ? read_dashboard(*answer) : Result<Dashboard>(answer.failure());
      if (!read.ok()) {
        problem_ = words_of(read.failure());
        return;
      }
      problem_.clear();
      today_ = std::move(read).value();
      loaded_ = true;
    });
    if (!both) return;
    desk.api().get("/api/tasks/counts/", [this, answered](Result<json::Value> answer) {
      answered();
      if (!answer.ok()) return;
      tasks_.clear();
      for (const json::Value& item : items_in(*answer, "kinds")) {
        if (const std::int64_t open = number_in(item, "open"); open > 0)
          tasks_.push_back(
              {text_in(item, "kind"), text_in(item, "title"), open, read_time(text_in(item, "oldest_at"))});
      }
    });
  }

  /// Where the server tells no news: looks again every while for as long as it is the screen that is shown.
  void follow(Desk& desk) {
    if (following_ || desk.live()) return;
    following_ = true;
    desk.after(dashboard_look_ms, [this, &desk] {
      following_ = false;
      if (desk.place().screen != key() || desk.live()) return;
      fetch(desk);
      follow(desk);
    });
  }

  /// "last Friday", on a Friday: a week ago.
  std::string last_week() const { return "last " + weekday_name(today_.compared_with); }

  ui::Stat stat_of(std::string_view label, const std::string& value, std::int64_t now, std::int64_t before,
                   bool less_is_good, std::string& percent, std::string& words) const {
    const Change change = change_of(now, before);
    percent = change.percent;
    if (change.percent.empty()) {
      words = now == 0 ? "as " + last_week() : "none " + last_week() + " by now";
    } else {
      words = change.direction > 0 ? "above " : change.direction < 0 ? "below " : "as ";
      words += last_week();
      if (change.direction == 0) percent.clear();
    }
    const bool good = (change.direction > 0) != less_is_good;
    return {.label = label,
            .value = value,
            .change = percent,
            .words = words,
            .direction = change.direction,
            .tone = change.direction == 0 ? Tone::muted
                    : good                ? Tone::good
                                          : Tone::bad,
            .loading = !loaded_};
  }

  void draw_figures(Desk& desk, ui::ScrollArea& area) {
    const Dashboard::Figures &now = today_.today, &before = today_.before;
    const int columns = area.width() < narrow ? 2 : 4;
    Rect row;
    for (int i = 0; i < 4; ++i) {
      if (i % columns == 0) row = area.next(ui::stat_height, space::l);
      const Rect box = row.column(i % columns, columns, space::l);
      std::string percent, words, value;
      ui::Stat stat;
      if (i == 0) {
        value = desk.money(now.gross);
        stat = stat_of("Takings today", value, now.gross, before.gross, false, percent, words);
        stat.pressable = loaded_;
      } else if (i == 1) {
        value = count_words(now.sales);
        stat = stat_of("Sales", value, now.sales, before.sales, false, percent, words);
      } else if (i == 2) {
        value = desk.money(now.average);
        stat = stat_of("Average basket", value, now.average, before.average, false, percent, words);
      } else {
        value = desk.money(-now.refunded);
        stat = stat_of("Given back", value, -now.refunded, -before.refunded, true, percent, words);
      }
      if (ui::stat("figure" + std::to_string(i), box, stat)) {
        Place place{"reports", {}, {}};
        place.set("by", "hour");
        place.set("period", "today");
        place.set("branch", branch_);
        desk.go(std::move(place));
      }
    }
  }

  void draw_hours(Desk& desk, Rect rect) {
    ui::card(rect);
    rect = rect.inset(space::l);
    ui::heading(rect.cut_top(28, space::s), "Takings by hour", 2);
    std::size_t first = opening_hour, last = closing_hour, until = 24;
    for (std::size_t i = 0; i < today_.hours.size(); ++i) {
      const Dashboard::Hour& hour = today_.hours[i];
      if (hour.gross == 0 && hour.gross_before == 0) continue;
      first = std::min(first, i);
      last = std::max(last, i);
    }
    // What is still to come today is not known, rather than nothing.
    if (loaded_) {
      const std::string clock = desk.clock(read_time(today_.now).value_or(0));
      if (clock.size() == 5 && clock[0] >= '0' && clock[0] <= '2')
        until = static_cast<std::size_t>((clock[0] - '0') * 10 + (clock[1] - '0')) + 1;
    }
    std::vector<std::string> points, names;
    ui::Series now{.name = "Today"}, before{.name = {}, .ghost = true};
    const std::string before_name = loaded_ ? "Last " + weekday_name(today_.compared_with) : "Last week";
    before.name = before_name;
    for (std::size_t i = first; loaded_ && i <= last; ++i) {
      points.push_back((i < 10 ? "0" : "") + std::to_string(i));
      names.push_back(points.back() + ":00 to " + (i + 1 < 10 ? "0" : "") + std::to_string(i + 1) + ":00");
      if (i < until) now.values.push_back(today_.hours[i].gross);
      before.values.push_back(today_.hours[i].gross_before);
    }
    std::int64_t unit = 1;
    for (int i = 0; i < desk.facts().currency.digits; ++i) unit *= 10;
    const ui::Series series[] = {now, before};
    ui::chart("hours", rect,
              {.name = "Takings by hour",
               .points = points,
               .point_names = names,
               .series = series,
               .format = [&desk](std::int64_t value,
                                 bool axis) { return axis ? axis_money(desk, value) : desk.money(value); },
               .unit = unit,
               .loading = !loaded_,
               .empty = "Nothing was sold yet"});
  }

  void draw_best(Desk& desk, Rect rect) {
    ui::card(rect);
    rect = rect.inset(space::l);
    ui::heading(rect.cut_top(28, space::s), "Best sellers today", 2);
    if (!loaded_) {
      for (int i = 0; i < 6; ++i) ui::skeleton(rect.cut_top(28, space::l));
      return;
    }
    if (today_.best_sellers.empty()) {
      if (ui::empty_state("none", rect, icon_shopping_bag, "Nothing was sold yet today",
                          "What sells best stands here as soon as tills send the day's first sales.",
                          "See yesterday")) {
        Place place{"reports", {}, {}};
        place.set("by", "product");
        place.set("period", "yesterday");
        place.set("branch", branch_);
        desk.go(std::move(place));
      }
      return;
    }
    std::vector<ui::Ranked> lines;
    std::vector<std::string> words;
    words.reserve(today_.best_sellers.size() * 2);
    for (const Dashboard::Best& best : today_.best_sellers) {
      words.push_back(desk.money(best.gross));
      words.push_back(to_decimal(best.quantity) + " sold");
      lines.push_back(
          {.name = best.name, .words = words[words.size() - 2], .value = best.gross, .detail = words.back()});
    }
    const int pressed = ui::ranked_bars("best", rect, "Best sellers today", lines, true);
    if (pressed < 0) return;
    const auto& product = today_.best_sellers[static_cast<std::size_t>(pressed)].product;
    if (product) desk.go("products", to_string(*product));
  }

  void draw_tasks(Desk& desk, ui::ScrollArea& area) {
    if (!loaded_) return;
    const auto shown = static_cast<float>(std::min<std::size_t>(tasks_.size(), tasks_shown));
    const bool none = today_.open_tasks == 0;
    Rect rect = area.next(none ? 88 : 2 * space::l + 40 + shown * (ui::row_height + space::xs), space::l);
    ui::card(rect);
    rect = rect.inset(space::l);
    Rect head = rect.cut_top(40, none ? 0 : space::s);
    bool pressed = false;
    if (!none) {
      const std::string all = "See all " + count_words(today_.open_tasks);
      pressed = ui::button("tasks", head.cut_right(140, space::m), all,
                           {.kind = ui::Kind::quiet, .name = "See all tasks that wait"});
    }
    ui::heading(head, none ? "No tasks wait" : "Tasks that wait", 2);
    if (none) {
      ui::text("clear", rect, "Every sale is as the business expects it.", {.tone = Tone::muted});
    }
    if (pressed) desk.go("tasks");
    for (std::size_t i = 0; i < tasks_.size() && i < tasks_shown && !none; ++i) {
      const Task& task = tasks_[i];
      const journal::TaskKind* kind = journal::find_task_kind(task.kind);
      const std::string since = task.oldest ? desk.day(*task.oldest) : std::string();
      if (ui::row(task.kind, rect.cut_top(ui::row_height, space::xs),
                  {.title = task.title,
                   .detail = kind != nullptr ? kind->advice : std::string_view(),
                   .trailing = count_words(task.open),
                   .trailing_detail = since,
                   .icon = icon_flag,
                   .chevron = true}) == ui::RowPress::tap) {
        Place place{"tasks", {}, {}};
        place.set("kind", task.kind);
        desk.go(std::move(place));
      }
    }
  }

  struct Task {
    std::string kind, title;
    std::int64_t open = 0;
    std::optional<std::int64_t> oldest;
  };
  std::string branch_, problem_;
  Dashboard today_;
  std::vector<Task> tasks_;
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) { fetch(desk, done); }};
  bool loaded_ = false, following_ = false;
  std::uint64_t asked_ = 0;
};

}  // namespace

std::unique_ptr<Screen> make_dashboard() {
  return std::make_unique<DashboardScreen>();
}

}  // namespace ringup::console
