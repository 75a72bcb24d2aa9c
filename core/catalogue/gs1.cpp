#include "core/catalogue/gs1.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ringup {
namespace {

constexpr char group_separator = 0x1D;
constexpr int quantity_decimals = 3;

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), digit);
}

/// Requires at most 18 digits.
std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

Failure invalid(std::string detail) {
  return fail(Error::invalid_barcode, {}, std::move(detail));
}

struct Element {
  std::string_view identifier, value;
};
using Elements = std::vector<Element>;

/// Where "(" 2–4 digits ")" begins at or after `at`; npos if nowhere.
std::size_t next_identifier(std::string_view text, std::size_t at) {
  for (; (at = text.find('(', at)) != std::string_view::npos; ++at) {
    const std::size_t end = text.find(')', at);
    if (end == std::string_view::npos) return end;
    const std::string_view inside = text.substr(at + 1, end - at - 1);
    if (inside.size() >= 2 && inside.size() <= 4 && digits(inside)) return at;
  }
  return at;
}

std::optional<Elements> read_bracketed(std::string_view text) {
  Elements elements;
  for (std::size_t at = 0; at < text.size();) {
    if (next_identifier(text, at) != at) return std::nullopt;
    const std::size_t close = text.find(')', at);
    const std::size_t end = std::min(next_identifier(text, close), text.size());
    elements.push_back({text.substr(at + 1, close - at - 1), text.substr(close + 1, end - close - 1)});
    at = end;
  }
  return elements;
}

/// How many digits an application identifier has, by its first two; GS1 General Specifications, 3.2.
std::size_t identifier_length(std::string_view two) {
  switch (two[0]) {
    case '2':
      return two[1] >= '3' && two[1] <= '5' ? 3 : 2;
    case '3':
      return two[1] == '0' || two[1] == '7' ? 2 : 4;
    case '4':
      return two[1] == '3' ? 4 : 3;
    case '7':
      return two[1] == '1' ? 3 : 4;
    case '8':
      return 4;
    default:
      return 2;
  }
}

/// The length of identifier and value together where it is fixed, by the first two digits; 0: up to the next
/// separator. (GS1 General Specifications, figure 7.8.5-2.)
std::size_t fixed_length(std::string_view two) {
  const std::int64_t first = number(two);
  if (first == 0) return 20;
  if (first >= 1 && first <= 3) return 16;
  if (first == 4) return 18;
  if (first >= 11 && first <= 19) return 8;
  if (first == 20) return 4;
  if (first >= 31 && first <= 36) return 10;
  if (first == 41) return 16;
  return 0;
}

std::optional<Elements> read_raw(std::string_view text) {
  Elements elements;
  while (!text.empty()) {
    if (text.size() < 3 || !digits(text.substr(0, 2))) return std::nullopt;
    const std::string_view two = text.substr(0, 2);
    const std::size_t identifier = identifier_length(two);
    std::size_t length = fixed_length(two);
    if (length == 0) length = std::min(text.find(group_separator), text.size());
    if (length > text.size() || length <= identifier || !digits(text.substr(0, identifier)))
      return std::nullopt;
    elements.push_back({text.substr(0, identifier), text.substr(identifier, length - identifier)});
    text.remove_prefix(length);
    if (!text.empty() && text[0] == group_separator) text.remove_prefix(1);
  }
  return elements;
}

/// The GTIN of the path, with zeros up to 14 digits in `padded`, and what the query says.
std::optional<Elements> read_link(std::string_view text, std::string& padded) {
  const std::size_t host = text.find("://");
  text = text.substr(host + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  const std::string_view path = text.substr(0, question);
  constexpr std::string_view key = "/01/";
  const std::size_t at = path.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view gtin = path.substr(at + key.size());
  gtin = gtin.substr(0, gtin.find('/'));
  if (gtin.size() > 14) return std::nullopt;
  padded = std::string(14 - gtin.size(), '0').append(gtin);
  Elements elements = {{"01", padded}};
  std::string_view query =
      question == std::string_view::npos ? std::string_view() : text.substr(question + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find_first_of("&;"));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !digits(pair.substr(0, equals))) continue;  // not GS1's
    elements.push_back({pair.substr(0, equals), pair.substr(equals + 1)});
  }
  return elements;
}

