#include "web/console/reports.h"

#include <algorithm>
#include <array>

#include "web/console/report_words.h"
#include "web/ui/chart.h"
#include "web/ui/figures.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"
#include "web/ui/table.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;
using ui::Tone;

struct Choice {
  ReportBy by;
  const char *title, *chart;
};
constexpr Choice choices[] = {
    {ReportBy::day, "Days", "Sales by day"},
    {ReportBy::hour, "Hours", "Sales by hour of the day"},
    {ReportBy::weekday, "Weekdays", "Sales by weekday"},
    {ReportBy::month, "Months", "Sales by month"},
    {ReportBy::product, "Products", "Best sellers"},
    {ReportBy::category, "Categories", "Best categories"},
    {ReportBy::cashier, "Cashiers", "Sales by cashier"},
    {ReportBy::tender, "Payments", "What customers paid with"},
    {ReportBy::tax, "Taxes", "Sales by tax"},
    {ReportBy::branch, "Branches", "Sales by branch"},
    {ReportBy::till, "Tills", "Sales by till"},
};

constexpr std::array<std::pair<ui::Period, const char*>, 6> periods = {{
    {ui::Period::today, "today"},
    {ui::Period::yesterday, "yesterday"},
    {ui::Period::last_7, "last_7"},
    {ui::Period::last_30, "last_30"},
    {ui::Period::this_month, "this_month"},
    {ui::Period::last_month, "last_month"},
}};

constexpr int patience_ms = 1000;
constexpr int page_rows = 500;
constexpr std::size_t bars_max = 62;  // more points become a line
constexpr float chart_height = 232, table_height_min = 240;

bool in_calendar(ReportBy by) {
  return by == ReportBy::day || by == ReportBy::hour || by == ReportBy::weekday || by == ReportBy::month;
}

class ReportsScreen final : public Screen {
 public:
  std::string_view key() const override { return "reports"; }
  std::string_view title() const override { return "Reports"; }
  ui::Icon icon() const override { return icon_chart_column; }
  Right needs() const override { return Right::reports_read; }

  void open(Desk& desk, const Place& place) override {
    by_ = parse_report_by(place.get("by")).value_or(ReportBy::day);
    const std::string today = desk.date(desk.now_us());
    range_ = ui::range_of(ui::Period::last_30, today);
    for (const auto& [period, name] : periods) {
      if (place.get("period") == name) range_ = ui::range_of(period, today);
    }
    if (!place.get("from").empty() && !place.get("to").empty())
      range_ = {ui::Period::custom, place.get("from"), place.get("to")};
    branch_ = place.get("branch");
    table_.sort = place.get("sort");
    table_.descending = table_.sort.starts_with('-');
    if (table_.descending) table_.sort.erase(0, 1);
    fetch(desk);
  }

