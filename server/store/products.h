#pragma once
/// Products of a tenant. SQL only; reads run in a
/// store::Store::read, changes inside a writer job. A deleted product stays as a tombstone: it is not found
/// any more, its SKU and barcodes are free, and the delta tells of it.
///
/// Product::stock is the sum over all branches; it is read, never written, here. Barcodes come in the order
/// of their numbers.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalogue/product.h"
#include "server/store/database.h"

namespace ringup::store {

/// Each yields nullopt where the tenant has no such product.
Result<std::optional<Product>> product(Database& database, const Id& tenant, const Id& id);
Result<std::optional<Id>> product_with_sku(Database& database, const Id& tenant, std::string_view sku);
Result<std::optional<Id>> product_with_barcode(Database& database, const Id& tenant, Gtin barcode);
/// Without its barcodes, and with the stock of one branch.
Result<std::optional<Product>> product_at_branch(Database& database, const Id& tenant, std::string_view sku,
                                                 const Id& branch);
Result<std::int64_t> count_barcodes(Database& database, const Id& product);
Result<std::int64_t> count_products(Database& database, const Id& tenant);

/// Writes a new product with its barcodes, stamped with product.version.
/// conflict where its SKU or a barcode is taken, or its category does not exist.
Result<void> insert_product(Database& database, const Id& tenant, const Product& product,
                            std::int64_t created_at);
/// Writes every field but the barcodes, the stock and the picture.
Result<void> update_product(Database& database, const Id& tenant, const Product& product);
Result<void> set_barcodes(Database& database, const Id& tenant, const Id& product,
                          const std::vector<Gtin>& barcodes);
Result<void> add_barcode(Database& database, const Id& tenant, const Id& product, Gtin barcode);
/// Makes it a tombstone, which remembers its barcodes.
Result<void> delete_product(Database& database, const Id& tenant, const Id& id, std::int64_t version,
                            std::int64_t at);

/// A tombstone as it was, with the barcodes it had; nullopt where it is none.
Result<std::optional<Product>> deleted_product(Database& database, const Id& tenant, const Id& id);
/// Brings it back with its barcodes. conflict where its SKU or a barcode is taken.
Result<void> restore_product(Database& database, const Id& tenant, const Product& product);

/// What a list may be narrowed to. Prices and stock count with their ends.
struct ProductFilter {
  Id category;  // nil: all
  std::optional<std::string> tax_class;
  std::optional<UnitPrice> price_min, price_max;
  std::optional<Quantity> stock_max;  // over all branches
  std::int64_t changed_since = -1;    // of a higher version
};
/// Those after `after` by SKU (empty: from the first).
Result<std::vector<Product>> products_by_sku(Database& database, const Id& tenant,
                                             const ProductFilter& filter, std::string_view after,
                                             std::int64_t limit);
/// The last changed first: those before (version, id); from the newest where version is INT64_MAX.
Result<std::vector<Product>> products_by_change(Database& database, const Id& tenant,
                                                const ProductFilter& filter, std::int64_t version,
                                                const Id& id, std::int64_t limit);

/// What changed after (version, id), tombstones too, in the order of version and id, at most `limit`; each()
/// returns false to stop. Of a tombstone only id and version count.
Result<void> changed_products(Database& database, const Id& tenant, std::int64_t version, const Id& id,
                              std::int64_t limit,
                              const std::function<bool(Product&& product, bool deleted)>& each);

}  // namespace ringup::store
