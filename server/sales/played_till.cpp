#include "server/sales/played_till.h"

#include "server/sales/exchange.h"

namespace ringup::sales {

PlayedTill::PlayedTill(store::Store& store, const http::TillPrincipal& till, std::string generation)
    : store_(store), till_(till), generation_(std::move(generation)) {}

std::string PlayedTill::next_receipt() {
  return to_string(ReceiptNumber{till_.series, till_.epoch, ++receipts_});
}

Result<Id> PlayedTill::add(journal::Kind kind, std::int64_t at_ms, json::Value body) {
  std::array<std::uint8_t, 10> random;
  store::random_bytes(random);
  journal::Record record;
  record.id = make_id(at_ms, random);
  record.till = till_.till;
  record.epoch = till_.epoch;
  record.seq = seq_ + 1;
  record.kind = kind;
  record.at = at_ms;
  record.user = user_;
  record.shift = shift_;
  record.price_list = 1;
  record.body = std::move(body);
  record = TRY(journal::seal(std::move(record), prev_));
  prev_ = record.hash;
  ++seq_;
  records_.push_back(journal::read_envelope(journal::record_text(record)));
  return record.id;
}

Result<void> PlayedTill::send(std::int64_t now_us) {
  if (records_.empty()) return {};
  journal::Request request;
  request.epoch = till_.epoch;
  request.records = std::move(records_);
  records_.clear();
  const journal::Answer answer = TRY(receive_journal(store_, till_, request, generation_, now_us));
  for (const journal::RecordResult& result : answer.results) {
    if (result.result != journal::Outcome::accepted) {
      return fail(Error::conflict, "record " + std::to_string(result.seq.value_or(0)),
                  std::string(journal::outcome_name(result.result)));
    }
  }
  return {};
}

}  // namespace ringup::sales
