// Reading the ledger at the start, and again when another tab has written to it.
#include <algorithm>

#include "core/base/json.h"
#include "core/sale/sale.h"
#include "web/till/ledger_keys.h"
#include "web/till/memory.h"
#include "web/till/old_form.h"

namespace ringup::till {
namespace {

constexpr int known_max = 10'000, page_records = 250;
constexpr int again_ms = 3'000;
constexpr std::string_view refused =
    "This device does not let Ringup keep data. Allow storage for this page, or leave private browsing.";

std::optional<OpenShift> read_shift(std::string_view text) {
  const auto read = [&]() -> Result<OpenShift> {
    const json::Value value = TRY(json::parse(text));
    json::Reader in = TRY(json::Reader::object(value));
    OpenShift shift;
    shift.id = TRY(in.id("id"));
    shift.opened_at = TRY(in.integer("opened_at", -json::integer_max, json::integer_max));
    shift.float_amount = TRY(in.integer("float", 0, json::integer_max));
    shift.user = TRY(in.id("user"));
    shift.epoch = TRY(in.integer("epoch", 1, ledger::epoch_max));
    shift.seq = TRY(in.integer("seq", 1, ledger::seq_max));
    return shift;
  }();
  return read.ok() ? std::optional(*read) : std::nullopt;
}

/// What a text reads as, where it does.
template <typename T>
std::optional<T> lenient(const std::string& text, Result<T> (*read)(const json::Value&)) {
  const auto value = json::parse(text);
  if (!value.ok()) return std::nullopt;
  auto result = read(*value);
  return result.ok() ? std::optional<T>(std::move(result).value()) : std::nullopt;
}

}  // namespace

void Memory::open(bool look_on, std::function<void()> known, std::function<void()> all) {
  looks_on_ = look_on;
  complete_ = false;
  on_known_ = std::move(known);
  on_all_ = std::move(all);
  read_known(++run_);
}

void Memory::try_open_again(int run, std::string problem) {
  problem_ = std::move(problem);
  bridge_.after(again_ms, [this, run] {
    if (run == run_) read_known(run);
  });
}

void Memory::read_known(int run) {
  bridge_.ledger_read(ledger::known_from, ledger::known_to, known_max, [this, run](auto entries) {
    if (run != run_) return;
    if (!entries.has_value()) return try_open_again(run, std::string(refused));
    take_known(*entries);
    if (move_old_form(run)) return;
    problem_.clear();
    // A till whose chain cannot be read knows its next number only once it has read the records.
    known_ = known_ || !enrolment_.has_value() || chains_[enrolment_->epoch].has_head;
    if (known_ && on_known_) on_known_();
    if (run == run_) read_page(run);
  });
}

/// True while it is being moved; then everything is read from the start.
bool Memory::move_old_form(int run) {
  if (looks_on_) return false;
  if (enrolment_.has_value()) {
    forget_old_form(bridge_);  // the move was cut off after its transaction, or there never was one
    return false;
  }
  auto writes = read_old_form(bridge_);
  if (!writes.has_value()) return false;
  bridge_.ledger_write(std::move(*writes), [this, run](platform::LedgerOutcome outcome) {
    if (outcome == platform::LedgerOutcome::stored) forget_old_form(bridge_);
    if (run != run_) return;
    if (outcome == platform::LedgerOutcome::stored) return read_known(run);
    try_open_again(run, "This device is full. Make room on it, so that the till can open; nothing is lost.");
  });
  return true;
}

void Memory::take_known(const std::vector<std::pair<std::string, std::string>>& entries) {
  drafts_.clear();
  shift_.reset();
  cashier_.reset();
  for (const auto& [key, text] : entries) {
    if (key == ledger::enrolment_key) {
      if (auto read = lenient(text, read_enrolment)) enrolment_ = std::move(*read);
    } else if (key == ledger::cashier_key) {
      cashier_ = lenient(text, read_cashier);
    } else if (key == ledger::shift_key) {
      shift_ = read_shift(text);
    } else if (key == ledger::generation_key) {
      generation_ = text;
    } else if (key.starts_with(ledger::draft_prefix)) {
      drafts_[key.substr(ledger::draft_prefix.size())] = text;
    } else if (const auto chain = ledger::chain_of(key)) {
      const auto& [epoch, what] = *chain;
      if (what == "gone" || what == "sent") {
        (what == "gone" ? chains_[epoch].gone : chains_[epoch].delivered) =
            ledger::number_in(text).value_or(0);
        continue;
      }
      const auto value = json::parse(text);
      const json::Value* hash = value.ok() ? value->find("hash") : nullptr;
      if (what != "head" || hash == nullptr || hash->as_string() == nullptr ||
          hash->as_string()->size() != journal::no_hash.size())
        continue;
      Chain& known = chains_[epoch];
      known.has_head = true;
      known.last = ledger::number_in(*value, "last");
      known.counter = ledger::number_in(*value, "counter");
      known.hash = *hash->as_string();
    }
  }
  std::erase_if(kept_, [&](const Kept& kept) { return kept.seq <= chains_[kept.epoch].gone; });
  for (Kept& kept : kept_) kept.delivered = kept.delivered || kept.seq <= chains_[kept.epoch].delivered;
}

void Memory::read_page(int run) {
  const std::string from =
      read_through_.empty() ? std::string(ledger::records_from) : ledger::after(read_through_);
  bridge_.ledger_read(from, ledger::records_to, page_records, [this, run](auto entries) {
    if (run != run_) return;
    if (!entries.has_value()) return try_open_again(run, std::string(refused));
    for (auto& [key, text] : *entries) {
      if (const auto place = ledger::place_of(key)) take_record(*place, std::move(text));
      read_through_ = std::max(read_through_, key);
    }
    if (entries->size() == page_records) return read_page(run);
    fresh_ = 0;
    if (!kept_.empty())
      read_through_ = std::max(read_through_, ledger::journal_key(kept_.back().epoch, kept_.back().seq));
    complete_ = true;
    if (!known_) {
      known_ = true;
      if (enrolment_.has_value()) chains_.try_emplace(enrolment_->epoch);
      if (on_known_) on_known_();
    }
    if (on_all_ && run == run_) on_all_();
  });
}

void Memory::take_record(Place place, std::string text) {
  const auto fresh = kept_.end() - static_cast<std::ptrdiff_t>(fresh_);
  if (fresh != kept_.end() && place >= Place(fresh->epoch, fresh->seq)) return;  // it was made here
  Chain& chain = chains_[place.first];
  if (place.second <= chain.gone) return;
  const auto record = journal::read_record(std::string_view(text));
  const bool sound = record.ok() && record->seq == place.second && record->epoch == place.first &&
                     journal::hash_of(*record) == record->hash;
  const bool delivered = place.second <= chain.delivered;
  // Only where the head could not be read: it is written with every record.
  const bool ahead = place.second > chain.last;
  if (ahead) chain.last = place.second;
  if (sound) {
    Kept kept = summary_of(*record, text.size());
    kept.delivered = delivered;
    if (ahead) {
      chain.hash = record->hash;
      if (const auto number = parse_receipt_number(kept.receipt); number.ok())
        chain.counter = std::max(chain.counter, number->counter);
    }
    kept_.insert(fresh, std::move(kept));
  } else {
    odd_.insert(place);
  }
  if (!sound || !delivered || in_shift(place)) texts_[place] = std::move(text);
}

}  // namespace ringup::till
