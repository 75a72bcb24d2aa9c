#include "core/catalogue/snapshot.h"

#include <cstring>
#include <map>
#include <utility>

namespace ringup {
namespace {

constexpr std::string_view magic = "RUCS";
constexpr std::uint32_t form = 1;
constexpr std::size_t begin_of_content = 4 + 4 + 8;
constexpr std::size_t product_bytes_min = 16 + 3 * 8 + 2 + 1 + 1 + 2 + 1 + 1;
constexpr std::uint16_t no_category = 0xFFFF;
constexpr std::size_t browsed_at_once = 10'000;

/// Against bytes that were lost or mixed up, not against somebody who means harm: that one could as well
/// change the program.
std::uint64_t hash_of(std::string_view bytes) {
  constexpr std::uint64_t prime = 0x9E3779B97F4A7C15;
  std::uint64_t hash = bytes.size() * prime;
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * prime;
    hash ^= hash >> 29;
  };
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    mix(word);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
  mix(rest);
  return hash;
}

// Both builds and all that run them are little-endian, and a copy never leaves its device.
template <class Number>
void put(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof number);
}
void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// Reads from the front. After the first thing that is not there it stays failed and yields zeros.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <class Number>
  Number take() {
    Number number{};
    const std::string_view bytes = take_bytes(sizeof number);
    if (!bytes.empty()) std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  std::string_view take_bytes(std::size_t count) {
    if (count > rest_.size()) {
      failed_ = true;
      rest_ = {};
    }
    if (failed_) return {};
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }
  std::string_view take_text() { return take_bytes(take<std::uint32_t>()); }
  bool failed() const { return failed_; }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void put_product(std::string& out, const Product& product, std::uint16_t category, std::uint8_t tax_class) {
  out.append(reinterpret_cast<const char*>(product.id.bytes.data()), product.id.bytes.size());
  put(out, product.unit_price.value);
  put(out, product.stock.thousandths);
  put(out, product.version);
  put(out, category);
  put(out, tax_class);
  put(out, static_cast<std::uint8_t>(product.sku.size()));
  put(out, static_cast<std::uint16_t>(product.name.size()));
  put(out, static_cast<std::uint8_t>(product.barcodes.size()));
  put(out, static_cast<std::uint8_t>(product.picture.has_value() ? 1 : 0));
  out += product.sku;
  out += product.name;
  for (const Gtin gtin : product.barcodes) put(out, gtin.value());
  if (product.picture)
    out.append(reinterpret_cast<const char*>(product.picture->data()), product.picture->size());
}

/// False where it is none.
bool take_product(Reader& reader, const std::vector<std::string>& tax_classes,
                  const std::vector<Id>& categories, Product& product) {
  const std::string_view id = reader.take_bytes(product.id.bytes.size());
  if (id.empty()) return false;
  std::memcpy(product.id.bytes.data(), id.data(), id.size());
  product.unit_price.value = reader.take<std::int64_t>();
  product.stock.thousandths = reader.take<std::int64_t>();
  product.version = reader.take<std::int64_t>();
  const auto category = reader.take<std::uint16_t>();
  const auto tax_class = reader.take<std::uint8_t>();
  const auto sku_bytes = reader.take<std::uint8_t>();
  const auto name_bytes = reader.take<std::uint16_t>();
  const auto barcodes = reader.take<std::uint8_t>();
  const auto pictures = reader.take<std::uint8_t>();
  if (category != no_category) {
    if (category >= categories.size()) return false;
    product.category = categories[category];
  }
  if (tax_class >= tax_classes.size() || barcodes > barcodes_max || pictures > 1) return false;
  product.tax_class = tax_classes[tax_class];
  product.sku = reader.take_bytes(sku_bytes);
  product.name = reader.take_bytes(name_bytes);
  product.barcodes.reserve(barcodes);
  for (int i = 0; i < barcodes; ++i) {
    const std::string digits = std::to_string(reader.take<std::uint64_t>());
    if (digits.size() > 14) return false;
    const Result<Gtin> gtin = parse_gtin(std::string(14 - digits.size(), '0') + digits);
    if (!gtin) return false;
    product.barcodes.push_back(*gtin);
  }
  if (pictures == 1) {
    const std::string_view picture = reader.take_bytes(sizeof(Sha256Digest));
    if (picture.empty()) return false;
    std::memcpy(product.picture.emplace().data(), picture.data(), picture.size());
  }
  return !reader.failed() && check(product).ok();
}

}  // namespace