  std::vector<Command> commands(Desk&) override {
    std::vector<Command> all;
    for (const Choice& choice : choices) {
      all.push_back({"Reports", choice.chart, "Report", icon_chart_column, [by = choice.by](Desk& desk) {
                       Place place{"reports", {}, {}};
                       place.set("by", to_string(by));
                       desk.go(std::move(place));
                     }});
    }
    return all;
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (ui::button("export", action_box(rect, 140), "Export CSV",
                   {.icon = icon_download, .disabled = !report_, .busy = exporting_}))
      save(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    // Chips begin with a margin of their own.
    const Rect chips = rect.cut_top(ui::chips_height, space::m);
    draw_choice(desk, {chips.x - space::l, chips.y, chips.w + 2 * space::l, chips.h});
    draw_filters(desk, rect.cut_top(40, space::l));
    if (!problem_.empty()) {
      if (ui::empty_state("failed", rect, icon_circle_alert, "The report could not be made", problem_,
                          "Try again"))
        fetch(desk);
      return;
    }
    if (slow_) {
      ui::status_word("slow", rect.cut_top(24, space::s), Tone::muted, "Adding up the sales, one moment…");
    }
    // On a low screen chart and table scroll as one, so that the table keeps its rows.
    const float wanted = ui::stat_height + chart_height + table_height_min + 2 * space::l;
    if (rect.h >= wanted) return draw_report(desk, rect);
    ui::ScrollArea area("page", with_gutter(rect), {.padding = scroll_gutter, .padding_bottom = 0});
    draw_report(desk, area.next(wanted));
  }

 private:
  std::string path(std::string_view from, std::string_view to) const {
    std::string path = "/api/reports/sales/?by=" + std::string(to_string(by_)) +
                       "&from=" + url_encoded(from) + "&to=" + url_encoded(to);
    if (!branch_.empty()) path += "&branch=" + url_encoded(branch_);
    return path;
  }
  std::string sorted(std::string path) const {
    if (!table_.sort.empty()) path += "&sort=" + std::string(table_.descending ? "-" : "") + table_.sort;
    return path;
  }

  void fetch(Desk& desk) {
    const std::uint64_t asked = ++asked_;
    loading_ = true;
    slow_ = false;
    desk.after(patience_ms, [this, asked] { slow_ = loading_ && asked == asked_; });
    const std::string rows = "&limit=" + std::to_string(page_rows);
    desk.api().get(sorted(path(range_.from, range_.to)) + rows, [this, asked](Result<json::Value> answer) {
      if (asked != asked_) return;
      Result<Report> read = answer.ok() ? read_report(*answer) : Result<Report>(answer.failure());
      loading_ = slow_ = false;
      problem_ = read.ok() ? std::string() : words_of(read.failure());
      if (!read.ok()) {
        report_.reset();
        return;
      }
      report_ = std::move(read).value();
      ++version_;
    });
    // The same days before, for comparison: only their sum.
    before_.reset();
    const ui::DateRange earlier = ui::range_before(range_);
    desk.api().get(path(earlier.from, earlier.to) + "&limit=1", [this, asked](Result<json::Value> answer) {
      if (asked != asked_ || !answer.ok()) return;
      Result<Report> read = read_report(*answer);
      if (read.ok()) before_ = read->total;
    });
  }

  void fetch_more(Desk& desk) {
    if (!report_ || !report_->next || loading_) return;
    const std::uint64_t asked = asked_;
    loading_ = true;
    desk.api().get(sorted(path(range_.from, range_.to)) + "&limit=" + std::to_string(page_rows) +
                       "&cursor=" + url_encoded(*report_->next),
                   [this, asked](Result<json::Value> answer) {
                     if (asked != asked_) return;
                     loading_ = false;
                     Result<Report> read =
                         answer.ok() ? read_report(*answer) : Result<Report>(answer.failure());
                     if (!read.ok()) return ui::toast(words_of(read.failure()), {}, {}, Tone::bad);
                     for (ReportRow& row : read->items) report_->items.push_back(std::move(row));
                     report_->next = read->next;
                   });
  }

  void save(Desk& desk) {
    exporting_ = true;
    const std::string name =
        "sales-by-" + std::string(to_string(by_)) + '-' + range_.from + "-to-" + range_.to + ".csv";
    desk.api().text(sorted(path(range_.from, range_.to)), "text/csv",
                    [this, &desk, name](Result<std::string> file) {
                      exporting_ = false;
                      if (!file.ok()) return ui::toast(words_of(file.failure()), {}, {}, Tone::bad);
                      desk.bridge().save_file(name, "text/csv", *file);
                      ui::toast("Saved " + name + ".");
                    });
  }

  void change(Desk& desk, std::string_view name, std::string_view value) {
    Place place = desk.place();
    place.set(name, value);
    desk.replace(std::move(place));
  }

  void draw_choice(Desk& desk, Rect rect) {
    std::vector<std::string> labels;
    int chosen = 0;
    for (const Choice& choice : choices) {
      if (choice.by == by_) chosen = static_cast<int>(labels.size());
      labels.emplace_back(choice.title);
    }
    if (!ui::chips("by", rect, "Report by", labels, chosen)) return;
    Place place = desk.place();
    place.set("by", to_string(choices[chosen].by));
    place.set("sort", {});
    desk.go(std::move(place));
  }

  void draw_filters(Desk& desk, Rect rect) {
    ui::DateRange range = range_;
    if (ui::date_range("range", rect.cut_left(260, space::m), range, desk.date(desk.now_us()))) {
      Place place = desk.place();
      place.set("period", {});
      place.set("from", {});
      place.set("to", {});
      for (const auto& [period, name] : periods) {
        if (range.period == period) place.set("period", name);
      }
      if (range.period == ui::Period::custom) {
        place.set("from", range.from);
        place.set("to", range.to);
      }
      desk.replace(std::move(place));
    }
    const auto& branches = desk.facts().branches;
    if (branches.size() < 2) return;
    std::vector<std::string> names;
    int chosen = -1;
    for (const Branch& branch : branches) {
      if (to_string(branch.id) == branch_) chosen = static_cast<int>(names.size());
      names.push_back(branch.name);
    }
    if (ui::select("branch", rect.cut_left(260), names, chosen,
                   {.label = "Branch", .hide_label = true, .compact = true, .none = "All branches"}))
      change(desk, "branch",
             chosen < 0 ? std::string() : to_string(branches[static_cast<std::size_t>(chosen)].id));
  }

  void draw_report(Desk& desk, Rect rect) {
    draw_figures(desk, rect.cut_top(ui::stat_height, space::l));
    draw_chart(desk, rect.cut_top(chart_height, space::l));
    draw_table(desk, rect);
  }

  /// The columns whose sums stand above: those that a reader looks for first.
  std::vector<ReportColumn> figures() const {
    std::vector<ReportColumn> all;
    const auto wanted = [&](std::string_view name) {
      if (form_of(by_) == ReportForm::sales)
        return name == "gross" || name == "net" || name == "sales" || name == "average";
      if (form_of(by_) == ReportForm::tender) return name == "amount" || name == "tenders";
      return name == "gross" || name == "net" || name == "tax" || name == "discount";
    };
    for (const ReportColumn& column : report_columns(by_)) {
      if (wanted(column.name)) all.push_back(column);
    }
    // Money first, and of it the gross.
    std::stable_sort(all.begin(), all.end(), [](const ReportColumn& a, const ReportColumn& b) {
      const auto rank = [](const ReportColumn& column) {
        return column.name == "gross" || column.name == "amount" ? 0 : column.name == "average" ? 2 : 1;
      };
      return rank(a) < rank(b);
    });
    return all;
  }

  void draw_figures(Desk& desk, Rect rect) {
    const std::vector<ReportColumn> columns = figures();
    const bool ready = report_ && report_->by == by_;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Rect box = rect.column(static_cast<int>(i), static_cast<int>(columns.size()), space::l);
      std::string value, words;
      Change change;
      if (ready) value = cell_words(desk, report_->total, columns[i]);
      if (ready && before_) {
        change = change_of(report_number(report_->total, columns[i]), report_number(*before_, columns[i]));
        const int days = ui::days_between(range_.from, range_.to) + 1;
        const std::string earlier =
            days == 1 ? "the day before" : "the " + std::to_string(days) + " days before";
        words = change.percent.empty() ? "nothing in " + earlier
                                       : (change.direction > 0   ? "above "
                                          : change.direction < 0 ? "below "
                                                                 : "as in ") +
                                             earlier;
        if (change.direction == 0) change.percent.clear();
      }
      const bool neutral = columns[i].name == "discount" || columns[i].name == "tax";
      ui::stat("figure" + std::string(columns[i].name), box,
               {.label = columns[i].title,
                .value = value,
                .change = change.percent,
                .words = words,
                .direction = change.direction,
                .tone = neutral || change.direction == 0 ? Tone::muted
                        : change.direction > 0           ? Tone::good
                                                         : Tone::bad,
                .loading = !ready});
    }
  }

