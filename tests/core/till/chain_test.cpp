// One test or more for each row of the journal's table, named by the row, run through receive() on a ledger
// in memory: what the server does in SQL.
#include <gtest/gtest.h>

#include "core/till/chain.h"
#include "tests/core/till/memory_ledger.h"

namespace ringup::journal {
namespace {

constexpr Outcome accepted = Outcome::accepted, duplicate = Outcome::duplicate,
                  quarantined = Outcome::quarantined, conflict = Outcome::conflict;

std::string broken(const Record& record) {  // another text in the body, the stated hash left as it was
  Record changed = record;
  changed.body = json::Value(json::Object{{"text", "changed on its way"}});
  return record_text(changed);
}
std::string with_stated_hash(const Record& record, char digit) {
  Record changed = record;
  changed.hash = std::string(64, digit);
  return record_text(changed);
}
Record resealed(Record record, std::string text) {
  record.body = json::Value(json::Object{{"text", std::move(text)}});
  return seal(record, record.prev).value();
}

class Journal : public testing::Test {
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
using Row1 = Journal;
using Row2 = Journal;
using Row3 = Journal;
using Row4 = Journal;
using Row5 = Journal;
using Row6 = Journal;
using Row7 = Journal;
using Gap = Journal;
using Request_ = Journal;

// --- Row 1: duplicates

TEST_F(Row1, TheSameBytesAreADuplicateWithTheirFirstResult) {
  const auto records = note_chain(1, 3);
  ledger_.business_flags.add(Flag::stock_below_zero);
  send(records);
  const Answer again = send(records);
  EXPECT_EQ(outcomes(again), (std::vector{duplicate, duplicate, duplicate}));
  for (const RecordResult& result : again.results) {
    EXPECT_EQ(result.first, accepted);
    EXPECT_TRUE(result.flags.has(Flag::stock_below_zero));
  }
  EXPECT_EQ(again.acked_through, 3);
  EXPECT_EQ(booked(records[0]), 1);
  EXPECT_EQ(ledger_.rows.size(), 3u);
}

TEST_F(Row1, AnotherOrderOfMembersAndTheRawFormAreTheSameRecord) {
  const Record record = note_record(1);
  send({record});
  const Answer again =
      send({read_envelope(json::dump(to_json(record))), read_envelope(record_text(record), 1)});
  EXPECT_EQ(outcomes(again), (std::vector{duplicate, duplicate}));
}

TEST_F(Row1, AQuarantinedOneIsADuplicateToo) {
  const Record record = note_record(1);
  EXPECT_EQ(outcomes(send_texts({broken(record)})), std::vector{quarantined});
  const Answer again = send_texts({broken(record)});
  EXPECT_EQ(outcomes(again), std::vector{duplicate});
  EXPECT_EQ(again.results[0].first, quarantined);
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row1, OneRecordTwiceInARequestIsBookedOnce) {
  const Record record = note_record(1);
  EXPECT_EQ(outcomes(send({record, record})), (std::vector{accepted, duplicate}));
  EXPECT_EQ(booked(record), 1);
}

// --- Row 2: not this till's, not this epoch's

TEST_F(Row2, AnotherTillsRecordIsKeptApartWithoutASeat) {
  const Record other = note_record(1, no_hash, 1, 0, test_id(1, 11));
  const Answer answer = send({other});
  EXPECT_EQ(outcomes(answer), std::vector{quarantined});
  EXPECT_TRUE(answer.results[0].flags.has(Flag::wrong_till));
  EXPECT_EQ(answer.acked_through, 0);
  EXPECT_EQ(outcomes(send({note_record(1)})), std::vector{accepted});
  EXPECT_EQ(outcomes(send({other})), std::vector{duplicate});
}

TEST_F(Row2, AnotherEpochThanTheRequestsIsKeptApart) {
  context_.token_epoch = context_.newest_epoch = 2;
  const Answer answer = send({note_record(1, no_hash, 2)});
  EXPECT_EQ(outcomes(answer), std::vector{quarantined});
  EXPECT_TRUE(answer.results[0].flags.has(Flag::wrong_till));
}

TEST_F(Row2, WhatWasKeptApartIsStillBookedWhenItsOwnTillSendsIt) {
  const Record second = note_record(1, no_hash, 2);
  context_.token_epoch = context_.newest_epoch = 2;
  send({second});  // under epoch 1
  epoch_ = 2;
  EXPECT_EQ(outcomes(send({second})), std::vector{accepted});
  EXPECT_EQ(booked(second), 1);
}

// --- Row 3: coming home

TEST_F(Row3, ARecordTakesItsSeatFromAGap) {
  const auto records = note_chain(1, 6);
  send({records[3], records[4], records[5]}, 4);
  EXPECT_EQ(ledger_.epochs[1].gaps.size(), 1u);
  const Answer answer = send({records[1]});  // from an exported file, say
  EXPECT_EQ(outcomes(answer), std::vector{accepted});
  EXPECT_TRUE(answer.results[0].flags.empty());
  ASSERT_EQ(ledger_.epochs[1].gaps.size(), 2u);  // 1 and 3 are still missing
  EXPECT_EQ(outcomes(send({records[0], records[2]})), (std::vector{accepted, accepted}));
  EXPECT_TRUE(ledger_.epochs[1].gaps.empty());
  EXPECT_EQ(branches(), 1u);
  EXPECT_EQ(send({records[5]}).acked_through, 6);
}

TEST_F(Row3, TheSoundRecordTakesTheSeatOfItsBrokenCopy) {
  const auto records = note_chain(1, 3);
  EXPECT_EQ(outcomes(send_texts({record_text(records[0]), broken(records[1]), record_text(records[2])})),
            (std::vector{accepted, quarantined, accepted}));
  const Answer answer = send({records[1]});
  EXPECT_EQ(outcomes(answer), std::vector{accepted});
  EXPECT_TRUE(answer.results[0].flags.empty());
  EXPECT_EQ(booked(records[1]), 1);
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row3, TheCopyMayHaveStatedAnotherHash) {
  const auto records = note_chain(1, 2);
  send_texts({with_stated_hash(records[0], 'a')});
  EXPECT_EQ(outcomes(send(records)), (std::vector{accepted, accepted}));
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row3, TheCopyMayHaveLandedOnABranchByItsBrokenPrev) {
  const auto records = note_chain(1, 3);
  Record copy = records[1];
  copy.prev = std::string(64, 'b');
  copy.hash = std::string(64, 'a');
  EXPECT_EQ(outcomes(send_texts({record_text(records[0]), record_text(copy)})),
            (std::vector{accepted, quarantined}));
  EXPECT_EQ(branches(), 2u);
  EXPECT_EQ(outcomes(send({records[1], records[2]})), (std::vector{accepted, accepted}));
  EXPECT_EQ(booked(records[1]), 1);
}

TEST_F(Row3, WhatCannotBeBookedTakesTheSeatUnbooked) {
  auto records = note_chain(1, 1);
  const Record second = resealed(note_record(2, records[0].hash), ledger_.unbookable_text);
  send({note_record(3, second.hash)}, 3);
  EXPECT_EQ(outcomes(send({records[0], second})), (std::vector{accepted, quarantined}));
  EXPECT_TRUE(ledger_.epochs[1].gaps.empty());
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row3, AnIdIsBookedOnceAlsoInAGap) {
  const auto records = note_chain(1, 5);
  send({records[3], records[4]}, 4);
  Record again = records[4];
  again.seq = 2;
  again = seal(again, no_hash).value();
  EXPECT_EQ(outcomes(send({again})), std::vector{conflict});
  EXPECT_EQ(booked(records[4]), 1);
}

// --- Row 4: a hole

TEST_F(Row4, StopsAtAHoleAndBooksWhatStoodBefore) {
  const auto records = note_chain(1, 5);
  const Answer answer = send({records[0], records[1], records[3], records[4]});
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, accepted}));
  EXPECT_EQ(answer.need_from, 3);
  EXPECT_EQ(answer.acked_through, 2);
  EXPECT_EQ(booked(records[3]), 0);
  EXPECT_EQ(outcomes(send({records[2], records[3], records[4]})),
            (std::vector{accepted, accepted, accepted}));
}

