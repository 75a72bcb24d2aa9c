#include <algorithm>
#include <array>

#include "core/base/sha256.h"
#include "core/catalogue/gs1.h"
#include "core/catalogue/product.h"
#include "core/identity/role.h"
#include "web/till/screens/camera.h"
#include "web/till/screens/screens.h"

namespace ringup::till {

namespace space = ui::space;

bool NewProduct::may(const Model& model) {
  return model.cashier().has_value() && model.cashier()->may(Right::catalogue_write);
}

void NewProduct::begin(std::string code) {
  *this = NewProduct();
  code_ = std::move(code);
}

bool NewProduct::draw(Model& model, ui::Rect rest) {
  ui::text(rest.cut_top(ui::line_of(ui::TextSize::body), space::m), "Code " + code_,
           {.tone = ui::Tone::muted});
  const ui::FieldOptions name_field{.label = "Name",
                                    .enter = ui::EnterHint::next,
                                    .autocomplete = "off",
                                    .disabled = busy_,
                                    .focus_now = true,
                                    .length_max = static_cast<int>(name_length_max)};
  if (ui::text_field("name", rest.cut_top(ui::field_height(name_field), space::m), name_, name_field)
          .submitted)
    ui::focus(ui::id_of("price"));
  const std::string label = "Price in " + std::string(model.currency().code());
  const ui::FieldOptions price_field{.label = label,
                                     .kind = ui::FieldKind::decimal,
                                     .autocomplete = "off",
                                     .error = error_,
                                     .disabled = busy_,
                                     .length_max = 24};
  const bool entered =
      ui::text_field("price", rest.cut_top(ui::field_height(price_field), space::m), price_, price_field)
          .submitted;
  std::vector<std::string> classes;
  for (const TaxClass& each : model.catalogue().tax_classes()) classes.push_back(each.name);
  if (tax_class_ < 0) {
    const auto usual = std::find(classes.begin(), classes.end(), "standard");
    tax_class_ = usual == classes.end() ? 0 : static_cast<int>(usual - classes.begin());
  }
  if (classes.size() > 1) {
    ui::text(rest.cut_top(ui::line_of(ui::TextSize::small), space::xs), "Tax class",
             {.size = ui::TextSize::small, .tone = ui::Tone::muted});
    ui::chips("tax", rest.cut_top(ui::chips_height, space::m), "Tax class", classes, tax_class_);
  }
  const bool complete = !name_.empty() && !price_.empty() && !classes.empty();
  const bool pressed = ui::button("save", rest.cut_top(56, space::s), "Create and add to the sale",
                                  {.kind = ui::Kind::primary, .disabled = !complete, .busy = busy_});
  if ((pressed || entered) && complete && !busy_) save(model);
  if (ui::button("back", rest.cut_top(ui::touch_min), "Back to the camera", {.disabled = busy_}))
    done_ = true;
  return done_;
}

void NewProduct::save(Model& model) {
  error_.clear();
  const auto failed = [this](std::string words) {
    busy_ = false;
    error_ = std::move(words);
    ui::announce(error_, true);
  };
  const Result<UnitPrice> price = parse_unit_price(price_, model.currency());
  if (!price.ok() || price->value < 0) return failed("Write the price as a number, as in 3.49.");
  json::Array barcodes;
  std::string sku = code_;
  if (const auto gs1 = read_gs1(code_); gs1.has_value() && gs1->ok()) {
    sku = to_string((*gs1)->gtin);
    barcodes.emplace_back(sku);
  } else if (const Result<Gtin> gtin = parse_gtin(code_); gtin.ok()) {
    sku = to_string(*gtin);
    barcodes.emplace_back(sku);
  }
  // The SKU is what the code says, so that a label of the house is found by it the next time.
  if (!check_sku(sku).ok()) return failed("This code is too long or has signs that no SKU may have.");
  const std::vector<TaxClass>& classes = model.catalogue().tax_classes();
  const auto chosen = std::min(static_cast<std::size_t>(tax_class_), classes.size() - 1);
  const json::Value body = json::Object{{"sku", sku},
                                        {"name", name_},
                                        {"unit_price", to_decimal(*price, model.currency())},
                                        {"tax_class", classes[chosen].name},
                                        {"barcodes", std::move(barcodes)}};
  // The same press again after no answer makes the same product; another text makes another one.
  if (once_.empty()) {
    std::array<std::uint8_t, 16> chance{};
    model.bridge().random(chance);
    once_ = to_hex(chance.data(), chance.size());
  }
  const std::string key = "till-" + to_hex(sha256(once_ + json::dump(body)));
  busy_ = true;
  model.server().add_product(model.cashier()->user, body, key,
                             [this, &model, failed](Result<json::Value> made) {
                               if (!made.ok()) return failed(words_of(made.failure()));
                               const Result<Product> product = read_product(*made, model.currency());
                               if (!product.ok()) return failed(words_of(product.failure()));
                               const Result<LineId> added = model.add(*product);
                               if (!added.ok()) return failed(words_of(added.failure()));
                               busy_ = false;
                               done_ = true;
                               name = product->name;
                               model.bridge().beep();
                               ui::announce(name + " was created and added");
                               model.sync().wake();
                             });
}

}  // namespace ringup::till
