// One test or more for each row of the journal's table, named by the row. Here: what is known already, what
// gets a seat and is booked, and what a request says about itself. What is kept unbooked is in
// chain_kept_test.cpp.
#include "tests/core/till/chain_fixture.h"

namespace ringup::journal {
namespace {

using Row1 = ChainTest;
using Row3 = ChainTest;
using Row4 = ChainTest;
using Row7 = ChainTest;
using Gap = ChainTest;
using Request_ = ChainTest;

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
