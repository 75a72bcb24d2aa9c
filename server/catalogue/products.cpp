#include "server/catalogue/products.h"

#include <algorithm>

#include "server/store/catalogue_version.h"
#include "server/store/categories.h"
#include "server/store/outbox.h"
#include "server/store/pictures.h"
#include "server/store/prices.h"
#include "server/store/products.h"
#include "server/store/store.h"
#include "server/store/tenants.h"

namespace ringup::catalogue {
namespace {

constexpr std::size_t decimal_bytes_max = 24;

/// A check of a single value knows no name of it.
template <class T>
Result<T> in_field(std::string where, Result<T> result) {
  if (!result.ok()) result.failure().where = std::move(where);
  return result;
}

Result<std::vector<Gtin>> read_barcodes(json::Reader& in) {
  const json::Array& items = *TRY(in.array("barcodes", barcodes_max));
  std::vector<Gtin> barcodes;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string where = in.path_of("barcodes") + "[" + std::to_string(i) + "]";
    const std::string* text = items[i].as_string();
    if (text == nullptr) return fail(Error::wrong_type, where, "A barcode is a string of digits.");
    const Gtin gtin = TRY(in_field(where, parse_gtin(*text)));
    if (std::find(barcodes.begin(), barcodes.end(), gtin) != barcodes.end())
      return fail(Error::duplicate_barcode, where, "This barcode stands here twice.");
    barcodes.push_back(gtin);
  }
  return barcodes;
}

Result<ProductFields> read_fields(json::Reader& in, Currency currency) {
  ProductFields fields;
  if (in.has("sku")) {
    fields.sku = std::string(TRY(in.string("sku", sku_bytes_max)));
    TRY(in_field(in.path_of("sku"), check_sku(*fields.sku)));
  }
  if (in.has("name")) {
    fields.name = std::string(TRY(in.string("name", name_length_max * 4)));
    TRY(in_field(in.path_of("name"), check_name(*fields.name)));
  }
  if (in.has("unit_price")) {
    const std::string_view text = TRY(in.string("unit_price", decimal_bytes_max));
    fields.unit_price = TRY(in_field(in.path_of("unit_price"), parse_unit_price(text, currency)));
    if (fields.unit_price->value < 0)
      return fail(Error::out_of_range, in.path_of("unit_price"), "A price is not below zero.");
  }
  if (in.has("tax_class")) fields.tax_class = std::string(TRY(in.string("tax_class", tax_class_bytes_max)));
  if (in.has("category")) {
    const json::Value* category = TRY(in.any("category"));
    fields.category = category->is_null() ? Id{} : TRY(in.id("category"));
  }
  if (in.has("barcodes")) fields.barcodes = TRY(read_barcodes(in));
  if (in.has("picture")) {
    fields.picture.emplace();
    if (!TRY(in.any("picture"))->is_null())
      *fields.picture = TRY(in_field("picture", parse_picture(TRY(in.string("picture", 64)))));
  }
  return fields;
}

Result<ProductFields> read_change(json::Reader& in, Currency currency) {
  ProductFields fields = TRY(read_fields(in, currency));
  fields.seen_version = TRY(in.optional_integer("version", 0, json::integer_max));
  return fields;
}

Result<void> check_references(store::Database& database, const Id& tenant, const ProductFields& fields) {
  if (fields.category.has_value() && !fields.category->is_nil()) {
    const auto category = TRY(store::category(database, tenant, *fields.category));
    if (!category.has_value()) return fail(Error::invalid_value, "category", "There is no such category.");
  }
  if (fields.picture.has_value() && fields.picture->has_value()) {
    if (!TRY(store::has_picture(database, tenant, **fields.picture)))
      return fail(Error::invalid_value, "picture", "There is no such picture; upload it first.");
  }
  if (fields.tax_class.has_value()) {
    const std::vector<ringup::TaxClass> known = TRY(store::catalogue_tax_classes(database, tenant));
    std::string names;
    for (const ringup::TaxClass& one : known) {
      if (one.name == *fields.tax_class) return {};
      names += (names.empty() ? "" : ", ") + one.name;
    }
    return fail(Error::invalid_value, "tax_class", "There is no such tax class, only " + names + ".");
  }
  return {};
}

/// The SKU and the barcodes must be free, or the product's own.
Result<void> check_codes(store::Database& database, const Id& tenant, const Product& product) {
  const auto with_sku = TRY(store::product_with_sku(database, tenant, product.sku));
  if (with_sku.has_value() && *with_sku != product.id)
    return fail(Error::duplicate_sku, "sku", "Another product has this SKU.");
  for (std::size_t i = 0; i < product.barcodes.size(); ++i) {
    const auto owner = TRY(store::product_with_barcode(database, tenant, product.barcodes[i]));
    if (owner.has_value() && *owner != product.id) {
      return fail(Error::duplicate_barcode, "barcodes[" + std::to_string(i) + "]",
                  "Another product has this barcode.");
    }
  }
  return {};
}

Result<Id> branch_or_default(store::Database& database, const Id& tenant, const std::optional<Id>& branch) {
  if (branch.has_value()) {
    if (!TRY(store::branch_exists(database, tenant, *branch)))
      return fail(Error::invalid_value, "branch", "There is no such branch.");
    return *branch;
  }
  const std::optional<store::Branch> found = TRY(store::find_default_branch(database, tenant));
  if (!found.has_value())
    return fail(Error::precondition_failed, {}, "This business has no default branch to keep stock at.");
  return found->id;
}

Result<Corrected> book(store::Database& database, const Id& tenant, const Id& product, const Id& branch,
                       std::int64_t quantity, std::string_view note, std::int64_t now_us) {
  store::Movement movement;
  movement.tenant = tenant;
  movement.branch = branch;
  movement.product = product;
  movement.quantity = quantity;
  movement.at = now_us;
  movement.note = note;
  const store::Booked booked = TRY(store::book_movement(database, movement));
  Corrected corrected;
  corrected.level = booked.level;
  corrected.movement = {
      booked.id, branch, quantity,         std::string(store::movement_kind_name(movement.kind)),
      Id{},      now_us, std::string(note)};
  return corrected;
}

Result<Product> product_of(store::Database& database, const Id& tenant, const Id& id) {
  std::optional<Product> product = TRY(store::product(database, tenant, id));
  if (!product.has_value()) return Error::not_found;
  return std::move(*product);
}

Result<void> check_seen(const Product& present, const std::optional<std::int64_t>& seen_version) {
  if (!seen_version.has_value() || *seen_version == present.version) return {};
  return fail(Error::conflict, "version",
              "Someone else changed " + present.name +
                  " in the meantime. Look at what is there now, then make your change again.");
}

}  // namespace

