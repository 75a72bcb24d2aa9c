// The reader of requests: the same however the bytes arrive, and nothing that two readers could understand in
// two ways.
#include "server/http/head.h"

#include <gtest/gtest.h>

namespace ringup::http {
namespace {

using State = RequestReader::State;
constexpr std::size_t body_max = 1000;

struct Read {
  State state = State::head;
  int status = 0;
  Head head;
  std::string body, rest;
};

/// Feeds the bytes in pieces of `piece`; what the request left over is `rest`.
Read read(std::string_view bytes, std::size_t piece = 1 << 20) {
  static const HeadLimits limits;
  RequestReader reader(limits);
  Read out;
  while (!bytes.empty() && (reader.state() == State::head || reader.state() == State::body)) {
    const std::string_view now = bytes.substr(0, piece);
    const std::size_t taken = reader.feed(now);
    bytes.remove_prefix(taken);
    if (reader.state() == State::ask) reader.admit(body_max);
  }
  out.state = reader.state();
  out.status = reader.refusal().status;
  out.head = reader.head();
  out.body = reader.body();
  out.rest = bytes;
  return out;
}

std::string get(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: shop.example\r\n" + std::string(fields) + "\r\n";
}
std::string post(std::string_view fields, std::string_view body) {
  return "POST /x HTTP/1.1\r\nHost: shop.example\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST(Head, IsTheSameHoweverItArrives) {
  const std::string bytes =
      "\r\nPOST /a%20b?c=d HTTP/1.1\r\nHost:  shop.example \r\nX-Empty:\r\nConnection: TE, Close\r\n"
      "Transfer-Encoding: CHUNKED\r\nExpect: 100-continue\r\n\r\n"
      "3;name=\"v\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-After: all\r\n\r\nGET / HTT";
  for (std::size_t piece = 1; piece < 60; ++piece) {
    const Read got = read(bytes, piece);
    ASSERT_EQ(got.state, State::whole) << piece;
    EXPECT_EQ(got.head.method, "POST");
    EXPECT_EQ(got.head.target, "/a%20b?c=d");
    EXPECT_EQ(got.head.header("host"), "shop.example");
    EXPECT_EQ(got.head.headers[1], (std::pair<std::string, std::string>("x-empty", "")));
    EXPECT_FALSE(got.head.keep_alive);
    EXPECT_TRUE(got.head.expects_continue);
    EXPECT_EQ(got.body, "abc0123456789");
    EXPECT_TRUE(std::string("GET / HTT").find(got.rest) != std::string::npos || got.rest == "GET / HTT");
  }
}

TEST(Head, KnowsWhetherTheConnectionStays) {
  EXPECT_TRUE(read(get("")).head.keep_alive);
  EXPECT_FALSE(read(get("Connection: close\r\n")).head.keep_alive);
  EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
  EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").head.keep_alive);
}

TEST(Head, TakesABodyByItsLength) {
  const Read got = read(post("Content-Length: 3\r\n", "abcGET"));
  EXPECT_EQ(got.state, State::whole);
  EXPECT_EQ(got.body, "abc");
  EXPECT_EQ(got.rest, "GET");
  EXPECT_EQ(read(post("Content-Length: 0\r\n", "")).state, State::whole);
  EXPECT_EQ(read(post("", "")).state, State::whole) << "without a length there is no body";
  EXPECT_EQ(read(post("Content-Length: 1000\r\n", std::string(1000, 'x'))).state, State::whole);
  EXPECT_EQ(read(post("Content-Length: 1001\r\n", "")).status, 413);
  EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", "3e9\r\n")).status, 413);
}

TEST(Head, RefusesWhatCouldBeReadInTwoWays) {
  const std::string refused[] = {
      // Smuggling pairs.
      post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"),
      post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
      post("Content-Length: 3, 3\r\n", "abc"),
      post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: identity\r\n", "abc"),
      post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
      post("Transfer-Encoding:\x0b"
           "chunked\r\n",
           "0\r\n\r\n"),
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post("Content-Length: +3\r\n", "abc"),
      post("Content-Length: -3\r\n", "abc"),
      post("Content-Length: 0x3\r\n", "abc"),
      post("Content-Length: 3 3\r\n", "abc"),
      post("Content-Length:\r\n", "abc"),
      post("Content-Length: 99999999999999999999\r\n", "abc"),
      // Lines.
      "GET / HTTP/1.1\nHost: shop.example\n\n",
      "GET / HTTP/1.1\r\nHost: shop.example\n\r\n",
      get("X: a\rb\r\n"),
      get("X: a\r\n folded\r\n"),
      get("X: a\r\n\tfolded\r\n"),
      get("X : a\r\n"),
      get(" X: a\r\n"),
      get(": a\r\n"),
      get("no colon\r\n"),
      get("X\x01: a\r\n"),
      get(std::string_view("X: a\0b\r\n", 8)),
      get("X: a\x7f\r\n"),
      // CR and LF in code.
      get("X: a%0d%0aSet-Cookie: b\r\n"),
      get("X: a%0Ab\r\n"),
      get("X: a%u000ab\r\n"),
      get("X: a%00\r\n"),
      // What pretends to be the peer.
      get("REMOTE_ADDR: 127.0.0.1\r\n"),
      get("Local_Port: 1\r\n"),
      // Hosts.
      get("Host: other.example\r\n"),
      "GET / HTTP/1.1\r\n\r\n",
      // Request lines.
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\r\nHost: a\r\n\r\n",
      "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
      "get / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      // Chunks.
      post("Transfer-Encoding: chunked\r\n", "x\r\n"),
      post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "-3\r\nabc\r\n"),
      post("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "3;a=\nb\r\nabc\r\n"),
      post("Transfer-Encoding: chunked\r\n", "3\r\nabcd\r\n"),
      post("Transfer-Encoding: chunked\r\n", "3\r\nabc0\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n0\r\nno colon\r\n\r\n"),
      post("Transfer-Encoding: chunked\r\n", "\r\nabc\r\n"),
      post("Transfer-Encoding: chunked\r\n", "3;" + std::string(300, 'a')),
  };
  for (const std::string& bytes : refused) {
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{1}}) {
      const Read got = read(bytes, piece);
      EXPECT_EQ(got.state, State::refused) << bytes;
      EXPECT_EQ(got.status, 400) << bytes;
    }
  }
}

