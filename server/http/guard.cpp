// The front guard.
//
// A thread per connection is a gift to whoever opens connections: three hundred sockets that send a byte now
// and then stop a server with three hundred threads. Here a connection that waits costs a few hundred bytes
// and no thread. One thread, run(), sleeps in epoll over all of them: the listening socket, those that idle
// between requests, those whose request is half here, and those that take their answer slowly. What it reads
// it feeds to a RequestReader (head.h), which refuses what could be understood in two ways and what is too
// long. Only when a request is whole, body and all, does it go to a worker (workers.h). So a worker never
// waits for a client: it computes the answer, writes it in one call, as nearly every answer fits the socket's
// buffer, and is free. What does not fit the guard's thread sends on, as the client takes it.
//
// A connection has one owner at a time, named by the atomic `hold`. `guard`: run() may touch it. `worker`: a
// worker has it. `called`: a worker has it, and the guard's thread wants it back when the answer is out,
// because something happened on the socket meanwhile, or a further request is in our hands already. The
// socket stays in the epoll set all the time, edge-triggered, so no system call marks the change of hands. A
// worker that is done swings `worker` to `guard`, and the next event finds the connection at home. If that
// fails, because it is `called`, the worker puts it into the list `returned` and wakes run(). An edge is told
// once: when run() learns of one for a connection that is out, it notes it in `stirred` and looks again when
// the connection is back.
//
// Pipelined requests wait, in `early` and in the kernel, until the answer before them has left, so answers
// come in order, and a client that asks without listening fills its own buffers, not our memory.
//
// Time. Each phase has its deadline (GuardLimits). Four times a second, and not at all while there is no
// connection, run() walks all connections and ends those past theirs: simple, and 10,000 cost a millisecond.
// A body and an answer have a floor on their average rate besides, so that a drip does not hold on for ever.
//
// Room. Connections are counted by address (IPv4, or the /64 of an IPv6 address) and in all; when all places
// are taken one that idles, or is slow with its head, makes room for the new one. Bodies that wait count
// against one budget, but small ones, what a till sends, always have room. When no worker comes free and
// the queue is full, the answer is 503 with Retry-After. Behind proxies that we trust all connections come
// from few addresses, so the caller switches the count by address off there.
//
// Goodbyes. A refusal leaves bytes unread, and closing a socket with unread bytes makes the kernel send a
// reset that can overtake our words. So we say that nothing follows, read on for a moment into nothing, and
// close when the client has closed or after linger_ms. After an answer to a whole request closing is safe.
// stop() closes the listening socket and what idles; what is half here has drain_ms to become whole; then
// run() waits for the workers and returns.
#include "server/http/guard.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "server/http/connection.h"
#include "server/http/listen.h"
#include "server/http/workers.h"

namespace ringup::http {
namespace {

constexpr int accepts_per_round = 64;
constexpr std::size_t events_per_round = 256;
constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t files_of_our_own = 256;  // database, log, and what else is open beside connections
constexpr std::size_t eviction_steps = 512;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

TurnedAway reason_of(const Refusal& refusal) {
  switch (refusal.status) {
    case 413:
      return TurnedAway::body_too_large;
    case 414:
    case 431:
      return TurnedAway::head_too_large;
    default:
      return TurnedAway::malformed;
  }
}

}  // namespace

const char* name_of(TurnedAway reason) {
  static constexpr std::array<const char*, turned_away_reasons> names = {
      "malformed",   "head_too_large", "body_too_large",   "slow_head",  "slow_body",
      "slow_reader", "address_full",   "connections_full", "queue_full", "memory_full"};
  return names[static_cast<std::size_t>(reason)];
}

struct Guard::Inner {
  GuardLimits limits;
  const GuardDoors doors;
  Workers workers;
  int poll = -1, wake = -1, listener = -1, spare = -1;
  std::atomic<bool> stopping{false};
  bool draining = false;
  std::int64_t now = 0, drain_until = 0;
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<std::unique_ptr<Connection>> ended;  // kept until no event of this round can name them
  std::map<Neighbourhood, std::size_t> by_neighbourhood;
  std::size_t evict_at = 0;
  std::vector<char> buffer = std::vector<char>(read_bytes);

