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
  for (const std::string_view since :
       {"x", "1", "12345678", "12345678.x", "12345678.-1", "12345678.1.x", "12345678.1~x", "12345678.1~"}) {
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
  const std::string later = fingerprint + ".1~ffffffffffff7fffbfffffffffffffff";
  for (const std::string& old : {fingerprint + ".99", std::string("00000000.1"), later}) {
    const ShopAnswer answer = shop.get("/api/till/catalogue/?since=" + old, "Till till");
    Result<CatalogueDelta> delta = read_delta(answer.body);
    ASSERT_TRUE(delta.ok()) << answer.body;
    EXPECT_TRUE(delta->reset);
    EXPECT_EQ(delta->products.size(), 3u);
  }
}

/// Books a movement as a sale does: without a version.
void sell(store::Store& store, const Id& tenant, const Id& branch, const Id& product, std::int64_t quantity) {
  ASSERT_TRUE(store.writer()
                  .write([&](store::Database& database) -> Result<void> {
                    TRY(store::book_movement(database, {tenant, branch, product, -quantity,
                                                        store::MovementKind::sale, store::new_id(), 1}));
                    return {};
                  })
                  .ok());
}

TEST(Delta, StockThatSalesMoveReachesEveryTill) {
  ServedShop shop;
  store::Store& store = shop.store();
  import(store, shop.tenant(), lines_of(50, "1"));
  import(store, shop.other_tenant(), std::string(test::csv_header) + "X,,Other,,1,standard,1\n");
  const Id station = store::new_id();
  ASSERT_TRUE(store.writer()
                  .write([&](store::Database& database) {
                    return store::insert_branch(database,
                                                {station, shop.tenant(), "station", "Station", "", false, 0});
                  })
                  .ok());
  Till till(shop), late(shop), other(shop, "Till other");
  till.follow();
  other.follow();
  const std::int64_t version = till.catalogue.version();
  const Id product = till.catalogue.find_sku("P7")->id, gone = till.catalogue.find_sku("P8")->id;

  // At two branches, and of a product that is then deleted; the catalogue itself did not change.
  sell(store, shop.tenant(), shop.branch(), product, 3000);
  sell(store, shop.tenant(), station, product, 500);
  EXPECT_EQ(till.follow(), 1u);
  EXPECT_EQ(till.catalogue.find(product)->stock.thousandths, 1000 - 3500);
  EXPECT_EQ(till.catalogue.version(), version);
  EXPECT_EQ(till.follow(), 0u);
  sell(store, shop.tenant(), shop.branch(), gone, 1000);
  ASSERT_EQ(shop.call("DELETE", "/api/catalogue/products/" + to_string(gone) + "/").status, 204);
  EXPECT_EQ(till.follow(), 0u);
  EXPECT_EQ(till.catalogue.find(gone), nullptr);
  EXPECT_EQ(other.follow(), 0u);

  // Another process on the same folder, and a till that starts only now.
  auto second = store::Store::open(shop.path(), {.readers = 1});
  ASSERT_TRUE(second.ok());
  sell(**second, shop.tenant(), station, product, -1500);
  EXPECT_EQ(till.follow(), 1u);
  late.follow();
  for (const Till* one : {&till, &late})
    EXPECT_EQ(one->catalogue.find(product)->stock.thousandths, 1000 - 3500 + 1500);
  sell(store, shop.tenant(), shop.branch(), product, 1000);
  EXPECT_EQ(late.follow(), 1u);
}

TEST(Delta, AMovementIsNeverBelowTheOnesBeforeIt) {
  ServedShop shop;
  store::Store& store = shop.store();
  import(store, shop.tenant(), lines_of(3, "1"));
  Till till(shop);
  till.follow();
  const Id product = till.catalogue.find_sku("P1")->id;
  // As if the clock had been in 2100 once: every movement now would lie below this one.
  std::array<std::uint8_t, 10> random;
  random.fill(0xFF);
  const Id ahead = make_id(4'102'444'800'000, random);
  ASSERT_TRUE(store.writer()
                  .write([&](store::Database& database) -> Result<void> {
                    TRY(database.run(
                        "INSERT INTO stock_movement (id, tenant, branch, product, quantity, kind, at)"
                        " VALUES ($1, $2, $3, $4, 0, 'sale', 1)",
                        ahead, shop.tenant(), shop.branch(), product));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(till.follow(), 1u);
  for (int i = 1; i <= 3; ++i) {
    sell(store, shop.tenant(), shop.branch(), product, 1000);
    EXPECT_EQ(till.follow(), 1u);
    EXPECT_EQ(till.catalogue.find(product)->stock.thousandths, 1000 - 1000 * i);
  }
}

TEST(Delta, PagesOfMovedStockEndWithAllOfThem) {
  ServedShop shop;
  store::Store& store = shop.store();
  import(store, shop.tenant(), lines_of(40, "1"));
  Catalogue catalogue;
  const auto page = [&] {
    CatalogueDelta delta = *store.read([&](store::Database& database) {
      return store::catalogue_delta(database, shop.tenant(), catalogue.cursor(), 7);
    });
    const bool more = delta.more;
    EXPECT_LE(delta.products.size(), 7u);
    EXPECT_LE(delta.cursor.size(), cursor_bytes_max);
    EXPECT_TRUE(catalogue.apply(*read_delta(to_json(delta))).ok());
    return more;
  };
  // In the middle of the first download, before and behind the place where it stands.
  EXPECT_TRUE(page());
  std::vector<Id> ids;
  ASSERT_TRUE(store
                  .read([&](store::Database& database) {
                    return database.query(
                        "SELECT id FROM product WHERE tenant = $1 ORDER BY sku",
                        [&](const store::Row& row) { ids.push_back(row.id(0)); }, shop.tenant());
                  })
                  .ok());
  ASSERT_EQ(ids.size(), 40u);
  for (const Id& id : ids) sell(store, shop.tenant(), shop.branch(), id, 250);
  while (page()) {
  }
  for (const Id& id : ids) EXPECT_EQ(catalogue.find(id)->stock.thousandths, 750);

  // A cursor of a server that did not tell of movements: it has seen none.
  const std::string cursor = catalogue.cursor();
  CatalogueDelta old = *store.read([&](store::Database& database) {
    return store::catalogue_delta(database, shop.tenant(), cursor.substr(0, cursor.find('~')));
  });
  EXPECT_FALSE(old.reset);
  EXPECT_EQ(old.products.size(), 40u);
  EXPECT_EQ(old.cursor, cursor);
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

std::string unpack(const std::string& packed) {
  std::string unpacked(packed.size() * 50, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  unpacked.resize(stream.total_out);
  inflateEnd(&stream);
  return unpacked;
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
    EXPECT_EQ(unpack(answer.body), plain);
  }
  // A movement of stock, and a change, end what was kept.
  Till keeper(shop);
  keeper.follow();
  sell(shop.store(), shop.tenant(), shop.branch(), keeper.catalogue.find_sku("P5")->id, 1000);
  const std::string sold = shop.get("/api/till/catalogue/", "Till till").body;
  EXPECT_NE(sold, plain);
  EXPECT_EQ(
      unpack(shop.call("GET", "/api/till/catalogue/", {}, "Till till", "Accept-Encoding: gzip\r\n").body),
      sold);
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