Result<ProductFields> read_new_product(const json::Value& body, Currency currency) {
  json::Reader in = TRY(json::Reader::object(body));
  for (const std::string_view name : {"sku", "name", "unit_price", "tax_class"}) TRY(in.any(name));
  ProductFields fields = TRY(read_fields(in, currency));
  if (const auto stock = TRY(in.optional_string("stock", decimal_bytes_max)))
    fields.stock = TRY(in_field("stock", parse_quantity(*stock)));
  TRY(in.done());
  return fields;
}

Result<ProductFields> read_product_change(const json::Value& body, Currency currency) {
  json::Reader in = TRY(json::Reader::object(body));
  ProductFields fields = TRY(read_change(in, currency));
  TRY(in.done());
  return fields;
}

Result<std::vector<BulkItem>> read_bulk(const json::Value& body, Currency currency) {
  json::Reader in = TRY(json::Reader::object(body));
  const json::Array& products = *TRY(in.array("products", bulk_products_max));
  TRY(in.done());
  std::vector<BulkItem> items;
  for (std::size_t i = 0; i < products.size(); ++i) {
    json::Reader one = TRY(json::Reader::object(products[i], "products[" + std::to_string(i) + "]"));
    BulkItem item;
    item.id = TRY(one.id("id"));
    item.fields.deleted = TRY(one.optional_boolean("deleted"));
    if (item.fields.deleted.has_value()) {
      item.fields.seen_version = TRY(one.optional_integer("version", 0, json::integer_max));
    } else {
      item.fields = TRY(read_change(one, currency));
    }
    TRY(one.done());
    items.push_back(std::move(item));
  }
  return items;
}

