#pragma once
/// Barcodes: GTINs with their check digit, in-store codes that carry a price or a weight, and what a scan
/// means.
///
/// One product can be printed in several lengths (UPC-A 036000241457 is EAN-13 0036000241457 is GTIN-14
/// 00036000241457, and UPC-E 04252614 is UPC-A 042100005264). All of them are one number with one check
/// digit, so a Gtin is that number, and two spellings of a code are equal.
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/money/money.h"

namespace ringup {

/// A valid GTIN: the check digit is right. Nothing but parse_gtin() and expand_upc_e() makes one.
class Gtin {
 public:
  /// The number without leading zeros; 1 … 10^14 - 1.
  std::uint64_t value() const { return value_; }
  bool operator==(const Gtin&) const = default;
  auto operator<=>(const Gtin&) const = default;

 private:
  friend Result<Gtin> parse_gtin(std::string_view);
  friend Result<Gtin> expand_upc_e(std::string_view);
  explicit Gtin(std::uint64_t value) : value_(value) {}
  std::uint64_t value_;
};

/// The digit that follows `digits` (7, 11, 12, 13 or any number up to 17 of them): GS1's weights 3, 1, 3 …
/// from the right. invalid_barcode if there is another character or another count.
Result<int> check_digit(std::string_view digits);

/// Reads GTIN-8, -12, -13 and -14, exactly the digits. An 8-digit code whose check digit is wrong but which
/// is a right UPC-E is expanded. invalid_barcode; the detail says what is wrong: a character, the length, or
/// the check digit with the one expected.
Result<Gtin> parse_gtin(std::string_view text);

/// The UPC-A number of an eight-digit UPC-E code (number system 0 or 1). invalid_barcode.
Result<Gtin> expand_upc_e(std::string_view text);

/// The usual form: 8 digits for a GTIN-8, 14 for a number that needs them, else 13.
std::string to_string(Gtin);

/// How a shop's scale or label printer codes 13-digit labels. Twelve places and the check digit after them:
/// a digit stands for itself, `.` is a digit of the item number, `{NNNDD}` holds the value, N before and D
/// after the decimal point. "23.....{NNNDD}" with price: 23 05000 12345 1 is item 05000 for 123.45;
/// "23......{NDDD}" with weight is what Norwegian shops use: 23 021482 1086 9 is item 021482, 1.086 kg.
struct ScalePattern {
  enum class Value : std::uint8_t { price, weight };
  std::string text;
  Value value = Value::price;
  bool operator==(const ScalePattern&) const = default;
};
inline constexpr std::size_t scale_patterns_max = 20;
inline constexpr std::string_view norwegian_weight_pattern = "23......{NDDD}";

/// invalid_value if a pattern is not twelve places, has no item or value, more than one value, more than
/// three decimals of weight or more than four of price.
Result<void> check(const ScalePattern&);

/// What an in-store label says.
struct ScaleCode {
  std::string item;       // the item's digits, leading zeros kept
  std::string item_code;  // all 13 digits with the value 0 and the check digit for that
  ScalePattern::Value kind = ScalePattern::Value::price;
  std::int64_t value = 0;  // the digits of the value
  int decimals = 0;        // how many of them stand after the point
  /// The weight, in the unit the product is sold by. Requires kind == weight.
  Quantity weight() const;
  /// The price. Requires kind == price; nullopt if it has more decimals than a unit price of the currency.
  std::optional<UnitPrice> price(Currency) const;
};

/// Reads `code` by the first pattern that fits; nullopt if none does. Only 13 digits with a right check digit
/// (or 12, a UPC-A) fit. Patterns must have passed check().
std::optional<ScaleCode> read_scale_code(std::string_view code, std::span<const ScalePattern> patterns);

/// Where a scan looks products up. The Catalogue is one; the server's store can be another.
class ProductLookup {
 public:
  virtual ~ProductLookup() = default;
  virtual std::optional<Id> product_with_barcode(Gtin) const = 0;
  virtual std::optional<Id> product_with_sku(std::string_view sku) const = 0;
};

struct Scan {
  enum class Kind : std::uint8_t {
    product,          // `product`, one of it
    product_priced,   // `product`, one of it, for `price` instead of its own
    product_weighed,  // `product`, `quantity` of it (a weight, or a count) at its own price
    unknown,          // nothing here has it; `problem` says whether the code itself is wrong
  };
  Kind kind = Kind::unknown;
  Id product;
  UnitPrice price;                 // kind product_priced only
  Quantity quantity;               // one unless weighed
  std::string item;                // of an in-store code: its item number, also where no product has it
  std::optional<Failure> problem;  // kind unknown: invalid_barcode, or unknown_sku where the code is right
};

/// What a scanned or typed code means. In this order: the product that has exactly this barcode; an in-store
/// code whose item is a product (by the barcode with value 0, as scales and labels are programmed, then by
/// the SKU equal to the item number, with or without its leading zeros); the product whose SKU is the code
/// itself (Code 128 and other labels of the house); the product of a GS1 code, with the weight, count or
/// price that it carries (core/catalogue/gs1.h). Spaces around the code are ignored. Never fails: a code that
/// leads nowhere is `unknown`.
Scan resolve(std::string_view code, const ProductLookup& lookup, std::span<const ScalePattern> patterns,
             Currency currency);

}  // namespace ringup
