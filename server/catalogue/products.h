#pragma once
/// Changing products and categories by hand: the rules, without HTTP. Each function runs inside a writer job,
/// takes the next version of the catalogue and stamps what it changed; what changes nothing takes none.
///
/// `where` of a failure is the JSON name of the field. invalid_value (also for a category or tax class that
/// is not there), out_of_range, too_many, duplicate_sku, duplicate_barcode, conflict, not_found.
#include <optional>
#include <string>
#include <vector>

#include "core/catalogue/product.h"
#include "server/store/stock.h"

namespace ringup::catalogue {

/// The fields that a request names; the others stay as they are.
struct ProductFields {
  std::optional<std::string> sku, name, tax_class;
  std::optional<Id> category;  // nil: none
  std::optional<std::vector<Gtin>> barcodes;
  std::optional<UnitPrice> unit_price;
  std::optional<Quantity> stock;  // only of a new product: its first level at the default branch
};

/// Reads `{"sku","name","unit_price","tax_class","category"?: id|null,"barcodes"?,"stock"?}` strictly. Of a
/// change every member may be absent, and `stock` is not known: levels change by movements.
Result<ProductFields> read_new_product(const json::Value& body, Currency currency);
Result<ProductFields> read_product_change(const json::Value& body, Currency currency);

/// sku, name, unit_price and tax_class must be set.
Result<Product> create_product(store::Database& database, const Id& tenant, const ProductFields& fields,
                               std::int64_t now_us);
Result<Product> change_product(store::Database& database, const Id& tenant, const Id& id,
                               const ProductFields& fields);
Result<void> delete_product(store::Database& database, const Id& tenant, const Id& id, std::int64_t now_us);

/// Reads `{"name"}`.
Result<std::string> read_category_name(const json::Value& body);
Result<Category> create_category(store::Database& database, const Id& tenant, const std::string& name);
Result<Category> rename_category(store::Database& database, const Id& tenant, const Id& id,
                                 const std::string& name);
/// conflict while a product is in it.
Result<void> delete_category(store::Database& database, const Id& tenant, const Id& id);

/// A correction of the stock: `{"quantity": "-2","branch"?: id,"kind"?: "correction","note"?: "broken"}`.
struct Correction {
  std::int64_t quantity = 0;  // thousandths, not 0
  std::optional<Id> branch;   // the default one
  std::string note;
};
inline constexpr std::size_t note_length_max = 200;  // code points
Result<Correction> read_correction(const json::Value& body);

struct Corrected {
  store::BookedMovement movement;
  std::int64_t level = 0;  // at that branch, afterwards
};
Result<Corrected> correct_stock(store::Database& database, const Id& tenant, const Id& product,
                                const Correction& correction, std::int64_t now_us);

}  // namespace ringup::catalogue