Result<std::int64_t> Change::version() {
  if (version_ == 0) version_ = TRY(store::next_catalogue_version(database, tenant));
  return version_;
}

Result<Product> create_product(Change& change, const ProductFields& fields) {
  store::Database& database = change.database;
  const Id& tenant = change.tenant;
  Product product;
  product.id = store::new_id();
  product.sku = fields.sku.value();
  product.name = fields.name.value();
  product.unit_price = fields.unit_price.value();
  product.tax_class = fields.tax_class.value();
  product.category = fields.category.value_or(Id{});
  product.barcodes = fields.barcodes.value_or(std::vector<Gtin>());
  TRY(check_references(database, tenant, fields));
  TRY(check_codes(database, tenant, product));
  if (TRY(store::count_products(database, tenant)) >= static_cast<std::int64_t>(products_max))
    return fail(Error::too_many, {}, "The catalogue is full.");
  product.version = TRY(change.version());
  TRY(store::insert_product(database, tenant, product, change.now_us));
  if (fields.picture.has_value()) TRY(store::set_picture(database, tenant, product.id, *fields.picture));
  if (fields.stock.has_value() && fields.stock->thousandths != 0) {
    const Id branch = TRY(branch_or_default(database, tenant, std::nullopt));
    TRY(book(database, tenant, product.id, branch, fields.stock->thousandths, {}, change.now_us));
  }
  return product_of(database, tenant, product.id);
}

Result<Product> change_product(Change& change, const Id& id, const ProductFields& fields) {
  store::Database& database = change.database;
  const Id& tenant = change.tenant;
  const Product present = TRY(product_of(database, tenant, id));
  TRY(check_seen(present, fields.seen_version));
  Product product = present;
  if (fields.sku.has_value()) product.sku = *fields.sku;
  if (fields.name.has_value()) product.name = *fields.name;
  if (fields.unit_price.has_value()) product.unit_price = *fields.unit_price;
  if (fields.tax_class.has_value()) product.tax_class = *fields.tax_class;
  if (fields.category.has_value()) product.category = *fields.category;
  if (fields.barcodes.has_value()) {
    product.barcodes = *fields.barcodes;
    std::sort(product.barcodes.begin(), product.barcodes.end());
  }
  if (fields.picture.has_value()) product.picture = *fields.picture;
  if (product == present) return product;
  TRY(check_references(database, tenant, fields));
  TRY(check_codes(database, tenant, product));
  product.version = TRY(change.version());
  TRY(store::update_product(database, tenant, product));
  if (product.barcodes != present.barcodes)
    TRY(store::set_barcodes(database, tenant, product.id, product.barcodes));
  if (product.picture != present.picture) {
    TRY(store::set_picture(database, tenant, product.id, product.picture));
    if (present.picture.has_value())
      TRY(store::picture_left(database, tenant, *present.picture, change.now_us));
  }
  if (product.unit_price != present.unit_price) {
    TRY(store::note_price_change(
        database, tenant,
        {product.id, present.unit_price, product.unit_price, change.now_us, change.by, false}));
  }
  return product;
}

Result<void> delete_product(Change& change, const Id& id, const std::optional<std::int64_t>& seen_version) {
  const Product product = TRY(product_of(change.database, change.tenant, id));
  TRY(check_seen(product, seen_version));
  const std::int64_t version = TRY(change.version());
  TRY(store::delete_product(change.database, change.tenant, id, version, change.now_us));
  if (product.picture.has_value())
    TRY(store::picture_left(change.database, change.tenant, *product.picture, change.now_us));
  return {};
}

Result<Product> restore_product(Change& change, const Id& id) {
  std::optional<Product> product = TRY(store::deleted_product(change.database, change.tenant, id));
  if (!product.has_value()) return Error::not_found;
  TRY(check_codes(change.database, change.tenant, *product));
  product->version = TRY(change.version());
  TRY(store::restore_product(change.database, change.tenant, *product));
  if (product->picture.has_value()) {
    // It may be gone by now: a picture that no product has stays for a day.
    if (!TRY(store::has_picture(change.database, change.tenant, *product->picture))) product->picture.reset();
    TRY(store::set_picture(change.database, change.tenant, id, product->picture));
  }
  return std::move(*product);
}