/// `value` with `decimals` as thousandths; nullopt if that is not a whole number of them.
std::optional<Quantity> thousandths(std::int64_t value, int decimals) {
  for (; decimals < quantity_decimals; ++decimals) value *= 10;
  for (; decimals > quantity_decimals; --decimals) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  return Quantity{value};
}

/// A net measure of the goods that is not kilograms: GS1's 311n–316n, 320n–329n, 350n–369n.
bool other_measure(std::string_view identifier) {
  if (identifier.size() != 4 || identifier[0] != '3') return false;
  return identifier[1] == '1' || identifier[1] == '2' || identifier[1] == '5' || identifier[1] == '6';
}

Result<void> take(const Element& element, Gs1Item& item) {
  const std::string_view identifier = element.identifier, value = element.value;
  const auto decimals = [&] { return identifier[3] - '0'; };
  const auto broken = [&] {
    return invalid("The element (" + std::string(identifier) + ") of this code is broken.");
  };
  if (identifier.size() == 4 && identifier.starts_with("310")) {
    if (value.size() != 6 || !digits(value)) return broken();
    const auto weight = thousandths(number(value), decimals());
    if (!weight.has_value()) return invalid("This code weighs more finely than in grams.");
    if (weight->thousandths == 0) return invalid("This code says a weight of nothing.");
    item.quantity = *weight;
  } else if (identifier == "30") {
    if (value.size() > 8 || !digits(value) || number(value) == 0) return broken();
    item.quantity = thousandths(number(value), 0);
  } else if (identifier.size() == 4 && identifier.starts_with("392")) {
    if (value.size() > 15 || !digits(value)) return broken();
    item.price = {number(value), decimals()};
  } else if (identifier.size() == 4 && identifier.starts_with("393")) {
    return invalid("This code names its price together with a currency, which is not read here.");
  } else if (other_measure(identifier)) {
    return invalid("This code measures otherwise than in kilograms (" + std::string(identifier) +
                   "), which is not read here.");
  }
  return {};
}

Result<Gs1Item> read(const Elements& elements) {
  const auto gtin = std::find_if(elements.begin(), elements.end(),
                                 [](const Element& element) { return element.identifier == "01"; });
  if (gtin == elements.end()) return invalid("This code names no product: it has no GTIN (01).");
  if (gtin->value.size() != 14) return invalid("The GTIN of this code does not have 14 digits.");
  Gs1Item item{TRY(parse_gtin(gtin->value)), {}, {}};
  for (const Element& element : elements) TRY(take(element, item));
  return item;
}

}  // namespace

std::optional<UnitPrice> Gs1Item::unit_price(Currency currency) const {
  if (!price.has_value()) return std::nullopt;
  std::int64_t value = price->value;
  int decimals = price->decimals;
  for (; decimals > currency.digits + 2; --decimals) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  for (; decimals < currency.digits + 2; ++decimals) {
    if (value > unit_price_max / 10) return std::nullopt;
    value *= 10;
  }
  if (value > unit_price_max) return std::nullopt;
  return UnitPrice{value};
}

std::optional<Result<Gs1Item>> read_gs1(std::string_view code) {
  if (code.size() > gs1_bytes_max) return std::nullopt;
  if (code.starts_with("(")) {
    const auto elements = read_bracketed(code);
    if (!elements.has_value()) return std::nullopt;
    return read(*elements);
  }
  if (code.starts_with("https://") || code.starts_with("http://")) {
    std::string padded;
    const auto elements = read_link(code, padded);
    if (!elements.has_value()) return std::nullopt;
    return read(*elements);
  }
  bool named = false;
  for (const std::string_view symbology : {"]C1", "]e0", "]d2", "]Q3"}) {
    if (!code.starts_with(symbology)) continue;
    named = true;
    code.remove_prefix(symbology.size());
    break;
  }
  // Without the scanner's word for it only what begins with a right GTIN is believed.
  if (!named && (code.size() < 16 || !code.starts_with("01") || !parse_gtin(code.substr(2, 14))))
    return std::nullopt;
  const auto elements = read_raw(code);
  if (!elements.has_value()) {
    if (!named) return std::nullopt;
    return Result<Gs1Item>(invalid("This GS1 code is broken."));
  }
  return read(*elements);
}

}  // namespace ringup
