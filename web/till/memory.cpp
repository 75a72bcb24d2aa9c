#include "web/till/memory.h"

#include <algorithm>

#include "core/base/json.h"
#include "core/sale/sale.h"
#include "web/till/ledger_keys.h"

namespace ringup::till {
namespace {

using platform::LedgerOutcome;
using Verb = platform::LedgerWrite::Verb;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t forgotten_at_once = 500;

Failure refused() {
  return {Error::storage, {}, "This device does not let Ringup keep data. Allow storage for this page."};
}

}  // namespace

Memory::Memory(platform::Bridge& bridge) : bridge_(bridge) {}

// --- who and where ---

void Memory::enrol(const Enrolment& enrolment, Done done) {
  Writes writes;
  if (!enrolment_.has_value()) {
    // Cut off after the browser had deleted the database: scraps of a till of which nobody knows any more
    // which one it was. Nothing of it was shown to anyone, and it must not become this till's beginning.
    for (const auto& [epoch, chain] : chains_) {
      for (const char* name : {"head", "gone", "sent"})
        writes.push_back({Verb::remove, ledger::chain_key(epoch, name)});
      for (std::int64_t seq = chain.gone + 1; seq <= chain.last; ++seq)
        writes.push_back({Verb::remove, ledger::journal_key(epoch, seq)});
    }
    writes.push_back({Verb::remove, std::string(ledger::shift_key)});
    chains_.clear();
    kept_.clear();
    texts_.clear();
    odd_.clear();
    shift_.reset();
  }
  writes.push_back({Verb::put, std::string(ledger::enrolment_key), json::dump(to_json(enrolment))});
  if (!chains_[enrolment.epoch].has_head)
    writes.push_back(
        {Verb::put, ledger::chain_key(enrolment.epoch, "head"), head_text(chains_[enrolment.epoch])});
  bridge_.ledger_write(std::move(writes), [this, enrolment, done = std::move(done)](LedgerOutcome outcome) {
    if (outcome != LedgerOutcome::stored) return done(refused());
    chains_[enrolment.epoch].has_head = true;
    enrolment_ = enrolment;
    done({});
  });
}

void Memory::change_settings(const Settings& settings) {
  if (!enrolment_.has_value() || settings == enrolment_->settings) return;
  if (settings.currency != enrolment_->settings.currency) return;
  enrolment_->settings = settings;
  later(std::string(ledger::enrolment_key), json::dump(to_json(*enrolment_)));
}

void Memory::sign_in(const Cashier& cashier) {
  cashier_ = cashier;
  later(std::string(ledger::cashier_key), json::dump(to_json(cashier)));
}

void Memory::sign_out() {
  cashier_.reset();
  later(std::string(ledger::cashier_key), std::nullopt);
}

std::string Memory::next_receipt() const {
  ASSERT(enrolment_.has_value());
  const auto chain = chains_.find(enrolment_->epoch);
  ASSERT(chain != chains_.end());
  return to_string(ReceiptNumber{enrolment_->series, enrolment_->epoch, chain->second.counter + 1});
}

// --- records ---

Kept Memory::summary_of(const journal::Record& record, std::size_t bytes) const {
  using journal::Kind;
  Kept kept;
  kept.id = record.id;
  kept.kind = record.kind;
  kept.epoch = record.epoch;
  kept.seq = record.seq;
  kept.at = record.at;
  kept.user = record.user;
  kept.shift = record.shift;
  kept.bytes = bytes;
  const auto text = [&](std::string_view name) {
    const json::Value* member = record.body.find(name);
    const std::string* found = member == nullptr ? nullptr : member->as_string();
    return found == nullptr ? std::string() : *found;
  };
  const bool cash = record.kind == Kind::cash_in || record.kind == Kind::cash_out;
  const json::Value* total = record.body.find(cash ? "amount" : "total");
  if (total != nullptr && total->as_integer() != nullptr) kept.total = *total->as_integer();
  kept.receipt = text("receipt");
  if (record.kind == Kind::refund || record.kind == Kind::void_sale) {
    if (const auto sale = parse_id(text("sale")); sale.ok()) kept.sale = *sale;
  }
  return kept;
}

const Kept* Memory::find(const Id& record) const {
  const auto found =
      std::find_if(kept_.rbegin(), kept_.rend(), [&](const Kept& kept) { return kept.id == record; });
  return found == kept_.rend() ? nullptr : &*found;
}

bool Memory::in_shift(Place place) const {
  return shift_.has_value() && place >= Place(shift_->epoch, shift_->seq);
}

void Memory::read(const Id& record, RecordDone done) {
  const Kept* kept = find(record);
  if (kept == nullptr) return done(fail(Error::not_found, {}, "This till has no such record."));
  texts(kept->epoch, {kept->seq}, [record, done = std::move(done)](std::vector<std::string> found) {
    if (found.front().empty())
      return done(fail(Error::not_found, {}, "This record is not on this device any more."));
    Result<journal::Record> read = journal::read_record(std::string_view(found.front()));
    if (!read.ok() || journal::hash_of(*read) != read->hash || read->id != record)
      return done(fail(Error::damaged, {}, "What this device kept of it is damaged."));
    done(std::move(read));
  });
}

void Memory::texts(std::int64_t epoch, std::vector<std::int64_t> seqs,
                   std::function<void(std::vector<std::string>)> done) {
  std::vector<std::string> found;
  bool all = true;
  const Chain& chain = chains_[epoch];
  for (const std::int64_t seq : seqs) {
    const auto text = texts_.find({epoch, seq});
    found.push_back(text == texts_.end() ? std::string() : text->second);
    all = all && (text != texts_.end() || seq <= chain.gone || seq > chain.last);
  }
  if (all) return done(std::move(found));
  const std::string from = ledger::journal_key(epoch, seqs.front());
  const std::string to = ledger::after(ledger::journal_key(epoch, seqs.back()));
  const int limit = static_cast<int>(seqs.back() - seqs.front() + 1);
  bridge_.ledger_read(from, to, limit,
                      [epoch, seqs = std::move(seqs), found = std::move(found),
                       done = std::move(done)](auto entries) mutable {
                        if (!entries.has_value()) return done(std::move(found));
                        for (auto& [key, text] : *entries) {
                          const auto place = ledger::place_of(key);
                          const auto seq =
                              place ? std::find(seqs.begin(), seqs.end(), place->second) : seqs.end();
                          if (seq == seqs.end() || place->first != epoch) continue;
                          found[static_cast<std::size_t>(seq - seqs.begin())] = std::move(text);
                        }
                        done(std::move(found));
                      });
}

std::map<std::int64_t, std::vector<std::int64_t>> Memory::unsent() const {
  std::map<std::int64_t, std::vector<std::int64_t>> unsent;
  for (const Kept& kept : kept_) {
    if (!kept.delivered) unsent[kept.epoch].push_back(kept.seq);
  }
  for (const auto& [epoch, seq] : odd_) {
    const auto chain = chains_.find(epoch);
    if (chain == chains_.end() || seq > chain->second.delivered) unsent[epoch].push_back(seq);
  }
  for (auto& [epoch, seqs] : unsent) std::sort(seqs.begin(), seqs.end());
  return unsent;
}

// --- drafts, and what may wait for the disk ---

const std::string& Memory::draft(std::string_view name) const {
  static const std::string none;
  const auto found = drafts_.find(name);
  return found == drafts_.end() ? none : found->second;
}

void Memory::keep_draft(std::string_view name, std::string text) {
  if (draft(name) == text) return;
  std::string key = std::string(ledger::draft_prefix) + std::string(name);
  if (text.empty()) {
    drafts_.erase(std::string(name));
    return later(std::move(key), std::nullopt);
  }
  drafts_[std::string(name)] = text;
  later(std::move(key), std::move(text));
}

/// One write at a time, so that what changes quickly is written as it is in the end.
void Memory::later(std::string key, std::optional<std::string> bytes) {
  if (looks_on_) return;
  later_[std::move(key)] = std::move(bytes);
  write_later();
}

void Memory::write_later() {
  if (writing_later_ || later_.empty()) return;
  writing_later_ = true;
  Writes writes;
  for (const auto& [key, bytes] : later_)
    writes.push_back({bytes.has_value() ? Verb::put : Verb::remove, key, bytes.value_or(std::string())});
  auto tried = std::exchange(later_, {});
  bridge_.ledger_write(std::move(writes), [this, tried = std::move(tried)](LedgerOutcome outcome) mutable {
    writing_later_ = false;
    if (outcome == LedgerOutcome::stored) return write_later();
    later_.merge(tried);  // what is newer stays; all of it goes with the next change
  });
}

// --- what the server has ---

void Memory::fill(journal::Outbox& outbox) const {
  if (enrolment_.has_value()) outbox.enrolled(enrolment_->epoch);
  auto kept = kept_.begin();
  for (const auto& [epoch, chain] : chains_) {
    if (chain.gone > 0) outbox.forgotten(epoch, chain.gone);
    while (kept != kept_.end() && kept->epoch < epoch) ++kept;
    for (std::int64_t seq = chain.gone + 1; seq <= chain.last; ++seq) {
      while (kept != kept_.end() && kept->epoch == epoch && kept->seq < seq) ++kept;
      if (kept != kept_.end() && kept->epoch == epoch && kept->seq == seq) {
        (void)outbox.add(epoch, seq, kept->id, kept->bytes, true, kept->delivered);
      } else {
        const auto odd = texts_.find({epoch, seq});
        const bool delivered = seq <= chain.delivered;
        (void)outbox.add(epoch, seq, std::nullopt, odd == texts_.end() ? 0 : odd->second.size(), false,
                         delivered);
      }
    }
  }
  if (!generation_.empty()) outbox.remember_generation(generation_);
}

void Memory::follow(const journal::Outbox& outbox) {
  std::map<std::int64_t, std::int64_t> through;  // per epoch: all at or below were delivered
  for (const auto& [epoch, chain] : chains_) through[epoch] = chain.gone;
  for (Kept& kept : kept_) {
    kept.delivered = outbox.delivered(kept.epoch, kept.seq);
    // Until a deleted database is written again, memory is all there is.
    if (kept.delivered && !emptied_ && !in_shift({kept.epoch, kept.seq}))
      texts_.erase({kept.epoch, kept.seq});
  }
  for (auto& [epoch, last] : through) {
    Chain& chain = chains_[epoch];
    while (last < chain.last && outbox.delivered(epoch, last + 1)) ++last;
    if (std::max(chain.delivered, chain.gone) == last) continue;
    chain.delivered = last;
    later(ledger::chain_key(epoch, "sent"), std::to_string(last));
  }
}

void Memory::remember_generation(std::string_view generation) {
  if (generation_ == generation) return;
  generation_ = generation;
  later(std::string(ledger::generation_key), generation_);
}

void Memory::may_forget(std::int64_t epoch, std::int64_t seq) {
  Chain& chain = chains_[epoch];
  chain.may_go = seq;
  const std::int64_t through = forgettable(epoch, bridge_.now_ms() - kept_days * day_ms);
  if (through > chain.gone) forget(epoch, through, [](bool) {});
}

std::int64_t Memory::gone_through(std::int64_t epoch) const {
  const auto chain = chains_.find(epoch);
  return chain == chains_.end() ? 0 : chain->second.gone;
}

/// The highest number up to which all are in a backup, older than that and outside of the open shift.
std::int64_t Memory::forgettable(std::int64_t epoch, std::int64_t before_ms) const {
  const Chain& chain = chains_.at(epoch);
  std::int64_t through = std::min(chain.may_go, chain.last);
  for (const Kept& kept : kept_) {
    if (kept.epoch != epoch || kept.seq <= chain.gone || kept.seq > through) continue;
    if (kept.at >= before_ms || in_shift({epoch, kept.seq})) return kept.seq - 1;
  }
  return in_shift({epoch, through}) ? chain.gone : through;
}

/// At most some hundred at once; may_forget() comes again.
void Memory::forget(std::int64_t epoch, std::int64_t through, std::function<void(bool)> done) {
  const std::int64_t gone = chains_[epoch].gone;
  through = std::min(through, gone + forgotten_at_once);
  Writes writes{{Verb::put, ledger::chain_key(epoch, "gone"), std::to_string(through)}};
  for (std::int64_t seq = gone + 1; seq <= through; ++seq)
    writes.push_back({Verb::remove, ledger::journal_key(epoch, seq)});
  bridge_.ledger_write(
      std::move(writes), [this, epoch, through, done = std::move(done)](LedgerOutcome outcome) {
        if (outcome == LedgerOutcome::stored) {
          Chain& chain = chains_[epoch];
          chain.gone = std::max(chain.gone, through);
          std::erase_if(kept_, [&](const Kept& kept) { return kept.epoch == epoch && kept.seq <= through; });
          texts_.erase(texts_.lower_bound({epoch, 0}), texts_.upper_bound({epoch, through}));
          odd_.erase(odd_.lower_bound({epoch, 0}), odd_.upper_bound({epoch, through}));
        }
        done(outcome == LedgerOutcome::stored);
      });
}

/// The device is full: what a backup holds goes, however young. False where there is nothing.
bool Memory::make_room(std::function<void(bool)> done) {
  for (const auto& [epoch, chain] : chains_) {
    const std::int64_t through = forgettable(epoch, json::integer_max);
    if (through <= chain.gone) continue;
    forget(epoch, through, std::move(done));
    return true;
  }
  return false;
}

// --- the browser deleted the database ---

std::string Memory::head_text(const Chain& chain) {
  return json::dump(json::Object{{"last", chain.last}, {"hash", chain.hash}, {"counter", chain.counter}});
}

Memory::Writes Memory::everything() {
  Writes writes;
  const auto put = [&](std::string_view key, std::string text) {
    writes.push_back({Verb::put, std::string(key), std::move(text)});
  };
  if (enrolment_.has_value()) put(ledger::enrolment_key, json::dump(to_json(*enrolment_)));
  if (cashier_.has_value()) put(ledger::cashier_key, json::dump(to_json(*cashier_)));
  if (shift_.has_value()) put(ledger::shift_key, shift_text(*shift_));
  if (!generation_.empty()) put(ledger::generation_key, generation_);
  for (const auto& [name, text] : drafts_) put(std::string(ledger::draft_prefix) + name, text);
  for (auto& [epoch, chain] : chains_) {
    // What is not in memory was delivered, or was never read: either way it is not here any more.
    const auto first = texts_.lower_bound({epoch, 0});
    const bool none = first == texts_.end() || first->first.first != epoch;
    chain.gone = std::max(chain.gone, none ? chain.last : first->first.second - 1);
    put(ledger::chain_key(epoch, "head"), head_text(chain));
    if (chain.gone > 0) put(ledger::chain_key(epoch, "gone"), std::to_string(chain.gone));
    if (chain.delivered > 0) put(ledger::chain_key(epoch, "sent"), std::to_string(chain.delivered));
  }
  for (const auto& [place, text] : texts_) put(ledger::journal_key(place.first, place.second), text);
  return writes;
}

void Memory::write_again(Done done) {
  emptied_ = emptied_ || (known_ && !looks_on_);
  if (append_.has_value()) {
    again_ = std::move(done);
    return;
  }
  if (looks_on_ || !known_) return;  // the till writes; or there is nothing yet that could be lost
  later_.clear();                    // it is all in here
  bridge_.ledger_write(everything(), [this, done = std::move(done)](LedgerOutcome outcome) {
    if (outcome == LedgerOutcome::stored) {
      emptied_ = false;
      return done({});
    }
    done(Failure{Error::storage,
                 {},
                 "This device keeps nothing any more. Save the unsent records to a file now: menu."});
  });
}

}  // namespace ringup::till
