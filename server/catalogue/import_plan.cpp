#include "server/catalogue/import_plan.h"

#include <charconv>

#include "server/store/catalogue_version.h"
#include "server/store/categories.h"
#include "server/store/prices.h"
#include "server/store/products.h"
#include "server/store/stock.h"
#include "server/store/store.h"
#include "server/store/tenants.h"

namespace ringup::catalogue {
namespace {

constexpr std::string_view line_word = "line ";

Failure at_column(const ProductRow& row, std::string_view column, Error error, std::string detail) {
  return fail(error, "line " + std::to_string(row.line) + ", " + std::string(column), std::move(detail));
}

Result<std::unordered_map<std::string, Id>> categories_by_name(store::Database& database, const Id& tenant) {
  std::unordered_map<std::string, Id> by_name;
  for (Category& category : TRY(store::categories(database, tenant)))
    by_name.emplace(std::move(category.name), category.id);
  return by_name;
}

}  // namespace

RefusedPlace place_of(const Failure& failure) {
  RefusedPlace place;
  std::string_view text = failure.where;
  if (!text.starts_with(line_word)) return place;
  text.remove_prefix(line_word.size());
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), place.line);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(", ")) place.column = text.substr(2);
  return place;
}

bool is_refusal(const Failure& failure) {
  return failure.where.starts_with(line_word);
}

Result<ImportGround> import_ground(store::Database& database, const Id& tenant) {
  ImportGround ground;
  ground.tenant = tenant;
  const std::optional<store::Branch> branch = TRY(store::find_default_branch(database, tenant));
  if (!branch.has_value())
    return fail(Error::precondition_failed, {}, "This business has no default branch to keep stock at.");
  ground.branch = branch->id;
  for (ringup::TaxClass& tax_class : TRY(store::catalogue_tax_classes(database, tenant)))
    ground.tax_classes.push_back(std::move(tax_class.name));
  if (ground.tax_classes.empty())
    return fail(Error::precondition_failed, {}, "This business has no tax classes yet.");
  ground.currency = TRY(store::catalogue_settings(database, tenant)).currency;
  return ground;
}

Result<void> ImportPlanner::begin() {
  categories_ = TRY(categories_by_name(database_, ground_.tenant));
  products_ = TRY(store::count_products(database_, ground_.tenant));
  was_empty_ = products_ == 0;
  return {};
}

Result<PlannedRow> ImportPlanner::plan(const ProductRow& row) {
  std::optional<Product> present;
  if (!was_empty_)
    present = TRY(store::product_at_branch(database_, ground_.tenant, row.sku, ground_.branch));
  PlannedRow planned;
  planned.new_barcode = row.barcode.has_value();
  if (row.barcode.has_value() && !was_empty_) {
    const std::optional<Id> owner = TRY(store::product_with_barcode(database_, ground_.tenant, *row.barcode));
    if (owner.has_value() && (!present.has_value() || present->id != *owner)) {
      const std::optional<Product> other = TRY(store::product(database_, ground_.tenant, *owner));
      return at_column(
          row, "barcode", Error::duplicate_barcode,
          "The product " + (other.has_value() ? other->sku : std::string()) + " has this barcode already.");
    }
    planned.new_barcode = !owner.has_value();
  }
  if (present.has_value() && planned.new_barcode &&
      TRY(store::count_barcodes(database_, present->id)) >= static_cast<std::int64_t>(barcodes_max)) {
    return at_column(row, "barcode", Error::too_many,
                     "The product has " + std::to_string(barcodes_max) + " barcodes already.");
  }
  if (!present.has_value() && products_ >= static_cast<std::int64_t>(products_max)) {
    return at_column(row, "sku", Error::too_many,
                     "The catalogue holds " + std::to_string(products_max) + " products, its limit.");
  }
  TRY(check_category(row));
  if (!present.has_value()) {
    ++products_;
    return planned;
  }
  const auto category = categories_.find(row.category);
  const bool same_category = row.category.empty()
                                 ? present->category.is_nil()
                                 : category != categories_.end() && category->second == present->category;
  planned.product = present->id;
  planned.price_before = present->unit_price;
  planned.level = present->stock.thousandths;
  planned.fields_differ = row.name != present->name || !same_category ||
                          row.unit_price != present->unit_price || row.tax_class != present->tax_class;
  const bool level_differs = row.stock.has_value() && row.stock->thousandths != planned.level;
  planned.taken =
      planned.fields_differ || planned.new_barcode || level_differs ? Taken::changed : Taken::unchanged;
  return planned;
}

