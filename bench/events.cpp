// What ten thousand listeners cost: the server's memory while they idle, and how long it takes from a change
// to the last of them, over real sockets. Beside it what the kernel alone takes: one thread that sends the
// same bytes to as many sockets, one after the other.
//
//   bench_events [--streams N] [--rounds N]
//
// The clock starts before the request that makes the change is sent, so reading it, committing it to the disk
// and the hub's pace are in it. Client and server share the machine's processors. Clients are spread over
// 127.0.0.0/8, where a limit by address would speak.
#include <sys/resource.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"
#include "server/identity/business.h"
#include "server/sales/token.h"
#include "server/store/tills.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr char owner[] = "olga@shop.example";
constexpr char password[] = "seven small green boats";
constexpr std::size_t per_address = 200, per_till = 20;
constexpr std::string_view news = "event: catalogue\n";
constexpr std::string_view raw_event = "id: 1000\nevent: catalogue\ndata: {}\n\n";

int connect_from(std::size_t client, int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in from{}, to{};
  from.sin_family = to.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256 + static_cast<std::uint32_t>(client / per_address));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  const int on = 1;
  ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (socket < 0 || ::bind(socket, reinterpret_cast<sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
    die("connect");
  return socket;
}

/// Accepts for ever; a byte from the first connection sends the event to all others.
void serve_raw() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 4096) != 0)
    return;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("is ready at :%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int trigger = ::accept(listener, nullptr, nullptr);
  ::fcntl(listener, F_SETFL, O_NONBLOCK);
  ::fcntl(trigger, F_SETFL, O_NONBLOCK);
  const int poll = ::epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  ::epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  ::epoll_ctl(poll, EPOLL_CTL_ADD, trigger, &event);
  std::vector<int> sockets;
  while (::epoll_wait(poll, &event, 1, -1) >= 0) {
    for (int socket; (socket = ::accept(listener, nullptr, nullptr)) >= 0;) {
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      sockets.push_back(socket);
      (void)!::send(socket, "\n\n", 2, MSG_NOSIGNAL);
    }
    char byte = 0;
    const ssize_t got = ::recv(trigger, &byte, 1, 0);
    if (got == 0) return;
    if (got == 1) {
      for (const int socket : sockets)
        (void)!::send(socket, raw_event.data(), raw_event.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }
}

/// Listeners of one server, on one thread of ours.
class Crowd {
 public:
  Crowd() : poll_(::epoll_create1(0)) {}
  ~Crowd() {
    for (const Client& client : clients_) ::close(client.socket);
    ::close(poll_);
  }
  /// `request`: what it sends first.
  void add(int port, const std::string& request) {
    const int socket = connect_from(clients_.size(), port);
    if (!request.empty() && ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) die("send");
    ::fcntl(socket, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = clients_.size();
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, socket, &event);
    clients_.push_back({socket, {}, false});
  }
  /// Reads until each has got these words; → when each got them, in ms since `begun`.
  std::vector<double> until_all_have(std::string_view words, Clock::time_point begun) {
    std::vector<double> at;
    for (Client& client : clients_) client.has = false;
    while (at.size() < clients_.size()) {
      epoll_event events[512];
      // Without sleeping: to wake us ten thousand times would cost the sender as much as to send.
      const int ready = ::epoll_wait(poll_, events, 512, 0);
      if (ms_since(begun) > 60'000)
        die("only " + std::to_string(at.size()) + " of " + std::to_string(clients_.size()) + " heard of it");
      for (int e = 0; e < ready; ++e) {
        Client& client = clients_[events[e].data.u64];
        char buffer[2048];
        const ssize_t got = ::recv(client.socket, buffer, sizeof buffer, 0);
        if (got == 0) die("the server closed a stream: " + client.text);
        if (got < 0) continue;
        client.text.append(buffer, static_cast<std::size_t>(got));
        if (!client.has && client.text.find(words) != std::string::npos)
          client.has = true, at.push_back(ms_since(begun));
        if (client.has) client.text.clear();
      }
    }
    std::sort(at.begin(), at.end());
    return at;
  }

 private:
  struct Client {
    int socket;
    std::string text;
    bool has;
  };
  const int poll_;
  std::vector<Client> clients_;
};

struct Latency {
  std::vector<double> all, firsts;
  double cpu_ms = 0;  // of the server, in all rounds
  void add(const std::vector<double>& round) {
    all.insert(all.end(), round.begin(), round.end());
    firsts.push_back(round.front());
  }
  double at(double part) {
    std::sort(all.begin(), all.end());
    return all[static_cast<std::size_t>(static_cast<double>(all.size() - 1) * part)];
  }
};

void print(const char* what, Latency& latency) {
  std::sort(latency.firsts.begin(), latency.firsts.end());
  std::printf("%-20s first %6.1f  p50 %6.1f  p99 %6.1f  max %6.1f ms, %.0f ms of a processor each time\n",
              what, latency.firsts[latency.firsts.size() / 2], latency.at(0.5), latency.at(0.99),
              latency.at(1), latency.cpu_ms / static_cast<double>(latency.firsts.size()));
}

/// Changes the catalogue over HTTP; the answer is read and thrown away before the next one.
class Changer {
 public:
  Changer(int port, std::string token) : socket_(connect_to(port)), token_(std::move(token)) {}
  ~Changer() { ::close(socket_); }
  void change() {
    char buffer[4096];
    while (::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT) > 0) {
    }
    const std::string body = "{\"name\":\"Category " + std::to_string(++count_) + "\"}";
    const std::string request =
        "POST /api/catalogue/categories/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token_ +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) die("send");
  }

 private:
  int socket_, count_ = 0;
  std::string token_;
};

constexpr double mb = 1 << 20;

}  // namespace

int main(int argc, char** argv) {
  std::size_t streams = 10'000;
  int rounds = 20;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::string_view(argv[i]) == "--streams") streams = static_cast<std::size_t>(std::atoi(argv[i + 1]));
    if (std::string_view(argv[i]) == "--rounds") rounds = std::atoi(argv[i + 1]);
  }
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max < streams + 1'000) die("this process may not open enough files (ulimit -Hn)");

  Folder folder;
  std::vector<std::string> requests;
  {
    auto store = must(store::Store::open(folder.path(), {.readers = 1, .make_if_missing = true}));
    identity::NewBusiness wish;
    wish.slug = wish.name = "bench";
    wish.owner_email = owner;
    wish.password = password;
    const auto made = must(identity::make_business(*store, wish, identity::World{}));
    const sales::TillTokens tokens(store->secret());
    must(store->writer().write([&](store::Database& db) -> Result<void> {
      const Id branch = TRY(store::find_branch(db, made.tenant.id, ""));
      for (std::size_t i = 0; i < streams; i += per_till) {
        const store::Till till = TRY(store::add_till(db, made.tenant.id, branch, "", 0));
        requests.push_back("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Till " +
                           tokens.sign({till.id, made.tenant.id, till.series, till.epoch}) + "\r\n\r\n");
      }
      return {};
    }));
  }
  const auto pause = [] { ::usleep(250'000); };

  Latency raw;
  const auto measure_raw = [&](int count) {
    const Child server{std::function<void()>(serve_raw)};
    const int trigger = connect_to(server.port());
    Crowd crowd;
    for (std::size_t i = 0; i < streams; ++i) crowd.add(server.port(), {});
    (void)crowd.until_all_have("\n\n", Clock::now());
    const double cpu = server.cpu();
    for (int round = 0; round < count; ++round) {
      pause();
      const Clock::time_point begun = Clock::now();
      if (::send(trigger, "x", 1, MSG_NOSIGNAL) != 1) die("send");
      raw.add(crowd.until_all_have(news, begun));
    }
    raw.cpu_ms += (server.cpu() - cpu) * 1000;
    ::close(trigger);
  };

  measure_raw(rounds / 2);
  Latency ours;
  {
    const Child server(binary_path(), folder.path());
    Changer changer(server.port(), sign_in(server.port(), owner, password));
    const double before = server.memory().now;
    Crowd crowd;
    const Clock::time_point begun = Clock::now();
    for (std::size_t i = 0; i < streams; ++i) crowd.add(server.port(), requests[i / per_till]);
    (void)crowd.until_all_have("event: hello\n", begun);
    std::printf("%zu streams opened in %.1f s\n", streams, ms_since(begun) / 1000);
    double cpu = server.cpu();
    ::sleep(5);
    std::printf("memory %.1f MB, before %.1f MB: %.1f KB a stream; idle on %.3f processors\n",
                server.memory().now / mb, before / mb,
                (server.memory().now - before) / 1024 / static_cast<double>(streams),
                (server.cpu() - cpu) / 5);
    cpu = server.cpu();
    for (int round = 0; round < rounds; ++round) {
      pause();
      const Clock::time_point changed = Clock::now();
      changer.change();
      ours.add(crowd.until_all_have(news, changed));
    }
    ours.cpu_ms = (server.cpu() - cpu) * 1000;
    const double memory = server.memory().highest;
    std::printf("memory at its highest %.1f MB\n", memory / mb);
    figure("events.memory_mb", memory / mb);
  }
  measure_raw(rounds - rounds / 2);

  std::printf("from the change to %zu listeners, %d times:\n", streams, rounds);
  print("live events", ours);
  print("the kernel alone", raw);
  figure("events.p99_ms", ours.at(0.99));
  figure("events.p50_ms", ours.at(0.5));
  figure("events.cpu_ms", ours.cpu_ms / rounds);
  figure("events.raw_cpu_ms", raw.cpu_ms / rounds);
  figure("events.raw_p99_ms", raw.at(0.99));
  figure("events.raw_p50_ms", raw.at(0.5));
  return 0;
}
