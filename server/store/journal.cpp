#include "server/store/journal.h"

#include "core/base/time.h"
#include "core/till/task_kinds.h"
#include "server/store/tasks.h"

namespace ringup::store {

using journal::Decision;
using journal::Envelope;
using journal::Flag;
using journal::Flags;
using journal::Kept;
using journal::Seat;

namespace {

constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
constexpr std::size_t hash_bytes = 32;

/// Hashes and digests are stored as their 32 bytes.
std::string bytes_of_hex(std::string_view hex) {
  std::string bytes(hash_bytes, '\0');
  if (!from_hex(hex, reinterpret_cast<std::uint8_t*>(bytes.data()), hash_bytes)) return {};
  return bytes;
}
std::string hex_of(std::span<const std::uint8_t> bytes) {
  return to_hex(bytes.data(), bytes.size());
}
std::span<const std::uint8_t> blob(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}
std::optional<std::span<const std::uint8_t>> blob_or_null(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  return blob(bytes);
}

#define KEPT_COLUMNS \
  "SELECT id, hash, right_hash, apart, epoch, seq, branch, result, flags, kind FROM journal_record"

Kept kept_of(const Row& row) {
  Kept kept;
  if (!row.is_null(0)) kept.id = row.id(0);
  if (!row.is_null(1)) kept.hash = hex_of(row.bytes(1));
  kept.right_hash = row.integer(2) != 0;
  kept.apart = row.integer(3) != 0;
  kept.epoch = row.integer(4);
  if (!row.is_null(5)) kept.seq = row.integer(5);
  if (!row.is_null(6)) kept.seat = {static_cast<int>(row.integer(6)), row.integer(5)};
  kept.first = journal::outcome_of(row.text(7)).value_or(journal::Outcome::quarantined);
  kept.flags = Flags(static_cast<std::uint32_t>(row.integer(8)));
  const std::string_view kind = row.text(9);
  if (kept.first == journal::Outcome::accepted && (kind == "sale" || kind == "refund")) kept.sale = kept.id;
  return kept;
}

/// The bytes of this record are named by its id and hash alone.
bool is_named(const Envelope& envelope) {
  return envelope.right_hash && envelope.id && !envelope.digest_needs_seat;
}

}  // namespace

JournalLedger::JournalLedger(Database& db, const Till& till, std::string_view currency,
                             const journal::Request& request, const std::vector<ReadBody>& bodies,
                             std::int64_t now_us, Guards guards)
    : db_(db),
      till_(till),
      request_(request),
      bodies_(bodies),
      now_us_(now_us),
      guards_(guards),
      booker_(db, till, currency, now_us) {
  ASSERT(bodies.size() == request.records.size());
  for (std::size_t i = 0; i < request.records.size(); ++i) {
    if (is_named(request.records[i])) places_.emplace(request.records[i].digest, i);
  }
}

Result<JournalLedger::Branches*> JournalLedger::branches(std::int64_t epoch) {
  const auto found = branches_.find(epoch);
  if (found != branches_.end()) return &found->second;
  Branches read;
  read[journal::main_branch];  // always there, be it empty
  TRY(db_.query(
      "SELECT branch, last, last_hash, last_day FROM journal_branch WHERE till = $1 AND epoch = $2",
      [&](const Row& row) {
        const std::span<const std::uint8_t> hash = row.bytes(2);
        read[static_cast<int>(row.integer(0))] = {row.integer(1), std::string(hash.begin(), hash.end()),
                                                  row.integer(3), true, false};
      },
      till_.id, epoch));
  return &branches_.emplace(epoch, std::move(read)).first->second;
}

Result<std::optional<Kept>> JournalLedger::with_digest(std::string_view digest) {
  std::optional<Kept> found;
  const auto take = [&](Kept kept) {
    if (!found || (found->apart && !kept.apart)) found = std::move(kept);
  };
  if (const auto place = places_.find(digest); place != places_.end()) {
    const Id id = *request_.records[place->second].id;
    for (const Kept& kept : TRY(with_id(id))) {
      if (kept.right_hash && kept.hash == digest) take(kept);
    }
    if (found) return found;
    // One that came before under another till or epoch's name was kept apart.
    TRY(db_.query(
        KEPT_COLUMNS " WHERE tenant = $1 AND id = $2 AND apart = 1 AND right_hash = 1",
        [&](const Row& row) {
          Kept kept = kept_of(row);
          if (kept.hash == digest) take(std::move(kept));
        },
        till_.tenant, id));
    return found;
  }
  const std::string bytes = bytes_of_hex(digest);
  TRY(db_.query(
      KEPT_COLUMNS " WHERE tenant = $1 AND digest = $2", [&](const Row& row) { take(kept_of(row)); },
      till_.tenant, blob(bytes)));
  return found;
}

Result<std::vector<Kept>> JournalLedger::with_id(const Id& id) {
  if (last_id_ && last_id_->first == id) return last_id_->second;
  std::vector<Kept> all;
  TRY(db_.query(
      KEPT_COLUMNS " WHERE tenant = $1 AND id = $2 AND apart = 0 ORDER BY number",
      [&](const Row& row) { all.push_back(kept_of(row)); }, till_.tenant, id));
  last_id_ = {id, all};
  return all;
}

Result<Seat> JournalLedger::seat(std::int64_t epoch, journal::SeatNumber number) {
  Seat seat;
  const Branches& known = *TRY(branches(epoch));
  const auto branch = known.find(number.branch);
  if (branch == known.end() || number.seq > branch->second.last) return seat;
  TRY(db_.query(
      "SELECT id, hash, right_hash FROM journal_record WHERE till = $1 AND epoch = $2 AND seq = $3 AND "
      "branch = $4",
      [&](const Row& row) {
        seat.holder = Seat::Holder::record;
        if (!row.is_null(0)) seat.id = row.id(0);
        if (!row.is_null(1)) seat.hash = hex_of(row.bytes(1));
        seat.right_hash = row.integer(2) != 0;
      },
      till_.id, epoch, number.seq, number.branch));
  if (seat.holder != Seat::Holder::nobody || number.branch != journal::main_branch) return seat;
  const std::int64_t in_gap = TRY(
      db_.integer("SELECT 1 FROM journal_gap WHERE till = $1 AND epoch = $2 AND first <= $3 AND last >= $3",
                  0, till_.id, epoch, number.seq));
  if (in_gap != 0) seat.holder = Seat::Holder::gap;
  return seat;
}

Result<std::optional<int>> JournalLedger::branch_holding(std::int64_t epoch, std::int64_t seq,
                                                         std::string_view hash) {
  const Branches& known = *TRY(branches(epoch));
  const std::string bytes = bytes_of_hex(hash);
  // The common case: it is the last record of the main branch, of which all is known already.
  const Branch& main = known.at(journal::main_branch);
  if (seq == main.last && !bytes.empty() && main.last_hash == bytes)
    return std::optional<int>(journal::main_branch);
  if (known.size() == 1 && seq >= main.last) return std::optional<int>();
  return db_.first(
      "SELECT branch FROM journal_record WHERE till = $1 AND epoch = $2 AND seq = $3 AND hash = $4"
      " AND branch IS NOT NULL ORDER BY branch LIMIT 1",
      [](const Row& row) { return static_cast<int>(row.integer(0)); }, till_.id, epoch, seq, blob(bytes));
}

Result<std::vector<int>> JournalLedger::branches_ending_at(std::int64_t epoch, std::int64_t seq) {
  std::vector<int> ending;
  for (const auto& [branch, state] : *TRY(branches(epoch))) {
    if (state.last == seq) ending.push_back(branch);
  }
  return ending;
}

Result<std::int64_t> JournalLedger::last(std::int64_t epoch, int branch) {
  const Branches& known = *TRY(branches(epoch));
  const auto found = known.find(branch);
  return found == known.end() ? 0 : found->second.last;
}

Result<int> JournalLedger::next_branch(std::int64_t epoch) {
  return TRY(branches(epoch))->rbegin()->first + 1;
}

Result<void> JournalLedger::add_gap(std::int64_t epoch, std::int64_t from, std::int64_t to) {
  TRY(db_.run("INSERT INTO journal_gap (till, epoch, first, last) VALUES ($1, $2, $3, $4)", till_.id, epoch,
              from, to));
  TRY(add_task(db_, till_.tenant, journal::task_gap, till_.id,
               "Till " + till_.name + ": records " + std::to_string(from) + " to " + std::to_string(to) +
                   " of epoch " + std::to_string(epoch) + " are gone at the till.",
               now_us_));
  Decision at;
  at.seat = journal::SeatNumber{journal::main_branch, to};
  return grow(epoch, at, {});
}

/// Makes the seat free: splits the gap that held it, or takes it from the unreadable record.
Result<void> JournalLedger::take_over(std::int64_t epoch, const Decision& decision) {
  if (decision.takes_over == Seat::Holder::record) {
    TRY(
        db_.run("UPDATE journal_record SET branch = NULL WHERE till = $1 AND epoch = $2 AND seq = $3"
                " AND branch = $4",
                till_.id, epoch, decision.seat->seq, decision.seat->branch));
  } else if (decision.takes_over == Seat::Holder::gap) {
    const std::int64_t seq = decision.seat->seq;
    const auto gap = TRY(db_.first(
        "DELETE FROM journal_gap WHERE till = $1 AND epoch = $2 AND first <= $3 AND last >= $3"
        " RETURNING first, last",
        [](const Row& row) { return std::pair(row.integer(0), row.integer(1)); }, till_.id, epoch, seq));
    ASSERT(gap.has_value());
    for (const auto& [first, last] : {std::pair(gap->first, seq - 1), std::pair(seq + 1, gap->second)}) {
      if (first > last) continue;
      TRY(db_.run("INSERT INTO journal_gap (till, epoch, first, last) VALUES ($1, $2, $3, $4)", till_.id,
                  epoch, first, last));
    }
  }
  return {};
}

Result<void> JournalLedger::grow(std::int64_t epoch, const Decision& decision, const std::string& hash) {
  if (!decision.seat) return {};
  Branch& branch = (*TRY(branches(epoch)))[decision.seat->branch];
  if (decision.seat->seq < branch.last) return {};
  const std::int64_t today = now_us_ / day_us;
  if (branch.stored && branch.last_day < today && decision.seat->branch == journal::main_branch) {
    TRY(
        db_.run("INSERT INTO journal_day (till, epoch, day, through) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (till, epoch, day) DO UPDATE SET through = excluded.through",
                till_.id, epoch, branch.last_day, branch.last));
  }
  branch.last = decision.seat->seq;
  branch.last_hash = hash;
  branch.last_day = std::max(branch.last_day, today);
  branch.changed = true;
  return {};
}

Result<void> JournalLedger::finish() {
  for (auto& [epoch, known] : branches_) {
    for (auto& [number, branch] : known) {
      if (!branch.changed) continue;
      TRY(
          db_.run("INSERT INTO journal_branch (till, epoch, branch, last, last_hash, last_day)"
                  " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (till, epoch, branch) DO UPDATE SET"
                  " last = excluded.last, last_hash = excluded.last_hash, last_day = excluded.last_day",
                  till_.id, epoch, number, branch.last, blob_or_null(branch.last_hash), branch.last_day));
      branch.stored = true;
      branch.changed = false;
    }
  }
  return {};
}

Result<void> JournalLedger::insert(std::int64_t epoch, const Envelope& envelope, const std::string& digest,
                                   const Decision& decision, Flags flags, bool booked) {
  const std::string hash = envelope.hash ? bytes_of_hex(*envelope.hash) : std::string();
  const std::string name = is_named(envelope) ? std::string() : bytes_of_hex(digest);
  std::optional<std::int64_t> branch, seq = envelope.seq;
  if (decision.seat) branch = decision.seat->branch, seq = decision.seat->seq;
  std::optional<std::string_view> kind;
  if (envelope.record) kind = journal::kind_name(envelope.record->kind);
  TRY(db_.run(
      "INSERT INTO journal_record (tenant, till, epoch, seq, branch, id, kind, hash, digest, right_hash,"
      " apart, result, booked, flags, received_at, raw) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
      " $11, $12, $13, $14, $15, $16)",
      till_.tenant, till_.id, epoch, seq, branch, envelope.id, kind, blob_or_null(hash), blob_or_null(name),
      envelope.right_hash, decision.apart,
      journal::outcome_name(decision.result.value_or(journal::Outcome::quarantined)), booked,
      static_cast<std::int64_t>(flags.bits()), now_us_, blob(envelope.raw)));
  last_id_.reset();
  return {};
}

Result<void> JournalLedger::keep(std::int64_t request_epoch, const Envelope& envelope,
                                 const std::string& digest, const Decision& decision) {
  if (decision.seat) TRY(take_over(request_epoch, decision));
  TRY(insert(request_epoch, envelope, digest, decision, decision.flags, false));
  TRY(grow(request_epoch, decision, envelope.hash ? bytes_of_hex(*envelope.hash) : std::string()));
  std::string detail = "Till " + till_.name;
  if (envelope.seq) detail += ", record " + std::to_string(*envelope.seq);
  detail +=
      decision.result == journal::Outcome::conflict
          ? ": another record with the same id is kept already."
          : ": " + (envelope.record ? std::string("it could not be booked.") : describe(envelope.failure));
  TRY(add_task(db_, till_.tenant,
               journal::outcome_name(decision.result.value_or(journal::Outcome::quarantined)),
               subject_of(envelope), detail, now_us_));
  return add_flag_tasks(envelope, decision.flags);
}

Result<Flags> JournalLedger::book_in_savepoint(std::int64_t epoch, const Envelope& envelope,
                                               const std::string& digest, const Decision& decision) {
  static const ReadBody unread{{}, fail(Error::invalid_value, "body"), {}};
  const auto place = places_.find(envelope.digest);
  const ReadBody& body = place == places_.end() ? unread : bodies_[place->second];
  Flags flags = decision.flags;
  if (journal::clock_is_off(request_.sent_at, now_us_ / 1000) || journal::clock_was_off(*envelope.record))
    flags.add(Flag::clock_off);
  flags = TRY(booker_.book(*envelope.record, body, flags));
  TRY(take_over(epoch, decision));
  TRY(insert(epoch, envelope, digest, decision, flags, true));
  return flags;
}

Result<journal::Booked> JournalLedger::book(const journal::Request& request, const Envelope& envelope,
                                            const std::string& digest, const Decision& decision) {
  const bool guarded = guards_ == Guards::each;
  if (guarded) TRY(db_.run("SAVEPOINT record"));
  Result<Flags> flags = book_in_savepoint(request.epoch, envelope, digest, decision);
  if (!flags.ok()) {
    const Error error = flags.error();
    // The disk's trouble is not the record's: all of the request is taken back by whoever runs the job.
    if (error == Error::storage || error == Error::busy) return flags.failure();
    if (error == Error::damaged) return fail(Error::storage, {}, flags.failure().detail);
    if (!guarded) {
      wants_guards_ = true;
      return fail(Error::busy, {}, "A booking failed; the request is run again, record by record.");
    }
    TRY(db_.run("ROLLBACK TO record"));
    TRY(db_.run("RELEASE record"));
    return flags.failure();
  }
  if (guarded) TRY(db_.run("RELEASE record"));
  TRY(grow(request.epoch, decision, bytes_of_hex(*envelope.hash)));
  TRY(add_flag_tasks(envelope, *flags));
  journal::Booked booked{*flags, {}};
  const journal::Kind kind = envelope.record->kind;
  if (kind == journal::Kind::sale || kind == journal::Kind::refund) booked.sale = envelope.record->id;
  return booked;
}

Result<void> JournalLedger::add_flag_tasks(const Envelope& envelope, Flags flags) {
  if (flags.empty()) return {};
  for (int i = 0; i < journal::flag_count; ++i) {
    const Flag flag = static_cast<Flag>(i);
    // Stock's task is about the product; booking made it.
    if (!flags.has(flag) || flag == Flag::stock_below_zero) continue;
    const bool of_till = flag == Flag::clock_off || flag == Flag::revoked_till;
    std::string detail = "Till " + till_.name;
    if (envelope.seq && !of_till) detail += ", record " + std::to_string(*envelope.seq);
    if (flag == Flag::clock_off && envelope.record && journal::clock_was_off(*envelope.record))
      detail += ": it recorded something as of " + to_rfc3339(envelope.record->at * 1000).substr(0, 10) + ".";
    else if (flag == Flag::clock_off && request_.sent_at)
      detail += ": its clock was " + journal::clock_words(*request_.sent_at, now_us_ / 1000) + " as it sent.";
    if (envelope.record && !of_till && !booker_.detail().empty()) detail += ": " + booker_.detail();
    TRY(add_task(db_, till_.tenant, journal::flag_name(flag), of_till ? till_.id : subject_of(envelope),
                 detail, now_us_));
  }
  return {};
}

Result<std::int64_t> durable_through(Database& db, const Id& till, std::int64_t epoch, std::int64_t now_us) {
  const std::int64_t before_day = now_us / day_us - durable_days;
  const std::int64_t whole = TRY(db.integer(
      "SELECT last FROM journal_branch WHERE till = $1 AND epoch = $2 AND branch = 0 AND last_day < $3", 0,
      till, epoch, before_day));
  if (whole > 0) return whole;
  return db.integer(
      "SELECT through FROM journal_day WHERE till = $1 AND epoch = $2 AND day < $3 ORDER BY day DESC LIMIT 1",
      0, till, epoch, before_day);
}

Result<std::vector<Unbooked>> unbooked_records(Database& db, std::int64_t after, std::int64_t limit) {
  std::vector<Unbooked> records;
  TRY(db.query(
      "SELECT number, till, raw FROM journal_record WHERE booked = 0 AND number > $1 AND branch IS NOT NULL"
      " AND result = 'quarantined' ORDER BY number LIMIT $2",
      [&](const Row& row) {
        const std::span<const std::uint8_t> raw = row.bytes(2);
        records.push_back({row.integer(0), row.id(1), std::string(raw.begin(), raw.end())});
      },
      after, limit));
  return records;
}

Result<void> book_again(Database& db, const Unbooked& unbooked, const Till& till, std::string_view currency,
                        const journal::Record& record, const ReadBody& body, std::int64_t now_us) {
  const std::int64_t booked =
      TRY(db.integer("SELECT count(*) FROM journal_record WHERE tenant = $1 AND id = $2 AND booked = 1", 0,
                     till.tenant, record.id));
  if (booked > 0) return fail(Error::conflict, "id", "A record with this id is booked already.");
  Booker booker(db, till, currency, now_us);
  const Flags flags = TRY(booker.book(record, body, {}));
  TRY(db.run("UPDATE journal_record SET booked = 1, kind = $2, flags = flags | $3 WHERE number = $1",
             unbooked.number, journal::kind_name(record.kind), static_cast<std::int64_t>(flags.bits())));
  return end_task(db, till.tenant, "quarantined", record.id, now_us);
}

Result<std::string> booked_record(Database& db, const Id& tenant, const Id& id) {
  auto found = TRY(db.first(
      "SELECT raw FROM journal_record WHERE tenant = $1 AND id = $2 AND booked = 1",
      [](const Row& row) {
        const std::span<const std::uint8_t> raw = row.bytes(0);
        return std::string(raw.begin(), raw.end());
      },
      tenant, id));
  if (!found) return Error::not_found;
  return std::move(*found);
}

}  // namespace ringup::store