TEST_F(Row4, AnEmptyServerAsksForTheFirst) {
  const Answer answer = send({note_chain(1, 4)[3]});
  EXPECT_TRUE(answer.results.empty());
  EXPECT_EQ(answer.need_from, 1);
  EXPECT_EQ(answer.acked_through, 0);
}

TEST_F(Row4, ABrokenOneBehindAHoleWaitsToo) {
  send({note_record(1)});
  const Answer answer = send({read_envelope("", 3)});
  EXPECT_TRUE(answer.results.empty());
  EXPECT_EQ(answer.need_from, 2);
}

// --- Row 5: one id, two contents

TEST_F(Row5, AnIdWithAnotherHashIsAConflictAndKeepsBoth) {
  const auto records = note_chain(1, 2);
  send(records);
  const Record other = resealed(records[1], "another story");
  const Answer answer = send({other});
  EXPECT_EQ(outcomes(answer), std::vector{conflict});
  EXPECT_EQ(booked(records[1]), 1);
  EXPECT_EQ(ledger_.rows.size(), 3u);
  EXPECT_EQ(branches(), 2u);  // its seat was taken
  EXPECT_FALSE(answer.next_epoch);
  const Answer again = send({other});
  EXPECT_EQ(outcomes(again), std::vector{duplicate});
  EXPECT_EQ(again.results[0].first, conflict);
}

