#include "core/catalogue/product.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "core/catalogue/delta_text.h"

namespace ringup {
namespace {

constexpr std::size_t delta_bytes_max = 8 << 20;
constexpr std::size_t delta_values_max = 400'000;

Failure invalid(std::string where, std::string detail) {
  return fail(Error::invalid_value, std::move(where), std::move(detail));
}

/// Puts `path` before the place a check named.
Failure below(const std::string& path, Failure failure) {
  if (!path.empty()) failure.where = failure.where.empty() ? path : path + "." + failure.where;
  return failure;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

bool is_space(char32_t c) {
  return c == ' ' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A);
}

void append_id(std::string& out, const Id& id) {
  out.push_back('"');
  out.append(to_string(id));
  out.push_back('"');
}

template <class Items, class Append>
void append_list(std::string& out, const Items& items, Append append) {
  out.push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out.push_back(',');
    first = false;
    append(item);
  }
  out.push_back(']');
}

std::string item_path(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

Result<Category> read_category(const json::Value& value, const std::string& path) {
  json::Reader in = TRY(json::Reader::object(value, path));
  Category category;
  category.id = TRY(in.id("id"));
  category.name = TRY(in.string("name", category_name_length_max * 4));
  TRY(in.done());
  if (auto good = check_name(category.name, category_name_length_max); !good)
    return below(in.path_of("name"), std::move(good).failure());
  return category;
}

Result<TaxClass> read_tax_class(const json::Value& value, const std::string& path) {
  json::Reader in = TRY(json::Reader::object(value, path));
  TaxClass tax_class;
  tax_class.name = TRY(in.string("name", tax_class_bytes_max));
  tax_class.rate = Rate{TRY(in.integer("rate", 0, rate_max))};
  TRY(in.done());
  if (auto good = check_tax_class(tax_class.name); !good)
    return below(in.path_of("name"), std::move(good).failure());
  return tax_class;
}

Result<ScalePattern> read_scale_pattern(const json::Value& value, const std::string& path) {
  json::Reader in = TRY(json::Reader::object(value, path));
  ScalePattern pattern;
  pattern.text = TRY(in.string("text", 40));
  const std::string_view kind = TRY(in.string("value", 10));
  TRY(in.done());
  if (kind != "price" && kind != "weight") return invalid(in.path_of("value"), "This is price or weight.");
  pattern.value = kind == "price" ? ScalePattern::Value::price : ScalePattern::Value::weight;
  if (auto good = check(pattern); !good) return below(in.path_of("text"), std::move(good).failure());
  return pattern;
}

template <class T>
Result<std::vector<T>> read_list(const json::Array& items, std::string_view name,
                                 Result<T> (*read)(const json::Value&, const std::string&)) {
  std::vector<T> list;
  list.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) list.push_back(TRY(read(items[i], item_path(name, i))));
  return list;
}

template <class T>
Result<std::optional<std::vector<T>>> read_optional_list(json::Reader& in, std::string_view name,
                                                         std::size_t max,
                                                         Result<T> (*read)(const json::Value&,
                                                                           const std::string&)) {
  if (!in.has(name)) return std::optional<std::vector<T>>();
  const json::Array* items = TRY(in.array(name, max));
  return std::optional<std::vector<T>>(TRY(read_list<T>(*items, name, read)));
}

}  // namespace

Result<void> check_sku(std::string_view sku) {
  if (sku.empty()) return invalid({}, "A SKU has at least one character.");
  if (sku.size() > sku_bytes_max)
    return invalid({}, "A SKU has at most " + std::to_string(sku_bytes_max) + " characters.");
  for (const char c : sku) {
    if (!is_letter_or_digit(c) && std::string_view("._-/+# ").find(c) == std::string_view::npos)
      return invalid({}, "A SKU is made of A-Z, a-z, 0-9, . _ - / + # and spaces inside.");
  }
  if (sku.front() == ' ' || sku.back() == ' ')
    return invalid({}, "A SKU does not begin or end with a space.");
  return {};
}

Result<void> check_name(std::string_view name, std::size_t length_max) {
  if (name.empty()) return invalid({}, "A name has at least one character.");
  std::size_t length = 0;
  char32_t first = 0;
  char32_t last = 0;
  for (std::size_t at = 0; at < name.size(); ++length) {
    last = utf8::next(name, at);
    if (length == 0) first = last;
    if (last == utf8::invalid) return invalid({}, "The name is not valid UTF-8.");
    if (is_control(last))
      return invalid({}, "The name holds a control character at place " + std::to_string(length + 1) + ".");
  }
  if (length > length_max)
    return invalid({}, "A name has at most " + std::to_string(length_max) + " characters.");
  if (is_space(first) || is_space(last)) return invalid({}, "A name does not begin or end with a space.");
  return {};
}

Result<void> check_tax_class(std::string_view name) {
  const bool good = !name.empty() && name.size() <= tax_class_bytes_max &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
                    });
  if (!good) return invalid({}, "A tax class is named with 1 to 32 of a-z, 0-9, _ and -.");
  return {};
}

