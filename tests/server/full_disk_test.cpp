// The real program on a real disk that runs full while tills sell: refused sales are refused clearly, reads
// go on, and when there is room again everything goes on by itself. Each answered sale is there once.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "server/store/verify.h"
#include "tests/server/child.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

constexpr int tills = 3;
constexpr int sales_behind = 10;  // of each till, when there is room again

/// How the disk runs full, and how room is made.
class Tight {
 public:
  virtual ~Tight() = default;
  virtual std::vector<std::string> words(const std::string& folder) = 0;
  virtual void make_room(const Child& child) = 0;
  /// Keeps the server's disk beyond the server's end.
  virtual void hold(const Child&, const std::string&) {}
  /// Brings what the server left to `folder`.
  virtual void fetch(const std::string&) {}
};

/// A file system of a few megabytes in the memory, which only the server sees.
class SmallDisk final : public Tight {
 public:
  static bool possible() { return std::system("unshare -rm mount -t tmpfs tmpfs /mnt 2>/dev/null") == 0; }
  ~SmallDisk() override {
    if (held_ >= 0) ::close(held_);
  }
  std::vector<std::string> words(const std::string& folder) override {
    folder_ = folder;
    return {"unshare",
            "-rm",
            "sh",
            "-ec",
            "small=$(mktemp -d); mount -t tmpfs -o size=7m tmpfs \"$small\"; cp -a \"$0/.\" \"$small\"; "
            "head -c 3000000 /dev/zero >\"$small/filler\"; mount --bind \"$small\" \"$0\"; exec \"$@\"",
            folder};
  }
  void hold(const Child& child, const std::string& folder) override {
    held_ = ::open(("/proc/" + std::to_string(child.pid()) + "/root" + folder).c_str(),
                   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    EXPECT_GE(held_, 0);
  }
  void make_room(const Child&) override { EXPECT_EQ(::unlinkat(held_, "filler", 0), 0); }
  void fetch(const std::string& folder) override {
    std::filesystem::copy(
        "/proc/self/fd/" + std::to_string(held_) + "/", folder,
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  }

 private:
  std::string folder_;
  int held_ = -1;
};

/// A limit on the size of the server's files, as a quota would be.
class SmallFiles final : public Tight {
 public:
  std::vector<std::string> words(const std::string&) override {
    return {"prlimit", "--fsize=3000000:unlimited"};
  }
  void make_room(const Child& child) override {
    const rlimit wide{RLIM_INFINITY, RLIM_INFINITY};
    EXPECT_EQ(::prlimit(child.pid(), RLIMIT_FSIZE, &wide, nullptr), 0);
  }
};

struct Sender {
  TestTill till;
  std::string unanswered;  // sent, perhaps booked
  std::int64_t answered = 0;
};

void sell_until_full_and_on(Tight& tight, const char* reason) {
  ShopFloor shop;
  std::vector<Sender> senders;
  for (int i = 0; i < tills; ++i) senders.push_back({shop.enrol(), "", 0});
  shop.close();
  const std::string folder = shop.folder.path();
  Child child(folder, {}, tight.words(folder));
  ASSERT_NE(child.port(), 0) << child.log();
  tight.hold(child, folder);

  // One request of the sender's; its status.
  const auto try_once = [&](Sender& sender) {
    if (sender.unanswered.empty()) sender.unanswered = sender.till.sale(shop.milk);
    const Answer answer =
        send(child.port(), "POST", "/api/till/journal/", shop.request(sender.till, {sender.unanswered}),
             {{"Authorization", "Till " + sender.till.token}});
    if (answer.status == 503) {
      EXPECT_EQ(answer.text("code"), "storage") << answer.body;
      EXPECT_NE(answer.text("detail").find("Nothing of this was kept"), std::string::npos) << answer.body;
      EXPECT_NE(answer.header("retry-after"), "");
      return answer.status;
    }
    EXPECT_EQ(answer.status, 200) << answer.body;
    const Result<journal::Answer> read = journal::read_answer(answer.body);
    EXPECT_TRUE(read.ok() && read->results.size() == 1u) << answer.body;
    if (!read.ok() || read->results.size() != 1u) return 0;
    EXPECT_EQ(read->results[0].result, journal::Outcome::accepted) << "what was refused was not kept";
    EXPECT_EQ(read->acked_through, ++sender.answered);
    sender.unanswered.clear();
    return answer.status;
  };
  const auto all_of_them = [&](const std::function<void(Sender&)>& work) {
    std::vector<std::thread> threads;
    for (Sender& sender : senders) threads.emplace_back([&] { work(sender); });
    for (std::thread& thread : threads) thread.join();
  };

  all_of_them([&](Sender& sender) {
    for (int i = 0; i < 20'000; ++i) {
      if (try_once(sender) != 200) return;
    }
  });
  ASSERT_TRUE(child.says("\"event\":\"read_only\"")) << "it never ran full";
  const Answer ready = send(child.port(), "GET", "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.text("detail").find("Nothing of this was kept"), std::string::npos) << ready.body;
  EXPECT_EQ(send(child.port(), "GET", "/healthz").status, 200);
  EXPECT_NE(send(child.port(), "GET", "/metrics")
                .body.find("ringup_read_only{reason=\"" + std::string(reason) + "\"} 1\n"),
            std::string::npos);
  EXPECT_EQ(send(child.port(), "GET", "/api/till/catalogue/", {},
                 {{"Authorization", "Till " + senders[0].till.token}})
                .status,
            200)
      << "reads go on";

  tight.make_room(child);
  all_of_them([&](Sender& sender) {
    const std::int64_t wanted = sender.answered + sales_behind;
    for (int tries = 0; tries < 3'000 && sender.answered < wanted; ++tries) {
      if (try_once(sender) != 200) ::poll(nullptr, 0, 10);
    }
    EXPECT_EQ(sender.answered, wanted);
  });
  EXPECT_EQ(send(child.port(), "GET", "/readyz").status, 200);
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_NE(child.log().find("\"event\":\"read_write\""), std::string::npos);

  tight.fetch(folder);
  std::int64_t answered = 0;
  for (const Sender& sender : senders) answered += sender.answered;
  shop.restart();
  EXPECT_EQ(shop.count("SELECT count(*) FROM sale"), answered);
  EXPECT_EQ(shop.count("SELECT count(DISTINCT receipt) FROM sale"), answered);
  EXPECT_EQ(shop.count("SELECT 1000000 - min(quantity) FROM stock_level"), answered * 1000);
  EXPECT_EQ(shop.text("PRAGMA integrity_check"), "ok");
  auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_only);
  const Result<store::VerifyReport> report = store::verify_journals(**db);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->problems, std::vector<std::string>{});
  EXPECT_EQ(report->sales, answered);
}

TEST(FullDisk, SellsOnWhenFilesMayGrowAgain) {
  SmallFiles files;
  sell_until_full_and_on(files, "failing");
}

TEST(FullDisk, SellsOnWhenThereIsRoomAgain) {
  // Where nobody may mount anything, the limit on files stands for the disk once more.
  SmallDisk disk;
  SmallFiles files;
  if (SmallDisk::possible())
    sell_until_full_and_on(disk, "full");
  else
    sell_until_full_and_on(files, "failing");
}

}  // namespace
}  // namespace ringup::test
