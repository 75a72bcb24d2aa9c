#include "server/store/catalogue_delta.h"

// The till's delta: pages along the index (tenant, version, id).
//
// A version is stamped on all products of one transaction, so an import puts 100,000 products into one
// version and a page may end inside it. The cursor therefore is the pair (version, id) of the last product
// sent. What is changed while a till reads moves to a higher version, ahead of every cursor, and so is never
// missed; it may be sent twice, once in its old place and once in its new one.
#include <charconv>

#include "core/base/sha256.h"
#include "server/store/catalogue_version.h"
#include "server/store/categories.h"
#include "server/store/products.h"

namespace ringup::store {
namespace {

constexpr std::size_t fingerprint_length = 8;
constexpr Id last_id{
    {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};

struct Cursor {
  std::string fingerprint;
  std::int64_t version = 0;
  Id id;  // last_id: the version is complete
};

std::string text_of(const Cursor& cursor) {
  std::string text = cursor.fingerprint + '.' + std::to_string(cursor.version);
  if (cursor.id != last_id) text += '.' + to_string(cursor.id);
  return text;
}

Result<Cursor> read_cursor(std::string_view text) {
  const Failure failure = fail(Error::invalid_value, "since", "This is no cursor of an earlier answer.");
  const std::size_t dot = text.find('.');
  if (dot != fingerprint_length) return failure;
  Cursor cursor{std::string(text.substr(0, dot)), 0, last_id};
  text.remove_prefix(dot + 1);
  const std::string_view number = text.substr(0, text.find('.'));
  const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), cursor.version);
  if (problem != std::errc() || end != number.data() + number.size() || cursor.version < 0) return failure;
  text.remove_prefix(number.size());
  if (!text.empty()) {
    Result<Id> id = parse_id(text.substr(1));
    if (!id.ok()) return failure;
    cursor.id = *id;
  }
  return cursor;
}

/// The folder's generation, short: a restored folder counts its versions again from an older one.
std::string fingerprint_of(std::string_view generation) {
  return to_hex(sha256(generation)).substr(0, fingerprint_length);
}

Result<CatalogueDelta> read_page(Database& database, const Id& tenant, std::string_view since,
                                 std::size_t limit) {
  const CatalogueSettings settings = TRY(catalogue_settings(database, tenant));
  const CatalogueVersion present = TRY(catalogue_version(database, tenant));
  const std::string fingerprint = fingerprint_of(settings.generation);
  CatalogueDelta page;
  page.currency = settings.currency;
  Cursor from{fingerprint, 0, last_id};
  page.reset = since.empty();
  if (!since.empty()) {
    Cursor asked = TRY(read_cursor(since));
    page.reset = asked.fingerprint != fingerprint || asked.version > present.version;
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

  // While pages are missing, only the versions before the last product's are complete.
  page.version = page.more ? last.version - 1 : present.version;
  page.cursor = page.more ? text_of(last) : text_of({fingerprint, present.version, last_id});
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
                                       std::size_t limit) {
  return in_snapshot(database, [&] { return read_page(database, tenant, since, limit); });
}

}  // namespace ringup::store
