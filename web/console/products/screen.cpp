#include "web/console/products/screen.h"

#include <algorithm>
#include <array>

#include "core/catalogue/product_csv.h"
#include "web/console/products/count_words.h"
#include "web/console/products/products.h"
#include "web/ui/figures.h"
#include "web/ui/initials.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

namespace {

constexpr float table_beside_panel_min = 340;  // narrower than this the panel covers the table
constexpr float tools_height = 40;

constexpr std::array<ui::TableColumn, 7> columns{{
    {.key = "name",
     .title = "Product",
     .width = 240,
     .share = 1,
     .sortable = true,
     .hideable = false,
     .keep = 9},
    {.key = "sku", .title = "SKU", .width = 150, .sortable = true, .keep = 4},
    {.key = "barcode", .title = "Barcode", .width = 150, .sortable = true, .keep = 2},
    {.key = "category", .title = "Category", .width = 150, .sortable = true, .keep = 3},
    {.key = "tax", .title = "Tax class", .width = 110, .sortable = true, .keep = 1},
    {.key = "stock", .title = "Stock", .width = 90, .numeric = true, .sortable = true, .keep = 6},
    {.key = "price", .title = "Price", .width = 110, .numeric = true, .sortable = true, .keep = 8},
}};

const std::vector<std::string> stock_choices{"In stock", "Low (5 or fewer)", "None left", "Below zero"};
const std::vector<std::string> lacking_choices{"Barcode", "Picture", "Category"};
enum Filters : std::size_t { by_category, by_tax, by_stock, by_lacking };

}  // namespace

std::unique_ptr<Screen> make_products() {
  return std::make_unique<ProductsScreen>();
}

std::string ProductsScreen::crumb(Desk& desk) {
  if (desk.place().id.empty()) return {};
  return desk.place().id == categories_place ? "Categories" : panel_.title();
}

void ProductsScreen::open(Desk& desk, const Place& place) {
  const std::string wanted = place.id == categories_place ? std::string() : place.id;
  if (wanted != panel_.subject() && panel_.dirty()) {
    // Somebody goes on with something unsaved: ask first, and stay meanwhile.
    leave_to_ = place;
    ask_leave_ = true;
    Place back = place;
    back.id = panel_.subject();
    desk.replace(std::move(back));
    return;
  }
  const ListQuery asked = read_query(place, desk.facts().currency);
  if (!(asked == query_)) {
    if (asked.narrowed() || query_.narrowed()) selected_.clear();
    query_ = asked;
    table_.sort = query_.sort;
    table_.descending = query_.descending;
    ++shown_version_;
    facts_made_ = false;
    price_from_ = query_.price_min ? desk.price(*query_.price_min) : std::string();
    price_to_ = query_.price_max ? desk.price(*query_.price_max) : std::string();
  }
  panel_.open(desk, wanted, place.get("copy"));
}

/// The query changed here: into the address, without a step back for each letter.
void ProductsScreen::change_query(Desk& desk) {
  selected_.clear();
  ++shown_version_;
  Place place = desk.place();
  write_query(place, query_, desk.facts().currency);
  desk.replace(std::move(place));
}

void ProductsScreen::show(Desk& desk, std::string id) {
  Place place = desk.place();
  place.set("copy", "");
  place.id = std::move(id);
  // From one product to the next is no step back; opening and closing is.
  if (desk.place().id.empty())
    desk.go(std::move(place));
  else
    desk.replace(std::move(place));
}

