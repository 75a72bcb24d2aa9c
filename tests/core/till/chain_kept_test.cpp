// The rows of the journal's table after which a record is kept but not booked: another till's, a second
// content under one id, and what is broken or unknown.
#include "tests/core/till/chain_fixture.h"

namespace ringup::journal {
namespace {

using Row2 = ChainTest;
using Row5 = ChainTest;
using Row6 = ChainTest;

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

}  // namespace
}  // namespace ringup::journal