TEST_F(Row5, AConflictTakesItsSeatAndTheChainGoesOn) {
  const auto records = note_chain(1, 2);
  send(records);
  Record third = note_record(3, records[1].hash);
  third.id = records[0].id;
  third = seal(third, records[1].hash).value();
  const Record fourth = note_record(4, third.hash);
  EXPECT_EQ(outcomes(send({third, fourth})), (std::vector{conflict, accepted}));
  EXPECT_EQ(branches(), 1u);
}

// --- Row 6: kept, not booked

TEST_F(Row6, AWrongHashIsKeptAndTheChainGoesOnWithTheStatedOne) {
  const auto records = note_chain(1, 3);
  const Answer answer = send_texts({record_text(records[0]), broken(records[1]), record_text(records[2])});
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, quarantined, accepted}));
  EXPECT_EQ(answer.acked_through, 3);
  EXPECT_EQ(answer.results[1].id, records[1].id);
  EXPECT_EQ(ledger_.rows[1].raw, broken(records[1]));
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row6, AfterOneWithoutAHashAnyPrevFits) {
  const auto records = note_chain(1, 4);
  const Answer answer =
      send({read_envelope(record_text(records[0])), read_envelope("no JSON at all", 2),
            read_envelope(record_text(records[2])), read_envelope(record_text(records[3]))});
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, quarantined, accepted, accepted}));
  EXPECT_FALSE(answer.results[1].id);
  EXPECT_EQ(answer.results[1].seq, 2);
  EXPECT_EQ(answer.acked_through, 4);
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row6, EachEmptyPlaceIsARecordOfItsOwn) {
  EXPECT_EQ(outcomes(send({read_envelope("", 1), read_envelope("", 2), read_envelope("", 3)})),
            (std::vector{quarantined, quarantined, quarantined}));
  EXPECT_EQ(send({read_envelope("", 2)}).acked_through, 3);
  EXPECT_EQ(ledger_.rows.size(), 3u);
}

TEST_F(Row6, ABodyThatCannotBeBookedIsKept) {
  const Record first = resealed(note_record(1), ledger_.unbookable_text);
  const auto rest = note_chain(2, 3, first.hash);
  const Answer answer = send({first, rest[0], rest[1]});
  EXPECT_EQ(outcomes(answer), (std::vector{quarantined, accepted, accepted}));
  EXPECT_EQ(booked(first), 0);
}

TEST_F(Row6, ANewerVersionAnUnknownKindAndAnUnknownMemberAreKept) {
  std::string prev(no_hash);
  std::vector<Envelope> records;
  for (std::int64_t seq = 1; seq <= 3; ++seq) {
    json::Value value = to_json(note_record(seq, prev));
    json::Object& members = *value.as_object();
    members.pop_back();
    if (seq == 1) members[0].value = json::Value(2);
    if (seq == 2) members[6].value = json::Value("tip");
    if (seq == 3) members.push_back({"tip", 5});
    prev = to_hex(sha256(json::canonical(value)));
    members.push_back({"hash", prev});
    records.push_back(read_envelope(json::dump(value)));
  }
  records.push_back(read_envelope(record_text(note_record(4, prev))));
  const Answer answer = send(records);
  EXPECT_EQ(outcomes(answer), (std::vector{quarantined, quarantined, quarantined, accepted}));
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Row6, OneWithoutANumberIsKeptWithoutASeat) {
  const auto records = note_chain(1, 2);
  const Answer answer = send_texts({record_text(records[0]), "{\"foo\":1}", record_text(records[1])});
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, quarantined, accepted}));
  EXPECT_FALSE(answer.results[1].seq);
  EXPECT_EQ(outcomes(send_texts({"{\"foo\":1}"})), std::vector{duplicate});
}

TEST_F(Row6, OneWithoutANumberFillsAHoleOfItsSize) {
  const auto records = note_chain(1, 3);
  const Answer answer = send_texts({record_text(records[0]), "[1.5]", record_text(records[2])});
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, quarantined, accepted}));
  EXPECT_EQ(answer.results[1].seq, 2);
  EXPECT_EQ(answer.acked_through, 3);
}

