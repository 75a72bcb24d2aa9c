// The disk fails at every write and every sync: nothing that was answered is lost, nothing half is kept, and
// writing goes on by itself.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "server/store/store.h"
#include "tests/server/faulty_disk.h"
#include "tests/server/log/heard.h"
#include "tests/server/support.h"

namespace ringup::store {
namespace {

using test::FaultyDisk;
using test::Folder;

constexpr int writes = 7;

std::unique_ptr<Store> open_store(const std::string& path) {
  auto store = Store::open(path, {.readers = 2, .make_if_missing = true, .probe_ms = 1, .log_frames = 16});
  EXPECT_TRUE(store.ok()) << describe(store.failure());
  return std::move(store).value();
}

/// Adds a fact of two pages.
Result<void> add(Store& store, const std::string& name, Writer::Again again = Writer::Again::never) {
  return store.writer().write(
      [&](Database& db) -> Result<void> {
        TRY(db.run("INSERT INTO fact (name, value) VALUES ($1, $2)", name, std::string(6000, 'x')));
        return {};
      },
      again);
}

std::set<std::string> facts(Database& db) {
  std::set<std::string> found;
  EXPECT_TRUE(db.query("SELECT name FROM fact WHERE name LIKE 'w%'", [&](const Row& row) {
                  found.insert(row.string(0));
                }).ok());
  return found;
}

void expect_whole(const std::string& folder) {
  auto db = Database::open(folder + "/ringup.db", Database::Mode::write_known);
  ASSERT_TRUE(db.ok()) << describe(db.failure());
  const auto found = (*db)->first("PRAGMA integrity_check", [](const Row& row) { return row.string(0); });
  ASSERT_TRUE(found.ok()) << describe(found.failure());
  EXPECT_EQ(**found, "ok");
}

/// Waits until the writer takes writes again: each attempt is answered at once.
bool comes_back(Store& store) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (store.writer().read_only().has_value()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

struct Way {
  const char* name;
  int code;
  bool lasting;
};
class FailingDisk : public testing::TestWithParam<Way> {};

TEST_P(FailingDisk, LosesNothingThatWasAnsweredAndKeepsNothingThatWasNot) {
  const Way way = GetParam();
  bool reached = true;
  for (int n = 1; reached; ++n) {
    SCOPED_TRACE("operation " + std::to_string(n));
    ASSERT_LT(n, 1000);
    FaultyDisk disk;
    const Folder folder, dark;
    std::set<std::string> answered, refused;
    {
      auto store = open_store(folder.path());
      disk.fail_at(n, way.code, way.lasting);
      for (int i = 0; i < writes; ++i) {
        const std::string name = "w" + std::to_string(i);
        const Result<void> done =
            add(*store, name, i % 3 == 0 ? Writer::Again::never : Writer::Again::possible);
        (done.ok() ? answered : refused).insert(name);
        if (done.ok()) continue;
        EXPECT_EQ(done.error(), Error::storage) << describe(done.failure());
        EXPECT_NE(done.failure().detail.find("Nothing of this was kept"), std::string::npos)
            << done.failure().detail;
        // Reads go on, and see what was answered.
        EXPECT_EQ(
            store->read([](Database& db) -> Result<std::set<std::string>> { return facts(db); }).value(),
            answered);
        disk.cut_power(dark.path());  // as it is in the trouble
        disk.heal();
        ASSERT_TRUE(comes_back(*store));
      }
      reached = disk.failed();
      disk.heal();
      ASSERT_TRUE(comes_back(*store));
      ASSERT_TRUE(add(*store, "w-last").ok());
      answered.insert("w-last");
      EXPECT_EQ(store->read([](Database& db) -> Result<std::set<std::string>> { return facts(db); }).value(),
                answered);
      // What the disk holds without us.
      const Folder cut;
      disk.cut_power(cut.path());
      expect_whole(cut.path());
      auto db = Database::open(cut.path() + "/ringup.db", Database::Mode::write_known);
      EXPECT_EQ(facts(**db), answered);
    }
    if (reached && std::filesystem::exists(dark.path() + "/ringup.db")) expect_whole(dark.path());
    expect_whole(folder.path());
    auto db = Database::open(folder.path() + "/ringup.db", Database::Mode::write_known);
    EXPECT_EQ(facts(**db), answered);
  }
}

INSTANTIATE_TEST_SUITE_P(Disk, FailingDisk,
                         testing::Values(Way{"FullOnce", SQLITE_FULL, false},
                                         Way{"FullForAWhile", SQLITE_FULL, true},
                                         Way{"WriteErrorOnce", SQLITE_IOERR_WRITE, false},
                                         Way{"SyncErrorForAWhile", SQLITE_IOERR_FSYNC, true}),
                         [](const auto& info) { return info.param.name; });

TEST(Disk, IsReadOnlyWithClearWordsUntilItTakesDataAgain) {
  const test::Heard heard;
  FaultyDisk disk;
  const Folder folder;
  auto store = open_store(folder.path());
  ASSERT_TRUE(add(*store, "w1").ok());
  disk.fail_at(1, SQLITE_FULL, true);
  const Result<void> refused = add(*store, "w2");
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.failure().detail.starts_with("The server's disk is full. Nothing of this was kept."));
  // Without a word with the disk.
  const Result<void> at_once = add(*store, "w3");
  ASSERT_FALSE(at_once.ok());
  EXPECT_EQ(at_once.failure(), refused.failure());
  ASSERT_TRUE(store->writer().read_only().has_value());
  EXPECT_STREQ(name_of(store->writer().read_only()->trouble.kind), "full");
  disk.heal();
  ASSERT_TRUE(comes_back(*store));
  EXPECT_TRUE(add(*store, "w2").ok());
  store.reset();
  EXPECT_EQ(heard.count("read_only"), 1);
  EXPECT_EQ(heard.count("read_write"), 1);
}

TEST(Disk, FailsAWholeGroupAndKeepsNothingOfIt) {
  FaultyDisk disk;
  const Folder folder;
  auto store = open_store(folder.path());
  disk.fail_at(20, SQLITE_FULL, true);
  std::atomic<int> answered{0}, refused{0}, left{16};
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i)
        (add(*store, "w" + std::to_string(t) + "/" + std::to_string(i)).ok() ? answered : refused) += 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  disk.heal();
  EXPECT_GT(refused.load(), 0);
  EXPECT_EQ(answered + refused, 160);
  ASSERT_TRUE(comes_back(*store));
  EXPECT_EQ(store->read([](Database& db) -> Result<std::set<std::string>> { return facts(db); })->size(),
            static_cast<std::size_t>(answered.load()));
}

TEST(Disk, ASwallowedFailureCommitsNothing) {
  FaultyDisk disk;
  const Folder folder;
  auto store = open_store(folder.path());
  // More than the connection's memory holds, so that the log is written in the middle of the job.
  const Result<void> done = store->writer().write([&](Database& db) -> Result<void> {
    TRY(db.run("PRAGMA cache_size=10"));
    disk.fail_at(3, SQLITE_FULL, false);
    for (int i = 0; i < 200; ++i)
      (void)db.run("INSERT INTO fact (name, value) VALUES ($1, $2)", "w" + std::to_string(i),
                   std::string(6000, 'x'));
    return {};
  });
  EXPECT_FALSE(done.ok());
  ASSERT_TRUE(comes_back(*store));
  EXPECT_TRUE(store->read([](Database& db) -> Result<std::set<std::string>> { return facts(db); })->empty());
}

TEST(Disk, TrustsNoCountOfFramesBehindAFailedSync) {
  // The log goes back in two parts, because a reader holds the second. The disk loses the first part before
  // it is synced, and says so at the sync of the second. Written anew only from where the count stands, the
  // first part would be gone for good.
  FaultyDisk disk;
  const Folder folder, cut;
  auto store = open_store(folder.path());
  std::set<std::string> answered;
  int next = 0;
  const auto add_some = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = "w" + std::to_string(next++);
      if (add(*store, name).ok()) answered.insert(name);
    }
  };
  add_some(20);
  std::uint64_t before = 0;
  (void)store->read([&](Database& db) {
    return in_snapshot(db, [&]() -> Result<std::int64_t> {
      auto seen = db.integer("SELECT count(*) FROM fact", 0);
      before = store->writer().numbers().checkpoints;
      // Behind the reader's moment, until the log was written back in part.
      while (store->writer().numbers().checkpoints == before && next < 100) add_some(1);
      return seen;
    });
  });
  ASSERT_GT(store->writer().numbers().checkpoints, before);
  disk.lose_dirty("ringup.db");
  const std::uint64_t troubles = store->writer().numbers().read_only_times;
  for (int i = 0; i < 2000 && store->writer().numbers().read_only_times == troubles; ++i) add_some(1);
  ASSERT_GT(store->writer().numbers().read_only_times, troubles) << "the lost part was never told";
  ASSERT_TRUE(comes_back(*store));
  add_some(20);
  disk.cut_power(cut.path());
  expect_whole(cut.path());
  auto db = Database::open(cut.path() + "/ringup.db", Database::Mode::write_known);
  EXPECT_EQ(facts(**db), answered);
}

}  // namespace
}  // namespace ringup::store
