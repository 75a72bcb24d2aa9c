#include "core/catalogue/product.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

const Currency euro = *parse_currency("EUR");

Product milk() {
  Product product;
  product.id = *parse_id("0190b2f4-0000-7000-8000-000000000001");
  product.sku = "MILK-1L";
  product.name = "Milch \"frisch\" 1 L";
  product.category = *parse_id("0190b2f4-0000-7000-8000-0000000000aa");
  product.barcodes = {*parse_gtin("4006381333931"), *parse_gtin("96385074")};
  product.unit_price = {11900};
  product.tax_class = "reduced";
  product.stock = {-1500};
  product.version = 41;
  return product;
}

constexpr std::string_view milk_json =
    R"({"id":"0190b2f4-0000-7000-8000-000000000001","sku":"MILK-1L","name":"Milch \"frisch\" 1 L",)"
    R"("category":"0190b2f4-0000-7000-8000-0000000000aa","barcodes":["4006381333931","96385074"],)"
    R"("unit_price":"1.19","tax_class":"reduced","stock":"-1.5","version":41})";

CatalogueDelta page() {
  CatalogueDelta delta;
  delta.currency = euro;
  delta.cursor = "a.41";
  delta.more = true;
  delta.version = 41;
  delta.reset = true;
  delta.products = {milk()};
  delta.deleted = {*parse_id("0190b2f4-0000-7000-8000-000000000002")};
  delta.categories = {{*parse_id("0190b2f4-0000-7000-8000-0000000000aa"), "Kühlregal"}};
  delta.tax_classes = {{"standard", Rate{190000}}, {"reduced", Rate{70000}}};
  delta.rules = json::Value(json::Object{{"mode", "per_line"}, {"tax", "inside"}});
  delta.scale_patterns = {{std::string(norwegian_weight_pattern), ScalePattern::Value::weight}};
  return delta;
}

TEST(Product, IsWrittenAndReadInOneForm) {
  std::string text;
  append_json(text, milk(), euro);
  EXPECT_EQ(text, milk_json);
  EXPECT_EQ(*read_product(*json::parse(text), euro), milk());
  Product plain = milk();
  plain.category = {};
  plain.barcodes.clear();
  text.clear();
  append_json(text, plain, euro);
  EXPECT_EQ(*read_product(*json::parse(text), euro), plain);
}

TEST(Product, IsRefusedWithThePlaceNamed) {
  const struct {
    const char* from;
    const char* to;
    Error error;
    const char* where;
  } cases[] = {
      {"\"MILK-1L\"", "\"MILK\\u00fc\"", Error::invalid_value, "products[3].sku"},
      {"\"MILK-1L\"", "\"\"", Error::invalid_value, "products[3].sku"},
      {"Milch", "\\u0085Milch", Error::invalid_value, "products[3].name"},
      {"Milch", " Milch", Error::invalid_value, "products[3].name"},
      {"\"1.19\"", "\"-1.19\"", Error::out_of_range, "products[3].unit_price"},
      {"\"1.19\"", "\"1.19000\"", Error::invalid_value, "products[3].unit_price"},
      {"\"1.19\"", "1", Error::wrong_type, "products[3].unit_price"},
      {"\"-1.5\"", "\"1.2345\"", Error::invalid_value, "products[3].stock"},
      {"96385074", "96385075", Error::invalid_barcode, "products[3].barcodes[1]"},
      {"96385074", "4006381333931", Error::duplicate_barcode, "products[3].barcodes[1]"},
      {"\"reduced\"", "\"Reduced\"", Error::invalid_value, "products[3].tax_class"},
      {"\"version\":41", "\"version\":-1", Error::out_of_range, "products[3].version"},
      {"\"version\":41", "\"version\":41,\"x\":1", Error::unknown_member, "products[3].x"},
      {",\"version\":41", "", Error::missing_member, "products[3].version"},
      {"000000000001\"", "00000000000z\"", Error::invalid_value, "products[3].id"},
  };
  for (const auto& entry : cases) {
    std::string text(milk_json);
    const std::size_t at = text.find(entry.from);
    ASSERT_NE(at, std::string::npos) << entry.from;
    text.replace(at, std::string_view(entry.from).size(), entry.to);
    const Result<Product> product = read_product(*json::parse(text), euro, "products[3]");
    ASSERT_FALSE(product.ok()) << text;
    EXPECT_EQ(product.error(), entry.error) << text << describe(product.failure());
    EXPECT_EQ(product.failure().where, entry.where);
  }
}

