#pragma once
/// One connection of the guard, and what its threads share. The rules are told at the top of guard.cpp.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "server/http/guard.h"
#include "server/http/head.h"
#include "server/http/listen.h"
#include "server/http/wire.h"

namespace ringup::http {

/// Milliseconds of a clock that only goes forward.
std::int64_t now_ms();

enum class Phase {
  greeting,
  reading,
  answering,
  sending,
  lingering,  // a refusal is out; what still comes is read into nothing
  ending,     // to be closed by the guard's thread
};
/// Who may touch a connection: the guard's thread, or whoever of the crew (or of the streams) has it.
enum class Hold { guard, crew };
/// What the epoll set tells of a socket: what its wire waits for, or nothing while the crew has it.
enum class Tell { nothing, readable, writable };

struct Connection {
  Connection(int of, std::unique_ptr<Wire> with, const HeadLimits& limits)
      : socket(of), wire(std::move(with)), reader(limits) {}

  const int socket;            // the wire's
  std::unique_ptr<Wire> wire;  // nullptr: closed
  Neighbourhood neighbourhood{};
  std::string peer;
  std::size_t place = 0;  // in the list of all

  std::atomic<Hold> hold{Hold::guard};
  std::atomic<bool> given{false};  // a stream has it

  // Whoever holds the connection:
  Phase phase = Phase::reading;
  Tell tell = Tell::nothing;
  RequestReader reader;
  std::string early;             // bytes behind the request that is being answered …
  std::size_t early_at = 0;      // … from here on
  bool drained = true;           // nothing more can be read without waiting
  std::size_t body_counted = 0;  // of the budget for bodies
  std::chrono::steady_clock::time_point arrived;
  Reply reply;
  std::size_t sent = 0, unsent_counted = 0;
  bool close_after = false, linger = false, served = false;
  std::int64_t since_ms = 0;  // when the phase, or the part of a request, began
  std::int64_t moved_ms = 0;  // when bytes of the answer last moved

  bool has_early() const { return early_at < early.size(); }
  /// The reply is to be sent from its first byte.
  void begin_sending();
  /// Writes what the socket takes; `ended`: all of the reply is out.
  Wire::State push();
  /// The reply is out: the next request may come.
  void become_ready();
};

/// What the guard's thread and its crew share. Thread-safe but for what is said.
struct Desk {
  Desk(GuardLimits limits, GuardDoors doors);
  ~Desk();
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  GuardLimits limits;  // constant after construction
  const GuardDoors doors;
  int poll = -1, wake = -1;  // the epoll set, and the eventfd in it that calls the guard's thread
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> accepted{0}, requests{0};
  std::atomic<std::size_t> connections{0}, answering{0}, streams{0}, bodies_bytes{0}, unsent_bytes{0};
  std::array<std::atomic<std::uint64_t>, turned_away_reasons> turned_away{};

  void count(TurnedAway reason) { ++turned_away[static_cast<std::size_t>(reason)]; }
  /// Its request is whole.
  void begin_answering(Connection& c) {
    c.phase = Phase::answering;
    c.arrived = std::chrono::steady_clock::now();
    ++requests;
    ++answering;
  }
  void uncount_body(Connection& c) { bodies_bytes -= std::exchange(c.body_counted, 0); }
  void uncount_unsent(Connection& c) { unsent_bytes -= std::exchange(c.unsent_counted, 0); }
  /// Adds a file to the epoll set.
  void watch(int file, std::uint32_t events, void* what) const;
  /// Whoever holds the connection says what the set tells of it from now on.
  void tell(Connection& c, Tell what) const;
  /// The same: of what its wire waits for.
  void tell_on(Connection& c) const { tell(c, c.wire->wants_room() ? Tell::writable : Tell::readable); }
  void call_guard() const;
};

}  // namespace ringup::http
