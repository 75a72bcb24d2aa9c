#include "web/till/memory.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "core/till/bodies.h"
#include "tests/web/fake_bridge.h"
#include "web/till/ledger_keys.h"

namespace ringup::till {
namespace {

using journal::Kind;
using platform::LedgerOutcome;
using test::FakeBridge;

constexpr std::int64_t day_ms = 86'400'000;

Enrolment enrolment_of(std::int64_t epoch) {
  Enrolment enrolment;
  enrolment.till = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
  enrolment.series = "A1";
  enrolment.epoch = epoch;
  enrolment.token = "till-token";
  enrolment.tenant = "corner";
  enrolment.branch = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
  enrolment.settings = {"Corner Shop", "Main Street", {"Corner Shop"}, {"Thank you!"}, "DE", "EUR"};
  return enrolment;
}

class TillMemory : public ::testing::Test {
 protected:
  void SetUp() override {
    start();
    enrol(1);
  }
  void start() {
    bridge.kill();
    memory = std::make_unique<Memory>(bridge);
    open();
    bridge.ledger.run();
  }
  void open(bool look_on = false) {
    known = all = 0;
    memory->open(
        look_on, [this] { ++known; }, [this] { ++all; });
  }
  void enrol(std::int64_t epoch) {
    memory->enrol(enrolment_of(epoch), [](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
    bridge.ledger.run();
  }
  journal::Record draft(Kind kind, json::Value body) {
    journal::Record record;
    std::array<std::uint8_t, 10> random;
    bridge.random(random);
    record.id = make_id(bridge.clock, random);
    record.kind = kind;
    record.at = bridge.clock;
    record.user = *parse_id("0190b2f4-0000-7000-8000-0000000000c1");
    record.body = std::move(body);
    return record;
  }
  std::shared_ptr<std::optional<Result<journal::Record>>> begin(Kind kind, json::Value body) {
    auto result = std::make_shared<std::optional<Result<journal::Record>>>();
    memory->append(draft(kind, std::move(body)), {},
                   [result](Result<journal::Record> done) { *result = std::move(done); });
    return result;
  }
  Result<journal::Record> append(Kind kind, json::Value body) {
    const auto result = begin(kind, std::move(body));
    bridge.ledger.run();
    return result->value_or(fail(Error::internal));
  }
  Id note(const std::string& text) {
    const Result<journal::Record> kept = append(Kind::note, to_json(journal::NoteBody{text}));
    EXPECT_TRUE(kept.ok());
    return kept.ok() ? kept->id : Id{};
  }
  Result<journal::Record> read(const Id& id) {
    std::optional<Result<journal::Record>> result;
    memory->read(id, [&](Result<journal::Record> record) { result = std::move(record); });
    bridge.ledger.run();
    return result.value_or(fail(Error::internal));
  }
  /// The server takes all that is planned and says how much a backup holds.
  void deliver(journal::Outbox& outbox, std::int64_t durable = 0) {
    journal::Answer answer;
    answer.generation = "g1";
    const journal::Outbox::Plan plan = outbox.plan(0);
    ASSERT_EQ(plan.action, journal::Outbox::Action::send);
    answer.epoch = plan.epoch;
    for (const std::int64_t seq : plan.seqs) {
      journal::RecordResult result;
      result.seq = seq;
      for (const Kept& kept : memory->kept()) {
        if (kept.epoch == plan.epoch && kept.seq == seq) result.id = kept.id;
      }
      answer.results.push_back(result);
    }
    answer.acked_through = memory->kept().empty() ? 0 : memory->kept().back().seq;
    answer.durable_through = durable;
    outbox.answered(plan, 200, journal::write_answer(answer), 0);
    memory->follow(outbox);
    memory->remember_generation("g1");
    memory->may_forget(plan.epoch, outbox.deletable_through(plan.epoch));
    bridge.ledger.run();
  }
  journal::Outbox filled() {
    journal::Outbox outbox;
    memory->fill(outbox);
    outbox.reconnected();
    return outbox;
  }
  std::size_t on_disk() const {
    std::size_t count = 0;
    for (const auto& [key, text] : bridge.ledger.kept) count += ledger::place_of(key).has_value() ? 1 : 0;
    return count;
  }

  FakeBridge bridge;
  std::unique_ptr<Memory> memory;
  int known = 0, all = 0;
};

TEST_F(TillMemory, KnowsEverythingAgainAfterAStart) {
  Cashier kim;
  kim.user = *parse_id("0190b2f4-0000-7000-8000-0000000000c1");
  kim.first_name = "Kim";
  memory->sign_in(kim);
  memory->keep_draft("cart", "{}");
  memory->keep_draft("parked/1", "[]");
  const Id first = note("one"), second = note("two");
  start();
  EXPECT_EQ(known, 1);
  EXPECT_EQ(all, 1);
  EXPECT_EQ(memory->enrolment()->token, "till-token");
  EXPECT_EQ(memory->cashier()->name(), "Kim");
  EXPECT_EQ(memory->draft("cart"), "{}");
  EXPECT_EQ(memory->drafts().size(), 2u);
  ASSERT_EQ(memory->kept().size(), 2u);
  EXPECT_EQ(memory->kept()[0].id, first);
  EXPECT_EQ(memory->kept()[1].id, second);
  const Id third = note("three");
  EXPECT_EQ(memory->kept()[2].id, third);
  EXPECT_EQ(memory->kept()[2].seq, 3);
}

TEST_F(TillMemory, BooksAtOnceWhileItsRecordsAreStillBeingRead) {
  for (int i = 0; i < 600; ++i) note(std::to_string(i));
  bridge.kill();
  memory = std::make_unique<Memory>(bridge);
  open();
  while (known == 0) ASSERT_TRUE(bridge.ledger.step());
  EXPECT_FALSE(memory->complete());
  const auto late = begin(Kind::note, to_json(journal::NoteBody{"in between"}));
  bridge.ledger.run();
  ASSERT_TRUE((*late)->ok());
  EXPECT_EQ(all, 1);
  ASSERT_EQ(memory->kept().size(), 601u);
  for (std::size_t i = 0; i < memory->kept().size(); ++i)
    ASSERT_EQ(memory->kept()[i].seq, static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(filled().pending(), 601u);
}

TEST_F(TillMemory, FollowsTheShiftByItself) {
  EXPECT_FALSE(memory->shift().has_value());
  const Id shift = append(Kind::shift_open, to_json(journal::ShiftOpenBody{10'000, "EUR"}))->id;
  ASSERT_TRUE(memory->shift().has_value());
  EXPECT_EQ(memory->shift()->id, shift);
  EXPECT_EQ(memory->shift()->float_amount, 10'000);
  start();
  ASSERT_TRUE(memory->shift().has_value());
  EXPECT_EQ(append(Kind::note, to_json(journal::NoteBody{"in it"}))->shift, shift);
  EXPECT_EQ(append(Kind::shift_close, to_json(journal::ShiftCloseBody{1, 2, "EUR"}))->shift, shift);
  EXPECT_FALSE(memory->shift().has_value());
  start();
  EXPECT_FALSE(memory->shift().has_value());
  EXPECT_EQ(append(Kind::note, to_json(journal::NoteBody{"after it"}))->shift, std::nullopt);
}

TEST_F(TillMemory, TextsOfDeliveredRecordsAreReadFromTheDiskAndBelievedByTheirHash) {
  const Id first = note("one"), second = note("two");
  journal::Outbox outbox = filled();
  deliver(outbox);
  EXPECT_TRUE(memory->kept()[0].delivered);
  EXPECT_EQ(read(first)->body.find("text")->as_string()->substr(0), "one");
  std::string& text = bridge.ledger.kept.find(ledger::journal_key(1, 2))->second;
  text.replace(text.find("two"), 3, "ten");
  EXPECT_EQ(read(second).error(), Error::damaged);
  bridge.ledger.kept.erase(ledger::journal_key(1, 1));
  EXPECT_EQ(read(first).error(), Error::not_found);
}

TEST_F(TillMemory, ADamagedTextIsKeptAsItIsAndTravelsRaw) {
  note("one");
  note("two");
  note("three");
  bridge.ledger.kept.find(ledger::journal_key(1, 2))->second = "{\"half\":";
  start();
  EXPECT_EQ(memory->kept().size(), 2u);
  journal::Outbox outbox = filled();
  EXPECT_EQ(outbox.pending(), 3u);
  EXPECT_EQ(outbox.plan(0).seqs, std::vector<std::int64_t>{1});
  deliver(outbox);
  const journal::Outbox::Plan plan = outbox.plan(0);
  EXPECT_TRUE(plan.as_raw);
  std::vector<std::string> texts;
  memory->texts(1, plan.seqs, [&](std::vector<std::string> found) { texts = std::move(found); });
  EXPECT_EQ(texts, std::vector<std::string>{"{\"half\":"});
  EXPECT_EQ(bridge.ledger.kept.find(ledger::journal_key(1, 2))->second, "{\"half\":");
}

TEST_F(TillMemory, DeletesOnlyWhatABackupHoldsAndOnlyWhenItIsOld) {
  for (int i = 0; i < 4; ++i) note("old");
  bridge.clock += (kept_days + 1) * day_ms;
  for (int i = 0; i < 4; ++i) note("young");
  journal::Outbox outbox = filled();
  deliver(outbox, 0);
  EXPECT_EQ(on_disk(), 8u) << "no backup, nothing goes";
  outbox.reconnected();
  deliver(outbox, 3);
  EXPECT_EQ(on_disk(), 5u);
  EXPECT_EQ(memory->gone_through(1), 3);
  outbox.reconnected();
  deliver(outbox, 8);
  EXPECT_EQ(on_disk(), 4u) << "the young ones stay";
  start();
  EXPECT_EQ(memory->kept().size(), 4u);
  note("next");
  EXPECT_EQ(memory->kept().back().seq, 9);
}

TEST_F(TillMemory, NeverDeletesARecordOfTheOpenShift) {
  note("before");
  ASSERT_TRUE(append(Kind::shift_open, to_json(journal::ShiftOpenBody{0, "EUR"})).ok());
  note("in it");
  bridge.clock += 30 * day_ms;
  journal::Outbox outbox = filled();
  deliver(outbox, 3);
  EXPECT_EQ(memory->gone_through(1), 1);
  bridge.ledger.outcomes = {LedgerOutcome::full};
  EXPECT_EQ(append(Kind::note, to_json(journal::NoteBody{"no room"})).error(), Error::storage)
      << "not even where the device is full";
  ASSERT_TRUE(append(Kind::shift_close, to_json(journal::ShiftCloseBody{0, 0, "EUR"})).ok());
  outbox = filled();
  deliver(outbox, 4);
  EXPECT_EQ(memory->gone_through(1), 3) << "the shift is closed";
}

TEST_F(TillMemory, AFullDeviceGivesUpWhatABackupHoldsAndNothingElse) {
  for (int i = 0; i < 3; ++i) note("delivered");
  journal::Outbox outbox = filled();
  deliver(outbox, 2);
  EXPECT_EQ(on_disk(), 3u) << "all are young";
  bridge.ledger.outcomes = {LedgerOutcome::full};
  note("now");
  EXPECT_EQ(on_disk(), 2u);
  bridge.ledger.outcomes = {LedgerOutcome::full};
  EXPECT_EQ(append(Kind::note, to_json(journal::NoteBody{"no"})).error(), Error::storage);
  EXPECT_EQ(on_disk(), 2u);
}

TEST_F(TillMemory, WritesEverythingAgainIfTheBrowserDeletesTheDatabase) {
  note("delivered");
  journal::Outbox outbox = filled();
  deliver(outbox);
  note("waits");
  memory->keep_draft("cart", "{}");
  bridge.ledger.run();
  bridge.ledger.kept.clear();
  bool again = false;
  memory->write_again([&](const Result<void>& done) { again = done.ok(); });
  bridge.ledger.run();
  EXPECT_TRUE(again);
  EXPECT_EQ(memory->kept().size(), 2u) << "still shown";
  start();
  ASSERT_TRUE(memory->enrolment().has_value());
  ASSERT_EQ(memory->kept().size(), 1u);
  EXPECT_EQ(memory->kept()[0].seq, 2);
  EXPECT_EQ(memory->draft("cart"), "{}");
  EXPECT_EQ(filled().pending(), 1u);
  note("goes on");
  EXPECT_EQ(memory->kept().back().seq, 3);
}

TEST_F(TillMemory, ADatabaseDeletedDuringABookingIsWrittenAgainAfterIt) {
  note("waits");
  const auto booked = begin(Kind::note, to_json(journal::NoteBody{"just now"}));
  bridge.ledger.kept.clear();
  memory->write_again([](const Result<void>& done) { EXPECT_TRUE(done.ok()); });
  bridge.ledger.run();
  ASSERT_TRUE((*booked)->ok());
  start();
  EXPECT_EQ(memory->kept().size(), 2u);
  EXPECT_EQ(filled().pending(), 2u);
}

TEST_F(TillMemory, LooksOnWithoutWritingAndSeesWhatTheOtherTabBooked) {
  note("one");
  Memory other(bridge);
  other.open(
      true, [] {}, [] {});
  bridge.ledger.run();
  EXPECT_EQ(other.kept().size(), 1u);
  const std::size_t written = bridge.ledger.written;
  other.keep_draft("cart", "of the one who looks on");
  other.sign_out();
  bridge.ledger.run();
  EXPECT_EQ(bridge.ledger.written, written);
  note("two");
  other.open(true, nullptr, nullptr);
  bridge.ledger.run();
  EXPECT_EQ(other.kept().size(), 2u);
}

TEST_F(TillMemory, AHeadThatCannotBeReadFollowsFromTheRecords) {
  note("one");
  const Id second = note("two");
  bridge.ledger.kept.find(ledger::chain_key(1, "head"))->second = "nonsense";
  start();
  EXPECT_EQ(known, 1);
  const Result<journal::Record> third = append(Kind::note, to_json(journal::NoteBody{"three"}));
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third->seq, 3);
  EXPECT_EQ(third->prev, read(second)->hash);
}

TEST_F(TillMemory, ATillOfTheOldFormIsMovedOverOnceWithAllItsRecords) {
  // As version 0.3 left it in localStorage: records from 2 on, the first was deleted.
  for (const char* text : {"one", "two", "three"}) note(text);
  const auto text_of = [&](std::int64_t seq) {
    return bridge.ledger.kept.find(ledger::journal_key(1, seq))->second;
  };
  const journal::Record second = *journal::read_record(std::string_view(text_of(2)));
  bridge.local = {
      {"till/enrolment", json::dump(to_json(enrolment_of(1)))},
      {"till/epochs", "[1]"},
      {"till/generation", "g1"},
      {"till/cart", "{\"lines\":[]}"},
      {"journal/1/chain",
       json::dump(json::Object{{"gone", 1}, {"hash", second.prev}, {"counter", 7}, {"delivered", 2}})},
      {"journal/1/2", text_of(2)},
      {"journal/1/3", text_of(3)},
      {"till/scheme", "1"}};
  bridge.ledger.kept.clear();
  const auto old = bridge.local;

  // Cut off after the transaction, before localStorage was cleared: nothing is moved twice.
  bridge.kill();
  memory = std::make_unique<Memory>(bridge);
  open();
  while (on_disk() == 0) ASSERT_TRUE(bridge.ledger.step());
  bridge.local = old;

  start();
  EXPECT_EQ(all, 1);
  ASSERT_EQ(memory->kept().size(), 2u);
  EXPECT_TRUE(memory->kept()[0].delivered);
  EXPECT_FALSE(memory->kept()[1].delivered);
  EXPECT_EQ(memory->next_receipt(), "A1-1-000008");
  EXPECT_EQ(memory->draft("cart"), "{\"lines\":[]}");
  EXPECT_EQ(bridge.local, (decltype(bridge.local){{"till/scheme", "1"}}));
  const Result<journal::Record> fourth = append(Kind::note, to_json(journal::NoteBody{"four"}));
  ASSERT_TRUE(fourth.ok());
  EXPECT_EQ(fourth->seq, 4);
  EXPECT_EQ(fourth->prev, journal::read_record(std::string_view(text_of(3)))->hash);
}

TEST_F(TillMemory, AnOldTillStaysWhereItIsWhileTheDeviceIsFull) {
  bridge.local = {{"till/enrolment", json::dump(to_json(enrolment_of(1)))}, {"till/epochs", "[1]"}};
  bridge.ledger.kept.clear();
  bridge.ledger.room = 0;
  start();
  EXPECT_TRUE(memory->opening());
  EXPECT_NE(memory->problem().find("full"), std::string::npos);
  EXPECT_EQ(bridge.local.size(), 2u);
  bridge.ledger.room = FakeBridge().ledger.room;
  bridge.pass(10'000);
  bridge.ledger.run();
  EXPECT_FALSE(memory->opening());
  EXPECT_TRUE(memory->enrolment().has_value());
}

TEST_F(TillMemory, TriesAgainWhereTheBrowserGivesNothing) {
  bridge.ledger.readable = false;
  start();
  EXPECT_TRUE(memory->opening());
  EXPECT_FALSE(memory->problem().empty());
  bridge.ledger.readable = true;
  bridge.pass(10'000);
  bridge.ledger.run();
  EXPECT_FALSE(memory->opening());
  EXPECT_EQ(all, 1);
}

}  // namespace
}  // namespace ringup::till
