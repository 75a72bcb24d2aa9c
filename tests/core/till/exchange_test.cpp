#include <gtest/gtest.h>

#include "core/base/base64.h"
#include "core/till/exchange.h"
#include "tests/core/till/memory_ledger.h"

namespace ringup::journal {
namespace {

std::string request_of(const std::string& records) {
  return R"({"generation":null,"epoch":1,"records":)" + records + "}";
}
std::string error_of(const std::string& text) {
  const Result<Request> request = read_request(text);
  return request.ok() ? "" : std::string(error_code(request.error()));
}

TEST(Exchange, WhatATillWritesTheServerReads) {
  const auto records = note_chain(1, 2);
  const std::string first = record_text(records[0]), second = record_text(records[1]);
  const Outgoing outgoing[] = {{1, first, false}, {2, second, true}, {3, "\x00\xFF", true}};
  const Result<Request> request = read_request(write_request("g \"1\"", 4, 1769846400000, 1, outgoing));
  ASSERT_TRUE(request.ok()) << describe(request.failure());
  EXPECT_EQ(request->generation, "g \"1\"");
  EXPECT_EQ(request->epoch, 4);
  EXPECT_EQ(request->sent_at, 1769846400000);
  EXPECT_EQ(request->have_from, 1);
  ASSERT_EQ(request->records.size(), 3u);
  EXPECT_EQ(request->records[0].record, records[0]);
  EXPECT_EQ(request->records[1].record, records[1]);
  EXPECT_EQ(request->records[1].raw, second);
  EXPECT_EQ(request->records[2].seq, 3);
  EXPECT_FALSE(request->records[2].record);
}

TEST(Exchange, TheFrameIsReadStrictly) {
  EXPECT_EQ(error_of(request_of("[]")), "");
  EXPECT_EQ(error_of(""), "invalid_json");
  EXPECT_EQ(error_of("[]"), "invalid_json");
  EXPECT_EQ(error_of(request_of("[1,]")), "invalid_json");
  EXPECT_EQ(error_of(request_of("[\"\xFF\"]")), "invalid_json");
  EXPECT_EQ(error_of(request_of("{}")), "wrong_type");
  EXPECT_EQ(error_of(R"({"generation":null,"records":[]})"), "missing_member");
  EXPECT_EQ(error_of(R"({"generation":null,"epoch":1})"), "missing_member");
  EXPECT_EQ(error_of(R"({"epoch":1,"records":[]})"), "missing_member");
  EXPECT_EQ(error_of(R"({"generation":1,"epoch":1,"records":[]})"), "wrong_type");
  EXPECT_EQ(error_of(R"({"generation":null,"epoch":0,"records":[]})"), "out_of_range");
  EXPECT_EQ(error_of(R"({"generation":null,"epoch":1.5,"records":[]})"), "out_of_range");
  EXPECT_EQ(error_of(R"({"generation":null,"epoch":1,"records":[],"more":1})"), "unknown_member");
  EXPECT_EQ(error_of(R"({"generation":null,"epoch":1,"records":[],"records":[]})"), "duplicate_member");
  EXPECT_EQ(error_of(R"({"generation":null,"epoch":1,"have_from":0,"records":[]})"), "out_of_range");
}

TEST(Exchange, OneBadRecordDoesNotSpoilTheOthers) {
  const std::string good = record_text(note_record(1));
  for (const char* bad :
       {"null", "5", "1e999", "-0", "[]", "{}", "\"x\"", "{\"seq\":\"2\"}", "{\"a\":1,\"a\":2}",
        "{\"seq\":2,\"raw\":\"%%%\"}", "{\"seq\":2,\"raw\":5}", "\"\\ud800\""}) {
    const Result<Request> request = read_request(request_of("[" + std::string(bad) + " , " + good + "]"));
    ASSERT_TRUE(request.ok()) << bad << describe(request.failure());
    ASSERT_EQ(request->records.size(), 2u);
    EXPECT_FALSE(request->records[0].record) << bad;
    EXPECT_EQ(request->records[0].raw, bad);
    EXPECT_TRUE(request->records[1].right_hash) << bad;
  }
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_EQ(read_request(request_of("[" + deep + "," + good + "]"))->records.size(), 2u);
}

TEST(Exchange, BrokenBase64KeepsItsNumber) {
  const Result<Request> request = read_request(request_of(R"([{"seq":7,"raw":"a"}])"));
  EXPECT_EQ(request->records[0].seq, 7);
  EXPECT_FALSE(request->records[0].record);
}

TEST(Exchange, HasLimits) {
  std::string many = "[0";
  for (std::size_t i = 1; i < request_records_max; ++i) many += ",0";
  EXPECT_EQ(error_of(request_of(many + "]")), "");
  EXPECT_EQ(error_of(request_of(many + ",0]")), "payload_too_large");
  const std::string frame = request_of("[\"\"]");
  const auto of_size = [&](std::size_t bytes) {
    return request_of("[\"" + std::string(bytes - frame.size(), 'a') + "\"]");
  };
  EXPECT_EQ(error_of(of_size(request_bytes_max)), "");
  EXPECT_EQ(error_of(of_size(request_bytes_max + 1)), "payload_too_large");
}

TEST(Exchange, AnAnswerHasExactlyItsMembers) {
  Answer answer;
  answer.generation = "g1";
  answer.acked_through = 118;
  answer.durable_through = 97;
  RecordResult booked;
  booked.id = test_id(1000, 1);
  booked.seq = 1;
  booked.sale = booked.id;
  RecordResult again = booked;
  again.result = Outcome::duplicate;
  again.first = Outcome::quarantined;
  again.sale.reset();
  again.flags.add(Flag::price_differs);
  again.flags.add(Flag::fork);
  RecordResult unreadable;
  unreadable.result = Outcome::quarantined;
  answer.results = {booked, again, unreadable};
  const std::string text = write_answer(answer);
  EXPECT_EQ(
      text,
      R"({"generation":"g1","epoch":1,"acked_through":118,"durable_through":97,"need_from":null,)"
      R"("next_epoch":null,"results":[)"
      R"({"id":"0190b2f4-03e8-7000-8000-000000000001","seq":1,"result":"accepted","flags":[],)"
      R"("sale":"0190b2f4-03e8-7000-8000-000000000001"},)"
      R"({"id":"0190b2f4-03e8-7000-8000-000000000001","seq":1,"result":"duplicate","first":"quarantined",)"
      R"("flags":["price_differs","fork"]},)"
      R"({"id":null,"seq":null,"result":"quarantined","flags":[]}]})");
  EXPECT_EQ(read_answer(text).value(), answer);
  answer.need_from = 3;
  answer.next_epoch = 2;
  EXPECT_EQ(read_answer(write_answer(answer)).value(), answer);
}

TEST(Exchange, ATillUnderstandsAnAnswerOfALaterServer) {
  const Result<Answer> answer = read_answer(
      R"({"generation":"g","epoch":1,"acked_through":2,"durable_through":0,"need_from":null,"next_epoch":null,)"
      R"("tip":1,"results":[{"id":"0190b2f4-03e8-7000-8000-000000000001","seq":1,"result":"blessed","flags":[]},)"
      R"({"id":"0190b2f4-03e8-7000-8000-000000000002","seq":2,"result":"accepted","flags":["shiny"],"x":1}]})");
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->results.size(), 1u);
  EXPECT_EQ(answer->results[0].seq, 2);
}

TEST(Exchange, NamesAreThoseOfTheProtocol) {
  for (int i = 0; i < flag_count; ++i) {
    const Flag flag = static_cast<Flag>(i);
    EXPECT_EQ(flag_of(flag_name(flag)), flag);
    Flags flags;
    flags.add(flag);
    EXPECT_EQ(Flags(flags.bits()), flags);
    EXPECT_TRUE(flags.has(flag));
  }
  for (int i = 0; i < outcome_count; ++i)
    EXPECT_EQ(outcome_of(outcome_name(static_cast<Outcome>(i))), static_cast<Outcome>(i));
  for (int i = 0; i < kind_count; ++i)
    EXPECT_EQ(kind_of(kind_name(static_cast<Kind>(i))), static_cast<Kind>(i));
  EXPECT_EQ(kind_name(Kind::void_sale), "void");
  EXPECT_FALSE(kind_of("parked"));
}

TEST(Exchange, AClockIsOffByWhenItSentNotByWhenItSold) {
  EXPECT_FALSE(clock_is_off(std::nullopt, 0));
  EXPECT_FALSE(clock_is_off(1'000'000, 1'000'000 + clock_off_ms));
  EXPECT_TRUE(clock_is_off(1'000'000, 1'000'001 + clock_off_ms));
  EXPECT_TRUE(clock_is_off(1'000'001 + clock_off_ms, 1'000'000));
}

TEST(Exchange, AClockWasOffOnlyWhereNoDelayExplainsTheDate) {
  Record record;
  record.at = 1'291'191'960'000;  // 2010-12-01
  EXPECT_TRUE(clock_was_off(record));
  record.at = first_record_ms - 1;
  EXPECT_TRUE(clock_was_off(record));
  record.at = first_record_ms;
  EXPECT_FALSE(clock_was_off(record));
}

TEST(Exchange, AnExportedFileSaysWhoseItIs) {
  const ExportHeader header{test_till(), 3, "token"};
  const std::string line = write_export_header(header);
  EXPECT_TRUE(line.starts_with(R"({"ringup_journal":1,)"));
  EXPECT_EQ(read_export_header(line).value(), header);
  EXPECT_EQ(read_export_header(R"({"ringup_journal":2})").error(), Error::newer_version);
}

}  // namespace
}  // namespace ringup::journal
