#pragma once
/// A listener for tests: opens a stream by hand and reads its events one by one.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>

#include "tests/server/http/tls_client.h"
#include "tests/server/running.h"

namespace ringup::test {

struct Event {
  std::string id, name, data;
  bool operator==(const Event&) const = default;
};

/// One stream. Waiting is for bytes of the socket, at most `patience_ms` for each event.
class Listening {
 public:
  static constexpr int patience_ms = 20'000;

  enum class Way {
    plain,
    narrow,  // takes hardly anything before it is read
    tls,
  };
  Listening(int port, const Headers& headers, const std::string& target = "/api/events",
            Way way = Way::plain);
  ~Listening() { close(); }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

  int status() const { return head_.status; }
  const Answer& head() const { return head_; }
  /// The next event; heartbeats count as events named "heartbeat". nullopt: the stream ended.
  std::optional<Event> next();
  /// The next one that is no heartbeat; an event without a name where the stream ended.
  Event news();
  /// Reads to the end.
  bool ends();
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

 private:
  bool receive();
  bool shake_hands();
  void send_all(std::string_view bytes);
  int socket_ = -1;
  std::unique_ptr<TlsClient> tls_;
  std::string bytes_;
  Answer head_;
};

}  // namespace ringup::test