void ProductsScreen::draw(Desk& desk, Rect rect) {
  const bool beside = !desk.place().id.empty();
  const Rect around{rect.x, rect.y, ui::window().w - rect.x, ui::window().h - rect.y};
  Rect rest = rect;
  if (beside && around.w >= product_panel_width + table_beside_panel_min)
    rest.w = around.w - product_panel_width - space::l;

  make_filters(desk);
  if (list_.update(desk.catalogue(), desk.products().changes, query_)) row_of_subject_.clear();
  if (row_of_subject_ != panel_.subject()) {
    row_of_subject_ = panel_.subject();
    const Result<Id> id = parse_id(row_of_subject_);
    opened_row_ = id.ok() ? list_.row_of(desk.catalogue(), *id) : std::nullopt;
  }
  draw_tools(desk, rest.cut_top(tools_height, space::m));
  if (!desk.products().problem.empty()) {
    ui::banner("problem", rest.cut_top(ui::banner_height, space::m), ui::Tone::warn, icon_cloud_off,
               "Changes cannot be fetched at the moment: " + desk.products().problem);
  }
  draw_table(desk, rest);
  keys(desk);

  const CategoriesPanel::Asked category = categories_.draw(desk, around, desk.place().id == categories_place);
  if (category.close) show(desk, {});
  if (category.show.has_value()) {
    query_ = ListQuery();
    query_.categories = {*category.show};
    facts_made_ = false;
    change_query(desk);
  }
  const ProductPanel::Asked asked = panel_.draw(desk, around);
  if (asked.close) show(desk, {});
  if (asked.duplicate) {
    Place place = desk.place();
    place.set("copy", panel_.subject());
    place.id = std::string(new_product);
    desk.replace(std::move(place));
  }
}

void ProductsScreen::keys(Desk& desk) {
  if (ui::key_pressed("/")) ui::focus(search_field_);
  if (ui::key_pressed("n") && desk.may(Right::catalogue_write)) show(desk, std::string(new_product));
}

void ProductsScreen::draw_actions(Desk& desk, Rect rect) {
  const bool writes = desk.may(Right::catalogue_write);
  Rect line = rect.centred(rect.w, 40);
  if (writes && line.w > 150) {
    if (ui::button("add", line.cut_right(140, space::s), "Add product",
                   {.kind = ui::Kind::primary, .icon = icon_plus}))
      show(desk, std::string(new_product));
    ui::tooltip("add", line, "Add a product", "N");
  }
  if (writes && line.w > 130 &&
      ui::button("import", line.cut_right(112, space::s), "Import", {.icon = icon_upload}))
    desk.go("import");
  if (line.w > 130) {
    const Rect box = line.cut_right(112, space::s);
    if (ui::button("export", box, "Export",
                   {.icon = icon_download, .disabled = list_.rows().empty(), .name = "Export what is shown"}))
      save_shown(desk);
    ui::tooltip("export", box, "What is shown, as a file for spreadsheets and for importing");
  }
  if (line.w > 150 &&
      ui::button("categories", line.cut_right(142, space::s), "Categories", {.icon = icon_layers}))
    show(desk, std::string(categories_place));
}

/// In the form that an import reads.
void ProductsScreen::save_shown(Desk& desk) {
  const Catalogue& catalogue = desk.catalogue();
  std::string file;
  begin_product_csv(file);
  for (const Handle handle : list_.rows()) {
    const Product& product = catalogue.at(handle);
    append_product_csv(file, product, category_name(product.category), desk.facts().currency);
  }
  desk.bridge().save_file("products-" + desk.date(desk.now_us()) + ".csv", "text/csv;charset=utf-8", file);
  ui::toast("Exported " + count_words(list_.rows().size(), "product"));
}

void ProductsScreen::draw_over(Desk& desk) {
  panel_.draw_over(desk);
  bulk_.draw(desk);
  const int answer = ui::ask("leave", ask_leave_,
                             {.title = "Leave without saving?",
                              .words = "What you changed about " + panel_.title() + " is not saved yet.",
                              .action = "Leave without saving",
                              .cancel = "Stay",
                              .danger = true});
  if (answer != 1) return;
  panel_.discard();
  desk.replace(leave_to_);
}

const std::string& ProductsScreen::category_name(const Id& id) const {
  static const std::string none;
  const auto found =
      std::lower_bound(category_names_.begin(), category_names_.end(), id,
                       [](const auto& entry, const Id& wanted) { return entry.first < wanted; });
  return found != category_names_.end() && found->first == id ? found->second : none;
}