std::string write_snapshot(const Catalogue& catalogue, std::string_view owner) {
  CatalogueDelta head;
  head.currency = catalogue.currency();
  head.cursor = catalogue.cursor();
  head.version = catalogue.version();
  head.reset = true;
  head.categories = catalogue.categories();
  head.tax_classes = catalogue.tax_classes();
  head.rules = catalogue.rules();
  head.scale_patterns = catalogue.scale_patterns();

  std::map<std::string, std::uint8_t, std::less<>> tax_classes;
  std::vector<std::string_view> tax_names;
  std::map<Id, std::uint16_t> categories;
  std::vector<Id> category_ids;
  std::string products;
  products.reserve(catalogue.size() * 110);
  std::uint32_t count = 0;
  for (std::size_t at = 0; at < catalogue.size(); at += browsed_at_once) {
    for (const Handle handle : catalogue.browse({}, at, browsed_at_once).handles) {
      const Product& product = catalogue.at(handle);
      // More kinds of them than a number holds: a copy without that product would be a lie, so there is none.
      const auto tax =
          tax_classes.try_emplace(product.tax_class, static_cast<std::uint8_t>(tax_classes.size()));
      if (tax.second) tax_names.push_back(tax.first->first);
      std::uint16_t category = no_category;
      if (!product.category.is_nil()) {
        const auto known =
            categories.try_emplace(product.category, static_cast<std::uint16_t>(categories.size()));
        if (known.second) category_ids.push_back(product.category);
        category = known.first->second;
      }
      if (tax_names.size() > 0xFF || category_ids.size() >= no_category) return {};
      put_product(products, product, category, tax.first->second);
      ++count;
    }
  }

  std::string content;
  content.reserve(products.size() + 64 * 1024);
  put(content, count);
  put_text(content, owner);
  put_text(content, to_json(head));
  put(content, static_cast<std::uint32_t>(tax_names.size()));
  for (const std::string_view name : tax_names) put_text(content, name);
  put(content, static_cast<std::uint32_t>(category_ids.size()));
  for (const Id& id : category_ids)
    content.append(reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size());
  content += products;

  return seal_snapshot(content);
}

std::string seal_snapshot(std::string_view content) {
  std::string out(magic);
  out.reserve(begin_of_content + content.size());
  put(out, form);
  put(out, hash_of(content));
  return out += content;
}

Result<CatalogueDelta> read_snapshot(std::string_view bytes, std::string_view owner) {
  const Failure damaged = fail(Error::damaged, "snapshot", "The copy of the catalogue does not read back.");
  if (bytes.size() < begin_of_content || !bytes.starts_with(magic)) return damaged;
  Reader start(bytes.substr(magic.size()));
  if (start.take<std::uint32_t>() != form) return damaged;
  if (start.take<std::uint64_t>() != hash_of(bytes.substr(begin_of_content))) return damaged;
  Reader reader(bytes.substr(begin_of_content));
  const auto count = reader.take<std::uint32_t>();
  if (reader.take_text() != owner) return Error::conflict;
  Result<CatalogueDelta> head = read_delta(reader.take_text());
  if (!head || !head->products.empty()) return damaged;
  CatalogueDelta delta = std::move(head).value();

  std::vector<std::string> tax_classes;
  const auto tax_count = reader.take<std::uint32_t>();
  if (tax_count > 0xFF) return damaged;
  for (std::uint32_t i = 0; i < tax_count; ++i) tax_classes.emplace_back(reader.take_text());
  std::vector<Id> categories;
  const auto category_count = reader.take<std::uint32_t>();
  if (category_count > reader.left() / sizeof(Id)) return damaged;
  for (std::uint32_t i = 0; i < category_count; ++i) {
    Id id;
    std::memcpy(id.bytes.data(), reader.take_bytes(id.bytes.size()).data(), id.bytes.size());
    categories.push_back(id);
  }
  if (count > products_max || count > reader.left() / product_bytes_min) return damaged;
  delta.products.resize(count);
  for (Product& product : delta.products)
    if (!take_product(reader, tax_classes, categories, product)) return damaged;
  if (reader.failed() || reader.left() != 0) return damaged;
  return delta;
}

}  // namespace ringup
