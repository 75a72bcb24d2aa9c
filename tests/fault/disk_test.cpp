// The disk is full, or fails, at every write and sync of a request to the journal, each once: the answer is
// 503 and nothing is booked, or 200 and everything is; the till's next try succeeds once the disk is well.
#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "tests/server/faulty_disk.h"
#include "tests/server/sales/outbox_till.h"

namespace ringup::test {
namespace {

constexpr int records = 4;  // of a request
constexpr int beyond = 12;  // requests without a fault, before the last operation of any counts as reached

struct Way {
  const char* name;
  int code;
  bool lasting;  // until somebody makes room
};
class IngestOnABadDisk : public testing::TestWithParam<Way> {};

bool comes_back(store::Store& store) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (store.writer().read_only().has_value()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_P(IngestOnABadDisk, BooksAllOrNothingAndTheNextTrySucceeds) {
  const Way way = GetParam();
  std::vector<OutboxTill> tills;
  Folder folder;
  int refused = 0, n = 1;
  {
    FaultyDisk disk;
    // The log is written back after every commit, so that every request sees all kinds of writes.
    ShopFloor shop({.readers = 1, .make_if_missing = true, .probe_ms = 1, .log_frames = 1});
    tills.emplace_back(shop.enrol(), 3);
    OutboxTill& till = tills.front();
    int status = 0;
    std::string body;
    const auto post = [&](const std::string& request) {
      const http::Response response = shop.post_journal(till.till(), request);
      Answer answer;
      status = answer.status = response.status;
      body = answer.body = response.body;
      return answer;
    };
    ASSERT_TRUE((till.act(shop.milk), till.sync(post)));
    for (int spared = 0; spared < beyond && !testing::Test::HasFailure(); ++n) {
      SCOPED_TRACE("operation " + std::to_string(n));
      const std::int64_t before = till.recorded();
      for (int i = 0; i < records; ++i) till.act(shop.milk);
      disk.fail_at(n, way.code, way.lasting);
      const bool sent = till.sync(post);
      const std::int64_t booked = shop.count("SELECT count(*) FROM journal_record WHERE booked = 1");
      if (sent) {
        EXPECT_EQ(booked, till.recorded());
      } else {
        ++refused;
        EXPECT_EQ(status, 503) << body;
        EXPECT_NE(body.find("Nothing of this was kept"), std::string::npos) << body;
        EXPECT_EQ(booked, before) << "refused, and yet kept";
      }
      // Behind this the log has been written back, or could not be.
      (void)shop.store().writer().write([](store::Database&) { return Result<void>(); });
      spared = disk.failed() ? 0 : spared + 1;
      disk.heal();
      ASSERT_TRUE(comes_back(shop.store()));
      EXPECT_TRUE(till.sync(post)) << status << body;
      EXPECT_EQ(shop.count("SELECT count(*) FROM journal_record WHERE booked = 1"), till.recorded());
    }
    // What the disk holds without us.
    disk.cut_power(folder.path());
    std::filesystem::copy_file(shop.folder.path() + "/secret.key", folder.path() + "/secret.key");
  }
  expect_books(folder.path(), tills);
  EXPECT_GT(refused, 10);
  std::printf("[  refused ] %d of %d\n", refused, n);
}

INSTANTIATE_TEST_SUITE_P(Disk, IngestOnABadDisk,
                         testing::Values(Way{"FullOnce", SQLITE_FULL, false},
                                         Way{"FullForAWhile", SQLITE_FULL, true},
                                         Way{"WriteErrorOnce", SQLITE_IOERR_WRITE, false},
                                         Way{"SyncErrorForAWhile", SQLITE_IOERR_FSYNC, true}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ringup::test
