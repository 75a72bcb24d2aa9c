#include "web/console/shifts/shifts.h"

#include "web/console/pages.h"
#include "web/console/refresh.h"
#include "web/console/shifts/shift_panel.h"
#include "web/console/shifts/shift_row.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"
#include "web/ui/table.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr float beside_min = 1100;  // from this width on the table makes room for the panel
constexpr std::string_view state_names[] = {"open", "closed"};

enum FilterAt : std::size_t { f_state, f_branch, f_till };
enum Column : std::size_t {
  c_opened,
  c_till,
  c_cashier,
  c_closed,
  c_sales,
  c_takings,
  c_expected,
  c_counted,
  c_difference
};

constexpr ui::TableColumn columns[] = {
    {.key = "opened", .title = "Opened", .width = 140, .hideable = false, .keep = 10},
    {.key = "till", .title = "Till", .width = 110, .share = 1, .keep = 8},
    {.key = "cashier", .title = "Cashier", .width = 110, .share = 0.8f, .keep = 5},
    {.key = "closed", .title = "Closed", .width = 130, .keep = 6},
    {.key = "sales", .title = "Sales", .width = 75, .numeric = true, .keep = 2},
    {.key = "takings", .title = "Takings", .width = 105, .numeric = true, .keep = 7},
    {.key = "expected", .title = "Expected", .width = 105, .numeric = true, .keep = 3},
    {.key = "counted", .title = "Counted", .width = 105, .numeric = true, .keep = 4},
    {.key = "difference", .title = "Difference", .width = 130, .keep = 9},
};

class Shifts final : public Screen {
 public:
  std::string_view key() const override { return "shifts"; }
  std::string_view title() const override { return "Shifts"; }
  ui::Icon icon() const override { return icon_wallet; }
  Right needs() const override { return Right::sales_read; }
  std::string crumb(Desk&) override { return panel_.subject().empty() ? std::string() : panel_.till_name(); }

  void open(Desk& desk, const Place& place) override {
    if (filters_.empty()) make_filters(desk);
    read_place(desk, place);
    pages_.show(desk, path_of(place));
    panel_.open(desk, place.id);
  }

  void tick(Desk& desk) override {
    if (desk.place().screen == key() && !filters_.empty()) refresh_.want(desk);
  }
  /// What is sold moves an open shift's figures.
  void heard(Desk& desk, const News& news) override {
    if (news.topic != Topic::shift && news.topic != Topic::sale) return;
    if (desk.place().screen == key() && !filters_.empty()) refresh_.want(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    Rect rest = rect;
    const Rect around{rect.x, rect.y, ui::screen().right() - rect.x, ui::screen().bottom() - rect.y};
    if (!panel_.subject().empty() && rect.w >= beside_min) rest.cut_right(shift_panel_width);
    if (ui::filter_chips("filters", rest.cut_top(ui::filters_height, space::m), filters_)) take_filters(desk);
    draw_table(desk, rest);
    if (!panel_.draw(desk, around)) {
      Place place = desk.place();
      place.id.clear();
      desk.go(std::move(place));
    }
  }

  std::vector<Command> commands(Desk&) override {
    return {{"Shifts", "Shifts that are open", "", icon_wallet, [](Desk& desk) {
               desk.go(Place{"shifts", {}, {{"state", "open"}}});
             }}};
  }

 private:
  void make_filters(Desk& desk) {
    filters_.resize(f_till + 1);
    filters_[f_state] = {.label = "State", .choices = {"Open", "Closed"}, .single = true};
    filters_[f_branch] = {.label = "Branch", .single = true};
    for (const Branch& branch : desk.facts().branches) filters_[f_branch].choices.push_back(branch.name);
    filters_[f_till] = {.label = "Till", .single = true};
    if (!desk.may(Right::tills_manage)) return;
    desk.api().get("/api/tills/", [this, &desk](Result<json::Value> answer) {
      if (!answer.ok()) return;
      tills_.clear();
      filters_[f_till].choices.clear();
      for (const json::Value& item : items_in(*answer)) {
        tills_.push_back(text_in(item, "id"));
        filters_[f_till].choices.push_back(text_in(item, "name"));
      }
      read_place(desk, desk.place());
    });
  }

  void choose(std::size_t at, std::ptrdiff_t index) {
    filters_[at].chosen.clear();
    if (index >= 0) filters_[at].chosen.push_back(static_cast<int>(index));
  }
  void read_place(Desk& desk, const Place& place) {
    if (place.screen != key()) return;
    choose(f_state, place.get("state") == "open" ? 0 : place.get("state") == "closed" ? 1 : -1);
    std::ptrdiff_t branch = -1, till = -1;
    for (std::size_t i = 0; i < desk.facts().branches.size(); ++i) {
      if (to_string(desk.facts().branches[i].id) == place.get("branch"))
        branch = static_cast<std::ptrdiff_t>(i);
    }
    for (std::size_t i = 0; i < tills_.size(); ++i) {
      if (tills_[i] == place.get("till")) till = static_cast<std::ptrdiff_t>(i);
    }
    choose(f_branch, branch);
    choose(f_till, till);
  }
  static std::string path_of(const Place& place) {
    std::string path = "/api/shifts/";
    for (const char* name : {"state", "branch", "till"}) {
      if (const std::string value = place.get(name); !value.empty())
        path +=
            (path.find('?') == std::string::npos ? "?" : "&") + std::string(name) + "=" + url_encoded(value);
    }
    return path;
  }
  void take_filters(Desk& desk) {
    Place place = desk.place();
    const auto pick = [&](std::size_t at, const char* name, auto&& value) {
      const std::vector<int>& chosen = filters_[at].chosen;
      place.set(name, chosen.empty() ? std::string()
                                     : std::string(value(static_cast<std::size_t>(chosen.front()))));
    };
    pick(f_state, "state", [](std::size_t i) { return state_names[i]; });
    pick(f_branch, "branch", [&](std::size_t i) { return to_string(desk.facts().branches[i].id); });
    if (!tills_.empty()) pick(f_till, "till", [&](std::size_t i) { return tills_[i]; });
    desk.replace(std::move(place));
  }

  void draw_table(Desk& desk, Rect rest) {
    const std::vector<ShiftRow>& rows = pages_.items();
    std::optional<std::size_t> opened;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!panel_.subject().empty() && to_string(rows[i].id) == panel_.subject()) opened = i;
    }
    ui::TableOptions options{.name = "Shifts",
                             .count = rows.size(),
                             .version = pages_.version(),
                             .opened = opened,
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    const ui::TableResult did = ui::data_table("shifts", rest, columns, table_, options,
                                               [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                                                 draw_cell(desk, rows[row], column, cell);
                                               });
    if (did.opened) {
      Place place = desk.place();
      place.id = to_string(rows[*did.opened].id);
      desk.go(std::move(place));
    }
  }