  std::mutex returned_mutex;
  std::vector<Connection*> returned;

  std::atomic<std::uint64_t> accepted{0}, requests{0};
  std::atomic<std::size_t> connections{0}, answering{0}, bodies_bytes{0}, unsent_bytes{0};
  std::array<std::atomic<std::uint64_t>, turned_away_reasons> turned_away{};

  Inner(GuardLimits chosen, GuardDoors given)
      : limits(chosen), doors(std::move(given)), workers(chosen.workers_max, chosen.queue_max) {
    const std::size_t files = files_max();
    limits.connections_max =
        std::min(limits.connections_max, files > 2 * files_of_our_own ? files - files_of_our_own : files / 2);
    poll = ::epoll_create1(EPOLL_CLOEXEC);
    wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ASSERT(poll >= 0 && wake >= 0);
    watch(wake, EPOLLIN, &wake);
  }

  ~Inner() {
    workers.finish();
    for (const int file : {poll, wake, listener, spare}) {
      if (file >= 0) ::close(file);
    }
  }

  void watch(int file, std::uint32_t events, void* what) const {
    epoll_event event{};
    event.events = events;
    event.data.ptr = what;
    ASSERT(::epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) == 0);
  }

  void call_guard() const {
    const std::uint64_t one = 1;
    (void)!::write(wake, &one, sizeof one);
  }

  void count(TurnedAway reason) { ++turned_away[static_cast<std::size_t>(reason)]; }

  // --- accepting

  void accept_some() {
    for (int i = 0; i < accepts_per_round; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      const int socket =
          ::accept4(listener, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) {
        if (errno != EMFILE && errno != ENFILE) return;
        // No file left, though we count them: take the caller in on the spare one and say goodbye.
        ::close(spare);
        const int refused = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (refused >= 0) ::close(refused);
        spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        count(TurnedAway::connections_full);
        return;
      }
      ++accepted;
      admit(socket, address);
    }
  }

  void admit(int socket, const sockaddr_storage& address) {
    const int on = 1;
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::unique_ptr<Wire> wire = plain_wire(socket);
    const Neighbourhood neighbourhood = neighbourhood_of(address);
    std::size_t& neighbours = by_neighbourhood[neighbourhood];
    if (limits.connections_per_address_max > 0 && neighbours >= limits.connections_per_address_max)
      return turn_away(*wire, TurnedAway::address_full);
    if (all.size() >= limits.connections_max && !make_room()) {
      if (neighbours == 0) by_neighbourhood.erase(neighbourhood);
      return turn_away(*wire, TurnedAway::connections_full);
    }
    ++by_neighbourhood[neighbourhood];  // making room may have moved it
    auto connection = std::make_unique<Connection>(socket, std::move(wire), limits.head);
    connection->neighbourhood = neighbourhood;
    connection->peer = text_of(address);
    connection->place = all.size();
    connection->since_ms = now;
    Connection* raw = connection.get();
    all.push_back(std::move(connection));
    connections = all.size();
    watch(socket, EPOLLIN | EPOLLRDHUP | EPOLLET, raw);
  }

  void turn_away(Wire& wire, TurnedAway reason) {
    count(reason);
    const Reply reply = doors.refuse({503, {}, "There are too many connections. Try again in a moment."}, {});
    const std::string_view pieces[] = {reply.head, reply.body};
    (void)wire.write(pieces);
    wire.finish();
  }

  /// Ends one connection that has no request here; false where none was found in a bounded search.
  bool make_room() {
    for (std::size_t i = 0; i < std::min(all.size(), eviction_steps); ++i) {
      evict_at = evict_at + 1 < all.size() ? evict_at + 1 : 0;
      Connection& c = *all[evict_at];
      if (c.hold.load(std::memory_order_acquire) != Hold::guard || c.phase != Phase::reading) continue;
      if (c.reader.state() != RequestReader::State::head || now - c.since_ms < limits.evict_after_ms)
        continue;
      close(c);
      return true;
    }
    return false;
  }

