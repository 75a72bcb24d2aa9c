#include "server/store/store.h"

#include <gtest/gtest.h>

#include <atomic>
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

TEST(Store, JobsThatMayRunAgainLoseNothingWhenOneOfThemFails) {
  const Folder folder;
  auto store = open_store(folder.path());
  constexpr int threads = 16, each = 50;
  std::vector<std::thread> pool;
  for (int t = 0; t < threads; ++t) {
    pool.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        const bool spoil = i % 7 == 3;
        // A mixture: some may run again, some may not.
        const auto again = (t + i) % 3 == 0 ? Writer::Again::never : Writer::Again::possible;
        Result<void> done = store->writer().write(
            [&](Database& db) -> Result<void> {
              TRY(db.run("INSERT INTO fact (name, value) VALUES ($1, '')",
                         std::to_string(t) + "/" + std::to_string(i)));
              if (spoil) return Error::conflict;
              return {};
            },
            again);
        EXPECT_EQ(done.ok(), !spoil);
      }
    });
  }
  for (std::thread& thread : pool) thread.join();
  EXPECT_EQ(facts(*store), threads * (each - 7));
  EXPECT_EQ(store->writer().numbers().failed_jobs, static_cast<std::uint64_t>(threads * 7));
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
  EXPECT_EQ(damaged.failure().detail,
            "This is no ringup database, or it is damaged (file is not a database).");
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void add_tenant(Store& store) {
  ASSERT_TRUE(store.writer()
                  .write([](Database& db) -> Result<void> {
                    TRY(db.run(
                        "INSERT INTO tenant (id, slug, name, country, currency, tax_mode, tax_placement,"
                        " created_at) VALUES ($1, 'shop', 'Shop', 'DE', 'EUR', 'per_line', 'inside', 1)",
                        new_id()));
                    return {};
                  })
                  .ok());
}

TEST(Store, RefusesADatabaseThatLostItsTablesAndLeavesItAlone) {
  const Folder folder;
  const std::string path = folder.path() + "/ringup.db";
  open_store(folder.path()).reset();
  const auto refused = [&](const char* part) {
    const std::string before = bytes_of(path);
    for (const bool make : {false, true}) {
      const auto store = Store::open(folder.path(), {.make_if_missing = make});
      ASSERT_FALSE(store.ok());
      EXPECT_EQ(store.error(), Error::damaged);
      EXPECT_NE(store.failure().detail.find(part), std::string::npos) << store.failure().detail;
      EXPECT_EQ(bytes_of(path), before);
    }
  };
  std::filesystem::resize_file(path, 0);
  refused("put ringup.db back from the backup");

  std::filesystem::remove(path);
  {
    auto db = Database::open(path, Database::Mode::read_write);
    ASSERT_TRUE((*db)->script("CREATE TABLE tenant (id); PRAGMA journal_mode=DELETE").ok());
  }
  refused("has not the tables of ringup");

  std::filesystem::remove(path);
  EXPECT_EQ(Store::open(folder.path(), {.make_if_missing = true}).error(), Error::damaged);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Store, MakesNoNewSecretForABusiness) {
  const Folder folder;
  const std::string secret = folder.path() + "/secret.key";
  add_tenant(*open_store(folder.path()));
  std::filesystem::rename(secret, folder.path() + "/kept");
  const auto store = Store::open(folder.path(), {});
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error(), Error::damaged);
  EXPECT_EQ(store.failure().where, secret);
  EXPECT_FALSE(std::filesystem::exists(secret));
  std::filesystem::rename(folder.path() + "/kept", secret);
  EXPECT_TRUE(Store::open(folder.path(), {}).ok());
}

TEST(Store, GoesOnWithAFirstStartThatWasInterrupted) {
  const Folder folder;
  const std::string path = folder.path() + "/ringup.db";
  std::ofstream(path).close();  // SQLite had made the file
  open_store(folder.path()).reset();
  std::filesystem::remove(folder.path() + "/secret.key");  // the schema was there, the secret not yet
  EXPECT_EQ(open_store(folder.path())->secret().size(), 32u);

  const Folder other;
  Database::open(other.path() + "/ringup.db", Database::Mode::read_write)->reset();  // WAL mode, no schema
  EXPECT_EQ(open_store(other.path())->secret().size(), 32u);
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

TEST(Writer, ASingleSaleGoesBeforeLargeJobsThatWaited) {
  const Folder folder;
  auto store = Store::open(folder.path(), {.readers = 1, .make_if_missing = true});
  ASSERT_TRUE(store.ok());
  Writer& writer = (*store)->writer();
  constexpr std::size_t waiting = 5;
  std::vector<std::string> order;  // of the writer's thread
  const auto job = [&](const char* name) {
    return [&order, name](Database& db) -> Result<void> {
      order.emplace_back(name);
      TRY(db.run("INSERT INTO fact (name, value) VALUES ($1, '')", "job " + std::to_string(order.size())));
      return {};
    };
  };
  std::vector<std::thread> threads;
  std::atomic<bool> begun = false;
  threads.emplace_back([&] {
    EXPECT_TRUE(writer
                    .write([&](Database& db) -> Result<void> {
                      begun = true;
                      while (writer.numbers().queued < waiting) std::this_thread::yield();
                      return job("first")(db);
                    })
                    .ok());
  });
  const auto queue = [&](const char* name, Writer::Size size) {
    const std::size_t before = writer.numbers().queued;
    threads.emplace_back(
        [&, name, size] { EXPECT_TRUE(writer.write(job(name), Writer::Again::possible, size).ok()); });
    while (before + 1 < waiting && writer.numbers().queued == before) std::this_thread::yield();
  };
  while (!begun) std::this_thread::yield();
  for (std::size_t i = 1; i < waiting; ++i) queue("large", Writer::Size::large);
  queue("small", Writer::Size::small);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<std::string>{"first", "small", "large", "large", "large", "large"}));
}

}  // namespace
}  // namespace ringup::store
