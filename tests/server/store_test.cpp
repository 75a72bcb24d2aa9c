#include "server/store/store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/server/support.h"

namespace ringup::store {
namespace {

using test::Folder;

std::unique_ptr<Store> open_store(const std::string& path) {
  auto store = Store::open(path, {.readers = 2, .make_if_missing = true});
  EXPECT_TRUE(store.ok()) << describe(store.failure());
  return std::move(store).value();
}

std::int64_t facts(Store& store) {
  return *store.read([](Database& db) { return db.integer("SELECT count(*) FROM fact", 0); });
}

TEST(Store, KeepsWhatWasCommittedAndItsSecret) {
  const Folder folder;
  std::string secret;
  {
    auto store = open_store(folder.path());
    secret = store->secret();
    ASSERT_TRUE(store->writer()
                    .write([](Database& db) -> Result<void> {
                      TRY(db.run("INSERT INTO fact (name, value) VALUES ($1, $2)", "colour", "blue"));
                      return {};
                    })
                    .ok());
  }
  auto store = open_store(folder.path());
  EXPECT_EQ(facts(*store), 1);
  EXPECT_EQ(store->secret(), secret);
  EXPECT_EQ(secret.size(), 32u);
}

TEST(Store, AFailedJobIsRolledBackAndHarmsNoOther) {
  const Folder folder;
  auto store = open_store(folder.path());
  constexpr int threads = 16, each = 50;
  std::vector<std::thread> pool;
  std::atomic<int> refused{0};
  for (int t = 0; t < threads; ++t) {
    pool.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const bool spoil = i % 5 == 0;
        Result<void> done = store->writer().write([&](Database& db) -> Result<void> {
          TRY(db.run("INSERT INTO fact (name, value) VALUES ($1, '')",
                     std::to_string(t) + "/" + std::to_string(i)));
          if (spoil) return Error::conflict;
          return {};
        });
        EXPECT_EQ(done.ok(), !spoil);
        refused += done.ok() ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : pool) thread.join();
  EXPECT_EQ(refused.load(), threads * each / 5);
  EXPECT_EQ(facts(*store), threads * each * 4 / 5);
  EXPECT_LT(store->writer().numbers().groups, static_cast<std::uint64_t>(threads * each))
      << "no group had two jobs";
}

TEST(Store, ASecondProcessMayWriteAndIsSeen) {
  const Folder folder;
  auto first = open_store(folder.path()), second = open_store(folder.path());
  ASSERT_TRUE(second->writer()
                  .write([](Database& db) -> Result<void> {
                    TRY(db.run("INSERT INTO fact (name, value) VALUES ('a', 'b')"));
                    return {};
                  })
                  .ok());
  EXPECT_EQ(facts(*first), 1);
}

TEST(Store, ReadersCannotWrite) {
  const Folder folder;
  auto store = open_store(folder.path());
  EXPECT_FALSE(
      store->read([](Database& db) { return db.run("INSERT INTO fact (name, value) VALUES ('a', 'b')"); })
          .ok());
}

TEST(Store, SaysWhatIsWrongWithAFolder) {
  const Folder folder;
  EXPECT_EQ(Store::open(folder.path() + "/none", {}).error(), Error::not_found);

  std::ofstream(folder.path() + "/ringup.db") << std::string(8192, 'x');
  auto damaged = Store::open(folder.path(), {});
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error(), Error::damaged);
  EXPECT_EQ(damaged.failure().where, folder.path() + "/ringup.db");
}

TEST(Store, RefusesANewerSchemaAndLeavesItAlone) {
  const Folder folder;
  open_store(folder.path()).reset();
  {
    auto db = Database::open(folder.path() + "/ringup.db", Database::Mode::read_write);
    ASSERT_TRUE((*db)->script("PRAGMA user_version=999").ok());
  }
  auto newer = Store::open(folder.path(), {});
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.error(), Error::newer_version);
  auto db = Database::open(folder.path() + "/ringup.db", Database::Mode::read_only);
  EXPECT_EQ(*(*db)->integer("PRAGMA user_version", 0), 999);
}

TEST(Store, OneServerPerFolder) {
  const Folder folder;
  auto lock = FolderLock::take(folder.path());
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(FolderLock::take(folder.path()).error(), Error::in_use);
}

TEST(Database, BindsNumberedParametersInAnyOrder) {
  const Folder folder;
  auto store = open_store(folder.path());
  auto text = store->read([](Database& db) {
    return db.first(
        "SELECT $2 || '-' || $1 || '-' || $2", [](const Row& row) { return row.string(0); }, "one", "two");
  });
  EXPECT_EQ(**text, "two-one-two");
}

}  // namespace
}  // namespace ringup::store
