// Killed in the middle: no answered sale is lost, none is doubled. The real binary, real sockets, kill -9.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "server/store/verify.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

constexpr int rounds = 6;
constexpr int tills = 4;
constexpr int answers_per_round = 40;  // of all tills, before the kill

/// `ringup serve` from beside this program; killed when it goes.
class Child {
 public:
  explicit Child(const std::string& folder) {
    const std::string binary =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "ringup").string();
    int out[2];
    EXPECT_EQ(::pipe2(out, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], 1);
      ::dup2(::open("/dev/null", O_WRONLY), 2);
      ::execl(binary.c_str(), binary.c_str(), "serve", "--data", folder.c_str(), "--listen", "127.0.0.1:0",
              nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    std::string line;
    char c = 0;
    while (port_ == 0 && ::read(out[0], &c, 1) == 1) {
      if (c != '\n') {
        line += c;
        continue;
      }
      if (line.find("is ready at") != std::string::npos)
        port_ = std::atoi(line.substr(line.rfind(':') + 1).c_str());
      line.clear();
    }
    out_ = out[0];  // kept open, so that the child's words do not end it
  }
  ~Child() {
    kill();
    ::close(out_);
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
  }
  int port() const { return port_; }

 private:
  pid_t pid_ = -1;
  int port_ = 0, out_ = -1;
};

TEST(Fault, AKilledServerLosesNoAnsweredSaleAndDoublesNone) {
  ShopFloor shop;
  struct Sender {
    TestTill till;
    std::string unanswered;  // sent, perhaps booked
    std::int64_t answered = 0;
  };
  std::vector<Sender> senders;
  for (int i = 0; i < tills; ++i) senders.push_back({shop.enrol(), "", 0});
  shop.close();

  for (int round = 0; round < rounds; ++round) {
    Child child(shop.folder.path());
    ASSERT_NE(child.port(), 0) << "build the program ringup beside this one";
    std::atomic<int> left = answers_per_round;
    std::vector<std::thread> threads;
    for (Sender& sender : senders) {
      threads.emplace_back([&] {
        for (;;) {
          if (sender.unanswered.empty()) sender.unanswered = sender.till.sale(shop.milk);
          const Answer answer =
              send(child.port(), "POST", "/api/till/journal/", shop.request(sender.till, {sender.unanswered}),
                   {{"Authorization", "Till " + sender.till.token}});
          if (answer.status == 0) return;  // killed
          ASSERT_EQ(answer.status, 200) << answer.body;
          const Result<journal::Answer> read = journal::read_answer(answer.body);
          if (!read.ok()) return;  // killed while it answered
          ASSERT_EQ(read->results.size(), 1u);
          const journal::Outcome result = read->results[0].result;
          EXPECT_TRUE(result == journal::Outcome::accepted || result == journal::Outcome::duplicate);
          EXPECT_EQ(read->acked_through, ++sender.answered);
          sender.unanswered.clear();
          if (--left == 0) child.kill();
          if (left <= 0) return;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  shop.restart();
  std::int64_t answered = 0, unanswered = 0;
  for (const Sender& sender : senders) {
    answered += sender.answered;
    unanswered += sender.unanswered.empty() ? 0 : 1;
  }
  const std::int64_t booked = shop.count("SELECT count(*) FROM sale");
  EXPECT_GE(booked, answered);
  EXPECT_LE(booked, answered + unanswered);
  EXPECT_EQ(shop.count("SELECT count(DISTINCT receipt) FROM sale"), booked);
  EXPECT_EQ(shop.count("SELECT 1000000 - min(quantity) FROM stock_level"), booked * 1000);
  auto db = store::Database::open(shop.folder.path() + "/ringup.db", store::Database::Mode::read_only);
  const Result<store::VerifyReport> report = store::verify_journals(**db);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->problems, std::vector<std::string>{});
  EXPECT_EQ(report->sales, booked);
}

}  // namespace
}  // namespace ringup::test
