#pragma once
/// What a till keeps on its device: who it is, the journal's records, who is signed in.
///
/// A record is stored before its receipt is shown, in one write (`journal/EPOCH/SEQ`), and everything else
/// about the chain (next number, last hash, receipt counter) follows from the records and from a summary of
/// those that were deleted. A record leaves the device only once the server said that a backup holds it, or,
/// where the device is full, the oldest that were delivered.
///
/// One per app; not thread-safe. Errors: storage where the browser refuses to keep more.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/till/enrolment.h"
#include "core/till/outbox.h"
#include "core/till/record.h"
#include "web/platform/bridge.h"

namespace ringup::till {

/// The person at the till.
struct Cashier {
  Id user;
  std::string email, first_name, last_name, role;
  std::string name() const;
  bool operator==(const Cashier&) const = default;
};
json::Value to_json(const Cashier&);
/// Lenient: members that a newer server adds are passed over.
Result<Cashier> read_cashier(const json::Value&);

struct Stored {
  journal::Record record;
  std::string text;
  bool delivered = false;
};

class Memory {
 public:
  /// Reads what the device holds. A text that is no record any more is kept and sent raw.
  explicit Memory(platform::Bridge& bridge);

  const std::optional<Enrolment>& enrolment() const { return enrolment_; }
  Result<void> enrol(const Enrolment& enrolment);
  /// Takes them over where they are others and of the same currency; the next receipt has them.
  void change_settings(const Settings& settings);
  const std::optional<Cashier>& cashier() const { return cashier_; }
  void sign_in(const Cashier& cashier);
  void sign_out();

  /// The number that the next receipt gets.
  std::string next_receipt() const;
  /// Chains, stores and yields the record. The caller fills kind, at, mono, user, shift, price_list and body.
  Result<journal::Record> append(journal::Record draft);

  /// Sound records of all epochs, oldest first.
  const std::vector<Stored>& records() const { return records_; }
  /// The text under a number, whether it reads back or not; empty where it is gone.
  std::string text_of(std::int64_t epoch, std::int64_t seq) const;
  /// Notes what the outbox now counts as delivered, and what it does not any more (after a restore of the
  /// server).
  void follow(const journal::Outbox& outbox);
  /// Deletes records up to here.
  void forget_through(std::int64_t epoch, std::int64_t seq);
  void remember_generation(std::string_view generation);

  /// Tells a fresh outbox what is stored.
  void fill(journal::Outbox& outbox) const;

 private:
  struct Chain {            // of one epoch
    std::int64_t gone = 0;  // numbers at or below were deleted
    std::int64_t last = 0;  // 0: no record yet
    std::string hash{journal::no_hash};
    std::int64_t counter = 0;    // of the last receipt
    std::int64_t delivered = 0;  // all at or below were delivered
  };
  void load();
  void load_chain(std::int64_t epoch);
  void save_chain(std::int64_t epoch);
  void note_receipt(Chain& chain, const journal::Record& record) const;
  bool make_room();

  platform::Bridge& bridge_;
  std::optional<Enrolment> enrolment_;
  std::optional<Cashier> cashier_;
  std::map<std::int64_t, Chain> chains_;
  std::vector<Stored> records_;
  struct Odd {
    std::int64_t epoch, seq;
    std::string text;
  };
  std::vector<Odd> odd_;  // stored texts that are no records
};

}  // namespace ringup::till