  void draw_chart(Desk& desk, Rect rect) {
    ui::card(rect);
    rect = rect.inset(space::l);
    const auto* choice = std::find_if(std::begin(choices), std::end(choices),
                                      [&](const Choice& each) { return each.by == by_; });
    const bool ready = report_ && report_->by == by_;
    ui::heading(rect.cut_top(28, space::s), choice->chart, 2);
    if (!in_calendar(by_)) return draw_ranked(desk, rect, choice->chart, ready);
    std::vector<std::string> points, names;
    ui::Series series{.name = "Gross sales"};
    if (ready) {
      // The chart keeps the calendar's order however the table is sorted.
      std::vector<const ReportRow*> rows;
      for (const ReportRow& row : report_->items) rows.push_back(&row);
      std::stable_sort(rows.begin(), rows.end(), [](const ReportRow* a, const ReportRow* b) {
        return a->key.size() != b->key.size() ? a->key.size() < b->key.size() : a->key < b->key;
      });
      for (const ReportRow* row : rows) {
        points.push_back(point_of(*row));
        names.push_back(by_ == ReportBy::day ? ui::day_words(row->key, true) : row->name);
        series.values.push_back(row->gross);
      }
    }
    std::int64_t unit = 1;
    for (int i = 0; i < desk.facts().currency.digits; ++i) unit *= 10;
    const int pressed = ui::chart(
        "chart", rect,
        {.name = choice->chart,
         .kind = points.size() > bars_max ? ui::ChartKind::lines : ui::ChartKind::bars,
         .points = points,
         .point_names = names,
         .series = {&series, 1},
         .format = [&desk](std::int64_t value,
                           bool axis) { return axis ? axis_money(desk, value) : desk.money(value); },
         .unit = unit,
         .loading = !ready,
         .empty = "Nothing was sold in this time"});
    (void)pressed;
  }

  std::string point_of(const ReportRow& row) const {
    switch (by_) {
      case ReportBy::hour:
        return row.name.substr(0, 2);
      case ReportBy::weekday:
        return row.name.substr(0, 3);
      case ReportBy::day: {
        // "1 Mar"
        const std::string words = ui::day_words(row.key);
        const std::size_t space_at = words.find(' ');
        return space_at == std::string::npos ? words : words.substr(space_at + 1);
      }
      default:
        return row.name;
    }
  }

