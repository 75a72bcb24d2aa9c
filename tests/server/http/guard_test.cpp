// The front door over real sockets: who is slow, loud, many or ambiguous is turned away, and nobody else
// notices. Deadlines are a few milliseconds here; a test waits for the server's answer, never for time.
#include "server/http/guard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <thread>

#include "server/http/server.h"
#include "tests/server/http/line.h"

namespace ringup::http {
namespace {

using test::Line;

/// A server with a few routes of its own; handlers of /wait stand still until the test opens the gate.
class Door {
 public:
  explicit Door(GuardLimits limits = {}, int trusted_proxies = 0) {
    routes_.add("GET", "/hello", [](const Request&) -> Result<Response> { return text_response("hello"); });
    routes_.add("POST", "/echo",
                [](const Request& request) -> Result<Response> { return text_response(request.body); });
    routes_.add("POST", "/large",
                [](const Request& request) -> Result<Response> {
                  return text_response(std::to_string(request.body.size()));
                },
                {.body_bytes_max = 8 << 20});
    routes_.add("GET", "/big", [](const Request&) -> Result<Response> {
      return text_response(std::string(big_bytes, 'b'));
    });
    routes_.add("GET", "/wait", [this](const Request&) -> Result<Response> {
      entered.count_down();
      gate.wait();
      return text_response("waited");
    });
    routes_.add(
        "GET", "/quick/{name}",
        [](const Request& request) -> Result<Response> { return text_response(request.parameters[0]); },
        {.quick = true});
    ServerOptions options;
    options.port = 0;
    options.limits = limits;
    options.trusted_proxies = trusted_proxies;
    server = std::make_unique<Server>(routes_, options);
    const auto bound = server->bind();
    EXPECT_TRUE(bound.ok());
    port = *bound;
    thread_ = std::thread([this] { server->run(); });
  }
  ~Door() {
    server->stop();
    if (thread_.joinable()) thread_.join();
  }
  void join() { thread_.join(); }
  std::uint64_t turned_away(TurnedAway reason) const {
    return server->numbers().turned_away[static_cast<std::size_t>(reason)];
  }
  /// Returns once it holds; the test's own time limit ends what never does.
  template <class Condition>
  static void until(Condition&& holds) {
    while (!holds()) std::this_thread::yield();
  }

  static constexpr std::size_t big_bytes = 48 << 20;  // more than two sockets' buffers take
  std::latch gate{1};
  std::latch entered{1};
  int port = 0;
  std::unique_ptr<Server> server;

