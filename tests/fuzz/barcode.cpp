// Barcodes: a GTIN that is read is written and read again as the same number; labels of any pattern are read
// or not.
#include "core/catalogue/barcode.h"
#include "core/catalogue/gs1.h"

#include <array>

#include "tests/fuzz/fuzz.h"

using namespace ringup;

namespace {

/// A shop that has every third product.
class SomeProducts : public ProductLookup {
 public:
  std::optional<Id> product_with_barcode(Gtin gtin) const override {
    return gtin.value() % 3 == 0 ? std::optional<Id>(Id{}) : std::nullopt;
  }
  std::optional<Id> product_with_sku(std::string_view sku) const override {
    return sku.size() % 3 == 0 ? std::optional<Id>(Id{}) : std::nullopt;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  // The first byte says how much of the input is a pattern; the rest is the code.
  const std::string_view input = fuzz::text_of(data + 1, size - 1);
  const std::size_t cut = std::min<std::size_t>(data[0] & 31, input.size());
  const std::string_view code = input.substr(cut);

  if (const Result<Gtin> gtin = parse_gtin(code)) {
    const Result<Gtin> again = parse_gtin(to_string(*gtin));
    fuzz::promise(again && *again == *gtin, "a GTIN's usual form is the same GTIN");
  }
  if (const Result<Gtin> gtin = expand_upc_e(code)) {
    fuzz::promise(bool(parse_gtin(to_string(*gtin))), "an expanded UPC-E is a GTIN");
  }
  if (const Result<int> digit = check_digit(code)) {
    fuzz::promise(*digit >= 0 && *digit <= 9, "a check digit is one digit");
  }

  const ScalePattern made{std::string(input.substr(0, cut)),
                          data[0] & 32 ? ScalePattern::Value::weight : ScalePattern::Value::price};
  std::vector<ScalePattern> patterns = {{std::string(norwegian_weight_pattern), ScalePattern::Value::weight},
                                        {"23.....{NNNDD}", ScalePattern::Value::price}};
  if (check(made)) patterns.insert(patterns.begin(), made);
  if (const auto label = read_scale_code(code, patterns)) {
    fuzz::promise(label->item_code.size() == 13 && bool(parse_gtin(label->item_code)),
                  "a label's item has a code of its own");
    fuzz::promise(label->value >= 0, "a label's value is not negative");
    if (label->kind == ScalePattern::Value::weight) {
      fuzz::promise(label->weight().thousandths >= 0, "a weight is not negative");
    } else {
      (void)label->price(*parse_currency("JPY"));
    }
  }
  if (const auto gs1 = read_gs1(code); gs1.has_value() && gs1->ok()) {
    fuzz::promise(bool(parse_gtin(to_string((*gs1)->gtin))), "a GS1 code's GTIN is one");
    fuzz::promise(!(*gs1)->quantity.has_value() || (*gs1)->quantity->thousandths > 0,
                  "a GS1 code says more than nothing");
    for (const char* currency : {"EUR", "JPY", "KWD"}) {
      const auto price = (*gs1)->unit_price(*parse_currency(currency));
      fuzz::promise(!price.has_value() || (price->value >= 0 && price->value <= unit_price_max),
                    "a GS1 code's price is one");
    }
  }
  const Scan scan = resolve(code, SomeProducts(), patterns, *parse_currency("EUR"));
  fuzz::promise((scan.kind == Scan::Kind::unknown) == scan.problem.has_value(), "an unknown code says why");
  return 0;
}
