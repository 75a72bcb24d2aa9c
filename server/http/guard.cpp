// The front guard.
//
// A thread per connection is a gift to whoever opens connections: three hundred sockets that send a byte now
// and then stop a server with three hundred threads. Here a connection that waits costs a few hundred bytes
// and no thread. One thread, run(), sleeps in epoll over all of them: the listening socket, those that idle
// between requests, those whose request is half here, and those that take their answer slowly. What it reads
// it feeds to a RequestReader (head.h), which refuses what could be understood in two ways and what is too
// long. Only when a request is whole, body and all, does it go to a worker (crew.h). So a worker never waits
// for a slow client: it computes the answer, writes it in one call, as nearly every answer fits the socket's
// buffer, and is free. What does not fit the guard's thread sends on, as the client takes it.
//
// A connection has one owner at a time, named by the atomic `hold`: `guard`, then run() may touch it, or
// `crew`, then one thread of the crew has it, or whoever was given its stream. What the epoll set tells of a
// socket (`tell`) is level-triggered and belongs to the owner too: nothing is told while the crew has it, but
// that it broke, once. The crew gives back in one of two ways. Where only an event can bring news, it lets
// the set tell again and then names the guard as the owner; should the event come between the two, run() sees
// that the connection is not its own yet, and is told again. Where run() has something to do at once (close,
// refuse, send), the connection comes on the list `returned`, and run() is woken.
//
// Waking a thread costs more than a small answer. So a worker that has answered stays with the connection for
// a moment (stay_ms), and a client that asks again at once is answered by the same thread, as if it had a
// thread of its own. That is a favour, and costs nobody else: at most half of the workers stay, none does
// while requests wait in the queue or after stop(), and a request of which only a part is there goes to
// run().
//
// Pipelined requests wait, in `early` and in the kernel, until the answer before them has left, so answers
// come in order, and a client that asks without listening fills its own buffers, not our memory. While others
// wait in the queue, the next of them goes to the queue's end.
//
// Bytes go through a Wire (wire.h). One that begins with a greeting (TLS) is greeted by a few threads of its
// own, as many as there are processors, because that costs a millisecond of computing: neither run() nor a
// worker is held up by people who connect. An answer may end in a stream (events): when its head is out the
// connection is given away as an OpenStream. It goes on counting, and comes back only to be closed.
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
// stop() closes the listening socket and what idles, and tells streams to end; what is half here has drain_ms
// to become whole; then run() waits for the workers and returns.
#include "server/http/guard.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "server/http/connection.h"
#include "server/http/crew.h"
#include "server/http/listen.h"
#include "server/http/reading.h"

namespace ringup::http {
namespace {

constexpr int accepts_per_round = 64;
constexpr std::size_t events_per_round = 256;
constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t eviction_steps = 512;
constexpr int quick_in_a_row = 16;  // answers to one pipeline before a worker goes on with it

}  // namespace

const char* name_of(TurnedAway reason) {
  static constexpr std::array<const char*, turned_away_reasons> names = {
      "malformed",    "head_too_large",   "body_too_large", "slow_head",   "slow_body", "slow_reader",
      "address_full", "connections_full", "queue_full",     "memory_full", "greeting"};
  return names[static_cast<std::size_t>(reason)];
}

struct Guard::Inner {
  Desk desk;
  const GuardLimits& limits = desk.limits;
  std::vector<int> listeners;
  int spare = -1;
  bool draining = false;
  std::int64_t now = 0, drain_until = 0;
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<std::unique_ptr<Connection>> ended;  // kept until no event of this round can name them
  std::map<Neighbourhood, std::size_t> by_neighbourhood;
  std::size_t evict_at = 0;
  std::vector<char> buffer = std::vector<char>(read_bytes);
  Crew crew;

  Inner(GuardLimits chosen, GuardDoors given) : desk(chosen, std::move(given)), crew(desk) {
    spare = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }

  ~Inner() {
    crew.finish();
    close_listeners();
    if (spare >= 0) ::close(spare);
  }

  // --- accepting

  void close_listeners() {
    for (const int listener : listeners) ::close(listener);
    listeners.clear();
  }

  const int* listener_of(const void* what) const {
    for (const int& listener : listeners) {
      if (&listener == what) return &listener;
    }
    return nullptr;
  }

