// What stands on the front door: other wires (TLS), and connections that are given away (live events).
#include <gtest/gtest.h>

#include <latch>
#include <mutex>
#include <thread>

#include "server/http/server.h"
#include "tests/server/http/line.h"

namespace ringup::http {
namespace {

using test::Line;

/// A wire with a greeting: the client knocks ("knock"), byte by byte if it likes, and is told to come in.
class Knocking final : public Wire {
 public:
  explicit Knocking(int socket) : plain_(plain_wire(socket)) {}
  bool greeted() const override { return heard_ == 5; }
  State greet() override {
    char byte = 0;
    while (!greeted()) {
      const Moved moved = plain_->read({&byte, 1});
      if (moved.state != State::moved) return moved.state;
      if (byte != "knock"[heard_++]) return State::broken;
    }
    const std::string_view pieces[] = {"come in\n"};
    return plain_->write(pieces).state;
  }
  bool secure() const override { return true; }
  Moved read(std::span<char> into) override { return plain_->read(into); }
  Moved write(std::span<const std::string_view> pieces) override { return plain_->write(pieces); }
  bool wants_room() const override { return plain_->wants_room(); }
  void finish() override { plain_->finish(); }

 private:
  std::unique_ptr<Wire> plain_;
  std::size_t heard_ = 0;
};

/// A wire that before each read wants to write, and each time takes one byte into itself more than it gives.
class Roundabout final : public Wire {
 public:
  explicit Roundabout(int socket) : plain_(plain_wire(socket)) {}
  Moved read(std::span<char> into) override {
    turned_ = !turned_;
    if (turned_) return {State::later};
    Moved moved = plain_->read(into.first(std::min<std::size_t>(into.size(), 7)));
    moved.drained = false;
    return moved;
  }
  Moved write(std::span<const std::string_view> pieces) override {
    turned_ = false;
    return plain_->write(pieces);
  }
  bool wants_room() const override { return turned_ || plain_->wants_room(); }
  void finish() override { plain_->finish(); }

 private:
  std::unique_ptr<Wire> plain_;
  bool turned_ = false;
};

/// A server over wires of the test's choice. GET /stream gives its connection to the test.
class House {
 public:
  explicit House(std::function<std::unique_ptr<Wire>(int)> wire, GuardLimits limits = {}) {
    routes_.add("GET", "/secure", [](const Request& request) -> Result<Response> {
      return text_response(request.secure ? "yes" : "no");
    });
    routes_.add("GET", "/stream", [this](const Request&) -> Result<Response> {
      Response response = text_response("first\n", "text/event-stream");
      response.stream = [this](std::unique_ptr<OpenStream> stream) { keep(std::move(stream)); };
      return response;
    });
    ServerOptions options;
    options.port = 0;
    options.limits = limits;
    options.wire = std::move(wire);
    options.before_answer = [](const Request& request, Response& response) {
      response.with("X-Secure", request.secure ? "yes" : "no");
    };
    options.end_streams = [this] {
      ++ends;
      streams();  // gone, all of them
    };
    server = std::make_unique<Server>(routes_, options);
    port = *server->bind();
    thread_ = std::thread([this] { server->run(); });
  }
  explicit House(GuardLimits limits = {}) : House(nullptr, limits) {}
  ~House() { join(); }
  void join() {
    server->stop();
    if (thread_.joinable()) thread_.join();
  }
  std::vector<std::unique_ptr<OpenStream>> streams() {
    const std::lock_guard lock(mutex_);
    return std::exchange(streams_, {});
  }
  /// Waits for it.
  std::unique_ptr<OpenStream> stream() {
    until([&] { return server->numbers().streams > 0; });
    std::vector<std::unique_ptr<OpenStream>> all;
    until([&] { return !(all = streams()).empty(); });
    return std::move(all.front());
  }
  std::uint64_t turned_away(TurnedAway reason) const {
    return server->numbers().turned_away[static_cast<std::size_t>(reason)];
  }
  template <class Condition>
  static void until(Condition&& holds) {
    while (!holds()) std::this_thread::yield();
  }

  std::atomic<int> ends{0};
  int port = 0;
  std::unique_ptr<Server> server;

