#include "core/catalogue/barcode.h"

#include <algorithm>

#include "core/catalogue/gs1.h"

namespace ringup {
namespace {

constexpr std::size_t scale_places = 12;  // of a pattern; the check digit is the thirteenth
constexpr int weight_decimals_max = 3;
constexpr int price_decimals_max = 4;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Requires digits.
int gs1_check_digit(std::string_view digits) {
  int sum = 0;
  int weight = 3;
  for (std::size_t i = digits.size(); i-- > 0; weight = 4 - weight) sum += (digits[i] - '0') * weight;
  return (10 - sum % 10) % 10;
}

bool right(std::string_view code) {
  return gs1_check_digit(code.substr(0, code.size() - 1)) == code.back() - '0';
}

std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

Failure invalid(std::string detail) {
  return fail(Error::invalid_barcode, {}, std::move(detail));
}

Failure wrong_check_digit(std::string_view code) {
  return invalid("The check digit of " + std::string(code) + " should be " +
                 std::to_string(gs1_check_digit(code.substr(0, code.size() - 1))) + ".");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
    text.remove_suffix(1);
  return text;
}

std::int64_t times_ten(std::int64_t value, int times) {
  for (; times > 0; --times) value *= 10;
  return value;
}

/// The eleven digits of a UPC-A whose zeros a UPC-E leaves out. Requires eight digits.
std::string upc_e_body(std::string_view code) {
  const std::string_view six = code.substr(1, 6);
  const char last = six[5];
  std::string body(1, code[0]);
  if (last <= '2') {
    body.append(six.substr(0, 2)).append(1, last).append("0000").append(six.substr(2, 3));
  } else if (last == '3') {
    body.append(six.substr(0, 3)).append("00000").append(six.substr(3, 2));
  } else if (last == '4') {
    body.append(six.substr(0, 4)).append("00000").append(six.substr(4, 1));
  } else {
    body.append(six.substr(0, 5)).append("0000").append(1, last);
  }
  return body;
}

}  // namespace

Result<int> check_digit(std::string_view digits) {
  if (digits.empty() || digits.size() > 17 || !all_digits(digits))
    return invalid("A check digit is made from 1 to 17 digits.");
  return gs1_check_digit(digits);
}

Result<Gtin> expand_upc_e(std::string_view text) {
  if (text.size() != 8 || !all_digits(text)) return invalid("A UPC-E code has eight digits.");
  if (text[0] > '1') return invalid("A UPC-E code begins with 0 or 1.");
  const std::string code = upc_e_body(text) + text[7];
  if (!right(code)) return wrong_check_digit(code);
  if (number(code) == 0) return invalid("A barcode of zeros is none.");
  return Gtin(number(code));
}

Result<Gtin> parse_gtin(std::string_view text) {
  if (text.size() > 40 || !all_digits(text)) return invalid("A barcode here is made of digits only.");
  if (text.size() != 8 && text.size() != 12 && text.size() != 13 && text.size() != 14)
    return invalid("A barcode has 8, 12, 13 or 14 digits, not " + std::to_string(text.size()) + ".");
  if (!right(text)) {
    if (const Result<Gtin> expanded = expand_upc_e(text)) return *expanded;
    return wrong_check_digit(text);
  }
  if (number(text) == 0) return invalid("A barcode of zeros is none.");
  return Gtin(number(text));
}

std::string to_string(Gtin gtin) {
  std::string digits = std::to_string(gtin.value());
  const std::size_t length = digits.size() <= 8 ? 8 : digits.size() <= 13 ? 13 : 14;
  digits.insert(0, length - digits.size(), '0');
  return digits;
}

Result<void> check(const ScalePattern& pattern) {
  const auto wrong = [&](std::string detail) {
    return fail(Error::invalid_value, {},
                "The pattern \"" + pattern.text.substr(0, 40) + "\" " + std::move(detail));
  };
  std::size_t places = 0;
  std::size_t items = 0;
  int values = 0;
  int decimals = 0;
  bool open = false;
  for (std::size_t i = 0; i < pattern.text.size(); ++i) {
    const char c = pattern.text[i];
    if (c == '{') {
      if (open || values > 0) return wrong("has more than one value in braces.");
      open = true;
      continue;
    }
    if (c == '}') {
      if (!open || values == 0) return wrong("has a brace without its value.");
      open = false;
      continue;
    }
    ++places;
    if (open) {
      if (c != 'N' && c != 'D') return wrong("may hold only N and D in its braces.");
      if (c == 'N' && decimals > 0) return wrong("has an N after a D.");
      ++values;
      decimals += c == 'D' ? 1 : 0;
    } else if (c == '.') {
      ++items;
    } else if (c < '0' || c > '9') {
      return wrong("may hold only digits, dots and one value in braces.");
    }
  }
  if (open) return wrong("has a brace that is not closed.");
  if (places != scale_places) return wrong("must have 12 places; the check digit comes after them.");
  if (items == 0 || values == 0) return wrong("needs dots for the item and a value in braces.");
  if (decimals > (pattern.value == ScalePattern::Value::weight ? weight_decimals_max : price_decimals_max))
    return wrong("has too many decimals.");
  return {};
}

Quantity ScaleCode::weight() const {
  ASSERT(kind == ScalePattern::Value::weight && decimals <= weight_decimals_max);
  return Quantity{times_ten(value, weight_decimals_max - decimals)};
}

std::optional<UnitPrice> ScaleCode::price(Currency currency) const {
  ASSERT(kind == ScalePattern::Value::price);
  const int price_decimals = currency.digits + 2;
  if (decimals > price_decimals) return std::nullopt;
  return UnitPrice{times_ten(value, price_decimals - decimals)};
}

std::optional<ScaleCode> read_scale_code(std::string_view code, std::span<const ScalePattern> patterns) {
  std::string digits(code.substr(0, 14));
  if (digits.size() == 12) digits.insert(0, 1, '0');
  if (digits.size() != scale_places + 1 || !all_digits(digits) || !right(digits)) return std::nullopt;
  for (const ScalePattern& pattern : patterns) {
    ScaleCode found;
    found.kind = pattern.value;
    std::string base;  // the code with the value 0
    bool fits = true;
    bool in_value = false;
    std::size_t place = 0;
    for (const char c : pattern.text) {
      if (c == '{' || c == '}') {
        in_value = c == '{';
        continue;
      }
      const char digit = digits[place++];
      if (in_value) {
        found.value = found.value * 10 + (digit - '0');
        found.decimals += c == 'D' ? 1 : 0;
      } else if (c == '.') {
        found.item.push_back(digit);
      } else if (c != digit) {
        fits = false;
        break;
      }
      base.push_back(in_value ? '0' : digit);
    }
    if (!fits) continue;
    found.item_code = base + static_cast<char>('0' + gs1_check_digit(base));
    return found;
  }
  return std::nullopt;
}

namespace {

std::optional<Id> product_of_item(const ScaleCode& label, const ProductLookup& lookup) {
  if (const Result<Gtin> gtin = parse_gtin(label.item_code))
    if (const auto id = lookup.product_with_barcode(*gtin)) return id;
  if (const auto id = lookup.product_with_sku(label.item)) return id;
  const std::size_t first = label.item.find_first_not_of('0');
  if (first == 0 || first == std::string::npos) return std::nullopt;
  return lookup.product_with_sku(std::string_view(label.item).substr(first));
}

void resolve_gs1(const Result<Gs1Item>& read, const ProductLookup& lookup, Currency currency, Scan& scan) {
  if (!read.ok()) {
    scan.problem = read.failure();
    return;
  }
  const Gs1Item& item = *read;
  const auto id = lookup.product_with_barcode(item.gtin);
  if (!id.has_value()) {
    scan.problem = fail(Error::unknown_sku, {}, "No product has the barcode " + to_string(item.gtin) + ".");
    return;
  }
  scan.product = *id;
  if (item.price.has_value()) {
    // The price is that of the whole package, whatever it weighs.
    const auto price = item.unit_price(currency);
    if (!price.has_value()) {
      scan.problem = invalid("The price in this code has more decimals than the shop's currency.");
      return;
    }
    scan.kind = Scan::Kind::product_priced;
    scan.price = *price;
  } else if (item.quantity.has_value()) {
    scan.kind = Scan::Kind::product_weighed;
    scan.quantity = *item.quantity;
  } else {
    scan.kind = Scan::Kind::product;
  }
}

}  // namespace

Scan resolve(std::string_view code, const ProductLookup& lookup, std::span<const ScalePattern> patterns,
             Currency currency) {
  code = trimmed(code);
  Scan scan;
  const auto found = [&](Scan::Kind kind, const Id& id) {
    scan.kind = kind;
    scan.product = id;
    return scan;
  };
  const Result<Gtin> gtin = parse_gtin(code);
  if (gtin) {
    if (const auto id = lookup.product_with_barcode(*gtin)) return found(Scan::Kind::product, *id);
    if (code.size() == 8)  // right as EAN-8 and, by chance, as UPC-E too
      if (const Result<Gtin> expanded = expand_upc_e(code))
        if (const auto id = lookup.product_with_barcode(*expanded)) return found(Scan::Kind::product, *id);
    if (const auto label = read_scale_code(code, patterns)) {
      scan.item = label->item;
      if (const auto id = product_of_item(*label, lookup)) {
        if (label->kind == ScalePattern::Value::weight) {
          scan.quantity = label->weight();
          return found(Scan::Kind::product_weighed, *id);
        }
        if (const auto price = label->price(currency)) {
          scan.price = *price;
          return found(Scan::Kind::product_priced, *id);
        }
      }
    }
  }
  if (const auto id = lookup.product_with_sku(code)) return found(Scan::Kind::product, *id);
  if (const auto gs1 = read_gs1(code)) {
    resolve_gs1(*gs1, lookup, currency, scan);
    return scan;
  }
  scan.problem = gtin ? fail(Error::unknown_sku, {}, "No product has the barcode " + std::string(code) + ".")
                      : gtin.failure();
  return scan;
}

}  // namespace ringup