TEST(Product, NamesAndSkusHaveTheirLimits) {
  std::string name;
  for (std::size_t i = 0; i < name_length_max; ++i) name += "ß";
  EXPECT_TRUE(check_name(name).ok());
  EXPECT_FALSE(check_name(name + "s").ok());
  EXPECT_FALSE(check_name("").ok());
  EXPECT_FALSE(check_name("a\xFF").ok());
  EXPECT_FALSE(check_name("a\nb").ok());
  EXPECT_FALSE(check_name("a\xC2\xA0").ok());
  EXPECT_TRUE(check_name("ข้าว 米 ☕").ok());
  EXPECT_TRUE(check_sku(std::string(sku_bytes_max, 'A')).ok());
  EXPECT_FALSE(check_sku(std::string(sku_bytes_max + 1, 'A')).ok());
  EXPECT_FALSE(check_sku(" A").ok());
  EXPECT_TRUE(check_sku("A/1-b_2 c.3+#").ok());
}

TEST(CatalogueDelta, IsWrittenAndReadInOneForm) {
  const CatalogueDelta whole = page();
  EXPECT_EQ(*read_delta(to_json(whole)), whole);
  CatalogueDelta nothing_new;
  nothing_new.currency = euro;
  nothing_new.cursor = "a.41";
  nothing_new.version = 41;
  EXPECT_EQ(to_json(nothing_new),
            R"({"currency":"EUR","cursor":"a.41","next":null,"version":41,"products":[],"deleted":[]})");
  EXPECT_EQ(*read_delta(to_json(nothing_new)), nothing_new);
}

TEST(CatalogueDelta, IsReadInAnyFormThatJsonAllows) {
  CatalogueDelta delta = page();
  delta.products[0].name = "a \\ b \"c\" ü 茶";
  delta.products.push_back(milk());
  delta.products[1].id.bytes[15] = 9;
  delta.products[1].category = {};
  delta.products[1].barcodes.clear();
  const std::string own = to_json(delta);
  EXPECT_EQ(*read_delta(own), delta);
  std::string spaced;
  bool in_string = false;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i] == '"' && (i == 0 || own[i - 1] != '\\')) in_string = !in_string;
    spaced += own[i];
    if (!in_string && (own[i] == ',' || own[i] == '{')) spaced += "\n ";
  }
  EXPECT_EQ(*read_delta(spaced), delta);
  std::string escaped = own;
  escaped.replace(escaped.find("ü"), 2, "\\u00fc");
  EXPECT_EQ(*read_delta(escaped), delta);
  for (std::size_t size = 0; size < own.size(); ++size) EXPECT_FALSE(read_delta(own.substr(0, size)).ok());
  for (const std::string& bad : {own + " 1", own + "}", own.substr(0, own.size() - 1) + ",\"products\":[]}"})
    EXPECT_FALSE(read_delta(bad).ok()) << bad;
}

TEST(CatalogueDelta, WritesPricesInItsCurrency) {
  CatalogueDelta delta = page();
  delta.currency = *parse_currency("JPY");
  delta.products[0].unit_price = {11950};
  EXPECT_NE(to_json(delta).find(R"("unit_price":"119.5")"), std::string::npos);
  EXPECT_EQ(*read_delta(to_json(delta)), delta);
}

TEST(CatalogueDelta, IsRefusedWithThePlaceNamed) {
  const auto where = [](std::string_view from, std::string_view to) {
    std::string text = to_json(page());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const Result<CatalogueDelta> delta = read_delta(text);
    EXPECT_FALSE(delta.ok()) << text;
    return delta.ok() ? std::string() : delta.failure().where;
  };
  EXPECT_EQ(where("\"EUR\"", "\"EUX\""), "currency");
  EXPECT_EQ(where("\"next\":\"a.41\"", "\"next\":\"b\""), "next");
  EXPECT_EQ(where("\"MILK-1L\"", "7"), "products[0].sku");
  EXPECT_EQ(where("\"deleted\":[\"0190", "\"deleted\":[\"xx90"), "deleted[0]");
  EXPECT_EQ(where("\"rate\":70000", "\"rate\":-1"), "tax_classes[1].rate");
  EXPECT_EQ(where("Kühlregal", ""), "categories[0].name");
  EXPECT_EQ(where("{NDDD}", "{NDDDD}"), "scale_patterns[0].text");
  EXPECT_EQ(where("\"weight\"", "\"length\""), "scale_patterns[0].value");
}

}  // namespace
}  // namespace ringup
