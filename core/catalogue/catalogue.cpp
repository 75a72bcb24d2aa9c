#include "core/catalogue/catalogue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/fold.h"
#include "core/catalogue/handle_table.h"
#include "core/catalogue/ordered.h"

namespace ringup {
namespace {

constexpr std::uint16_t no_category = 0xFFFE;  // of a product; any_category is one more
static_assert(categories_max < no_category);
static_assert(products_max <= SearchIndex::handle_max);

constexpr std::size_t sku_prefix_min = 3;      // characters typed before SKUs are offered
constexpr std::size_t barcode_prefix_min = 4;  // digits typed before barcodes are offered
constexpr std::size_t barcode_digits = 14;

std::uint32_t hash_of(const Id& id) {
  return hash_bytes(id.bytes.data(), id.bytes.size());
}
std::uint32_t hash_of(std::string_view text) {
  return hash_bytes(text.data(), text.size());
}
std::uint32_t hash_of(Gtin gtin) {
  const std::uint64_t value = gtin.value();
  return hash_bytes(&value, sizeof value);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
int compare_lower(std::string_view text, std::string_view other) {
  const std::size_t shared = std::min(text.size(), other.size());
  for (std::size_t i = 0; i < shared; ++i)
    if (lower(text[i]) != lower(other[i])) return lower(text[i]) < lower(other[i]) ? -1 : 1;
  return text.size() == other.size() ? 0 : text.size() < other.size() ? -1 : 1;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t power_of_ten(std::size_t exponent) {
  std::uint64_t value = 1;
  for (; exponent > 0; --exponent) value *= 10;
  return value;
}

struct NameEntry {
  std::array<std::uint64_t, 2> head{};  // the first eight units of the folded name
  Handle handle = 0;
};
struct BarcodeEntry {
  std::uint64_t digits = 0;  // as it is written, filled up with zeros to 14 digits
  Handle handle = 0;
};

std::uint64_t filled_up(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value * power_of_ten(barcode_digits - digits.size());
}

}  // namespace

struct Catalogue::State {
  State() : index([this](Handle handle) { return std::string_view(products[handle].name); }) {}

  std::deque<Product> products;  // by handle; a free place has a nil id
  std::vector<Handle> free;
  std::size_t count = 0;
  HandleTable by_id, by_sku, by_barcode;
  Ordered<NameEntry> names;
  Ordered<Handle> skus;
  Ordered<BarcodeEntry> barcodes;
  // Adopted and not settled: handles from here on are in the order of their names, and in no ordered list nor
  // in the index. None where it is the end.
  Handle unsettled_from = 0;
  bool unsettled = false;
  std::vector<std::uint8_t> moved;  // per handle, within apply(): its entries in the ordered lists are old
  bool any_moved = false;
  SearchIndex index;
  std::vector<Category> categories;
  std::vector<std::pair<Id, std::uint16_t>> category_numbers;  // by id
  std::vector<TaxClass> tax_classes;
  std::optional<json::Value> rules;
  std::vector<ScalePattern> scale_patterns;
  std::string cursor;
  Currency currency;
  std::int64_t version = 0;

  std::optional<Handle> find(const Id& id) const {
    return by_id.find(hash_of(id), [&](Handle handle) { return products[handle].id == id; });
  }
  std::optional<Handle> find(std::string_view sku) const {
    return by_sku.find(hash_of(sku), [&](Handle handle) { return products[handle].sku == sku; });
  }
  std::optional<Handle> find(Gtin gtin) const {
    return by_barcode.find(hash_of(gtin), [&](Handle handle) {
      const std::vector<Gtin>& codes = products[handle].barcodes;
      return std::find(codes.begin(), codes.end(), gtin) != codes.end();
    });
  }
  std::uint16_t number_of(const Id& category) const {
    const auto found = std::lower_bound(category_numbers.begin(), category_numbers.end(), category,
                                        [](const auto& entry, const Id& id) { return entry.first < id; });
    return found != category_numbers.end() && found->first == category ? found->second : no_category;
  }
  std::uint16_t filter_of(const Id& category) const {
    return category.is_nil() ? SearchIndex::any_category : number_of(category);
  }

  std::uint16_t category_of(Handle handle) const {
    return unsettled && handle >= unsettled_from ? number_of(products[handle].category)
                                                 : index.category_of(handle);
  }

  void mark_moved(Handle handle) {
    if (moved.size() < products.size()) moved.resize(products.size(), 0);
    moved[handle] = 1;
    any_moved = true;
  }
  /// Gives a SKU or barcode to a product; whoever has it loses it.
  void claim(HandleTable& table, std::uint32_t hash, std::optional<Handle> holder, Handle handle) {
    if (holder) table.erase(hash, *holder);
    table.insert(hash, handle);
  }
  void take_codes(Handle handle) {
    const Product& product = products[handle];
    claim(by_sku, hash_of(product.sku), find(std::string_view(product.sku)), handle);
    for (const Gtin gtin : product.barcodes) claim(by_barcode, hash_of(gtin), find(gtin), handle);
  }
  void give_codes(Handle handle) {
    const Product& product = products[handle];
    by_sku.erase(hash_of(product.sku), handle);
    for (const Gtin gtin : product.barcodes) by_barcode.erase(hash_of(gtin), handle);
  }

  void remove(const Id& id) {
    const auto handle = find(id);
    if (!handle) return;
    index.remove(*handle, products[*handle].name);
    give_codes(*handle);
    by_id.erase(hash_of(id), *handle);
    mark_moved(*handle);
    products[*handle] = Product{};
    free.push_back(*handle);
    --count;
  }
  /// Drops the old entries from the ordered lists; afterwards free places may be used again.
  void drop_moved() {
    if (!any_moved) return;
    names.remove_if([&](const NameEntry& entry) { return moved[entry.handle] != 0; });
    skus.remove_if([&](Handle handle) { return moved[handle] != 0; });
    barcodes.remove_if([&](const BarcodeEntry& entry) { return moved[entry.handle] != 0; });
    std::fill(moved.begin(), moved.end(), std::uint8_t{0});
    any_moved = false;
  }

  void add_ordered(Handle handle, std::u16string& folded) {
    const Product& product = products[handle];
    fold(product.name, folded);
    NameEntry entry;
    for (std::size_t i = 0; i < 8; ++i)
      entry.head[i / 4] = entry.head[i / 4] << 16 | (i < folded.size() ? folded[i] : 0u);
    entry.handle = handle;
    names.add(entry);
    skus.add(handle);
    for (const Gtin gtin : product.barcodes) barcodes.add({filled_up(to_string(gtin)), handle});
  }
  void merge_ordered() {
    names.merge([this](const NameEntry& entry, const NameEntry& other) {
      if (entry.head != other.head) return entry.head < other.head;
      const int order = compare_folded(products[entry.handle].name, products[other.handle].name);
      if (order != 0) return order < 0;
      return entry.handle < other.handle;
    });
    skus.merge([this](Handle handle, Handle other) {
      const int order = compare_lower(products[handle].sku, products[other].sku);
      return order != 0 ? order < 0 : handle < other;
    });
    barcodes.merge([](const BarcodeEntry& entry, const BarcodeEntry& other) {
      return std::pair(entry.digits, entry.handle) < std::pair(other.digits, other.handle);
    });
  }

  void put_all(std::vector<Product>& page, bool more) {
    std::vector<Handle> fresh;  // handles that go into the ordered lists anew
    fresh.reserve(page.size());
    for (Product& product : page) {
      const auto known = find(product.id);
      if (!known) continue;
      // First out with what changed, so that codes may be swapped within a page.
      Product& old = products[*known];
      give_codes(*known);
      if (old.name != product.name || old.sku != product.sku || old.barcodes != product.barcodes)
        mark_moved(*known);
    }
    std::vector<std::uint8_t> was_moved = any_moved ? moved : std::vector<std::uint8_t>();
    drop_moved();
    for (Product& product : page) {
      const std::uint16_t category = number_of(product.category);
      if (const auto known = find(product.id)) {
        const Handle handle = *known;
        Product& old = products[handle];
        give_codes(handle);  // the same product may stand on a page twice
        if (old.name != product.name) {
          index.remove(handle, old.name);
          index.add(handle, product.name, category);
        } else {
          index.set_category(handle, category);
        }
        old = std::move(product);
        if (handle < was_moved.size() && was_moved[handle] != 0) {
          fresh.push_back(handle);
          was_moved[handle] = 0;
        }
        take_codes(handle);
        continue;
      }
      Handle handle = static_cast<Handle>(products.size());
      if (free.empty()) {
        products.push_back(std::move(product));
      } else {
        handle = free.back();
        free.pop_back();
        if (handle < was_moved.size()) was_moved[handle] = 0;
        products[handle] = std::move(product);
      }
      ++count;
      by_id.insert(hash_of(products[handle].id), handle);
      index.add(handle, products[handle].name, category);
      take_codes(handle);
      fresh.push_back(handle);
    }
    std::u16string folded;
    for (const Handle handle : fresh) add_ordered(handle, folded);
    if (more) return;  // in order once, at the end of a download
    merge_ordered();
    index.settle();
  }

  void settle(std::size_t limit) {
    if (!unsettled) return;
    std::u16string folded;
    for (; limit > 0 && unsettled_from < products.size(); --limit, ++unsettled_from) {
      const Product& product = products[unsettled_from];
      index.add(unsettled_from, product.name, number_of(product.category));
      add_ordered(unsettled_from, folded);
    }
    if (unsettled_from < products.size()) return;
    unsettled = false;
    merge_ordered();
    index.settle();
  }
  /// While products are unsettled: takes over new prices, stock and the like. False, and nothing is done,
  /// where the page says more.
  bool put_in_place(CatalogueDelta& delta) {
    if (delta.reset || delta.categories || !delta.deleted.empty()) return false;
    for (const Product& product : delta.products) {
      const auto known = find(product.id);
      if (!known) return false;
      const Product& old = products[*known];
      if (old.name != product.name || old.sku != product.sku || old.barcodes != product.barcodes ||
          old.category != product.category || take_over_codes(product, *known))
        return false;
    }
    for (Product& product : delta.products) products[*find(product.id)] = std::move(product);
    return true;
  }
  /// Whether one of the product's codes is another's at the moment.
  bool take_over_codes(const Product& product, Handle handle) const {
    if (find(std::string_view(product.sku)) != handle) return true;
    return std::any_of(product.barcodes.begin(), product.barcodes.end(),
                       [&](Gtin gtin) { return find(gtin) != handle; });
  }

  void set_categories(std::vector<Category> list) {
    categories = std::move(list);
    category_numbers.clear();
    for (std::size_t i = 0; i < categories.size(); ++i)
      category_numbers.emplace_back(categories[i].id, static_cast<std::uint16_t>(i));
    std::sort(category_numbers.begin(), category_numbers.end());
    for (Handle handle = 0; handle < products.size(); ++handle)
      if (!products[handle].id.is_nil()) index.set_category(handle, number_of(products[handle].category));
  }

  void forget_products() {
    products.clear();
    free.clear();
    count = 0;
    by_id.clear();
    by_sku.clear();
    by_barcode.clear();
    names.clear();
    skus.clear();
    barcodes.clear();
    moved.clear();
    any_moved = false;
    unsettled = false;
    unsettled_from = 0;
    index.clear();
  }

  /// The products whose SKU or barcode begins with the query, in that order, each once.
  std::vector<Handle> with_code(std::string_view query, std::uint16_t category) const {
    std::vector<Handle> handles;
    const auto take = [&](Handle handle) {
      if (category == SearchIndex::any_category || index.category_of(handle) == category)
        handles.push_back(handle);
    };
    if (query.size() >= sku_prefix_min && query.size() <= sku_bytes_max) {
      const auto entries = skus.entries();
      auto at = std::partition_point(entries.begin(), entries.end(), [&](Handle handle) {
        return compare_lower(products[handle].sku, query) < 0;
      });
      for (; at != entries.end(); ++at) {
        const std::string_view sku = products[*at].sku;
        if (compare_lower(sku.substr(0, query.size()), query) != 0) break;
        take(*at);
      }
    }
    if (query.size() >= barcode_prefix_min && query.size() <= barcode_digits && all_digits(query)) {
      const auto between = [&](std::string_view digits) {
        const std::uint64_t low = filled_up(digits);
        const std::uint64_t high = low + power_of_ten(barcode_digits - digits.size());
        const auto entries = barcodes.entries();
        auto at = std::partition_point(entries.begin(), entries.end(),
                                       [&](const BarcodeEntry& entry) { return entry.digits < low; });
        for (; at != entries.end() && at->digits < high; ++at) take(at->handle);
      };
      between(query);
      // A UPC-A is kept with a 0 before it, and may begin with a 0 of its own that people leave out.
      if (query.size() < barcode_digits) between("0" + std::string(query));
      if (query.size() + 1 < barcode_digits) between("00" + std::string(query));
    }
    std::vector<std::uint8_t> seen(products.size(), 0);
    handles.erase(
        std::remove_if(handles.begin(), handles.end(),
                       [&](Handle handle) { return std::exchange(seen[handle], std::uint8_t{1}) != 0; }),
        handles.end());
    return handles;
  }
};

Catalogue::Catalogue() : state_(std::make_unique<State>()) {}
Catalogue::~Catalogue() = default;
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;

Result<void> Catalogue::apply(CatalogueDelta delta) {
  State& state = *state_;
  const std::size_t before = delta.reset ? 0 : state.count;
  if (before + delta.products.size() > products_max) {
    const auto fresh =
        std::count_if(delta.products.begin(), delta.products.end(),
                      [&](const Product& product) { return delta.reset || !state.find(product.id); });
    if (before + static_cast<std::size_t>(fresh) > products_max)
      return fail(Error::too_many, "products",
                  "A catalogue holds at most " + std::to_string(products_max) + " products.");
  }
  const bool in_place = state.unsettled && state.put_in_place(delta);
  if (state.unsettled && !in_place && !delta.reset) state.settle(state.products.size());
  if (delta.reset) state.forget_products();
  state.cursor = std::move(delta.cursor);
  state.currency = delta.currency;
  state.version = delta.version;
  if (delta.categories) state.set_categories(std::move(*delta.categories));
  if (delta.tax_classes) state.tax_classes = std::move(*delta.tax_classes);
  if (delta.rules) state.rules = std::move(delta.rules);
  if (delta.scale_patterns) state.scale_patterns = std::move(*delta.scale_patterns);
  if (in_place) return {};
  for (const Id& id : delta.deleted) state.remove(id);
  state.put_all(delta.products, delta.more);
  return {};
}

Result<void> Catalogue::adopt(CatalogueDelta whole) {
  if (whole.products.size() > products_max)
    return fail(Error::too_many, "products",
                "A catalogue holds at most " + std::to_string(products_max) + " products.");
  std::vector<Product> products = std::move(whole.products);
  whole.products.clear();
  whole.reset = true;
  Catalogue fresh;
  TRY(fresh.apply(std::move(whole)));
  State& state = *fresh.state_;
  for (Product& product : products) {
    if (state.find(product.id)) return fail(Error::invalid_value, "products", "An id stands twice.");
    const Handle handle = static_cast<Handle>(state.products.size());
    state.products.push_back(std::move(product));
    state.by_id.insert(hash_of(state.products[handle].id), handle);
    state.take_codes(handle);
  }
  state.count = state.products.size();
  state.unsettled = state.count > 0;
  *this = std::move(fresh);
  return {};
}

std::size_t Catalogue::unsettled() const {
  return state_->unsettled ? state_->products.size() - state_->unsettled_from : 0;
}
void Catalogue::settle(std::size_t count) {
  state_->settle(count);
}

std::size_t Catalogue::size() const {
  return state_->count;
}
const std::string& Catalogue::cursor() const {
  return state_->cursor;
}
std::int64_t Catalogue::version() const {
  return state_->version;
}
Currency Catalogue::currency() const {
  return state_->currency;
}
const std::vector<Category>& Catalogue::categories() const {
  return state_->categories;
}
const std::vector<TaxClass>& Catalogue::tax_classes() const {
  return state_->tax_classes;
}
const std::optional<json::Value>& Catalogue::rules() const {
  return state_->rules;
}
const std::vector<ScalePattern>& Catalogue::scale_patterns() const {
  return state_->scale_patterns;
}

const Product& Catalogue::at(Handle handle) const {
  ASSERT(handle < state_->products.size() && !state_->products[handle].id.is_nil());
  return state_->products[handle];
}
const Product* Catalogue::find(const Id& id) const {
  const auto handle = state_->find(id);
  return handle && !id.is_nil() ? &state_->products[*handle] : nullptr;
}
const Product* Catalogue::find_sku(std::string_view sku) const {
  const auto handle = state_->find(sku);
  return handle ? &state_->products[*handle] : nullptr;
}
const Product* Catalogue::find_barcode(Gtin gtin) const {
  const auto handle = state_->find(gtin);
  return handle ? &state_->products[*handle] : nullptr;
}
std::optional<Rate> Catalogue::rate_of(std::string_view tax_class) const {
  for (const TaxClass& entry : state_->tax_classes)
    if (entry.name == tax_class) return entry.rate;
  return std::nullopt;
}
std::optional<Id> Catalogue::product_with_barcode(Gtin gtin) const {
  const Product* product = find_barcode(gtin);
  return product == nullptr ? std::nullopt : std::optional(product->id);
}
std::optional<Id> Catalogue::product_with_sku(std::string_view sku) const {
  const Product* product = find_sku(sku);
  return product == nullptr ? std::nullopt : std::optional(product->id);
}

Catalogue::Page Catalogue::search(std::string_view query, const Id& category, std::size_t limit,
                                  SearchIndex::Scratch& scratch) const {
  const State& state = *state_;
  limit = std::min(limit, state.count);
  while (!query.empty() && query.front() == ' ') query.remove_prefix(1);
  while (!query.empty() && query.back() == ' ') query.remove_suffix(1);
  if (query.empty()) return browse(category, 0, limit);
  const std::uint16_t filter = state.filter_of(category);
  Page page;
  const SearchIndex::Found found = state.index.search(query, filter, limit, scratch);
  page.total = found.total;
  page.handles.reserve(limit);

  const bool has_digit = std::any_of(query.begin(), query.end(), [](char c) { return c >= '0' && c <= '9'; });
  std::vector<Handle> coded;
  if (has_digit || found.total < limit) coded = state.with_code(query, filter);
  std::optional<Handle> exact = state.find(query);
  if (!exact)
    if (const Result<Gtin> gtin = parse_gtin(query)) exact = state.find(*gtin);
  const bool in_filter =
      exact && (filter == SearchIndex::any_category || state.category_of(*exact) == filter);
  if (!in_filter) exact.reset();
  if (exact) page.handles.push_back(*exact);
  const auto add = [&](Handle handle) {
    if (page.handles.size() < limit && handle != exact) page.handles.push_back(handle);
  };
  for (const SearchIndex::Hit& hit : found.hits) add(hit.handle);

  if (exact && std::find(coded.begin(), coded.end(), *exact) == coded.end()) coded.push_back(*exact);
  if (!coded.empty()) {  // what the names have not found yet
    std::vector<std::uint8_t> named(state.products.size(), 0);
    for (const Handle handle : scratch.hits) named[handle] = 1;
    for (const Handle handle : coded) {
      if (named[handle] != 0) continue;
      ++page.total;
      add(handle);
    }
  }
  if (page.handles.size() > limit) page.handles.resize(limit);
  return page;
}

Catalogue::Page Catalogue::browse(const Id& category, std::size_t offset, std::size_t limit) const {
  const State& state = *state_;
  Page page;
  if (state.unsettled) {  // in the order of their handles
    const std::uint16_t filter = state.filter_of(category);
    for (Handle handle = 0; handle < state.products.size(); ++handle) {
      if (!category.is_nil() &&
          (filter == no_category || state.number_of(state.products[handle].category) != filter))
        continue;
      if (page.total++ >= offset && page.handles.size() < limit) page.handles.push_back(handle);
    }
    return page;
  }
  const auto entries = state.names.entries();
  if (category.is_nil()) {
    page.total = entries.size();
    for (std::size_t at = offset; at < entries.size() && page.handles.size() < limit; ++at)
      page.handles.push_back(entries[at].handle);
    return page;
  }
  const std::uint16_t filter = state.number_of(category);
  for (const NameEntry& entry : entries) {
    if (filter == no_category || state.index.category_of(entry.handle) != filter) continue;
    if (page.total++ >= offset && page.handles.size() < limit) page.handles.push_back(entry.handle);
  }
  return page;
}

std::size_t Catalogue::memory() const {
  const State& state = *state_;
  std::size_t bytes = state.index.memory() + state.by_id.memory() + state.by_sku.memory() +
                      state.by_barcode.memory() + state.names.memory() + state.skus.memory() +
                      state.barcodes.memory() + state.moved.capacity();
  const std::string empty;
  const auto heap = [&](const std::string& text) {
    return text.capacity() > empty.capacity() ? text.capacity() + 1 + sizeof(void*) : 0;
  };
  for (const Product& product : state.products)
    bytes += sizeof(Product) + heap(product.sku) + heap(product.name) + heap(product.tax_class) +
             product.barcodes.capacity() * sizeof(Gtin) + sizeof(void*);
  return bytes;
}

}  // namespace ringup
