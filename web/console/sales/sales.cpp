#include "web/console/sales/sales.h"

#include "core/till/task_kinds.h"
#include "web/console/pages.h"
#include "web/console/refresh.h"
#include "web/console/sales/sale_panel.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr int typing_pause_ms = 250;
constexpr float beside_min = 1100;  // from this width on the table makes room for the panel
constexpr float chips_beside_min = 320;

constexpr std::string_view period_names[] = {"today",      "yesterday",  "last_7", "last_30",
                                             "this_month", "last_month", "custom"};
constexpr std::string_view any_time = "any";
constexpr std::string_view tender_names[] = {"cash", "card", "mobile_money", "credit"};
constexpr std::string_view kind_names[] = {"sale", "refund", "voided"};

enum FilterAt : std::size_t {
  f_kind,
  f_tender,
  f_flag,
  f_branch,
  f_till,
  f_cashier,
  f_customer,
  f_product,
  f_shift
};
enum Column : std::size_t { c_time, c_receipt, c_till, c_cashier, c_customer, c_tender, c_flags, c_total };

constexpr ui::TableColumn columns[] = {
    {.key = "sold_at", .title = "Time", .width = 140, .sortable = true, .most_first = true, .keep = 9},
    {.key = "receipt", .title = "Receipt", .width = 150, .share = 0.6f, .hideable = false, .keep = 10},
    {.key = "till", .title = "Till", .width = 110, .share = 1, .keep = 3},
    {.key = "cashier", .title = "Cashier", .width = 110, .share = 0.6f, .keep = 2},
    {.key = "customer", .title = "Customer", .width = 110, .share = 0.6f, .keep = 4},
    {.key = "tender", .title = "Paid with", .width = 115, .keep = 5},
    {.key = "flags", .title = "Flags", .width = 145, .keep = 6},
    {.key = "total",
     .title = "Total",
     .width = 95,
     .numeric = true,
     .sortable = true,
     .most_first = true,
     .keep = 10},
};

struct Named {
  std::string id, name;
};

class Sales final : public Screen {
 public:
  std::string_view key() const override { return "sales"; }
  std::string_view title() const override { return "Sales"; }
  ui::Icon icon() const override { return icon_receipt; }
  Right needs() const override { return Right::sales_read; }
  std::string crumb(Desk&) override {
    return panel_.subject().empty() ? std::string() : panel_.receipt_number();
  }

  void open(Desk& desk, const Place& place) override {
    if (filters_.empty()) make_filters(desk);
    read_place(desk, place);
    pages_.show(desk, path_of(desk, place));
    panel_.open(desk, place.id);
  }

