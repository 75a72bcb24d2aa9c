// Backups by themselves: when they are due, which ones stay, and what the tills may forget because of them.
#include "server/backup/schedule.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

namespace fs = std::filesystem;
using backup::Schedule;
constexpr std::int64_t minute_us = 60'000'000, hour_us = 60 * minute_us, day_us = 24 * hour_us;

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(Schedule, NamesTellTheTimeAndNothingElseIsTaken) {
  EXPECT_EQ(backup::backup_name(1'795'224'600'000'000), "ringup-20261121T013000Z.backup");
  EXPECT_TRUE(backup::is_scheduled_name("ringup-20261121T013000Z.backup"));
  for (const char* name :
       {"ringup-20261121T013000Z.backup.part", "ringup-20261121t013000Z.backup",
        "ringup-2026112IT013000Z.backup", "before-upgrade.backup", "ringup-.backup", ".backup"})
    EXPECT_FALSE(backup::is_scheduled_name(name)) << name;
}

TEST(Schedule, APipeThatBearsABackupsNameHoldsNobodyUp) {
  const Folder folder;
  ASSERT_EQ(::mkfifo((folder.path() + "/ringup-20261121T013000Z.backup").c_str(), 0600), 0);
  const auto list = backup::list_kept(folder.path(), "shop");
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->backups.empty());
  EXPECT_EQ(list->unreadable, std::vector<std::string>{"ringup-20261121T013000Z.backup"});
}

TEST(Schedule, WaitsBacksOffAndForgivesTheClock) {
  constexpr std::int64_t now = 1'800'000'000'000'000;
  EXPECT_EQ(Schedule::wait_us(0, day_us, 0, 0, now), 0);
  EXPECT_EQ(Schedule::wait_us(now - hour_us, day_us, 0, 0, now), day_us - hour_us);
  EXPECT_EQ(Schedule::wait_us(now - 2 * day_us, day_us, 0, 0, now), 0);
  EXPECT_EQ(Schedule::wait_us(now + 400 * day_us, day_us, 0, 0, now), day_us);  // never longer than `every`
  EXPECT_EQ(Schedule::wait_us(0, day_us, 1, now, now), minute_us);
  EXPECT_EQ(Schedule::wait_us(0, day_us, 3, now, now), 4 * minute_us);
  EXPECT_EQ(Schedule::wait_us(0, day_us, 60, now, now), hour_us);
  EXPECT_EQ(Schedule::wait_us(0, 10 * minute_us, 60, now, now), 10 * minute_us);
  EXPECT_EQ(Schedule::wait_us(0, day_us, 1, now + day_us, now), minute_us);
}

TEST(Schedule, KeepsADayAWeekAndAMonthOfThem) {
  std::vector<std::int64_t> kept;  // the newest first
  const std::int64_t begin = 1'795'219'200'000'000 / day_us * day_us;
  std::int64_t now = begin;
  for (; now < begin + 90 * day_us; now += 6 * hour_us) {
    kept.insert(kept.begin(), now);
    const std::vector<std::size_t> gone = backup::may_go(kept, now);
    ASSERT_LE(gone.size(), 2u);
    for (const std::size_t i : gone) {
      ASSERT_GE(i, 7u);
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  now -= 6 * hour_us;
  EXPECT_GE(kept.size(), 7u + 4u);
  EXPECT_LE(kept.size(), 18u);
  const auto has_one_between = [&](std::int64_t from, std::int64_t to) {
    return std::any_of(kept.begin(), kept.end(),
                       [&](std::int64_t at) { return now - at >= from && now - at < to; });
  };
  for (int day = 0; day < 6; ++day) EXPECT_TRUE(has_one_between(day * day_us, (day + 2) * day_us)) << day;
  EXPECT_TRUE(has_one_between(14 * day_us, 28 * day_us));
  EXPECT_FALSE(has_one_between(29 * day_us, 1000 * day_us));
  // A clock that jumps a year ahead costs two, and never one of the newest seven.
  kept.insert(kept.begin(), now + 365 * day_us);
  EXPECT_LE(backup::may_go(kept, now + 365 * day_us).size(), 2u);
  const std::vector<std::int64_t> few(7, now - 900 * day_us);
  EXPECT_TRUE(backup::may_go(few, now).empty());
}

/// A shop whose journal answers by what its backups hold.
struct KeptShop {
  ShopFloor shop;
  Folder room;
  std::string folder = room.path() + "/backups";
  TestTill till = shop.enrol();

  backup::ScheduleOptions options() {
    return {folder, day_us, "", "test", [this] { return shop.now_us; }};
  }
  void sell(TestTill& from, int count) {
    for (int i = 0; i < count; ++i) (void)shop.send(from, {from.sale(shop.milk)});
  }
};

TEST(Schedule, WhatTheOldestBackupHoldsATillMayForget) {
  KeptShop one;
  Schedule schedule(one.shop.store(), one.options());
  schedule.look();
  EXPECT_EQ(schedule.marks(), nullptr);  // none is kept: what is a month old may be forgotten
  one.sell(one.till, 5);
  ASSERT_TRUE(schedule.make_one().ok());
  ASSERT_NE(schedule.marks(), nullptr);
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 5);
  EXPECT_EQ(schedule.marks()->of(one.till.id, 2), 0);

  one.sell(one.till, 4);
  TestTill second = one.shop.enrol();
  one.sell(second, 2);
  one.shop.now_us += day_us;
  ASSERT_TRUE(schedule.make_one().ok());
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 5);  // the first one is kept still
  EXPECT_EQ(schedule.marks()->of(second.id, 1), 0);    // and does not know this till
  EXPECT_EQ(schedule.numbers().kept, 2u);

  fs::remove(one.folder + "/" + backup::backup_name(one.shop.now_us - day_us));
  schedule.look();
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 9);
  EXPECT_EQ(schedule.marks()->of(second.id, 1), 2);

  // Another one's backup in the same folder says nothing about this shop.
  KeptShop other;
  other.folder = one.folder;
  other.shop.now_us = one.shop.now_us + hour_us;
  Schedule beside(other.shop.store(), other.options());
  ASSERT_TRUE(beside.make_one().ok());
  schedule.look();
  EXPECT_EQ(schedule.numbers().kept, 1u);
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 9);
}

