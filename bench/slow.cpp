// What 2,000 slow clients do to others: they send a head or a body byte by byte, each a byte every two
// seconds, from many addresses, and come again when they are turned away. Beside them 8 connections ask
// /readyz, which goes through a worker and the store. In turns without and with them; the median of the
// pairs' ratios.
//
//   bench_slow [PAIRS [SECONDS]]
#include <cstdio>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr std::size_t connections = 8;
constexpr int slow_clients = 2000;
constexpr int addresses = 200;

int connect_from(int number, int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{}, there{};
  here.sin_family = there.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(0x7F010001U + static_cast<unsigned>(number % addresses));
  there.sin_port = htons(static_cast<std::uint16_t>(port));
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(socket, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0 ||
      ::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof there) != 0)
    die("a slow client cannot connect");
  const std::string_view begun =
      number % 2 == 0 ? "GET / HTTP/1.1\r\nHost: a\r\nX: "
                      : "POST /api/accounts/login/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
  (void)::send(socket, begun.data(), begun.size(), MSG_NOSIGNAL);
  return socket;
}

/// Byte by byte, for ever.
void drip(int port) {
  std::vector<int> sockets;
  for (int i = 0; i < slow_clients; ++i) sockets.push_back(connect_from(i, port));
  std::printf("is ready at :%d\n", port);
  std::fflush(stdout);
  for (int i = 0;; i = (i + 1) % slow_clients) {
    int& socket = sockets[static_cast<std::size_t>(i)];
    char byte = 'x';
    const bool turned_away = ::recv(socket, &byte, 1, MSG_DONTWAIT) >= 0;
    if (turned_away || ::send(socket, "x", 1, MSG_NOSIGNAL) != 1) {
      ::close(socket);
      socket = connect_from(i, port);
    }
    ::usleep(1'000);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 7;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 1;
  Folder folder;
  const Child ours(binary_path(), folder.path());
  const std::vector<std::vector<std::string>> requests(connections,
                                                       {"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"});
  std::vector<double> without, with, ratios;
  for (int pair = -1; pair < pairs; ++pair) {
    const Measured alone = load(ours, requests, seconds, true, good);
    const Child slow{std::function<void()>([&] { drip(ours.port()); })};
    const Measured beside = load(ours, requests, seconds, true, good);
    if (pair < 0) continue;  // to get warm
    without.push_back(alone.p99_ms);
    with.push_back(beside.p99_ms);
    ratios.push_back(beside.p99_ms / alone.p99_ms);
  }
  std::printf("p99 alone %.3f ms, beside %d slow clients %.3f ms, ratio %.2f\n", median(without),
              slow_clients, median(with), median(ratios));
  figure("slow.p99_alone_ms", median(without));
  figure("slow.p99_ms", median(with));
  figure("slow.p99_ratio", median(ratios));
  return 0;
}
