#include "core/catalogue/snapshot.h"

#include <gtest/gtest.h>

namespace ringup {
namespace {

Id id_of(int number) {
  Id id;
  id.bytes[0] = 1;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

class Snapshot : public ::testing::Test {
 protected:
  void SetUp() override {
    CatalogueDelta delta;
    delta.currency = *parse_currency("EUR");
    delta.cursor = "41~2";
    delta.version = 41;
    delta.reset = true;
    delta.categories = {{id_of(900), "Dairy"}};
    delta.tax_classes = {{"standard", Rate{190000}}, {"reduced", Rate{70000}}};
    const char* names[] = {"Milk 1 l", "Ärmel", "bread", "Apple", "milk 2 l"};
    for (int i = 0; i < 5; ++i) {
      Product product;
      product.id = id_of(i + 1);
      product.sku = "SKU-" + std::to_string(i);
      product.name = names[i];
      product.unit_price = UnitPrice{11900 + i};
      product.stock = Quantity{-1500 * i};
      product.tax_class = i % 2 == 0 ? "reduced" : "standard";
      product.version = i + 1;
      if (i == 0) product.barcodes = {*parse_gtin("4006381333931"), *parse_gtin("96385074")};
      if (i == 0) product.category = id_of(900);
      if (i == 3) product.category = id_of(901);  // not listed
      if (i == 3) product.picture.emplace().fill(0xAB);
      delta.products.push_back(product);
    }
    ASSERT_TRUE(catalogue.apply(delta).ok());
    bytes = write_snapshot(catalogue, "corner");
  }
  Catalogue adopted() const {
    Catalogue copy;
    Result<CatalogueDelta> read = read_snapshot(bytes, "corner");
    EXPECT_TRUE(read.ok());
    if (read.ok()) {
      EXPECT_TRUE(copy.adopt(std::move(read).value()).ok());
    }
    return copy;
  }
  static std::vector<Product> listed(const Catalogue& catalogue, const Id& category = {}) {
    std::vector<Product> products;
    for (const Handle handle : catalogue.browse(category, 0, 100).handles)
      products.push_back(catalogue.at(handle));
    return products;
  }
  Catalogue catalogue;
  std::string bytes;
};

TEST_F(Snapshot, HoldsEverythingInTheSameOrder) {
  const Catalogue copy = adopted();
  EXPECT_EQ(listed(copy), listed(catalogue));
  EXPECT_EQ(listed(copy, id_of(900)), listed(catalogue, id_of(900)));
  EXPECT_EQ(copy.cursor(), "41~2");
  EXPECT_EQ(copy.version(), 41);
  EXPECT_EQ(copy.categories(), catalogue.categories());
  EXPECT_EQ(copy.tax_classes(), catalogue.tax_classes());
  EXPECT_EQ(copy.find_barcode(*parse_gtin("96385074"))->name, "Milk 1 l");
  EXPECT_EQ(copy.find_sku("SKU-3")->picture, catalogue.find_sku("SKU-3")->picture);
}

TEST_F(Snapshot, SearchesLikeTheOriginalOnceItIsSettled) {
  Catalogue copy = adopted();
  SearchIndex::Scratch scratch;
  EXPECT_EQ(copy.unsettled(), 5u);
  EXPECT_EQ(copy.search("SKU-2", {}, 10, scratch).handles.size(), 1u) << "a whole code is found at once";
  copy.settle(2);
  EXPECT_EQ(copy.unsettled(), 3u);
  EXPECT_EQ(copy.search("4006381333931", id_of(900), 10, scratch).handles.size(), 1u);
  copy.settle(100);
  EXPECT_EQ(copy.unsettled(), 0u);
  EXPECT_EQ(copy.search("milk", {}, 10, scratch).total, 2u);
  EXPECT_EQ(listed(copy), listed(catalogue));
  EXPECT_EQ(listed(copy, id_of(900)), listed(catalogue, id_of(900)));
}

TEST_F(Snapshot, PricesAndStockChangeWithoutSettling) {
  Catalogue copy = adopted();
  CatalogueDelta news;
  news.currency = catalogue.currency();
  news.cursor = "42";
  news.version = 42;
  Product milk = *catalogue.find(id_of(1));
  milk.unit_price = UnitPrice{1};
  news.products = {milk};
  ASSERT_TRUE(copy.apply(news).ok());
  EXPECT_EQ(copy.unsettled(), 5u);
  EXPECT_EQ(copy.find(id_of(1))->unit_price.value, 1);
  EXPECT_EQ(copy.cursor(), "42");
  news.products[0].name = "Zebra milk";
  news.deleted = {id_of(2)};
  ASSERT_TRUE(copy.apply(news).ok());
  ASSERT_TRUE(catalogue.apply(news).ok());
  EXPECT_EQ(copy.unsettled(), 0u);
  EXPECT_EQ(listed(copy), listed(catalogue));
}

TEST_F(Snapshot, EveryCutAndEveryFlippedBitIsFound) {
  for (std::size_t length = 0; length < bytes.size(); ++length)
    ASSERT_FALSE(read_snapshot(std::string_view(bytes).substr(0, length), "corner").ok()) << length;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ 0x10);
    ASSERT_FALSE(read_snapshot(broken, "corner").ok()) << at;
  }
  EXPECT_FALSE(read_snapshot(bytes + "x", "corner").ok());
}

TEST_F(Snapshot, AnotherOwnersIsNotTaken) {
  EXPECT_EQ(read_snapshot(bytes, "other").error(), Error::conflict);
}

TEST_F(Snapshot, AnIdTwiceIsRefusedAndChangesNothing) {
  CatalogueDelta twice = *read_snapshot(bytes, "corner");
  twice.products.push_back(twice.products[0]);
  EXPECT_EQ(catalogue.adopt(twice).error(), Error::invalid_value);
  EXPECT_EQ(catalogue.size(), 5u);
}

}  // namespace
}  // namespace ringup
