#include "server/store/products.h"

#include <algorithm>
#include <array>

namespace ringup::store {
namespace {

/// The columns every read of products begins with, in the order read_row() takes them.
#define PRODUCT_COLUMNS                                                    \
  "p.id, p.sku, p.name, p.category, p.unit_price, p.tax_class, p.version," \
  " COALESCE((SELECT sum(l.quantity) FROM stock_level l WHERE l.product = p.id), 0), p.picture"

/// The check digit is the same whatever number of zeros stands in front.
Result<Gtin> gtin_of(std::int64_t number) {
  std::array<char, 14> digits;
  for (std::size_t i = digits.size(); i-- > 0; number /= 10) digits[i] = static_cast<char>('0' + number % 10);
  Result<Gtin> gtin = parse_gtin(std::string_view(digits.data(), digits.size()));
  if (!gtin.ok()) return fail(Error::damaged, {}, "A stored barcode has a wrong check digit.");
  return gtin;
}

/// Everything but the barcodes.
Product read_row(const Row& row) {
  Product product;
  product.id = row.id(0);
  product.sku = row.string(1);
  product.name = row.string(2);
  product.category = row.id(3);
  product.unit_price.value = row.integer(4);
  product.tax_class = row.string(5);
  product.version = row.integer(6);
  product.stock.thousandths = row.integer(7);
  const std::span<const std::uint8_t> picture = row.bytes(8);
  if (picture.size() == std::tuple_size_v<Sha256Digest>)
    std::copy(picture.begin(), picture.end(), product.picture.emplace().begin());
  return product;
}

Result<void> read_barcodes(Database& database, Product& product) {
  Result<void> result;
  TRY(database.query(
      "SELECT code FROM barcode WHERE product = $1 ORDER BY code",
      [&](const Row& row) -> bool {
        Result<Gtin> gtin = gtin_of(row.integer(0));
        if (!gtin.ok()) return result = gtin.failure(), false;
        product.barcodes.push_back(*gtin);
        return true;
      },
      product.id));
  return result;
}

std::optional<Id> id_or_null(const Id& id) {
  return id.is_nil() ? std::nullopt : std::optional(id);
}

/// A filter as its statements bind it.
struct FilterValues {
  explicit FilterValues(const ProductFilter& filter)
      : changed_since(filter.changed_since), tax_class(filter.tax_class) {
    if (filter.price_min.has_value()) price_min = filter.price_min->value;
    if (filter.price_max.has_value()) price_max = filter.price_max->value;
    if (filter.stock_max.has_value()) stock_max = filter.stock_max->thousandths;
  }
  std::int64_t changed_since;
  const std::optional<std::string>& tax_class;
  std::optional<std::int64_t> price_min, price_max, stock_max;
};

Result<std::vector<Product>> with_barcodes(Database& database, std::vector<Product> products) {
  for (Product& product : products) TRY(read_barcodes(database, product));
  return products;
}

}  // namespace

Result<std::optional<Product>> product(Database& database, const Id& tenant, const Id& id) {
  std::optional<Product> found =
      TRY(database.first("SELECT " PRODUCT_COLUMNS " FROM product p WHERE p.id = $1 AND p.tenant = $2"
                         " AND p.deleted_at IS NULL",
                         read_row, id, tenant));
  if (found.has_value()) TRY(read_barcodes(database, *found));
  return found;
}

Result<std::optional<Id>> product_with_sku(Database& database, const Id& tenant, std::string_view sku) {
  return database.first(
      "SELECT id FROM product WHERE tenant = $1 AND sku = $2 AND deleted_at IS NULL",
      [](const Row& row) { return row.id(0); }, tenant, sku);
}

Result<std::optional<Id>> product_with_barcode(Database& database, const Id& tenant, Gtin barcode) {
  return database.first(
      "SELECT product FROM barcode WHERE tenant = $1 AND code = $2", [](const Row& row) { return row.id(0); },
      tenant, static_cast<std::int64_t>(barcode.value()));
}

Result<std::optional<Product>> product_at_branch(Database& database, const Id& tenant, std::string_view sku,
                                                 const Id& branch) {
  return database.first(
      "SELECT p.id, p.sku, p.name, p.category, p.unit_price, p.tax_class, p.version,"
      " COALESCE((SELECT l.quantity FROM stock_level l WHERE l.product = p.id AND l.branch = $3), 0), "
      "p.picture"
      " FROM product p WHERE p.tenant = $1 AND p.sku = $2 AND p.deleted_at IS NULL",
      read_row, tenant, sku, branch);
}

Result<std::int64_t> count_barcodes(Database& database, const Id& product) {
  return database.integer("SELECT count(*) FROM barcode WHERE product = $1", 0, product);
}

Result<std::int64_t> count_products(Database& database, const Id& tenant) {
  return database.integer("SELECT count(*) FROM product WHERE tenant = $1 AND deleted_at IS NULL", 0, tenant);
}

Result<void> add_barcode(Database& database, const Id& tenant, const Id& product, Gtin barcode) {
  TRY(database.run("INSERT INTO barcode (tenant, code, product) VALUES ($1, $2, $3)", tenant,
                   static_cast<std::int64_t>(barcode.value()), product));
  return {};
}

Result<void> insert_product(Database& database, const Id& tenant, const Product& product,
                            std::int64_t created_at) {
  TRY(database.run(
      "INSERT INTO product (id, tenant, sku, name, category, unit_price, tax_class, version, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      product.id, tenant, product.sku, product.name, id_or_null(product.category), product.unit_price.value,
      product.tax_class, product.version, created_at));
  for (const Gtin barcode : product.barcodes) TRY(add_barcode(database, tenant, product.id, barcode));
  return {};
}

Result<void> update_product(Database& database, const Id& tenant, const Product& product) {
  TRY(database.run(
      "UPDATE product SET sku = $3, name = $4, category = $5, unit_price = $6, tax_class = $7, version = $8"
      " WHERE id = $1 AND tenant = $2 AND deleted_at IS NULL",
      product.id, tenant, product.sku, product.name, id_or_null(product.category), product.unit_price.value,
      product.tax_class, product.version));
  return {};
}

Result<void> set_barcodes(Database& database, const Id& tenant, const Id& product,
                          const std::vector<Gtin>& barcodes) {
  TRY(database.run("DELETE FROM barcode WHERE product = $1 AND tenant = $2", product, tenant));
  for (const Gtin barcode : barcodes) TRY(add_barcode(database, tenant, product, barcode));
  return {};
}

Result<void> delete_product(Database& database, const Id& tenant, const Id& id, std::int64_t version,
                            std::int64_t at) {
  TRY(
      database.run("INSERT INTO deleted_barcode (product, code, tenant)"
                   " SELECT product, code, tenant FROM barcode WHERE product = $1 AND tenant = $2",
                   id, tenant));
  TRY(database.run("DELETE FROM barcode WHERE product = $1 AND tenant = $2", id, tenant));
  TRY(
      database.run("UPDATE product SET version = $3, deleted_at = $4 WHERE id = $1 AND tenant = $2"
                   " AND deleted_at IS NULL",
                   id, tenant, version, at));
  return {};
}

Result<std::optional<Product>> deleted_product(Database& database, const Id& tenant, const Id& id) {
  std::optional<Product> found =
      TRY(database.first("SELECT " PRODUCT_COLUMNS " FROM product p WHERE p.id = $1 AND p.tenant = $2"
                         " AND p.deleted_at IS NOT NULL",
                         read_row, id, tenant));
  if (!found.has_value()) return found;
  Result<void> result;
  TRY(database.query(
      "SELECT code FROM deleted_barcode WHERE product = $1 ORDER BY code",
      [&](const Row& row) -> bool {
        Result<Gtin> gtin = gtin_of(row.integer(0));
        if (!gtin.ok()) return result = gtin.failure(), false;
        found->barcodes.push_back(*gtin);
        return true;
      },
      id));
  TRY(std::move(result));
  return found;
}

Result<void> restore_product(Database& database, const Id& tenant, const Product& product) {
  TRY(database.run("UPDATE product SET version = $3, deleted_at = NULL WHERE id = $1 AND tenant = $2",
                   product.id, tenant, product.version));
  TRY(database.run("DELETE FROM deleted_barcode WHERE product = $1", product.id));
  for (const Gtin barcode : product.barcodes) TRY(add_barcode(database, tenant, product.id, barcode));
  return {};
}

/// The filter's conditions from $5 on; its values in that order.
#define PRODUCT_FILTER                                                                                \
  " AND p.deleted_at IS NULL AND p.version > $5 AND ($6 IS NULL OR p.tax_class = $6)"                 \
  " AND ($7 IS NULL OR p.unit_price >= $7) AND ($8 IS NULL OR p.unit_price <= $8) AND ($9 IS NULL OR" \
  " COALESCE((SELECT sum(l.quantity) FROM stock_level l WHERE l.product = p.id), 0) <= $9)"

Result<std::vector<Product>> products_by_sku(Database& database, const Id& tenant,
                                             const ProductFilter& filter, std::string_view after,
                                             std::int64_t limit) {
  std::vector<Product> products;
  const auto take = [&](const Row& row) { products.push_back(read_row(row)); };
  const FilterValues values(filter);
  if (filter.category.is_nil()) {
    TRY(database.query("SELECT " PRODUCT_COLUMNS
                       " FROM product p WHERE p.tenant = $1 AND $2 IS NULL AND p.sku > $3" PRODUCT_FILTER
                       " ORDER BY p.sku LIMIT $4",
                       take, tenant, nullptr, after, limit, values.changed_since, values.tax_class,
                       values.price_min, values.price_max, values.stock_max));
  } else {
    TRY(database.query("SELECT " PRODUCT_COLUMNS
                       " FROM product p WHERE p.tenant = $1 AND p.category = $2 AND p.sku > $3" PRODUCT_FILTER
                       " ORDER BY p.sku LIMIT $4",
                       take, tenant, filter.category, after, limit, values.changed_since, values.tax_class,
                       values.price_min, values.price_max, values.stock_max));
  }
  return with_barcodes(database, std::move(products));
}

Result<std::vector<Product>> products_by_change(Database& database, const Id& tenant,
                                                const ProductFilter& filter, std::int64_t version,
                                                const Id& id, std::int64_t limit) {
  std::vector<Product> products;
  const FilterValues values(filter);
  TRY(database.query(
      "SELECT " PRODUCT_COLUMNS
      " FROM product p WHERE p.tenant = $1 AND (p.version, p.id) < ($2, $3)" PRODUCT_FILTER
      " AND ($10 IS NULL OR p.category = $10) ORDER BY p.version DESC, p.id DESC LIMIT $4",
      [&](const Row& row) { products.push_back(read_row(row)); }, tenant, version, id, limit,
      values.changed_since, values.tax_class, values.price_min, values.price_max, values.stock_max,
      id_or_null(filter.category)));
  return with_barcodes(database, std::move(products));
}

Result<void> changed_products(Database& database, const Id& tenant, std::int64_t version, const Id& id,
                              std::int64_t limit,
                              const std::function<bool(Product&& product, bool deleted)>& each) {
  Result<void> result;
  TRY(database.query(
      "SELECT " PRODUCT_COLUMNS
      ", p.deleted_at IS NOT NULL"
      " FROM product p WHERE p.tenant = $1 AND (p.version, p.id) > ($2, $3)"
      " ORDER BY p.version, p.id LIMIT $4",
      [&](const Row& row) -> bool {
        Product product = read_row(row);
        const bool deleted = row.integer(9) != 0;
        if (!deleted) result = read_barcodes(database, product);
        return result.ok() && each(std::move(product), deleted);
      },
      tenant, version, id, limit));
  return result;
}

#undef PRODUCT_FILTER
#undef PRODUCT_COLUMNS

}  // namespace ringup::store
