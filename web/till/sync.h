#pragma once
/// Keeps till and server in step: sends the journal's records, fetches the catalogue's changes and the
/// settings, and says in a word how the connection is. Runs from events only (an answer, the network coming
/// back, a timer of the bridge), never from a frame.
///
/// It follows what the server tells of by itself (GET /api/events): changes are fetched when they happen,
/// within two seconds of chance so that a shop's tills do not all ask at once. Where the server tells nothing
/// it asks for them every minute.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/catalogue/catalogue.h"
#include "core/till/outbox.h"
#include "web/till/memory.h"
#include "web/till/server.h"

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
  /// Begins once the till is enrolled: the catalogue of the last run, then what changed.
  void start();
  /// After each new record.
  void added(const journal::Record& record);
  /// The network came back, or the page is in front again.
  void wake();
  /// The network went; said at once, without waiting for a request to fail.
  void lost();

  Connection connection() const;
  /// Milliseconds until connection() may become `reconnecting` by itself; nullopt: not by the time alone.
  std::optional<double> reconnecting_in() const;
  std::size_t waiting() const { return outbox_.pending(); }
  /// A receipt printed now could carry a used number: wait.
  bool needs_epoch() const { return outbox_.needs_epoch(); }
  const std::string& problem() const { return problem_; }

  const Catalogue& catalogue() const { return catalogue_; }
  /// Grows with every change of the catalogue, so that a screen knows when to search again.
  std::uint64_t catalogue_changes() const { return catalogue_changes_; }
  /// The first download is not complete yet.
  bool catalogue_loading() const { return loading_; }
  /// Why the catalogue could not be fetched the last time; empty where it could.
  const std::string& catalogue_problem() const { return catalogue_problem_; }
  /// Called whenever a page of the catalogue was applied.
  std::function<void()> on_catalogue;

 private:
  void follow();
  void heard(const platform::ServerEvent& event);
  void stream_is(platform::Stream state);
  void everything_changed();
  void catalogue_changed();
  void fetch_settings();
  void send();
  void send_in(std::int64_t ms);
  void enrol_again();
  void load_page(int number);
  void fetch_catalogue();
  void fetch_catalogue_in(int ms);
  void apply(CatalogueDelta delta);
  void note_base(int pages);

  platform::Bridge& bridge_;
  Memory& memory_;
  Server& server_;
  journal::Outbox outbox_;
  Catalogue catalogue_;
  std::uint64_t catalogue_changes_ = 0;
  int pages_ = 0;       // stored on this device
  int base_pages_ = 0;  // of these, the first download; 0: not complete yet
  std::string base_cursor_;
  bool complete_ = false;  // the last page was the last of its kind
  bool loading_ = true, fetching_ = false, in_flight_ = false, answered_ = false, refused_ = false;
  double catalogue_timer_at_ = 0;      // by the monotonic clock; 0: none is set
  std::uint64_t catalogue_timer_ = 0;  // the one that counts
  bool catalogue_again_ = false;       // told of while a page was on its way
  bool settings_asked_ = false, settings_again_ = false;
  platform::Stream stream_ = platform::Stream::refused;  // nothing is followed yet
  double lost_at_ = 0;                                   // since when it is not live
  std::string generation_;                               // of the server's data
  double timer_at_ = 0;  // when the next send() is due, by the monotonic clock; 0: no timer
  std::string problem_, catalogue_problem_;
};

}  // namespace ringup::till
