#include "server/store/outbox.h"

#include <set>

#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

constexpr std::int64_t day_us = 86'400LL * 1'000'000;

std::vector<store::Event> all_events(store::Store& store) {
  return *store.read([](store::Database& db) { return store::events_after(db, 0, 1'000'000); });
}
std::int64_t newest(store::Store& store) {
  return *store.read([](store::Database& db) { return store::newest_sequence(db); });
}
void note_restored(store::Store& store, std::int64_t now_us) {
  ASSERT_TRUE(
      store.writer().write([&](store::Database& db) { return store::note_restored(db, now_us); }).ok());
}

TEST(Outbox, ARestoreLeapsOverWhateverTheLostFutureCanHaveUsed) {
  ShopFloor shop;
  const TestTill till = shop.enrol();
  const std::int64_t before = newest(shop.store());
  note_restored(shop.store(), start_us);
  const std::int64_t floor =
      *shop.store().read([](store::Database& db) { return store::restored_through(db); });
  EXPECT_GE(floor, before + 1'000'000'000);
  const std::vector<store::Event> events = all_events(shop.store());
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().kind, "sync");
  EXPECT_EQ(events.back().tenant, shop.tenant);
  EXPECT_GT(events.back().sequence, floor);

  // What is booked now comes after it; a second restore of the same copy lands elsewhere.
  const std::int64_t first_life = newest(shop.store());
  shop.run("DELETE FROM outbox WHERE sequence > " + std::to_string(before));
  note_restored(shop.store(), start_us + 60LL * 1'000'000);
  EXPECT_GT(*shop.store().read([](store::Database& db) { return store::restored_through(db); }), first_life);
}

TEST(Outbox, ForgetsOldEventsInPiecesAndNeverThoseThatReportsAreMadeOf) {
  ShopFloor shop;
  shop.run("DELETE FROM outbox");
  const auto fill = [&](int count, std::int64_t at) {
    ASSERT_TRUE(shop.store()
                    .writer()
                    .write([&](store::Database& db) -> Result<void> {
                      for (int i = 0; i < count; ++i)
                        TRY(store::add_event(db, shop.tenant, i % 4 == 0 ? "sale" : "task", "{}", at));
                      return {};
                    })
                    .ok());
  };
  fill(400, start_us - 8 * day_us);
  fill(static_cast<int>(store::events_kept_min), start_us);
  const auto forget = [&](std::int64_t after) {
    return *store::forget_events(shop.store(), after, start_us, 100);
  };
  EXPECT_EQ(forget(0), std::nullopt) << "the reports' mark stands before all of them";

  shop.run("UPDATE report_mark SET through = 1000000000");
  std::optional<std::int64_t> after = 0;
  int pieces = 0;
  while (after) after = forget(*after), ++pieces;
  EXPECT_EQ(pieces, 4);
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE at < " + std::to_string(start_us)), 100);
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE at < " + std::to_string(start_us) +
                       " AND kind <> 'sale'"),
            0);
  EXPECT_EQ(shop.count("SELECT count(*) FROM outbox WHERE at = " + std::to_string(start_us)),
            store::events_kept_min);
}

TEST(Outbox, KeepsTheNewestHoweverOldTheyAre) {
  ShopFloor shop;
  shop.run("UPDATE report_mark SET through = 1000000000");
  shop.run("UPDATE outbox SET at = 0");
  const std::size_t before = all_events(shop.store()).size();
  EXPECT_EQ(*store::forget_events(shop.store(), 0, start_us, 100), std::nullopt);
  EXPECT_EQ(all_events(shop.store()).size(), before);
}

}  // namespace
}  // namespace ringup::test
