#include "web/console/tasks/tasks.h"

#include <algorithm>
#include <map>
#include <set>

#include "web/console/pages.h"
#include "web/console/refresh.h"
#include "web/console/tasks/task_panel.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr float beside_min = 1100;
constexpr std::size_t at_once_max = 200;  // tasks that one request ends
constexpr std::string_view state_words[] = {"Open", "Done"};

enum Column : std::size_t { c_what, c_about, c_gist, c_till, c_since };
constexpr ui::TableColumn columns[] = {
    {.key = "what", .title = "What", .width = 230, .hideable = false, .keep = 10},
    {.key = "about", .title = "About", .width = 200, .share = 1, .keep = 9},
    {.key = "gist", .title = "In short", .width = 220, .share = 1, .keep = 6},
    {.key = "till", .title = "Till", .width = 90, .keep = 4},
    {.key = "since", .title = "Since", .width = 150, .keep = 8},
};

class Tasks final : public Screen {
 public:
  Tasks() {
    pages_.on_answer = [this] { order(); };
    panel_.on_done = [this](const TaskRow& task, const std::string& note) {
      if (desk_ != nullptr) finish(*desk_, {task.id}, note);
    };
    panel_.on_reopen = [this](const TaskRow& task) {
      if (desk_ != nullptr) reopen(*desk_, {task.id});
    };
  }
  std::string_view key() const override { return "tasks"; }
  std::string_view title() const override { return "Tasks"; }
  ui::Icon icon() const override { return icon_flag; }
  Right needs() const override { return Right::sales_read; }
  int badge() const override { return open_count_; }
  void tick(Desk& desk) override { count(desk); }
  void heard(Desk& desk, const News& news) override {
    if (news.topic == Topic::task) refresh_.want(desk);
  }
  std::string crumb(Desk&) override { return panel_.subject().empty() ? std::string() : panel_.title(); }

  void open(Desk& desk, const Place& place) override {
    desk_ = &desk;
    state_ = place.get("state") == "done" ? 1 : 0;
    kind_ = place.get("kind");
    std::string path = std::string("/api/tasks/?state=") + (state_ == 1 ? "done" : "open");
    if (!kind_.empty()) path += "&kind=" + url_encoded(kind_);
    if (path != pages_.path()) selected_.clear();
    pages_.show(desk, path);
    count(desk);
    panel_.open(desk, place.id);
  }

  void draw(Desk& desk, Rect rect) override {
    Rect rest = rect;
    const Rect around{rect.x, rect.y, ui::screen().right() - rect.x, ui::screen().bottom() - rect.y};
    if (!panel_.subject().empty() && rect.w >= beside_min) rest.cut_right(task_panel_width);
    draw_tools(desk, rest);
    draw_table(desk, rest);
    if (!panel_.draw(desk, around)) show(desk, {});
  }

  std::vector<Command> commands(Desk&) override {
    return {{"Tasks", "Tasks that are open", "", icon_flag, [](Desk& desk) { desk.go("tasks"); }}};
  }

 private:
  void show(Desk& desk, const std::string& id) {
    Place place = desk.place();
    place.screen = "tasks";
    place.id = id;
    desk.go(std::move(place));
  }
  void change(Desk& desk, std::string_view name, std::string_view value) {
    Place place = desk.place();
    place.set(name, value);
    place.id.clear();
    desk.replace(std::move(place));
  }

  /// The badge wherever one is, and the list where it is shown.
  void look_again(Desk& desk, const std::function<void()>& done) {
    if (desk.place().screen != key() || pages_.path().empty()) return count(desk, done);
    count(desk);
    pages_.refresh(
        desk, [] { return true; }, done);
    panel_.refresh(desk);
  }

  void count(Desk& desk, const std::function<void()>& done = {}) {
    desk.api().get("/api/tasks/counts/", [this, done](Result<json::Value> answer) {
      if (done) done();
      if (!answer.ok()) return;
      open_count_ = static_cast<int>(std::min<std::int64_t>(number_in(*answer, "open"), 1'000'000));
      counts_.clear();
      for (const json::Value& kind : items_in(*answer, "kinds"))
        counts_.emplace_back(text_in(kind, "kind"), number_in(kind, "open"));
    });
  }

