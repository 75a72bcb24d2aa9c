#include "web/console/customers/customers.h"

#include "web/console/customers/customer_panel.h"
#include "web/console/pages.h"
#include "web/console/refresh.h"
#include "web/ui/initials.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {
namespace {

namespace space = ui::space;
using ui::Rect;

constexpr int typing_pause_ms = 250;
constexpr float beside_min = 1100;

enum Column : std::size_t { c_name, c_email, c_phone, c_consent, c_sales, c_last, c_spent, c_credit };
constexpr ui::TableColumn columns[] = {
    {.key = "name",
     .title = "Name",
     .width = 200,
     .share = 1,
     .sortable = true,
     .hideable = false,
     .keep = 10},
    {.key = "email", .title = "E-mail", .width = 200, .share = 0.8f, .keep = 7},
    {.key = "phone", .title = "Phone", .width = 140, .keep = 5},
    {.key = "consent", .title = "May be written to", .width = 160, .keep = 2},
    {.key = "sales", .title = "Sales", .width = 80, .numeric = true, .keep = 4},
    {.key = "last", .title = "Last visit", .width = 150, .keep = 6},
    {.key = "spent", .title = "Spent", .width = 120, .numeric = true, .keep = 8},
    {.key = "credit", .title = "Open credit", .width = 120, .numeric = true, .keep = 3},
};

class Customers final : public Screen {
 public:
  Customers() { panel_.on_saved = saved(); }
  std::string_view key() const override { return "customers"; }
  std::string_view title() const override { return "Customers"; }
  ui::Icon icon() const override { return icon_users; }
  Right needs() const override { return Right::shop_read; }
  std::string crumb(Desk&) override { return panel_.subject().empty() ? std::string() : panel_.title(); }

  void open(Desk& desk, const Place& place) override {
    if (place.get("q") != sent_) typed_ = sent_ = place.get("q");
    const bool newest = place.get("sort") == "newest";
    table_.sort = newest ? "" : "name";
    std::string path = std::string("/api/customers/?sort=") + (newest ? "-created_at" : "name");
    if (!sent_.empty()) path += "&q=" + url_encoded(sent_);
    pages_.show(desk, path);
    panel_.open(desk, place.id);
  }

  void heard(Desk& desk, const News& news) override {
    if (news.topic == Topic::customer && desk.place().screen == key() && !pages_.path().empty())
      refresh_.want(desk);
  }

  void draw(Desk& desk, Rect rect) override {
    Rect rest = rect;
    const Rect around{rect.x, rect.y, ui::screen().right() - rect.x, ui::screen().bottom() - rect.y};
    if (!panel_.subject().empty() && rect.w >= beside_min) rest.cut_right(customer_panel_width);
    draw_tools(desk, rest);
    draw_table(desk, rest);
    if (!panel_.draw(desk, around)) close(desk);
  }

  void draw_actions(Desk& desk, Rect rect) override {
    if (!desk.may(Right::customers_write)) return;
    if (ui::button("add", rect.cut_right(160).centred(160, 40), "Add customer",
                   {.kind = ui::Kind::primary, .icon = icon_plus}))
      desk.go("customers", std::string(new_customer));
  }

  std::vector<Command> commands(Desk& desk) override {
    if (!desk.may(Right::customers_write)) return {};
    return {{"Actions", "Add a customer", "", icon_user_plus,
             [](Desk& at) { at.go("customers", std::string(new_customer)); }}};
  }

  void search(Desk& desk, const std::string& typed,
              std::function<void(std::vector<Command>)> found) override {
    desk.api().get("/api/customers/?limit=5&q=" + url_encoded(typed), [found](Result<json::Value> answer) {
      std::vector<Command> commands;
      if (answer.ok()) {
        for (const json::Value& item : items_in(*answer)) {
          const CustomerRow row = read_customer_row(item);
          commands.push_back({"Customers", row.name(), row.email.empty() ? row.phone_number : row.email,
                              icon_user, [id = to_string(row.id)](Desk& at) { at.go("customers", id); }});
        }
      }
      found(std::move(commands));
    });
  }

 private:
  std::function<void(const CustomerRow&, bool)> saved() {
    return [this](const CustomerRow& row, bool added) {
      std::vector<CustomerRow>& rows = pages_.items();
      if (added) rows.insert(rows.begin(), row);
      for (CustomerRow& known : rows) {
        if (known.id == row.id) known = row;
      }
    };
  }
  void close(Desk& desk) {
    Place place = desk.place();
    place.id.clear();
    desk.go(std::move(place));
  }

