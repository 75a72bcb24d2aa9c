#pragma once
/// Changing products and categories by hand: the rules, without HTTP. Each function runs inside a writer job.
/// What changes takes the next version of the catalogue, one for all that one Change does; what changes
/// nothing takes none.
///
/// `where` of a failure is the JSON name of the field. invalid_value (also for a category or tax class that
/// is not there), out_of_range, too_many, duplicate_sku, duplicate_barcode, conflict, not_found.
#include <optional>
#include <string>
#include <vector>

#include "core/catalogue/product.h"
#include "server/store/stock.h"

namespace ringup::catalogue {

/// One person's change of one or many products, in one writer job. Refers to the database for its life.
class Change {
 public:
  Change(store::Database& database, const Id& tenant, const Id& by, std::int64_t now_us)
      : database(database), tenant(tenant), by(by), now_us(now_us) {}
  /// The version that this change stamps; taken from the catalogue the first time.
  Result<std::int64_t> version();

  store::Database& database;
  const Id tenant, by;
  const std::int64_t now_us;

 private:
  std::int64_t version_ = 0;
};

/// The fields that a request names; the others stay as they are.
struct ProductFields {
  std::optional<std::string> sku, name, tax_class;
  std::optional<Id> category;  // nil: none
  std::optional<std::vector<Gtin>> barcodes;
  std::optional<UnitPrice> unit_price;
  std::optional<std::optional<Sha256Digest>> picture;  // one that the business has; none: taken away
  std::optional<Quantity> stock;  // only of a new product: its first level at the default branch
  /// Only of a change: the product's version that whoever changes it has seen. With another one it is not
  /// changed: conflict.
  std::optional<std::int64_t> seen_version;
  std::optional<bool> deleted;  // only in bulk: true deletes, false restores; then nothing else is named
};

/// Reads `{"sku","name","unit_price","tax_class","category"?: id|null,"barcodes"?,"picture"?: name|null,
/// "stock"?}` strictly. Of a change every member may be absent, `version` may be there (what was seen), and
/// `stock` is not known: levels change by movements.
Result<ProductFields> read_new_product(const json::Value& body, Currency currency);
Result<ProductFields> read_product_change(const json::Value& body, Currency currency);

struct BulkItem {
  Id id;
  ProductFields fields;
};
inline constexpr std::size_t bulk_products_max = 500;
/// Reads `{"products": [{"id", a change's members or "deleted": bool}…]}`.
Result<std::vector<BulkItem>> read_bulk(const json::Value& body, Currency currency);

/// sku, name, unit_price and tax_class must be set.
Result<Product> create_product(Change& change, const ProductFields& fields);
Result<Product> change_product(Change& change, const Id& id, const ProductFields& fields);
Result<void> delete_product(Change& change, const Id& id,
                            const std::optional<std::int64_t>& seen_version = std::nullopt);
/// Brings a deleted product back as it was. not_found where it is no deleted one; duplicate_sku,
/// duplicate_barcode where another product has taken its codes.
Result<Product> restore_product(Change& change, const Id& id);

/// Reads `{"name"}`.
Result<std::string> read_category_name(const json::Value& body);
Result<Category> create_category(store::Database& database, const Id& tenant, const std::string& name);
Result<Category> rename_category(store::Database& database, const Id& tenant, const Id& id,
                                 const std::string& name);
/// conflict while a product is in it.
Result<void> delete_category(store::Database& database, const Id& tenant, const Id& id);

/// A correction of the stock: `{"quantity": "-2","branch"?: id,"kind"?: "correction","note"?: "broken"}`, or
/// with `"counted": "12"` instead of quantity: what was found on the shelf. Then the difference to the level
/// of the moment is booked, also if it is none.
struct Correction {
  std::int64_t quantity = 0;  // thousandths, not 0
  std::optional<std::int64_t> counted;
  std::optional<Id> branch;  // the default one
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