void ProductsScreen::make_filters(Desk& desk) {
  if (facts_made_ && facts_of_changes_ == desk.products().changes) return;
  facts_made_ = true;
  facts_of_changes_ = desk.products().changes;
  const Catalogue& catalogue = desk.catalogue();
  category_names_.clear();
  std::vector<std::string> categories{"No category"}, taxes;
  for (const Category& category : catalogue.categories()) {
    category_names_.emplace_back(category.id, category.name);
    categories.push_back(category.name);
  }
  std::sort(category_names_.begin(), category_names_.end());
  for (const TaxClass& tax : desk.facts().tax_classes) taxes.push_back(tax.name);
  filters_ = {{.label = "Category", .choices = std::move(categories), .icon = icon_layers},
              {.label = "Tax class", .choices = std::move(taxes), .icon = icon_percent},
              {.label = "Stock", .choices = stock_choices, .icon = icon_package},
              {.label = "Without", .choices = lacking_choices, .icon = icon_circle_alert}};
  for (std::size_t i = 0; i < catalogue.categories().size(); ++i) {
    if (std::find(query_.categories.begin(), query_.categories.end(), catalogue.categories()[i].id) !=
        query_.categories.end())
      filters_[by_category].chosen.push_back(static_cast<int>(i) + 1);
  }
  if (std::find(query_.categories.begin(), query_.categories.end(), Id{}) != query_.categories.end())
    filters_[by_category].chosen.insert(filters_[by_category].chosen.begin(), 0);
  for (std::size_t i = 0; i < desk.facts().tax_classes.size(); ++i) {
    if (std::find(query_.tax_classes.begin(), query_.tax_classes.end(), desk.facts().tax_classes[i].name) !=
        query_.tax_classes.end())
      filters_[by_tax].chosen.push_back(static_cast<int>(i));
  }
  for (const StockState state : query_.stock) filters_[by_stock].chosen.push_back(static_cast<int>(state));
  for (const Lacking what : query_.lacking) filters_[by_lacking].chosen.push_back(static_cast<int>(what));
}

void ProductsScreen::take_filters(Desk& desk) {
  query_.categories.clear();
  query_.tax_classes.clear();
  query_.stock.clear();
  query_.lacking.clear();
  for (const int at : filters_[by_category].chosen)
    query_.categories.push_back(at == 0 ? Id{}
                                        : desk.catalogue().categories()[static_cast<std::size_t>(at) - 1].id);
  for (const int at : filters_[by_tax].chosen)
    query_.tax_classes.push_back(desk.facts().tax_classes[static_cast<std::size_t>(at)].name);
  for (const int at : filters_[by_stock].chosen) query_.stock.push_back(static_cast<StockState>(at));
  for (const int at : filters_[by_lacking].chosen) query_.lacking.push_back(static_cast<Lacking>(at));
}

void ProductsScreen::draw_tools(Desk& desk, Rect rect) {
  search_field_ = ui::id_of("search");
  const ui::FieldOptions options{.label = "Search products",
                                 .hide_label = true,
                                 .placeholder = "Name, SKU or barcode",
                                 .kind = ui::FieldKind::search,
                                 .enter = ui::EnterHint::search,
                                 .icon = icon_search,
                                 .clearable = true,
                                 .compact = true};
  const ui::FieldResult typed = ui::text_field(
      "search", rect.cut_left(std::min(280.0f, rect.w * 0.45f), space::m), query_.words, options);
  if (typed.changed) change_query(desk);
  if (typed.submitted && !list_.rows().empty()) ui::focus_table("products");
  const std::size_t all = desk.catalogue().size(), shown = list_.rows().size();
  const std::string words = query_.narrowed() ? count_words(shown) + " of " + count_words(all, "product")
                                              : count_words(all, "product");
  const float width = ui::text_width(words, {.size = ui::TextSize::small}) + 2;
  if (rect.w > width + 260) {
    ui::text("count", rect.cut_right(width, space::m), words,
             {.size = ui::TextSize::small, .tone = ui::Tone::muted, .middle = true});
  }
  Rect line = rect.centred(rect.w, ui::filters_height);
  const std::string price_label = query_.price_min || query_.price_max
                                      ? "Price: " + (query_.price_min ? price_from_ : "0") +
                                            (query_.price_max ? " to " + price_to_ : " and up")
                                      : "Price";
  const Rect price = line.cut_left(
      ui::text_width(price_label, {.size = ui::TextSize::small, .weight = ui::Weight::semibold}) + 64,
      space::s);
  if (ui::button("price", price, price_label,
                 {.kind = query_.price_min || query_.price_max ? ui::Kind::secondary : ui::Kind::quiet,
                  .icon = icon_tag,
                  .expanded = price_open_,
                  .size = ui::TextSize::small}))
    price_open_ = true;
  draw_price_filter(desk, price);
  if (ui::filter_chips("filters", line, filters_)) {
    take_filters(desk);
    change_query(desk);
  }
}

