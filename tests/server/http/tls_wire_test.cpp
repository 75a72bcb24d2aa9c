/// TLS over a pair of sockets: the test carries every byte between a client and the wire under test.
#include "server/http/tls_wire.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/tls_authority.h"
#include "tests/server/http/tls_client.h"

namespace ringup::http {
namespace {

using State = Wire::State;
using test::TlsClient;
using test::TlsWish;

/// A certificate for shop.lan, made once for all tests of this file.
struct Shop {
  test::Folder folder;
  LocalPaths paths = local_paths(folder.path());
  TlsContext context;
  Shop() {
    const std::int64_t now = store::unix_us_now();
    EXPECT_TRUE(make_local_certificate(folder.path(), {"shop.lan"}, false, now).ok());
    const auto pair = read_certificate_pair(paths.certificate, paths.key, now);
    EXPECT_TRUE(pair.ok());
    context = *make_tls_context(*pair);
  }
};
const Shop& shop() {
  static const Shop made;
  return made;
}

/// The wire at one end of a pair, bare bytes at the other.
struct Pair {
  int ends[2] = {-1, -1};
  std::shared_ptr<TlsCounts> counts = std::make_shared<TlsCounts>();
  std::unique_ptr<Wire> wire;

  explicit Pair(bool either = false) {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    wire = either ? either_wire(
                        ends[0], [] { return shop().context; }, counts)
                  : tls_wire(ends[0], shop().context, counts);
  }
  ~Pair() { ::close(ends[1]); }
  void put(std::string_view bytes) const {
    ASSERT_EQ(::send(ends[1], bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  std::string take() const {
    std::string out;
    char buffer[64 * 1024];
    for (ssize_t got; (got = ::recv(ends[1], buffer, sizeof buffer, 0)) > 0;)
      out.append(buffer, static_cast<std::size_t>(got));
    return out;
  }
  bool at_end() const {
    char byte = 0;
    return ::recv(ends[1], &byte, 1, MSG_PEEK) == 0;
  }
  /// Hands over what the client has to say, in pieces of `piece` bytes, greeting after each.
  State carry(TlsClient& client, std::size_t piece = 1 << 20) {
    State state = State::later;
    const std::string all = client.outgoing();
    for (std::string_view rest = all; !rest.empty() && state == State::later;) {
      put(rest.substr(0, piece));
      rest.remove_prefix(std::min(piece, rest.size()));
      state = wire->greet();
      EXPECT_TRUE(state != State::later || !wire->wants_room());
    }
    client.incoming(take());
    return state;
  }
  State shake(TlsClient& client, std::size_t piece = 1 << 20) {
    State state = State::later;
    for (int i = 0; i < 8 && state == State::later; ++i) {
      (void)client.shake();
      state = carry(client, piece);
    }
    if (state == State::moved) {
      EXPECT_TRUE(client.shake());
    }
    return state;
  }
  std::string read() const {
    char buffer[4096];
    std::string out;
    for (;;) {
      const Wire::Moved moved = wire->read(buffer);
      if (moved.state != State::moved) return out;
      out.append(buffer, moved.bytes);
    }
  }
  Wire::Moved write(std::string_view head, std::string_view body = {}) const {
    const std::string_view pieces[] = {head, body};
    return wire->write(pieces);
  }
};

TEST(TlsWire, ShakesHandsInPiecesOfAnySize) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
      Pair pair;
      TlsWish wish;
      wish.version_max = wish.version_min = version;
      wish.authority = shop().paths.authority;
      wish.host = "shop.lan";
      TlsClient client(wish);
      EXPECT_FALSE(pair.wire->greeted());
      ASSERT_EQ(pair.shake(client, piece), State::moved);
      EXPECT_TRUE(pair.wire->greeted());
      EXPECT_TRUE(pair.wire->secure());
      EXPECT_EQ(pair.counts->handshakes, 1u);
      EXPECT_EQ(pair.counts->failed, 0u);
      client.write("hello");
      pair.put(client.outgoing());
      EXPECT_EQ(pair.read(), "hello");
      EXPECT_EQ(pair.write("good ", "day").bytes, 8u);
      client.incoming(pair.take());
      EXPECT_EQ(client.read(), "good day");
    }
  }
}

TEST(TlsWire, ReadsByteByByteAndSaysLaterBetween) {
  Pair pair;
  TlsClient client;
  ASSERT_EQ(pair.shake(client), State::moved);
  client.write("GET / HTTP/1.1\r\n\r\n");
  const std::string sealed = client.outgoing();
  char buffer[100];
  for (std::size_t i = 0; i + 1 < sealed.size(); ++i) {
    pair.put(sealed.substr(i, 1));
    ASSERT_EQ(pair.wire->read(buffer).state, State::later);
    ASSERT_FALSE(pair.wire->wants_room());
  }
  pair.put(sealed.substr(sealed.size() - 1));
  const Wire::Moved moved = pair.wire->read(buffer);
  EXPECT_EQ(moved.state, State::moved);
  EXPECT_EQ(moved.bytes, 18u);
  EXPECT_TRUE(moved.drained);
}

TEST(TlsWire, KeepsWhatAReaderWithLittleRoomLeaves) {
  Pair pair;
  TlsClient client;
  ASSERT_EQ(pair.shake(client), State::moved);
  client.write(std::string(5000, 'a'));
  client.write(std::string(5000, 'b'));
  pair.put(client.outgoing());
  char buffer[4096];
  const Wire::Moved first = pair.wire->read(buffer);
  EXPECT_EQ(first.bytes, sizeof buffer);
  EXPECT_FALSE(first.drained) << "the socket is empty, but the wire is not";
  EXPECT_EQ(pair.read().size(), 10'000u - sizeof buffer);
}

TEST(TlsWire, SendsABigAnswerAsTheClientTakesIt) {
  Pair pair;
  TlsClient client;
  ASSERT_EQ(pair.shake(client), State::moved);
  const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
  std::string body;
  while (body.size() < 3'000'000) body += std::to_string(body.size()) + " ";
  std::size_t sent = 0, laters = 0;
  std::string got;
  while (sent < head.size() + body.size()) {
    const std::string_view pieces[] = {
        std::string_view(head).substr(std::min(sent, head.size())),
        std::string_view(body).substr(sent > head.size() ? sent - head.size() : 0)};
    const Wire::Moved moved = pair.wire->write(pieces);
    if (moved.state == State::later) {
      EXPECT_TRUE(pair.wire->wants_room());
      ++laters;
      client.incoming(pair.take());
      got += client.read();
      continue;
    }
    ASSERT_EQ(moved.state, State::moved);
    sent += moved.bytes;
  }
  client.incoming(pair.take());
  got += client.read();
  EXPECT_GT(laters, 2u);
  EXPECT_EQ(sent, head.size() + body.size());
  EXPECT_TRUE(got == head + body);
}

TEST(TlsWire, PutsHeadAndBodyIntoOneRecord) {
  Pair pair;
  TlsClient client;
  ASSERT_EQ(pair.shake(client), State::moved);
  client.incoming(pair.take());
  EXPECT_EQ(pair.write("head", "body").bytes, 8u);
  const std::string sealed = pair.take();
  ASSERT_GT(sealed.size(), 5u);
  EXPECT_EQ(static_cast<std::size_t>(static_cast<unsigned char>(sealed[3])) * 256 +
                static_cast<unsigned char>(sealed[4]),
            sealed.size() - 5);
}

TEST(TlsWire, RefusesGarbage) {
  for (const std::string_view garbage :
       {std::string_view("GET / HTTP/1.1\r\n\r\n"), std::string_view("\x16\x03\x01\x00\x05hello", 10),
        std::string_view("\x16\xff\xff\xff\xff\xff\xff\xff", 8),
        std::string_view("\x80\x2e\x01\x00\x02", 5)}) {
    Pair pair;
    pair.put(garbage);
    State state = pair.wire->greet();
    if (state == State::later) {
      ::shutdown(pair.ends[1], SHUT_WR);
      state = pair.wire->greet();
    }
    EXPECT_TRUE(state == State::broken || state == State::ended) << garbage;
    EXPECT_EQ(pair.wire->greet(), state == State::ended ? State::ended : State::broken);
    pair.wire.reset();
    EXPECT_EQ(pair.counts->failed, 1u);
    EXPECT_EQ(pair.counts->handshakes, 0u);
  }
}

TEST(TlsWire, RefusesABrokenRecordAfterTheHandshake) {
  Pair pair;
  TlsClient client;
  ASSERT_EQ(pair.shake(client), State::moved);
  client.write("hello");
  std::string sealed = client.outgoing();
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  pair.put(sealed);
  char buffer[100];
  EXPECT_EQ(pair.wire->read(buffer).state, State::broken);
  EXPECT_EQ(pair.wire->read(buffer).state, State::broken);
  EXPECT_EQ(pair.write("too late").state, State::broken);
}

TEST(TlsWire, TellsTheEndWithAndWithoutAGoodbye) {
  for (const bool polite : {true, false}) {
    Pair pair;
    TlsClient client;
    ASSERT_EQ(pair.shake(client), State::moved);
    client.write("last words");
    if (polite) client.say_goodbye();
    pair.put(client.outgoing());
    ::shutdown(pair.ends[1], SHUT_WR);
    char buffer[100];
    EXPECT_EQ(pair.wire->read(buffer).bytes, 10u);
    EXPECT_EQ(pair.wire->read(buffer).state, State::ended);
    EXPECT_EQ(pair.write("an answer all the same").state, State::moved) << "one side may be closed";
    client.incoming(pair.take());
    EXPECT_EQ(client.read(), "an answer all the same");
  }
}

TEST(TlsWire, SaysGoodbyeWhenItFinishesAndWhenItEnds) {
  for (const bool finish : {true, false}) {
    Pair pair;
    TlsClient client;
    ASSERT_EQ(pair.shake(client), State::moved);
    EXPECT_EQ(pair.write("bye").state, State::moved);
    if (finish)
      pair.wire->finish();
    else
      pair.wire.reset();
    client.incoming(pair.take());
    EXPECT_EQ(client.read(), "bye");
    EXPECT_TRUE(client.goodbye());
    EXPECT_TRUE(pair.at_end());
    if (!finish) continue;
    client.write("reading goes on");
    pair.put(client.outgoing());
    EXPECT_EQ(pair.read(), "reading goes on");
  }
}

TEST(TlsWire, SaysNoGoodbyeInTheMiddleOfAnAnswer) {
  Pair pair;
  TlsClient client;
  ASSERT_EQ(pair.shake(client), State::moved);
  const std::string body(4'000'000, 'x');
  std::size_t sent = 0;
  for (Wire::Moved moved; (moved = pair.write(std::string_view(body).substr(sent))).state == State::moved;)
    sent += moved.bytes;
  ASSERT_LT(sent, body.size());
  pair.wire.reset();
  client.incoming(pair.take());
  (void)client.read();
  EXPECT_FALSE(client.goodbye());
}

TEST(TlsWire, RefusesToShakeHandsAgain) {
  Pair pair;
  TlsWish wish;
  wish.version_max = TLS1_2_VERSION;
  TlsClient client(wish);
  ASSERT_EQ(pair.shake(client), State::moved);
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  (void)client.shake();
  pair.put(client.outgoing());
  char buffer[100];
  EXPECT_EQ(pair.wire->read(buffer).state, State::later);
  client.incoming(pair.take());
  EXPECT_FALSE(client.shake());
  EXPECT_TRUE(client.failed());
  EXPECT_EQ(pair.counts->handshakes, 1u);
}

TEST(TlsWire, SpeaksNothingWeak) {
  const auto refused = [](const TlsWish& wish) {
    Pair pair;
    TlsClient client(wish);
    return pair.shake(client) != State::moved;
  };
  TlsWish wish;
  wish.version_min = wish.version_max = TLS1_1_VERSION;
  EXPECT_TRUE(refused(wish));
  wish.version_min = wish.version_max = TLS1_2_VERSION;
  EXPECT_FALSE(refused(wish));
  for (const char* weak :
       {"ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "NULL-SHA256", "AES128-GCM-SHA256"}) {
    wish.ciphers = std::string(weak) + ":@SECLEVEL=0";
    EXPECT_TRUE(refused(wish)) << weak;
  }
  wish = {};
  wish.protocol = "h2";
  EXPECT_TRUE(refused(wish)) << "a protocol that is not spoken here";
  wish.protocol = "http/1.1";
  EXPECT_FALSE(refused(wish));
}

TEST(TlsWire, LetsAClientComeBackByItsTicket) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsWish wish;
    wish.version_min = wish.version_max = version;
    SSL_SESSION* session = nullptr;
    {
      Pair pair;
      TlsClient client(wish);
      ASSERT_EQ(pair.shake(client), State::moved);
      (void)client.read();  // tickets of 1.3 come behind the handshake
      session = SSL_get1_session(client.ssl());
      client.say_goodbye();  // without it OpenSSL would not use the session again
    }
    wish.session = session;
    Pair pair;
    TlsClient client(wish);
    ASSERT_EQ(pair.shake(client), State::moved);
    EXPECT_EQ(SSL_session_reused(client.ssl()), 1) << version;
    SSL_SESSION_free(session);
  }
}

TEST(EitherWire, KnowsTlsByItsFirstByte) {
  Pair sealed(true);
  EXPECT_EQ(sealed.wire->greet(), State::later);
  EXPECT_FALSE(sealed.wire->secure());
  TlsClient client;
  ASSERT_EQ(sealed.shake(client, 1), State::moved);
  EXPECT_TRUE(sealed.wire->secure());
  client.write("hello");
  sealed.put(client.outgoing());
  EXPECT_EQ(sealed.read(), "hello");

  Pair plain(true);
  plain.put("GET / HTTP/1.1\r\n");
  EXPECT_EQ(plain.wire->greet(), State::moved);
  EXPECT_TRUE(plain.wire->greeted());
  EXPECT_FALSE(plain.wire->secure());
  EXPECT_EQ(plain.read(), "GET / HTTP/1.1\r\n");
  EXPECT_EQ(plain.write("answer").bytes, 6u);
  EXPECT_EQ(plain.take(), "answer");
  plain.wire.reset();
  EXPECT_EQ(plain.counts->failed, 0u);
}

TEST(EitherWire, EndsWithWhoeverSaysNothing) {
  Pair pair(true);
  EXPECT_EQ(pair.write("words").state, State::broken);
  ::shutdown(pair.ends[1], SHUT_WR);
  EXPECT_EQ(pair.wire->greet(), State::ended);
  pair.wire.reset();
  EXPECT_EQ(pair.counts->failed, 0u);
  EXPECT_TRUE(pair.at_end());
}

}  // namespace
}  // namespace ringup::http
