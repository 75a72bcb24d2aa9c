#pragma once
/// One connection of the guard, and who holds it. The rules are told at the top of guard.cpp.
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

enum class Phase { reading, answering, sending, lingering };
enum class Hold { guard, worker, called };

struct Connection {
  Connection(int of, std::unique_ptr<Wire> with, const HeadLimits& limits)
      : socket(of), wire(std::move(with)), reader(limits) {}

  const int socket;            // the wire's
  std::unique_ptr<Wire> wire;  // nullptr: closed
  Neighbourhood neighbourhood{};
  std::string peer;
  std::size_t place = 0;  // in the list of all

  std::atomic<Hold> hold{Hold::guard};
  // The guard's alone, also while a worker has the rest:
  bool stirred = false;     // there may be something to read
  bool told_end = false;    // an edge has told of the end, and will not again
  bool tells_room = false;  // the epoll set tells when the socket takes more

  // Whoever holds the connection:
  Phase phase = Phase::reading;
  RequestReader reader;
  std::string early;             // bytes behind the request that is being answered
  std::size_t body_counted = 0;  // of the budget for bodies
  std::chrono::steady_clock::time_point arrived;
  Reply reply;
  std::size_t sent = 0, unsent_counted = 0;
  bool close_after = false, linger = false, served = false;
  std::int64_t since_ms = 0;  // when the phase, or the part of a request, began
  std::int64_t moved_ms = 0;  // when bytes of the answer last moved

  /// The reply is to be sent from its first byte.
  void begin_sending();
  /// Writes what the socket takes; `ended`: all of the reply is out.
  Wire::State push();
  /// The reply is out: the next request may come.
  void become_ready();
};

}  // namespace ringup::http