  void close(Connection& c) {
    uncount_body(c);
    uncount_unsent(c);
    c.wire.reset();  // closing takes the socket out of the epoll set
    const auto found = by_neighbourhood.find(c.neighbourhood);
    if (found != by_neighbourhood.end() && --found->second == 0) by_neighbourhood.erase(found);
    const std::size_t place = c.place;
    ended.push_back(std::move(all[place]));
    if (place + 1 != all.size()) {
      all[place] = std::move(all.back());
      all[place]->place = place;
    }
    all.pop_back();
    connections = all.size();
  }

  // --- reading

  /// Something happened on the socket.
  void stir(Connection& c, std::uint32_t events) {
    if (c.wire == nullptr) return;  // ended earlier in this round
    c.stirred = true;
    c.told_end = c.told_end || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    Hold held = c.hold.load(std::memory_order_acquire);
    while (held == Hold::worker &&
           !c.hold.compare_exchange_weak(held, Hold::called, std::memory_order_acq_rel)) {
    }
    if (held != Hold::guard) return;
    if (c.phase == Phase::sending && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) return send(c);
    if (c.phase == Phase::lingering) return read_into_nothing(c);
    if (c.phase == Phase::reading) (void)read(c);
  }

  /// All that is there, until a request is whole or refused. False: the connection is not ours to read from
  /// any more; it may even be in a worker's hands.
  bool read(Connection& c) {
    while (c.stirred) {
      const Wire::Moved moved = c.wire->read(buffer);
      switch (moved.state) {
        case Wire::State::moved:
          c.stirred = !moved.drained || c.told_end;
          if (!take(c, {buffer.data(), moved.bytes})) return false;
          break;
        case Wire::State::later:
          c.stirred = false;
          break;
        case Wire::State::ended:
        case Wire::State::broken:
          close(c);
          return false;
      }
    }
    return true;
  }

  /// False as above.
  bool take(Connection& c, std::string_view bytes) {
    for (;;) {
      const bool begun = c.reader.begun();
      bytes.remove_prefix(c.reader.feed(bytes));
      if (!begun && c.reader.begun()) c.since_ms = now;
      switch (c.reader.state()) {
        case RequestReader::State::ask:
          if (!ask(c, bytes.empty())) return false;
          break;
        case RequestReader::State::whole:
          c.early = bytes;
          hand_over(c);
          return false;
        case RequestReader::State::refused:
          refuse(c, c.reader.refusal(), reason_of(c.reader.refusal()));
          return false;
        case RequestReader::State::body:
          return count_body(c);
        case RequestReader::State::head:
          return true;
      }
    }
  }

  /// May the body come? False where the connection broke over the answer to that.
  bool ask(Connection& c, bool nothing_follows) {
    c.reader.admit(doors.body_bytes_max(c.reader.head()));
    c.since_ms = now;
    if (c.reader.state() != RequestReader::State::body) return true;
    if (!c.reader.head().expects_continue || !nothing_follows) return true;
    const std::string_view pieces[] = {go_on};
    if (c.wire->write(pieces).bytes == go_on.size()) return true;
    close(c);
    return false;
  }

  bool count_body(Connection& c) {
    const std::size_t size = c.reader.body().size();
    if (size <= limits.small_body_bytes) return true;
    bodies_bytes += size - c.body_counted;
    c.body_counted = size;
    if (bodies_bytes <= limits.bodies_bytes_max) return true;
    refuse(c, {503, {}, "The server has its hands full. Try again in a moment."}, TurnedAway::memory_full);
    return false;
  }
  void uncount_body(Connection& c) { bodies_bytes -= std::exchange(c.body_counted, 0); }

  void refuse(Connection& c, const Refusal& refusal, TurnedAway reason) {
    count(reason);
    c.reply = doors.refuse(refusal, c.reader.head().method);
    uncount_body(c);
    c.reader.reset();
    c.early.clear();
    c.close_after = c.linger = true;
    c.begin_sending();
    send(c);
  }

  void read_into_nothing(Connection& c) {
    for (;;) {
      const Wire::Moved moved = c.wire->read(buffer);
      if (moved.state == Wire::State::later) return;
      if (moved.state != Wire::State::moved) return close(c);
    }
  }

