#include "web/till/old_form.h"

#include <algorithm>

#include "core/base/json.h"
#include "core/sale/sale.h"
#include "core/till/record.h"
#include "web/till/ledger_keys.h"

namespace ringup::till {
namespace {

using platform::LedgerWrite;

constexpr std::string_view enrolment_key = "till/enrolment", cashier_key = "till/cashier",
                           epochs_key = "till/epochs", generation_key = "till/generation",
                           cart_key = "till/cart";

std::string record_key(std::int64_t epoch, std::int64_t seq) {
  return "journal/" + std::to_string(epoch) + "/" + std::to_string(seq);
}
std::string chain_key(std::int64_t epoch) {
  return "journal/" + std::to_string(epoch) + "/chain";
}

std::vector<std::int64_t> epochs_in(platform::Bridge& bridge) {
  std::vector<std::int64_t> epochs;
  const auto text = bridge.local_get(epochs_key);
  const auto value = text.has_value() ? json::parse(*text) : Result<json::Value>(Error::not_found);
  if (!value.ok() || value->as_array() == nullptr) return epochs;
  for (const json::Value& item : *value->as_array()) {
    const std::int64_t* epoch = item.as_integer();
    if (epoch != nullptr && *epoch >= 1 && *epoch <= ledger::epoch_max) epochs.push_back(*epoch);
  }
  return epochs;
}

/// The old summary told of the records that were deleted; the new head tells of the last one.
void read_chain(platform::Bridge& bridge, std::int64_t epoch, std::vector<LedgerWrite>& out) {
  json::Value summary;
  if (const auto text = bridge.local_get(chain_key(epoch))) {
    if (auto value = json::parse(*text); value.ok()) summary = std::move(value).value();
  }
  const std::int64_t gone = ledger::number_in(summary, "gone");
  std::int64_t last = gone, counter = ledger::number_in(summary, "counter");
  const json::Value* stated = summary.find("hash");
  std::string hash(journal::no_hash);
  if (stated != nullptr && stated->as_string() != nullptr && stated->as_string()->size() == hash.size())
    hash = *stated->as_string();
  for (;; ++last) {
    std::optional<std::string> text = bridge.local_get(record_key(epoch, last + 1));
    if (!text.has_value()) break;
    const auto record = journal::read_record(std::string_view(*text));
    if (record.ok() && record->seq == last + 1 && record->epoch == epoch &&
        journal::hash_of(*record) == record->hash) {
      hash = record->hash;
      const json::Value* receipt = record->body.find("receipt");
      if (receipt != nullptr && receipt->as_string() != nullptr) {
        if (const auto number = parse_receipt_number(*receipt->as_string()); number.ok())
          counter = std::max(counter, number->counter);
      }
    }
    out.push_back({LedgerWrite::Verb::add, ledger::journal_key(epoch, last + 1), std::move(text).value()});
  }
  const auto note = [&](std::string_view what, std::string text) {
    out.push_back({LedgerWrite::Verb::put, ledger::chain_key(epoch, what), std::move(text)});
  };
  note("head", json::dump(json::Object{{"last", last}, {"hash", hash}, {"counter", counter}}));
  if (gone > 0) note("gone", std::to_string(gone));
  const std::int64_t sent = std::min(std::max(gone, ledger::number_in(summary, "delivered")), last);
  if (sent > 0) note("sent", std::to_string(sent));
}

}  // namespace

std::optional<std::vector<LedgerWrite>> read_old_form(platform::Bridge& bridge) {
  if (!bridge.local_get(enrolment_key).has_value()) return std::nullopt;
  std::vector<LedgerWrite> writes;
  const auto take = [&](std::string_view from, std::string to) {
    if (auto text = bridge.local_get(from))
      writes.push_back({LedgerWrite::Verb::put, std::move(to), std::move(*text)});
  };
  take(enrolment_key, std::string(ledger::enrolment_key));
  take(cashier_key, std::string(ledger::cashier_key));
  take(generation_key, std::string(ledger::generation_key));
  take(cart_key, std::string(ledger::draft_prefix) + "cart");
  for (const std::int64_t epoch : epochs_in(bridge)) read_chain(bridge, epoch, writes);
  return writes;
}

void forget_old_form(platform::Bridge& bridge) {
  for (const std::int64_t epoch : epochs_in(bridge)) {
    json::Value summary;
    if (const auto text = bridge.local_get(chain_key(epoch))) {
      if (auto value = json::parse(*text); value.ok()) summary = std::move(value).value();
    }
    for (std::int64_t seq = ledger::number_in(summary, "gone") + 1;; ++seq) {
      if (!bridge.local_get(record_key(epoch, seq)).has_value()) break;
      bridge.local_remove(record_key(epoch, seq));
    }
    bridge.local_remove(chain_key(epoch));
  }
  for (const std::string_view key : {epochs_key, cashier_key, generation_key, cart_key, enrolment_key})
    bridge.local_remove(key);  // the enrolment last: until then it would be tried again
}

}  // namespace ringup::till
