#include "server/store/catalogue_delta.h"

// The till's delta: pages along the index (tenant, version, id), and then along the movements of stock.
//
// A version is stamped on all products of one transaction, so an import puts 100,000 products into one
// version and a page may end inside it. The place among the products therefore is the pair (version, id) of
// the last product sent. What is changed while a till reads moves to a higher version, ahead of every cursor,
// and so is never missed; it may be sent twice, once in its old place and once in its new one.
//
// Sales move stock without a version: stamping a product would write its row and its index with every sale.
// Instead a cursor also holds the last movement of stock that its reader has seen. Their ids grow in the
// order of the commits, so what moved since is the end of the table. A first download notes the last
// movement of its first page's moment: the pages after it are of later moments, and what moved meanwhile is
// sent once more at the end.
//
//     cursor = fingerprint "." version [ "." product ] [ "~" movement ]
//
// The fingerprint is that of the folder's generation; version and product are the last product sent, without
// the product all of that version were; ids are 32 hexadecimal digits. A cursor of a server that did not
// tell of movements has none, and counts as having seen none.
#include <algorithm>
#include <charconv>

#include "core/base/sha256.h"
#include "server/store/catalogue_version.h"
#include "server/store/categories.h"
#include "server/store/products.h"
#include "server/store/stock.h"

namespace ringup::store {
namespace {

constexpr std::size_t fingerprint_length = 8;
constexpr Id last_id{
    {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};

/// What one page looks at; behind it the next one goes on.
constexpr std::size_t movements_on_a_page_max = 50'000;

struct Cursor {
  std::string fingerprint;
  std::int64_t version = 0;
  Id id = last_id;  // last_id: the version is complete
  Id movement;      // nil: none was seen
};

std::string text_of(const Cursor& cursor) {
  std::string text = cursor.fingerprint + '.' + std::to_string(cursor.version);
  if (cursor.id != last_id) text += '.' + to_hex(cursor.id.bytes.data(), cursor.id.bytes.size());
  if (!cursor.movement.is_nil())
    text += '~' + to_hex(cursor.movement.bytes.data(), cursor.movement.bytes.size());
  return text;
}

/// Also in the form with dashes, which earlier versions wrote.
std::optional<Id> read_id(std::string_view text) {
  Id id;
  if (from_hex(text, id.bytes.data(), id.bytes.size())) return id;
  Result<Id> dashed = parse_id(text);
  return dashed.ok() ? std::optional(*dashed) : std::nullopt;
}

Result<Cursor> read_cursor(std::string_view text) {
  const Failure failure = fail(Error::invalid_value, "since", "This is no cursor of an earlier answer.");
  Cursor cursor;
  if (const std::size_t tilde = text.find('~'); tilde != std::string_view::npos) {
    const std::optional<Id> movement = read_id(text.substr(tilde + 1));
    if (!movement.has_value()) return failure;
    cursor.movement = *movement;
    text = text.substr(0, tilde);
  }
  const std::size_t dot = text.find('.');
  if (dot != fingerprint_length) return failure;
  cursor.fingerprint = text.substr(0, dot);
  text.remove_prefix(dot + 1);
  const std::string_view number = text.substr(0, text.find('.'));
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), cursor.version);
  if (problem != std::errc() || end != number.data() + number.size() || cursor.version < 0) return failure;
  text.remove_prefix(number.size());
  if (!text.empty()) {
    const std::optional<Id> id = read_id(text.substr(1));
    if (!id.has_value()) return failure;
    cursor.id = *id;
  }
  return cursor;
}

/// The folder's generation, short: a restored folder counts its versions again from an older one.
std::string fingerprint_of(std::string_view generation) {
  return to_hex(sha256(generation)).substr(0, fingerprint_length);
}

/// Those that are on the page already are there with their present stock.
Result<void> add_moved(Database& database, const Id& tenant, const std::vector<Id>& ids,
                       CatalogueDelta& page) {
  std::vector<Id> there;
  for (const Product& product : page.products) there.push_back(product.id);
  std::sort(there.begin(), there.end());
  for (const Id& id : ids) {
    if (std::binary_search(there.begin(), there.end(), id)) continue;
    std::optional<Product> moved = TRY(product(database, tenant, id));
    if (moved.has_value()) page.products.push_back(std::move(*moved));
  }
  return {};
}

Result<CatalogueDelta> read_page(Database& database, const Id& tenant, std::string_view since,
                                 std::size_t limit, WithStock stock) {
  const CatalogueSettings settings = TRY(catalogue_settings(database, tenant));
  const CatalogueVersion present = TRY(catalogue_version(database, tenant));
  const std::string fingerprint = fingerprint_of(settings.generation);
  CatalogueDelta page;
  page.currency = settings.currency;
  const Id last_moved = stock == WithStock::yes ? TRY(last_movement(database)) : Id{};
  Cursor from{fingerprint, 0, last_id, last_moved};
  page.reset = since.empty();
  if (!since.empty()) {
    Cursor asked = TRY(read_cursor(since));
    page.reset = asked.fingerprint != fingerprint || asked.version > present.version ||
                 (stock == WithStock::yes && asked.movement > last_moved);
    if (!page.reset) from = std::move(asked);
  }

  Cursor last = from;
  std::size_t rows = 0;
  // One more than the page has tells whether another page follows.
  TRY(changed_products(database, tenant, from.version, from.id, static_cast<std::int64_t>(limit) + 1,
                       [&](Product&& product, bool deleted) -> bool {
                         if (rows == limit) return page.more = true, false;
                         ++rows;
                         last.version = product.version;
                         last.id = product.id;
                         if (deleted) {
                           page.deleted.push_back(product.id);
                         } else {
                           page.products.push_back(std::move(product));
                         }
                         return true;
                       }));

  // While products are missing, only the versions before the last product's are complete.
  page.version = page.more ? last.version - 1 : present.version;
  if (!page.more) {
    last.version = present.version;
    last.id = last_id;
    if (stock == WithStock::yes) {
      const Moved moved =
          TRY(moved_products(database, tenant, from.movement, limit - rows, movements_on_a_page_max));
      TRY(add_moved(database, tenant, moved.products, page));
      last.movement = moved.last;
      page.more = moved.more;
    }
  }
  page.cursor = text_of(last);
  if (page.reset || from.version < present.lists_version) {
    page.categories = TRY(categories(database, tenant));
    page.tax_classes = TRY(catalogue_tax_classes(database, tenant));
    page.rules = settings.rules;
    page.scale_patterns = settings.scale_patterns;
  }
  return page;
}

}  // namespace

Result<CatalogueDelta> catalogue_delta(Database& database, const Id& tenant, std::string_view since,
                                       std::size_t limit, WithStock stock) {
  return in_snapshot(database, [&] { return read_page(database, tenant, since, limit, stock); });
}

}  // namespace ringup::store
