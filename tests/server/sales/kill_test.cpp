// Killed in the middle: no answered sale is lost, none is doubled. The real binary, real sockets, kill -9.
#include <csignal>
#include <thread>

#include "server/store/verify.h"
#include "tests/server/child.h"
#include "tests/server/running.h"
#include "tests/server/sales/floor.h"

namespace ringup::test {
namespace {

constexpr int rounds = 6;
constexpr int tills = 4;
constexpr int answers_per_round = 40;  // of all tills, before the kill

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
          if (--left == 0) child.signal(SIGKILL);
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
