#include <algorithm>

#include "web/till/screens/counter.h"

namespace ringup::till {

namespace space = ui::space;

namespace {

constexpr std::size_t results_max = 400, window = 400;
constexpr float cart_width = 380;
constexpr std::int64_t low_stock = 5 * quantity_one;

struct StockWords {
  std::string words;
  ui::Tone tone;
};
StockWords stock_of(const Product& product) {
  if (product.stock.thousandths <= 0) return {"Out of stock", ui::Tone::bad};
  const std::string count = to_decimal(product.stock);
  if (product.stock.thousandths <= low_stock) return {count + " left", ui::Tone::warn};
  return {count + " in stock", ui::Tone::good};
}

std::int64_t in_cart(const Cart& cart, const Id& product) {
  std::int64_t sum = 0;
  for (const CartLine& line : cart.lines())
    sum += line.item.product == product ? line.quantity.thousandths : 0;
  return sum;
}

}  // namespace

void SellScreen::scanned(Model& model, const std::string& code) {
  Result<std::string> added = model.scan(code);
  if (added.ok()) {
    model.bridge().beep();
    ui::toast("Added " + *added);
  } else {
    model.bridge().vibrate(200);
    ui::toast(words_of(added.failure()), {}, {}, ui::Tone::bad);
  }
}

void SellScreen::add(Model& model, const Product& product) {
  Result<LineId> added = model.add(product);
  if (!added.ok())
    ui::toast(words_of(added.failure()), {}, {}, ui::Tone::bad);
  else
    ui::announce(product.name + " added");
}

void SellScreen::draw_bar(Model& model, Way& way, Rect rect) {
  ui::bar(rect, ui::Edge::bottom);
  Rect rest = rect.inset(space::l, 0);
  Rect first = rest.cut_top(48);
  const Rect menu = first.cut_right(ui::touch_min);
  draw_connection(model, first.cut_right(connection_width(model), space::s));
  ui::heading(first,
              model.settings().business + (model.settings().branch_name.empty() ? "" : " · ") +
                  model.settings().branch_name,
              1, {.weight = ui::Weight::semibold, .middle = true});
  if (ui::icon_button("menu", menu, icon_menu, "Menu")) way.menu_open = true;

  const ui::FieldOptions field{.label = "Search products",
                               .hide_label = true,
                               .placeholder = "Search products",
                               .kind = ui::FieldKind::search,
                               .enter = ui::EnterHint::search,
                               .autocomplete = "off",
                               .icon = icon_search,
                               .clearable = true};
  Rect second = rest.cut_top(ui::field_height(field));
  const Rect camera = second.cut_right(second.h, space::s);
  if (ui::icon_button("camera", camera, icon_scan_barcode, "Scan with the camera", {ui::Kind::secondary}))
    camera_.open(model);
  const ui::FieldResult typed = ui::text_field("search", second, query_, field);
  if (!typed.submitted || query_.empty()) return;
  // A whole barcode typed by hand is a scan; words choose the first hit.
  Result<std::string> added = model.scan(query_);
  if (added.ok()) {
    ui::toast("Added " + *added);
    query_.clear();
  } else if (added.error() == Error::invalid_barcode && count_ == 0) {
    ui::toast(words_of(added.failure()), {}, {}, ui::Tone::bad);
  }
}

void SellScreen::find(Model& model) {
  const std::uint64_t changes = model.sync().shelf().changes();
  if (changes == seen_changes_ && query_ == seen_query_ && category_ == seen_category_) return;
  const Catalogue& catalogue = model.catalogue();
  if (changes != seen_changes_) {
    category_names_ = {"All"};
    for (const Category& category : catalogue.categories()) category_names_.push_back(category.name);
    if (category_ >= static_cast<int>(category_names_.size())) category_ = 0;
  }
  // What the catalogue changed below the cashier's finger stays where it was scrolled; another question does
  // not.
  if (query_ != seen_query_ || category_ != seen_category_) ++version_;
  seen_changes_ = changes;
  seen_query_ = query_;
  seen_category_ = category_;
  page_begin_ = 0;
  if (!query_.empty()) model.sync().shelf().make_searchable();
  page_ = query_.empty() ? catalogue.browse(chosen_category(model), 0, window)
                         : catalogue.search(query_, chosen_category(model), results_max, scratch_);
  count_ = query_.empty() ? page_.total : page_.handles.size();
}

Id SellScreen::chosen_category(Model& model) const {
  if (category_ == 0) return {};
  return model.catalogue().categories()[static_cast<std::size_t>(category_ - 1)].id;
}

/// The product in a place of the grid. Of a whole catalogue only a window is held at a time.
const Product& SellScreen::product_at(Model& model, std::size_t index) {
  if (index < page_begin_ || index - page_begin_ >= page_.handles.size()) {
    page_begin_ = index / window * window;
    page_ = model.catalogue().browse(chosen_category(model), page_begin_, window);
  }
  return model.catalogue().at(page_.handles[index - page_begin_]);
}

void SellScreen::draw_grid(Model& model, Rect rect) {
  if (count_ == 0) {
    if (model.sync().shelf().loading() && query_.empty()) {
      const std::string& problem = model.sync().shelf().problem();
      if (problem.empty()) {
        ui::text("loading", rect.inset(space::l), "Loading the catalogue…",
                 {.tone = ui::Tone::muted, .align = ui::Align::centre});
      } else if (ui::empty_state("unloaded", rect, icon_cloud_off, "The catalogue is not here yet", problem,
                                 "Try again")) {
        model.sync().wake();
      }
      return;
    }
    const std::string title = query_.empty() ? "No products yet" : "Nothing found for “" + query_ + "”";
    const bool pressed =
        ui::empty_state("nothing", rect, icon_search, title,
                        query_.empty() ? "Products appear here as soon as the owner adds them."
                                       : "Check the spelling, or scan the barcode.",
                        query_.empty() ? std::string_view() : "Clear the search");
    if (pressed) query_.clear();
    return;
  }
  const int columns = rect.w < narrow_width ? 1 : std::max(2, static_cast<int>((rect.w - space::l) / 200));
  ui::virtual_list("products", rect,
                   {.count = count_,
                    .columns = columns,
                    .item_height = ui::tile_height,
                    .gap = space::m,
                    .padding = space::l,
                    .name = "Products",
                    .version = version_},
                   [&](std::size_t index, Rect place) {
                     const Product& product = product_at(model, index);
                     const StockWords stock = stock_of(product);
                     const std::int64_t count = in_cart(model.cart(), product.id);
                     const std::string price = model.price(product.unit_price);
                     const std::string initials = ui::initials_of(product.name);
                     const std::string badge = count == 0 ? std::string() : to_decimal(Quantity{count});
                     const ui::Press press = ui::tile("tile", place,
                                                      {.title = product.name,
                                                       .price = price,
                                                       .initials = initials,
                                                       .seed = ui::seed_of(product.id),
                                                       .stock = stock.words,
                                                       .stock_tone = stock.tone,
                                                       .badge = badge});
                     if (press == ui::Press::tap) add(model, product);
                     if (press == ui::Press::long_press) details_ = product.id, details_open_ = true;
                   });
}

void SellScreen::draw_details(Model& model) {
  const Product* product = model.catalogue().find(details_);
  if (product == nullptr) return;
  ui::Sheet sheet("details", details_open_, {.title = product->name, .height = 320});
  if (!sheet) return;
  Rect rest = sheet_body(sheet);
  const auto fact = [&](const char* name, const std::string& value) {
    Rect line = rest.cut_top(32);
    ui::text(line.cut_left(120), name, {.tone = ui::Tone::muted, .middle = true});
    ui::text(line, value, {.middle = true});
  };
  fact("Price", model.price(product->unit_price));
  fact("Stock", stock_of(*product).words);
  fact("SKU", product->sku);
  fact("Tax class", product->tax_class);
  fact("Barcode", product->barcodes.empty() ? "none" : to_string(product->barcodes.front()));
  rest.cut_top(space::l);
  if (ui::button("add", rest.cut_top(56), "Add to the sale",
                 {.kind = ui::Kind::primary, .icon = icon_plus})) {
    add(model, *product);
    details_open_ = false;
  }
}

void SellScreen::draw(Model& model, Way& way) {
  ui::ground();
  find(model);
  Rect rest = ui::screen();
  const bool wide = ui::wide();
  const Cart& cart = model.cart();
  bool pay = false;
  if (wide) {
    const Rect side = rest.cut_right(cart_width);
    ui::bar(side, ui::Edge::left);
    pay = cart_.draw(model, way, side.inset(space::l));
  }
  draw_bar(model, way, rest.cut_top(48 + ui::touch_min + space::m));
  draw_looks_on(model, rest);
  draw_shift_banner(model, way, rest);
  if (category_names_.size() > 1)
    ui::chips("categories", rest.cut_top(ui::chips_height + 2 * space::s).inset(0, space::s), "Categories",
              category_names_, category_);
  Rect bar_place;
  if (!wide) bar_place = rest.cut_bottom(72 + space::l).inset(space::l, space::s);
  draw_grid(model, rest);

  if (!wide) {
    std::int64_t pieces = 0;
    for (const CartLine& line : cart.lines())
      pieces += line.quantity.thousandths % quantity_one == 0 ? line.quantity.thousandths / quantity_one : 1;
    const std::string count = std::to_string(pieces), total = model.money(cart.total());
    const std::string name = cart.empty()
                                 ? std::string("Cart, empty")
                                 : "Cart, " + count + (pieces == 1 ? " piece, " : " pieces, ") + total;
    const ui::ActionBarPress press =
        ui::action_bar("cart", bar_place,
                       {.count = count,
                        .title = cart.empty() ? std::string_view("Cart is empty") : std::string_view(total),
                        .detail = cart.empty() ? "Tap a product or scan it" : "View cart",
                        .action = "Pay",
                        .name = name,
                        .disabled = cart.empty()});
    ui::toast_above(bar_place.y - space::s);
    if (press == ui::ActionBarPress::open) cart_open_ = true;
    if (press == ui::ActionBarPress::action) pay = true;
    if (ui::Sheet sheet("cart-sheet", cart_open_, {.title = "Cart", .height = 640}); sheet)
      pay = cart_.draw(model, way, sheet_body(sheet)) || pay;
  }
  if (cart_.draw_sheets(model)) cart_open_ = false;
  draw_details(model);
  if (const std::string search = camera_.draw(model); !search.empty()) query_ = search;
  if (way.place == Place::parked) cart_open_ = false;
  if (pay && !cart.empty()) {
    cart_open_ = false;
    way.place = Place::pay;
  }
}

}  // namespace ringup::till