TEST(Head, RefusesWhatIsTooLong) {
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(read(get(many)).status, 431);
  EXPECT_EQ(read(get("X: " + std::string(64 * 1024, 'x') + "\r\n")).status, 431);
  EXPECT_EQ(read(get("X: " + std::string(64 * 1024, 'x')), 100).status, 431) << "also before its line ends";
  EXPECT_EQ(read("GET /" + std::string(5000, 'a') + " HTTP/1.1\r\n").status, 414);
  std::string wide;
  for (int i = 0; i < 5; ++i) wide += "X: " + std::string(10'000, 'x') + "\r\n";
  EXPECT_EQ(read(get(wide)).status, 431) << "each is short enough, all are not";
}

TEST(Head, RefusesGarbageBeforeItsLineEnds) {
  EXPECT_EQ(read("\x16\x03\x01\x02").status, 400) << "a TLS hello";
  EXPECT_EQ(read(std::string(30, 'A')).status, 400);
  EXPECT_EQ(read(std::string_view("\0", 1)).status, 400);
  EXPECT_EQ(read("GE").state, State::head);
}

TEST(Head, RefusesWithTheStatusThatSaysIt) {
  EXPECT_EQ(read("PRI * HTTP/2.0\r\n\r\n").status, 505);
  EXPECT_EQ(read(get("Expect: a miracle\r\n")).status, 417);
  EXPECT_EQ(read(post("Content-Length: 3\r\nContent-Encoding: gzip\r\n", "abc")).status, 415);
}

TEST(Head, HoldsFramingAgainstContent) {
  std::string drip = post("Transfer-Encoding: chunked\r\n", "");
  for (int i = 0; i < 900; ++i) drip += "1;" + std::string(200, 'x') + "\r\na\r\n";
  EXPECT_EQ(read(drip).status, 400);
  std::string small = post("Transfer-Encoding: chunked\r\n", "");
  for (int i = 0; i < 900; ++i) small += "1\r\na\r\n";
  EXPECT_EQ(read(small + "0\r\n\r\n").state, State::whole) << "one-byte chunks are a client's good right";
  std::string trailers = post("Transfer-Encoding: chunked\r\n", "0\r\n");
  for (int i = 0; i < 2000; ++i) trailers += "X: y\r\n";
  EXPECT_EQ(read(trailers).status, 400);
}

}  // namespace
}  // namespace ringup::http
