#pragma once
/// A journal's ledger in memory, as the server keeps it in SQL, and records made for tests.
/// Copying one is taking a backup of it.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/base/sha256.h"
#include "core/till/chain.h"
#include "core/till/exchange.h"
#include "core/till/record.h"

namespace ringup::journal {

/// An id that tells its number: 0190b2f4-<space>-7000-8000-<n>.
inline Id test_id(unsigned space, std::int64_t n) {
  Id id;
  id.bytes = {0x01, 0x90, 0xb2, 0xf4};
  id.bytes[4] = static_cast<std::uint8_t>(space >> 8);
  id.bytes[5] = static_cast<std::uint8_t>(space);
  id.bytes[6] = 0x70;
  id.bytes[8] = 0x80;
  for (std::size_t i = 0; i < 6; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return id;
}
inline Id test_till() {
  return test_id(1, 10);
}

/// A sealed note with the number as its text. `line` makes another record under the same number.
inline Record note_record(std::int64_t seq, std::string_view prev = no_hash, std::int64_t epoch = 1,
                          unsigned line = 0, Id till = test_till()) {
  Record record;
  record.id = test_id(1000 + line, epoch * 1'000'000 + seq);
  record.till = till;
  record.epoch = epoch;
  record.seq = seq;
  record.kind = Kind::note;
  record.at = 1769846400000 + seq % 1000;
  record.user = test_id(3, 1);
  record.body = json::Value(json::Object{{"text", std::to_string(seq)}});
  Result<Record> sealed = seal(record, prev);
  ASSERT(sealed.ok());
  return std::move(sealed).value();
}

/// Records from..to of one line, chained.
inline std::vector<Record> note_chain(std::int64_t from, std::int64_t to, std::string_view prev = no_hash,
                                      unsigned line = 0, std::int64_t epoch = 1) {
  std::vector<Record> records;
  std::string before(prev);
  for (std::int64_t seq = from; seq <= to; ++seq) {
    records.push_back(note_record(seq, before, epoch, line));
    before = records.back().hash;
  }
  return records;
}

/// Not for more than one till at a time, but for one that hears others' records.
class MemoryLedger : public Ledger {
 public:
  struct Row {
    Kept kept;
    std::string digest;
    std::string raw;
    bool booked = false;
  };
  struct Gap {
    std::int64_t from, to;
  };
  struct Line {
    std::int64_t last = 0;
    std::map<std::int64_t, std::size_t> seats;  // seq → row
  };
  struct EpochState {
    std::vector<Line> lines{1};
    std::vector<Gap> gaps;  // of the main line
  };

  std::vector<Row> rows;
  std::map<std::int64_t, EpochState> epochs;
  /// Bodies that cannot be booked: notes with this text.
  std::string unbookable_text = "unbookable";
  /// The next book() fails with this.
  std::optional<Error> book_error;
  Flags business_flags;

  Result<std::optional<Kept>> with_digest(std::string_view digest) override {
    std::optional<Kept> found;
    const auto [first, end] = by_digest_.equal_range(digest);
    for (auto at = first; at != end; ++at) {
      if (!found || found->apart) found = rows[at->second].kept;
    }
    return found;
  }
  Result<std::vector<Kept>> with_id(const Id& id) override {
    std::vector<Kept> found;
    const auto [first, end] = by_id_.equal_range(id);
    for (auto at = first; at != end; ++at) {
      if (!rows[at->second].kept.apart) found.push_back(rows[at->second].kept);
    }
    return found;
  }
  Result<Seat> seat(std::int64_t epoch, SeatNumber number) override {
    const EpochState& state = epochs[epoch];
    Seat seat;
    if (static_cast<std::size_t>(number.branch) >= state.lines.size()) return seat;
    const Line& line = state.lines[static_cast<std::size_t>(number.branch)];
    if (const auto held = line.seats.find(number.seq); held != line.seats.end()) {
      const Kept& kept = rows[held->second].kept;
      seat = Seat{Seat::Holder::record, kept.id, kept.hash, kept.right_hash};
    } else if (number.branch == main_branch) {
      for (const Gap& gap : state.gaps) {
        if (gap.from <= number.seq && number.seq <= gap.to) seat.holder = Seat::Holder::gap;
      }
    }
    return seat;
  }
  Result<std::optional<int>> branch_holding(std::int64_t epoch, std::int64_t seq,
                                            std::string_view hash) override {
    const EpochState& state = epochs[epoch];
    for (std::size_t i = 0; i < state.lines.size(); ++i) {
      const auto held = state.lines[i].seats.find(seq);
      if (held != state.lines[i].seats.end() && rows[held->second].kept.hash == hash)
        return std::optional<int>(static_cast<int>(i));
    }
    return std::optional<int>();
  }
  Result<std::vector<int>> branches_ending_at(std::int64_t epoch, std::int64_t seq) override {
    std::vector<int> found;
    const EpochState& state = epochs[epoch];
    for (std::size_t i = 0; i < state.lines.size(); ++i) {
      if (state.lines[i].last == seq) found.push_back(static_cast<int>(i));
    }
    return found;
  }
  Result<std::int64_t> last(std::int64_t epoch, int branch) override {
    const EpochState& state = epochs[epoch];
    return static_cast<std::size_t>(branch) < state.lines.size()
               ? state.lines[static_cast<std::size_t>(branch)].last
               : 0;
  }
  Result<int> next_branch(std::int64_t epoch) override {
    return static_cast<int>(epochs[epoch].lines.size());
  }

  Result<void> add_gap(std::int64_t epoch, std::int64_t from, std::int64_t to) override {
    EpochState& state = epochs[epoch];
    ASSERT(from == state.lines[0].last + 1 && to >= from);
    state.gaps.push_back({from, to});
    state.lines[0].last = to;
    return {};
  }
  Result<void> keep(std::int64_t epoch, const Envelope& envelope, const std::string& digest,
                    const Decision& decision) override {
    store(epoch, envelope, digest, decision, decision.flags, false);
    return {};
  }
  Result<Booked> book(const Request& request, const Envelope& envelope, const std::string& digest,
                      const Decision& decision) override {
    if (book_error) return *std::exchange(book_error, std::nullopt);
    const json::Value* text = envelope.record->body.find("text");
    if (text == nullptr || text->as_string() == nullptr || *text->as_string() == unbookable_text)
      return fail(Error::invalid_value, "body.text");
    if (times_booked(*envelope.id) > 0) return fail(Error::conflict, "id");  // a unique key
    Flags flags = decision.flags;
    flags.add(business_flags);
    store(request.epoch, envelope, digest, decision, flags, true);
    return Booked{business_flags, std::nullopt};
  }

  /// How often a record with this id is booked.
  int times_booked(const Id& id) const {
    int times = 0;
    const auto [first, end] = by_id_.equal_range(id);
    for (auto at = first; at != end; ++at) times += rows[at->second].booked ? 1 : 0;
    return times;
  }

 private:
  void store(std::int64_t epoch, const Envelope& envelope, const std::string& digest,
             const Decision& decision, Flags flags, bool booked) {
    Row row;
    row.kept = Kept{envelope.id,  envelope.hash, envelope.right_hash, decision.apart, epoch,
                    envelope.seq, decision.seat, *decision.result,    flags,          std::nullopt};
    row.digest = digest;
    row.raw = envelope.raw;
    row.booked = booked;
    if (decision.seat) {
      EpochState& state = epochs[epoch];
      const std::size_t branch = static_cast<std::size_t>(decision.seat->branch);
      ASSERT(decision.new_branch == (branch == state.lines.size()));
      if (decision.new_branch) state.lines.emplace_back();
      Line& line = state.lines[branch];
      const std::int64_t seq = decision.seat->seq;
      const auto held = line.seats.find(seq);
      ASSERT((decision.takes_over == Seat::Holder::record) == (held != line.seats.end()));
      if (held != line.seats.end()) rows[held->second].kept.seat.reset();
      if (decision.takes_over == Seat::Holder::nobody) ASSERT(seq == line.last + 1 || line.seats.empty());
      if (decision.takes_over == Seat::Holder::gap) split_gap(state, seq);
      line.seats[seq] = rows.size();
      if (seq > line.last) line.last = seq;
    }
    by_digest_.emplace(row.digest, rows.size());
    if (row.kept.id) by_id_.emplace(*row.kept.id, rows.size());
    rows.push_back(std::move(row));
  }
  static void split_gap(EpochState& state, std::int64_t seq) {
    std::vector<Gap> gaps;
    for (const Gap& gap : state.gaps) {
      if (seq < gap.from || seq > gap.to) {
        gaps.push_back(gap);
        continue;
      }
      if (gap.from < seq) gaps.push_back({gap.from, seq - 1});
      if (seq < gap.to) gaps.push_back({seq + 1, gap.to});
    }
    state.gaps = std::move(gaps);
  }

  std::multimap<std::string, std::size_t, std::less<>> by_digest_;
  std::multimap<Id, std::size_t> by_id_;
};

}  // namespace ringup::journal
