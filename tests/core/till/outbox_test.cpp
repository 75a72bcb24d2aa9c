#include "core/till/outbox.h"

#include <gtest/gtest.h>

#include "core/base/base64.h"
#include "tests/core/till/memory_ledger.h"

namespace ringup::journal {
namespace {

using Action = Outbox::Action;

/// A till's storage beside its outbox, and a server that answers it.
class OutboxTest : public testing::Test {
 protected:
  OutboxTest() { outbox_.enrolled(1); }

  void store(const Record& record) {
    const std::string text = record_text(record);
    texts_[{record.epoch, record.seq}] = text;
    ASSERT_TRUE(outbox_.add(record.epoch, record.seq, record.id, text.size()).ok());
  }
  void store(const std::vector<Record>& records) {
    for (const Record& record : records) store(record);
  }
  std::string body(const Outbox::Plan& plan) {
    std::vector<std::string> texts;
    for (const std::int64_t seq : plan.seqs) texts.push_back(texts_[{plan.epoch, seq}]);
    return outbox_.write(plan, texts, std::nullopt);
  }
  /// One request and its answer; false where there was nothing to send.
  bool exchange() {
    const Outbox::Plan plan = outbox_.plan(now_);
    if (plan.action != Action::send) return false;
    const Result<Request> request = read_request(body(plan));
    EXPECT_TRUE(request.ok());
    const Result<Answer> answer = receive(context_, *request, ledger_);
    EXPECT_TRUE(answer.ok());
    outbox_.answered(plan, 200, write_answer(*answer), now_);
    return true;
  }
  int exchange_all() {
    int requests = 0;
    while (requests < 50 && exchange()) ++requests;
    EXPECT_LT(requests, 50);
    return requests;
  }

