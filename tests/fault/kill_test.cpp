// kill -9 of the real program while tills send over connections that are cut: nothing acknowledged is lost,
// nothing is doubled, and the books agree to the cent. Real sockets, the outbox that real tills have.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "tests/server/child.h"
#include "tests/server/program.h"
#include "tests/server/sales/outbox_till.h"

namespace ringup::test {
namespace {

constexpr int cycles = 120;
constexpr int tills_count = 5;
constexpr int answers_max = 40;   // of all tills, before a kill
constexpr int records_max = 6;    // that a till adds before it sends
constexpr int start_ms_max = 12;  // of a start that is killed

/// Sends the first `bytes` of it and hangs up: politely, or so that the other side's next word is an error.
void hang_up(int port, std::string_view bytes, bool rudely) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    const linger none{1, 0};
    if (rudely) ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  }
  ::close(socket);
}

/// One request over a line that sometimes breaks: before the server has all of it, or before its answer.
Answer post(const TestTill& till, int port, const std::string& body, Chance& chance) {
  const int fate = chance.below(12);
  if (fate > 2)
    return send(port, "POST", "/api/till/journal/", body, {{"Authorization", "Till " + till.token}});
  const std::string bytes =
      "POST /api/till/journal/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Till " + till.token +
      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
      body;
  const auto size = static_cast<std::size_t>(chance.below(static_cast<int>(bytes.size())));
  hang_up(port, std::string_view(bytes).substr(0, fate == 0 ? size : bytes.size()), chance.one_in(2));
  return {};
}

/// A start that is killed somewhere in its middle: while the log is read back, say.
void kill_a_start(const std::string& folder, Chance& chance) {
  Program starting({"sh", "-c", "exec \"$0\" serve --data \"$1\" --listen 127.0.0.1:0 2>/dev/null",
                    program_path(), folder});
  ::poll(nullptr, 0, chance.below(start_ms_max));
  ::kill(starting.pid(), SIGKILL);
}

TEST(Kill, LosesNothingThatWasAcknowledgedAndDoublesNothing) {
  ShopFloor shop;
  std::vector<OutboxTill> tills;
  for (int i = 0; i < tills_count; ++i) tills.emplace_back(shop.enrol(), 100 + static_cast<std::uint64_t>(i));
  const std::string folder = shop.folder.path();
  const Id product = shop.milk;
  shop.close();

  Chance chance(2026);
  std::atomic<std::int64_t> answers = 0, cut = 0;
  for (int cycle = 0; cycle < cycles && !testing::Test::HasFailure(); ++cycle) {
    if (chance.one_in(6)) kill_a_start(folder, chance);
    Child child(folder);
    ASSERT_NE(child.port(), 0) << child.log();
    std::atomic<int> left = 1 + chance.below(answers_max);
    std::vector<std::thread> threads;
    for (OutboxTill& till : tills) {
      threads.emplace_back([&, own = Chance(chance.next())]() mutable {
        while (left > 0) {
          for (int i = own.below(records_max); i >= 0; --i) till.act(product);
          const bool sent = till.sync([&](const std::string& body) {
            Answer answer = post(till.till(), child.port(), body, own);
            ++(answer.status == 200 ? answers : cut);
            if (answer.status == 200 && --left == 0) child.signal(SIGKILL);
            return answer;
          });
          if (!sent && left <= 0) return;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    child.kill();
  }

  // What was acknowledged is there before anybody sends again.
  {
    auto db = store::Database::open(folder + "/ringup.db", store::Database::Mode::read_write);
    ASSERT_TRUE(db.ok());
    for (const OutboxTill& till : tills) {
      for (std::int64_t seq = 1; seq <= till.recorded(); ++seq) {
        if (!till.delivered(seq)) continue;
        const journal::Envelope envelope =
            journal::read_envelope(till.texts()[static_cast<std::size_t>(seq - 1)]);
        const Result<std::int64_t> found = (*db)->integer(
            "SELECT count(*) FROM journal_record WHERE id = $1 AND booked = 1", -1, *envelope.id);
        ASSERT_EQ(found.ok() ? *found : -1, 1) << "record " << seq << " of " << till.till().series;
      }
    }
  }
  Child child(folder);
  ASSERT_NE(child.port(), 0);
  for (OutboxTill& till : tills) EXPECT_TRUE(till.sync(child.port()));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0);
  expect_books(folder, tills);
  std::int64_t recorded = 0;
  for (const OutboxTill& till : tills) recorded += till.recorded();
  std::printf("[   killed ] %d times; %lld records, %lld answers, %lld connections cut or dead\n", cycles,
              static_cast<long long>(recorded), static_cast<long long>(answers), static_cast<long long>(cut));
}

}  // namespace
}  // namespace ringup::test