  void draw_tools(Desk& desk, Rect& rest) {
    Rect line = rest.cut_top(40, space::m);
    const ui::FieldOptions field{.label = "Search customers",
                                 .hide_label = true,
                                 .placeholder = "Name, e-mail address or phone number",
                                 .kind = ui::FieldKind::search,
                                 .enter = ui::EnterHint::search,
                                 .autocomplete = "off",
                                 .icon = icon_search,
                                 .clearable = true,
                                 .compact = true};
    if (ui::text_field("query", line.cut_left(std::min(line.w, 420.0f), space::s), typed_, field).changed) {
      desk.after(typing_pause_ms, [this, &desk, typed = typed_] {
        if (typed != typed_ || typed == sent_ || desk.place().screen != key()) return;
        sent_ = typed;
        Place place = desk.place();
        place.set("q", typed);
        desk.replace(std::move(place));
      });
    }
    const bool newest = desk.place().get("sort") == "newest";
    if (line.w > 160 && ui::button("newest", line.cut_left(140), "Newest first",
                                   {.pressed = newest, .size = ui::TextSize::small})) {
      Place place = desk.place();
      place.set("sort", newest ? "" : "newest");
      desk.replace(std::move(place));
    }
  }

  void draw_table(Desk& desk, Rect rest) {
    const std::vector<CustomerRow>& rows = pages_.items();
    std::optional<std::size_t> opened;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!panel_.subject().empty() && to_string(rows[i].id) == panel_.subject()) opened = i;
    }
    ui::TableOptions options{.name = "Customers",
                             .count = rows.size(),
                             .version = pages_.version(),
                             .opened = opened,
                             .loading = pages_.first()};
    options.more = [&] { pages_.more(desk); };
    options.empty = [&](Rect box) { draw_empty(desk, box); };
    const ui::TableResult did = ui::data_table("customers", rest, columns, table_, options,
                                               [&](std::size_t row, std::size_t column, ui::Cell& cell) {
                                                 draw_cell(desk, rows[row], column, cell);
                                               });
    if (did.sorted) {
      Place place = desk.place();
      place.set("sort", "");
      table_.descending = false;
      desk.replace(std::move(place));
    }
    if (did.opened) {
      Place place = desk.place();
      place.id = to_string(rows[*did.opened].id);
      desk.go(std::move(place));
    }
  }

  static void draw_cell(Desk& desk, const CustomerRow& row, std::size_t column, ui::Cell& cell) {
    const auto plain = [&](const std::string& words) {
      cell.words(words.empty() ? "–" : words, words.empty() ? ui::Tone::muted : ui::Tone::text);
    };
    switch (column) {
      case c_name:
        cell.picture("", ui::initials_of(row.name()), ui::seed_of(row.id));
        return cell.words(row.name(), ui::Tone::text, ui::Weight::semibold);
      case c_email:
        return plain(row.email);
      case c_phone:
        return plain(row.phone_number);
      case c_consent:
        if (row.consent_email) cell.badge("E-mail", ui::Tone::good);
        if (row.consent_sms) cell.badge("SMS", ui::Tone::good);
        if (!row.consent_email && !row.consent_sms) cell.words("No", ui::Tone::muted);
        return;
      case c_sales:
        return cell.words(std::to_string(row.sales), row.sales == 0 ? ui::Tone::muted : ui::Tone::text);
      case c_last:
        return plain(row.last_visit == 0 ? std::string() : desk.moment(row.last_visit));
      case c_spent:
        return cell.words(desk.money(row.spent), row.spent == 0 ? ui::Tone::muted : ui::Tone::text);
      default:
        return row.open_credit == 0 ? cell.words("–", ui::Tone::muted)
                                    : cell.words(desk.money(row.open_credit), ui::Tone::warn);
    }
  }

  void draw_empty(Desk& desk, Rect box) {
    if (!pages_.problem().empty()) {
      if (ui::empty_state("failed", box, icon_circle_alert, "Customers cannot be shown", pages_.problem(),
                          "Try again"))
        pages_.again(desk);
      return;
    }
    if (!sent_.empty()) {
      if (ui::empty_state("none", box, icon_search, "Nobody found", "No customer is called “" + sent_ + "”.",
                          "Show all"))
        desk.replace(Place{"customers", {}, {}});
      return;
    }
    if (ui::empty_state("none", box, icon_users, "No customers yet",
                        "Add those who buy on credit or want to hear from you.",
                        desk.may(Right::customers_write) ? "Add customer" : ""))
      desk.go("customers", std::string(new_customer));
  }

  Pages<CustomerRow> pages_{read_customer_row};
  Refresh refresh_{[this](Desk& desk, std::function<void()> done) {
    pages_.refresh(
        desk, [] { return true; }, std::move(done));
  }};
  CustomerPanel panel_;
  ui::TableState table_;
  std::string typed_, sent_;
};

}  // namespace

std::unique_ptr<Screen> make_customers() {
  return std::make_unique<Customers>();
}

}  // namespace ringup::console