  void draw_ranked(Desk& desk, Rect rect, std::string_view name, bool ready) {
    if (!ready) {
      for (int i = 0; i < 4; ++i) ui::skeleton(rect.cut_top(28, space::l));
      return;
    }
    const bool tender = by_ == ReportBy::tender;
    std::vector<const ReportRow*> rows;
    for (const ReportRow& row : report_->items) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(), [&](const ReportRow* a, const ReportRow* b) {
      return tender ? a->amount > b->amount : a->gross > b->gross;
    });
    rows.resize(std::min<std::size_t>(rows.size(), static_cast<std::size_t>(rect.h / ui::ranked_height)));
    if (rows.empty()) {
      ui::text("none", rect, "Nothing was sold in this time.", {.tone = Tone::muted});
      return;
    }
    std::vector<std::string> words;
    std::vector<ui::Ranked> lines;
    words.reserve(rows.size());
    for (const ReportRow* row : rows) {
      const Amount value = tender ? row->amount : row->gross;
      words.push_back(desk.money(value));
      lines.push_back({.name = row->name, .words = words.back(), .value = value, .detail = row->category});
    }
    ui::ranked_bars("ranked", rect, name, lines);
  }

  void draw_table(Desk& desk, Rect rect) {
    const std::vector<ReportColumn> columns = report_columns(by_);
    std::vector<ui::TableColumn> shown;
    for (const ReportColumn& column : columns) {
      const bool leads = shown.empty();
      const bool text = column.kind == ReportColumn::Kind::text;
      shown.push_back({.key = column.name,
                       .title = column.title,
                       .width = leads  ? 200.0f
                                : text ? 150.0f
                                       : 128.0f,
                       .share = leads ? 1.0f : 0.0f,
                       .numeric = !text,
                       .sortable = true,
                       .hideable = !leads,
                       .most_first = !text,
                       .keep = leads                                               ? 3
                               : column.name == "gross" || column.name == "amount" ? 2
                               : text                                              ? 0
                                                                                   : 1});
    }
    const bool ready = report_ && report_->by == by_;
    ui::TableState state = table_;
    // The server sorts by "key" what is sorted by its first column in the calendar.
    if (state.sort == "key" && !columns.empty()) state.sort = columns.front().name;
    const ui::TableResult did = ui::data_table(
        "rows", rect, shown, state,
        {.name = "Report",
         .count = ready ? report_->items.size() : 0,
         .version = version_,
         .opened = std::nullopt,
         .loading = !ready || (loading_ && report_->next.has_value()),
         .more = [this, &desk] { fetch_more(desk); },
         .empty =
             [](Rect box) {
               ui::empty_state("empty", box, icon_chart_column, "Nothing was sold in this time",
                               "Choose other days or all branches.");
             }},
        [&](std::size_t row, std::size_t column, ui::Cell& cell) {
          const ReportRow& line = report_->items[row];
          std::string words = cell_words(desk, line, columns[column]);
          if (column == 0 && by_ == ReportBy::day) words = ui::day_words(line.key, true);
          cell.words(words, column == 0                       ? Tone::text
                            : columns[column].text != nullptr ? Tone::muted
                                                              : Tone::text);
        });
    table_.active = state.active;
    table_.anchor = state.anchor;
    table_.title = state.title;
    table_.hidden = state.hidden;
    if (did.sorted) {
      std::string sort = state.sort;
      if (in_calendar(by_) && !columns.empty() && sort == columns.front().name) sort = "key";
      change(desk, "sort", (state.descending ? "-" : "") + sort);
    }
    if (did.opened && ready) open_row(desk, report_->items[*did.opened]);
  }

  /// What is behind a row: the hours of a day, the days of a month, the product.
  void open_row(Desk& desk, const ReportRow& row) {
    Place place = desk.place();
    place.set("sort", {});
    const auto days = [&](std::string_view by, const std::string& from, const std::string& to) {
      place.set("by", by);
      place.set("period", {});
      place.set("from", from);
      place.set("to", to);
      desk.go(place);
    };
    if (by_ == ReportBy::day) return days("hour", row.key, row.key);
    if (by_ == ReportBy::month) {
      const std::string first = row.key + "-01";
      std::string last = first;
      for (std::string next = first; next.substr(0, 7) == row.key; next = ui::day_after(next, 1)) last = next;
      return days("day", first, last);
    }
    if (by_ == ReportBy::product && !row.key.empty()) desk.go("products", row.key);
  }

  ReportBy by_ = ReportBy::day;
  ui::DateRange range_;
  std::string branch_, problem_;
  ui::TableState table_;
  std::optional<Report> report_;
  std::optional<ReportRow> before_;
  bool loading_ = false, slow_ = false, exporting_ = false;
  std::uint64_t asked_ = 0, version_ = 0;
};

}  // namespace

std::unique_ptr<Screen> make_reports() {
  return std::make_unique<ReportsScreen>();
}

}  // namespace ringup::console
