#pragma once
/// What happened, read once for everybody who listens.
///
/// The hub stands at a sequence of the outbox and is asked to move on: one read yields all that was committed
/// since, merged by business. It remembers the newest `remembered_max` events, so that those who come back
/// after a broken line, perhaps ten thousand at once after a restart, are told what they missed without a
/// read. It has a connection to the database of its own and never waits for the writer.
///
/// Not thread-safe: of the one thread that serves the streams.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "server/events/shapes.h"
#include "server/store/outbox.h"

namespace ringup::events {

inline constexpr std::int64_t remembered_max = store::events_kept_min;
inline constexpr std::int64_t read_at_once = 4096;

class Hub {
 public:
  /// Stands at the newest event.
  static Result<std::unique_ptr<Hub>> open(store::Store& store);

  /// Everything up to here has been told, or was there before anybody listened.
  std::int64_t position() const { return position_; }
  /// Whether anything was committed since this was asked last, by whatever process.
  bool changed();

  using News = std::map<Id, Merged>;  // by business
  struct Pass {
    News news;
    bool more = false;  // there is more to read at once
  };
  Result<Pass> follow();
  /// The same where nobody listened meanwhile: stands at the newest event.
  Result<void> catch_up();

  enum class Resumed {
    told,      // `text` has what came since, perhaps nothing
    too_old,   // more came since than is remembered
    restored,  // of a time that a restore has undone
  };
  struct Missed {
    Resumed resumed = Resumed::told;
    std::string text;
  };
  /// For somebody who has been told everything up to `seen`.
  Missed missed(const Id& tenant, Audience audience, std::int64_t seen) const;

  store::Watcher& database() { return *database_; }

 private:
  struct Remembered {
    std::int64_t sequence;
    Id tenant, subject;  // nil: none
    Kind kind;
  };
  explicit Hub(std::unique_ptr<store::Watcher> database) : database_(std::move(database)) {}
  Result<bool> read(News* news);

  std::unique_ptr<store::Watcher> database_;
  std::deque<Remembered> remembered_;
  std::int64_t position_ = 0;
  std::int64_t forgotten_ = 0;  // up to here nothing is remembered
  std::int64_t restored_ = 0;   // up to here sequences mean nothing
  std::int64_t commits_ = -1;
};

}  // namespace ringup::events
