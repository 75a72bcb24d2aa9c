#include "core/catalogue/delta_text.h"

#include <algorithm>

namespace ringup {
namespace {

/// Walks over the text. After the first thing that is not as expected every answer is empty.
class Walker {
 public:
  explicit Walker(std::string_view text) : rest_(text) {}

  bool good() const { return good_; }
  std::string_view rest() const { return rest_; }

  /// True, and past it, if the text goes on so.
  bool skip(std::string_view expected) {
    if (!good_ || !rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  void need(std::string_view expected) {
    if (!skip(expected)) good_ = false;
  }
  /// A string with its quotes. The text stays where it is unless there were escapes: then in `room`.
  std::string_view string(std::string& room) {
    need("\"");
    std::size_t at = 0;
    while (at < rest_.size() && rest_[at] != '"' && rest_[at] != '\\') ++at;
    if (!good_ || at == rest_.size()) return refuse();
    if (rest_[at] == '"') {
      const std::string_view text = rest_.substr(0, at);
      rest_.remove_prefix(at + 1);
      return text;
    }
    room.clear();
    for (at = 0; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\') {
        ++at;
        if (at == rest_.size() || (rest_[at] != '"' && rest_[at] != '\\')) return refuse();
      }
      room.push_back(rest_[at]);
    }
    if (at == rest_.size()) return refuse();
    rest_.remove_prefix(at + 1);
    return room;
  }
  std::int64_t integer() {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9' && digits < 16)
      value = value * 10 + (rest_[digits++] - '0');
    if (digits == 0 || digits == 16 || (digits > 1 && rest_[0] == '0')) good_ = false;
    rest_.remove_prefix(digits);
    return value;
  }
  template <class T>
  T take(Result<T> result) {
    if (result) return std::move(result).value();
    good_ = false;
    return T{};
  }
  void fail() { good_ = false; }

 private:
  std::string_view refuse() {
    good_ = false;
    return {};
  }
  std::string_view rest_;
  bool good_ = true;
};

void read_product(Walker& in, Currency currency, Product& product, std::string& room) {
  in.need("{\"id\":");
  product.id = in.take(parse_id(in.string(room)));
  in.need(",\"sku\":");
  product.sku = in.string(room);
  in.need(",\"name\":");
  product.name = in.string(room);
  in.need(",\"category\":");
  if (!in.skip("null")) product.category = in.take(parse_id(in.string(room)));
  in.need(",\"barcodes\":[");
  if (!in.skip("]")) {
    do {
      const Result<Gtin> gtin = parse_gtin(in.string(room));
      if (!gtin) return in.fail();
      product.barcodes.push_back(*gtin);
    } while (in.skip(","));
    in.need("]");
  }
  in.need(",\"unit_price\":");
  product.unit_price = in.take(parse_unit_price(in.string(room), currency));
  in.need(",\"tax_class\":");
  product.tax_class = in.string(room);
  in.need(",\"stock\":");
  product.stock = in.take(parse_quantity(in.string(room)));
  in.need(",\"version\":");
  product.version = in.integer();
  if (in.skip(",\"picture\":")) product.picture = in.take(parse_picture(in.string(room)));
  in.need("}");
  if (in.good() && !check(product)) in.fail();
}

}  // namespace

std::optional<DeltaText> read_delta_text(std::string_view text) {
  Walker in(text);
  std::string room;
  DeltaText read;
  CatalogueDelta& delta = read.delta;
  in.need("{\"currency\":");
  const Result<Currency> currency = parse_currency(in.string(room));
  if (!currency) return std::nullopt;
  delta.currency = *currency;
  in.need(",\"cursor\":");
  delta.cursor = in.string(room);
  if (delta.cursor.empty() || delta.cursor.size() > cursor_bytes_max) return std::nullopt;
  for (const char c : delta.cursor)
    if (c <= ' ' || c > '~') return std::nullopt;
  in.need(",\"next\":");
  delta.more = !in.skip("null");
  if (delta.more && in.string(room) != delta.cursor) return std::nullopt;
  in.need(",\"version\":");
  delta.version = in.integer();
  if (delta.version > json::integer_max) return std::nullopt;
  delta.reset = in.skip(",\"reset\":true");
  in.need(",\"products\":[");
  if (!in.skip("]")) {
    delta.products.reserve(std::min(delta_products_max, text.size() / 170));
    do {
      if (delta.products.size() == delta_products_max) return std::nullopt;
      read_product(in, delta.currency, delta.products.emplace_back(), room);
    } while (in.good() && in.skip(","));
    in.need("]");
  }
  in.need(",\"deleted\":[");
  if (!in.skip("]")) {
    do {
      if (delta.deleted.size() == products_max) return std::nullopt;
      delta.deleted.push_back(in.take(parse_id(in.string(room))));
    } while (in.good() && in.skip(","));
    in.need("]");
  }
  if (!in.good()) return std::nullopt;
  read.rest = in.rest();
  return read;
}

}  // namespace ringup
