#include <gtest/gtest.h>
#include <zlib.h>

#include <atomic>
#include <set>

#include "core/catalogue/catalogue.h"
#include "server/catalogue/import.h"
#include "server/store/catalogue_delta.h"
#include "server/store/products.h"
#include "server/store/stock.h"
#include "tests/server/catalogue/served.h"

namespace ringup::catalogue {
namespace {

using test::ServedShop;
using test::ShopAnswer;

/// A till: it keeps a catalogue by nothing but the endpoint's answers.
class Till {
 public:
  explicit Till(ServedShop& shop, std::string token = "Till till") : shop_(shop), token_(std::move(token)) {}

  /// Asks until nothing more follows; yields how many products came.
  std::size_t follow() {
    std::size_t came = 0;
    for (bool more = true; more;) {
      const std::string since = catalogue.cursor().empty() ? "" : "?since=" + catalogue.cursor();
      const ShopAnswer answer = shop_.get("/api/till/catalogue/" + since, token_);
      EXPECT_EQ(answer.status, 200) << answer.body;
      Result<CatalogueDelta> delta = read_delta(answer.body);
      EXPECT_TRUE(delta.ok()) << describe(delta.failure());
      if (!delta.ok()) return came;
      came += delta->products.size();
      more = delta->more;
      was_reset = delta->reset;
      EXPECT_TRUE(catalogue.apply(std::move(*delta)).ok());
    }
    return came;
  }

  Catalogue catalogue;
  bool was_reset = false;

 private:
  ServedShop& shop_;
  const std::string token_;
};

std::string lines_of(int count, const std::string& price) {
  std::string lines(test::csv_header);
  for (int i = 0; i < count; ++i)
    lines +=
        "P" + std::to_string(i) + ",,Product " + std::to_string(i) + ",Things," + price + ",standard,1\n";
  return lines;
}

void import(store::Store& store, const Id& tenant, const std::string& file) {
  auto report = import_products(store.writer(), tenant, file);
  ASSERT_TRUE(report.ok()) << describe(report.failure());
  ASSERT_TRUE(report->refused.empty());
}

TEST(Delta, GivesATillEverythingInPagesThenOnlyWhatChanged) {
  ServedShop shop;
  const int count = static_cast<int>(delta_products_max) + 17;
  import(shop.store(), shop.tenant(), lines_of(count, "1.19"));
  Till till(shop);
  EXPECT_EQ(till.follow(), static_cast<std::size_t>(count));
  EXPECT_EQ(till.catalogue.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(till.catalogue.tax_classes().size(), 3u);
  ASSERT_EQ(till.catalogue.categories().size(), 1u);
  EXPECT_TRUE(till.catalogue.rules().has_value());
  EXPECT_EQ(till.follow(), 0u);

  const Product* product = till.catalogue.find_sku("P7");
  ASSERT_NE(product, nullptr);
  EXPECT_EQ(product->category, till.catalogue.categories()[0].id);
  const std::string path = "/api/catalogue/products/" + to_string(product->id) + "/";
  const std::int64_t before = till.catalogue.version();
  ASSERT_EQ(shop.call("PATCH", path, R"({"unit_price":"1.29"})").status, 200);
  EXPECT_EQ(till.follow(), 1u);
  EXPECT_EQ(till.catalogue.find_sku("P7")->unit_price.value, 12900);
  EXPECT_GT(till.catalogue.version(), before);

  ASSERT_EQ(shop.call("DELETE", path).status, 204);
  EXPECT_EQ(till.follow(), 0u);
  EXPECT_EQ(till.catalogue.find_sku("P7"), nullptr);
  EXPECT_EQ(till.catalogue.size(), static_cast<std::size_t>(count) - 1);

  ASSERT_EQ(shop.call("POST", "/api/catalogue/categories/", R"({"name":"Empty"})").status, 201);
  till.follow();
  EXPECT_EQ(till.catalogue.categories().size(), 2u);
  EXPECT_FALSE(till.was_reset);
}

TEST(Delta, IsTheSameForPeopleWhoKeepACopy) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(3, "1"));
  import(shop.store(), shop.other_tenant(), std::string(test::csv_header) + "X,,Other,,1,standard,0\n");
  const ShopAnswer first = shop.get("/api/catalogue/changes/");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, shop.get("/api/till/catalogue/", "Till till").body);
  EXPECT_EQ(read_delta(first.body)->products.size(), 3u);
  EXPECT_EQ(read_delta(shop.get("/api/catalogue/changes/", "Bearer other").body)->products.size(), 1u);
  EXPECT_EQ(shop.get("/api/catalogue/changes/?since=" + first.text("cursor")).text("cursor"),
            first.text("cursor"));
  EXPECT_EQ(shop.get("/api/catalogue/changes/", "Till till").status, 401);
  EXPECT_EQ(shop.get("/api/catalogue/changes/?since=x").wrong_field(), "since");
  EXPECT_EQ(shop.get("/api/catalogue/changes/?page=2").status, 400);
}

TEST(Delta, OfTwoBusinessesAreApart) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(3, "1"));
  import(shop.store(), shop.other_tenant(), std::string(test::csv_header) + "X,,Other,,1,standard,0\n");
  Till own(shop), other(shop, "Till other");
  EXPECT_EQ(own.follow(), 3u);
  EXPECT_EQ(other.follow(), 1u);
  EXPECT_EQ(other.catalogue.find_sku("P0"), nullptr);
}

TEST(Delta, StockCorrectionsReachTheTill) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(2, "1"));
  Till till(shop);
  till.follow();
  const std::string id = to_string(till.catalogue.find_sku("P1")->id);
  ASSERT_EQ(shop.call("POST", "/api/catalogue/products/" + id + "/stock/", R"({"quantity":"4"})").status,
            201);
  EXPECT_EQ(till.follow(), 1u);
  EXPECT_EQ(till.catalogue.find_sku("P1")->stock.thousandths, 5000);
}

