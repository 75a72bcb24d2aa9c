#pragma once
/// The front door: it owns every socket and lets only whole requests reach the workers. How it works is told
/// at the top of guard.cpp.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "server/http/head.h"
#include "server/http/wire.h"

namespace ringup::http {

/// Every limit of the door. A whole shop behind one address, and a phone on a bad line, never meet them.
struct GuardLimits {
  HeadLimits head = {};
  std::size_t connections_max = 16'384;           // fewer where the process may open fewer files
  std::size_t connections_per_address_max = 512;  // of one IPv4 address or IPv6 /64; 0: no such limit
  std::size_t workers_max = 64;                   // threads; most of them wait for the disk together
  std::size_t queue_max = 4096;                   // whole requests that wait for a worker
  int stay_ms = 5;                                // a worker stays so long for a next request, see guard.cpp
  std::size_t bodies_bytes_max = 256 << 20;       // of all bodies in memory, small ones apart
  std::size_t small_body_bytes = 64 << 10;
  std::size_t unsent_bytes_max = 512 << 20;  // of all answers that clients are slow to take
  std::size_t greetings_max = 1024;          // connections that wait for a thread to greet them
  int greet_ms = 10'000;                     // from the connection to the end of its greeting
  int first_byte_ms = 10'000;                // from then to its first byte
  int idle_ms = 60'000;                      // between requests
  int head_ms = 10'000;                      // from a head's first byte to its last
  int body_ms = 600'000;                     // the same for a body
  int floor_after_ms = 10'000;               // from then on a body or an answer …
  int floor_bytes_per_second = 500;          // … has gone at least this fast on average
  int stall_ms = 30'000;                     // an answer of which nothing moves
  int linger_ms = 2'000;                     // after a refusal: reading on, so that its words arrive
  int evict_after_ms = 1'000;                // what idles for so long may have to make room
  int drain_ms = 10'000;                     // after stop(): for requests that are half here
};

/// Why the door turned somebody away; one metric each.
enum class TurnedAway {
  malformed,         // not HTTP/1.1, or ambiguous
  head_too_large,    // 414 and 431
  body_too_large,    // 413
  slow_head,         // the deadline of a head
  slow_body,         // the deadline of a body, or slower than the floor
  slow_reader,       // took an answer slower than the floor
  address_full,      // too many connections of one address
  connections_full,  // too many in all
  queue_full,        // no worker and no place in the queue
  memory_full,       // too many bytes of bodies or answers
  greeting,          // no greeting (TLS) that could be understood, or not in time
  count
};
inline constexpr std::size_t turned_away_reasons = static_cast<std::size_t>(TurnedAway::count);
const char* name_of(TurnedAway reason);

struct GuardNumbers {
  std::uint64_t accepted = 0, requests = 0;
  std::size_t connections = 0, waiting = 0, answering = 0;
  std::size_t streams = 0;  // of the connections, those that were given away
  std::array<std::uint64_t, turned_away_reasons> turned_away{};
};

/// A whole request, on its way through a worker.
struct Call {
  Head head;
  std::string body;
  std::string peer;         // the address that connected, as text
  bool secure = false;      // it came over TLS
  bool keep_alive = false;  // may the connection stay open after the answer?
  std::chrono::steady_clock::time_point arrived;
};

/// A connection that was given away after its answer's head: whoever has this reads and writes it, from any
/// thread, one at a time. It goes on counting among the connections. Gone, it gives the connection back to be
/// closed; it must be gone before the guard is, and soon after GuardDoors::end_streams.
class OpenStream {
 public:
  virtual ~OpenStream() = default;
  virtual Wire& wire() = 0;
  /// The wire's, to wait for in an epoll set of one's own. Not to be closed.
  virtual int socket() const = 0;
  /// The address that connected, as text.
  virtual const std::string& peer() const = 0;
};

/// An answer as bytes: the head, then one of two bodies.
struct Reply {
  std::string head, body;
  std::string_view lasting;  // sent instead of body; must live for ever
  /// Where set, takes the connection when all bytes are out. On a worker's thread or the guard's: quick.
  std::function<void(std::unique_ptr<OpenStream>)> stream;
};

struct GuardDoors {
  /// How long a body this request may have. On the guard's thread: quick.
  std::function<std::size_t(const Head&)> body_bytes_max;
  /// The answer; it says "Connection: close" where call.keep_alive is false. On a worker's thread, several
  /// at once; on the guard's where quick() says so. May lower call.keep_alive.
  std::function<Reply(Call&)> answer;
  /// The words of a refusal; the connection ends after it. On the guard's thread. The method is "" where it
  /// is not known.
  std::function<Reply(const Refusal&, std::string_view method, bool secure)> refuse;
  /// May answer() be called on the guard's thread for this request, because it is quick? None: no.
  std::function<bool(const Head&, bool secure)> quick = {};
  /// Makes the wire of an accepted socket and gives it the socket; none: plain_wire. On the guard's thread.
  std::function<std::unique_ptr<Wire>(int socket)> wire = {};
  /// Told once, on the guard's thread, after stop(): whoever has streams lets go of them. Those that are
  /// still there after drain_ms find their sockets shut down.
  std::function<void()> end_streams = {};
};

/// Listens, reads, hands over, writes, closes. run() is the only thread that touches sockets that wait;
/// a socket whose request is being answered belongs to the worker, one that was given away to its stream.
class Guard {
 public:
  Guard(GuardLimits limits, GuardDoors doors);
  ~Guard();
  /// Binds and yields the port; 0 asks for any. Before run(), once for each address to listen on. in_use
  /// where another program holds it; configuration for a bad host.
  Result<int> bind(const std::string& host, int port);
  /// Serves until stop(); returns when the last answer has left. Once.
  void run();
  /// From any thread, at any time, also before run(): no new connections, idle ones are closed, requests
  /// that are here are answered.
  void stop();
  GuardNumbers numbers() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace ringup::http
