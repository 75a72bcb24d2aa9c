// The power goes at every write and every sync of ingest. The disk has then what was synced, and of what was
// not some sectors in any order. Whatever it has: what was acknowledged is there, nothing half is, and after
// the tills have sent again every record is there once.
#include <atomic>
#include <mutex>
#include <thread>

#include "server/sales/exchange.h"
#include "server/store/verify.h"
#include "tests/server/faulty_disk.h"
#include "tests/server/sales/outbox_till.h"

namespace ringup::test {
namespace {

constexpr int tills_count = 3;
constexpr int rounds = 20;
constexpr int records_max = 4;  // that a till adds in a round
constexpr int log_frames = 60;  // so that the log is written back every few rounds

/// What the tills may rely on at this moment, and what they would send again.
struct Shop {
  std::vector<OutboxTill> tills;
  std::atomic<std::int64_t> acked[tills_count] = {};
};

std::int64_t number(store::Database& db, std::string_view sql, const Id& till) {
  const Result<std::int64_t> found = db.integer(sql, -1, till);
  EXPECT_TRUE(found.ok()) << describe(found.failure());
  return found.ok() ? *found : -1;
}

void expect_sound(store::Database& db) {
  const auto whole = db.first("PRAGMA integrity_check", [](const store::Row& row) { return row.string(0); });
  ASSERT_TRUE(whole.ok()) << describe(whole.failure());
  EXPECT_EQ(**whole, "ok");
  const Result<store::VerifyReport> report = store::verify_journals(db);
  ASSERT_TRUE(report.ok()) << describe(report.failure());
  EXPECT_EQ(report->problems, std::vector<std::string>{});
}

/// The folder as it is after the cut is opened, and all tills send everything.
void expect_nothing_lost(const std::string& folder, const ShopFloor& shop, const Shop& then) {
  auto opened = store::Store::open(folder, {.readers = 1});
  ASSERT_TRUE(opened.ok()) << describe(opened.failure());
  store::Store& store = **opened;
  auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_only);
  ASSERT_TRUE(db.ok());
  expect_sound(**db);
  constexpr const char* booked =
      "SELECT count(*) FROM journal_record WHERE till = $1 AND booked = 1 AND result = 'accepted'";
  for (std::size_t i = 0; i < then.tills.size(); ++i) {
    const Id till = then.tills[i].till().id;
    const std::int64_t kept = number(**db, booked, till);
    EXPECT_GE(kept, then.acked[i]) << "acknowledged, and lost";
    EXPECT_EQ(number(**db, "SELECT coalesce(max(seq), 0) FROM journal_record WHERE till = $1", till), kept)
        << "a hole";
  }
  for (const OutboxTill& till : then.tills) {
    journal::Request request;
    for (const std::string& text : till.texts()) request.records.push_back(journal::read_envelope(text));
    const Result<journal::Answer> answer = sales::receive_journal(
        store, {till.till().id, shop.tenant, till.till().series, till.till().epoch}, request, "g", start_us);
    ASSERT_TRUE(answer.ok()) << describe(answer.failure());
    EXPECT_EQ(answer->acked_through, till.recorded());
    EXPECT_EQ(number(**db, booked, till.till().id), till.recorded()) << "lost or doubled";
  }
  expect_sound(**db);
}

TEST(PowerCut, AtEveryWriteLosesNothingThatWasAcknowledged) {
  FaultyDisk disk;
  ShopFloor shop({.readers = 1, .make_if_missing = true, .log_frames = log_frames});
  Shop now;
  for (int i = 0; i < tills_count; ++i)
    now.tills.emplace_back(shop.enrol(), 7 + static_cast<std::uint64_t>(i));
  const auto post = [&](const OutboxTill& till, const std::string& body) {
    const http::Response response = shop.post_journal(till.till(), body);
    Answer answer;
    answer.status = response.status;
    answer.body = response.body;
    return answer;
  };
  Chance chance(5);
  int cuts = 0;
  std::mutex as_it_is;  // the log's way back is still being written when the tills already sell again
  disk.before_each([&](int) {
    if (testing::Test::HasFailure()) return;
    const std::lock_guard lock(as_it_is);
    const Folder dark;
    disk.tear(dark.path(), [&](int n) { return chance.below(n); });
    std::filesystem::copy_file(shop.folder.path() + "/secret.key", dark.path() + "/secret.key");
    ++cuts;
    SCOPED_TRACE("cut " + std::to_string(cuts));
    expect_nothing_lost(dark.path(), shop, now);
  });
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    {
      const std::lock_guard lock(as_it_is);
      for (OutboxTill& till : now.tills) {
        for (int i = chance.below(records_max); i >= 0; --i) till.act(shop.milk);
      }
    }
    // All at once, so that a group holds several of them.
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < now.tills.size(); ++i) {
      threads.emplace_back([&, i] {
        OutboxTill& till = now.tills[i];
        EXPECT_TRUE(till.sync([&](const std::string& body) {
          Answer answer = post(till, body);
          const Result<journal::Answer> read = journal::read_answer(answer.body);
          const std::lock_guard lock(as_it_is);
          if (answer.status == 200 && read.ok()) now.acked[i] = read->acked_through;
          return answer;
        }));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  disk.before_each({});
  shop.close();
  expect_books(shop.folder.path(), now.tills);
  EXPECT_GT(cuts, 600);
  std::printf("[ went dark] %d times\n", cuts);
}

}  // namespace
}  // namespace ringup::test
