// What the table shows of 100,000 products, and how quickly.
#include "web/console/products/product_list.h"

#include <gtest/gtest.h>

#include <ctime>

#include "web/console/products/editor.h"

namespace ringup::console {
namespace {

Id id_of(std::uint32_t number) {
  std::array<std::uint8_t, 10> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[6 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return make_id(1, bytes);
}

Catalogue shop(std::uint32_t count) {
  Catalogue catalogue;
  CatalogueDelta delta;
  delta.currency = *parse_currency("EUR");
  delta.reset = true;
  delta.cursor = "1";
  delta.categories = std::vector<Category>{{id_of(900'001), "Tea"}, {id_of(900'002), "dairy"}};
  for (std::uint32_t i = 1; i <= count; ++i) {
    Product product;
    product.id = id_of(i);
    product.sku = "SKU-0000000000-" + std::to_string(1'000'000 - i);
    product.name = "Product " + std::to_string(i * 7919 % count);
    product.tax_class = i % 3 == 0 ? "standard" : "reduced";
    product.unit_price = {static_cast<std::int64_t>(i * 104'729 % 50'000)};
    product.stock = {(static_cast<std::int64_t>(i % 40) - 3) * 1000};
    product.category = i % 5 == 0 ? Id{} : id_of(900'001 + i % 2);
    product.version = 1;
    delta.products.push_back(std::move(product));
  }
  EXPECT_TRUE(catalogue.apply(std::move(delta)).ok());
  return catalogue;
}

TEST(ProductList, SortsByEachColumnBothWaysWithNamesAmongEquals) {
  const Catalogue catalogue = shop(500);
  ProductList list;
  ListQuery query;
  std::uint64_t changes = 1;
  const auto check = [&](const char* column, auto key) {
    for (const bool descending : {false, true}) {
      query.sort = column;
      query.descending = descending;
      EXPECT_TRUE(list.update(catalogue, changes, query));
      ASSERT_EQ(list.rows().size(), 500u);
      for (std::size_t i = 1; i < list.rows().size(); ++i) {
        const auto one = key(catalogue.at(list.rows()[i - 1])), other = key(catalogue.at(list.rows()[i]));
        ASSERT_TRUE(descending ? !(one < other) : !(other < one)) << column << descending << i;
      }
    }
  };
  check("price", [](const Product& product) { return product.unit_price; });
  check("stock", [](const Product& product) { return product.stock; });
  check("sku", [](const Product& product) { return product.sku; });
  check("tax", [](const Product& product) { return product.tax_class; });
  check("category", [](const Product& product) {  // dairy, Tea, none
    return product.category == id_of(900'002) ? 0 : product.category == id_of(900'001) ? 1 : 2;
  });
  check("barcode", [](const Product& product) { return product.barcodes.size(); });
  EXPECT_FALSE(list.update(catalogue, changes, query)) << "nothing new";
  EXPECT_TRUE(list.update(catalogue, 2, query));
}

TEST(ProductList, NarrowsByEverythingAtOnce) {
  const Catalogue catalogue = shop(500);
  ProductList list;
  ListQuery query;
  query.categories = {id_of(900'001), Id{}};
  query.tax_classes = {"standard"};
  query.stock = {StockState::low, StockState::below_zero};
  query.price_min = UnitPrice{10'000};
  query.price_max = UnitPrice{40'000};
  query.lacking = {Lacking::barcode};
  list.update(catalogue, 1, query);
  std::size_t expected = 0;
  for (const Handle handle : catalogue.browse({}, 0, 500).handles) {
    const Product& product = catalogue.at(handle);
    const std::int64_t stock = product.stock.thousandths;
    expected += (product.category.is_nil() || product.category == id_of(900'001)) &&
                        product.tax_class == "standard" && (stock < 0 || (stock > 0 && stock <= 5000)) &&
                        product.unit_price.value >= 10'000 && product.unit_price.value <= 40'000
                    ? 1
                    : 0;
  }
  EXPECT_GT(expected, 0u);
  EXPECT_EQ(list.rows().size(), expected);

  Place place;
  place.screen = "products";
  query.words = "prod & co";
  query.sort = "price";
  query.descending = true;
  write_query(place, query, catalogue.currency());
  EXPECT_EQ(read_query(read_place(hash_of(place)), catalogue.currency()), query) << hash_of(place);
  EXPECT_EQ(read_query(read_place("/products?category=x,y&from=z&stock=much&sort=-"), catalogue.currency()),
            [] {
              ListQuery nothing;
              nothing.descending = true;
              return nothing;
            }());
}

TEST(ProductList, TakesAHundredThousandInAMoment) {
  const Catalogue catalogue = shop(100'000);
  ProductList list;
  std::uint64_t changes = 0;
  for (const char* column : {"name", "sku", "category", "price", "tax", "stock", "barcode"}) {
    ListQuery query;
    query.sort = column;
    query.descending = true;
    const std::clock_t begun = std::clock();
    list.update(catalogue, ++changes, query);
    const auto ms = static_cast<int>((std::clock() - begun) * 1000 / CLOCKS_PER_SEC);
    EXPECT_EQ(list.rows().size(), 100'000u);
    // The wish is 100 ms; a build with sanitizers must not fail for it.
    EXPECT_LT(ms, 2000) << column;
    RecordProperty(std::string("ms_") + column, ms);
  }
}

TEST(Editor, FollowsTheServerWhereNobodyTyped) {
  const Currency euro = *parse_currency("EUR");
  Product product;
  product.id = id_of(1);
  product.name = "Milk";
  product.sku = "MILK";
  product.tax_class = "reduced";
  product.version = 1;
  Editor editor;
  editor.begin(product, euro);
  EXPECT_FALSE(editor.dirty());
  editor.texts().name = "Whole milk";
  product.unit_price = {12900};
  product.sku = "M1";
  product.version = 2;
  editor.follow(product, euro);
  EXPECT_EQ(editor.texts().name, "Whole milk");
  EXPECT_EQ(editor.texts().unit_price, "1.29");
  EXPECT_EQ(json::dump(editor.body()), R"({"name":"Whole milk","version":2})");
  EXPECT_EQ(json::dump(editor.body_before()), R"({"name":"Milk"})");
  editor.discard();
  EXPECT_FALSE(editor.dirty());
}

}  // namespace
}  // namespace ringup::console
