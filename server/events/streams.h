#pragma once
/// Everybody who listens, served by one thread. How it works is told at the top of streams.cpp.
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/ids.h"
#include "core/identity/role.h"
#include "server/events/shapes.h"
#include "server/http/guard.h"
#include "server/log/exposition.h"
#include "server/store/store.h"

namespace ringup::events {

struct StreamLimits {
  int heartbeat_ms = 15'000;
  int age_ms = 30 * 60'000;        // then it ends and the listener comes back: rights are looked at anew
  int age_jitter_ms = 5 * 60'000;  // up to so much earlier, so that they do not all come back at once
  int pace_ms = 20;                // between two passes: what comes meanwhile is merged
  int look_ms = 250;               // how often it looks for what other processes committed
  std::size_t unsent_bytes_max = 64 << 10;  // of one that takes its events slowly
  int socket_bytes = 32 << 10;              // what the kernel keeps of it besides
  std::size_t heard_bytes_max = 64 << 10;   // a listener has nothing to say
  std::size_t per_listener_max = 20;        // streams of one user or till; beyond, the oldest ends
  std::size_t per_tenant_max = 10'240;
  std::size_t all_max = 12'288;  // fewer where the process may open fewer files
};

/// Who listens, as it was when they came.
struct Listener {
  Id tenant;
  Id who;         // the user or the till
  Id session;     // of a user; nil: a till
  Rights rights;  // of a user
  Audience audience;
  std::optional<std::int64_t> ends_us;  // of the token, by the wall clock
  std::optional<std::int64_t> seen;     // the id they were told last
};

/// Why a stream ended; one metric each.
enum class Ended {
  left,       // the client went away
  slow,       // it took its events too slowly
  age,        // as old as streams get
  expired,    // its access token ended
  shut_out,   // signed out, disabled, revoked, or with other rights than before
  crowded,    // more streams than one user, one business or the server may have
  talkative,  // the client sent more than a request
  draining,   // the server is about to stop
  failed,     // the database could not be read
};
inline constexpr std::size_t ended_reasons = static_cast<std::size_t>(Ended::failed) + 1;
const char* name_of(Ended reason);

struct StreamNumbers {
  std::size_t open = 0;
  std::uint64_t told = 0;  // pieces of news, counted for each listener they went to
  std::array<std::uint64_t, ended_reasons> ended{};
};

/// The numbers for metrics.
void tell_metrics(log::Exposition& out, const StreamNumbers& numbers);

/// Thread-safe. The store must outlive it; it must outlive the guard whose streams it has.
class Streams {
 public:
  struct Options {
    StreamLimits limits = {};
    std::string generation;                // of the folder, for hello
    std::function<std::int64_t()> now_us;  // wall clock, for the end of tokens
  };
  Streams(store::Store& store, Options options);
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  /// Takes a stream whose head is out. Its thread starts with the first.
  void add(const Listener& listener, std::unique_ptr<http::OpenStream> stream);
  /// Lets go of all streams, and of those that still come; returns at once.
  void end();
  StreamNumbers numbers() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace ringup::events
