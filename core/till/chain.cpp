#include "core/till/chain.h"

#include <algorithm>

namespace ringup::journal {
namespace {

/// The line of the chain a record belongs to, and whether its `prev` fits there.
struct Place {
  int branch = main_branch;
  bool fits = false;
};

bool takes_any_prev(const Seat& seat) {
  return seat.holder == Seat::Holder::gap || (seat.holder == Seat::Holder::record && !seat.hash);
}

/// Where the main branch ends below seq − 1, a record with no better place would be answered by row 4. But
/// the record before it may have come already and be broken, on another branch, so that nothing leads from
/// there to here: asking for it again would hold up the queue for ever. Such a record goes on from there as a
/// new branch.
Result<std::optional<Place>> place_behind_a_broken_one(std::int64_t epoch, const Envelope& envelope,
                                                       const std::vector<int>& ends, Lookup& lookup) {
  const std::int64_t before = *envelope.seq - 1;
  if (TRY(lookup.last(epoch, main_branch)) >= before) return std::optional<Place>();
  for (const int branch : ends) {
    if (!TRY(lookup.seat(epoch, {branch, before})).right_hash)
      return std::optional<Place>(Place{branch, false});
  }
  if (envelope.right_hash) return std::optional<Place>();
  // It is broken itself: then any branch that has come this far will do.
  const int branches = TRY(lookup.next_branch(epoch));
  for (int branch = main_branch + 1; branch < branches; ++branch) {
    const Seat seat = TRY(lookup.seat(epoch, {branch, before}));
    if (seat.holder != Seat::Holder::nobody) return std::optional<Place>(Place{branch, false});
  }
  return std::optional<Place>();
}

Result<Place> place_of(std::int64_t epoch, const Envelope& envelope, const std::optional<SeatNumber>& before,
                       Lookup& lookup) {
  const std::int64_t seq = *envelope.seq;
  const std::optional<std::string>& prev = envelope.prev;
  // Before the first seat lies no_hash, and only on the main branch.
  if (seq == 1) return Place{main_branch, !prev || *prev == no_hash};
  if (prev) {
    const std::optional<int> exact = TRY(lookup.branch_holding(epoch, seq - 1, *prev));
    if (exact) return Place{*exact, true};
  }
  const std::vector<int> ends = TRY(lookup.branches_ending_at(epoch, seq - 1));
  if (!prev) {
    // Nothing says where it belongs but its neighbour in the request.
    if (before && before->seq == seq - 1 && std::count(ends.begin(), ends.end(), before->branch) > 0)
      return Place{before->branch, true};
    if (!ends.empty()) return Place{ends.front(), true};
  } else {
    for (const int branch : ends) {
      if (takes_any_prev(TRY(lookup.seat(epoch, {branch, seq - 1})))) return Place{branch, true};
    }
  }
  const std::optional<Place> behind = TRY(place_behind_a_broken_one(epoch, envelope, ends, lookup));
  return behind.value_or(Place{});
}

/// An envelope with this number and a wrong hash, wherever its own broken `prev` has put it; the record that
/// it was meant to be comes home to it.
const Kept* broken_copy(const std::vector<Kept>& known, std::int64_t epoch, std::int64_t seq) {
  for (const Kept& kept : known) {
    if (!kept.right_hash && kept.epoch == epoch && kept.seat && kept.seat->seq == seq) return &kept;
  }
  return nullptr;
}

bool has_other_hash(const std::vector<Kept>& known, const std::optional<std::string>& hash) {
  return hash && std::any_of(known.begin(), known.end(),
                             [&](const Kept& kept) { return kept.hash && *kept.hash != *hash; });
}

void settle(Decision& decision, int row, Outcome result) {
  decision.row = row;
  decision.result = result;
}

/// Errors of the ledger itself, as opposed to a record that cannot be booked.
bool ends_request(Error error) {
  return error == Error::storage || error == Error::busy || error == Error::damaged || error == Error::in_use;
}

}  // namespace

Result<Decision> decide(const Context& context, std::int64_t epoch, const Envelope& envelope, Lookup& lookup,
                        bool bookable, std::optional<SeatNumber> before) {
  Decision decision;
  const bool foreign =
      (envelope.till && *envelope.till != context.till) || (envelope.epoch && *envelope.epoch != epoch);

  // Row 1. What was kept apart is no duplicate of a record that now comes from its own till: that one must
  // still be booked.
  std::optional<Kept> kept = TRY(lookup.with_digest(digest_in(envelope, context.till, epoch)));
  if (kept && (!kept->apart || foreign)) {
    settle(decision, 1, Outcome::duplicate);
    decision.flags = kept->flags;
    decision.kept = std::move(kept);
    return decision;
  }

  if (foreign) {
    settle(decision, 2, Outcome::quarantined);
    decision.flags.add(Flag::wrong_till);
    decision.apart = true;
    return decision;
  }

  std::vector<Kept> known;
  if (envelope.id) known = TRY(lookup.with_id(*envelope.id));
  const bool conflict = has_other_hash(known, envelope.hash);
  bookable = bookable && envelope.record && envelope.right_hash;
  if (!envelope.seq) {  // no number, no seat
    if (conflict)
      settle(decision, 5, Outcome::conflict);
    else
      settle(decision, 6, Outcome::quarantined);
    return decision;
  }

  const std::int64_t seq = *envelope.seq;
  const Place place = TRY(place_of(epoch, envelope, before, lookup));
  const SeatNumber own{place.branch, seq};
  const Seat seat = TRY(lookup.seat(epoch, own));
  const bool is_free = seat.holder == Seat::Holder::nobody;
  const bool booked_once =  // an id is booked once, so a second record with it is a conflict, also in a gap
      std::any_of(known.begin(), known.end(), [](const Kept& other) { return other.right_hash; });

  // Row 3. Where such a record cannot be booked after all, it takes the seat by row 6.
  if (envelope.right_hash && !booked_once) {
    const Kept* broken = broken_copy(known, epoch, seq);
    const bool holds_own =
        seat.holder == Seat::Holder::record && seat.id && seat.id == envelope.id && !seat.right_hash;
    if (seat.holder == Seat::Holder::gap || holds_own || broken != nullptr) {
      if (bookable)
        settle(decision, 3, Outcome::accepted);
      else
        settle(decision, 6, Outcome::quarantined);
      if (bookable && context.revoked) decision.flags.add(Flag::revoked_till);
      if (seat.holder == Seat::Holder::gap || holds_own || (is_free && place.fits)) {
        decision.seat = own;
        decision.takes_over = seat.holder;
      } else {
        decision.seat = broken->seat;
        decision.takes_over = Seat::Holder::record;
      }
      return decision;
    }
  }

  if (is_free && !place.fits) {
    const std::int64_t last = TRY(lookup.last(epoch, own.branch));
    if (seq > last + 1) {
      decision.row = 4;
      decision.need_from = last + 1;
      return decision;
    }
  }

  if (conflict)
    settle(decision, 5, Outcome::conflict);
  else if (!bookable)
    settle(decision, 6, Outcome::quarantined);
  else
    settle(decision, 7, Outcome::accepted);

  if ((is_free && place.fits) || seat.holder == Seat::Holder::gap) {
    decision.seat = own;
    decision.takes_over = seat.holder;
  } else {
    decision.seat = SeatNumber{TRY(lookup.next_branch(epoch)), seq};
    decision.new_branch = true;
    if (decision.row == 7) decision.flags.add(Flag::fork);
  }
  if (decision.row == 7 && context.revoked) decision.flags.add(Flag::revoked_till);
  return decision;
}

Result<Answer> receive(const Context& context, const Request& request, Ledger& ledger) {
  const std::int64_t epoch = request.epoch;
  if (epoch > context.token_epoch)
    return fail(Error::forbidden, "epoch", "This token was given for an earlier epoch.");
  const bool numbered = std::all_of(request.records.begin(), request.records.end(),
                                    [](const Envelope& envelope) { return envelope.seq.has_value(); });
  std::vector<Envelope> inferred;  // a copy only where it is needed
  if (!numbered) inferred = with_inferred_numbers(request.records);
  const std::vector<Envelope>& records = numbered ? request.records : inferred;

  if (request.have_from) {
    const std::int64_t last = TRY(ledger.last(epoch, main_branch));
    bool on_a_side_branch = false;  // then the numbers before it are not missing, they are there
    if (*request.have_from > last + 1 && !records.empty()) {
      const Decision first = TRY(decide(context, epoch, records.front(), ledger));
      const std::optional<SeatNumber> seat = first.kept ? first.kept->seat : first.seat;
      on_a_side_branch = seat && seat->branch != main_branch && !first.new_branch;
    }
    if (*request.have_from > last + 1 && !on_a_side_branch)
      TRY(ledger.add_gap(epoch, last + 1, *request.have_from - 1));
  }

  Answer answer;
  answer.generation = context.generation;
  answer.epoch = epoch;
  answer.durable_through = context.durable_through;
  std::optional<SeatNumber> before;
  bool forked = false;
  for (const Envelope& envelope : records) {
    const std::string digest = digest_in(envelope, context.till, epoch);
    Decision decision = TRY(decide(context, epoch, envelope, ledger, true, before));
    if (decision.row == 4) {
      answer.need_from = decision.need_from;
      break;
    }
    RecordResult result;
    result.id = envelope.id;
    result.seq = envelope.seq;
    if (decision.row == 1) {
      result.first = decision.kept->first;
      result.sale = decision.kept->sale;
    } else if (decision.result == Outcome::accepted) {
      Result<Booked> booked = ledger.book(request, envelope, digest, decision);
      if (booked) {
        decision.flags.add(booked->flags);
        result.sale = booked->sale;
      } else {
        if (ends_request(booked.error())) return booked.failure();
        decision = TRY(decide(context, epoch, envelope, ledger, false, before));
        TRY(ledger.keep(epoch, envelope, digest, decision));
      }
    } else {
      TRY(ledger.keep(epoch, envelope, digest, decision));
    }
    result.result = *decision.result;
    result.flags = decision.flags;
    forked = forked || decision.flags.has(Flag::fork);
    const std::optional<SeatNumber> seat = decision.kept ? decision.kept->seat : decision.seat;
    if (seat) before = seat;
    answer.results.push_back(std::move(result));
  }
  answer.acked_through = TRY(ledger.last(epoch, before ? before->branch : main_branch));
  // Backups are counted by the main branch. Where there are others, a till on one of them, which need not
  // know, would take the number for its own records and delete what no backup holds.
  if (TRY(ledger.next_branch(epoch)) > 1) answer.durable_through = 0;
  // Said again with each duplicate of a fork, because the answer that said it first may be lost; not to a
  // till that has moved on already.
  if (forked && epoch == context.token_epoch)
    answer.next_epoch = std::max(context.newest_epoch, context.token_epoch) + 1;
  return answer;
}

std::vector<Envelope> with_inferred_numbers(std::vector<Envelope> records) {
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].seq || !records[i - 1].seq) continue;
    std::size_t end = i;
    while (end < records.size() && !records[end].seq) ++end;
    if (end == records.size()) break;
    const std::int64_t from = *records[i - 1].seq;
    if (*records[end].seq - from != static_cast<std::int64_t>(end - i) + 1) continue;
    for (std::size_t j = i; j < end; ++j) records[j].seq = from + static_cast<std::int64_t>(j - i) + 1;
  }
  return records;
}

}  // namespace ringup::journal
