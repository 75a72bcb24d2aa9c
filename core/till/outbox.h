#pragma once
/// The till's side of the journal: which stored records still have to be sent, and what an answer means.
///
/// Pure state: the records themselves lie in the till's storage (IndexedDB), and whoever owns the outbox
/// tells it what is stored, asks for a plan, sends it, and tells it what came back. One request is in flight
/// per till. Not thread-safe. Times are milliseconds of any clock that does not run backwards.
///
/// A record counts as delivered only when its own id stood in an answer's results (or, of a damaged one,
/// whose id may read as another or as none, its number in the answer to its raw form). On a new generation of
/// the server everything that is not known to be in every backup is sent again, in every epoch; on an
/// `acked_through` below what was told before, what follows it, or everything where the epoch has forked. A
/// refused request (400, 413, 503) is sent again half as long; a single record that is still refused travels
/// as {"seq", "raw"}. Nothing blocks the queue.
///
///     Outbox outbox;                                  // at start: add() all that is stored, then
///     reconnected() Outbox::Plan plan = outbox.plan(now); if (plan.action == Outbox::Action::send) {
///       body = outbox.write(plan, texts, wall_clock); // texts of plan.seqs from storage, in that order
///       outbox.answered(plan, status, answer, now);   // status 0: no answer came
///     }
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/till/exchange.h"

namespace ringup::journal {

inline constexpr std::int64_t ask_every_ms = 5 * 60 * 1000;
inline constexpr std::int64_t retry_delay_ms_min = 1000;
inline constexpr std::int64_t retry_delay_ms_max = 5 * 60 * 1000;
/// Room for record texts in a request; the rest is for its frame.
inline constexpr std::size_t request_texts_bytes_max = request_bytes_max - 4096;
/// Of a damaged record longer than any record may be, so many bytes travel.
inline constexpr std::size_t raw_bytes_max = 2 * record_bytes_max;

class Outbox {
 public:
  enum class Action : std::uint8_t {
    wait,   // nothing to do before plan.wait_ms have passed
    send,   // POST /api/till/journal/ with write()
    enrol,  // POST /api/till/enrol/ with the till's token, then enrolled()
  };
  struct Plan {
    Action action = Action::wait;
    std::int64_t wait_ms = 0;
    std::int64_t epoch = 0;
    std::vector<std::int64_t> seqs;  // records to send, ascending, without gaps; empty asks only
    bool as_raw = false;             // a single record in its raw form
  };

  /// Says what the till is: called at start and after enrolment, before add(). A higher epoch than before
  /// becomes the one for new records, so needs_epoch() is false again.
  void enrolled(std::int64_t epoch);
  std::int64_t epoch() const { return epoch_; }

  /// A record that is in storage: at start in the order of its numbers, and after each append. `id` none, or
  /// `sound` false: the stored text does not read back as a sealed record, so it travels raw.
  /// `delivered` as the storage remembers it (see delivered()); false is always safe.
  /// Numbers left out are lost in storage: each travels as a raw form of no bytes, so that the server knows;
  /// for them write() is given empty texts. out_of_range where the number, or a later one, was added already.
  Result<void> add(std::int64_t epoch, std::int64_t seq, std::optional<Id> id, std::size_t text_bytes,
                   bool sound = true, bool delivered = false);
  /// Numbers at or below `last` were stored once and are gone; for epochs of which nothing may be left.
  void forgotten(std::int64_t epoch, std::int64_t last);

  /// What to do now.
  Plan plan(std::int64_t now_ms);
  /// The body of the request of a plan; `texts` belong to plan.seqs.
  std::string write(const Plan&, std::span<const std::string> texts,
                    std::optional<std::int64_t> sent_at) const;
  /// What came back: the HTTP status (0 where none came) and the body. `chance`, sixteen random bits,
  /// shortens the wait before another try by up to a half, so that the tills of a shop do not all come in one
  /// moment.
  void answered(const Plan&, int status, std::string_view body, std::int64_t now_ms,
                std::uint16_t chance = 0);
  /// The network is back, or the app has started: asks at once, in every epoch it holds.
  void reconnected();
  /// Enrolling did not work; tries later.
  void enrol_failed(std::int64_t now_ms);

  /// A receipt printed now could carry a number that was printed before: enrol first.
  bool needs_epoch() const { return needs_epoch_; }
  /// Records that are not delivered yet, in all epochs.
  std::size_t pending() const;
  bool delivered(std::int64_t epoch, std::int64_t seq) const;
  /// The till may delete records of this epoch up to here: delivered without a hole, and in a backup.
  std::int64_t deletable_through(std::int64_t epoch) const;
  /// They were deleted.
  void deleted_through(std::int64_t epoch, std::int64_t seq);
  const std::optional<std::string>& generation() const { return generation_; }
  /// Of storage, so that the first request after a start already names it.
  void remember_generation(std::string generation) { generation_ = std::move(generation); }

 private:
  struct Entry {
    std::optional<Id> id;
    std::size_t bytes = 0;
    bool sound = true;
    bool delivered = false;
    bool as_raw = false;  // was refused alone
  };
  struct Epoch {
    std::int64_t first = 1;      // number of entries[0]; below it nothing is left
    std::vector<Entry> entries;  // without gaps
    std::int64_t told = 0;       // acked_through of the last answer
    std::int64_t durable = 0;    // durable_through of the last answer
    std::size_t undelivered = 0;
    bool forked = false;
    bool ask = true;  // wants an answer even if there is nothing to send
    /// Those acked_through after which everything was sent again already in this generation. Each branch has
    /// an end of its own, so that a till may hear now this one, now that, and must not send for ever.
    std::set<std::int64_t> sent_again_for;
    std::optional<std::int64_t> needed_from;  // need_from of the last answer

    std::int64_t last() const { return first + static_cast<std::int64_t>(entries.size()) - 1; }
    void resend_from(std::int64_t seq);
  };

  void accept(const Plan&, const Answer&, std::int64_t now_ms);
  void refuse(const Plan&, int status, std::int64_t now_ms);
  void back_off(std::int64_t now_ms);

  std::map<std::int64_t, Epoch> epochs_;
  std::int64_t epoch_ = 0;
  std::optional<std::string> generation_;
  bool needs_epoch_ = false;
  std::size_t records_max_ = request_records_max;  // halved by refusals, doubled by answers
  std::int64_t not_before_ms_ = 0;                 // for sending
  std::int64_t enrol_not_before_ms_ = 0;           // for enrolling
  std::int64_t retry_delay_ms_ = 0;
  std::uint16_t chance_ = 0;
  std::int64_t next_ask_ms_ = 0;
};

}  // namespace ringup::journal
