// The desk's widgets: a table of 100,000 products with filters, menus and a side panel; figures and charts.
#include <algorithm>
#include <array>
#include <numeric>

#include "tests/gallery/gallery.h"

namespace ringup::gallery {

using namespace ui;

namespace {

constexpr std::uint32_t product_count = 100'000;
constexpr std::array<const char*, 8> kinds{"Whole milk 1 l",       "Sourdough bread", "Crème fraîche 30 %",
                                           "Darjeeling loose",     "Oat drink",       "Bananas, loose",
                                           "Mineral water, still", "Äpfel Elstar"};
const std::vector<std::string> groups{"Dairy",  "Bakery", "Fruit and veg", "Tea",    "Coffee", "Household",
                                      "Frozen", "Drinks", "Sweets",        "Spices", "Pasta",  "Wine"};
const std::vector<std::string> taxes{"Standard 19 %", "Reduced 7 %", "Free"};
constexpr const char* today = "2026-03-12";

std::string title_of(std::uint32_t product) {
  return std::string(kinds[product % kinds.size()]) + " " + std::to_string(product + 1);
}
std::uint32_t cents_of(std::uint32_t product) {
  return 99 + product * 7919 % 24'000;
}
std::uint32_t stock_of(std::uint32_t product) {
  return product * 31 % 140;
}
std::string money(std::int64_t cents) {
  const std::string tail = std::to_string(cents % 100);
  return "€" + std::to_string(cents / 100) + "." + (tail.size() < 2 ? "0" + tail : tail);
}

constexpr std::array<TableColumn, 7> columns{{
    {.key = "name",
     .title = "Product",
     .width = 260,
     .share = 1,
     .sortable = true,
     .hideable = false,
     .keep = 9},
    {.key = "state", .title = "State", .width = 110, .keep = 5},
    {.key = "category", .title = "Category", .width = 140, .sortable = true, .keep = 3},
    {.key = "stock", .title = "Stock", .width = 130, .sortable = true, .keep = 4},
    {.key = "tax", .title = "Tax", .width = 130, .keep = 1},
    {.key = "barcode", .title = "Barcode", .width = 150, .keep = 0},
    {.key = "price",
     .title = "Price",
     .width = 110,
     .numeric = true,
     .sortable = true,
     .most_first = true,
     .keep = 8},
}};

void draw_cell(std::uint32_t product, std::size_t column, Cell& cell) {
  const std::string title = title_of(product);
  switch (column) {
    case 0:
      cell.picture({}, title.substr(0, static_cast<unsigned char>(title[0]) >= 0x80 ? 2 : 1), product % 8);
      cell.words(title, Tone::text, Weight::semibold);
      break;
    case 1:
      cell.badge(product % 11 == 3 ? "Draft" : "Active", product % 11 == 3 ? Tone::muted : Tone::good);
      break;
    case 2:
      cell.words(groups[product % groups.size()]);
      break;
    case 3:
      if (stock_of(product) < 5)
        cell.dot(std::to_string(stock_of(product)) + " left", Tone::warn);
      else
        cell.words(std::to_string(stock_of(product)), "in stock");
      break;
    case 4:
      cell.words(taxes[product % 3], Tone::muted);
      break;
    case 5:
      cell.words("40063813" + std::to_string(10'000 + product), Tone::muted);
      break;
    default:
      cell.words(money(cents_of(product)));
      break;
  }
}

}  // namespace

void Gallery::draw_desk(Rect rest) {
  const Scope scope("desk");
  Desk& d = desk_;
  if (d.filters.empty()) {
    d.filters = {
        {.label = "Category", .choices = groups, .icon = icon_tag},
        {.label = "State", .choices = {"Active", "Draft"}, .single = true, .icon = icon_circle_check},
        {.label = "Tax", .choices = taxes, .icon = icon_percent}};
  }
  bool changed = d.order.empty();
  Rect head = rest.cut_top(52).inset(space::xl, 0);
  heading(head.cut_left(200), "Products", 2,
          {TextSize::title, Weight::semibold, Tone::text, Align::left, 1, true});
  Rect actions = head.cut_right(360).centred(360, 36);
  const std::array<MenuItem, 5> items{
      {{.label = "Import", .icon = icon_upload},
       {.label = "Export", .icon = icon_download, .shortcut = "Ctrl E"},
       {.label = "Dense rows", .checked = d.dense},
       {.label = "Print labels", .icon = icon_printer, .disabled = true},
       {.label = "Delete all", .icon = icon_trash_2, .danger = true, .divided = true}}};
  if (button("new", actions.cut_right(130, space::s), "Add product", {.kind = Kind::primary}))
    d.chosen = "Add";
  tooltip("new", {actions.right() + space::s, actions.y, 130, 36}, "Add a product", "N");
  const int item =
      menu_button("more", actions.cut_right(90, space::s), "More", items, {.icon = icon_ellipsis});
  if (item == 2) d.dense = !d.dense;
  if (item >= 0) d.chosen = std::string(items[static_cast<std::size_t>(item)].label);
  text("chosen", actions, d.chosen, {TextSize::small, Weight::regular, Tone::muted, Align::right, 1, true});
  Rect tools = rest.cut_top(filters_height, space::s).inset(space::xl, 0);
  changed = filter_chips("filters", tools, d.filters) || changed;
  Rect place = rest;
  const TableOptions options{
      .name = "Products",
      .count = d.none ? 0 : d.order.size(),
      .opened = d.panel && d.opened
                    ? std::optional(static_cast<std::size_t>(
                          std::find(d.order.begin(), d.order.end(), *d.opened) - d.order.begin()))
                    : std::nullopt,
      .loading = d.loading,
      .selected = [&](std::size_t row) { return d.picked.contains(d.order[row]); },
      .select =
          [&](std::size_t first, std::size_t last, bool on) {
            for (std::size_t i = first; i <= last; ++i) {
              if (on)
                d.picked.insert(d.order[i]);
              else
                d.picked.erase(d.order[i]);
            }
          },
      .selected_count = d.picked.size(),
      .bulk =
          [&](Rect bar) {
            if (button("price", bar.cut_left(130, space::s), "Change price")) d.chosen = "Change price";
            if (button("archive", bar.cut_left(100, space::s), "Archive")) d.chosen = "Archive";
          },
      .empty =
          [&](Rect box) {
            empty_state("empty", box, icon_package, "No products", "Import a file or add the first one.",
                        "Import");
          },
      .faint = [&](std::size_t row) { return d.order[row] % 11 == 3; }};
  const TableResult did = data_table(
      "products", place, columns, d.table, options,
      [&](std::size_t row, std::size_t column, Cell& cell) { draw_cell(d.order[row], column, cell); });
  if (did.opened) {
    d.opened = d.order[*did.opened];
    d.panel = true;
    d.name = title_of(*d.opened);
  }
  if (changed || did.sorted) {
    d.order.clear();
    const auto passes = [&](const Filter& filter, int value) {
      return filter.chosen.empty() ||
             std::find(filter.chosen.begin(), filter.chosen.end(), value) != filter.chosen.end();
    };
    for (std::uint32_t i = 0; i < product_count; ++i) {
      if (passes(d.filters[0], static_cast<int>(i % groups.size())) &&
          passes(d.filters[1], i % 11 == 3 ? 1 : 0) && passes(d.filters[2], static_cast<int>(i % 3)))
        d.order.push_back(i);
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      if (d.table.sort == "price") return cents_of(a) < cents_of(b);
      if (d.table.sort == "stock") return stock_of(a) < stock_of(b);
      if (d.table.sort == "category") return groups[a % groups.size()] < groups[b % groups.size()];
      return std::string_view(kinds[a % kinds.size()]) < std::string_view(kinds[b % kinds.size()]);
    };
    if (!d.table.sort.empty()) {
      std::stable_sort(d.order.begin(), d.order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return d.table.descending ? before(b, a) : before(a, b);
      });
    }
    platform().redraw();
  }
  SidePanelOptions panel_options{.title = d.opened ? std::string_view(d.name) : std::string_view("Product"),
                                 .detail = "4006381310042",
                                 .footer = 72,
                                 .subject = d.opened ? *d.opened + 1 : 0};
  if (SidePanel panel("product", d.panel, rest, panel_options); panel) {
    {
      ScrollArea area("body", panel.body(), {.padding = space::xl, .padding_top = space::l});
      Rect tags = area.next(24, space::l);
      tags.cut_left(tag(tags, "Active", Tone::good), space::s);
      tag(tags, groups[3]);
      const FieldOptions field{.label = "Name", .compact = true};
      text_field("name", area.next(field_height(field), space::l), d.name, field);
      const SelectOptions category{.label = "Category", .compact = true, .none = "No category"};
      select("category", area.next(select_height(category), space::l), groups, d.category, category);
      const SelectOptions tax{.label = "Tax class", .hint = "Prices include it.", .compact = true};
      select("tax", area.next(select_height(tax), space::l), taxes, d.tax, tax);
      for (const auto& [what, value] :
           {std::pair{"In stock", "24"}, {"Sold this week", "31"}, {"Last change", "2 Mar"}}) {
        fact(area.next(fact_height), what, value);
      }
    }
    Rect foot = panel.footer().centred(panel.footer().w, 40);
    if (button("save", foot.cut_right(100, space::s), "Save", {.kind = Kind::primary})) {
      d.panel = false;
      toast("Saved", "Undo");
    }
    if (button("cancel", foot.cut_right(90, space::s), "Cancel")) d.panel = false;
  }
}

void Gallery::draw_figures(Rect rest) {
  const Scope scope("figures");
  Desk& d = desk_;
  ScrollArea area("area", rest, {.padding = space::xl, .padding_top = space::s});
  const std::array<std::string_view, 3> path{"Products", "Tea", "Darjeeling loose"};
  if (const int crumb = breadcrumbs("path", area.next(32, space::m), path); crumb >= 0) d.crumb = crumb;
  const Rect stats = area.next(stat_height, space::l);
  stat("takings", stats.column(0, 4, space::m),
       {.label = "Takings",
        .value = "€1,204.50",
        .change = "12 %",
        .words = "more than last Friday",
        .direction = 1,
        .tone = Tone::good,
        .pressable = true});
  stat("sales", stats.column(1, 4, space::m),
       {.label = "Sales",
        .value = "87",
        .change = "3",
        .words = "fewer than last Friday",
        .direction = -1,
        .tone = Tone::bad});
  stat("refunds", stats.column(2, 4, space::m),
       {.label = "Refunds", .value = "2", .change = "None", .words = "last Friday"});
  stat("wait", stats.column(3, 4, space::m), {.label = "Basket", .value = "", .loading = true});
  Rect hints = area.next(24, space::l);
  hints.cut_left(key_hint(hints, "Ctrl K"), space::l);
  tag(hints, "Organic");
  if (d.range.from.empty()) d.range = range_of(Period::last_7, today);
  Rect dates = area.next(40, space::s);
  if (date_range("range", dates.cut_left(190, space::m), d.range, today))
    d.chosen = d.range.from + " to " + d.range.to;
  text("range-words", dates, d.range.from + " to " + d.range.to,
       {TextSize::small, Weight::regular, Tone::muted, Align::left, 1, true});
  const SelectOptions day{.label = "Valid from", .compact = true, .none = "No day"};
  Rect field = area.next(select_height(day), space::l);
  date_field("day", field.cut_left(260), d.day, today, day);

  std::vector<std::string> hours;
  Series now{.name = "Today"}, before{.name = "Friday last week", .ghost = true};
  for (int i = 8; i < 21; ++i) {
    hours.push_back((i < 10 ? "0" : "") + std::to_string(i));
    if (i < 17) now.values.push_back((i * 7919) % 16'000 + 2'000);
    before.values.push_back((i * 6007) % 14'000 + 1'500);
  }
  const auto euros = [](std::int64_t cents, bool axis) {
    return axis ? "€" + std::to_string(cents / 100) : money(cents);
  };
  const Rect left = area.next(340, space::l);
  const Rect by_hour = left.column(0, 2, space::l), best = left.column(1, 2, space::l);
  const auto panel = [](Rect box, std::string_view title) {
    card(box);
    Rect inside = box.inset(space::l);
    heading(inside.cut_top(28, space::s), title, 2, {TextSize::body, Weight::semibold});
    return inside;
  };
  const std::array<Series, 2> pair{now, before};
  chart("hours", panel(by_hour, "Takings by hour"),
        {.name = "Takings by hour", .points = hours, .series = pair, .format = euros, .unit = 100});
  const std::array<Ranked, 5> lines{
      {{.name = "Darjeeling loose", .words = "€412.50", .value = 41'250, .detail = "33 sold"},
       {.name = "Whole milk 1 l", .words = "€284.10", .value = 28'410, .detail = "205 sold"},
       {.name = "Sourdough bread", .words = "€190.00", .value = 19'000, .detail = "40 sold"},
       {.name = "Oat drink", .words = "€88.20", .value = 8'820, .detail = "49 sold"},
       {.name = "Bananas, loose", .words = "€12.00", .value = 1'200, .detail = "6 sold"}}};
  if (const int line = ranked_bars("best", panel(best, "Best sellers"), "Best sellers", lines, true);
      line >= 0)
    d.chosen = lines[static_cast<std::size_t>(line)].name;
  std::vector<std::string> week;
  Series takings{.name = "Takings"};
  for (int i = 0; i < 30; ++i) {
    week.push_back(day_words(day_after(today, i - 29)));
    takings.values.push_back((i * 52'361) % 180'000 - (i == 7 ? 20'000 : 0));
  }
  const std::array<Series, 1> one{takings};
  chart("days", panel(area.next(300, space::l), "Takings by day"),
        {.name = "Takings by day",
         .kind = ChartKind::lines,
         .points = week,
         .series = one,
         .format = euros,
         .unit = 100});
  const Rect last = area.next(220, space::l);
  const std::array<Series, 1> none{Series{.name = "Refunds"}};
  chart("none", panel(last.column(0, 2, space::l), "Refunds"),
        {.name = "Refunds by hour",
         .points = hours,
         .series = none,
         .format = euros,
         .empty = "No refunds today"});
  chart("loading", panel(last.column(1, 2, space::l), "Visitors"),
        {.name = "Visitors by hour", .points = hours, .series = none, .format = euros, .loading = true});
}

}  // namespace ringup::gallery
