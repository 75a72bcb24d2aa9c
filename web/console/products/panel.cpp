#include "web/console/products/panel.h"

#include <algorithm>

#include "web/console/products/product_list.h"
#include "web/ui/figures.h"
#include "web/ui/initials.h"
#include "web/ui/lists.h"
#include "web/ui/menus.h"
#include "web/ui/overlays.h"

namespace ringup::console {

namespace space = ui::space;
using ui::Rect;

/// The scrolling body; a name of its own, so that sections may be drawn by functions.
class BodyArea : public ui::ScrollArea {
 public:
  explicit BodyArea(Rect rect)
      : ui::ScrollArea("body", rect, {.padding = space::xl, .padding_top = space::l}) {}
};

namespace {

constexpr float picture_side = 96;
constexpr std::string_view tab_names[] = {"Details", "Stock", "Prices"};
enum Tab : int { details, stock, prices };

std::string path_of(const Id& id, std::string_view rest = {}) {
  return "/api/catalogue/products/" + to_string(id) + "/" + std::string(rest);
}

}  // namespace

const Product* ProductPanel::product(Desk& desk) const {
  const Result<Id> id = parse_id(subject_);
  return id.ok() ? desk.catalogue().find(*id) : nullptr;
}

std::string ProductPanel::title() const {
  if (subject_ == new_product) return "Add a product";
  return editor_.texts().name.empty() ? "Product" : editor_.texts().name;
}

void ProductPanel::open(Desk& desk, const std::string& id, const std::string& copy_of) {
  if (id == subject_) return;
  const int tab = tab_;
  const std::uint64_t serial = serial_ + 1;
  *this = ProductPanel();
  serial_ = serial;
  tab_ = tab;
  subject_ = id;
  open_ = !id.empty();
  if (id == new_product) {
    tab_ = details;
    shown_ = true;
    // What most products have is the likeliest.
    std::vector<std::pair<std::string, std::size_t>> counts;
    for (const TaxClass& tax : desk.facts().tax_classes) counts.emplace_back(tax.name, 0);
    const Catalogue& catalogue = desk.catalogue();
    for (const Handle handle : catalogue.browse({}, 0, 500).handles) {
      for (auto& [name, count] : counts) count += catalogue.at(handle).tax_class == name ? 1 : 0;
    }
    const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& one, const auto& other) {
      return one.second < other.second;
    });
    editor_.begin_new(most == counts.end() ? std::string() : most->first);
    const Result<Id> pattern = parse_id(copy_of);
    const Product* const from = pattern.ok() ? catalogue.find(*pattern) : nullptr;
    if (from == nullptr) return;
    ProductTexts& texts = editor_.texts();
    texts.name = from->name;
    texts.unit_price = to_decimal(from->unit_price, desk.facts().currency);
    texts.tax_class = from->tax_class;
    texts.category = from->category;
  }
}

