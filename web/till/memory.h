#pragma once
/// What a till keeps on its device: who it is, the journal's records, who is signed in, the open shift,
/// drafts. All of it lies in the bridge's ledger, and nowhere else.
///
/// Keys (epochs with ten digits, numbers with twelve, so that they sort as they were written):
///
///   chain/EPOCH/head    {"last","hash","counter"}: last number, its hash, last receipt
///   chain/EPOCH/gone    numbers at or below were deleted
///   chain/EPOCH/sent    numbers at or below were delivered
///   device/enrolment    device/cashier    device/generation    device/shift
///   draft/NAME          what is not done yet: the cart, parked sales
///   journal/EPOCH/SEQ   the text of a record
///
/// A record is added in one transaction with the new head of its chain, so that its number is taken there:
/// whoever comes second is refused and reads again. What is known after a start is small and read first; the
/// records follow in pages, and selling does not wait for them. Of each record the device knows a summary
/// (Kept) in memory, and the text of those that are not delivered or belong to the open shift: it can still
/// be sent, exported, and written again if the browser deletes the database under the app. Other texts are
/// read when they are asked for. What comes back is believed when its hash is right; a damaged text is kept
/// as it is and travels raw.
///
/// A record leaves the device when the server said that a backup holds it (may_forget) and it is older than
/// `kept_days`, or the device is full; never while its shift is open.
///
/// One per app; not thread-safe. Callbacks are events of their own where something was read or written, and
/// come at once where it was clear before.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/money/money.h"
#include "core/till/enrolment.h"
#include "core/till/outbox.h"
#include "core/till/record.h"
#include "web/platform/bridge.h"
#include "web/till/cashier.h"

namespace ringup::till {

inline constexpr int kept_days = 7;  // refunds and the last days' sales work offline

/// A record of this till.
struct Kept {
  Id id;
  journal::Kind kind = journal::Kind::note;
  std::int64_t epoch = 1, seq = 1, at = 0;
  Id user;
  std::optional<Id> shift;
  std::string receipt;     // of a sale or refund
  Amount total = 0;        // of a sale; of a refund (negative); of cash in and out the amount
  bool delivered = false;  // the server has it
  std::optional<Id> sale;  // of a refund or void: the sale
  std::size_t bytes = 0;   // of the text
};

struct OpenShift {
  Id id;
  std::int64_t opened_at = 0;  // ms UTC
  Amount float_amount = 0;
  Id user;
  std::int64_t epoch = 1, seq = 1;  // of its record
  bool operator==(const OpenShift&) const = default;
};

class Memory {
 public:
  using Done = std::function<void(Result<void>)>;
  using RecordDone = std::function<void(Result<journal::Record>)>;

  explicit Memory(platform::Bridge& bridge);

  /// Reads what the device holds, or, called again, what it holds more. `known` when all but the records is
  /// here, `all` when they are, too. Tried again every few seconds where the browser gives nothing: see
  /// problem(). A till of the old form, whose records lie in localStorage, is moved over once.
  /// `look_on`: another tab is the till; nothing is written until the next call without it.
  void open(bool look_on, std::function<void()> known, std::function<void()> all);
  /// Not even the enrolment is known yet.
  bool opening() const { return !known_; }
  bool complete() const { return complete_; }
  bool looks_on() const { return looks_on_; }
  /// Why nothing could be read the last time, in words; empty where it could.
  const std::string& problem() const { return problem_; }

  const std::optional<Enrolment>& enrolment() const { return enrolment_; }
  /// storage where the browser refuses.
  void enrol(const Enrolment& enrolment, Done done);
  /// Takes them over where they are others and of the same currency; the next receipt has them.
  void change_settings(const Settings& settings);
  const std::optional<Cashier>& cashier() const { return cashier_; }
  void sign_in(const Cashier& cashier);
  void sign_out();
  /// The shift that new records belong to.
  const std::optional<OpenShift>& shift() const { return shift_; }

  /// The number that the next receipt gets.
  std::string next_receipt() const;
  /// Chains, stores and yields the record: done after it is on the disk. The caller fills kind, at, mono,
  /// user, price_list and body; the rest follows. `drafts` are replaced (an empty text removes) in the same
  /// transaction. One at a time. conflict where another tab took the number (then this one has read it);
  /// storage where the device takes nothing.
  void append(journal::Record draft, std::vector<std::pair<std::string, std::string>> drafts,
              RecordDone done);
  bool appending() const { return append_.has_value(); }