  // --- answering

  void hand_over(Connection& c) {
    c.phase = Phase::answering;
    c.arrived = std::chrono::steady_clock::now();
    ++requests;
    ++answering;
    const bool more = !c.early.empty() || c.stirred;
    c.hold.store(more ? Hold::called : Hold::worker, std::memory_order_release);
    if (workers.submit([this, &c] { answer(c); })) return;
    --answering;
    c.hold.store(Hold::guard, std::memory_order_relaxed);
    refuse(c, {503, {}, "The server has its hands full. Try again in a moment."}, TurnedAway::queue_full);
  }

  /// On a worker's thread.
  void answer(Connection& c) {
    Call call;
    call.head = std::move(c.reader.head());
    call.body = std::move(c.reader.body());
    call.peer = c.peer;
    call.keep_alive = call.head.keep_alive && !stopping.load(std::memory_order_relaxed);
    call.arrived = c.arrived;
    c.reply = doors.answer(call);
    uncount_body(c);
    c.close_after = !call.keep_alive;
    c.linger = false;
    c.served = true;
    c.begin_sending();
    const Wire::State state = c.push();
    --answering;
    if (state == Wire::State::ended && !c.close_after) {
      c.become_ready();
      Hold held = Hold::worker;
      if (c.hold.compare_exchange_strong(held, Hold::guard, std::memory_order_acq_rel)) return;
    } else if (state == Wire::State::later) {
      c.unsent_counted = c.reply.head.size() + c.reply.body.size();
      unsent_bytes += c.unsent_counted;
    } else if (state == Wire::State::broken) {
      c.close_after = true;
    }
    {
      const std::lock_guard lock(returned_mutex);
      returned.push_back(&c);
    }
    call_guard();
  }

  void take_returned() {
    std::vector<Connection*> back;
    {
      const std::lock_guard lock(returned_mutex);
      back.swap(returned);
    }
    for (Connection* c : back) {
      c->hold.store(Hold::guard, std::memory_order_relaxed);
      if (c->phase == Phase::sending) {
        if (unsent_bytes > limits.unsent_bytes_max && c->unsent_counted > 0) {
          count(TurnedAway::memory_full);
          close(*c);
        } else {
          send(*c);
        }
      } else {
        go_on_reading(*c);
      }
    }
  }

  void send(Connection& c) {
    switch (c.push()) {
      case Wire::State::ended:
        break;
      case Wire::State::later:
        return tell_room(c);
      case Wire::State::moved:
      case Wire::State::broken:
        return close(c);
    }
    uncount_unsent(c);
    if (!c.close_after) {
      c.become_ready();
      return go_on_reading(c);
    }
    if (!c.linger) return close(c);
    c.reply = {};
    c.wire->finish();
    c.phase = Phase::lingering;
    c.since_ms = now;
    read_into_nothing(c);
  }
  void uncount_unsent(Connection& c) { unsent_bytes -= std::exchange(c.unsent_counted, 0); }

  /// Few answers ever need it, so few sockets are asked for it.
  void tell_room(Connection& c) const {
    if (std::exchange(c.tells_room, true)) return;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &c;
    ASSERT(::epoll_ctl(poll, EPOLL_CTL_MOD, c.socket, &event) == 0);
  }

  void go_on_reading(Connection& c) {
    if (!c.early.empty()) {
      const std::string early = std::move(c.early);
      c.early = {};
      if (!take(c, early)) return;
    }
    if (read(c) && draining) close_if_idle(c);
  }

  // --- time

  int sweep_ms() const {
    const int shortest =
        std::min({limits.first_byte_ms, limits.idle_ms, limits.head_ms, limits.body_ms, limits.floor_after_ms,
                  limits.stall_ms, limits.linger_ms, limits.drain_ms});
    return std::clamp(shortest / 4, 5, 250);
  }

  void sweep() {
    for (std::size_t i = all.size(); i-- > 0;) {  // from the end: closing moves the last one forward
      Connection& c = *all[i];
      if (c.hold.load(std::memory_order_acquire) == Hold::guard) check_time(c);
    }
  }