ProductPanel::Asked ProductPanel::draw(Desk& desk, Rect around) {
  asked_ = Asked();
  const bool adding = subject_ == new_product;
  const Product* const present = product(desk);
  if (present != nullptr) {
    if (!shown_) {
      editor_.begin(*present, desk.facts().currency);
      shown_ = true;
    } else if (present->version > editor_.version() && !busy_) {
      others_ = editor_.dirty();
      editor_.follow(*present, desk.facts().currency);
      prices_loaded_ = false;
    }
    if (stock_seen_.has_value() && *stock_seen_ != present->stock) stock_loaded_ = false;
    stock_seen_ = present->stock;
  }
  std::string detail;
  if (present != nullptr) detail = present->sku + " · " + to_decimal(present->stock) + " in stock";
  const bool may_write = desk.may(Right::catalogue_write);
  const bool with_footer = may_write && shown_ && (adding || tab_ == details);
  ui::SidePanel panel("product", open_, around,
                      {.title = title(),
                       .detail = detail,
                       .width = product_panel_width,
                       .footer = with_footer ? 68.0f : 0.0f,
                       .header_actions = !adding && may_write && present != nullptr ? 40.0f : 0.0f,
                       .subject = serial_});
  if (!subject_.empty() && !open_) {
    asked_.close = true;
    open_ = true;  // until the place says so
  }
  if (!panel) return asked_;
  Rect rest = panel.body();
  if (!adding && present == nullptr) {
    Rect middle = rest.inset(space::xl, space::xl);
    if (desk.products().loading) {
      ui::text(middle, "Loading…", {.tone = ui::Tone::muted});
    } else if (ui::empty_state("gone", middle, icon_package, "This product is not there",
                               "It was deleted, or the link is wrong.", "Close")) {
      asked_.close = true;
    }
    return asked_;
  }
  if (!adding && may_write) {
    const Rect more = panel.actions();
    if (ui::icon_button("more", more.centred(36, 36), icon_ellipsis, "More actions",
                        {.kind = ui::Kind::quiet, .expanded = menu_open_}))
      menu_open_ = true;
    const ui::MenuItem items[] = {{.label = "Duplicate", .icon = icon_copy},
                                  {.label = "Delete", .icon = icon_trash_2, .danger = true, .divided = true}};
    const int chosen = ui::menu("menu", menu_open_, more, "More actions", items);
    if (chosen == 0) asked_.duplicate = true;
    if (chosen == 1) ask_remove_ = true;
  }
  if (!adding) {
    Rect line = rest.cut_top(48);
    ui::divider({line.x, line.bottom() - 1, line.w, 1});
    line = line.inset(space::xl, 0);
    ui::tabs("tabs", {line.x, line.y, std::min(line.w, 330.0f), line.h}, "Sections", tab_names, tab_);
  }
  if (tab_ == details || adding) draw_details(desk, rest);
  if (tab_ == stock && !adding) draw_stock(desk, rest);
  if (tab_ == prices && !adding) draw_prices(desk, rest);
  if (with_footer) draw_footer(desk, panel.footer());
  if (with_footer && ui::key_pressed("s", true)) save(desk);
  return asked_;
}

