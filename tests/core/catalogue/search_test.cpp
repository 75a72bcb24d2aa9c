#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/catalogue/catalogue.h"
#include "core/catalogue/product_csv.h"

namespace ringup {
namespace {

using Names = std::vector<std::string>;

Id id_of(std::size_t number) {
  Id id;
  id.bytes[6] = 0x70;
  id.bytes[14] = static_cast<std::uint8_t>(number >> 8);
  id.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

class Search : public testing::Test {
 protected:
  Catalogue catalogue_;
  SearchIndex::Scratch scratch_;

  void stock(const Names& names) {
    CatalogueDelta delta;
    delta.currency = *parse_currency("EUR");
    delta.cursor = "1";
    delta.reset = true;
    for (const std::string& name : names) {
      Product product;
      product.id = id_of(delta.products.size() + 1);
      product.sku = "SKU" + std::to_string(delta.products.size());
      product.name = name;
      product.tax_class = "standard";
      delta.products.push_back(std::move(product));
    }
    ASSERT_TRUE(catalogue_.apply(std::move(delta)).ok());
  }
  Names found(std::string_view query, std::size_t limit = 20) {
    Names names;
    for (const Handle handle : catalogue_.search(query, {}, limit, scratch_).handles)
      names.push_back(catalogue_.at(handle).name);
    return names;
  }
};

TEST_F(Search, IgnoresCaseAndAccents) {
  stock({"Crème brûlée", "Äpfel Süß", "Ελιές Καλαμών", "Йогурт питьевой", "Smørrebrød"});
  EXPECT_EQ(found("CREME BRULEE"), Names{"Crème brûlée"});
  EXPECT_EQ(found("crème"), Names{"Crème brûlée"});
  EXPECT_EQ(found("suss"), Names{"Äpfel Süß"});
  EXPECT_EQ(found("ΕΛΙΕΣ"), Names{"Ελιές Καλαμών"});
  EXPECT_EQ(found("йогурт"), Names{"Йогурт питьевой"});
  EXPECT_EQ(found("smorrebrod"), Names{"Smørrebrød"});
}

TEST_F(Search, MatchesWordBeginningsInAnyOrder) {
  stock({"Chocolat au lait", "Lait entier", "Chocolat noir"});
  EXPECT_EQ(found("choc lai"), Names{"Chocolat au lait"});
  EXPECT_EQ(found("lai choc"), Names{"Chocolat au lait"});
  EXPECT_EQ(found("lait chocolat au"), Names{"Chocolat au lait"});
  EXPECT_EQ(found("olat"), Names{}) << "not the middle of a word";
  EXPECT_EQ(found("chocolat vert"), Names{}) << "every word counts";
}

TEST_F(Search, ToleratesOneTypoOfEachKind) {
  stock({"Chocolat noir", "Mozzarella", "Paprika", "Milk"});
  for (const char* typed :
       {"chcolat", "chocoolat", "chacolat", "cohcolat", "hocolat", "xchocolat", "zhocolat", "hcocolat",
        "chocolta", "chocola", "chocolax", "chco", "chocolat nori"})
    EXPECT_EQ(found(typed), Names{"Chocolat noir"}) << typed;
  EXPECT_EQ(found("mlk"), Names{"Milk"}) << "three letters: a whole word";
  EXPECT_EQ(found("mozarela"), Names{}) << "two typos";
  EXPECT_EQ(found("mx"), Names{}) << "two letters have none";
  stock({"Screws 599 pieces", "Screws 509 pieces"});
  EXPECT_EQ(found("screws 599"), Names{"Screws 599 pieces"}) << "numbers have none";
}

TEST_F(Search, ToleratesTyposBeyondAscii) {
  stock({"Ελιές Καλαμών", "Йогурт питьевой"});
  EXPECT_EQ(found("ελεσ"), Names{"Ελιές Καλαμών"});
  EXPECT_EQ(found("иогрут"), Names{"Йогурт питьевой"});
  EXPECT_EQ(found("ногурт"), Names{"Йогурт питьевой"});
}

TEST_F(Search, FindsJoinedWordsWrittenEitherWay) {
  stock({"Coca-Cola Zéro", "L'Oréal Shampoo", "M&M's Peanut"});
  for (const char* typed : {"coca cola", "cocacola", "coca-cola", "cola coca", "cocac"})
    EXPECT_EQ(found(typed), Names{"Coca-Cola Zéro"}) << typed;
  for (const char* typed : {"loreal", "oreal", "l'oreal", "l’oréal"})
    EXPECT_EQ(found(typed), Names{"L'Oréal Shampoo"}) << typed;
  EXPECT_EQ(found("mms"), Names{"M&M's Peanut"});
}

TEST_F(Search, FindsTheMiddleOfTextWithoutSpaces) {
  stock({"緑茶ペットボトル", "ข้าวหอมมะลิ", "우유 1L"});
  EXPECT_EQ(found("茶"), Names{"緑茶ペットボトル"});
  EXPECT_EQ(found("ペット"), Names{"緑茶ペットボトル"});
  EXPECT_EQ(found("หอม"), Names{"ข้าวหอมมะลิ"});
  EXPECT_EQ(found("우유"), Names{"우유 1L"});
}

TEST_F(Search, RanksWholeWordsBeforeBeginningsBeforeTypos) {
  stock({"Milky bar", "Silk scarf", "Fresh milk", "Milk", "Milkshake cup", "Oat drink like milk chocolate"});
  const Names names = found("milk");
  ASSERT_EQ(names.size(), 6u);
  EXPECT_EQ(names[0], "Milk");
  EXPECT_EQ(names[1], "Fresh milk");
  EXPECT_EQ(names[2], "Oat drink like milk chocolate");
  EXPECT_EQ(names[5], "Silk scarf");
}

TEST_F(Search, RanksTheOrderOfTheQueryAndShortNamesFirst) {
  stock({"Juice with apple pieces", "Apple juice with pulp", "Juice of apple", "Apple juice",
         "Apple pie juice"});
  const Names names = found("apple juice");
  ASSERT_EQ(names.size(), 5u);
  EXPECT_EQ(names[0], "Apple juice");
  EXPECT_EQ(names[1], "Apple juice with pulp");
  EXPECT_EQ(names[2], "Apple pie juice");
}

TEST_F(Search, PutsAnExactSkuOrBarcodeFirst) {
  stock({"SKU1 manual", "Hammer", "Nail 4006381333931"});
  EXPECT_EQ(found("SKU1"), (Names{"Hammer", "SKU1 manual"}));
  EXPECT_EQ(found("sku2"), Names{"Nail 4006381333931"}) << "the beginning of a SKU in any case";
  EXPECT_EQ(found("sku").size(), 3u);
  CatalogueDelta delta;
  delta.currency = *parse_currency("EUR");
  delta.cursor = "2";
  Product hammer = catalogue_.at(catalogue_.search("hammer", {}, 1, scratch_).handles[0]);
  hammer.barcodes = {*parse_gtin("4006381333931"), *parse_gtin("036000241457")};
  delta.products = {hammer};
  ASSERT_TRUE(catalogue_.apply(std::move(delta)).ok());
  EXPECT_EQ(found("4006381333931"), (Names{"Hammer", "Nail 4006381333931"}));
  EXPECT_EQ(found("036000241457"), Names{"Hammer"});
  EXPECT_EQ(found("36000"), Names{"Hammer"}) << "as it is printed, without the zero before";
  EXPECT_EQ(found("03600"), Names{"Hammer"});
}

TEST_F(Search, CountsAllThatMatchAndGivesNoMoreThanAsked) {
  Names names;
  for (int i = 0; i < 700; ++i) names.push_back("Soap number " + std::to_string(i));
  stock(names);
  const Catalogue::Page page = catalogue_.search("soap", {}, 20, scratch_);
  EXPECT_EQ(page.total, 700u);
  EXPECT_EQ(page.handles.size(), 20u);
  EXPECT_EQ(found("soap", 500).size(), 500u);
  EXPECT_EQ(found("soap", 1000).size(), 700u);
  Names all = found("soap", 1000);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end());
  EXPECT_EQ(found("", 5).size(), 5u);
  EXPECT_EQ(found("soap", 0).size(), 0u);
}

TEST_F(Search, TakesAnyQuery) {
  stock({"Milk", "-", "☕", "日本"});
  for (const std::string& query :
       Names{"\xFF\xC3", "☕", "-", "''", std::string(100'000, 'm'), std::string(500, ' ') + "milk",
             "a b c d e f g h i j k l m n o p", std::string("mi\0lk", 5), "\xEF\xBF\xBF"})
    found(query);
  EXPECT_EQ(found("milk milk MILK"), Names{"Milk"});
  EXPECT_EQ(found("milk  "), Names{"Milk"});
}

/// The rows of the demo shop as people would type them: without accents, in another order, with one typo.
TEST_F(Search, FindsTheDemoShopsProductsDespiteMistakes) {
  std::ifstream file("assets/demo/products.csv", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  Names all;
  ASSERT_TRUE(read_product_csv(
                  text.str(), *parse_currency("EUR"), {}, [&](ProductRow&& row) { all.push_back(row.name); },
                  [](const Failure&) {})
                  .ok());
  stock(all);
  const auto utf8_of = [](const std::u16string& word) {
    std::string out;  // ASCII words only
    for (const char16_t unit : word) out.push_back(static_cast<char>(unit));
    return out;
  };
  std::size_t queries = 0;
  std::size_t good = 0;
  for (std::size_t row = 0; row < all.size(); ++row) {
    std::vector<std::u16string> words = fold_words(all[row]);
    const bool ascii = std::all_of(words.begin(), words.end(), [](const std::u16string& word) {
      return std::all_of(word.begin(), word.end(), [](char16_t unit) { return unit < 128; });
    });
    if (!ascii || words.size() < 2) continue;
    if (row % 3 == 1) std::rotate(words.begin(), words.begin() + 1, words.end());
    std::u16string& longest =
        *std::max_element(words.begin(), words.end(),
                          [](const auto& word, const auto& other) { return word.size() < other.size(); });
    if (longest.size() >= 4) {
      const std::size_t place = row % (longest.size() - 1);
      switch (row % 4) {
        case 0:
          longest.erase(place, 1);
          break;
        case 1:
          longest.insert(place, 1, u'e');
          break;
        case 2:
          longest[place] = longest[place] == u'a' ? u'o' : u'a';
          break;
        default:
          std::swap(longest[place], longest[place + 1]);
      }
    }
    std::string query;
    for (const std::u16string& word : words) query += (query.empty() ? "" : " ") + utf8_of(word);
    const Names names = found(query, 5);
    ++queries;
    good += std::find(names.begin(), names.end(), all[row]) != names.end() ? 1 : 0;
  }
  EXPECT_GE(queries, 200u);
  EXPECT_GE(good * 100, queries * 95) << good << " of " << queries;
  RecordProperty("found_of", std::to_string(good) + " of " + std::to_string(queries));
}

}  // namespace
}  // namespace ringup
