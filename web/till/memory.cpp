#include "web/till/memory.h"

#include <algorithm>

#include "core/base/json.h"
#include "core/sale/sale.h"

namespace ringup::till {
namespace {

constexpr std::string_view enrolment_key = "till/enrolment", cashier_key = "till/cashier",
                           epochs_key = "till/epochs", generation_key = "till/generation";
constexpr std::int64_t epochs_max = 1'000'000'000;

std::string record_key(std::int64_t epoch, std::int64_t seq) {
  return "journal/" + std::to_string(epoch) + "/" + std::to_string(seq);
}
std::string chain_key(std::int64_t epoch) {
  return "journal/" + std::to_string(epoch) + "/chain";
}

}  // namespace

std::string Cashier::name() const {
  const std::string both = first_name + (first_name.empty() || last_name.empty() ? "" : " ") + last_name;
  return both.empty() ? email : both;
}

json::Value to_json(const Cashier& cashier) {
  return json::Object{{"id", cashier.user},
                      {"email", cashier.email},
                      {"first_name", cashier.first_name},
                      {"last_name", cashier.last_name},
                      {"role", cashier.role}};
}

Result<Cashier> read_cashier(const json::Value& value) {
  json::Reader in = TRY(json::Reader::object(value, "user"));
  Cashier cashier;
  cashier.user = TRY(in.id("id"));
  cashier.email = TRY(in.string("email", 254));
  cashier.first_name = TRY(in.string("first_name", 200));
  cashier.last_name = TRY(in.string("last_name", 200));
  cashier.role = TRY(in.string("role", 40));
  return cashier;
}

Memory::Memory(platform::Bridge& bridge) : bridge_(bridge) {
  load();
}

void Memory::load() {
  if (const auto text = bridge_.local_get(enrolment_key)) {
    const auto value = json::parse(*text);
    if (value.ok()) {
      if (auto read = read_enrolment(*value); read.ok()) enrolment_ = std::move(read).value();
    }
  }
  if (const auto text = bridge_.local_get(cashier_key)) {
    const auto value = json::parse(*text);
    if (value.ok()) {
      if (auto read = read_cashier(*value); read.ok()) cashier_ = std::move(read).value();
    }
  }
  if (const auto text = bridge_.local_get(epochs_key)) {
    const auto value = json::parse(*text);
    if (value.ok() && value->as_array() != nullptr) {
      for (const json::Value& item : *value->as_array()) {
        const std::int64_t* epoch = item.as_integer();
        if (epoch != nullptr && *epoch >= 1 && *epoch <= epochs_max) load_chain(*epoch);
      }
    }
  }
}

/// The summary says where the stored records begin; from there each is read until one is not there.
void Memory::load_chain(std::int64_t epoch) {
  Chain chain;
  if (const auto text = bridge_.local_get(chain_key(epoch))) {
    const auto value = json::parse(*text);
    const auto integer = [&](std::string_view name) {
      const json::Value* member = value.ok() ? value->find(name) : nullptr;
      const std::int64_t* number = member == nullptr ? nullptr : member->as_integer();
      return number == nullptr || *number < 0 ? std::int64_t{0} : *number;
    };
    chain.gone = integer("gone");
    chain.last = chain.gone;
    chain.counter = integer("counter");
    chain.delivered = integer("delivered");
    const json::Value* hash = value.ok() ? value->find("hash") : nullptr;
    if (hash != nullptr && hash->as_string() != nullptr &&
        hash->as_string()->size() == journal::no_hash.size())
      chain.hash = *hash->as_string();
  }
  for (std::int64_t seq = chain.gone + 1;; ++seq) {
    std::optional<std::string> text = bridge_.local_get(record_key(epoch, seq));
    if (!text.has_value()) break;
    chain.last = seq;
    auto record = journal::read_record(std::string_view(*text));
    if (record.ok() && record->seq == seq && record->epoch == epoch &&
        journal::hash_of(*record) == record->hash) {
      chain.hash = record->hash;
      note_receipt(chain, *record);
      records_.push_back({std::move(record).value(), std::move(*text), seq <= chain.delivered});
    } else {
      odd_.push_back({epoch, seq, std::move(*text)});
    }
  }
  chains_[epoch] = std::move(chain);
}

void Memory::note_receipt(Chain& chain, const journal::Record& record) const {
  const json::Value* receipt = record.body.find("receipt");
  if (receipt == nullptr || receipt->as_string() == nullptr) return;
  const auto number = parse_receipt_number(*receipt->as_string());
  if (number.ok()) chain.counter = std::max(chain.counter, number->counter);
}

void Memory::save_chain(std::int64_t epoch) {
  const Chain& chain = chains_[epoch];
  // The hash and counter of the records that are gone; those that are here speak for themselves.
  std::string hash = chain.hash;
  std::int64_t counter = chain.counter;
  for (const Stored& stored : records_) {
    if (stored.record.epoch == epoch) {
      hash = stored.record.prev;
      break;
    }
  }
  bridge_.local_set(
      chain_key(epoch),
      json::dump(json::Object{
          {"gone", chain.gone}, {"hash", hash}, {"counter", counter}, {"delivered", chain.delivered}}));
}

Result<void> Memory::enrol(const Enrolment& enrolment) {
  json::Array epochs;
  for (const auto& [epoch, chain] : chains_) epochs.emplace_back(epoch);
  if (!chains_.contains(enrolment.epoch)) epochs.emplace_back(enrolment.epoch);
  const bool kept = bridge_.local_set(epochs_key, json::dump(epochs)) &&
                    bridge_.local_set(enrolment_key, json::dump(to_json(enrolment)));
  if (!kept)
    return fail(Error::storage, {},
                "This device does not let Ringup keep data. Allow storage for this page.");
  chains_.try_emplace(enrolment.epoch);
  enrolment_ = enrolment;
  return {};
}

void Memory::change_settings(const Settings& settings) {
  if (!enrolment_.has_value() || settings == enrolment_->settings) return;
  if (settings.currency != enrolment_->settings.currency) return;
  enrolment_->settings = settings;
  bridge_.local_set(enrolment_key, json::dump(to_json(*enrolment_)));
}

void Memory::sign_in(const Cashier& cashier) {
  cashier_ = cashier;
  bridge_.local_set(cashier_key, json::dump(to_json(cashier)));
}

void Memory::sign_out() {
  cashier_.reset();
  bridge_.local_remove(cashier_key);
}

std::string Memory::next_receipt() const {
  ASSERT(enrolment_.has_value());
  const auto chain = chains_.find(enrolment_->epoch);
  ASSERT(chain != chains_.end());
  return to_string(ReceiptNumber{enrolment_->series, enrolment_->epoch, chain->second.counter + 1});
}

Result<journal::Record> Memory::append(journal::Record draft) {
  ASSERT(enrolment_.has_value());
  Chain& chain = chains_[enrolment_->epoch];
  // Another tab may have written since (where the browser has no locks): never over a record.
  if (bridge_.local_get(record_key(enrolment_->epoch, chain.last + 1)).has_value()) {
    return fail(
        Error::conflict, {},
        "This till was used in another tab. Close the other tab and reload this one; the cart stays.");
  }
  draft.till = enrolment_->till;
  draft.epoch = enrolment_->epoch;
  draft.seq = chain.last + 1;
  journal::Record record = TRY(journal::seal(std::move(draft), chain.hash));
  std::string text = journal::record_text(record);
  while (!bridge_.local_set(record_key(record.epoch, record.seq), text)) {
    if (!make_room()) {
      return fail(Error::storage, {},
                  "This device is full and the sale was not taken. Connect to the network so that sales can "
                  "be sent.");
    }
  }
  chain.last = record.seq;
  chain.hash = record.hash;
  note_receipt(chain, record);
  records_.push_back({record, std::move(text), false});
  return record;
}

/// Deletes the oldest record of its epoch, if it was delivered.
bool Memory::make_room() {
  if (records_.empty() || !records_.front().delivered) return false;
  const journal::Record oldest = records_.front().record;
  forget_through(oldest.epoch, oldest.seq);
  return true;
}

std::string Memory::text_of(std::int64_t epoch, std::int64_t seq) const {
  for (const Stored& stored : records_) {
    if (stored.record.epoch == epoch && stored.record.seq == seq) return stored.text;
  }
  for (const Odd& odd : odd_) {
    if (odd.epoch == epoch && odd.seq == seq) return odd.text;
  }
  return {};
}

void Memory::follow(const journal::Outbox& outbox) {
  std::map<std::int64_t, std::int64_t> through;  // per epoch: all at or below were delivered
  for (const auto& [epoch, chain] : chains_) through[epoch] = chain.gone;
  for (Stored& stored : records_) {
    const journal::Record& record = stored.record;
    stored.delivered = outbox.delivered(record.epoch, record.seq);
    std::int64_t& last = through[record.epoch];
    if (stored.delivered && record.seq == last + 1) last = record.seq;
  }
  for (const auto& [epoch, last] : through) {
    Chain& chain = chains_[epoch];
    if (std::max(chain.delivered, chain.gone) == last) continue;
    chain.delivered = last;
    save_chain(epoch);
  }
}

void Memory::forget_through(std::int64_t epoch, std::int64_t seq) {
  Chain& chain = chains_[epoch];
  if (seq <= chain.gone) return;
  const std::int64_t first = chain.gone + 1;
  chain.gone = std::min(seq, chain.last);
  std::erase_if(records_,
                [&](const Stored& s) { return s.record.epoch == epoch && s.record.seq <= chain.gone; });
  std::erase_if(odd_, [&](const Odd& odd) { return odd.epoch == epoch && odd.seq <= chain.gone; });
  save_chain(epoch);  // first: a crash in between leaves texts that nobody reads, never a hole
  for (std::int64_t gone = first; gone <= chain.gone; ++gone) bridge_.local_remove(record_key(epoch, gone));
}

void Memory::remember_generation(std::string_view generation) {
  bridge_.local_set(generation_key, generation);
}

void Memory::fill(journal::Outbox& outbox) const {
  if (enrolment_.has_value()) outbox.enrolled(enrolment_->epoch);
  std::map<std::pair<std::int64_t, std::int64_t>, const Stored*> sound;
  for (const Stored& stored : records_) sound[{stored.record.epoch, stored.record.seq}] = &stored;
  for (const auto& [epoch, chain] : chains_) {
    if (chain.gone > 0) outbox.forgotten(epoch, chain.gone);
    for (std::int64_t seq = chain.gone + 1; seq <= chain.last; ++seq) {
      const auto found = sound.find({epoch, seq});
      if (found == sound.end()) {
        (void)outbox.add(epoch, seq, std::nullopt, text_of(epoch, seq).size(), false);
      } else {
        const Stored& stored = *found->second;
        (void)outbox.add(epoch, seq, stored.record.id, stored.text.size(), true, stored.delivered);
      }
    }
  }
  if (auto generation = bridge_.local_get(generation_key)) outbox.remember_generation(std::move(*generation));
}

}  // namespace ringup::till