Result<std::string> read_category_name(const json::Value& body) {
  json::Reader in = TRY(json::Reader::object(body));
  const std::string_view name = TRY(in.string("name", category_name_length_max * 4));
  TRY(in_field("name", check_name(name, category_name_length_max)));
  TRY(in.done());
  return std::string(name);
}

Result<Category> create_category(store::Database& database, const Id& tenant, const std::string& name) {
  const std::vector<Category> present = TRY(store::categories(database, tenant));
  if (present.size() >= categories_max) return fail(Error::too_many, {}, "There are too many categories.");
  if (TRY(store::category_named(database, tenant, name)).has_value())
    return fail(Error::conflict, "name", "There is a category of this name.");
  const Category category{store::new_id(), name};
  TRY(store::insert_category(database, tenant, category));
  TRY(store::catalogue_lists_changed(database, tenant));
  return category;
}

Result<Category> rename_category(store::Database& database, const Id& tenant, const Id& id,
                                 const std::string& name) {
  std::optional<Category> category = TRY(store::category(database, tenant, id));
  if (!category.has_value()) return Error::not_found;
  if (category->name == name) return *category;
  if (TRY(store::category_named(database, tenant, name)).has_value())
    return fail(Error::conflict, "name", "There is a category of this name.");
  category->name = name;
  TRY(store::rename_category(database, tenant, *category));
  TRY(store::catalogue_lists_changed(database, tenant));
  return *category;
}

Result<void> delete_category(store::Database& database, const Id& tenant, const Id& id) {
  if (!TRY(store::category(database, tenant, id)).has_value()) return Error::not_found;
  if (TRY(store::category_is_used(database, tenant, id)))
    return fail(Error::conflict, {}, "Products are in this category; move them to another one first.");
  TRY(store::delete_category(database, tenant, id));
  TRY(store::catalogue_lists_changed(database, tenant));
  return {};
}

Result<Correction> read_correction(const json::Value& body) {
  json::Reader in = TRY(json::Reader::object(body));
  Correction correction;
  if (in.has("counted")) {
    const Quantity counted =
        TRY(in_field("counted", parse_quantity(TRY(in.string("counted", decimal_bytes_max)))));
    if (in.has("quantity"))
      return fail(Error::invalid_value, "counted", "Give what was counted or the quantity, not both.");
    correction.counted = counted.thousandths;
  } else {
    const Quantity quantity =
        TRY(in_field("quantity", parse_quantity(TRY(in.string("quantity", decimal_bytes_max)))));
    correction.quantity = quantity.thousandths;
    if (correction.quantity == 0)
      return fail(Error::out_of_range, "quantity", "A movement of nothing is none.");
  }
  correction.branch = TRY(in.optional_id("branch"));
  const auto kind = TRY(in.optional_string("kind", 20));
  if (kind.value_or("correction") != "correction")
    return fail(Error::invalid_value, "kind", "Only a correction is booked by hand.");
  if (const auto note = TRY(in.optional_string("note", note_length_max * 4)); note.has_value()) {
    if (!note->empty()) TRY(in_field("note", check_name(*note, note_length_max)));
    correction.note = std::string(*note);
  }
  TRY(in.done());
  return correction;
}

Result<Corrected> correct_stock(store::Database& database, const Id& tenant, const Id& product,
                                const Correction& correction, std::int64_t now_us) {
  TRY(product_of(database, tenant, product));
  const Id branch = TRY(branch_or_default(database, tenant, correction.branch));
  std::int64_t quantity = correction.quantity;
  if (correction.counted.has_value())
    quantity = *correction.counted - TRY(store::stock_level(database, product, branch));
  TRY(store::add_event(database, tenant, "catalogue", "{}", now_us));
  return book(database, tenant, product, branch, quantity, correction.note, now_us);
}

}  // namespace ringup::catalogue