Result<void> ImportPlanner::check_category(const ProductRow& row) {
  if (row.category.empty() || categories_.contains(row.category) || new_categories_.contains(row.category))
    return {};
  if (categories_.size() + new_categories_.size() >= categories_max) {
    return at_column(row, "category", Error::too_many,
                     "There are " + std::to_string(categories_max) + " categories, the limit.");
  }
  new_categories_.insert(row.category);
  return {};
}

Result<void> ImportApplier::begin() {
  categories_ = TRY(categories_by_name(database_, ground_.tenant));
  return {};
}

Result<Taken> ImportApplier::apply(const ProductRow& row, PlannedRow planned) {
  const bool is_new = planned.taken == Taken::added;
  std::int64_t difference = row.stock.has_value() ? row.stock->thousandths : 0;
  if (!is_new) {
    if (levels_may_differ_ && row.stock.has_value())
      planned.level = TRY(store::stock_level(database_, planned.product, ground_.branch));
    difference = row.stock.has_value() ? row.stock->thousandths - planned.level : 0;
    if (!planned.fields_differ && !planned.new_barcode && difference == 0) return Taken::unchanged;
  }
  Product product;
  product.id = is_new ? store::new_id() : planned.product;
  product.sku = row.sku;
  product.name = row.name;
  product.category = TRY(category_of(row.category));
  product.unit_price = row.unit_price;
  product.tax_class = row.tax_class;
  product.version = TRY(version());
  if (is_new) {
    if (row.barcode.has_value()) product.barcodes.push_back(*row.barcode);
    TRY(store::insert_product(database_, ground_.tenant, product, now_us_));
  } else {
    TRY(store::update_product(database_, ground_.tenant, product));
    if (product.unit_price != planned.price_before) {
      TRY(store::note_price_change(
          database_, ground_.tenant,
          {product.id, planned.price_before, product.unit_price, now_us_, std::nullopt, true}));
    }
    if (planned.new_barcode) TRY(store::add_barcode(database_, ground_.tenant, product.id, *row.barcode));
  }
  TRY(book(product.id, difference));
  return is_new ? Taken::added : Taken::changed;
}

Result<void> ImportApplier::end() {
  if (new_categories_) TRY(store::catalogue_lists_changed(database_, ground_.tenant));
  return {};
}

/// The category's id, made where it is new; nil for none.
Result<Id> ImportApplier::category_of(const std::string& name) {
  if (name.empty()) return Id{};
  const auto known = categories_.find(name);
  if (known != categories_.end()) return known->second;
  const Id id = store::new_id();
  TRY(store::insert_category(database_, ground_.tenant, {id, name}));
  categories_.emplace(name, id);
  new_categories_ = true;
  return id;
}

Result<void> ImportApplier::book(const Id& product, std::int64_t quantity) {
  if (quantity == 0) return {};
  store::Movement movement;
  movement.tenant = ground_.tenant;
  movement.branch = ground_.branch;
  movement.product = product;
  movement.quantity = quantity;
  movement.kind = store::MovementKind::import;
  movement.at = now_us_;
  TRY(store::book_movement(database_, movement));
  return {};
}

/// One for the whole import, taken with its first change.
Result<std::int64_t> ImportApplier::version() {
  if (version_ == 0) version_ = TRY(store::next_catalogue_version(database_, ground_.tenant));
  return version_;
}

}  // namespace ringup::catalogue
