#include "server/store/verify.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/till/chain.h"
#include "server/store/booking.h"
#include "server/store/verify_rows.h"
#include "server/store/verify_sums.h"

namespace ringup::store {

using journal::Envelope;
using journal::Kind;
using journal::Record;

namespace {

/// A row of journal_record, with the till's series for messages.
struct Kept {
  std::int64_t number = 0, epoch = 0;
  Id tenant, till;
  std::string series;
  std::optional<std::int64_t> seq, branch;
  std::string id, hash, digest;  // bytes as stored; empty: NULL
  bool right_hash = false, booked = false;
  std::string result, raw;
  journal::Flags flags;
};

std::string bytes_of(const Row& row, int column) {
  const std::span<const std::uint8_t> bytes = row.bytes(column);
  return {bytes.begin(), bytes.end()};
}
std::string hex(const std::string& bytes) {
  return to_hex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}
std::string id_bytes(const std::optional<Id>& id) {
  return id ? std::string(id->bytes.begin(), id->bytes.end()) : std::string();
}

#define KEPT                                                                                               \
  "SELECT r.number, r.epoch, r.tenant, r.till, coalesce(t.series, '?'), r.seq, r.branch, r.id, r.hash,"    \
  " r.digest, r.right_hash, r.booked, r.result, r.raw, r.flags FROM journal_record r LEFT JOIN till t ON " \
  "t.id = r.till"

Kept kept_of(const Row& row) {
  Kept kept;
  kept.number = row.integer(0);
  kept.epoch = row.integer(1);
  kept.tenant = row.id(2);
  kept.till = row.id(3);
  kept.series = row.string(4);
  if (!row.is_null(5)) kept.seq = row.integer(5);
  if (!row.is_null(6)) kept.branch = row.integer(6);
  kept.id = bytes_of(row, 7);
  kept.hash = bytes_of(row, 8);
  kept.digest = bytes_of(row, 9);
  kept.right_hash = row.integer(10) != 0;
  kept.booked = row.integer(11) != 0;
  kept.result = row.string(12);
  kept.raw = bytes_of(row, 13);
  kept.flags = journal::Flags(static_cast<std::uint32_t>(row.integer(14)));
  return kept;
}

class Verifier {
 public:
  explicit Verifier(Database& db) : db_(db) {}
  Result<VerifyReport> run();

 private:
  struct End {
    std::int64_t seq = 0, number = 0;
    std::string hash;  // empty: any prev fits next
  };

  static std::string name_of(const Kept& kept) {
    std::string name = "till " + kept.series + ", epoch " + std::to_string(kept.epoch) + ", record " +
                       (kept.seq ? std::to_string(*kept.seq) : std::string("without a number"));
    if (kept.id.size() == 16) {
      Id id;
      std::copy(kept.id.begin(), kept.id.end(), id.bytes.begin());
      name += " (" + to_string(id) + ")";
    }
    return name;
  }
  void problem(const Kept& kept, const std::string& words) {
    report_.problems.push_back(name_of(kept) + ": " + words);
  }

  Result<void> check_file();
  Result<void> begin_epoch(const Kept& kept);
  Result<void> check_empty_epochs();
  Result<void> end_epoch();
  Result<void> take(const Kept& kept);
  void check_bytes(const Kept& kept, const Envelope& envelope);
  void check_chain(const Kept& kept, const Envelope& envelope);
  Result<void> check_sale(const Kept& kept, const Record& record);
  Result<void> check_void(const Kept& kept, const Record& record);
  Result<void> check_voided();
  Result<void> check_orphans();
  std::int64_t after_gaps(std::int64_t seq) const;