void ProductPanel::draw_details(Desk& desk, Rect rect) {
  BodyArea area(rect);
  ProductTexts& texts = editor_.texts();
  const bool locked = !desk.may(Right::catalogue_write);
  if (!editor_.problem().empty() || others_) {
    const std::string words = others_
                                  ? "Someone else changed this product just now. What you have not touched "
                                    "shows their values; saving keeps yours."
                                  : editor_.problem();
    const ui::TextStyle style{
        .size = ui::TextSize::small, .tone = others_ ? ui::Tone::warn : ui::Tone::bad, .lines = 4};
    Rect box = area.next(
        ui::text_height(words, area.width() - 2 * space::m, style) + 2 * space::m + (others_ ? 44.0f : 0.0f),
        space::l);
    ui::card(box, ui::radius::field);
    Rect inside = box.inset(space::m, space::m);
    const Rect button = others_ ? inside.cut_bottom(36) : Rect{};
    ui::text("problem", inside, words, style);
    if (others_ && ui::button("theirs", {button.x, button.y, 150, 36}, "Take their values")) {
      others_ = false;
      editor_.discard();
    }
  }
  const auto field = [&](const char* name, ui::FieldOptions options) {
    options.error = editor_.error(name);
    options.disabled = locked;
    options.compact = true;
    return options;
  };
  const bool adding = editor_.is_new();
  if (const Product* const shown = product(desk); shown != nullptr)
    draw_picture(desk, *shown, area.next(picture_side, space::l));
  bool submitted = false;
  const auto take = [&](const char* name, const ui::FieldResult& result) {
    submitted |= result.submitted;
    if (result.changed) editor_.clear_error(name);
  };
  {
    const ui::FieldOptions options = field("name", {.label = "Name", .focus_now = adding, .length_max = 200});
    const Rect line = area.next(ui::field_height(options), space::m);
    take("name", ui::text_field("name", line, texts.name, options));
  }
  {
    const bool inside = desk.facts().tax_placement != "on_top";
    const std::string price_label = std::string(inside ? "Price with tax (" : "Price before tax (") +
                                    std::string(desk.facts().currency.code()) + ")";
    const ui::FieldOptions sku = field("sku", {.label = "SKU", .length_max = 40});
    const ui::FieldOptions price =
        field("unit_price", {.label = price_label, .kind = ui::FieldKind::decimal, .length_max = 24});
    const Rect line = area.next(std::max(ui::field_height(sku), ui::field_height(price)), space::m);
    take("sku", ui::text_field("sku", line.column(0, 2, space::m), texts.sku, sku));
    take("unit_price", ui::text_field("price", line.column(1, 2, space::m), texts.unit_price, price));
  }
  {
    std::vector<std::string> categories, taxes;
    int category = -1, tax = -1;
    for (const Category& one : desk.catalogue().categories()) {
      if (one.id == texts.category) category = static_cast<int>(categories.size());
      categories.push_back(one.name);
    }
    for (const TaxClass& one : desk.facts().tax_classes) {
      if (one.name == texts.tax_class) tax = static_cast<int>(taxes.size());
      taxes.push_back(one.name + " · " + to_percent(one.rate) + " %");
    }
    const ui::SelectOptions category_options{.label = "Category",
                                             .error = editor_.error("category"),
                                             .disabled = locked,
                                             .compact = true,
                                             .none = "No category"};
    const ui::SelectOptions tax_options{
        .label = "Tax class", .error = editor_.error("tax_class"), .disabled = locked, .compact = true};
    const Rect line =
        area.next(std::max(ui::select_height(category_options), ui::select_height(tax_options)), space::l);
    if (ui::select("category", line.column(0, 2, space::m), categories, category, category_options))
      texts.category =
          category < 0 ? Id{} : desk.catalogue().categories()[static_cast<std::size_t>(category)].id;
    if (ui::select("tax", line.column(1, 2, space::m), taxes, tax, tax_options) && tax >= 0)
      texts.tax_class = desk.facts().tax_classes[static_cast<std::size_t>(tax)].name;
  }
  if (adding) {
    const ui::FieldOptions options = field(
        "stock",
        {.label = "In stock now", .placeholder = "0", .kind = ui::FieldKind::decimal, .length_max = 20});
    const Rect line = area.next(ui::field_height(options), space::l);
    take("stock", ui::text_field("stock", line.column(0, 2, space::m), texts.stock, options));
  }
  draw_barcodes(desk, area, rect);
  if (submitted) save(desk);
}

void ProductPanel::draw_picture(Desk& desk, const Product& product, Rect rect) {
  const bool has = product.picture.has_value();
  ui::picture(rect.cut_left(picture_side, space::l), picture_url(product, 320), ui::initials_of(product.name),
              ui::seed_of(product.id), ui::radius::tile);
  if (!desk.may(Right::catalogue_write)) return;
  rect.cut_top(has ? 4.0f : 16.0f);
  Rect buttons = rect.cut_top(40, space::s);
  if (ui::button("choose", buttons.cut_left(has ? 150.0f : 160.0f, space::s),
                 has ? "Change picture" : "Add a picture", {.icon = icon_image, .busy = sending_picture_})) {
    desk.bridge().pick_file("image/jpeg,image/png,image/webp",
                            [this, &desk, serial = serial_](std::optional<platform::File> file) {
                              if (file.has_value() && serial == serial_) send_picture(desk, std::move(*file));
                            });
  }
  if (has && ui::button("remove picture", buttons.cut_left(110), "Remove", {.name = "Remove picture"})) {
    desk.api().send("DELETE", path_of(product.id, "picture/"), json::Value(),
                    [&desk](Result<json::Value> answer) {
                      ui::toast(answer.ok() ? "Picture removed" : words_of(answer.failure()));
                      desk.refresh_catalogue();
                    });
  }
  ui::text("picture hint", rect, "JPEG, PNG or WebP. It is made small by itself.",
           {.size = ui::TextSize::small, .tone = ui::Tone::muted, .lines = 2});
}

