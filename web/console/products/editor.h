#pragma once
/// The fields of one product while somebody edits them: what differs from the server's, what to send, what to
/// send to undo it, and how it goes on when the server's product changes meanwhile. No drawing, no network.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/catalogue/catalogue.h"

namespace ringup::console {

/// As typed.
struct ProductTexts {
  std::string name, sku, unit_price, tax_class;
  Id category;  // nil: none
  std::vector<std::string> barcodes;
  std::string stock;  // only of a new one
  bool operator==(const ProductTexts&) const = default;
};

class Editor {
 public:
  /// Begins with a product as the server has it.
  void begin(const Product& product, Currency currency);
  /// Begins a new one; `tax_class` is what most products have.
  void begin_new(std::string tax_class);
  /// The server has another version now: fields that nobody has touched here follow it, touched ones stay,
  /// and a save says with the new version that it was seen.
  void follow(const Product& product, Currency currency);

  ProductTexts& texts() { return texts_; }
  const ProductTexts& texts() const { return texts_; }
  bool is_new() const { return id_.is_nil(); }
  const Id& id() const { return id_; }
  std::int64_t version() const { return version_; }
  bool dirty() const { return !(texts_ == saved_); }
  void discard();

  /// What to POST, or to PATCH: only what differs, with the version that was seen.
  json::Object body() const;
  /// What to PATCH to have the product as it was before body() was saved; without a version.
  json::Object body_before() const;

  /// What the server said about a field ("sku", "barcodes[1]", …), or "".
  std::string_view error(std::string_view field) const;
  /// Somebody types into that field: what was wrong with it before is no longer said.
  void clear_error(std::string_view field);
  /// The first one about a barcode.
  std::string_view barcode_error() const;
  /// Takes a failure of the server: into the field it names where there is one, else into problem().
  void refuse(const Failure& failure, std::string words);
  const std::string& problem() const { return problem_; }
  bool conflict() const { return conflict_; }
  void clear_errors();

 private:
  json::Object members(const ProductTexts& from, const ProductTexts& other) const;

  Id id_;
  std::int64_t version_ = 0;
  ProductTexts texts_, saved_;
  std::map<std::string, std::string, std::less<>> errors_;
  std::string problem_;
  bool conflict_ = false;
};

/// What stands below the field for a barcode while it is typed.
struct BarcodeHint {
  enum class Kind : std::uint8_t { none, typing, good, wrong } kind = Kind::none;
  std::string words;
};
/// `own`: barcodes that are in the list already; `product` may have it itself.
BarcodeHint barcode_hint(std::string_view typed, const std::vector<std::string>& own, const Id& product,
                         const Catalogue& catalogue);

}  // namespace ringup::console
