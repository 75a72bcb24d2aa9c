#pragma once
/// The product, its category and its tax class: the fields, their limits, and the JSON form that server and
/// till exchange.
///
/// In JSON prices and stock are decimal strings ("1.19", "-3.5"), rates integers in parts per million.
///
///     product   = {"id","sku","name","category": id|null,"barcodes": ["4006381333931"…],"unit_price":
///     "1.19",
///                  "tax_class": "standard","stock": "12","version": 41,"picture"?: "<64 hex digits>"}
///     category  = {"id","name"}
///     tax class = {"name": "standard","rate": 190000}
///     delta     = {"currency": "EUR","cursor": "…","next": "…"|null,"version": 41,"reset"?: true,
///                  "products": [product…],"deleted": [id…],
///                  "categories"?: [category…],"tax_classes"?: [tax class…],"rules"?: {…},
///                  "scale_patterns"?: [{"text","value": "price"|"weight"}…]}
///
/// A till asks `GET /api/till/catalogue/?since=CURSOR` (none the first time), applies the answer, keeps
/// `cursor`, and asks again at once while `next` is not null. `products` come in order of their version and
/// then those whose stock alone moved, at most `delta_products_max` a page. `reset` (on the first page of a
/// first or a restarted download) means: forget all products first. The members with ? are whole lists that
/// replace what was known; they are absent where nothing changed. `version` is that of the catalogue after
/// this page: the `price_list` of journal records. `rules` is passed on as it is, for core/sale to read.
///
/// `picture` is the name of the product's picture, absent where it has none: it is served as
/// `/pictures/{picture}-{size}.webp` in the sizes 96, 320 and 960 (the longer side in pixels). Tills from
/// before pictures read strictly and would stop at the member, so the server sends it to those that ask with
/// `pictures=true`.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/sha256.h"
#include "core/catalogue/barcode.h"
#include "core/money/money.h"

namespace ringup {

inline constexpr std::size_t sku_bytes_max = 40;
inline constexpr std::size_t name_length_max = 200;  // code points
inline constexpr std::size_t category_name_length_max = 80;
inline constexpr std::size_t tax_class_bytes_max = 32;
inline constexpr std::size_t barcodes_max = 20;         // of one product
inline constexpr std::size_t products_max = 1'000'000;  // of one tenant
inline constexpr std::size_t categories_max = 5'000;
inline constexpr std::size_t tax_classes_max = 50;
inline constexpr std::size_t delta_products_max = 5'000;  // on one page
inline constexpr std::size_t cursor_bytes_max = 96;

struct Product {
  Id id;
  std::string sku;
  std::string name;
  Id category;  // nil: none
  std::vector<Gtin> barcodes;
  UnitPrice unit_price;  // at least 0
  std::string tax_class;
  Quantity stock{0};         // may be below zero
  std::int64_t version = 0;  // of the catalogue when this product last changed; moving stock is no change
  std::optional<Sha256Digest> picture = {};
  bool operator==(const Product&) const = default;
};

struct Category {
  Id id;
  std::string name;
  bool operator==(const Category&) const = default;
};

struct TaxClass {
  std::string name;  // stands in products and in sales
  Rate rate;
  bool operator==(const TaxClass&) const = default;
};

/// 1 to 40 of A–Z a–z 0–9 . _ - / + # and spaces inside. invalid_value; `where` is left empty by these four.
Result<void> check_sku(std::string_view sku);
/// Valid UTF-8, 1 to `length_max` code points, no control characters, no spaces at the ends. invalid_value.
Result<void> check_name(std::string_view name, std::size_t length_max = name_length_max);
/// 1 to 32 of a–z 0–9 _ -. invalid_value.
Result<void> check_tax_class(std::string_view name);
/// The name of a picture: 64 lower-case hex digits. invalid_value.
Result<Sha256Digest> parse_picture(std::string_view text);
/// Every field of a product; `where` is the field's JSON name. The id may not be nil.
Result<void> check(const Product&);

struct CatalogueDelta {
  Currency currency;
  std::string cursor;
  bool more = false;  // JSON: `next` is the cursor, or null
  std::int64_t version = 0;
  bool reset = false;
  std::vector<Product> products;
  std::vector<Id> deleted;
  std::optional<std::vector<Category>> categories;
  std::optional<std::vector<TaxClass>> tax_classes;
  std::optional<json::Value> rules;
  std::optional<std::vector<ScalePattern>> scale_patterns;
  bool operator==(const CatalogueDelta&) const = default;
};

/// Appends the product's JSON. 170 to 300 bytes. A caller that wants more members cuts the last brace.
void append_json(std::string& out, const Product&, Currency);
/// Reads and checks one product. Errors name the path ("products[3].sku").
Result<Product> read_product(const json::Value&, Currency, const std::string& path = {});

std::string to_json(const CatalogueDelta&);
/// Reads and checks a page. At most 8 MiB.
Result<CatalogueDelta> read_delta(std::string_view text);

}  // namespace ringup
