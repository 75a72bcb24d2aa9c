#pragma once
/// What the server keeps of the tills' journals: core/till/chain's Ledger over SQL.
///
/// Raw records are appended to journal_record, each on its seat; journal_branch holds where each line of a
/// till's epoch ends, so that the common record needs no look at its predecessors. Records that go together
/// in one request share what was looked up once.
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/till/chain.h"
#include "server/store/booking.h"
#include "server/store/tills.h"

namespace ringup::store {

inline constexpr std::int64_t durable_days = 30;  // without backups: how long a till keeps what was received

/// One request's ledger, inside one writer's job. Refers to its arguments for its life. Not thread-safe.
class JournalLedger final : public journal::Ledger {
 public:
  /// How bookings are guarded. `none` costs least: where a booking fails, the request ends and wants_guards()
  /// tells that the job must be taken back and run again with `each`, a savepoint around every record.
  enum class Guards { none, each };
  /// `bodies` are those of `request.records`, in their order (see read_body()).
  JournalLedger(Database& db, const Till& till, std::string_view currency, const journal::Request& request,
                const std::vector<ReadBody>& bodies, std::int64_t now_us, Guards guards);
  bool wants_guards() const { return wants_guards_; }

  /// Writes what was kept back; call it after receive(), in the same job.
  Result<void> finish();

  Result<std::optional<journal::Kept>> with_digest(std::string_view digest) override;
  Result<std::vector<journal::Kept>> with_id(const Id& id) override;
  Result<journal::Seat> seat(std::int64_t epoch, journal::SeatNumber number) override;
  Result<std::optional<int>> branch_holding(std::int64_t epoch, std::int64_t seq,
                                            std::string_view hash) override;
  Result<std::vector<int>> branches_ending_at(std::int64_t epoch, std::int64_t seq) override;
  Result<std::int64_t> last(std::int64_t epoch, int branch) override;
  Result<int> next_branch(std::int64_t epoch) override;
  Result<void> add_gap(std::int64_t epoch, std::int64_t from, std::int64_t to) override;
  Result<void> keep(std::int64_t request_epoch, const journal::Envelope& envelope, const std::string& digest,
                    const journal::Decision& decision) override;
  Result<journal::Booked> book(const journal::Request& request, const journal::Envelope& envelope,
                               const std::string& digest, const journal::Decision& decision) override;

 private:
  struct Branch {
    std::int64_t last = 0;
    std::string last_hash;  // as stored; empty: any prev fits next
    std::int64_t last_day = 0;
    bool stored = false, changed = false;
  };
  using Branches = std::map<int, Branch>;

  Result<Branches*> branches(std::int64_t epoch);
  Result<void> take_over(std::int64_t epoch, const journal::Decision& decision);
  Result<void> grow(std::int64_t epoch, const journal::Decision& decision, const std::string& hash);
  Result<void> insert(std::int64_t epoch, const journal::Envelope& envelope, const std::string& digest,
                      const journal::Decision& decision, journal::Flags flags, bool booked);
  Result<journal::Flags> book_in_savepoint(std::int64_t epoch, const journal::Envelope& envelope,
                                           const std::string& digest, const journal::Decision& decision);
  Result<void> add_flag_tasks(const journal::Envelope& envelope, journal::Flags flags);
  Id subject_of(const journal::Envelope& envelope) const { return envelope.id.value_or(till_.id); }

  Database& db_;
  const Till& till_;
  const journal::Request& request_;
  const std::vector<ReadBody>& bodies_;
  std::int64_t now_us_;
  Guards guards_;
  bool wants_guards_ = false;
  Booker booker_;
  std::map<std::int64_t, Branches> branches_;
  /// Records of this request that are named by id and hash: digest → place.
  std::unordered_map<std::string_view, std::size_t> places_;
  std::optional<std::pair<Id, std::vector<journal::Kept>>> last_id_;
};

/// Highest number that a till may forget: received on a day that ended more than `durable_days` ago.
Result<std::int64_t> durable_through(Database& db, const Id& till, std::int64_t epoch, std::int64_t now_us);

/// A record that is kept but not booked, for another try.
struct Unbooked {
  std::int64_t number = 0;
  Id till;
  std::string raw;
};
/// Quarantined records on their seats, behind `after`, at most `limit`.
Result<std::vector<Unbooked>> unbooked_records(Database& db, std::int64_t after, std::int64_t limit);
/// Books a quarantined record that is understood by now; its seat, first result and bytes stay.
/// conflict where its id is booked already; what Booker says.
Result<void> book_again(Database& db, const Unbooked& unbooked, const Till& till, std::string_view currency,
                        const journal::Record& record, const ReadBody& body, std::int64_t now_us);

/// The stored bytes of the booked record with this id; not_found.
Result<std::string> booked_record(Database& db, const Id& tenant, const Id& id);

}  // namespace ringup::store