void ProductsScreen::draw_price_filter(Desk& desk, Rect anchor) {
  if (anchor.empty()) return;
  ui::Popover pop("price range", price_open_, anchor,
                  {.name = "Price", .width = 280, .height = 128, .focus = false});
  if (!pop) return;
  Rect rest = pop.body().inset(space::s, space::s);
  const Currency currency = desk.facts().currency;
  const auto wrong = [&](const std::string& text) {
    return !text.empty() && !parse_unit_price(text, currency).ok() ? std::string_view("Like 2.50")
                                                                   : std::string_view();
  };
  const ui::FieldOptions from{.label = "From",
                              .kind = ui::FieldKind::decimal,
                              .error = wrong(price_from_),
                              .focus_now = true,
                              .length_max = 16,
                              .compact = true};
  const ui::FieldOptions to{.label = "To",
                            .kind = ui::FieldKind::decimal,
                            .error = wrong(price_to_),
                            .length_max = 16,
                            .compact = true};
  Rect fields = rest.cut_top(std::max(ui::field_height(from), ui::field_height(to)), space::s);
  const ui::FieldResult one = ui::text_field("from", fields.column(0, 2, space::s), price_from_, from);
  const ui::FieldResult two = ui::text_field("to", fields.column(1, 2, space::s), price_to_, to);
  if (one.changed || two.changed) {
    const auto read = [&](const std::string& text) -> std::optional<UnitPrice> {
      const Result<UnitPrice> price = parse_unit_price(text, currency);
      return price.ok() && !text.empty() ? std::optional(*price) : std::nullopt;
    };
    query_.price_min = read(price_from_);
    query_.price_max = read(price_to_);
    change_query(desk);
  }
  if (one.submitted || two.submitted) price_open_ = false;
  if (ui::button("any", rest.cut_top(36), "Any price", {.kind = ui::Kind::quiet})) {
    price_from_.clear();
    price_to_.clear();
    query_.price_min.reset();
    query_.price_max.reset();
    price_open_ = false;
    change_query(desk);
  }
}

void ProductsScreen::draw_table(Desk& desk, Rect rect) {
  const Catalogue& catalogue = desk.catalogue();
  const std::vector<Handle>& rows = list_.rows();
  if (desk.products().loading && desk.products().loaded > 0) {
    ui::text("loading", rect.cut_top(28), "Loading " + count_words(desk.products().loaded) + " products…",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted});
  }
  ui::TableOptions options{.name = "Products",
                           .count = rows.size(),
                           .version = shown_version_,
                           .opened = opened_row_,
                           .loading = desk.products().loading};
  if (desk.may(Right::catalogue_write)) {
    options.selected = [&](std::size_t row) { return selected_.contains(catalogue.at(rows[row]).id); };
    options.select = [&](std::size_t first, std::size_t last, bool on) {
      if (!on && first == 0 && last + 1 >= rows.size()) return selected_.clear();
      for (std::size_t row = first; row <= last && row < rows.size(); ++row) {
        const Id& id = catalogue.at(rows[row]).id;
        if (on)
          selected_.insert(id);
        else
          selected_.erase(id);
      }
    };
    options.selected_count = selected_.size();
    options.bulk = [&](Rect box) { draw_bulk(box); };
  }
  options.empty = [&](Rect box) { draw_empty(desk, box); };
  const ui::TableResult did = ui::data_table(
      "products", rect, columns, table_, options, [&](std::size_t row, std::size_t column, ui::Cell& cell) {
        draw_cell(desk, catalogue.at(rows[row]), columns[column].key, cell);
      });
  if (did.sorted) {
    query_.sort = table_.sort;
    query_.descending = table_.descending;
    Place place = desk.place();
    write_query(place, query_, desk.facts().currency);
    desk.replace(std::move(place));
  }
  if (did.unselect) selected_.clear();
  if (did.opened.has_value() && *did.opened < rows.size())
    show(desk, to_string(catalogue.at(rows[*did.opened]).id));
}

