// The real program: a backup while tills sell, the server lost, the backup restored, and the tills, led by
// the outbox that real ones have, bring back by themselves what it lacks. And kill -9 wherever it hurts.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "core/till/outbox.h"
#include "server/backup/keep.h"
#include "server/backup/parts.h"
#include "server/store/verify.h"
#include "tests/server/child.h"
#include "tests/server/program.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

namespace fs = std::filesystem;

std::string binary() {
  if (const char* named = std::getenv("RINGUP_BINARY")) return named;
  return (fs::read_symlink("/proc/self/exe").parent_path() / "ringup").string();
}

/// A till with its storage and the outbox that decides what to send.
class OutboxTill {
 public:
  explicit OutboxTill(TestTill till) : till_(std::move(till)) { outbox_.enrolled(till_.epoch); }
  void sell(const Id& product) {
    texts_.push_back(till_.sale(product));
    const journal::Envelope read = journal::read_envelope(texts_.back());
    EXPECT_TRUE(outbox_.add(till_.epoch, till_.seq, read.id, texts_.back().size()).ok());
  }
  /// Sends as the outbox says until nothing is left; false where the server does not answer.
  bool sync(int port) {
    now_ms_ += 3'600'000;  // past any pause
    outbox_.reconnected();
    for (int requests = 0; requests < 1000; ++requests) {
      const journal::Outbox::Plan plan = outbox_.plan(now_ms_);
      if (plan.action != journal::Outbox::Action::send) return outbox_.pending() == 0;
      std::vector<std::string> texts;
      for (const std::int64_t seq : plan.seqs) texts.push_back(texts_[static_cast<std::size_t>(seq - 1)]);
      const Answer answer = send(port, "POST", "/api/till/journal/", outbox_.write(plan, texts, std::nullopt),
                                 {{"Authorization", "Till " + till_.token}});
      if (answer.status != 200) return false;
      outbox_.answered(plan, answer.status, answer.body, now_ms_);
      const Result<journal::Answer> read = journal::read_answer(answer.body);
      if (read.ok()) durable = read->durable_through;
    }
    return false;
  }
  std::int64_t sold() const { return till_.seq; }
  const TestTill& till() const { return till_; }
  const std::optional<std::string>& generation() const { return outbox_.generation(); }
  std::int64_t durable = 0;

 private:
  TestTill till_;
  journal::Outbox outbox_;
  std::vector<std::string> texts_;
  std::int64_t now_ms_ = 0;
};

/// Every sale of the tills is in the folder's books once, and all sums agree.
void expect_books(const std::string& folder, const std::vector<OutboxTill>& tills) {
  std::int64_t sold = 0;
  for (const OutboxTill& till : tills) sold += till.sold();
  auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_only);
  ASSERT_TRUE(db.ok());
  EXPECT_EQ(*(*db)->integer("SELECT count(*) FROM sale", -1), sold);
  EXPECT_EQ(*(*db)->integer("SELECT count(DISTINCT receipt) FROM sale", -1), sold);
  EXPECT_EQ(*(*db)->integer("SELECT sum(total) FROM sale", -1), sold * 119);
  EXPECT_EQ(*(*db)->integer("SELECT 1000000 - min(quantity) FROM stock_level", -1), sold * 1000);
  for (const OutboxTill& till : tills) {
    EXPECT_EQ(*(*db)->integer("SELECT count(*) FROM journal_record WHERE till = $1 AND booked = 1", -1,
                              till.till().id),
              till.sold());
  }
  std::string words;
  EXPECT_EQ(run_program({binary(), "verify", "--data", folder}, &words), 0) << words;
}

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
  for (int i = 0; i < 3; ++i) tills.emplace_back(shop.enrol());
  const Id product = shop.milk;
  shop.close();
  Folder room;
  const std::string file = room.path() + "/shop.backup", fresh = room.path() + "/fresh";
  const auto sell = [&](int port, int rounds) {
    for (int i = 0; i < rounds; ++i) {
      for (OutboxTill& till : tills) {
        till.sell(product);
        ASSERT_TRUE(till.sync(port));
      }
    }
  };
  {
    Child server(shop.folder.path());
    ASSERT_NE(server.port(), 0);
    sell(server.port(), 10);
    Program backup({binary(), "backup", "--data", shop.folder.path(), "--to", file});
    for (int i = 0; i < 200 && !fs::exists(file); ++i) sell(server.port(), 1);
    backup.rest();
    ASSERT_EQ(backup.status(), 0);
    sell(server.port(), 10);
    expect_books(shop.folder.path(), tills);
    server.kill();
  }
  const std::optional<std::string> before = tills[0].generation();

  std::string words;
  ASSERT_EQ(run_program({binary(), "restore", "--from", file, "--data", fresh}, &words), 0);
  EXPECT_NE(words.find("Corner Shop (shop)"), std::string::npos) << words;
  EXPECT_NE(words.find("send again by themselves"), std::string::npos) << words;
  {
    auto db = store::Database::open(fresh + "/ringup.db", store::Database::Mode::read_only);
    std::int64_t sold = 0;
    for (const OutboxTill& till : tills) sold += till.sold();
    EXPECT_LE(*(*db)->integer("SELECT count(*) FROM sale", -1), sold - 30);
    EXPECT_GE(*(*db)->integer("SELECT count(*) FROM sale", -1), 30);
  }
  {
    Child server(fresh);
    ASSERT_NE(server.port(), 0);
    for (OutboxTill& till : tills) ASSERT_TRUE(till.sync(server.port()));
    EXPECT_NE(tills[0].generation(), before);
    expect_books(fresh, tills);
    sell(server.port(), 2);
    EXPECT_NE(run_program({binary(), "restore", "--from", file, "--data", fresh}), 0);  // in use
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
  ASSERT_EQ(run_program({binary(), "backup", "--data", shop.folder.path(), "--to", file}), 0);
  const std::int64_t whole = size_of(file);
  fs::remove(file);
  constexpr int kills = 12;
  for (int i = 0; i < kills; ++i) {
    Program backup({binary(), "backup", "--data", shop.folder.path(), "--to", file});
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
  ASSERT_EQ(run_program({binary(), "backup", "--data", shop.folder.path(), "--to", file}), 0);
  EXPECT_FALSE(fs::exists(file + ".part"));

  // A restore that is killed, wherever, is taken up again.
  const std::string fresh = room.path() + "/fresh";
  for (int i = 0; i < kills; ++i) {
    Program restore({binary(), "restore", "--from", file, "--data", fresh});
    (void)wait_for(restore.pid(), [&] {
      return i == kills - 1 ? fs::exists(fresh + "/secret.key")
                            : size_of(fresh + "/restore.part/ringup.db") >= 3'000'000 * i / kills;
    });
    ::kill(restore.pid(), SIGKILL);
    restore.rest();
    (void)restore.status();
    if (!fs::exists(fresh + "/ringup.db")) continue;
    EXPECT_EQ(run_program({binary(), "verify", "--data", fresh}), 0);
    fs::remove_all(fresh);
  }
  ASSERT_EQ(run_program({binary(), "restore", "--from", file, "--data", fresh}), 0);
  EXPECT_EQ(run_program({binary(), "verify", "--data", fresh}), 0);
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