Result<Sha256Digest> parse_picture(std::string_view text) {
  Sha256Digest hash;
  if (!from_hex(text, hash.data(), hash.size()))
    return invalid({}, "A picture is named with 64 lower-case hex digits.");
  return hash;
}

Result<void> check(const Product& product) {
  if (product.id.is_nil()) return invalid("id", "A product has an id.");
  if (auto good = check_sku(product.sku); !good) return below("sku", std::move(good).failure());
  if (auto good = check_name(product.name); !good) return below("name", std::move(good).failure());
  if (auto good = check_tax_class(product.tax_class); !good)
    return below("tax_class", std::move(good).failure());
  if (product.barcodes.size() > barcodes_max)
    return fail(Error::too_many, "barcodes",
                "A product has at most " + std::to_string(barcodes_max) + " barcodes.");
  for (std::size_t i = 0; i < product.barcodes.size(); ++i) {
    const auto begin = product.barcodes.begin();
    const auto here = begin + static_cast<std::ptrdiff_t>(i);
    if (std::find(begin, here, *here) != here)
      return fail(Error::duplicate_barcode, item_path("barcodes", i), "This barcode stands here twice.");
  }
  if (product.unit_price.value < 0)
    return fail(Error::out_of_range, "unit_price", "A price is not below zero.");
  if (product.unit_price.value > unit_price_max)
    return fail(Error::out_of_range, "unit_price", "The price is too high.");
  if (product.stock.thousandths > quantity_max || product.stock.thousandths < -quantity_max)
    return fail(Error::out_of_range, "stock", "The stock is outside its limits.");
  if (product.version < 0 || product.version > json::integer_max)
    return fail(Error::out_of_range, "version", "The version is outside its limits.");
  return {};
}

void append_json(std::string& out, const Product& product, Currency currency) {
  out.append("{\"id\":");
  append_id(out, product.id);
  out.append(",\"sku\":");
  json::append_quoted(out, product.sku);
  out.append(",\"name\":");
  json::append_quoted(out, product.name);
  out.append(",\"category\":");
  if (product.category.is_nil()) {
    out.append("null");
  } else {
    append_id(out, product.category);
  }
  out.append(",\"barcodes\":");
  append_list(out, product.barcodes, [&](Gtin gtin) { out.append("\"" + to_string(gtin) + "\""); });
  out.append(",\"unit_price\":\"").append(to_decimal(product.unit_price, currency));
  out.append("\",\"tax_class\":");
  json::append_quoted(out, product.tax_class);
  out.append(",\"stock\":\"").append(to_decimal(product.stock));
  out.append("\",\"version\":").append(std::to_string(product.version));
  if (product.picture) out.append(",\"picture\":\"").append(to_hex(*product.picture)).append("\"");
  out.push_back('}');
}

Result<Product> read_product(const json::Value& value, Currency currency, const std::string& path) {
  json::Reader in = TRY(json::Reader::object(value, path));
  const auto place = [&](std::string_view name, Failure failure) {
    failure.where = in.path_of(name);
    return failure;
  };
  Product product;
  product.id = TRY(in.id("id"));
  product.sku = TRY(in.string("sku", sku_bytes_max));
  product.name = TRY(in.string("name", name_length_max * 4));
  const json::Value* category = TRY(in.any("category"));
  if (!category->is_null()) product.category = TRY(in.id("category"));
  const json::Array* barcodes = TRY(in.array("barcodes", barcodes_max));
  product.barcodes.reserve(barcodes->size());
  for (std::size_t i = 0; i < barcodes->size(); ++i) {
    const std::string* text = (*barcodes)[i].as_string();
    if (text == nullptr)
      return fail(Error::wrong_type, in.path_of(item_path("barcodes", i)), "A barcode is a string.");
    Result<Gtin> gtin = parse_gtin(*text);
    if (!gtin) return place(item_path("barcodes", i), std::move(gtin).failure());
    product.barcodes.push_back(*gtin);
  }
  Result<UnitPrice> price = parse_unit_price(TRY(in.string("unit_price", 24)), currency);
  if (!price) return place("unit_price", std::move(price).failure());
  product.unit_price = *price;
  product.tax_class = TRY(in.string("tax_class", tax_class_bytes_max));
  Result<Quantity> stock = parse_quantity(TRY(in.string("stock", 24)));
  if (!stock) return place("stock", std::move(stock).failure());
  product.stock = *stock;
  product.version = TRY(in.integer("version", 0, json::integer_max));
  if (const auto picture = TRY(in.optional_string("picture", 64))) {
    Result<Sha256Digest> hash = parse_picture(*picture);
    if (!hash) return place("picture", std::move(hash).failure());
    product.picture = *hash;
  }
  TRY(in.done());
  if (auto good = check(product); !good) return below(path, std::move(good).failure());
  return product;
}

