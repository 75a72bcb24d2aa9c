// A new record's way to the disk.
//
// What comes back is one of four. `stored`: only now the record exists. `taken`: another tab has this number,
// so this one reads what was written and the cashier is told. `full`: what a backup holds is deleted and the
// record tried once more. `failed`: the connection broke, and the record may be on the disk or not; so it is
// looked for, and counts as stored where it is there. Where even that cannot be known, its id is remembered:
// if the next record finds its number taken by it, the cashier hears that the payment before was stored after
// all, instead of booking it twice.
//
// Where the browser has deleted the database, a record alone would be worth nothing after a restart: nobody
// would know whose it is. So until all of it is written again, the next record takes everything along in its
// own transaction; and one that was on its way meanwhile counts as kept only when everything else is, too.
#include <algorithm>

#include "core/base/json.h"
#include "core/sale/sale.h"
#include "web/till/ledger_keys.h"
#include "web/till/memory.h"

namespace ringup::till {
namespace {

using platform::LedgerOutcome;
using Verb = platform::LedgerWrite::Verb;

constexpr int tries_max = 2;

}  // namespace

void Memory::append(journal::Record draft, std::vector<std::pair<std::string, std::string>> drafts,
                    RecordDone done) {
  ASSERT(enrolment_.has_value() && known_);
  if (append_.has_value()) return done(fail(Error::conflict, {}, "Wait until the last one is saved."));
  const Chain& chain = chains_[enrolment_->epoch];
  draft.till = enrolment_->till;
  draft.epoch = enrolment_->epoch;
  draft.seq = chain.last + 1;
  if (draft.kind != journal::Kind::shift_open && shift_.has_value()) draft.shift = shift_->id;
  Result<journal::Record> record = journal::seal(std::move(draft), chain.hash);
  if (!record.ok()) return done(record.failure());
  append_.emplace();
  append_->text = journal::record_text(*record);
  append_->record = std::move(record).value();
  append_->drafts = std::move(drafts);
  append_->done = std::move(done);
  write_record();
}

std::string Memory::shift_text(const OpenShift& shift) {
  return json::dump(json::Object{{"id", shift.id},
                                 {"opened_at", shift.opened_at},
                                 {"float", shift.float_amount},
                                 {"user", shift.user},
                                 {"epoch", shift.epoch},
                                 {"seq", shift.seq}});
}

/// What the open shift will be once this record is stored.
std::optional<OpenShift> Memory::shift_after(const journal::Record& record) const {
  if (record.kind == journal::Kind::shift_close) return std::nullopt;
  if (record.kind != journal::Kind::shift_open) return shift_;
  return OpenShift{record.id,   record.at,    ledger::number_in(record.body, "float"),
                   record.user, record.epoch, record.seq};
}

void Memory::write_record() {
  ++append_->tries;
  const journal::Record& record = append_->record;
  Chain after = chains_[record.epoch];
  after.last = record.seq;
  after.hash = record.hash;
  const Kept kept = summary_of(record, append_->text.size());
  if (const auto number = parse_receipt_number(kept.receipt); number.ok())
    after.counter = std::max(after.counter, number->counter);
  append_->with_all = emptied_;
  Writes writes = emptied_ ? everything() : Writes();
  writes.push_back({Verb::add, ledger::journal_key(record.epoch, record.seq), append_->text});
  writes.push_back({Verb::put, ledger::chain_key(record.epoch, "head"), head_text(after)});
  const auto replace = [&](std::string key, std::string text) {
    later_.erase(key);
    const Verb verb = text.empty() ? Verb::remove : Verb::put;
    writes.push_back({verb, std::move(key), std::move(text)});
  };
  if (const std::optional<OpenShift> shift = shift_after(record); shift != shift_)
    replace(std::string(ledger::shift_key), shift.has_value() ? shift_text(*shift) : std::string());
  for (const auto& [name, text] : append_->drafts) replace(std::string(ledger::draft_prefix) + name, text);
  bridge_.ledger_write(std::move(writes), [this](LedgerOutcome outcome) { wrote_record(outcome); });
}

void Memory::wrote_record(LedgerOutcome outcome) {
  if (outcome == LedgerOutcome::stored) return record_is_kept();
  if (outcome == LedgerOutcome::full) {
    const bool room = append_->tries < tries_max && make_room([this](bool made) {
                        if (made) return write_record();
                        wrote_record(LedgerOutcome::full);
                      });
    if (room) return;
    return refuse_record(Failure{Error::storage,
                                 {},
                                 "This device is full and nothing was booked. Connect to the network so that "
                                 "receipts can be sent, or make room on the device."});
  }
  look_for_record();
}

void Memory::look_for_record() {
  const std::string key = ledger::journal_key(append_->record.epoch, append_->record.seq);
  bridge_.ledger_read(key, ledger::after(key), 1, [this](auto entries) {
    if (entries.has_value() && !entries->empty() && entries->front().second == append_->text)
      return record_is_kept();
    if (entries.has_value() && !entries->empty()) {
      const auto other = journal::read_record(std::string_view(entries->front().second));
      const bool was_ours = other.ok() && doubtful_ == other->id;
      refuse_record(Failure{
          Error::conflict,
          {},
          was_ours ? "The try before this one was saved after all. Look at the sales of the day before you "
                     "take this payment again."
                   : "This till was used in another tab at the same time, and nothing was booked here. Close "
                     "the other tab and try again; the cart stays."});
      return open(looks_on_, nullptr, on_all_);
    }
    if (entries.has_value() && append_->tries < tries_max) return write_record();
    if (!entries.has_value()) doubtful_ = append_->record.id;
    refuse_record(Failure{
        Error::storage,
        {},
        entries.has_value()
            ? "The browser could not write to this device, and nothing was booked. Try again; if it stays "
              "so, "
              "reload this page."
            : "The browser does not answer whether this was saved. Reload this page and look at the sales of "
              "the day before you book it again."});
  });
}

void Memory::record_is_kept() {
  if (!emptied_) return show_kept();
  if (append_->with_all) {
    emptied_ = false;
    return show_kept();
  }
  const journal::Record& record = append_->record;
  Chain after = chains_[record.epoch];
  after.last = record.seq;
  after.hash = record.hash;
  Writes writes = everything();
  writes.push_back({Verb::put, ledger::journal_key(record.epoch, record.seq), append_->text});
  if (const auto number = parse_receipt_number(summary_of(record, 0).receipt); number.ok())
    after.counter = std::max(after.counter, number->counter);
  writes.push_back({Verb::put, ledger::chain_key(record.epoch, "head"), head_text(after)});
  if (const std::optional<OpenShift> shift = shift_after(record); shift.has_value())
    writes.push_back({Verb::put, std::string(ledger::shift_key), shift_text(*shift)});
  bridge_.ledger_write(std::move(writes), [this](LedgerOutcome outcome) {
    if (outcome == LedgerOutcome::stored) emptied_ = false;
    show_kept();  // the record itself is on the disk, and the rest is tried again with the next one
  });
}

void Memory::show_kept() {
  Append stored = std::move(*append_);
  append_.reset();
  const journal::Record& record = stored.record;
  const Place place(record.epoch, record.seq);
  Chain& chain = chains_[record.epoch];
  chain.last = record.seq;
  chain.hash = record.hash;
  chain.has_head = true;
  kept_.push_back(summary_of(record, stored.text.size()));
  if (const auto number = parse_receipt_number(kept_.back().receipt); number.ok())
    chain.counter = std::max(chain.counter, number->counter);
  texts_[place] = std::move(stored.text);
  shift_ = shift_after(record);
  if (complete_)
    read_through_ = ledger::journal_key(record.epoch, record.seq);
  else
    ++fresh_;
  for (auto& [name, text] : stored.drafts) {
    if (text.empty())
      drafts_.erase(name);
    else
      drafts_[name] = std::move(text);
  }
  stored.done(record);
  if (again_) write_again(std::exchange(again_, nullptr));
}

void Memory::refuse_record(Failure failure) {
  const RecordDone done = std::move(append_->done);
  append_.reset();
  done(std::move(failure));
  if (again_) write_again(std::exchange(again_, nullptr));
}

}  // namespace ringup::till
