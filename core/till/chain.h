#pragma once
/// The server's side of the journal: which row of the protocol's table a record meets, and what follows.
///
/// decide() is that table and nothing else: it asks a Lookup a few questions and changes nothing. receive()
/// runs a whole request through it on a Ledger, which the server writes over SQL and the simulation in
/// memory, so both keep exactly the same protocol.
///
/// A till's chain is kept per epoch. Its seats are the numbers 1, 2, 3 …; a fork makes a second line through
/// them, so seats are kept per branch. Branch 0 is the main one and always there, be it empty; others are
/// numbered in the order they began. Within a branch the seats from its first to its last are all held, by a
/// record or, on the main branch, by a gap. A record belongs to the first branch that holds seq − 1 with hash
/// `prev`; else to the first branch that ends at seq − 1 and takes any `prev`; else to the main one (but row
/// 4 is not told a till whose record before this one has come and is broken, on a branch longer than the main
/// one).
///
///  | the server sees                                | it does                      | result
/// 1| the same bytes kept already                    | nothing                      | duplicate
/// 2| another till than the token's, or another epoch| keeps it apart, no seat      | quarantined, wrong_till
///  | than the request's                             |                              |
/// 3| a right hash, its seat held by a gap or by an  | takes the seat, books        | accepted
///  | envelope with this id and a wrong hash         |                              |
/// 4| seq > last + 1                                 | stops                        | need_from = last + 1
/// 5| its id with another hash                       | keeps both, does not book    | conflict
/// 6| unreadable, wrong hash, cannot be booked       | keeps the bytes              | quarantined
/// 7| anything else                                  | books it                     | accepted
/// Rows 5 to 7 take the seat seq, and begin a branch where it is taken or `prev` does not fit; row 7 then
/// carries the flag fork.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/till/exchange.h"
#include "core/till/record.h"

namespace ringup::journal {

inline constexpr int main_branch = 0;

/// Who speaks, and what is known of them before the request is read.
struct Context {
  Id till;                       // the token's
  std::int64_t token_epoch = 1;  // the token's
  std::int64_t newest_epoch =
      1;  // the highest the server ever gave this till, or the token's if that is higher
  bool revoked = false;
  std::string generation;            // the server's
  std::int64_t durable_through = 0;  // for the request's epoch
};

/// Where a record sits in the chain.
struct SeatNumber {
  int branch = main_branch;
  std::int64_t seq = 1;
  bool operator==(const SeatNumber&) const = default;
};

struct Seat {
  enum class Holder : std::uint8_t { nobody, gap, record };
  Holder holder = Holder::nobody;
  // The rest only where a record holds it.
  std::optional<Id> id;             // as far as it can be read
  std::optional<std::string> hash;  // as stated; none: any `prev` fits next
  bool right_hash = false;
};

/// A record that is kept already.
struct Kept {
  std::optional<Id> id;
  std::optional<std::string> hash;  // as stated
  bool right_hash = false;
  bool apart = false;                 // by row 2: of another till or epoch than the one that spoke
  std::int64_t epoch = 1;             // the request's epoch under which it came
  std::optional<std::int64_t> seq;    // as far as it can be read
  std::optional<SeatNumber> seat;     // none: kept apart, no number, or it had to give up its seat
  Outcome first = Outcome::accepted;  // accepted, quarantined or conflict
  Flags flags;                        // as they were told
  std::optional<Id> sale;
};

/// Questions about what is kept for one till (records by id and by digest: for its whole tenant).
/// Each answer must see what receive() wrote before in the same request. A failure ends the request.
class Lookup {
 public:
  virtual ~Lookup() = default;
  /// The record kept under this digest (see digest_in); one that is not apart before one that is.
  virtual Result<std::optional<Kept>> with_digest(std::string_view digest) = 0;
  /// All records kept with this id that are not apart: none, one, or several after a conflict.
  virtual Result<std::vector<Kept>> with_id(const Id& id) = 0;
  /// Who holds a seat.
  virtual Result<Seat> seat(std::int64_t epoch, SeatNumber number) = 0;
  /// The first branch whose seat `seq` is held by a record that states `hash`.
  virtual Result<std::optional<int>> branch_holding(std::int64_t epoch, std::int64_t seq,
                                                    std::string_view hash) = 0;
  /// The branches whose last seat is `seq`, in their order.
  virtual Result<std::vector<int>> branches_ending_at(std::int64_t epoch, std::int64_t seq) = 0;
  /// Last seat held in a branch, by a record or a gap; 0 where there is none.
  virtual Result<std::int64_t> last(std::int64_t epoch, int branch) = 0;
  /// The number the next new branch gets: 1 where there is only the main one.
  virtual Result<int> next_branch(std::int64_t epoch) = 0;
};

struct Decision {
  int row = 0;  // 1 to 7
  /// Not for row 4.
  std::optional<Outcome> result;
  Flags flags;  // fork, wrong_till, revoked_till; those of business come from booking
  /// The seat it takes (rows 3, 5, 6, 7). None: its number cannot be read.
  std::optional<SeatNumber> seat;
  /// The seat begins a branch.
  bool new_branch = false;
  /// Who held the seat until now: nobody, a gap (which is split around it), or an envelope with this id and a
  /// wrong hash (which stays kept, without a seat).
  Seat::Holder takes_over = Seat::Holder::nobody;
  bool apart = false;                     // row 2
  std::optional<std::int64_t> need_from;  // row 4
  std::optional<Kept> kept;               // row 1: what it was told the first time
};

/// Finds the row. `bookable` false: booking was tried and failed, so that row 3 and row 7 become row 6.
/// `before`: the seat of the record just before this one in the request; it decides only where `prev` cannot
/// be read.
Result<Decision> decide(const Context&, std::int64_t request_epoch, const Envelope&, Lookup&,
                        bool bookable = true, std::optional<SeatNumber> before = std::nullopt);

/// What booking found out.
struct Booked {
  Flags flags;  // of business: price_differs, stock_below_zero, …
  std::optional<Id> sale;
};

/// A Lookup that can also be written. One transaction around receive(); its commit, with full sync, before
/// the answer leaves.
class Ledger : public Lookup {
 public:
  /// Holds the seats from..to of the main branch, which ends at from − 1, by a gap; makes a report.
  virtual Result<void> add_gap(std::int64_t epoch, std::int64_t from, std::int64_t to) = 0;
  /// Keeps a record that will not be booked (rows 2, 5, 6) under `digest`, with `decision.seat` and what
  /// decision.takes_over says, and `decision.flags`; makes a task.
  virtual Result<void> keep(std::int64_t request_epoch, const Envelope&, const std::string& digest,
                            const Decision& decision) = 0;
  /// Keeps and books a record (rows 3, 7; envelope.record is there), all or nothing: a savepoint around it.
  /// The flags kept with it are decision.flags and those of business; each makes a task.
  /// storage and busy end the request with nothing booked; any other failure means that the record cannot be
  /// booked (its body is not understood, an invariant forbids it) and quarantines it.
  virtual Result<Booked> book(const Request&, const Envelope&, const std::string& digest,
                              const Decision& decision) = 0;
};

/// Runs a request: books the gap before have_from, then record by record until the end or row 4.
/// forbidden where the request's epoch is later than the token's; the failures of the ledger. On failure the
/// caller rolls everything back.
Result<Answer> receive(const Context&, const Request&, Ledger&);

/// Gives a number to records whose own cannot be read, where the numbers around them in the request leave a
/// hole of exactly their size. receive() does it by itself.
std::vector<Envelope> with_inferred_numbers(std::vector<Envelope> records);

}  // namespace ringup::journal