  /// Sound records of all epochs, oldest first. Grows while complete() is false.
  const std::vector<Kept>& kept() const { return kept_; }
  const Kept* find(const Id& record) const;
  /// not_found where its text is not on this device any more; damaged.
  void read(const Id& record, RecordDone done);
  /// The texts under some numbers of one epoch, ascending, whether they read back or not; empty where gone.
  void texts(std::int64_t epoch, std::vector<std::int64_t> seqs,
             std::function<void(std::vector<std::string>)> done);

  /// What the server does not have, per epoch in the order of the numbers, damaged ones among them.
  std::map<std::int64_t, std::vector<std::int64_t>> unsent() const;
  /// A text under this number is no sound record.
  bool damaged(std::int64_t epoch, std::int64_t seq) const { return odd_.contains({epoch, seq}); }

  /// Small texts under names of their own ("cart", "parked/…"); an empty one removes.
  const std::string& draft(std::string_view name) const;
  const std::map<std::string, std::string, std::less<>>& drafts() const { return drafts_; }
  void keep_draft(std::string_view name, std::string text);

  /// Tells a fresh outbox what is stored.
  void fill(journal::Outbox& outbox) const;
  /// Notes what the outbox now counts as delivered, and what it does not any more (after a restore of the
  /// server).
  void follow(const journal::Outbox& outbox);
  void remember_generation(std::string_view generation);
  /// A backup holds what is at or below `seq`: it may be deleted when its time has come.
  void may_forget(std::int64_t epoch, std::int64_t seq);
  /// Numbers at or below are not on this device any more.
  std::int64_t gone_through(std::int64_t epoch) const;

  /// The browser deleted the database: writes again what is still in memory, after an append that is on its
  /// way.
  void write_again(Done done);

 private:
  using Place = std::pair<std::int64_t, std::int64_t>;  // epoch, seq
  using Writes = std::vector<platform::LedgerWrite>;
  struct Chain {  // of one epoch
    bool has_head = false;
    std::int64_t gone = 0;
    std::int64_t last = 0;  // 0: no record yet
    std::string hash{journal::no_hash};
    std::int64_t counter = 0;    // of the last receipt
    std::int64_t delivered = 0;  // all at or below were delivered
    std::int64_t may_go = 0;     // a backup holds all at or below
  };
  struct Append {
    journal::Record record;
    std::string text;
    std::vector<std::pair<std::string, std::string>> drafts;
    RecordDone done;
    int tries = 0;
    bool with_all = false;  // everything else went along with it
  };

  // memory_open.cpp
  void read_known(int run);
  void take_known(const std::vector<std::pair<std::string, std::string>>& entries);
  void read_page(int run);
  void take_record(Place place, std::string text);
  void try_open_again(int run, std::string problem);
  bool move_old_form(int run);

  // memory_append.cpp
  void write_record();
  void wrote_record(platform::LedgerOutcome outcome);
  void look_for_record();
  void record_is_kept();
  void show_kept();
  void refuse_record(Failure failure);
  std::optional<OpenShift> shift_after(const journal::Record& record) const;

  Kept summary_of(const journal::Record& record, std::size_t bytes) const;
  void later(std::string key, std::optional<std::string> bytes);
  void write_later();
  void forget(std::int64_t epoch, std::int64_t through, std::function<void(bool)> done);
  std::int64_t forgettable(std::int64_t epoch, std::int64_t before_ms) const;
  bool make_room(std::function<void(bool)> done);
  bool in_shift(Place place) const;
  static std::string head_text(const Chain& chain);
  static std::string shift_text(const OpenShift& shift);
  Writes everything();

  platform::Bridge& bridge_;
  bool known_ = false, complete_ = false, looks_on_ = false;
  int run_ = 0;  // of open(): answers to an earlier one are passed over
  std::function<void()> on_known_, on_all_;
  std::string problem_;
  std::optional<Enrolment> enrolment_;
  std::optional<Cashier> cashier_;
  std::optional<OpenShift> shift_;
  std::string generation_;
  std::map<std::string, std::string, std::less<>> drafts_;
  std::map<std::int64_t, Chain> chains_;
  std::vector<Kept> kept_;
  std::size_t fresh_ = 0;     // at the end of kept_: made while older ones are still being read
  std::string read_through_;  // the last key of a record that is known
  std::map<Place, std::string> texts_;
  std::set<Place> odd_;  // texts that are no records
  std::optional<Append> append_;
  std::optional<Id> doubtful_;  // of a record of which nobody knew whether it was stored
  Done again_;                  // write_again() waits for the append
  bool emptied_ = false;        // the browser deleted the database, and it is not written again yet
  std::map<std::string, std::optional<std::string>> later_;
  bool writing_later_ = false;
};

}  // namespace ringup::till