 private:
  void keep(std::unique_ptr<OpenStream> stream) {
    const std::lock_guard lock(mutex_);
    streams_.push_back(std::move(stream));
  }
  Router routes_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<OpenStream>> streams_;
  std::thread thread_;
};

std::unique_ptr<Wire> knocking(int socket) {
  return std::make_unique<Knocking>(socket);
}
std::unique_ptr<Wire> roundabout(int socket) {
  return std::make_unique<Roundabout>(socket);
}

const std::string get_secure = "GET /secure HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string get_stream = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(Greeting, ComesBeforeTheFirstRequest) {
  const House house(knocking);
  Line line(house.port);
  for (const char byte : std::string("knoc")) line.send({&byte, 1});
  line.send("k" + get_secure);
  EXPECT_EQ(line.take(8), "come in\n");
  EXPECT_EQ(line.answer().body, "yes");
  line.send(get_secure);
  EXPECT_EQ(line.answer().body, "yes");
}

TEST(Greeting, IsNotWaitedForLongerThanItsDeadline) {
  const House house(knocking, {.greet_ms = 40});
  Line silent(house.port), half(house.port);
  half.send("kno");
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_EQ(house.turned_away(TurnedAway::greeting), 2u);
}

TEST(Greeting, ThatIsNoneEndsTheConnection) {
  const House house(knocking);
  Line wrong(house.port), gone(house.port);
  wrong.send("knack");
  EXPECT_TRUE(wrong.closed());
  gone.send("kn");
  gone.close();
  House::until([&] { return house.server->numbers().connections == 0; });
  EXPECT_EQ(house.turned_away(TurnedAway::greeting), 1u) << "who leaves was not turned away";
}

TEST(Greeting, DoesNotOutliveTheServer) {
  House house(knocking);
  Line half(house.port);
  half.send("kno");
  House::until([&] { return house.server->numbers().connections == 1; });
  house.join();
  EXPECT_TRUE(half.closed());
}

TEST(Wires, TellRefusalsWhetherTheyAreSecure) {
  const House secure(knocking), plain;
  Line one(secure.port), two(plain.port);
  one.send("knockGET / HTTP/9\r\n");
  EXPECT_EQ(one.take(8), "come in\n");
  EXPECT_EQ(one.answer().header("x-secure"), "yes");
  two.send("GET / HTTP/9\r\n");
  EXPECT_EQ(two.answer().header("x-secure"), "no");
  Line three(plain.port);
  three.send(get_secure);
  EXPECT_EQ(three.answer().body, "no");
}

TEST(Wires, MayHaveToWriteBeforeTheyReadAndHoldBytesBack) {
  const House house(roundabout);
  Line line(house.port);
  line.send(get_secure + get_secure);
  EXPECT_EQ(line.answer().body, "no");
  EXPECT_EQ(line.answer().body, "no");
  line.send(get_secure);
  EXPECT_EQ(line.answer().body, "no");
}

TEST(Streams, AreGivenAwayAfterTheHead) {
  House house;
  Line line(house.port);
  line.send(get_stream);
  std::unique_ptr<OpenStream> stream = house.stream();
  EXPECT_EQ(stream->peer(), "127.0.0.1");
  const std::string_view pieces[] = {"second\n"};
  EXPECT_EQ(stream->wire().write(pieces).state, Wire::State::moved);
  const test::Answer head = line.answer();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-type"), "text/event-stream");
  EXPECT_EQ(head.header("connection"), "close");
  EXPECT_EQ(head.header("content-length"), "");
  EXPECT_EQ(line.take(13), "first\nsecond\n");
  EXPECT_EQ(house.server->numbers().connections, 1u);
  EXPECT_EQ(house.server->numbers().answering, 0u);
  stream.reset();
  EXPECT_TRUE(line.closed());
  House::until([&] { return house.server->numbers().connections == 0; });
  EXPECT_EQ(house.server->numbers().streams, 0u);
}

TEST(Streams, CountAmongTheConnectionsOfTheirAddress) {
  House house({.connections_per_address_max = 1});
  Line line(house.port);
  line.send(get_stream);
  std::unique_ptr<OpenStream> stream = house.stream();
  Line other(house.port);
  EXPECT_EQ(other.answer().status, 503);
  stream.reset();
  House::until([&] { return house.server->numbers().connections == 0; });
  Line third(house.port);
  third.send(get_secure);
  EXPECT_EQ(third.answer().body, "no");
}

TEST(Streams, OfWhoHangsUpStayWithTheirHolder) {
  House house;
  Line line(house.port);
  line.send(get_stream);
  std::unique_ptr<OpenStream> stream = house.stream();
  line.close();
  char byte = 0;
  Wire::State state = Wire::State::later;
  House::until([&] { return (state = stream->wire().read({&byte, 1}).state) != Wire::State::later; });
  EXPECT_TRUE(state == Wire::State::ended || state == Wire::State::broken);
  EXPECT_EQ(house.server->numbers().connections, 1u);
  stream.reset();
  House::until([&] { return house.server->numbers().connections == 0; });
}

TEST(Streams, EndWhenTheServerStops) {
  House house;
  Line line(house.port);
  line.send(get_stream);
  House::until([&] { return house.server->numbers().streams == 1; });
  house.join();
  EXPECT_EQ(house.ends, 1);
  EXPECT_EQ(line.answer().status, 200);
  EXPECT_EQ(line.take(6), "first\n");
  EXPECT_TRUE(line.closed());
}

TEST(Streams, ThatAreKeptTooLongAreShutDown) {
  House house({.drain_ms = 40});
  Line line(house.port);
  line.send(get_stream);
  std::unique_ptr<OpenStream> stream = house.stream();
  house.server->stop();
  char byte = 0;
  House::until([&] { return stream->wire().read({&byte, 1}).state == Wire::State::ended; });
  stream.reset();
  house.join();
}

TEST(Streams, HaveNoBodyForHead) {
  const House house;
  Line line(house.port);
  line.send("HEAD /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(line.answer().status, 200);
  EXPECT_TRUE(line.closed());
}

}  // namespace
}  // namespace ringup::http
