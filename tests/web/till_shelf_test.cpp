#include "web/till/shelf.h"

#include <gtest/gtest.h>

#include <set>

#include "core/catalogue/snapshot.h"
#include "tests/web/fake_bridge.h"

namespace ringup::till {
namespace {

using test::FakeBridge;

constexpr int products = 5;
const Id till_id = *parse_id("0190b2f4-0000-7000-8000-00000000000a");

Id id_of(int number) {
  Id id = till_id;
  id.bytes[15] = static_cast<std::uint8_t>(0x40 + number);
  return id;
}

/// A shop all of whose prices change together, told in pages of two products: a till that shows prices of two
/// days shows something that was never true.
struct Shop {
  int day = 1;
  bool reachable = true;
  std::string era = "a";  // another one: a restored server, which does not know the cursors of before
  std::string extra;      // the name of a sixth product
  int pages_told = 0;

  static Product product(int number, int day, std::string name) {
    Product product;
    product.id = id_of(number);
    product.sku = "SKU" + std::to_string(number);
    product.name = std::move(name);
    product.unit_price = UnitPrice{100 * day};
    product.tax_class = "standard";
    product.version = day;
    return product;
  }
  /// A cursor is ERA DAY ":" PLACE, e.g. "a2:4": four products of day 2 were told.
  platform::FetchResponse answer(const platform::FetchRequest& request) {
    if (!reachable) return {};
    ++pages_told;
    const std::size_t at = request.url.find("since=");
    std::string since = at == std::string::npos ? std::string() : request.url.substr(at + 6);
    if (const std::size_t colon = since.find("%3A"); colon != std::string::npos) since.replace(colon, 3, ":");
    const bool known = since.starts_with(era);
    const std::size_t colon = since.find(':');
    const int told = known ? std::stoi(since.substr(1, colon - 1)) : 0;
    const int place = known && told == day ? std::stoi(since.substr(colon + 1)) : 0;
    const int count = products + (extra.empty() ? 0 : 1);
    CatalogueDelta delta;
    delta.currency = *parse_currency("EUR");
    delta.version = day;
    delta.reset = !known;
    for (int i = place; i < count && i < place + 2; ++i)
      delta.products.push_back(product(i, day, i < products ? "Product " + std::to_string(i) : extra));
    const int reached = std::min(count, place + 2);
    delta.more = reached < count;
    delta.cursor = era + std::to_string(day) + ":" + std::to_string(reached);
    if (delta.reset) {
      delta.tax_classes = {{"standard", Rate{190000}}};
    }
    return {200, to_json(delta)};
  }
};

class TillShelf : public ::testing::Test {
 protected:
  struct Till {
    explicit Till(FakeBridge& bridge) : memory(bridge), server(bridge), shelf(bridge, memory, server) {
      Enrolment enrolment;
      enrolment.till = till_id;
      enrolment.series = "A1";
      enrolment.token = "token";
      enrolment.tenant = "corner";
      enrolment.branch = till_id;
      enrolment.settings = Settings{"Corner Shop", "Main Street", {}, {}, "DE", "EUR"};
      memory.open(
          false, [] {}, [] {});
      bridge.ledger.run();
      memory.enrol(enrolment, [](Result<void> done) { EXPECT_TRUE(done.ok()); });
      bridge.ledger.run();
      shelf.open();
    }
    Memory memory;
    Server server;
    Shelf shelf;
  };
  void settle() {
    for (int i = 0; i < 200 && !bridge.asked.empty(); ++i) {
      FakeBridge::Asked asked = std::move(bridge.asked.front());
      bridge.asked.pop_front();
      asked.done(shop.answer(asked.request));
    }
  }
  /// The power goes; what was on the disk is there again.
  void restart() {
    bridge.asked.clear();
    const auto blobs = bridge.blobs;
    bridge = FakeBridge();
    bridge.blobs = blobs;
    till.emplace(bridge);
    settle();
  }
  /// The day whose prices are shown; 0: nothing is. Fails where there are two.
  int day_shown() {
    std::set<std::int64_t> prices;
    const Catalogue& catalogue = till->shelf.catalogue();
    for (const Handle handle : catalogue.browse({}, 0, 100).handles)
      prices.insert(catalogue.at(handle).unit_price.value);
    EXPECT_LE(prices.size(), 1u) << "prices of two days";
    if (prices.empty()) return 0;
    EXPECT_GE(catalogue.size(), std::size_t{products});
    return static_cast<int>(*prices.begin() / 100);
  }
  void next_day() {
    ++shop.day;
    till->shelf.fetch();
    settle();
  }