TEST(Schedule, ForksGapsAndLostFuturesHoldTillsToEverything) {
  KeptShop one;
  Schedule schedule(one.shop.store(), one.options());
  one.sell(one.till, 3);
  TestTill clone = one.till;  // its storage was copied
  TestTill lossy = one.shop.enrol();
  one.sell(lossy, 1);
  (void)lossy.sale(one.shop.milk);  // the second is lost
  std::vector<std::string> behind{lossy.sale(one.shop.milk)};
  (void)one.shop.send(lossy, behind, ",\"have_from\":3");
  ASSERT_TRUE(schedule.make_one().ok());
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 3);
  EXPECT_EQ(schedule.marks()->of(lossy.id, 1),
            1);  // the gap may be filled yet: the backup has not what fills it

  one.sell(one.till, 1);
  one.sell(clone, 1);  // the same number: a fork
  schedule.look();
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 0);
  one.shop.now_us += day_us;
  ASSERT_TRUE(schedule.make_one().ok());
  EXPECT_EQ(schedule.marks()->of(one.till.id, 1), 0);

  // A backup of a future that this database has not seen (it was restored from before).
  KeptShop lost;
  Schedule kept(lost.shop.store(), lost.options());
  lost.sell(lost.till, 2);
  ASSERT_TRUE(kept.make_one().ok());
  lost.shop.now_us += day_us;
  lost.sell(lost.till, 2);
  ASSERT_TRUE(kept.make_one().ok());
  EXPECT_EQ(kept.marks()->of(lost.till.id, 1), 2);
  lost.shop.run("DELETE FROM journal_record WHERE seq > 2");
  lost.shop.run("UPDATE journal_branch SET last = 2");
  kept.look();
  EXPECT_EQ(kept.marks()->of(lost.till.id, 1), 0);
}

TEST(Schedule, FailuresAreCountedAndDamagedFilesDoNotCount) {
  KeptShop one;
  one.folder = one.room.path() + "/nowhere/backups";
  Schedule nowhere(one.shop.store(), one.options());
  const Result<void> failed = nowhere.make_one();
  EXPECT_EQ(failed.error(), Error::storage);
  EXPECT_NE(describe(failed.failure()).find("nowhere/backups"), std::string::npos);
  one.folder = one.room.path() + "/file";
  std::ofstream(one.folder) << "no folder";
  Schedule file(one.shop.store(), one.options());
  file.look();
  ASSERT_NE(file.marks(), nullptr);  // what is kept cannot be told: nothing may be forgotten
  EXPECT_TRUE(file.marks()->through.empty());

  one.folder = one.room.path() + "/backups";
  Schedule schedule(one.shop.store(), one.options());
  one.sell(one.till, 1);
  ASSERT_TRUE(schedule.make_one().ok());
  const std::string good = one.folder + "/" + backup::backup_name(one.shop.now_us);
  std::ofstream(one.folder + "/ringup-20200101T000000Z.backup") << "{\"ringup_backup\":1, half";
  std::ofstream(one.folder + "/ringup-20200101T000000Z.backup.part") << "left by a kill";
  std::ofstream(one.folder + "/notes.txt") << "mine";
  one.shop.now_us += 2 * day_us + hour_us;
  EXPECT_TRUE(schedule.numbers().overdue);
  ASSERT_TRUE(schedule.make_one().ok());
  EXPECT_FALSE(schedule.numbers().overdue);
  EXPECT_EQ(schedule.numbers().kept, 2u);
  EXPECT_EQ(names_in(one.folder).size(), 4u);  // two good ones, the damaged one, the notes
  EXPECT_TRUE(fs::exists(good));
  // Restored from before: what is kept of the lost future is no backup of what is here now.
  one.shop.run("UPDATE fact SET value = 'another' WHERE name = 'generation'");
  schedule.look();
  EXPECT_EQ(schedule.numbers().last_success_us, 0);
  EXPECT_EQ(schedule.numbers().kept, 2u);
  log::Exposition metrics;
  backup::tell_metrics(metrics, schedule.numbers());
  EXPECT_NE(metrics.take().find("ringup_backup_kept 2\n"), std::string::npos);
}

}  // namespace
}  // namespace ringup::test