  /// New sales come in by themselves.
  void tick(Desk& desk) override {
    if (desk.place().screen == key() && !filters_.empty()) refresh_.want(desk);
  }
  void heard(Desk& desk, const News& news) override {
    if (news.topic != Topic::sale || desk.place().screen != key() || filters_.empty()) return;
    refresh_.want(desk);
    if (news.about(panel_.subject())) panel_.refresh(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    Rect rest = rect;
    const Rect around{rect.x, rect.y, ui::screen().right() - rect.x, ui::screen().bottom() - rect.y};
    if (!panel_.subject().empty() && rect.w >= beside_min) rest.cut_right(sale_panel_width);
    draw_tools(desk, rest);
    draw_table(desk, rest);
    if (!panel_.draw(desk, around)) close(desk);
  }

  void draw_actions(Desk& desk, Rect rect) override {
    const Rect button = rect.cut_right(150).centred(150, 40);
    if (ui::button("export", button, "Export CSV",
                   {.icon = icon_download, .disabled = pages_.items().empty(), .busy = exporting_}))
      save(desk);
  }

  std::vector<Command> commands(Desk&) override {
    return {{"Sales", "Sales of today", "", icon_receipt,
             [](Desk& desk) {
               desk.go(Place{"sales", {}, {{"period", "today"}}});
             }},
            {"Sales", "Refunds", "last 30 days", icon_undo_2, [](Desk& desk) {
               desk.go(Place{"sales", {}, {{"kind", "refund"}}});
             }}};
  }

  void search(Desk& desk, const std::string& typed,
              std::function<void(std::vector<Command>)> found) override {
    // Receipt numbers begin with a letter and hold digits.
    if (typed.find_first_of("0123456789") == std::string::npos || typed.find(' ') != std::string::npos)
      return found({});
    desk.api().get(
        "/api/sales/?limit=6&receipt=" + url_encoded(typed), [&desk, found](Result<json::Value> answer) {
          std::vector<Command> commands;
          if (answer.ok()) {
            for (const json::Value& item : items_in(*answer)) {
              const SaleRow row = read_sale_row(item);
              commands.push_back({"Sales", (row.refund ? "Refund " : "Sale ") + row.receipt,
                                  desk.moment(row.sold_at) + " · " + desk.money(row.total), icon_receipt,
                                  [id = to_string(row.id)](Desk& at) { at.go("sales", id); }});
            }
          }
          found(std::move(commands));
        });
  }

 private:
  void make_filters(Desk& desk) {
    filters_.resize(f_shift + 1);
    filters_[f_kind] = {.label = "Type", .choices = {"Sales", "Refunds", "Voided"}, .single = true};
    filters_[f_tender] = {
        .label = "Paid with", .choices = {"Cash", "Card", "Mobile money", "Credit"}, .single = true};
    filters_[f_flag] = {.label = "Flag", .choices = {"Any flag"}, .single = true};
    for (int i = 0; i < journal::flag_count; ++i)
      filters_[f_flag].choices.emplace_back(journal::task_kind(static_cast<journal::Flag>(i)).badge);
    filters_[f_branch] = {.label = "Branch", .single = true};
    for (const Branch& branch : desk.facts().branches) filters_[f_branch].choices.push_back(branch.name);
    filters_[f_till] = {.label = "Till", .single = true};
    filters_[f_cashier] = {.label = "Cashier", .single = true};
    filters_[f_customer] = {.label = "Customer", .single = true};
    filters_[f_product] = {.label = "Product", .single = true};
    filters_[f_shift] = {.label = "Shift", .single = true};
    if (desk.may(Right::tills_manage)) ask_names(desk, "/api/tills/", f_till, tills_);
    if (desk.may(Right::people_manage)) ask_names(desk, "/api/admin/users/?limit=200", f_cashier, people_);
  }

  void ask_names(Desk& desk, const char* path, std::size_t at, std::vector<Named>& names) {
    desk.api().get(path, [this, &desk, at, &names](Result<json::Value> answer) {
      if (!answer.ok()) return;
      names.clear();
      filters_[at].choices.clear();
      for (const json::Value& item : items_in(*answer)) {
        std::string name = text_in(item, "name");
        if (name.empty()) name = text_in(item, "first_name") + " " + text_in(item, "last_name");
        if (name == " ") name = text_in(item, "email");
        names.push_back({text_in(item, "id"), name});
        filters_[at].choices.push_back(name);
      }
      read_place(desk, desk.place());
    });
  }

  template <std::size_t count>
  static int index_of(const std::string_view (&names)[count], const std::string& name) {
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i] == name) return static_cast<int>(i);
    }
    return -1;
  }
  void choose(std::size_t at, int index) {
    filters_[at].chosen.clear();
    if (index >= 0) filters_[at].chosen.push_back(index);
  }
  int chosen(std::size_t at) const { return filters_[at].chosen.empty() ? -1 : filters_[at].chosen.front(); }

  /// What the address says, into the widgets.
  void read_place(Desk& desk, const Place& place) {
    if (place.screen != key()) return;
    choose(f_kind, index_of(kind_names, place.get("kind")));
    choose(f_tender, index_of(tender_names, place.get("tender")));
    int flag = place.get("flagged") == "true" ? 0 : -1;
    if (const auto named = journal::flag_of(place.get("flagged"))) flag = static_cast<int>(*named) + 1;
    choose(f_flag, flag);
    int branch = -1;
    for (std::size_t i = 0; i < desk.facts().branches.size(); ++i) {
      if (to_string(desk.facts().branches[i].id) == place.get("branch")) branch = static_cast<int>(i);
    }
    choose(f_branch, branch);
    choose(f_till, place_in(tills_, place.get("till")));
    choose(f_cashier, place_in(people_, place.get("user")));
    name_one(f_customer, place.get("customer"), customer_name_);
    std::string product = "One product";
    if (const Result<Id> id = parse_id(place.get("product")); id.ok()) {
      if (const Product* known = desk.catalogue().find(*id)) product = known->name;
    }
    name_one(f_product, place.get("product"), product);
    name_one(f_shift, place.get("shift"), "One shift");
    if (place.get("receipt") != receipt_sent_) receipt_ = receipt_sent_ = place.get("receipt");
    table_.sort = place.get("sort") == "-total" ? "total" : "sold_at";
    table_.descending = place.get("sort") != "sold_at";
    const std::string period = place.get("period");
    // Whoever looks for one receipt, customer, product or shift means all of time unless they say otherwise.
    bool wide = !receipt_.empty();
    for (const char* name : {"customer", "product", "shift"}) wide = wide || !place.get(name).empty();
    dated_ = period.empty() ? !wide : period != any_time;
    const int index = index_of(period_names, period);
    range_ = ui::range_of(index < 0 ? ui::Period::last_30 : static_cast<ui::Period>(index),
                          desk.date(desk.now_us()));
    if (range_.period == ui::Period::custom) range_.from = place.get("from"), range_.to = place.get("to");
  }
  static int place_in(const std::vector<Named>& names, const std::string& id) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].id == id) return static_cast<int>(i);
    }
    return -1;
  }
  void name_one(std::size_t at, const std::string& id, const std::string& name) {
    filters_[at].choices.clear();
    if (!id.empty()) filters_[at].choices.push_back(name.empty() ? "One customer" : name);
    choose(at, id.empty() ? -1 : 0);
  }

  /// The API's question for a place.
  std::string path_of(Desk&, const Place& place) const {
    std::string path =
        "/api/sales/?sort=" + (place.get("sort").empty() ? std::string("-sold_at") : place.get("sort"));
    for (const char* name :
         {"kind", "tender", "flagged", "branch", "till", "user", "customer", "product", "shift", "receipt"}) {
      if (const std::string value = place.get(name); !value.empty())
        path += std::string("&") + name + "=" + url_encoded(value);
    }
    if (dated_ && !range_.from.empty()) path += "&from=" + range_.from;
    if (dated_ && !range_.to.empty()) path += "&to=" + ui::day_after(range_.to, 1);
    return path;
  }

  void change(Desk& desk, std::string_view name, std::string_view value) {
    Place place = desk.place();
    place.set(name, value);
    desk.replace(std::move(place));
  }
  void close(Desk& desk) {
    Place place = desk.place();
    place.id.clear();
    desk.go(std::move(place));
  }

  void draw_tools(Desk& desk, Rect& rest) {
    Rect line = rest.cut_top(40, space::s);
    const ui::FieldOptions field{.label = "Receipt number",
                                 .hide_label = true,
                                 .placeholder = "Receipt number",
                                 .kind = ui::FieldKind::search,
                                 .enter = ui::EnterHint::search,
                                 .autocomplete = "off",
                                 .icon = icon_search,
                                 .clearable = true,
                                 .length_max = 40,
                                 .compact = true};
    if (ui::text_field("receipt", line.cut_left(std::min(260.0f, line.w * 0.45f), space::s), receipt_, field)
            .changed) {
      desk.after(typing_pause_ms, [this, &desk, typed = receipt_] {
        if (typed != receipt_ || typed == receipt_sent_ || desk.place().screen != key()) return;
        receipt_sent_ = typed;
        change(desk, "receipt", typed);
      });
    }
    if (dated_) {
      if (ui::date_range("dates", line.cut_left(200, space::s), range_, desk.date(desk.now_us()))) {
        Place place = desk.place();
        place.set("period", period_names[static_cast<std::size_t>(range_.period)]);
        const bool custom = range_.period == ui::Period::custom;
        place.set("from", custom ? range_.from : "");
        place.set("to", custom ? range_.to : "");
        desk.replace(std::move(place));
      }
      if (ui::button("any", line.cut_left(100, space::s), "Any time",
                     {.kind = ui::Kind::quiet, .size = ui::TextSize::small}))
        change(desk, "period", any_time);
    } else if (ui::button("dated", line.cut_left(200, space::s), "Any time",
                          {.icon = icon_calendar, .name = "Any time, choose dates"})) {
      change(desk, "period", "last_30");
    }
    // Beside the dates where there is room, else a line of their own.
    const Rect chips = line.w >= chips_beside_min ? line.centred(line.w, ui::filters_height)
                                                  : rest.cut_top(ui::filters_height, space::m);
    if (ui::filter_chips("filters", chips, filters_)) take_filters(desk);
  }

  void take_filters(Desk& desk) {
    Place place = desk.place();
    const auto pick = [&](std::size_t at, const char* name, auto&& value) {
      place.set(name,
                chosen(at) < 0 ? std::string() : std::string(value(static_cast<std::size_t>(chosen(at)))));
    };
    pick(f_kind, "kind", [](std::size_t i) { return kind_names[i]; });
    pick(f_tender, "tender", [](std::size_t i) { return tender_names[i]; });
    pick(f_flag, "flagged", [](std::size_t i) {
      return i == 0 ? std::string_view("true") : journal::flag_name(static_cast<journal::Flag>(i - 1));
    });
    pick(f_branch, "branch", [&](std::size_t i) { return to_string(desk.facts().branches[i].id); });
    if (!tills_.empty()) pick(f_till, "till", [&](std::size_t i) { return tills_[i].id; });
    if (!people_.empty()) pick(f_cashier, "user", [&](std::size_t i) { return people_[i].id; });
    if (chosen(f_customer) < 0) place.set("customer", "");
    if (chosen(f_product) < 0) place.set("product", "");
    if (chosen(f_shift) < 0) place.set("shift", "");
    desk.replace(std::move(place));
  }

  void draw_table(Desk& desk, Rect rest) {
    const std::vector<SaleRow>& rows = pages_.items();
    std::optional<std::size_t> opened;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!panel_.subject().empty() && to_string(rows[i].id) == panel_.subject()) opened = i;
    }
    ui::TableOptions options{.name = "Sales",
                             .count = rows.size(),
                             .version = pages_.version(),
                             .opened = opened,
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.faint = [&](std::size_t row) { return rows[row].voided; };
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    if (at_start_ && pages_.waiting() > 0) pages_.take();
    const ui::TableResult did = ui::data_table("sales", rest, columns, table_, options,
                                               [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                                                 draw_cell(desk, rows[row], column, cell);
                                               });
    if (did.sorted)
      change(desk, "sort", table_.sort == "total" ? "-total" : table_.descending ? "-sold_at" : "sold_at");
    if (did.opened) {
      Place place = desk.place();
      place.id = to_string(rows[*did.opened].id);
      desk.go(std::move(place));
    }
    // Whoever scrolled, walked or opened a sale keeps their place, and is told of what came above it.
    at_start_ = !did.scrolled && table_.active == 0 && panel_.subject().empty();
    if (pages_.waiting() > 0 && !at_start_) {
      Rect below = rest;
      below.cut_top(ui::table_header_height);
      const std::string words = std::to_string(pages_.waiting()) +
                                (pages_.waiting() == pages_.page_items ? "+" : "") +
                                (pages_.waiting() == 1 ? " new sale" : " new sales");
      if (ui::pill("news", below, icon_arrow_up, words)) {
        pages_.take();
        ui::reveal_row("sales", table_, 0);
      }
    }
    if (!rows.empty() && !rows.front().customer_name.empty()) customer_name_ = rows.front().customer_name;
    if (chosen(f_customer) == 0 && !customer_name_.empty()) filters_[f_customer].choices = {customer_name_};
  }

  void draw_cell(Desk& desk, const SaleRow& row, std::size_t column, ui::Cell& cell) {
    switch (column) {
      case c_time:
        return cell.words(desk.moment(row.sold_at));
      case c_receipt:
        cell.words(row.receipt, ui::Tone::text, ui::Weight::semibold);
        if (row.refund) cell.badge("Refund", ui::Tone::accent);
        if (row.voided) cell.badge("Voided", ui::Tone::bad);
        return;
      case c_till:
        return desk.facts().branches.size() > 1 ? cell.words(row.till, row.branch_name)
                                                : cell.words(row.till);
      case c_cashier:
        return cell.words(row.cashier);
      case c_customer:
        return cell.words(row.customer_name.empty() ? "–" : row.customer_name,
                          row.customer_name.empty() ? ui::Tone::muted : ui::Tone::text);
      case c_tender:
        return cell.words(tender_words(row.tenders));
      case c_flags:
        if (!row.flags.empty()) cell.badge(flag_badge(row.flags.front()), ui::Tone::warn);
        if (row.flags.size() > 1) cell.words("+" + std::to_string(row.flags.size() - 1), ui::Tone::muted);
        return;
      default:
        return cell.words(desk.money(row.total), row.total < 0 ? ui::Tone::bad : ui::Tone::text);
    }
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!pages_.problem().empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "Sales cannot be shown", pages_.problem(),
                          "Try again"))
        pages_.again(desk);
      return;
    }
    const bool narrowed = dated_ || desk.place().query.size() > 0;
    if (ui::empty_state(
            "none", box, icon_receipt, "No sales here",
            narrowed ? "Nothing was sold that fits these filters." : "What the tills sell appears here.",
            narrowed ? "Show all sales" : ""))
      desk.replace(Place{"sales", {}, {{"period", std::string(any_time)}}});
  }

  void save(Desk& desk) {
    exporting_ = true;
    desk.api().text(pages_.path(), "text/csv", [this, &desk](Result<std::string> answer) {
      exporting_ = false;
      if (!answer.ok()) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
      const std::string name = "sales-" + desk.date(desk.now_us()) + ".csv";
      desk.bridge().save_file(name, "text/csv;charset=utf-8", *answer);
      ui::toast("Saved as " + name);
    });
  }

  Pages<SaleRow> pages_{read_sale_row};
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) {
    pages_.refresh(
        desk, [this] { return at_start_; }, std::move(done));
  }};
  SalePanel panel_;
  ui::TableState table_;
  std::vector<ui::Filter> filters_;
  std::vector<Named> tills_, people_;
  std::string receipt_, receipt_sent_, customer_name_;
  ui::DateRange range_;
  bool dated_ = true, exporting_ = false, at_start_ = true;
};

}  // namespace

std::unique_ptr<Screen> make_sales() {
  return std::make_unique<Sales>();
}

}  // namespace ringup::console
