#include "core/catalogue/barcode.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "core/base/json.h"

namespace ringup {
namespace {

const Currency euro = *parse_currency("EUR");

/// Products by what is said here, and nothing else.
class Shelf : public ProductLookup {
 public:
  Id add_barcode(std::string_view code) { return barcodes_[*parse_gtin(code)] = next(); }
  Id add_sku(const std::string& sku) { return skus_[sku] = next(); }
  std::optional<Id> product_with_barcode(Gtin gtin) const override {
    const auto found = barcodes_.find(gtin);
    return found == barcodes_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<Id> product_with_sku(std::string_view sku) const override {
    const auto found = skus_.find(std::string(sku));
    return found == skus_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  Id next() {
    Id id;
    id.bytes[15] = ++count_;
    return id;
  }
  std::map<Gtin, Id> barcodes_;
  std::map<std::string, Id> skus_;
  std::uint8_t count_ = 0;
};

json::Value read_vectors() {
  std::ifstream file("tests/core/vectors/barcodes.json", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  Result<json::Value> value = json::parse(text.str());
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : describe(value.failure()));
  return value.ok() ? *value : json::Value();
}

const json::Array& list_of(const json::Value& value, std::string_view name) {
  return *value.find(name)->as_array();
}

TEST(BarcodeVectors, CheckDigits) {
  const json::Value vectors = read_vectors();
  ASSERT_EQ(list_of(vectors, "check_digit").size(), 4u);
  for (const json::Value& entry : list_of(vectors, "check_digit")) {
    const std::string& digits = *(*entry.as_array())[0].as_string();
    const std::int64_t digit = *(*entry.as_array())[1].as_integer();
    EXPECT_EQ(*check_digit(digits), digit);
    for (int other = 0; other < 10; ++other)
      EXPECT_EQ(parse_gtin(digits + std::to_string(other)).ok(), other == digit) << digits << other;
  }
}

TEST(BarcodeVectors, InStoreCodes) {
  const json::Value vectors = read_vectors();
  ASSERT_EQ(list_of(vectors, "in_store").size(), 3u);
  for (const json::Value& entry : list_of(vectors, "in_store")) {
    const std::string& code = *entry.find("code")->as_string();
    ScalePattern pattern{*entry.find("pattern")->as_string(), ScalePattern::Value::price};
    if (pattern.text == "norway") pattern.text = norwegian_weight_pattern;
    const json::Value* price = entry.find("price");
    const json::Value* weight = entry.find(entry.find("weight") != nullptr ? "weight" : "weight_kg");
    if (price == nullptr) pattern.value = ScalePattern::Value::weight;
    ASSERT_TRUE(check(pattern).ok());
    const auto label = read_scale_code(code, {&pattern, 1});
    ASSERT_TRUE(label.has_value()) << code;
    if (price != nullptr) {
      EXPECT_EQ(label->price(euro), *parse_unit_price(*price->as_string(), euro));
    } else {
      std::string kilograms = *weight->as_string();
      while (kilograms.ends_with('0')) kilograms.pop_back();
      if (kilograms.ends_with('.')) kilograms.pop_back();
      EXPECT_EQ(label->weight(), *parse_quantity(kilograms));
    }
    const json::Value* item = entry.find("item");
    if (item != nullptr) {
      EXPECT_EQ(label->item, *item->as_string());
    }
  }
}

TEST(BarcodeVectors, WhatIsRefusedAndWhatIsNoInStoreCode) {
  const json::Value vectors = read_vectors();
  const std::vector<ScalePattern> patterns = {
      {"23.....{NNNDD}", ScalePattern::Value::price},
      {"21.....{NNDDD}", ScalePattern::Value::weight},
      {std::string(norwegian_weight_pattern), ScalePattern::Value::weight}};
  for (const json::Value& code : list_of(vectors, "reject")) {
    EXPECT_EQ(parse_gtin(*code.as_string()).error(), Error::invalid_barcode);
    EXPECT_FALSE(read_scale_code(*code.as_string(), patterns).has_value());
    const Scan scan = resolve(*code.as_string(), Shelf(), patterns, euro);
    EXPECT_EQ(scan.kind, Scan::Kind::unknown);
    EXPECT_EQ(scan.problem->error, Error::invalid_barcode);
  }
  for (const json::Value& code : list_of(vectors, "not_in_store"))
    EXPECT_FALSE(read_scale_code(*code.as_string(), patterns).has_value()) << *code.as_string();
}

TEST(Gtin, IsTheSameNumberInEveryLength) {
  EXPECT_EQ(*parse_gtin("036000241457"), *parse_gtin("0036000241457"));
  EXPECT_EQ(*parse_gtin("036000241457"), *parse_gtin("00036000241457"));
  EXPECT_EQ(to_string(*parse_gtin("036000241457")), "0036000241457");
  EXPECT_EQ(to_string(*parse_gtin("96385074")), "96385074");
  EXPECT_EQ(to_string(*parse_gtin("10614141000415")), "10614141000415");
  EXPECT_EQ(to_string(*parse_gtin("4006381333931")), "4006381333931");
}

TEST(Gtin, ExpandsUpcEByEachOfItsRules) {
  // last digit 0-2, 3, 4, 5-9
  EXPECT_EQ(to_string(*expand_upc_e("04252614")), "0042100005264");
  EXPECT_EQ(to_string(*expand_upc_e("01234531")), "0012300000451");
  EXPECT_EQ(to_string(*expand_upc_e("01234543")), "0012340000053");
  EXPECT_EQ(to_string(*expand_upc_e("01234565")), "0012345000065");
  EXPECT_EQ(*parse_gtin("04252614"), *parse_gtin("042100005264"));
  EXPECT_EQ(expand_upc_e("04252615").error(), Error::invalid_barcode);
  EXPECT_EQ(expand_upc_e("24252614").error(), Error::invalid_barcode);
  EXPECT_EQ(expand_upc_e("0425261").error(), Error::invalid_barcode);
}

TEST(Gtin, SaysWhatIsWrong) {
  EXPECT_EQ(parse_gtin("4006381333932").failure().detail, "The check digit of 4006381333932 should be 1.");
  EXPECT_EQ(parse_gtin("400638133393").failure().error, Error::invalid_barcode);
  EXPECT_EQ(parse_gtin("12345").failure().detail, "A barcode has 8, 12, 13 or 14 digits, not 5.");
  EXPECT_EQ(parse_gtin("400638133393x").failure().detail, "A barcode here is made of digits only.");
  EXPECT_EQ(parse_gtin("00000000").failure().detail, "A barcode of zeros is none.");
  for (const char* bad : {"", " 4006381333931", "４００６３８１", "-006381333931"})
    EXPECT_FALSE(parse_gtin(bad).ok());
  EXPECT_FALSE(parse_gtin(std::string(1'000'000, '1')).ok());
  EXPECT_FALSE(check_digit("").ok());
  EXPECT_FALSE(check_digit("12a").ok());
}

TEST(ScalePattern, IsCheckedBeforeItIsUsed) {
  using Value = ScalePattern::Value;
  EXPECT_TRUE(check({"02......{NNDD}", Value::price}).ok());
  EXPECT_TRUE(check({"2......{NNNNN}", Value::weight}).ok());
  for (const ScalePattern& bad : std::vector<ScalePattern>{{"", Value::price},
                                                           {"23.....{NNNDD", Value::price},
                                                           {"23.....NNNDD}", Value::price},
                                                           {"23......{NNNDD}", Value::price},
                                                           {"23....{NNNDD}", Value::price},
                                                           {"2300000{NNNDD}", Value::price},
                                                           {"23..........", Value::price},
                                                           {"23...{NN}{NNNDD}", Value::price},
                                                           {"23.....{DDNNN}", Value::price},
                                                           {"23.....{NDDDD}", Value::weight},
                                                           {"23.....{DDDDD}", Value::price},
                                                           {"2x.....{NNNDD}", Value::price}})
    EXPECT_EQ(check(bad).error(), Error::invalid_value) << bad.text;
}

class Scans : public testing::Test {
 protected:
  Shelf shelf_;
  const std::vector<ScalePattern> patterns_ = {
      {"21.....{NNDDD}", ScalePattern::Value::weight},
      {"22.....{NNNDD}", ScalePattern::Value::price},
      {std::string(norwegian_weight_pattern), ScalePattern::Value::weight}};
  Scan scan(std::string_view code) { return resolve(code, shelf_, patterns_, euro); }
};

TEST_F(Scans, FindAProductByAnySpellingOfItsCode) {
  const Id id = shelf_.add_barcode("042100005264");
  for (const char* code :
       {"042100005264", "0042100005264", "00042100005264", "04252614", " 042100005264\r\n"}) {
    const Scan found = scan(code);
    EXPECT_EQ(found.kind, Scan::Kind::product) << code;
    EXPECT_EQ(found.product, id);
    EXPECT_EQ(found.quantity, Quantity{quantity_one});
  }
}

TEST_F(Scans, ReadAWeightByTheItemsCodeOrSku) {
  const Id by_code = shelf_.add_barcode("2302148200006");  // the label's code with the weight 0
  EXPECT_EQ(scan("2302148210869").kind, Scan::Kind::product_weighed);
  EXPECT_EQ(scan("2302148210869").product, by_code);
  EXPECT_EQ(scan("2302148210869").quantity, Quantity{1086});
  const Id by_sku = shelf_.add_sku("5000");
  const Scan found = scan("2105000080002");
  EXPECT_EQ(found.kind, Scan::Kind::product_weighed);
  EXPECT_EQ(found.product, by_sku);
  EXPECT_EQ(found.item, "05000");
  EXPECT_EQ(found.quantity, Quantity{8000});
}

TEST_F(Scans, ReadAPrice) {
  const Id id = shelf_.add_sku("05000");
  const Scan found = scan("2205000123454");
  EXPECT_EQ(found.kind, Scan::Kind::product_priced);
  EXPECT_EQ(found.product, id);
  EXPECT_EQ(found.price, UnitPrice{1234500});
  EXPECT_EQ(found.quantity, Quantity{quantity_one});
}

TEST_F(Scans, PreferTheProductThatHasExactlyThisCode) {
  shelf_.add_sku("05000");
  const Id exact = shelf_.add_barcode("2205000123454");
  EXPECT_EQ(scan("2205000123454").kind, Scan::Kind::product);
  EXPECT_EQ(scan("2205000123454").product, exact);
}

TEST_F(Scans, FallBackToTheSku) {
  const Id id = shelf_.add_sku("BAG-01");
  EXPECT_EQ(scan("BAG-01").product, id);
  EXPECT_EQ(scan("BAG-01").kind, Scan::Kind::product);
}

TEST_F(Scans, SayWhyACodeLeadsNowhere) {
  EXPECT_EQ(scan("4006381333931").problem->error, Error::unknown_sku);
  EXPECT_EQ(scan("4006381333930").problem->error, Error::invalid_barcode);
  EXPECT_EQ(scan("").problem->error, Error::invalid_barcode);
  const Scan unknown_item = scan("2302148210869");
  EXPECT_EQ(unknown_item.kind, Scan::Kind::unknown);
  EXPECT_EQ(unknown_item.item, "021482");
}

}  // namespace
}  // namespace ringup
