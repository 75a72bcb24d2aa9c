#pragma once
/// The fixture of the journal's table: requests of one till go through receive() on a ledger in memory, which
/// does what the server does in SQL.
#include <gtest/gtest.h>

#include "core/till/chain.h"
#include "tests/core/till/memory_ledger.h"

namespace ringup::journal {

inline constexpr Outcome accepted = Outcome::accepted, duplicate = Outcome::duplicate,
                         quarantined = Outcome::quarantined, conflict = Outcome::conflict;

inline std::string broken(const Record& record) {  // another text in the body, the stated hash left as it was
  Record changed = record;
  changed.body = json::Value(json::Object{{"text", "changed on its way"}});
  return record_text(changed);
}
inline std::string with_stated_hash(const Record& record, char digit) {
  Record changed = record;
  changed.hash = std::string(64, digit);
  return record_text(changed);
}
inline Record resealed(Record record, std::string text) {
  record.body = json::Value(json::Object{{"text", std::move(text)}});
  return seal(record, record.prev).value();
}

class ChainTest : public testing::Test {
 protected:
  Answer send(const std::vector<Envelope>& records, std::optional<std::int64_t> have_from = std::nullopt) {
    Request request;
    request.generation = context_.generation;
    request.epoch = epoch_;
    request.have_from = have_from;
    request.records = records;
    const Result<Answer> answer = receive(context_, request, ledger_);
    EXPECT_TRUE(answer.ok()) << (answer.ok() ? "" : describe(answer.failure()));
    return answer.ok() ? *answer : Answer{};
  }
  Answer send_texts(const std::vector<std::string>& texts) {
    std::vector<Envelope> records;
    for (const std::string& text : texts) records.push_back(read_envelope(text));
    return send(records);
  }
  Answer send(const std::vector<Record>& records, std::optional<std::int64_t> have_from = std::nullopt) {
    std::vector<Envelope> envelopes;
    for (const Record& record : records) envelopes.push_back(read_envelope(record_text(record)));
    return send(envelopes, have_from);
  }
  static std::vector<Outcome> outcomes(const Answer& answer) {
    std::vector<Outcome> list;
    for (const RecordResult& result : answer.results) list.push_back(result.result);
    return list;
  }
  int booked(const Record& record) const { return ledger_.times_booked(record.id); }
  std::size_t branches() { return ledger_.epochs[epoch_].lines.size(); }

  MemoryLedger ledger_;
  Context context_{test_till(), 1, 1, false, "g1", 0};
  std::int64_t epoch_ = 1;
};

}  // namespace ringup::journal
