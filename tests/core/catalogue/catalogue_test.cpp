#include "core/catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace ringup {
namespace {

Id id_of(int number) {
  Id id;
  id.bytes[6] = 0x70;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

Product product(int number, std::string name, std::string sku = {}, const Id& category = {}) {
  Product product;
  product.id = id_of(number);
  product.sku = sku.empty() ? "S" + std::to_string(number) : std::move(sku);
  product.name = std::move(name);
  product.category = category;
  product.tax_class = "standard";
  product.unit_price = {10000 + number};
  return product;
}

CatalogueDelta page(std::vector<Product> products, bool reset = false) {
  CatalogueDelta delta;
  delta.currency = *parse_currency("EUR");
  delta.cursor = "c" + std::to_string(products.size());
  delta.version = 7;
  delta.reset = reset;
  delta.products = std::move(products);
  return delta;
}

std::vector<std::string> names(const Catalogue& catalogue, const Catalogue::Page& page) {
  std::vector<std::string> names;
  for (const Handle handle : page.handles) names.push_back(catalogue.at(handle).name);
  return names;
}

class InCatalogue : public testing::Test {
 protected:
  Catalogue catalogue_;
  SearchIndex::Scratch scratch_;

  void apply(CatalogueDelta delta) {
    const Result<void> done = catalogue_.apply(std::move(delta));
    ASSERT_TRUE(done.ok()) << describe(done.failure());
  }
  std::vector<std::string> found(std::string_view query, const Id& category = {}) {
    return names(catalogue_, catalogue_.search(query, category, 20, scratch_));
  }
  std::vector<std::string> listed() { return names(catalogue_, catalogue_.browse({}, 0, 100)); }
};

using Names = std::vector<std::string>;

TEST_F(InCatalogue, AFreshOneIsEmptyAndAnswers) {
  EXPECT_EQ(catalogue_.size(), 0u);
  EXPECT_EQ(catalogue_.cursor(), "");
  EXPECT_EQ(found("milk"), Names{});
  EXPECT_EQ(listed(), Names{});
  EXPECT_EQ(catalogue_.find(id_of(1)), nullptr);
  EXPECT_EQ(catalogue_.find(Id{}), nullptr);
  EXPECT_EQ(catalogue_.find_sku(""), nullptr);
}

TEST_F(InCatalogue, ProductsAreFoundByIdSkuAndBarcode) {
  Product milk = product(1, "Milk", "MILK-1L");
  milk.barcodes = {*parse_gtin("4006381333931"), *parse_gtin("96385074")};
  CatalogueDelta delta = page({milk, product(2, "Bread", "BREAD")});
  delta.tax_classes = {{"standard", Rate{190000}}};
  apply(std::move(delta));
  EXPECT_EQ(catalogue_.size(), 2u);
  EXPECT_EQ(catalogue_.cursor(), "c2");
  EXPECT_EQ(catalogue_.version(), 7);
  EXPECT_EQ(*catalogue_.find(id_of(1)), milk);
  EXPECT_EQ(catalogue_.find_sku("BREAD")->id, id_of(2));
  EXPECT_EQ(catalogue_.find_sku("bread"), nullptr);
  EXPECT_EQ(catalogue_.find_barcode(*parse_gtin("96385074"))->id, id_of(1));
  EXPECT_EQ(catalogue_.product_with_barcode(*parse_gtin("4006381333931")), id_of(1));
  EXPECT_EQ(catalogue_.rate_of("standard"), Rate{190000});
  EXPECT_EQ(catalogue_.rate_of("luxury"), std::nullopt);
}

TEST_F(InCatalogue, ChangesReplaceAndDeletionsRemove) {
  Product tea = product(1, "Green tea", "TEA");
  tea.barcodes = {*parse_gtin("4006381333931")};
  apply(page({tea, product(2, "Coffee", "COFFEE")}));
  tea.name = "Black tea";
  tea.sku = "TEA-2";
  tea.barcodes = {*parse_gtin("96385074")};
  apply(page({tea}));
  EXPECT_EQ(catalogue_.size(), 2u);
  EXPECT_EQ(found("black"), Names{"Black tea"});
  EXPECT_EQ(found("green"), Names{});
  EXPECT_EQ(catalogue_.find_sku("TEA"), nullptr);
  EXPECT_EQ(catalogue_.find_barcode(*parse_gtin("4006381333931")), nullptr);
  EXPECT_EQ(found("96385"), Names{"Black tea"});
  EXPECT_EQ(found("40063"), Names{});
  EXPECT_EQ(listed(), (Names{"Black tea", "Coffee"}));

  CatalogueDelta gone = page({});
  gone.deleted = {id_of(1), id_of(99)};
  apply(std::move(gone));
  EXPECT_EQ(listed(), Names{"Coffee"});
  EXPECT_EQ(found("tea"), Names{});
  EXPECT_EQ(catalogue_.find(id_of(1)), nullptr);
  EXPECT_EQ(catalogue_.find_sku("TEA-2"), nullptr);
  apply(page({product(3, "Cocoa")}));  // into the free place
  EXPECT_EQ(listed(), (Names{"Cocoa", "Coffee"}));
  EXPECT_EQ(found("coc"), Names{"Cocoa"});
}

TEST_F(InCatalogue, ResetForgetsWhatWasThere) {
  apply(page({product(1, "Milk"), product(2, "Bread")}));
  apply(page({product(3, "Salt")}, true));
  EXPECT_EQ(listed(), Names{"Salt"});
  EXPECT_EQ(found("milk"), Names{});
  EXPECT_EQ(catalogue_.find(id_of(1)), nullptr);
}

TEST_F(InCatalogue, CodesMayBeSwappedWithinAPageAndTakenOver) {
  apply(page({product(1, "One", "A"), product(2, "Two", "B")}));
  apply(page({product(1, "One", "B"), product(2, "Two", "A")}));
  EXPECT_EQ(catalogue_.find_sku("B")->name, "One");
  EXPECT_EQ(catalogue_.find_sku("A")->name, "Two");
  apply(page({product(3, "Three", "A")}));
  EXPECT_EQ(catalogue_.find_sku("A")->name, "Three");
  apply(page({product(2, "Two", "C")}));
  EXPECT_EQ(catalogue_.find_sku("A")->name, "Three");
  EXPECT_EQ(catalogue_.find_sku("C")->name, "Two");
  EXPECT_EQ(catalogue_.size(), 3u);
}

TEST_F(InCatalogue, TheSameProductTwiceOnAPageCountsOnce) {
  apply(page({product(1, "Early", "A"), product(1, "Late", "B")}));
  apply(page({product(1, "Later", "C"), product(1, "Latest", "D")}));
  EXPECT_EQ(catalogue_.size(), 1u);
  EXPECT_EQ(listed(), Names{"Latest"});
  EXPECT_EQ(found("lat"), Names{"Latest"});
  EXPECT_EQ(catalogue_.find_sku("A"), nullptr);
  EXPECT_EQ(catalogue_.find_sku("C"), nullptr);
}

TEST_F(InCatalogue, CategoriesFilterListsAndSearches) {
  const Id dairy = id_of(1001);
  const Id drinks = id_of(1002);
  CatalogueDelta delta = page({product(1, "Milk", {}, dairy), product(2, "Milk shake", {}, drinks),
                               product(3, "Yoghurt", {}, dairy), product(4, "Milk stool")});
  delta.categories = {{drinks, "Drinks"}, {dairy, "Dairy"}};
  apply(std::move(delta));
  EXPECT_EQ(found("milk", dairy), Names{"Milk"});
  EXPECT_EQ(found("S1", dairy), Names{"Milk"}) << "a SKU, too";
  EXPECT_EQ(found("S2", dairy), Names{});
  EXPECT_EQ(names(catalogue_, catalogue_.browse(dairy, 0, 10)), (Names{"Milk", "Yoghurt"}));
  EXPECT_EQ(catalogue_.browse(dairy, 1, 10).total, 2u);
  EXPECT_EQ(names(catalogue_, catalogue_.browse(dairy, 1, 10)), Names{"Yoghurt"});
  EXPECT_EQ(catalogue_.browse(id_of(1003), 0, 10).total, 0u);
  CatalogueDelta moved = page({product(1, "Milk", {}, drinks)});
  moved.categories = {{dairy, "Dairy"}, {drinks, "Drinks"}};
  apply(std::move(moved));
  EXPECT_EQ(found("milk", drinks), (Names{"Milk", "Milk shake"}));
  EXPECT_EQ(found("milk", dairy), Names{});
}

TEST_F(InCatalogue, ListsAreInOrderOfTheFoldedName) {
  apply(page({product(1, "zebra"), product(2, "Äpfel rot"), product(3, "apfel"), product(4, "Öl"),
              product(5, "Banane"), product(6, "Äpfel rund"), product(7, "Ελιές"), product(8, "Яблоко")}));
  EXPECT_EQ(listed(),
            (Names{"apfel", "Äpfel rot", "Äpfel rund", "Banane", "Öl", "zebra", "Ελιές", "Яблоко"}));
  EXPECT_EQ(names(catalogue_, catalogue_.browse({}, 3, 2)), (Names{"Banane", "Öl"}));
  EXPECT_EQ(catalogue_.browse({}, 100, 2).total, 8u);
}

TEST_F(InCatalogue, PagesOfADownloadAddUp) {
  for (int at = 0; at < 600; at += 100) {
    std::vector<Product> products;
    for (int i = at; i < at + 100; ++i)
      products.push_back(product(i + 1, "Article " + std::to_string(i * 7 % 600)));
    CatalogueDelta delta = page(std::move(products), at == 0);
    delta.more = at < 500;
    apply(std::move(delta));
    EXPECT_EQ(catalogue_.size(), static_cast<std::size_t>(at + 100));
  }
  EXPECT_EQ(found("article 599"), Names{"Article 599"});
  EXPECT_EQ(catalogue_.search("article", {}, 20, scratch_).total, 600u);
  EXPECT_EQ(catalogue_.browse({}, 0, 1).total, 600u);
}

TEST_F(InCatalogue, ManyRandomChangesLeaveWhatAPlainListWouldHold) {
  std::map<int, Product> plain;
  std::uint64_t state = 42;
  const auto random = [&](int below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(below));
  };
  const char* words[] = {"apple", "pear", "plum", "juice", "dried", "red", "green", "big"};
  for (int round = 0; round < 300; ++round) {
    CatalogueDelta delta = page({});
    for (int i = random(5); i > 0; --i) {
      const int number = random(60);
      plain.erase(number);
      delta.deleted.push_back(id_of(number));
    }
    for (int i = random(30); i > 0; --i) {
      const int number = random(60);
      Product entry =
          product(number, std::string(words[random(8)]) + " " + words[random(8)] + " " + words[random(8)]);
      entry.unit_price = {random(1000)};
      plain[number] = entry;
      delta.products.push_back(entry);
    }
    apply(std::move(delta));
    ASSERT_EQ(catalogue_.size(), plain.size());
    const char* word = words[random(8)];
    std::set<std::string> wanted;
    std::vector<std::string> sorted;
    for (const auto& [number, entry] : plain) {
      ASSERT_EQ(*catalogue_.find(entry.id), entry);
      ASSERT_EQ(catalogue_.find_sku(entry.sku)->id, entry.id);
      sorted.push_back(entry.name);
      if ((" " + entry.name + " ").find(std::string(" ") + word + " ") != std::string::npos)
        wanted.insert(entry.sku);
    }
    std::sort(sorted.begin(), sorted.end());
    ASSERT_EQ(listed(), sorted);
    std::set<std::string> seen;
    for (const Handle handle : catalogue_.search(word, {}, 1000, scratch_).handles)
      if (catalogue_.at(handle).name.find(word) != std::string::npos) seen.insert(catalogue_.at(handle).sku);
    ASSERT_EQ(seen, wanted) << word;
  }
}

TEST_F(InCatalogue, TooManyProductsChangeNothing) {
  apply(page({product(1, "Milk")}));
  CatalogueDelta delta = page({});
  delta.products.resize(products_max, product(2, "Bread"));
  delta.products.push_back(product(1, "Milk"));
  for (std::size_t i = 0; i < delta.products.size(); ++i) {
    for (int byte = 0; byte < 4; ++byte)
      delta.products[i].id.bytes[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(i >> (8 * byte));
  }
  const Result<void> done = catalogue_.apply(std::move(delta));
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error(), Error::too_many);
  EXPECT_EQ(listed(), Names{"Milk"});
  EXPECT_EQ(catalogue_.cursor(), "c1");
}

}  // namespace
}  // namespace ringup
