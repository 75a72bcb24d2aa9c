#include "core/catalogue/gs1.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace ringup {
namespace {

const Currency euro = *parse_currency("EUR");
const Gtin cheese = *parse_gtin("09501101530003");

/// One product, by the cheese's GTIN; and a label of the house that looks like GS1.
class CheeseShop : public ProductLookup {
 public:
  std::optional<Id> product_with_barcode(Gtin gtin) const override {
    return gtin == cheese ? std::optional<Id>(id(1)) : std::nullopt;
  }
  std::optional<Id> product_with_sku(std::string_view sku) const override {
    return sku == "0109501101530003" ? std::optional<Id>(id(2)) : std::nullopt;
  }
  static Id id(std::uint8_t last) {
    Id id;
    id.bytes[15] = last;
    return id;
  }
};

Scan scan(std::string_view code) {
  return resolve(code, CheeseShop(), {}, euro);
}

TEST(Gs1, TheSameInAllItsSpellings) {
  for (const std::string code : {
           "(01)09501101530003(3103)000195",
           "(3103)000195(01)09501101530003",
           "(01)09501101530003(10)LOT(A)1(3103)000195",
           "]C101095011015300033103000195",
           "]e001095011015300033103000195",
           "]d201095011015300033103000195",
           "]Q310LOT1\x1d"
           "01095011015300033103000195",
           "01095011015300033103000195",
           "0109501101530003310300019515270101",
           "https://id.example.com/01/09501101530003?3103=000195",
           "http://shop.example/some/path/01/9501101530003/10/LOT1?utm=x&3103=000195&17=270101#top",
       }) {
    const auto read = read_gs1(code);
    ASSERT_TRUE(read.has_value()) << code;
    ASSERT_TRUE(read->ok()) << code << ": " << read->failure().detail;
    EXPECT_EQ((*read)->gtin, cheese) << code;
    EXPECT_EQ((*read)->quantity, Quantity{195}) << code;
    EXPECT_EQ(scan(code).kind, Scan::Kind::product_weighed) << code;
    EXPECT_EQ(scan(code).product, CheeseShop::id(1)) << code;
    EXPECT_EQ(scan(code).quantity, Quantity{195}) << code;
  }
}

TEST(Gs1, WeightsInEachOfTheirDecimals) {
  const auto weight = [](const std::string& element) {
    return (*read_gs1("(01)09501101530003" + element))->quantity;
  };
  EXPECT_EQ(weight("(3100)000012"), Quantity{12000});
  EXPECT_EQ(weight("(3101)000012"), Quantity{1200});
  EXPECT_EQ(weight("(3102)000012"), Quantity{120});
  EXPECT_EQ(weight("(3103)000012"), Quantity{12});
  EXPECT_EQ(weight("(3104)000120"), Quantity{12});
  EXPECT_EQ(weight("(3105)123400"), Quantity{1234});
  EXPECT_EQ(weight("(30)12"), Quantity{12000});
  EXPECT_EQ(weight("(15)270101(21)7"), std::nullopt);
}

TEST(Gs1, APriceIsForThePackage) {
  const Scan priced = scan("(01)09501101530003(3103)000195(3922)0349");
  EXPECT_EQ(priced.kind, Scan::Kind::product_priced);
  EXPECT_EQ(priced.price, *parse_unit_price("3.49", euro));
  EXPECT_EQ(priced.quantity, Quantity{quantity_one});
  EXPECT_EQ(scan("]e0010950110153000339223.49").kind, Scan::Kind::unknown);
  EXPECT_EQ(scan("]e001095011015300033922349\x1d"
                 "10A")
                .price,
            *parse_unit_price("3.49", euro));
  EXPECT_EQ(scan("(01)09501101530003(3920)999999999999999").kind, Scan::Kind::unknown);
  EXPECT_EQ(scan("(01)09501101530003(3929)000000001").kind, Scan::Kind::unknown);
}

TEST(Gs1, WhatWouldBeSoldWronglyIsRefusedInWords) {
  const std::map<std::string, std::string> codes = {
      {"(01)09501101530004(3103)000195", "The check digit of 09501101530004 should be 3."},
      {"(10)LOT1", "This code names no product: it has no GTIN (01)."},
      {"(01)09501101530003(3202)000150",
       "This code measures otherwise than in kilograms (3202), which is not read here."},
      {"(01)09501101530003(3112)000150",
       "This code measures otherwise than in kilograms (3112), which is not read here."},
      {"(01)09501101530003(3932)840349",
       "This code names its price together with a currency, which is not read here."},
      {"(01)09501101530003(3103)00019", "The element (3103) of this code is broken."},
      {"(01)09501101530003(3103)000000", "This code says a weight of nothing."},
      {"(01)09501101530003(3105)123456", "This code weighs more finely than in grams."},
      {"(01)09501101530003(30)0", "The element (30) of this code is broken."},
      {"]C10109501101530003310300", "This GS1 code is broken."},
      {"https://id.example/01/09501101530004", "The check digit of 09501101530004 should be 3."},
  };
  for (const auto& [code, words] : codes) {
    const Scan found = scan(code);
    EXPECT_EQ(found.kind, Scan::Kind::unknown) << code;
    ASSERT_TRUE(found.problem.has_value()) << code;
    EXPECT_EQ(found.problem->error, Error::invalid_barcode) << code;
    EXPECT_EQ(found.problem->detail, words) << code;
  }
}

TEST(Gs1, LogisticMeasuresAreNoMatter) {
  EXPECT_EQ(scan("(01)09501101530003(3302)000150(400)ORDER").kind, Scan::Kind::product);
}

TEST(Gs1, OtherCodesAreLeftAlone) {
  for (const char* code : {"", "(", "(01", "()", "(1)x", "a(01)09501101530003", "MILK-1", "4006381333931",
                           "https://shop.example/r/abc", "https://", "0112345678901234", "010950110153",
                           "(12345)6", "01095011015300039"})
    EXPECT_FALSE(read_gs1(code).has_value()) << code;
  EXPECT_FALSE(read_gs1("(01)" + std::string(5000, '9')).has_value());
}

TEST(Gs1, TheHousesOwnLabelComesFirst) {
  EXPECT_EQ(scan("0109501101530003").product, CheeseShop::id(2));
  EXPECT_EQ(scan("]C10109501101530003").product, CheeseShop::id(1));
  const Scan unknown = scan("(01)14006381333938");
  EXPECT_EQ(unknown.problem->error, Error::unknown_sku);
  EXPECT_EQ(unknown.problem->detail, "No product has the barcode 14006381333938.");
}

}  // namespace
}  // namespace ringup