  Database& db_;
  VerifyReport report_;
  // Of the till and epoch that is being walked:
  std::optional<Kept> current_;  // without its bytes
  std::map<std::int64_t, End> ends_;
  std::vector<std::pair<std::int64_t, std::int64_t>> gaps_;
  /// Records on a branch that do not follow the one before them, by their number of arrival. Where one behind
  /// them turns out to be older, they filled a gap.
  struct Doubt {
    std::int64_t branch = 0, number = 0;
    std::string words;
  };
  std::vector<Doubt> doubts_;
};

/// What SQLite itself finds wrong, before anything is believed that it reads.
Result<void> Verifier::check_file() {
  std::string found;
  TRY(db_.query("PRAGMA quick_check(1)", [&](const Row& row) { found = row.string(0); }));
  if (found == "ok") return {};
  for (char& c : found) c = c == '\n' ? ' ' : c;
  return fail(Error::damaged, {}, "The database is damaged: " + found);
}

Result<VerifyReport> Verifier::run() {
  TRY(db_.script("BEGIN"));
  TRY(check_file());
  report_.tills = TRY(db_.integer("SELECT count(*) FROM till", 0));
  Result<void> taken;
  // In the order of the seats' index; branches side by side.
  TRY(db_.query(KEPT " WHERE r.branch IS NOT NULL ORDER BY r.till, r.epoch, r.seq, r.branch",
                [&](const Row& row) { return (taken = take(kept_of(row))).ok(); }));
  TRY(taken);
  TRY(end_epoch());
  TRY(check_empty_epochs());
  TRY(db_.query(KEPT " WHERE r.branch IS NULL ORDER BY r.number", [&](const Row& row) {
    const Kept kept = kept_of(row);
    ++report_.records;
    check_bytes(kept, journal::read_envelope(kept.raw));
    report_.notes.push_back(name_of(kept) + ": " + kept.result + ", without a seat");
  }));
  TRY(check_voided());
  TRY(check_orphans());
  for (std::string& words : TRY(drawer_orphans(db_))) report_.problems.push_back(std::move(words));
  for (std::string& words : TRY(wrong_levels(db_))) report_.problems.push_back(std::move(words));
  TRY(verify_sums(db_, report_.problems));
  TRY(db_.script("COMMIT"));
  return std::move(report_);
}

Result<void> Verifier::begin_epoch(const Kept& kept) {
  TRY(end_epoch());
  current_ = kept;
  current_->raw.clear();
  ends_.clear();
  gaps_.clear();
  TRY(db_.query(
      "SELECT first, last FROM journal_gap WHERE till = $1 AND epoch = $2 ORDER BY first",
      [&](const Row& row) { gaps_.emplace_back(row.integer(0), row.integer(1)); }, kept.till, kept.epoch));
  for (const auto& [first, last] : gaps_) {
    report_.notes.push_back("till " + kept.series + ", epoch " + std::to_string(kept.epoch) +
                            ": gap, records " + std::to_string(first) + " to " + std::to_string(last) +
                            " are gone at the till");
  }
  return {};
}

/// The last seat that gaps fill without a break behind `seq`, or `seq` itself.
std::int64_t Verifier::after_gaps(std::int64_t seq) const {
  for (const auto& [first, last] : gaps_) {
    if (first <= seq + 1 && seq < last) seq = last;
  }
  return seq;
}

/// Each branch ends where the server said it does.
Result<void> Verifier::end_epoch() {
  if (!current_) return {};
  for (Doubt& doubt : doubts_) report_.problems.push_back(std::move(doubt.words));
  doubts_.clear();
  const std::string name = "till " + current_->series + ", epoch " + std::to_string(current_->epoch);
  std::set<std::int64_t> noted;
  TRY(db_.query(
      "SELECT branch, last, last_hash FROM journal_branch WHERE till = $1 AND epoch = $2",
      [&](const Row& row) {
        const std::int64_t last = row.integer(1);
        noted.insert(row.integer(0));
        const End& end = ends_[row.integer(0)];
        const bool main = row.integer(0) == journal::main_branch;
        if (end.seq != last && !(main && after_gaps(end.seq) == last)) {
          report_.problems.push_back(name + ": the records after " + std::to_string(end.seq) + " up to " +
                                     std::to_string(last) + " are missing");
        } else if (end.seq == last && end.hash != bytes_of(row, 2)) {
          report_.problems.push_back(name + ": the chain does not end with the hash it was left with");
        }
      },
      current_->till, current_->epoch));
  for (const auto& [branch, end] : ends_) {
    if (!noted.contains(branch)) {
      report_.problems.push_back(name + ": nothing says any more where its records end; found up to " +
                                 std::to_string(end.seq));
    }
  }
  current_.reset();
  return {};
}

/// Epochs of which the server knows how far they came, and has no record any more.
Result<void> Verifier::check_empty_epochs() {
  std::vector<Kept> empty;
  TRY(db_.query(
      "SELECT e.till, e.epoch, coalesce(t.series, '?') FROM"
      " (SELECT till, epoch FROM journal_branch UNION SELECT till, epoch FROM journal_day"
      "  UNION SELECT till, epoch FROM journal_gap) e LEFT JOIN till t ON t.id = e.till"
      " WHERE NOT EXISTS (SELECT 1 FROM journal_record r WHERE r.till = e.till AND r.epoch = e.epoch"
      " AND r.branch IS NOT NULL)",
      [&](const Row& row) {
        Kept kept;
        kept.till = row.id(0);
        kept.epoch = row.integer(1);
        kept.series = row.string(2);
        empty.push_back(std::move(kept));
      }));
  for (const Kept& epoch : empty) {
    TRY(begin_epoch(epoch));
    TRY(end_epoch());
  }
  // The days' marks stand beside the ends: one of the two alone does not vanish unseen.
  return db_.query(
      "SELECT coalesce(t.series, '?'), d.epoch, max(d.through), coalesce(b.last, 0) FROM journal_day d"
      " LEFT JOIN till t ON t.id = d.till LEFT JOIN journal_branch b ON b.till = d.till AND"
      " b.epoch = d.epoch AND b.branch = 0 GROUP BY d.till, d.epoch"
      " HAVING max(d.through) > coalesce(b.last, 0)",
      [&](const Row& row) {
        report_.problems.push_back("till " + row.string(0) + ", epoch " + std::to_string(row.integer(1)) +
                                   ": it had come to record " + std::to_string(row.integer(2)) +
                                   ", and now ends at " + std::to_string(row.integer(3)));
      });
}

Result<void> Verifier::take(const Kept& kept) {
  if (!current_ || current_->till != kept.till || current_->epoch != kept.epoch) TRY(begin_epoch(kept));
  ++report_.records;
  const Envelope envelope = journal::read_envelope(kept.raw);
  check_bytes(kept, envelope);
  check_chain(kept, envelope);
  if (!kept.booked) report_.notes.push_back(name_of(kept) + ": " + kept.result);
  if (kept.booked && envelope.record &&
      (envelope.record->kind == Kind::sale || envelope.record->kind == Kind::refund)) {
    ++report_.sales;
    TRY(check_sale(kept, *envelope.record));
  }
  if (kept.booked && envelope.record && envelope.record->kind == Kind::void_sale)
    TRY(check_void(kept, *envelope.record));
  if (kept.booked && envelope.record) {
    const std::string words =
        TRY(check_drawer(db_, kept.tenant, *envelope.record, kept.flags.has(journal::Flag::shift_closed)));
    if (!words.empty()) problem(kept, words);
  }
  return {};
}

void Verifier::check_bytes(const Kept& kept, const Envelope& read) {
  if (kept.digest.empty()) {  // named by its id and hash
    if (!read.right_hash || hex(kept.hash) != read.digest || kept.id != id_bytes(read.id) ||
        kept.seq != read.seq)
      return problem(kept, "its bytes were changed");
    if (kept.booked && !read.record) problem(kept, "it is booked, but its bytes are not understood");
    return;
  }
  if (journal::digest_in(read, kept.till, kept.epoch) == hex(kept.digest)) return;
  // The sender said its number, or its neighbours did.
  Envelope placed = read;
  placed.seq = kept.seq;
  placed.digest_needs_seat = true;
  if (journal::digest_in(placed, kept.till, kept.epoch) != hex(kept.digest))
    problem(kept, "its bytes were changed");
}

void Verifier::check_chain(const Kept& kept, const Envelope& envelope) {
  const std::int64_t seq = kept.seq.value_or(0);
  const bool main = *kept.branch == journal::main_branch;
  const auto found = ends_.find(*kept.branch);
  const bool begins = found == ends_.end();
  if (begins && !main) {
    report_.notes.push_back(name_of(kept) + ": a fork begins here");
  } else {
    const End before = begins ? End{0, 0, std::string(32, '\0')} : found->second;
    bool after_gap = false;
    for (std::int64_t next = before.seq + 1; next < seq;) {
      const auto gap = std::find_if(gaps_.begin(), gaps_.end(),
                                    [&](const auto& g) { return g.first <= next && next <= g.second; });
      if (!main || gap == gaps_.end()) {
        problem(kept, "the record before it, " + std::to_string(next) + ", is missing");
        after_gap = true;
        break;
      }
      after_gap = true;
      next = gap->second + 1;
    }
    // A record that came later than one behind it filled a gap, where any prev fits on both sides.
    const bool filled = before.number > kept.number;
    std::erase_if(doubts_, [&](const Doubt& doubt) {
      return doubt.branch == *kept.branch && doubt.number > kept.number;
    });
    if (!after_gap && !filled && !before.hash.empty() && envelope.prev && *envelope.prev != hex(before.hash))
      doubts_.push_back(
          {*kept.branch, kept.number, name_of(kept) + ": it does not follow the record before it"});
  }
  ends_[*kept.branch] = {seq, kept.number, kept.hash};
}

Result<void> Verifier::check_sale(const Kept& kept, const Record& record) {
  const ReadBody body = read_body(record);
  const Sale* sale = std::get_if<Sale>(&body.body);
  const Refund* refund = std::get_if<Refund>(&body.body);
  if (refund != nullptr) sale = &refund->body;
  if (sale == nullptr) return problem(kept, "it is booked, but its body is not understood"), Result<void>();
  const Amounts sums = TRY(sum_of(sale->lines));
  Amount rounding = 0;
  for (const Rounding& step : sale->roundings) rounding = TRY(add(rounding, step.amount));

  bool there = false, same = false;
  TRY(db_.query(
      "SELECT kind, refund_of, till, user, receipt, currency, net, tax, total, discount, rounding, change, "
      "sold_at, customer, shift, branch, (SELECT t.branch FROM till t WHERE t.id = sale.till)"
      " FROM sale WHERE tenant = $1 AND id = $2",
      [&](const Row& row) {
        there = true;
        if (row.integer(8) != sale->total) {
          return problem(kept, "its total is " + std::to_string(row.integer(8)) + ", the record says " +
                                   std::to_string(sale->total));
        }
        const Id of = refund != nullptr && refund->sale ? *refund->sale : Id{};
        same = row.text(0) == journal::kind_name(record.kind) && row.id(1) == of &&
               row.id(2) == record.till && row.id(3) == record.user && row.text(4) == sale->receipt &&
               row.text(5) == sale->currency.code() && row.integer(6) == sums.net &&
               row.integer(7) == sums.tax && row.integer(9) == sale->discount &&
               row.integer(10) == rounding && row.integer(11) == sale->change &&
               row.integer(12) / 1000 == record.at && row.id(13) == sale->customer.value_or(Id{}) &&
               row.id(14) == record.shift.value_or(Id{}) &&
               row.id(15) == row.id(16);  // a till stays at its branch
        if (!same) problem(kept, "its booking differs from the record");
      },
      kept.tenant, record.id));
  if (!there) problem(kept, "its booking is missing");
  if (!same) return {};

  std::size_t at = 0;
  TRY(db_.query(
      "SELECT line, product, sku, name, quantity, unit_price, tax_class, rate, discount, net, tax, gross"
      " FROM sale_line WHERE tenant = $1 AND sale = $2 ORDER BY line",
      [&](const Row& row) {
        if (at < sale->lines.size()) {
          const SaleLine& line = sale->lines[at];
          same = same && row.integer(0) == line.line && row.id(1) == line.product &&
                 row.text(2) == line.sku && row.text(3) == line.name &&
                 row.integer(4) == line.quantity.thousandths && row.integer(5) == line.unit_price.value &&
                 row.text(6) == line.tax_class && row.integer(7) == line.rate.ppm &&
                 row.integer(8) == line.discount && row.integer(9) == line.amounts.net &&
                 row.integer(10) == line.amounts.tax && row.integer(11) == line.amounts.gross;
        }
        ++at;
      },
      kept.tenant, record.id));
  if (!same || at != sale->lines.size()) problem(kept, "its booked lines differ from the record");

  same = true;
  at = 0;
  TRY(db_.query(
      "SELECT kind, amount, reference FROM sale_tender WHERE tenant = $1 AND sale = $2 ORDER BY position",
      [&](const Row& row) {
        if (at < sale->tenders.size()) {
          const Tender& tender = sale->tenders[at];
          same = same && row.text(0) == to_string(tender.kind) && row.integer(1) == tender.amount &&
                 row.text(2) == tender.reference;
        }
        ++at;
      },
      kept.tenant, record.id));
  if (!same || at != sale->tenders.size()) problem(kept, "its booked tenders differ from the record");
  return {};
}

/// A void that found its sale is noted there.
Result<void> Verifier::check_void(const Kept& kept, const Record& record) {
  const ReadBody body = read_body(record);
  const auto* named = std::get_if<journal::VoidBody>(&body.body);
  if (named == nullptr) return problem(kept, "it is booked, but its body is not understood"), Result<void>();
  if (kept.flags.has(journal::Flag::totals_differ)) return {};  // found none, or one voided before
  const auto voided_by = TRY(db_.first(
      "SELECT coalesce(voided_by, x'') FROM sale WHERE tenant = $1 AND id = $2",
      [](const Row& row) { return row.id(0); }, kept.tenant, named->sale));
  if (!voided_by || *voided_by != record.id)
    problem(kept, "the sale that it voids, " + to_string(named->sale) + ", is not voided by it");
  return {};
}

/// A sale is voided only by a void's record that names it.
Result<void> Verifier::check_voided() {
  return db_.query(
      "SELECT s.id, s.receipt, r.raw FROM sale s LEFT JOIN journal_record r ON r.tenant = s.tenant AND"
      " r.id = s.voided_by AND r.booked = 1 WHERE s.voided_by IS NOT NULL",
      [&](const Row& row) {
        const Envelope read = journal::read_envelope(bytes_of(row, 2));
        if (read.record && read.record->kind == Kind::void_sale) {
          const auto body = journal::read_void_body(read.record->body);
          if (body.ok() && body->sale == row.id(0)) return;
        }
        report_.problems.push_back("sale " + to_string(row.id(0)) + " (receipt " + row.string(1) +
                                   "): it is marked as voided, but no record voids it");
      });
}

/// Bookings that no record stands for.
Result<void> Verifier::check_orphans() {
  return db_.query(
      "SELECT s.id, s.receipt FROM sale s WHERE NOT EXISTS (SELECT 1 FROM journal_record r"
      " WHERE r.tenant = s.tenant AND r.id = s.id AND r.booked = 1 AND r.kind = s.kind)",
      [&](const Row& row) {
        report_.problems.push_back("sale " + to_string(row.id(0)) + " (receipt " + row.string(1) +
                                   "): no record stands for it");
      });
}

}  // namespace

Result<VerifyReport> verify_journals(Database& db) {
  return Verifier(db).run();
}

}  // namespace ringup::store