  void accept_some(int listener) {
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
        desk.count(TurnedAway::connections_full);
        return;
      }
      ++desk.accepted;
      admit(socket, address);
    }
  }

  void admit(int socket, const sockaddr_storage& address) {
    const int on = 1;
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::unique_ptr<Wire> wire = desk.doors.wire ? desk.doors.wire(socket) : plain_wire(socket);
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
    if (!connection->wire->greeted()) connection->phase = Phase::greeting;
    connection->tell = Tell::readable;
    Connection* raw = connection.get();
    all.push_back(std::move(connection));
    desk.connections = all.size();
    desk.watch(socket, EPOLLIN, raw);
  }

  void turn_away(Wire& wire, TurnedAway reason) {
    desk.count(reason);
    if (!wire.greeted()) return;  // it would not understand
    const Reply reply = desk.doors.refuse({503, {}, "There are too many connections. Try again in a moment."},
                                          {}, wire.secure());
    const std::string_view pieces[] = {reply.head, reply.body};
    (void)wire.write(pieces);
    wire.finish();
  }

  /// Ends one connection that has no request here; false where none was found in a bounded search.
  bool make_room() {
    for (std::size_t i = 0; i < std::min(all.size(), eviction_steps); ++i) {
      evict_at = evict_at + 1 < all.size() ? evict_at + 1 : 0;
      Connection& c = *all[evict_at];
      if (c.hold.load(std::memory_order_acquire) != Hold::guard) continue;
      if (c.phase != Phase::reading && c.phase != Phase::greeting) continue;
      if (c.reader.state() != RequestReader::State::head || now - c.since_ms < limits.evict_after_ms)
        continue;
      close(c);
      return true;
    }
    return false;
  }

  void close(Connection& c) {
    desk.uncount_body(c);
    desk.uncount_unsent(c);
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
    desk.connections = all.size();
  }

  // --- one connection

  /// The epoll set tells of it.
  void stir(Connection& c) {
    if (c.wire == nullptr) return;  // ended earlier in this round
    if (c.hold.load(std::memory_order_acquire) != Hold::guard) {
      // It broke, which is seen later; or a worker is about to give it back: the set will tell again.
      ::sched_yield();
      return;
    }
    switch (c.phase) {
      case Phase::greeting:
        if (crew.greet(c)) return;
        desk.count(TurnedAway::greeting);
        return close(c);
      case Phase::reading:
        return read(c);
      case Phase::sending:
        return send(c);
      case Phase::lingering:
        return read_into_nothing(c);
      case Phase::answering:
      case Phase::ending:
        return;
    }
  }

  /// All that is there, and what follows from it.
  void read(Connection& c) {
    for (int answered = 0;; ++answered) {
      switch (read_request(c, desk, buffer)) {
        case Reading::later:
          if (draining && !c.reader.begun()) return close(c);
          return desk.tell_on(c);
        case Reading::refused:
          return refuse(c, c.reader.refusal(), reason_of(c.reader.refusal()));
        case Reading::gone:
          return close(c);
        case Reading::whole:
          break;
      }
      desk.begin_answering(c);
      if (answered >= quick_in_a_row || !desk.doors.quick ||
          !desk.doors.quick(c.reader.head(), c.wire->secure())) {
        if (crew.answer(c)) return;
        --desk.answering;
        return refuse(c, hands_full(), TurnedAway::queue_full);
      }
      switch (crew.answer_now(c)) {
        case Crew::After::next:
          if (c.has_early() || !c.drained) break;
          if (draining) return close(c);
          return desk.tell_on(c);
        case Crew::After::given:
          return;
        case Crew::After::unsent:
          return send_on(c);
        case Crew::After::end:
          return close(c);
      }
    }
  }

  void refuse(Connection& c, const Refusal& refusal, TurnedAway reason) {
    desk.count(reason);
    c.reply = desk.doors.refuse(refusal, c.reader.head().method, c.wire->secure());
    desk.uncount_body(c);
    c.reader.reset();
    c.early = {};
    c.early_at = 0;
    c.close_after = c.linger = true;
    c.begin_sending();
    send(c);
  }

  void send(Connection& c) {
    switch (c.push()) {
      case Wire::State::ended:
        break;
      case Wire::State::later:
        return desk.tell_on(c);
      case Wire::State::moved:
      case Wire::State::broken:
        return close(c);
    }
    desk.uncount_unsent(c);
    if (c.reply.stream) return crew.give_away(c);
    if (!c.close_after) {
      c.become_ready();
      return read(c);
    }
    if (!c.linger) return close(c);
    c.reply = {};
    c.wire->finish();
    c.phase = Phase::lingering;
    c.since_ms = now;
    read_into_nothing(c);
  }

  /// What a client is slow to take, if there is room for it.
  void send_on(Connection& c) {
    if (desk.unsent_bytes <= limits.unsent_bytes_max || c.unsent_counted == 0) return send(c);
    desk.count(TurnedAway::memory_full);
    close(c);
  }

  void read_into_nothing(Connection& c) {
    for (;;) {
      const Wire::Moved moved = c.wire->read(buffer);
      if (moved.state == Wire::State::later) return desk.tell_on(c);
      if (moved.state != Wire::State::moved) return close(c);
    }
  }

  /// What the crew could not end by itself.
  void take_returned() {
    for (Connection* c : crew.take_returned()) {
      if (c->phase == Phase::ending) {
        close(*c);
      } else if (c->phase == Phase::sending) {
        send_on(*c);
      } else if (c->reader.state() == RequestReader::State::refused) {
        refuse(*c, c->reader.refusal(), reason_of(c->reader.refusal()));
      } else {
        read(*c);
      }
    }
  }

  // --- time

  int sweep_ms() const {
    const int shortest =
        std::min({limits.greet_ms, limits.first_byte_ms, limits.idle_ms, limits.head_ms, limits.body_ms,
                  limits.floor_after_ms, limits.stall_ms, limits.linger_ms, limits.drain_ms});
    return std::clamp(shortest / 4, 5, 250);
  }

  void sweep() {
    for (std::size_t i = all.size(); i-- > 0;) {  // from the end: closing moves the last one forward
      Connection& c = *all[i];
      if (c.hold.load(std::memory_order_acquire) == Hold::guard) {
        check_time(c);
      } else if (draining && now >= drain_until && c.given) {
        (void)::shutdown(c.socket, SHUT_RDWR);  // whoever has it finds it broken
      }
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
      case Phase::greeting:
        if (spent < limits.greet_ms && !late) return;
        desk.count(TurnedAway::greeting);
        return close(c);
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
        desk.count(TurnedAway::slow_reader);
        return close(c);
      case Phase::lingering:
        if (spent >= limits.linger_ms || late) close(c);
        return;
      case Phase::answering:
      case Phase::ending:
        return;
    }
  }

  // --- the end

  void begin_drain() {
    draining = true;
    drain_until = now + limits.drain_ms;
    close_listeners();
    if (desk.doors.end_streams) desk.doors.end_streams();
  }

  /// A request that is in the kernel's hands counts as here; who has none goes.
  void end_idle() {
    for (std::size_t i = all.size(); i-- > 0;) {
      Connection& c = *all[i];
      if (c.hold.load(std::memory_order_seq_cst) != Hold::guard) continue;
      if (c.phase == Phase::greeting) close(c);
      if (c.phase == Phase::reading && c.wire != nullptr) read(c);
    }
  }

  void run() {
    const int tick = sweep_ms();
    std::int64_t swept = now_ms();
    std::array<epoll_event, events_per_round> events;
    for (int& listener : listeners) desk.watch(listener, EPOLLIN, &listener);
    for (;;) {
      now = now_ms();
      if (desk.stopping && !draining) {
        begin_drain();
        end_idle();
      }
      if (draining && all.empty()) break;
      if (now - swept >= tick) {
        swept = now;
        sweep();
        ended.clear();
      }
      const int ready =
          ::epoll_wait(desk.poll, events.data(), static_cast<int>(events.size()), all.empty() ? -1 : tick);
      now = now_ms();
      for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == &desk.wake) {
          std::uint64_t calls = 0;
          (void)!::read(desk.wake, &calls, sizeof calls);
          take_returned();
          if (draining) end_idle();  // a worker gave one back without knowing
        } else if (const int* listener = listener_of(event.data.ptr)) {
          accept_some(*listener);
        } else {
          stir(*static_cast<Connection*>(event.data.ptr));
        }
      }
      ended.clear();
    }
    crew.finish();
  }
};

Guard::Guard(GuardLimits limits, GuardDoors doors)
    : inner_(std::make_unique<Inner>(limits, std::move(doors))) {}

Guard::~Guard() = default;

Result<int> Guard::bind(const std::string& host, int port) {
  const Listening listening = TRY(listen_on(host, port));
  inner_->listeners.push_back(listening.socket);
  return listening.port;
}

void Guard::run() {
  inner_->run();
}

void Guard::stop() {
  inner_->desk.stopping = true;
  inner_->desk.call_guard();
}

GuardNumbers Guard::numbers() const {
  const Desk& desk = inner_->desk;
  GuardNumbers numbers;
  numbers.accepted = desk.accepted;
  numbers.requests = desk.requests;
  numbers.connections = desk.connections;
  numbers.streams = desk.streams;
  numbers.answering = desk.answering;
  numbers.waiting = inner_->crew.waiting();
  numbers.answering -= std::min(numbers.answering, numbers.waiting);
  for (std::size_t i = 0; i < turned_away_reasons; ++i) numbers.turned_away[i] = desk.turned_away[i];
  return numbers;
}

}  // namespace ringup::http
