#include "web/console/products/product_list.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/fold.h"

namespace ringup::console {
namespace {

constexpr std::array<std::string_view, stock_state_count> stock_words = {"plenty", "low", "none",
                                                                         "below_zero"};
constexpr std::array<std::string_view, lacking_count> lacking_words = {"barcode", "picture", "category"};
constexpr std::string_view no_category = "none";

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ",") + word;
  return all;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) words.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

template <class Kind, std::size_t count>
std::vector<Kind> read_kinds(std::string_view text, const std::array<std::string_view, count>& words) {
  std::vector<Kind> kinds;
  for (const std::string& word : split(text)) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) kinds.push_back(static_cast<Kind>(found - words.begin()));
  }
  return kinds;
}

template <class T>
bool among(const std::vector<T>& items, const T& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

bool has(const Product& product, Lacking lacking) {
  switch (lacking) {
    case Lacking::barcode:
      return !product.barcodes.empty();
    case Lacking::picture:
      return product.picture.has_value();
    case Lacking::category:
      return !product.category.is_nil();
  }
  return true;
}

bool fits(const Product& product, const ListQuery& query) {
  if (query.price_min && product.unit_price < *query.price_min) return false;
  if (query.price_max && product.unit_price > *query.price_max) return false;
  if (!query.categories.empty() && !among(query.categories, product.category)) return false;
  if (!query.tax_classes.empty() && !among(query.tax_classes, product.tax_class)) return false;
  if (!query.stock.empty() && !among(query.stock, stock_state(product.stock))) return false;
  return query.lacking.empty() || std::any_of(query.lacking.begin(), query.lacking.end(),
                                              [&](Lacking lacking) { return !has(product, lacking); });
}

/// What rows are sorted by: two numbers, then the place that the row had (by name).
struct Key {
  std::uint64_t high = 0, low = 0;
  std::uint32_t place = 0;
  Handle handle = 0;
};

/// A signed number in the order of unsigned ones.
std::uint64_t ordered(std::int64_t number) {
  return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Sixteen characters from `begin` on, capitals like small letters.
void take_text(std::string_view text, std::size_t begin, Key& key) {
  for (std::size_t i = 0; i < 16; ++i) {
    const char c = begin + i < text.size() ? lower(text[begin + i]) : '\0';
    std::uint64_t& half = i < 8 ? key.high : key.low;
    half = half << 8 | static_cast<unsigned char>(c);
  }
}

/// How many first characters all SKUs share: "SKU-000…" says nothing about their order.
std::size_t shared_beginning(const Catalogue& catalogue, const std::vector<Handle>& rows) {
  if (rows.empty()) return 0;
  const std::string_view first = catalogue.at(rows.front()).sku;
  std::size_t shared = first.size();
  for (const Handle handle : rows) {
    const std::string_view sku = catalogue.at(handle).sku;
    std::size_t same = 0;
    while (same < std::min(shared, sku.size()) && lower(sku[same]) == lower(first[same])) ++same;
    shared = same;
  }
  return shared;
}

}  // namespace

std::string picture_url(const Product& product, int pixels) {
  if (!product.picture.has_value()) return {};
  return "/pictures/" + to_hex(*product.picture) + "-" + std::to_string(pixels) + ".webp";
}

StockState stock_state(Quantity stock) {
  if (stock.thousandths < 0) return StockState::below_zero;
  if (stock.thousandths == 0) return StockState::none;
  return stock.thousandths <= low_stock_max ? StockState::low : StockState::plenty;
}

bool ListQuery::narrowed() const {
  ListQuery all = *this;
  all.sort.clear();
  all.descending = false;
  return !(all == ListQuery());
}

void write_query(Place& place, const ListQuery& query, Currency currency) {
  std::vector<std::string> categories, stock, lacking;
  for (const Id& id : query.categories)
    categories.push_back(id.is_nil() ? std::string(no_category) : to_string(id));
  for (const StockState state : query.stock) stock.emplace_back(stock_words[static_cast<std::size_t>(state)]);
  for (const Lacking what : query.lacking)
    lacking.emplace_back(lacking_words[static_cast<std::size_t>(what)]);
  place.set("q", query.words);
  place.set("category", joined(categories));
  place.set("tax", joined(query.tax_classes));
  place.set("stock", joined(stock));
  place.set("lacking", joined(lacking));
  place.set("from", query.price_min ? to_decimal(*query.price_min, currency) : std::string());
  place.set("to", query.price_max ? to_decimal(*query.price_max, currency) : std::string());
  place.set("sort", (query.descending ? "-" : "") + query.sort);
  if (query.sort.empty()) place.set("sort", "");
}

ListQuery read_query(const Place& place, Currency currency) {
  ListQuery query;
  query.words = place.get("q");
  for (const std::string& word : split(place.get("category"))) {
    const Result<Id> id = parse_id(word);
    if (word == no_category || id.ok()) query.categories.push_back(id.ok() ? *id : Id{});
  }
  query.tax_classes = split(place.get("tax"));
  query.stock = read_kinds<StockState>(place.get("stock"), stock_words);
  query.lacking = read_kinds<Lacking>(place.get("lacking"), lacking_words);
  const auto price = [&](const char* name) -> std::optional<UnitPrice> {
    const Result<UnitPrice> read = parse_unit_price(place.get(name), currency);
    return read.ok() ? std::optional(*read) : std::nullopt;
  };
  query.price_min = price("from");
  query.price_max = price("to");
  query.sort = place.get("sort");
  query.descending = query.sort.starts_with('-');
  if (query.descending) query.sort.erase(0, 1);
  return query;
}

bool ProductList::update(const Catalogue& catalogue, std::uint64_t changes, const ListQuery& query) {
  if (made_ && changes == changes_ && query == query_) return false;
  const bool narrowing = !made_ || changes != changes_ || !(query.words == query_.words) ||
                         query.narrowed() || query_.narrowed() || !query_.sort.empty();
  made_ = true;
  changes_ = changes;
  query_ = query;
  if (narrowing) narrow(catalogue, query);
  if (!query.sort.empty()) sort(catalogue, query);
  return true;
}

void ProductList::narrow(const Catalogue& catalogue, const ListQuery& query) {
  // One category alone is what the index can do by itself.
  const Id category = query.categories.size() == 1 ? query.categories[0] : Id{};
  rows_ = query.words.empty() ? catalogue.browse(category, 0, catalogue.size()).handles
                              : catalogue.search(query.words, category, catalogue.size(), scratch_).handles;
  if (!query.narrowed()) return;
  rows_.erase(std::remove_if(rows_.begin(), rows_.end(),
                             [&](Handle handle) { return !fits(catalogue.at(handle), query); }),
              rows_.end());
}

void ProductList::sort(const Catalogue& catalogue, const ListQuery& query) {
  if (query.sort == "name" && query.words.empty()) {
    if (query.descending) std::reverse(rows_.begin(), rows_.end());
    return;
  }
  // A search comes best first; sorted, rows that are equal stand by name.
  std::vector<std::uint32_t> place_of;
  if (!query.words.empty()) {
    const std::vector<Handle> by_name = catalogue.browse({}, 0, catalogue.size()).handles;
    Handle highest = 0;
    for (const Handle handle : by_name) highest = std::max(highest, handle);
    place_of.resize(std::size_t{highest} + 1);
    for (std::size_t i = 0; i < by_name.size(); ++i) place_of[by_name[i]] = static_cast<std::uint32_t>(i);
  }
  // Categories and tax classes are few: their names are put in order once.
  std::vector<std::pair<Id, std::uint64_t>> rank_of_category;
  if (query.sort == "category") {
    std::vector<const Category*> sorted;
    for (const Category& category : catalogue.categories()) sorted.push_back(&category);
    std::sort(sorted.begin(), sorted.end(), [](const Category* one, const Category* other) {
      return compare_folded(one->name, other->name) < 0;
    });
    for (std::size_t i = 0; i < sorted.size(); ++i) rank_of_category.emplace_back(sorted[i]->id, i);
    std::sort(rank_of_category.begin(), rank_of_category.end());
  }
  const auto category_rank = [&](const Id& id) {
    const auto found =
        std::lower_bound(rank_of_category.begin(), rank_of_category.end(), id,
                         [](const auto& entry, const Id& wanted) { return entry.first < wanted; });
    return found != rank_of_category.end() && found->first == id ? found->second
                                                                 : std::numeric_limits<std::uint64_t>::max();
  };

  const std::size_t shared = query.sort == "sku" ? shared_beginning(catalogue, rows_) : 0;
  std::vector<Key> keys(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    Key& key = keys[i];
    key.handle = rows_[i];
    key.place = place_of.empty() ? static_cast<std::uint32_t>(i) : place_of[rows_[i]];
    const Product& product = catalogue.at(rows_[i]);
    if (query.sort == "sku") take_text(product.sku, shared, key);
    if (query.sort == "category") key.high = category_rank(product.category);
    if (query.sort == "price") key.high = ordered(product.unit_price.value);
    if (query.sort == "tax") take_text(product.tax_class, 0, key);
    if (query.sort == "stock") key.high = ordered(product.stock.thousandths);
    if (query.sort == "barcode")
      key.high = product.barcodes.empty() ? std::numeric_limits<std::uint64_t>::max()
                                          : product.barcodes.front().value();
  }
  const bool by_sku = query.sort == "sku";
  const auto before = [&](const Key& one, const Key& other) {
    if (one.high != other.high) return one.high < other.high;
    if (one.low != other.low) return one.low < other.low;
    if (by_sku) {  // what was looked at is the same
      const std::string& mine = catalogue.at(one.handle).sku;
      const std::string& its = catalogue.at(other.handle).sku;
      if (mine != its) return mine < its;
    }
    return one.place < other.place;
  };
  if (query.descending) {
    std::sort(keys.begin(), keys.end(), [&](const Key& one, const Key& other) { return before(other, one); });
  } else {
    std::sort(keys.begin(), keys.end(), before);
  }
  for (std::size_t i = 0; i < keys.size(); ++i) rows_[i] = keys[i].handle;
}

std::optional<std::size_t> ProductList::row_of(const Catalogue& catalogue, const Id& id) const {
  const Product* const product = catalogue.find(id);
  if (product == nullptr) return std::nullopt;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    if (&catalogue.at(rows_[row]) == product) return row;
  }
  return std::nullopt;
}

}  // namespace ringup::console