void ProductsScreen::draw_cell(Desk& desk, const Product& product, std::string_view column, ui::Cell& cell) {
  if (column == "name") {
    cell.picture(picture_url(product, 96), ui::initials_of(product.name), ui::seed_of(product.id));
    cell.words(product.name, ui::Tone::text, ui::Weight::regular);
  } else if (column == "sku") {
    cell.words(product.sku, ui::Tone::muted);
  } else if (column == "category") {
    cell.words(category_name(product.category), ui::Tone::muted);
  } else if (column == "price") {
    cell.words(desk.price(product.unit_price));
  } else if (column == "tax") {
    cell.words(product.tax_class, ui::Tone::muted);
  } else if (column == "stock") {
    const StockState state = stock_state(product.stock);
    const ui::Tone tone = state == StockState::below_zero ? ui::Tone::bad
                          : state == StockState::plenty   ? ui::Tone::text
                                                          : ui::Tone::warn;
    cell.words(to_decimal(product.stock), tone);
  } else if (column == "barcode") {
    if (product.barcodes.empty()) return cell.words("", ui::Tone::muted);
    const std::string more =
        product.barcodes.size() > 1 ? "+" + std::to_string(product.barcodes.size() - 1) : std::string();
    cell.words(to_string(product.barcodes.front()), more);
  }
}

void ProductsScreen::draw_bulk(Rect rect) {
  Rect line = rect;
  const auto press = [&](const char* key, std::string_view label, std::string_view name, ui::Icon icon) {
    const float width =
        ui::text_width(label, {.size = ui::TextSize::small, .weight = ui::Weight::semibold}) + 60;
    if (line.w < width) return false;
    return ui::button(key, line.cut_left(width, space::s).centred(width, ui::bulk_button_height), label,
                      {.icon = icon, .name = name, .size = ui::TextSize::small});
  };
  if (press("category", "Category", "Change category", icon_layers)) bulk(BulkKind::category);
  if (press("price", "Prices", "Change prices", icon_tag)) bulk(BulkKind::price);
  if (press("tax", "Tax class", "Change tax class", icon_percent)) bulk(BulkKind::tax_class);
  if (press("delete", "Delete", "Delete products", icon_trash_2)) bulk(BulkKind::remove);
}

void ProductsScreen::bulk(BulkKind kind) {
  if (bulk_.running()) return;
  bulk_.open(kind, std::vector<Id>(selected_.begin(), selected_.end()));
}

void ProductsScreen::draw_empty(Desk& desk, Rect rect) {
  if (query_.narrowed()) {
    if (ui::empty_state("nothing", rect, icon_search, "Nothing matches",
                        "No product fits the search and the filters.", "Clear search and filters")) {
      query_ = ListQuery();
      price_from_.clear();
      price_to_.clear();
      facts_made_ = false;
      change_query(desk);
    }
    return;
  }
  const bool writes = desk.may(Right::catalogue_write);
  if (ui::empty_state("none", rect, icon_package, "No products yet",
                      writes ? "Add the first one, or import a file with all of them."
                             : "Somebody who may edit the catalogue has to add them.",
                      writes ? "Add product" : ""))
    show(desk, std::string(new_product));
}

std::vector<Command> ProductsScreen::commands(Desk& desk) {
  std::vector<Command> all;
  if (desk.may(Right::catalogue_write)) {
    all.push_back({.group = "Actions", .title = "Add a product", .icon = icon_plus, .run = [](Desk& to) {
                     to.go("products", std::string(new_product));
                   }});
  }
  all.push_back({.group = "Actions",
                 .title = "Export the products that are shown",
                 .icon = icon_download,
                 .run = [this](Desk& to) {
                   list_.update(to.catalogue(), to.products().changes, query_);
                   make_filters(to);
                   save_shown(to);
                 }});
  all.push_back({.group = "Actions", .title = "Categories", .icon = icon_layers, .run = [](Desk& to) {
                   to.go("products", std::string(categories_place));
                 }});
  return all;
}

}  // namespace ringup::console