 private:
  Router routes_;
  std::thread thread_;
};

const std::string hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
std::string post(std::string_view path, std::string_view fields, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}
std::string echo(std::string_view body) {
  return post("/echo", "Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

TEST(Guard, KeepsAConnectionAlsoAfterAnError) {
  const Door door;
  Line line(door.port);
  for (int i = 0; i < 3; ++i) {
    line.send(hello);
    EXPECT_EQ(line.answer().body, "hello");
    line.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(line.answer().status, 404);
  }
  EXPECT_EQ(door.server->numbers().accepted, 1u);
}

TEST(Guard, AnswersPipelinedRequestsInOrder) {
  const Door door;
  Line line(door.port);
  std::string all;
  for (int i = 0; i < 200; ++i) all += echo(std::to_string(i));
  line.send(all);
  for (int i = 0; i < 200; ++i) ASSERT_EQ(line.answer().body, std::to_string(i));
}

TEST(Guard, TakesARequestByteByByte) {
  const Door door;
  Line line(door.port);
  for (const char byte : post("/echo", "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\n\r\n"))
    line.send({&byte, 1});
  EXPECT_EQ(line.answer().body, "abc");
}

TEST(Guard, SurvivesADisconnectAtEveryByte) {
  const Door door;
  const std::string request = echo("0123456789");
  for (std::size_t size = 0; size <= request.size(); ++size) {
    Line line(door.port);
    line.send(std::string_view(request).substr(0, size));
  }
  Door::until([&] { return door.server->numbers().connections == 0; });
  Line line(door.port);
  line.send(hello);
  EXPECT_EQ(line.answer().status, 200);
}

TEST(Guard, AnswersWhoHasSaidTheLastByte) {
  const Door door;
  Line line(door.port);
  line.send(hello + hello);
  line.finish();
  EXPECT_EQ(line.answer().body, "hello");
  EXPECT_EQ(line.answer().body, "hello");
  EXPECT_TRUE(line.closed());
}

TEST(Guard, EndsASlowHead) {
  const Door door({.head_ms = 40});
  Line line(door.port);
  line.send("GET /hello HT");
  EXPECT_EQ(line.answer().status, 408);
  EXPECT_TRUE(line.closed());
  EXPECT_EQ(door.turned_away(TurnedAway::slow_head), 1u);
}

TEST(Guard, EndsASlowBody) {
  const Door door({.body_ms = 40});
  Line line(door.port);
  line.send(post("/echo", "Content-Length: 10\r\n", "abc"));
  const test::Answer answer = line.answer();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(line.closed());
}

TEST(Guard, EndsADripBelowTheFloor) {
  const Door door({.floor_after_ms = 40, .floor_bytes_per_second = 1'000'000});
  Line line(door.port);
  line.send(post("/large", "Content-Length: 5000000\r\n", "a"));
  while (line.try_send("a")) std::this_thread::yield();
  EXPECT_EQ(door.turned_away(TurnedAway::slow_body), 1u);
}

TEST(Guard, ClosesWhoSaysNothing) {
  const Door door({.first_byte_ms = 40, .idle_ms = 60});
  Line silent(door.port), idle(door.port);
  idle.send(hello);
  EXPECT_EQ(idle.answer().status, 200);
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(idle.closed());
}

TEST(Guard, DoesNotLetSlowSendersHoldWorkers) {
  const Door door({.workers_max = 1});
  std::vector<Line> slow;
  for (int i = 0; i < 300; ++i)
    slow.emplace_back(door.port).send(i % 2 == 0 ? "GET /hel" : echo("abc").substr(0, 60));
  Line line(door.port);
  for (int i = 0; i < 20; ++i) {
    line.send(hello);
    ASSERT_EQ(line.answer().body, "hello");
  }
}

TEST(Guard, DoesNotLetSlowReadersHoldWorkers) {
  const Door door({.workers_max = 1});
  std::vector<Line> slow;
  for (int i = 0; i < 3; ++i) slow.emplace_back(door.port).send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  Line line(door.port);
  line.send(hello);
  EXPECT_EQ(line.answer().body, "hello");
  EXPECT_EQ(slow[1].answer().body.size(), Door::big_bytes) << "whoever then reads gets all of it";
  slow[1].send(hello);
  EXPECT_EQ(slow[1].answer().body, "hello");
}

TEST(Guard, EndsWhoDoesNotReadAtAll) {
  const Door door({.stall_ms = 40});
  Line line(door.port);
  line.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  Door::until([&] { return door.turned_away(TurnedAway::slow_reader) == 1; });
}

TEST(Guard, SaysBusyWhenTheQueueIsFull) {
  Door door({.workers_max = 1, .queue_max = 1});
  Line first(door.port), second(door.port), third(door.port);
  first.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  door.entered.wait();
  second.send(hello);
  Door::until([&] { return door.server->numbers().waiting == 1; });
  third.send(hello);
  const test::Answer busy = third.answer();
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.header("retry-after"), "1");
  EXPECT_EQ(busy.text("code"), "busy");
  EXPECT_FALSE(busy.header("x-request-id").empty());
  EXPECT_TRUE(third.closed());
  door.gate.count_down();
  EXPECT_EQ(first.answer().body, "waited");
  EXPECT_EQ(second.answer().body, "hello");
}

TEST(Guard, AnswersTheQuickItself) {
  Door door({.workers_max = 1});
  Line busy(door.port), line(door.port);
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  door.entered.wait();
  for (int i = 0; i < 3; ++i) {
    line.send("GET /quick/milk HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(line.answer().body, "milk");
  }
  line.send("GET /quick/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(line.answer().body, "last");
  EXPECT_TRUE(line.closed());
  door.gate.count_down();
  EXPECT_EQ(busy.answer().body, "waited");
}

TEST(Guard, KeepsTheOrderOfQuickAndOtherAnswers) {
  const Door door;
  Line line(door.port);
  std::string all;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    all += i % 30 == 7 ? echo(n) : "GET /quick/" + n + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  line.send(all);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(line.answer().body, std::to_string(i));
}

TEST(Guard, CountsConnectionsByAddress) {
  const Door door({.connections_per_address_max = 2});
  Line one(door.port), two(door.port);
  one.send(hello);
  EXPECT_EQ(one.answer().status, 200);
  two.send(hello);
  EXPECT_EQ(two.answer().status, 200);
  Line three(door.port);
  EXPECT_EQ(three.answer().status, 503);
  Line neighbour(door.port, "127.0.0.2");
  neighbour.send(hello);
  EXPECT_EQ(neighbour.answer().status, 200);
  one.close();
  Door::until([&] { return door.server->numbers().connections == 2; });
  Line four(door.port);
  four.send(hello);
  EXPECT_EQ(four.answer().status, 200);
}

TEST(Guard, CountsNotByAddressBehindTrustedProxies) {
  const Door door({.connections_per_address_max = 1}, 1);
  Line one(door.port), two(door.port);
  two.send(hello);
  EXPECT_EQ(two.answer().status, 200);
}

TEST(Guard, LetsTheIdleMakeRoom) {
  const Door door({.connections_max = 3, .stay_ms = 0, .evict_after_ms = 0});
  std::vector<Line> lines;
  for (int i = 0; i < 12; ++i) {
    lines.emplace_back(door.port).send(hello);
    EXPECT_EQ(lines.back().answer().status, 200) << i;
  }
  EXPECT_LE(door.server->numbers().connections, 3u);
}

TEST(Guard, TurnsAwayWhenNobodyCanMakeRoom) {
  const Door door({.connections_max = 2});
  Line one(door.port), two(door.port), three(door.port);
  EXPECT_EQ(three.answer().status, 503);
  EXPECT_EQ(door.turned_away(TurnedAway::connections_full), 1u);
}

TEST(Guard, RefusesALongBodyUnreadAndSaysSo) {
  const Door door;
  Line line(door.port);
  line.send(post("/echo", "Content-Length: 4000000\r\n", std::string(600'000, 'x')));
  const test::Answer answer = line.answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.text("code"), "payload_too_large");
  EXPECT_TRUE(line.closed());

  Line other(door.port);
  other.send(post("/large", "Content-Length: 4000000\r\n", std::string(4'000'000, 'x')));
  EXPECT_EQ(other.answer().body, "4000000") << "the limit is the route's";
}

TEST(Guard, KeepsABudgetForBodies) {
  const Door door({.bodies_bytes_max = 1 << 20});
  Line line(door.port);
  line.send(post("/large", "Content-Length: 4000000\r\n", std::string(2 << 20, 'x')));
  EXPECT_EQ(line.answer().status, 503);
  Line small(door.port);
  small.send(echo("abc"));
  EXPECT_EQ(small.answer().body, "abc");
}

TEST(Guard, SaysGoOnOnlyToWhomItLets) {
  const Door door;
  Line line(door.port);
  line.send(post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(line.take(25), "HTTP/1.1 100 Continue\r\n\r\n");
  line.send("abc");
  EXPECT_EQ(line.answer().body, "abc");
  line.send(post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", "abc"));
  EXPECT_EQ(line.answer().body, "abc") << "who does not wait needs no word";
  line.send(post("/echo", "Content-Length: 4000000\r\nExpect: 100-continue\r\n", ""));
  EXPECT_EQ(line.answer().status, 413);
}

TEST(Guard, ReadsTheBodyOfAGetToo) {
  const Door door;
  Line line(door.port);
  line.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 32\r\n\r\n" + hello + hello);
  ASSERT_EQ(hello.size(), 32u);
  EXPECT_EQ(line.answer().body, "hello");
  EXPECT_EQ(line.answer().body, "hello");
  line.send(echo("last"));
  EXPECT_EQ(line.answer().body, "last") << "a body is not a request";
}

TEST(Guard, SaysWhatWasWrongAndClosesAtOnce) {
  const Door door;
  const std::string answer = test::exchange_bytes(door.port, "GET /hello HTTP/1.1\nHost: a\n\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 Bad Request\r\n")) << answer;
  EXPECT_NE(answer.find("\"code\":\"malformed_request\""), std::string::npos);
  EXPECT_EQ(door.turned_away(TurnedAway::malformed), 1u);
}

TEST(Guard, StopsBeforeItRuns) {
  const Router routes;
  ServerOptions options;
  options.port = 0;
  Server server(routes, options);
  ASSERT_TRUE(server.bind().ok());
  server.stop();
  server.run();
}

TEST(Guard, AnswersWhatIsHereWhenItStops) {
  Door door;
  Line idle(door.port), waiting(door.port), half(door.port);
  idle.send(hello);
  EXPECT_EQ(idle.answer().status, 200);
  half.send("GET /hello HTTP/1.1\r\n");
  waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  door.entered.wait();
  Door::until([&] { return door.server->numbers().connections == 3; });
  door.server->stop();
  EXPECT_TRUE(idle.closed());
  half.send("Host: a\r\n\r\n");
  const test::Answer last = half.answer();
  EXPECT_EQ(last.body, "hello");
  EXPECT_EQ(last.header("connection"), "close");
  EXPECT_TRUE(half.closed());
  door.gate.count_down();
  EXPECT_EQ(waiting.answer().body, "waited");
  EXPECT_TRUE(waiting.closed());
  door.join();
}

TEST(Guard, ServesManyAtOnce) {
  const Door door({.workers_max = 4});
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      Line line(door.port);
      for (int i = 0; i < 100; ++i) {
        const std::string body = std::to_string(c * 1000 + i);
        line.send(i % 3 == 0 ? echo(body) + hello : echo(body));
        if (line.answer().body == body) ++right;
        if (i % 3 == 0 && line.answer().body != "hello") --right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 800);
}

}  // namespace
}  // namespace ringup::http