  static void draw_cell(Desk& desk, const ShiftRow& row, std::size_t column, ui::Cell& cell) {
    const auto money = [&](const std::optional<Amount>& amount) {
      cell.words(amount ? desk.money(*amount) : "–", amount ? ui::Tone::text : ui::Tone::muted);
    };
    switch (column) {
      case c_opened:
        return cell.words(row.opened_at ? desk.moment(*row.opened_at) : "Not arrived yet",
                          row.opened_at ? ui::Tone::text : ui::Tone::muted, ui::Weight::semibold);
      case c_till:
        return desk.facts().branches.size() > 1 ? cell.words(row.till, row.branch_name)
                                                : cell.words(row.till);
      case c_cashier:
        return cell.words(row.opened_by.empty() ? row.closed_by : row.opened_by);
      case c_closed:
        return row.closed_at ? cell.words(desk.moment(*row.closed_at)) : cell.badge("Open", ui::Tone::accent);
      case c_sales:
        return cell.words(std::to_string(row.sales));
      case c_takings:
        return money(row.takings);
      case c_expected:
        return money(row.expected);
      case c_counted:
        return money(row.counted);
      default:
        if (!row.difference) return cell.words("–", ui::Tone::muted);
        return cell.words(difference_words(desk, *row.difference), difference_tone(*row.difference));
    }
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!pages_.problem().empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "Shifts cannot be shown", pages_.problem(),
                          "Try again"))
        pages_.again(desk);
      return;
    }
    const bool narrowed = desk.place().query.size() > 0;
    if (ui::empty_state("none", box, icon_wallet, "No shifts here",
                        narrowed
                            ? "No shift fits these filters."
                            : "Whoever opens a shift at a till and counts the drawer at its end sees here "
                              "whether the money is right.",
                        narrowed ? "Show all shifts" : ""))
      desk.replace(Place{"shifts", {}, {}});
  }

  Pages<ShiftRow> pages_{read_shift_row};
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) {
    panel_.refresh(desk);
    pages_.refresh(
        desk, [] { return true; }, std::move(done));
  }};
  ShiftPanel panel_;
  ui::TableState table_;
  std::vector<ui::Filter> filters_;
  std::vector<std::string> tills_;  // ids
};

}  // namespace

std::unique_ptr<Screen> make_shifts() {
  return std::make_unique<Shifts>();
}

}  // namespace ringup::console
