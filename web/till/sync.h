#pragma once
/// Keeps till and server in step: sends the journal's records, lets the shelf fetch the catalogue's changes,
/// fetches the settings, and says in a word how the connection is. Runs from events only (an answer, the
/// network coming back, a timer of the bridge), never from a frame. It follows what the server tells of by
/// itself (GET /api/events).
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/till/outbox.h"
#include "web/till/memory.h"
#include "web/till/server.h"
#include "web/till/shelf.h"

namespace ringup::till {

/// In words: what a cashier may want to know about the connection.
enum class Connection : std::uint8_t {
  online,        // the last request was answered and nothing waits
  sending,       // records are on their way
  reconnecting,  // nothing waits, but the server has told nothing for a while
  offline,       // no answer came: records wait
  refused,       // the server does not accept this till
};

class Sync {
 public:
  Sync(platform::Bridge& bridge, Memory& memory, Server& server);
  /// Begins once the till is enrolled and all its records are known, and again when another tab has added
  /// some. The shelf opens by itself.
  void start();
  /// Called where the server may know something new about the people here: at the start, when it says that
  /// the business changed, and with each of its answers (`perhaps`).
  std::function<void(bool perhaps)> on_people;
  /// After each new record.
  void added(const journal::Record& record);
  /// The network came back, or the page is in front again.
  void wake();
  /// Records are not on this device any more.
  void went();
  /// The network went; said at once, without waiting for a request to fail.
  void lost();

  Connection connection() const;
  /// Milliseconds until connection() may become `reconnecting` by itself; nullopt: not by the time alone.
  std::optional<double> reconnecting_in() const;
  std::size_t waiting() const { return outbox_.pending(); }
  /// How many of those that wait, and of those that went since nothing waited the last time, have arrived.
  std::size_t sent() const { return sent_; }
  /// A receipt printed now could carry a used number: wait.
  bool needs_epoch() const { return outbox_.needs_epoch(); }
  const std::string& problem() const { return problem_; }

  Shelf& shelf() { return shelf_; }
  const Shelf& shelf() const { return shelf_; }

 private:
  void follow();
  void heard(const platform::ServerEvent& event);
  void stream_is(platform::Stream state);
  void everything_changed();
  void fetch_settings();
  void send();
  void post(const journal::Outbox::Plan& plan, const std::vector<std::string>& texts);
  void answered(const journal::Outbox::Plan& plan, const platform::FetchResponse& response);
  void send_in(std::int64_t ms);
  void enrol_again();

  platform::Bridge& bridge_;
  Memory& memory_;
  Server& server_;
  journal::Outbox outbox_;
  Shelf shelf_;
  bool started_ = false, in_flight_ = false, answered_ = false, refused_ = false;
  bool settings_asked_ = false, settings_again_ = false;
  platform::Stream stream_ = platform::Stream::refused;  // nothing is followed yet
  double lost_at_ = 0;                                   // since when it is not live
  std::string generation_;                               // of the server's data
  double timer_at_ = 0;  // when the next send() is due, by the monotonic clock; 0: no timer
  std::size_t sent_ = 0;
  std::string problem_;
};

}  // namespace ringup::till