TEST_F(Row6, WhereItsSeatIsTakenItBeginsABranchWithoutAFork) {
  const auto records = note_chain(1, 2);
  send(records);
  const Answer answer = send_texts({broken(records[1])});
  EXPECT_EQ(outcomes(answer), std::vector{quarantined});
  EXPECT_TRUE(answer.results[0].flags.empty());
  EXPECT_FALSE(answer.next_epoch);
  EXPECT_EQ(branches(), 2u);
  // The main branch still holds 2 with that hash first.
  const Answer next = send({note_record(3, records[1].hash)});
  EXPECT_EQ(outcomes(next), std::vector{accepted});
  EXPECT_EQ(ledger_.epochs[1].lines[0].last, 3);
}

TEST_F(Row6, ABrokenRecordFollowsItsNeighbourOnABranch) {
  const auto main = note_chain(1, 3);
  send(main);
  const auto clone = note_chain(3, 6, main[1].hash, 1);
  send(clone);
  const Record after = note_record(8, std::string(64, 'c'), 1, 1);  // prev is the hash of the lost 7
  const Answer answer = send(
      {read_envelope(record_text(clone[3])), read_envelope("lost", 7), read_envelope(record_text(after))});
  EXPECT_EQ(outcomes(answer), (std::vector{duplicate, quarantined, accepted}));
  EXPECT_FALSE(answer.need_from);
  EXPECT_EQ(answer.acked_through, 8);
  EXPECT_EQ(branches(), 2u);
}

TEST_F(Row6, ADiskErrorEndsTheRequestInstead) {
  ledger_.book_error = Error::storage;
  Request request;
  request.records.push_back(read_envelope(record_text(note_record(1))));
  EXPECT_EQ(receive(context_, request, ledger_).error(), Error::storage);
}

// --- Row 7: booked

TEST_F(Row7, AChainIsBookedInOrder) {
  const Answer answer = send(note_chain(1, 20));
  EXPECT_EQ(answer.results.size(), 20u);
  for (const RecordResult& result : answer.results) {
    EXPECT_EQ(result.result, accepted);
    EXPECT_FALSE(result.first);
    EXPECT_TRUE(result.flags.empty());
  }
  EXPECT_EQ(answer.acked_through, 20);
  EXPECT_EQ(answer.generation, "g1");
  EXPECT_FALSE(answer.need_from || answer.next_epoch);
}

TEST_F(Row7, ATakenSeatBeginsABranchWithAFork) {
  const auto main = note_chain(1, 4);
  send(main);
  const auto clone = note_chain(3, 5, main[1].hash, 1);
  const Answer answer = send(clone);
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, accepted, accepted}));
  EXPECT_TRUE(answer.results[0].flags.has(Flag::fork));
  EXPECT_FALSE(answer.results[1].flags.has(Flag::fork));
  EXPECT_EQ(answer.next_epoch, 2);
  EXPECT_EQ(answer.acked_through, 5);
  EXPECT_EQ(branches(), 2u);
  // The main one goes on untouched.
  const Answer next = send({note_record(5, main[3].hash)});
  EXPECT_TRUE(next.results[0].flags.empty());
  EXPECT_EQ(next.acked_through, 5);
}

TEST_F(Row7, AForeignPrevBeginsABranchWithAFork) {
  send(note_chain(1, 2));
  const Answer answer = send({note_record(3, std::string(64, 'd'))});
  EXPECT_EQ(outcomes(answer), std::vector{accepted});
  EXPECT_TRUE(answer.results[0].flags.has(Flag::fork));
  EXPECT_EQ(ledger_.epochs[1].lines[0].last, 2);
}

TEST_F(Row7, TheFirstOfAnEpochFollowsNothing) {
  const Answer answer = send({note_record(1, std::string(64, 'd'))});
  EXPECT_TRUE(answer.results[0].flags.has(Flag::fork));
  EXPECT_EQ(outcomes(send({note_record(1, no_hash, 1, 1)})), std::vector{accepted});
  EXPECT_EQ(ledger_.epochs[1].lines[0].last, 1);
}

TEST_F(Row7, AForkOfAForkIsABranchOfItsOwn) {
  const auto main = note_chain(1, 3);
  send(main);
  const auto second = note_chain(2, 4, main[0].hash, 1);
  send(second);
  const Answer answer = send(note_chain(4, 5, second[1].hash, 2));
  EXPECT_TRUE(answer.results[0].flags.has(Flag::fork));
  EXPECT_TRUE(answer.results[1].flags.empty());
  EXPECT_EQ(branches(), 3u);
}