  FakeBridge bridge;
  Shop shop;
  std::optional<Till> till;
};

TEST_F(TillShelf, StartsWithoutNetworkFromASnapshotAndWhatChangedSince) {
  till.emplace(bridge);
  settle();
  EXPECT_TRUE(bridge.blobs.contains("catalogue/base"));
  EXPECT_FALSE(bridge.blobs.contains("catalogue/0")) << "the pages of the download are in the snapshot";
  next_day();
  shop.reachable = false;
  restart();
  EXPECT_EQ(day_shown(), 2);
  EXPECT_FALSE(till->shelf.loading());
  EXPECT_EQ(till->shelf.catalogue().cursor(), "a2:5");
}

TEST_F(TillShelf, IsIndexedInTheBackgroundAndAtOnceForASearch) {
  till.emplace(bridge);
  settle();
  restart();
  EXPECT_EQ(till->shelf.catalogue().unsettled(), std::size_t{products});
  bridge.pass(500);
  EXPECT_EQ(till->shelf.catalogue().unsettled(), 0u);
  restart();
  till->shelf.make_searchable();
  SearchIndex::Scratch scratch;
  EXPECT_EQ(till->shelf.catalogue().search("product 3", {}, 10, scratch).total, 1u);
}

TEST_F(TillShelf, WhicheverWriteIsTheLastNothingHalfIsShownAndTheRestIsFetched) {
  for (int writes = 0; writes < 60; ++writes) {
    SCOPED_TRACE(writes);
    bridge = FakeBridge();
    shop = Shop();
    till.emplace(bridge);
    bridge.blob_writes_left = writes;
    settle();
    for (int day = 0; day < 9; ++day) next_day();
    const int at_the_cut = shop.day;
    shop.reachable = false;
    restart();
    EXPECT_LE(day_shown(), at_the_cut);
    shop.reachable = true;
    till->shelf.fetch();
    settle();
    EXPECT_EQ(day_shown(), at_the_cut);
    shop.reachable = false;
    restart();
    EXPECT_EQ(day_shown(), at_the_cut) << "what was mended is stored, too";
  }
}

TEST_F(TillShelf, AChangeOfSeveralPagesIsShownWithItsLast) {
  till.emplace(bridge);
  settle();
  ++shop.day;
  till->shelf.fetch();
  for (int page = 0; page < 3; ++page) {
    ASSERT_EQ(bridge.asked.size(), 1u);
    EXPECT_EQ(day_shown(), 1) << "before page " << page;
    FakeBridge::Asked asked = std::move(bridge.asked.front());
    bridge.asked.pop_front();
    asked.done(shop.answer(asked.request));
  }
  EXPECT_EQ(day_shown(), 2);
}

TEST_F(TillShelf, AnythingDamagedOrGoneIsFetchedAgain) {
  till.emplace(bridge);
  settle();
  next_day();
  next_day();
  const auto sound = bridge.blobs;
  ASSERT_GE(sound.size(), 3u);
  for (const auto& [key, bytes] : sound) {
    for (const std::string& damaged : {std::string(), bytes.substr(0, bytes.size() / 2), "x" + bytes}) {
      SCOPED_TRACE(key);
      bridge.blobs = sound;
      bridge.blobs[key] = damaged;
      if (damaged.empty()) bridge.blobs.erase(key);
      restart();
      EXPECT_EQ(day_shown(), 3);
      EXPECT_EQ(till->shelf.catalogue().size(), std::size_t{products});
    }
  }
}

TEST_F(TillShelf, ACopyOfAnotherBusinessIsNotShown) {
  till.emplace(bridge);
  settle();
  Catalogue catalogue;
  ASSERT_TRUE(catalogue.adopt(*read_snapshot(bridge.blobs["catalogue/base"], "corner")).ok());
  bridge.blobs["catalogue/base"] = write_snapshot(catalogue, "other");
  shop.reachable = false;
  restart();
  EXPECT_EQ(day_shown(), 0);
}

TEST_F(TillShelf, ARestoredServersCatalogueTakesThePlaceOfTheOldOneOnlyWhole) {
  till.emplace(bridge);
  settle();
  shop.era = "b";
  shop.day = 7;
  till->shelf.fetch();
  FakeBridge::Asked asked = std::move(bridge.asked.front());
  bridge.asked.pop_front();
  asked.done(shop.answer(asked.request));
  EXPECT_EQ(day_shown(), 1);
  shop.reachable = false;
  restart();
  EXPECT_EQ(day_shown(), 1) << "cut off in between";
  shop.reachable = true;
  till->shelf.fetch();
  settle();
  EXPECT_EQ(day_shown(), 7);
  shop.reachable = false;
  restart();
  EXPECT_EQ(day_shown(), 7);
}

TEST_F(TillShelf, NewProductsMakeANewSnapshotWithTheNextStart) {
  till.emplace(bridge);
  settle();
  const std::string before = bridge.blobs["catalogue/base"];
  shop.extra = "Zebra";
  next_day();
  EXPECT_EQ(bridge.blobs["catalogue/base"], before);
  restart();
  EXPECT_EQ(till->shelf.catalogue().size(), std::size_t{products + 1});
  EXPECT_NE(bridge.blobs["catalogue/base"], before);
  restart();
  EXPECT_EQ(till->shelf.catalogue().unsettled(), std::size_t{products + 1}) << "nothing to sort at the start";
}

TEST_F(TillShelf, ADeviceWithoutRoomKeepsSelling) {
  bridge.blobs_refused = true;
  bridge.blob_writes_left = 0;
  till.emplace(bridge);
  settle();
  for (int day = 0; day < 30; ++day) next_day();
  EXPECT_EQ(day_shown(), 31);
  EXPECT_LE(shop.pages_told, 31 * 3 + 3) << "it does not ask for everything again and again";
}

}  // namespace
}  // namespace ringup::till