TEST(Delta, ACursorThatIsNoneIsRefusedAndAnOldOneStartsAgain) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(3, "1"));
  for (const std::string_view since : {"x", "1", "12345678", "12345678.x", "12345678.-1", "12345678.1.x"}) {
    const ShopAnswer answer = shop.get("/api/till/catalogue/?since=" + std::string(since), "Till till");
    EXPECT_EQ(answer.status, 400) << since;
    EXPECT_EQ(answer.wrong_field(), "since") << answer.body;
  }
  EXPECT_EQ(shop.get("/api/till/catalogue/?since=&limit=1", "Till till").status, 400);

  Till till(shop);
  till.follow();
  const std::string cursor = till.catalogue.cursor();
  // From the future (a restored folder counts from an older version again), or of another generation.
  const std::string fingerprint = cursor.substr(0, cursor.find('.'));
  for (const std::string& old : {fingerprint + ".99", std::string("00000000.1")}) {
    const ShopAnswer answer = shop.get("/api/till/catalogue/?since=" + old, "Till till");
    Result<CatalogueDelta> delta = read_delta(answer.body);
    ASSERT_TRUE(delta.ok()) << answer.body;
    EXPECT_TRUE(delta->reset);
    EXPECT_EQ(delta->products.size(), 3u);
  }
}

TEST(Delta, NothingIsMissedWhileItIsChanged) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(40, "1"));
  store::Store& store = shop.store();
  Catalogue catalogue;
  const auto page = [&] {
    CatalogueDelta delta = *store.read([&](store::Database& database) {
      return store::catalogue_delta(database, shop.tenant(), catalogue.cursor(), 7);
    });
    const bool more = delta.more;
    EXPECT_LE(delta.products.size() + delta.deleted.size(), 7u);
    EXPECT_TRUE(catalogue.apply(std::move(delta)).ok());
    return more;
  };
  const std::string ten_dearer = lines_of(10, "2");
  EXPECT_TRUE(page());
  import(store, shop.tenant(), ten_dearer);
  EXPECT_TRUE(page());
  const Id gone = *shop.store().read([&](store::Database& database) -> Result<Id> {
    return TRY(store::product_with_sku(database, shop.tenant(), "P39")).value();
  });
  ASSERT_EQ(shop.call("DELETE", "/api/catalogue/products/" + to_string(gone) + "/").status, 204);
  while (page()) {
  }
  EXPECT_EQ(catalogue.size(), 39u);
  EXPECT_EQ(catalogue.find(gone), nullptr);
  for (int i = 0; i < 39; ++i) {
    const Product* product = catalogue.find_sku("P" + std::to_string(i));
    ASSERT_NE(product, nullptr) << i;
    EXPECT_EQ(product->unit_price.value, i < 10 ? 20000 : 10000) << i;
  }
}

TEST(Delta, IsCompressedForWhoAcceptsIt) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(1000, "1.19"));
  const std::string plain = shop.get("/api/till/catalogue/", "Till till").body;
  for (int round = 0; round < 2; ++round) {  // made, then kept
    const ShopAnswer answer =
        shop.call("GET", "/api/till/catalogue/", {}, "Till till", "Accept-Encoding: br, gzip;q=0.8\r\n");
    EXPECT_NE(answer.head.find("Content-Encoding: gzip"), std::string::npos) << answer.head;
    EXPECT_LT(answer.body.size() * 3, plain.size());
    std::string unpacked(plain.size() + 100, '\0');
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(answer.body.data()));
    stream.avail_in = static_cast<uInt>(answer.body.size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    unpacked.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(unpacked, plain);
  }
  // A change ends what was kept.
  import(shop.store(), shop.tenant(), lines_of(1000, "1.29"));
  const ShopAnswer after =
      shop.call("GET", "/api/till/catalogue/", {}, "Till till", "Accept-Encoding: gzip\r\n");
  EXPECT_NE(after.body,
            shop.call("GET", "/api/till/catalogue/", {}, "Till till", "Accept-Encoding: gzip;q=0\r\n").body);
  Till till(shop);
  till.follow();
  EXPECT_EQ(till.catalogue.find_sku("P5")->unit_price.value, 12900);
}

TEST(Delta, ImportsWhileServing) {
  ServedShop shop;
  import(shop.store(), shop.tenant(), lines_of(2000, "1"));
  auto second = store::Store::open(shop.path(), {.readers = 1});
  ASSERT_TRUE(second.ok());
  std::atomic<bool> importing{true};
  std::thread importer([&] {
    for (const char* price : {"2", "3", "4"}) import(**second, shop.tenant(), lines_of(2000, price));
    importing = false;
  });
  // One transaction each: a reader sees all prices of one import or none.
  Till till(shop);
  do {
    const ShopAnswer answer = shop.get("/api/catalogue/products/?limit=200&q=product", "Bearer owner");
    EXPECT_EQ(answer.status, 200);
    std::set<std::string> prices;
    const json::Value listed = answer.json();
    for (const json::Value& item : *listed.find("items")->as_array())
      prices.insert(*item.find("unit_price")->as_string());
    EXPECT_EQ(prices.size(), 1u);
    till.follow();
  } while (importing);
  importer.join();
  till.follow();
  EXPECT_EQ(till.catalogue.size(), 2000u);
  for (int i = 0; i < 2000; ++i)
    EXPECT_EQ(till.catalogue.find_sku("P" + std::to_string(i))->unit_price.value, 40000) << i;
}

}  // namespace
}  // namespace ringup::catalogue