  Outbox outbox_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> texts_;
  MemoryLedger ledger_;
  Context context_{test_till(), 1, 1, false, "g1", 0};
  std::int64_t now_ = 1000;
};

TEST_F(OutboxTest, AsksAtTheStartAndEveryFiveMinutes) {
  EXPECT_TRUE(exchange());
  Outbox::Plan plan = outbox_.plan(now_);
  EXPECT_EQ(plan.action, Action::wait);
  EXPECT_EQ(plan.wait_ms, ask_every_ms);
  now_ += ask_every_ms;
  plan = outbox_.plan(now_);
  EXPECT_EQ(plan.action, Action::send);
  EXPECT_TRUE(plan.seqs.empty());
  EXPECT_EQ(outbox_.generation(), "g1");
}

TEST_F(OutboxTest, SendsARecordAsItIsMade) {
  exchange_all();
  const auto records = note_chain(1, 2);
  for (const Record& record : records) {
    store(record);
    EXPECT_EQ(outbox_.pending(), 1u);
    EXPECT_EQ(exchange_all(), 1);
    EXPECT_TRUE(outbox_.delivered(1, record.seq));
  }
}

TEST_F(OutboxTest, SendsALongQueueInRequestsWithinTheLimits) {
  store(note_chain(1, 450));
  EXPECT_EQ(outbox_.plan(now_).seqs.size(), 200u);
  EXPECT_EQ(exchange_all(), 3);
  EXPECT_EQ(outbox_.pending(), 0u);
}

TEST_F(OutboxTest, ManyLargeRecordsStayBelowAMebibyte) {
  std::string prev(no_hash);
  for (std::int64_t seq = 1; seq <= 10; ++seq) {
    Record record = note_record(seq, prev);
    record.body = json::Value(json::Object{{"text", std::string(200'000, 'x')}});
    record = seal(record, prev).value();
    prev = record.hash;
    store(record);
  }
  const Outbox::Plan plan = outbox_.plan(now_);
  EXPECT_EQ(plan.seqs.size(), 5u);
  EXPECT_LE(body(plan).size(), request_bytes_max);
  EXPECT_EQ(exchange_all(), 2);
}

TEST_F(OutboxTest, OnlyItsOwnIdInTheResultsCountsAsDelivered) {
  const auto records = note_chain(1, 3);
  store(records);
  const Outbox::Plan plan = outbox_.plan(now_);
  Answer answer;
  answer.generation = "g1";
  answer.acked_through = 3;
  RecordResult result;
  result.id = records[0].id;
  result.seq = 1;
  answer.results.push_back(result);
  result.id = test_id(9, 9);
  result.seq = 2;
  answer.results.push_back(result);
  outbox_.answered(plan, 200, write_answer(answer), now_);
  EXPECT_TRUE(outbox_.delivered(1, 1));
  EXPECT_FALSE(outbox_.delivered(1, 2));
  EXPECT_FALSE(outbox_.delivered(1, 3));
}

TEST_F(OutboxTest, ALostAnswerMeansTheSameAgainAfterAWhile) {
  store(note_chain(1, 3));
  const Outbox::Plan plan = outbox_.plan(now_);
  outbox_.answered(plan, 0, "", now_);
  EXPECT_EQ(outbox_.plan(now_).action, Action::wait);
  std::int64_t waited = outbox_.plan(now_).wait_ms;
  EXPECT_EQ(waited, retry_delay_ms_min);
  now_ += waited;
  EXPECT_EQ(outbox_.plan(now_).seqs, plan.seqs);
  for (int i = 0; i < 20; ++i) {
    outbox_.answered(plan, 0, "", now_);
    EXPECT_GE(outbox_.plan(now_).wait_ms, waited);
    waited = outbox_.plan(now_).wait_ms;
    now_ += waited;
  }
  EXPECT_EQ(waited, retry_delay_ms_max);
  outbox_.answered(plan, 0, "", now_);
  outbox_.reconnected();
  EXPECT_EQ(outbox_.plan(now_).action, Action::send);
}

TEST_F(OutboxTest, HalvesWhatIsRefusedAndThenSendsTheBytesOfOne) {
  const auto records = note_chain(1, 8);
  store(records);
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 4; ++i) {
    const Outbox::Plan plan = outbox_.plan(now_);
    sizes.push_back(plan.seqs.size());
    EXPECT_FALSE(plan.as_raw);
    outbox_.answered(plan, i % 2 == 0 ? 400 : 413, "", now_);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{8, 4, 2, 1}));
  const Outbox::Plan plan = outbox_.plan(now_);
  EXPECT_TRUE(plan.as_raw);
  EXPECT_EQ(plan.seqs, std::vector<std::int64_t>{1});
  EXPECT_NE(body(plan).find(R"({"seq":1,"raw":")" + base64_encode(texts_[{1, 1}]) + "\"}"),
            std::string::npos);
  exchange_all();  // grows again, and what went raw was a sound record after all
  EXPECT_EQ(outbox_.pending(), 0u);
  EXPECT_EQ(ledger_.times_booked(records[0].id), 1);
}

TEST_F(OutboxTest, ATroubledServerIsNotAskedAgainAtOnce) {
  store(note_chain(1, 2));
  outbox_.answered(outbox_.plan(now_), 503, "", now_);
  EXPECT_EQ(outbox_.plan(now_).action, Action::wait);
  now_ += retry_delay_ms_min;
  EXPECT_EQ(outbox_.plan(now_).seqs.size(), 1u);
}

TEST_F(OutboxTest, DamagedAndLostRecordsDoNotHoldUpTheQueue) {
  const auto records = note_chain(1, 6);
  store({records[0], records[1]});
  texts_[{1, 3}] = "{\"broken";
  ASSERT_TRUE(outbox_.add(1, 3, std::nullopt, texts_[{1, 3}].size(), false).ok());
  store({records[4], records[5]});  // 4 is gone
  EXPECT_EQ(outbox_.pending(), 6u);
  exchange_all();
  EXPECT_EQ(outbox_.pending(), 0u);
  EXPECT_EQ(ledger_.times_booked(records[5].id), 1);
  EXPECT_EQ(ledger_.epochs[1].lines.size(), 1u);
  EXPECT_EQ(ledger_.rows[2].raw, "{\"broken");
  EXPECT_EQ(ledger_.rows[3].raw, "");
}

TEST_F(OutboxTest, ADamagedRecordThatSeemsAnotherTillsDoesNotHoldUpTheQueue) {
  const auto records = note_chain(1, 3);
  store(records[0]);
  std::string text = record_text(records[1]);
  text.replace(text.find(to_string(test_till())), 36, to_string(test_id(1, 99)));
  texts_[{1, 2}] = text;
  ASSERT_TRUE(outbox_.add(1, 2, records[1].id, text.size(), false).ok());
  store(records[2]);
  exchange_all();
  EXPECT_EQ(outbox_.pending(), 0u);
  EXPECT_EQ(ledger_.times_booked(records[2].id), 1);
}

TEST_F(OutboxTest, SendsAgainFromWhereTheServerNeedsThem) {
  store(note_chain(1, 6));
  exchange_all();
  ledger_ = MemoryLedger();  // same generation, nothing there
  now_ += ask_every_ms;
  exchange_all();
  EXPECT_EQ(ledger_.rows.size(), 6u);
}

TEST_F(OutboxTest, AfterARestoreEverythingNotInEveryBackupIsSentAgain) {
  store(note_chain(1, 4));
  context_.durable_through = 2;
  exchange_all();
  const MemoryLedger backup = ledger_;
  store(note_chain(5, 6, note_chain(1, 4)[3].hash));
  exchange_all();
  ledger_ = backup;
  context_.generation = "g2";
  now_ += ask_every_ms;
  EXPECT_TRUE(exchange());
  EXPECT_EQ(outbox_.generation(), "g2");
  EXPECT_EQ(outbox_.pending(), 4u);  // 3 to 6
  exchange_all();
  EXPECT_EQ(ledger_.rows.size(), 6u);
}

TEST_F(OutboxTest, ACloneOrAnOldCopyGetsANewEpochBeforeItsNextReceipt) {
  Request others;
  for (const Record& record : note_chain(1, 5)) others.records.push_back(read_envelope(record_text(record)));
  ASSERT_TRUE(receive(context_, others, ledger_).ok());
  store(note_chain(1, 3));  // old storage: the server has five
  EXPECT_FALSE(outbox_.needs_epoch());
  EXPECT_TRUE(exchange());
  EXPECT_TRUE(outbox_.needs_epoch());
  EXPECT_EQ(outbox_.plan(now_).action, Action::enrol);
  outbox_.enrol_failed(now_);
  EXPECT_NE(outbox_.plan(now_).action, Action::enrol);
  EXPECT_TRUE(outbox_.needs_epoch());
  outbox_.enrolled(2);
  EXPECT_FALSE(outbox_.needs_epoch());
  EXPECT_EQ(outbox_.epoch(), 2);
}

TEST_F(OutboxTest, AForkedTillEnrolsAgainAndDeliversItsOldEpoch) {
  const auto main = note_chain(1, 3);
  Request others;
  for (const Record& record : main) others.records.push_back(read_envelope(record_text(record)));
  ASSERT_TRUE(receive(context_, others, ledger_).ok());
  store(main[0]);
  store(note_chain(2, 4, main[0].hash, 1));
  EXPECT_TRUE(exchange());
  EXPECT_TRUE(outbox_.needs_epoch());
  outbox_.enrolled(2);
  context_.token_epoch = context_.newest_epoch = 2;
  store(note_chain(1, 2, no_hash, 1, 2));
  exchange_all();
  EXPECT_EQ(outbox_.pending(), 0u);
  EXPECT_FALSE(outbox_.needs_epoch());
  EXPECT_EQ(outbox_.deletable_through(1), 0);  // durable_through speaks of the other branch
  // Asking hears the main branch's end, which is below the fork's; that is no reason to send for ever.
  for (int i = 0; i < 3; ++i) {
    now_ += ask_every_ms;
    exchange_all();
  }
  now_ += ask_every_ms;
  EXPECT_EQ(exchange_all(), 2);  // one question per epoch
}

TEST_F(OutboxTest, DeletesOnlyWhatIsDeliveredAndInABackup) {
  const auto records = note_chain(1, 6);
  store(records);
  context_.durable_through = 4;
  exchange_all();
  EXPECT_EQ(outbox_.deletable_through(1), 4);
  outbox_.deleted_through(1, 4);
  EXPECT_EQ(outbox_.pending(), 0u);
  EXPECT_TRUE(outbox_.delivered(1, 2));
  ledger_ = MemoryLedger();  // a backup older than all that were promised
  context_.generation = "g2";
  context_.durable_through = 0;
  now_ += ask_every_ms;
  exchange_all();
  ASSERT_EQ(ledger_.epochs[1].gaps.size(), 1u);
  EXPECT_EQ(ledger_.epochs[1].gaps[0].to, 4);
  EXPECT_EQ(ledger_.times_booked(records[5].id), 1);
}

TEST_F(OutboxTest, AServerThatNeverHasEnoughIsNotAskedInALoop) {
  store(note_chain(1, 3));
  Answer answer;
  answer.generation = "g1";
  answer.need_from = 1;
  int requests = 0;
  for (; requests < 10; ++requests) {
    const Outbox::Plan plan = outbox_.plan(now_);
    if (plan.action != Action::send) break;
    outbox_.answered(plan, 200, write_answer(answer), now_);
  }
  EXPECT_LE(requests, 3);
}

TEST_F(OutboxTest, NumbersComeInOrder) {
  ASSERT_TRUE(outbox_.add(1, 5, test_id(1000, 5), 100).ok());
  EXPECT_EQ(outbox_.add(1, 5, test_id(1000, 5), 100).error(), Error::out_of_range);
  EXPECT_EQ(outbox_.add(1, 4, test_id(1000, 4), 100).error(), Error::out_of_range);
  EXPECT_EQ(outbox_.pending(), 1u);
}

}  // namespace
}  // namespace ringup::journal
