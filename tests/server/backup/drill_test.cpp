// The real program: a backup while tills sell, the server lost, the backup restored, and the tills, led by
// the outbox that real ones have, bring back by themselves what it lacks. And kill -9 wherever it hurts.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "server/backup/keep.h"
#include "server/backup/parts.h"
#include "server/store/verify.h"
#include "tests/server/child.h"
#include "tests/server/program.h"
#include "tests/server/sales/outbox_till.h"

namespace ringup::test {
namespace {

namespace fs = std::filesystem;

Result<void> read_whole(const std::string& path) {
  const auto reader = TRY(backup::BackupReader::open(path));
  TRY(reader->unlock({}));
  for (;;) {
    const auto part = TRY(reader->next());
    if (!part) return {};
    TRY(reader->read(*part, [](std::string_view) { return Result<void>(); }));
  }
}

TEST(Drill, ALostServerComesBackWithEverySale) {
  ShopFloor shop;
  std::vector<OutboxTill> tills;
  for (int i = 0; i < 3; ++i) tills.emplace_back(shop.enrol(), 1 + static_cast<std::uint64_t>(i));
  const Id product = shop.milk;
  shop.close();
  Folder room;
  const std::string file = room.path() + "/shop.backup", fresh = room.path() + "/fresh";
  const auto sell = [&](int port, int rounds) {
    for (int i = 0; i < rounds; ++i) {
      for (OutboxTill& till : tills) {
        till.act(product);
        ASSERT_TRUE(till.sync(port));
      }
    }
  };
  {
    Child server(shop.folder.path());
    ASSERT_NE(server.port(), 0);
    sell(server.port(), 10);
    Program backup({program_path(), "backup", "--data", shop.folder.path(), "--to", file});
    for (int i = 0; i < 200 && !fs::exists(file); ++i) sell(server.port(), 1);
    backup.rest();
    ASSERT_EQ(backup.status(), 0);
    sell(server.port(), 10);
    expect_books(shop.folder.path(), tills);
    server.kill();
  }
  const std::optional<std::string> before = tills[0].generation();

  std::string words;
  ASSERT_EQ(run_program({program_path(), "restore", "--from", file, "--data", fresh}, &words), 0);
  EXPECT_NE(words.find("Corner Shop (shop)"), std::string::npos) << words;
  EXPECT_NE(words.find("send again by themselves"), std::string::npos) << words;
  {
    auto db = store::Database::open(fresh + "/ringup.db", store::Database::Mode::read_only);
    std::int64_t recorded = 0;
    for (const OutboxTill& till : tills) recorded += till.recorded();
    EXPECT_LE(*(*db)->integer("SELECT count(*) FROM journal_record", -1), recorded - 30);
    EXPECT_GE(*(*db)->integer("SELECT count(*) FROM journal_record", -1), 30);
  }
  {
    Child server(fresh);
    ASSERT_NE(server.port(), 0);
    for (OutboxTill& till : tills) ASSERT_TRUE(till.sync(server.port()));
    EXPECT_NE(tills[0].generation(), before);
    expect_books(fresh, tills);
    sell(server.port(), 2);
    EXPECT_NE(run_program({program_path(), "restore", "--from", file, "--data", fresh}), 0);  // in use
    server.kill();
  }
  expect_books(fresh, tills);
}

/// Waits until `done` says so, giving the processor away; false where the program ended before.
template <class Done>
bool wait_for(int pid, Done&& done) {
  while (!done()) {
    if (::kill(pid, 0) != 0) return false;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == pid)
      return done();
    ::sched_yield();
  }
  return true;
}

std::int64_t size_of(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? static_cast<std::int64_t>(about.st_size) : -1;
}

TEST(Drill, ABackupKilledAnywhereLeavesNothingThatCounts) {
  ShopFloor shop;
  TestTill till = shop.enrol();
  for (int i = 0; i < 20; ++i) (void)shop.send(till, {till.sale(shop.milk)});
  shop.run(
      "CREATE TABLE ballast AS WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
      " SELECT i, randomblob(1000) AS bytes FROM n");
  Folder room;
  const std::string file = room.path() + "/shop.backup";
  ASSERT_EQ(run_program({program_path(), "backup", "--data", shop.folder.path(), "--to", file}), 0);
  const std::int64_t whole = size_of(file);
  fs::remove(file);
  constexpr int kills = 12;
  for (int i = 0; i < kills; ++i) {
    Program backup({program_path(), "backup", "--data", shop.folder.path(), "--to", file});
    (void)wait_for(backup.pid(), [&] { return size_of(file + ".part") >= whole * i / (kills - 1); });
    ::kill(backup.pid(), SIGKILL);
    backup.rest();
    (void)backup.status();
    for (const fs::directory_entry& entry : fs::directory_iterator(room.path()))
      EXPECT_TRUE(entry.path() == file || entry.path() == file + ".part") << entry.path();
    if (!fs::exists(file)) continue;
    EXPECT_TRUE(read_whole(file).ok());  // its name means that it is whole
    fs::remove(file);
  }
  ASSERT_EQ(run_program({program_path(), "backup", "--data", shop.folder.path(), "--to", file}), 0);
  EXPECT_FALSE(fs::exists(file + ".part"));

  // A restore that is killed, wherever, is taken up again.
  const std::string fresh = room.path() + "/fresh";
  for (int i = 0; i < kills; ++i) {
    Program restore({program_path(), "restore", "--from", file, "--data", fresh});
    (void)wait_for(restore.pid(), [&] {
      return i == kills - 1 ? fs::exists(fresh + "/secret.key")
                            : size_of(fresh + "/restore.part/ringup.db") >= 3'000'000 * i / kills;
    });
    ::kill(restore.pid(), SIGKILL);
    restore.rest();
    (void)restore.status();
    if (!fs::exists(fresh + "/ringup.db")) continue;
    EXPECT_EQ(run_program({program_path(), "verify", "--data", fresh}), 0);
    fs::remove_all(fresh);
  }
  ASSERT_EQ(run_program({program_path(), "restore", "--from", file, "--data", fresh}), 0);
  EXPECT_EQ(run_program({program_path(), "verify", "--data", fresh}), 0);
  EXPECT_FALSE(fs::exists(fresh + "/restore.part"));
}

TEST(Drill, AServerKilledDuringItsBackupLosesNeither) {
  ShopFloor shop;
  std::vector<OutboxTill> tills;
  tills.emplace_back(shop.enrol());
  const Id product = shop.milk;
  shop.close();
  Folder room;
  const std::string folder = room.path() + "/backups";
  const auto parts = [&] {
    std::error_code code;
    std::set<std::string> names;
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
      if (at->path().extension() == ".part") names.insert(at->path().filename().string());
    return names;
  };
  std::int64_t durable = 0;
  for (int round = 0; round < 4; ++round) {
    Child server(shop.folder.path(), {"BACKUP_DIR=" + folder, "BACKUP_EVERY=1s"});
    ASSERT_NE(server.port(), 0);
    for (int i = 0; i < 5; ++i) {
      tills[0].sell(product);
      ASSERT_TRUE(tills[0].sync(server.port()));
    }
    EXPECT_GE(tills[0].durable, durable);
    durable = tills[0].durable;
    const std::set<std::string> before = parts();
    ASSERT_TRUE(wait_for(server.pid(), [&] {
      const std::set<std::string> now = parts();
      return std::any_of(now.begin(), now.end(),
                         [&](const std::string& name) { return !before.contains(name); });
    }));
    server.kill();
  }
  {
    Child server(shop.folder.path(), {"BACKUP_DIR=" + folder, "BACKUP_EVERY=1s"});
    ASSERT_TRUE(server.says("backup_made"));
    EXPECT_TRUE(send(server.port(), "GET", "/metrics").body.find("ringup_backup_failed_total 0") !=
                std::string::npos);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait(), 0);
  }
  EXPECT_TRUE(parts().empty());
  const Result<backup::KeptList> list = [&]() -> Result<backup::KeptList> {
    const auto snapshot = store::Store::open(shop.folder.path(), {.readers = 1});
    return backup::list_kept(folder, backup::shop_of((*snapshot)->secret()));
  }();
  ASSERT_TRUE(list.ok());
  EXPECT_TRUE(list->unreadable.empty());
  ASSERT_GE(list->backups.size(), 1u);
  for (const backup::Kept& kept : list->backups) EXPECT_TRUE(read_whole(kept.path).ok()) << kept.path;
  // The oldest one that is kept holds what the till was told that it may forget.
  EXPECT_GE(list->backups.back().head.ends.empty() ? 0 : list->backups.back().head.ends[0].seq, durable);
  expect_books(shop.folder.path(), tills);
}

}  // namespace
}  // namespace ringup::test
