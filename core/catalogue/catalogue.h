#pragma once
/// The catalogue of one shop in memory: products by id, SKU, barcode and name, in a till and in the server.
///
/// Owns everything it holds; references and handles stay valid until the next change. Memory: about 400 bytes
/// a product with its index.
///
/// Threads: const members may run at the same time (each with its own SearchIndex::Scratch); apply() needs
/// the catalogue alone. A server that must not wait holds it behind a shared mutex: apply() of a few products
/// takes well under a millisecond. Not copyable by accident; a fresh one is built aside and moved in place.
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/catalogue/barcode.h"
#include "core/catalogue/product.h"
#include "core/catalogue/search.h"

namespace ringup {

class Catalogue final : public ProductLookup {
 public:
  Catalogue();
  ~Catalogue() override;
  Catalogue(Catalogue&&) noexcept;
  Catalogue& operator=(Catalogue&&) noexcept;

  /// Applies one page: reset, deletions, products (new or changed, by id), lists. A product whose SKU or
  /// barcode another one holds takes it over: the page was true when the server wrote it, and the other
  /// product's own change comes with a later page. A product of a category not listed counts as without.
  /// While `more` pages are to come, new products are found by id, SKU and barcode; search() and browse()
  /// have them when the last page is in. too_many above products_max (nothing is changed then).
  Result<void> apply(CatalogueDelta delta);

  /// Takes over a whole catalogue at once (core/catalogue/snapshot.h), in place of what was there. Its
  /// products come in the order of browse(), so that browse() and find…() have them at once; search() has
  /// them when settle() is through. too_many; invalid_value where an id stands twice. Nothing is changed
  /// then.
  Result<void> adopt(CatalogueDelta whole);
  /// Adopted products that search() does not know yet.
  std::size_t unsettled() const;
  /// Makes up to `count` of them known; about 5 µs each in a browser, and some time at the end. apply() of
  /// more than new prices and stock settles everything first.
  void settle(std::size_t count);

  std::size_t size() const;
  /// Where the next page begins; empty before the first.
  const std::string& cursor() const;
  /// The `price_list` of records.
  std::int64_t version() const;
  Currency currency() const;
  const std::vector<Category>& categories() const;  // in the server's order
  const std::vector<TaxClass>& tax_classes() const;
  const std::optional<json::Value>& rules() const;
  const std::vector<ScalePattern>& scale_patterns() const;

  /// The product of a handle from search() or browse(). Requires that no change came in between.
  const Product& at(Handle) const;
  /// nullptr where there is none. SKUs are compared exactly.
  const Product* find(const Id& id) const;
  const Product* find_sku(std::string_view sku) const;
  const Product* find_barcode(Gtin) const;
  std::optional<Rate> rate_of(std::string_view tax_class) const;
  std::optional<Id> product_with_barcode(Gtin) const override;
  std::optional<Id> product_with_sku(std::string_view sku) const override;

  struct Page {
    std::vector<Handle> handles;
    std::size_t total = 0;
  };
  /// Best matches first: an exact SKU or barcode, then names as SearchIndex ranks them, then SKUs (from three
  /// characters on) and barcodes (from four digits on) that begin with the query. An empty query is browse().
  /// `category` nil: all. The best 256 stand in their exact order, those behind them in a rough one; the
  /// cost grows with `limit`.
  Page search(std::string_view query, const Id& category, std::size_t limit,
              SearchIndex::Scratch& scratch) const;
  /// By name (folded), from the `offset`th on.
  Page browse(const Id& category, std::size_t offset, std::size_t limit) const;

  /// Bytes held by products and index, about.
  std::size_t memory() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ringup