std::string to_json(const CatalogueDelta& delta) {
  std::string out;
  out.reserve(1024 + delta.products.size() * 260 + delta.deleted.size() * 40);
  out.append("{\"currency\":");
  json::append_quoted(out, delta.currency.code());
  out.append(",\"cursor\":");
  json::append_quoted(out, delta.cursor);
  out.append(",\"next\":");
  if (delta.more) {
    json::append_quoted(out, delta.cursor);
  } else {
    out.append("null");
  }
  out.append(",\"version\":").append(std::to_string(delta.version));
  if (delta.reset) out.append(",\"reset\":true");
  out.append(",\"products\":");
  append_list(out, delta.products,
              [&](const Product& product) { append_json(out, product, delta.currency); });
  out.append(",\"deleted\":");
  append_list(out, delta.deleted, [&](const Id& id) { append_id(out, id); });
  if (delta.categories) {
    out.append(",\"categories\":");
    append_list(out, *delta.categories, [&](const Category& category) {
      out.append("{\"id\":");
      append_id(out, category.id);
      out.append(",\"name\":");
      json::append_quoted(out, category.name);
      out.push_back('}');
    });
  }
  if (delta.tax_classes) {
    out.append(",\"tax_classes\":");
    append_list(out, *delta.tax_classes, [&](const TaxClass& tax_class) {
      out.append("{\"name\":");
      json::append_quoted(out, tax_class.name);
      out.append(",\"rate\":").append(std::to_string(tax_class.rate.ppm)).append("}");
    });
  }
  if (delta.rules) out.append(",\"rules\":").append(json::dump(*delta.rules));
  if (delta.scale_patterns) {
    out.append(",\"scale_patterns\":");
    append_list(out, *delta.scale_patterns, [&](const ScalePattern& pattern) {
      out.append("{\"text\":");
      json::append_quoted(out, pattern.text);
      out.append(pattern.value == ScalePattern::Value::price ? ",\"value\":\"price\"}"
                                                             : ",\"value\":\"weight\"}");
    });
  }
  out.push_back('}');
  return out;
}

namespace {

/// The members that are absent where nothing changed.
Result<void> read_lists(json::Reader& in, CatalogueDelta& delta) {
  delta.categories = TRY(read_optional_list<Category>(in, "categories", categories_max, read_category));
  delta.tax_classes = TRY(read_optional_list<TaxClass>(in, "tax_classes", tax_classes_max, read_tax_class));
  if (const json::Value* rules = in.find("rules")) {
    if (rules->as_object() == nullptr)
      return fail(Error::wrong_type, "rules",
                  "The rules are an object, not " + std::string(rules->kind()) + ".");
    delta.rules = *rules;
  }
  delta.scale_patterns =
      TRY(read_optional_list<ScalePattern>(in, "scale_patterns", scale_patterns_max, read_scale_pattern));
  return in.done();
}

}  // namespace

Result<CatalogueDelta> read_delta(std::string_view text) {
  json::Limits limits;
  limits.bytes_max = delta_bytes_max;
  limits.values_max = delta_values_max;
  if (text.size() <= delta_bytes_max) {
    if (std::optional<DeltaText> own = read_delta_text(text)) {
      if (own->rest == "}") return std::move(own->delta);
      if (own->rest.starts_with(',')) {
        const Result<json::Value> lists = json::parse("{" + std::string(own->rest.substr(1)), limits);
        if (lists) {
          json::Reader in = TRY(json::Reader::object(*lists));
          if (read_lists(in, own->delta)) return std::move(own->delta);
        }
      }
    }
  }
  const json::Value value = TRY(json::parse(text, limits));
  json::Reader in = TRY(json::Reader::object(value));
  CatalogueDelta delta;
  Result<Currency> currency = parse_currency(TRY(in.string("currency", 3)));
  if (!currency) return below("currency", std::move(currency).failure());
  delta.currency = *currency;
  delta.cursor = TRY(in.string("cursor", cursor_bytes_max, 1));
  const json::Value* next = TRY(in.any("next"));
  delta.more = !next->is_null();
  if (delta.more && TRY(in.string("next", cursor_bytes_max)) != delta.cursor)
    return invalid("next", "This is the cursor or null.");
  delta.version = TRY(in.integer("version", 0, json::integer_max));
  delta.reset = TRY(in.optional_boolean("reset")).value_or(false);
  const json::Array* products = TRY(in.array("products", delta_products_max));
  delta.products.reserve(products->size());
  for (std::size_t i = 0; i < products->size(); ++i)
    delta.products.push_back(TRY(read_product((*products)[i], delta.currency, item_path("products", i))));
  const json::Array* deleted = TRY(in.array("deleted", products_max));
  delta.deleted.reserve(deleted->size());
  for (std::size_t i = 0; i < deleted->size(); ++i) {
    const std::string* id = (*deleted)[i].as_string();
    if (id == nullptr) return fail(Error::wrong_type, item_path("deleted", i), "An id is a string.");
    Result<Id> parsed = parse_id(*id);
    if (!parsed) return below(item_path("deleted", i), std::move(parsed).failure());
    delta.deleted.push_back(*parsed);
  }
  TRY(read_lists(in, delta));
  return delta;
}

}  // namespace ringup