  /// What is not there any more is not chosen. Kinds stand together, in the order of core's table; within one
  /// the oldest first, as they came.
  void order() {
    std::vector<TaskRow>& rows = pages_.items();
    std::erase_if(selected_, [&](const std::string& id) {
      return std::none_of(rows.begin(), rows.end(), [&](const TaskRow& row) { return row.id == id; });
    });
    if (state_ == 1 || !kind_.empty()) return;
    std::stable_sort(rows.begin(), rows.end(), [](const TaskRow& a, const TaskRow& b) {
      const std::size_t mine = rank_of(a.kind), other = rank_of(b.kind);
      return mine != other ? mine < other : a.created_at < b.created_at;
    });
  }

  void draw_tools(Desk& desk, Rect& rest) {
    Rect line = rest.cut_top(40, space::s);
    int state = state_;
    if (ui::segmented("state", line.cut_left(200, space::m), "State", state_words, state)) {
      change(desk, "state", state == 1 ? "done" : "");
      return;
    }
    std::vector<std::string> labels = {"All kinds"};
    std::vector<std::string> names = {""};
    int chosen = 0;
    if (state_ == 0) {
      labels[0] += " " + std::to_string(open_count_);
      for (const auto& [kind, number] : counts_) {
        const journal::TaskKind* words = journal::find_task_kind(kind);
        labels.push_back(std::string(words != nullptr ? words->badge : kind) + " " + std::to_string(number));
        names.push_back(kind);
      }
    } else {
      for (const journal::TaskKind& kind : journal::task_kinds()) {
        labels.emplace_back(kind.badge);
        names.emplace_back(kind.name);
      }
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == kind_) chosen = static_cast<int>(i);
    }
    // The row of chips has a margin of its own.
    const Rect row = rest.cut_top(ui::chips_height, space::s);
    if (ui::chips("kinds", {row.x - space::l, row.y, row.w + space::l, row.h}, "Kinds", labels, chosen))
      change(desk, "kind", names[static_cast<std::size_t>(chosen)]);
  }

  void draw_table(Desk& desk, Rect rest) {
    const std::vector<TaskRow>& rows = pages_.items();
    std::optional<std::size_t> opened;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!panel_.subject().empty() && rows[i].id == panel_.subject()) opened = i;
    }
    ui::TableOptions options{.name = "Tasks",
                             .count = rows.size(),
                             .version = pages_.version(),
                             .opened = opened,
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    if (desk.may(Right::tasks_settle)) {
      options.selected = [&](std::size_t row) { return selected_.count(rows[row].id) > 0; };
      options.select = [&](std::size_t first, std::size_t last, bool on) {
        for (std::size_t i = first; i <= last && i < rows.size(); ++i)
          on ? (void)selected_.insert(rows[i].id) : (void)selected_.erase(rows[i].id);
      };
      options.selected_count = selected_.size();
      options.bulk = [&](Rect box) { draw_bulk(desk, box); };
    }
    const ui::TableResult did = ui::data_table("tasks", rest, columns, table_, options,
                                               [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                                                 draw_cell(desk, rows[row], column, cell);
                                               });
    if (did.opened) show(desk, rows[*did.opened].id);
  }

  void draw_bulk(Desk& desk, Rect box) {
    const bool done = state_ == 1;
    if (!ui::button("bulk", box.cut_left(150), done ? "Open again" : "Mark as done",
                    {.icon = done ? icon_rotate_ccw : icon_check, .busy = busy_}))
      return;
    std::vector<std::string> ids(selected_.begin(), selected_.end());
    if (ids.size() > at_once_max) ids.resize(at_once_max);
    done ? reopen(desk, std::move(ids)) : finish(desk, std::move(ids), {});
  }

  static void draw_cell(Desk& desk, const TaskRow& row, std::size_t column, ui::Cell& cell) {
    switch (column) {
      case c_what: {
        const bool urgent = rank_of(row.kind) < rank_of("totals_differ");
        const journal::TaskKind* words = row.words();
        return cell.dot(words != nullptr ? words->badge : std::string_view(row.title),
                        row.done ? ui::Tone::good
                        : urgent ? ui::Tone::bad
                                 : ui::Tone::warn);
      }
      case c_about:
        return cell.words(about(row), ui::Tone::text, ui::Weight::semibold);
      case c_gist:
        return cell.words(gist(desk, row), ui::Tone::muted);
      case c_till:
        return cell.words(row.till.empty() ? "–" : row.till);
      default:
        return cell.words(desk.moment(row.done ? row.done_at : row.created_at));
    }
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!pages_.problem().empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "Tasks cannot be shown", pages_.problem(),
                          "Try again"))
        pages_.again(desk);
      return;
    }
    if (state_ == 1) {
      ui::empty_state("none", box, icon_history, "Nothing was done yet",
                      "What you mark as done stands here.");
    } else if (!kind_.empty()) {
      if (ui::empty_state("none", box, icon_circle_check, "Nothing of this kind is open", "",
                          "Show all kinds"))
        change(desk, "kind", "");
    } else {
      ui::empty_state("none", box, icon_circle_check, "Nothing to look at",
                      "When a till reports something that does not fit, it appears here.");
    }
  }

  /// Ends tasks, shows the one after the last of them, and offers the way back.
  void finish(Desk& desk, std::vector<std::string> ids, const std::string& note) {
    if (busy_ || ids.empty()) return;
    busy_ = true;
    json::Array list;
    for (const std::string& id : ids) list.emplace_back(id);
    json::Object body{{"ids", std::move(list)}};
    if (!note.empty()) body.push_back({"note", note});
    desk.api().send(
        "POST", "/api/tasks/done/", json::Value(std::move(body)),
        [this, &desk, ids](Result<json::Value> answer) {
          busy_ = false;
          if (!answer.ok()) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
          const std::string next = take_out(ids);
          const std::string words = ids.size() == 1 ? std::string("Marked as done")
                                                    : std::to_string(ids.size()) + " tasks marked as done";
          ui::toast(words, "Undo", [this, &desk, ids] { reopen(desk, ids); });
          if (desk.place().screen == key() && std::count(ids.begin(), ids.end(), panel_.subject()) > 0)
            show(desk, next);
          count(desk);
        });
  }

  /// Opens tasks again, one request each.
  void reopen(Desk& desk, std::vector<std::string> ids) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool last = i + 1 == ids.size();
      desk.api().send("POST", "/api/tasks/" + url_encoded(ids[i]) + "/reopen/", {},
                      [this, &desk, last](Result<json::Value> answer) {
                        if (!answer.ok()) ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
                        if (!last) return;
                        selected_.clear();
                        pages_.again(desk);
                        panel_.refresh(desk);
                        count(desk);
                      });
    }
  }

  /// Takes ended tasks off the list; the id of the one that stands behind them, or empty.
  std::string take_out(const std::vector<std::string>& ids) {
    std::vector<TaskRow>& rows = pages_.items();
    const auto gone = [&](const TaskRow& row) {
      return std::find(ids.begin(), ids.end(), row.id) != ids.end();
    };
    std::string next;
    bool passed = false;
    for (const TaskRow& row : rows) {
      if (gone(row)) {
        passed = true;
      } else if (next.empty() || passed) {
        next = row.id;
        if (passed) break;
      }
    }
    rows.erase(std::remove_if(rows.begin(), rows.end(), gone), rows.end());
    for (const std::string& id : ids) selected_.erase(id);
    return rows.empty() ? std::string() : next;
  }

  Pages<TaskRow> pages_{read_task_row};
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) { look_again(desk, done); }};
  TaskPanel panel_;
  ui::TableState table_;
  Desk* desk_ = nullptr;  // since open(); it outlives the screen
  int state_ = 0;
  std::string kind_;
  std::set<std::string> selected_;
  bool busy_ = false;
  int open_count_ = 0;
  std::vector<std::pair<std::string, std::int64_t>> counts_;
};

}  // namespace

std::unique_ptr<Screen> make_tasks() {
  return std::make_unique<Tasks>();
}

}  // namespace ringup::console