  bool below_floor(const Connection& c, std::uint64_t bytes) const {
    const std::int64_t spent = now - c.since_ms;
    if (spent < limits.floor_after_ms) return false;
    return static_cast<std::int64_t>(bytes) * 1000 < spent * limits.floor_bytes_per_second;
  }

  void check_time(Connection& c) {
    const std::int64_t spent = now - c.since_ms;
    const bool late = draining && now >= drain_until;
    switch (c.phase) {
      case Phase::reading:
        if (c.reader.state() == RequestReader::State::body) {
          if (spent < limits.body_ms && !below_floor(c, c.reader.received()) && !late) return;
          return refuse(c, {408, "body", "The body did not arrive in time."}, TurnedAway::slow_body);
        }
        if (c.reader.begun()) {
          if (spent < limits.head_ms && !late) return;
          return refuse(c, {408, {}, "The request did not arrive in time."}, TurnedAway::slow_head);
        }
        if (spent >= (c.served ? limits.idle_ms : limits.first_byte_ms) || late) close(c);
        return;
      case Phase::sending:
        if (now - c.moved_ms < limits.stall_ms && !below_floor(c, c.sent) && !late) return;
        count(TurnedAway::slow_reader);
        return close(c);
      case Phase::lingering:
        if (spent >= limits.linger_ms || late) close(c);
        return;
      case Phase::answering:
        return;
    }
  }

  // --- the end

  void close_if_idle(Connection& c) {
    if (c.phase == Phase::reading && !c.reader.begun()) close(c);
  }

  void begin_drain() {
    draining = true;
    drain_until = now + limits.drain_ms;
    if (listener >= 0) ::close(std::exchange(listener, -1));
    for (std::size_t i = all.size(); i-- > 0;) {
      Connection& c = *all[i];
      Hold held = Hold::worker;
      c.hold.compare_exchange_strong(held, Hold::called, std::memory_order_acq_rel);  // come back, then
      if (held != Hold::guard || c.phase != Phase::reading) continue;
      c.stirred = true;  // a request that is in the kernel's hands counts as here
      if (read(c)) close_if_idle(c);
    }
  }

  void run() {
    const int tick = sweep_ms();
    std::int64_t swept = now_ms();
    std::array<epoll_event, events_per_round> events;
    if (listener >= 0) watch(listener, EPOLLIN, &listener);
    for (;;) {
      now = now_ms();
      if (stopping && !draining) begin_drain();
      if (draining && all.empty()) break;
      if (now - swept >= tick) {
        swept = now;
        sweep();
        ended.clear();
      }
      const int ready =
          ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), all.empty() ? -1 : tick);
      now = now_ms();
      for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == &wake) {
          std::uint64_t calls = 0;
          (void)!::read(wake, &calls, sizeof calls);
          take_returned();
        } else if (event.data.ptr == &listener) {
          if (listener >= 0) accept_some();
        } else {
          stir(*static_cast<Connection*>(event.data.ptr), event.events);
        }
      }
      ended.clear();
    }
    workers.finish();
  }
};

Guard::Guard(GuardLimits limits, GuardDoors doors)
    : inner_(std::make_unique<Inner>(limits, std::move(doors))) {}

Guard::~Guard() = default;

Result<int> Guard::bind(const std::string& host, int port) {
  const Listening listening = TRY(listen_on(host, port));
  inner_->listener = listening.socket;
  return listening.port;
}

void Guard::run() {
  inner_->run();
}

void Guard::stop() {
  inner_->stopping = true;
  inner_->call_guard();
}

GuardNumbers Guard::numbers() const {
  const Inner& inner = *inner_;
  GuardNumbers numbers;
  numbers.accepted = inner.accepted;
  numbers.requests = inner.requests;
  numbers.connections = inner.connections;
  numbers.answering = inner.answering;
  numbers.waiting = inner.workers.waiting();
  numbers.answering -= std::min(numbers.answering, numbers.waiting);
  for (std::size_t i = 0; i < turned_away_reasons; ++i) numbers.turned_away[i] = inner.turned_away[i];
  return numbers;
}

}  // namespace ringup::http