void ProductPanel::send_picture(Desk& desk, platform::File file) {
  if (file.too_large) return ui::toast("This picture is too large.", {}, {}, ui::Tone::bad);
  std::string type = file.type;
  if (type.empty()) {
    const std::string_view name = file.name;
    type = name.ends_with(".png") ? "image/png" : name.ends_with(".webp") ? "image/webp" : "image/jpeg";
  }
  sending_picture_ = true;
  desk.api().upload("PUT", path_of(editor_.id(), "picture/"), type, std::move(file.bytes),
                    [this, &desk, serial = serial_](Result<json::Value> answer) {
                      if (serial == serial_) sending_picture_ = false;
                      desk.refresh_catalogue();
                      ui::toast(answer.ok() ? "Picture saved" : words_of(answer.failure()), {}, {},
                                answer.ok() ? ui::Tone::text : ui::Tone::bad);
                    });
}

void ProductPanel::draw_barcodes(Desk& desk, BodyArea& area, Rect rect) {
  ProductTexts& texts = editor_.texts();
  const bool locked = !desk.may(Right::catalogue_write);
  ui::heading(area.next(24, space::s), "Barcodes", 3,
              {.size = ui::TextSize::body, .weight = ui::Weight::semibold});
  if (texts.barcodes.empty() && locked) ui::text(area.next(24, space::s), "None", {.tone = ui::Tone::muted});
  std::optional<ui::Group> list;
  if (!texts.barcodes.empty()) list.emplace("barcodes", ui::Role::list, "Barcodes", rect);
  for (std::size_t i = 0; i < texts.barcodes.size(); ++i) {
    Rect line = area.next(44, 0);
    const ui::Group item(texts.barcodes[i], ui::Role::listitem, texts.barcodes[i], line);
    ui::divider({line.x, line.bottom() - 1, line.w, 1});
    const Rect cross = line.cut_right(40).centred(36, 36);
    ui::icon(line.cut_left(24, space::s).centred(20, 20), icon_barcode, ui::Tone::muted, 20);
    ui::text(line, texts.barcodes[i], {.middle = true});
    if (!locked && ui::icon_button("remove", cross, icon_x, "Remove " + texts.barcodes[i])) {
      texts.barcodes.erase(texts.barcodes.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  }
  list.reset();
  if (locked) return;
  area.skip(space::s);
  const BarcodeHint hint = barcode_hint(barcode_, texts.barcodes, editor_.id(), desk.catalogue());
  const bool wrong = hint.kind == BarcodeHint::Kind::wrong;
  const std::string_view refused = editor_.barcode_error();
  const ui::FieldOptions options{.label = "Add a barcode",
                                 .placeholder = "Type or scan it",
                                 .kind = ui::FieldKind::number,
                                 .error = wrong ? std::string_view(hint.words) : refused,
                                 .hint = hint.words,
                                 .icon = icon_scan_barcode,
                                 .length_max = 20,
                                 .compact = true};
  Rect line = area.next(ui::field_height(options), space::l);
  const Rect button = line.cut_right(80, space::s);
  const ui::FieldResult did = ui::text_field("barcode", line, barcode_, options);
  const bool good = hint.kind == BarcodeHint::Kind::good;
  if (ui::button("add", {button.x, line.y + 22, button.w, 40}, "Add",
                 {.disabled = !good, .name = "Add barcode"}) ||
      (did.submitted && good))
    add_barcode(desk);
}

void ProductPanel::add_barcode(Desk&) {
  const Result<Gtin> gtin = parse_gtin(barcode_);
  if (!gtin.ok()) return;
  editor_.texts().barcodes.push_back(to_string(*gtin));
  std::sort(editor_.texts().barcodes.begin(), editor_.texts().barcodes.end());
  barcode_.clear();
  editor_.clear_errors();
}

void ProductPanel::draw_footer(Desk& desk, Rect rect) {
  Rect line = rect.centred(rect.w, 40);
  const bool adding = editor_.is_new();
  const bool dirty = editor_.dirty();
  if (ui::button("save", line.cut_right(adding ? 130.0f : 100.0f, space::s), adding ? "Add product" : "Save",
                 {.kind = ui::Kind::primary, .disabled = !dirty && !adding, .busy = busy_}))
    save(desk);
  if (dirty && !adding && ui::button("discard", line.cut_right(110, space::s), "Discard")) {
    editor_.discard();
    others_ = false;
  }
  if (dirty)
    ui::text("state", line, "Not saved yet",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted, .middle = true});
}

void ProductPanel::save(Desk& desk) {
  if (busy_ || (!editor_.dirty() && !editor_.is_new())) return;
  // A barcode that stands in the field is meant to be one of them.
  if (!barcode_.empty()) {
    const BarcodeHint hint = barcode_hint(barcode_, editor_.texts().barcodes, editor_.id(), desk.catalogue());
    if (hint.kind == BarcodeHint::Kind::good) add_barcode(desk);
  }
  busy_ = true;
  editor_.clear_errors();
  const bool adding = editor_.is_new();
  const json::Object before = editor_.body_before();
  const std::uint64_t serial = serial_;
  desk.api().send(adding ? "POST" : "PATCH", adding ? "/api/catalogue/products/" : path_of(editor_.id()),
                  editor_.body(), [this, &desk, adding, before, serial](Result<json::Value> answer) {
                    const bool same = serial == serial_;
                    if (same) busy_ = false;
                    if (!answer.ok()) {
                      if (!same) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
                      editor_.refuse(answer.failure(), words_of(answer.failure()));
                      // Their values come with the next page, and with them the version to save against.
                      if (editor_.conflict()) desk.refresh_catalogue();
                      return;
                    }
                    const Result<Product> saved = read_product(*answer, desk.facts().currency);
                    desk.refresh_catalogue();
                    if (!saved.ok()) return;
                    const Id id = saved->id;
                    if (same) {
                      others_ = false;
                      editor_.begin(*saved, desk.facts().currency);
                      prices_loaded_ = false;
                    }
                    if (adding) {
                      if (same) desk.replace(Place{"products", to_string(id), desk.place().query});
                      return ui::toast("Added " + saved->name, "Undo", [&desk, id] {
                        desk.api().send(
                            "DELETE", path_of(id), json::Value(), [&desk](Result<json::Value> undone) {
                              ui::toast(undone.ok() ? "Taken out again" : words_of(undone.failure()));
                              desk.refresh_catalogue();
                            });
                      });
                    }
                    json::Object back = before;
                    back.push_back({"version", saved->version});
                    ui::toast("Saved " + saved->name, "Undo", [&desk, id, back] {
                      desk.api().send("PATCH", path_of(id), back, [&desk](Result<json::Value> undone) {
                        ui::toast(undone.ok() ? "Put back as it was" : words_of(undone.failure()));
                        desk.refresh_catalogue();
                      });
                    });
                  });
}

void ProductPanel::remove(Desk& desk) {
  const Id id = editor_.id();
  const std::string name = title();
  desk.api().send("DELETE", path_of(id), json::Value(), [&desk, id, name](Result<json::Value> answer) {
    desk.refresh_catalogue();
    if (!answer.ok()) return ui::toast(words_of(answer.failure()), {}, {}, ui::Tone::bad);
    if (desk.place().screen == "products" && desk.place().id == to_string(id))
      desk.replace(Place{"products", {}, desk.place().query});
    ui::toast("Deleted " + name, "Undo", [&desk, id, name] {
      desk.api().send("POST", path_of(id, "restore/"), json::Value(),
                      [&desk, name](Result<json::Value> undone) {
                        ui::toast(undone.ok() ? name + " is back" : words_of(undone.failure()));
                        desk.refresh_catalogue();
                      });
    });
  });
}

void ProductPanel::draw_over(Desk& desk) {
  const int answer = ui::ask("remove", ask_remove_,
                             {.title = "Delete " + title() + "?",
                              .words = "It disappears from the tills. Sales and figures stay as they are.",
                              .action = "Delete product",
                              .danger = true});
  if (answer == 1) {
    editor_.discard();
    remove(desk);
  }
  stock_sheet_.draw(desk, [this, &desk] { load_stock(desk, false); });
}

}  // namespace ringup::console