TEST_F(Row7, ALostAnswerSaysForkAndNextEpochAgain) {
  send(note_chain(1, 2));
  const auto clone = note_chain(2, 2, note_record(1).hash, 1);
  send(clone);
  const Answer again = send(clone);
  EXPECT_EQ(outcomes(again), std::vector{duplicate});
  EXPECT_TRUE(again.results[0].flags.has(Flag::fork));
  EXPECT_EQ(again.next_epoch, 2);
  // Once it has enrolled again it need not do so for its old epoch.
  context_.token_epoch = context_.newest_epoch = 2;
  EXPECT_FALSE(send(clone).next_epoch);
}

TEST_F(Row7, TheNextEpochIsAboveEveryOneThatWasGiven) {
  context_.newest_epoch = 5;  // the other one of the pair has moved on already
  send(note_chain(1, 2));
  EXPECT_EQ(send(note_chain(2, 2, note_record(1).hash, 1)).next_epoch, 6);
}

TEST_F(Row7, ARevokedTillDeliversWhatItRecorded) {
  context_.revoked = true;
  const Answer answer = send(note_chain(1, 2));
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, accepted}));
  EXPECT_TRUE(answer.results[1].flags.has(Flag::revoked_till));
}

// --- have_from, epochs

TEST_F(Gap, BooksAGapUpToHaveFrom) {
  const auto records = note_chain(1, 8);
  send({records[0], records[1]});
  const Answer answer = send({records[5], records[6]}, 6);
  EXPECT_EQ(outcomes(answer), (std::vector{accepted, accepted}));
  EXPECT_TRUE(answer.results[0].flags.empty());  // any prev fits after a gap
  EXPECT_EQ(answer.acked_through, 7);
  ASSERT_EQ(ledger_.epochs[1].gaps.size(), 1u);
  EXPECT_EQ(ledger_.epochs[1].gaps[0].from, 3);
  EXPECT_EQ(ledger_.epochs[1].gaps[0].to, 5);
}

TEST_F(Gap, NoneWhereTheServerHasThemAll) {
  const auto records = note_chain(1, 4);
  send(records);
  send({records[3]}, 4);
  send({records[3]}, 5);
  send(std::vector<Record>{}, 5);
  EXPECT_TRUE(ledger_.epochs[1].gaps.empty());
}

TEST_F(Gap, OfATillThatHasNothingLeft) {
  const Answer answer = send(std::vector<Record>{}, 10);
  EXPECT_EQ(answer.acked_through, 9);
  EXPECT_EQ(outcomes(send({note_record(10, std::string(64, 'e'))})), std::vector{accepted});
  EXPECT_EQ(branches(), 1u);
}

TEST_F(Gap, ABranchThatHasItsNumbersIsNoGap) {
  const auto main = note_chain(1, 3);
  send(main);
  const auto clone = note_chain(3, 8, main[1].hash, 1);
  send(clone);
  send({note_record(9, clone[5].hash, 1, 1)}, 9);
  EXPECT_TRUE(ledger_.epochs[1].gaps.empty());
}

TEST_F(Gap, AHugeOneCostsNothing) {
  const Answer answer = send({note_record(json::integer_max, std::string(64, 'e'))}, json::integer_max);
  EXPECT_EQ(answer.acked_through, json::integer_max);
}

TEST_F(Request_, AnUnknownEpochIsAcceptedOnTheTokensWord) {
  context_.token_epoch = context_.newest_epoch = 7;
  epoch_ = 7;
  EXPECT_EQ(outcomes(send(note_chain(1, 3, no_hash, 0, 7))), (std::vector{accepted, accepted, accepted}));
  epoch_ = 4;  // a later token may deliver older epochs
  EXPECT_EQ(outcomes(send(note_chain(1, 1, no_hash, 0, 4))), std::vector{accepted});
}

TEST_F(Request_, AnEarlierTokenMayNotSpeakForALaterEpoch) {
  Request request;
  request.epoch = 2;
  EXPECT_EQ(receive(context_, request, ledger_).error(), Error::forbidden);
}

TEST_F(Request_, AnEmptyOneOnlyAsks) {
  send(note_chain(1, 4));
  context_.generation = "g2";
  context_.durable_through = 3;
  const Answer answer = send(std::vector<Record>{});
  EXPECT_EQ(answer.generation, "g2");
  EXPECT_EQ(answer.acked_through, 4);
  EXPECT_EQ(answer.durable_through, 3);
  EXPECT_TRUE(answer.results.empty());
}

}  // namespace
}  // namespace ringup::journal
