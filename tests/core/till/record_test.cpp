#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/base/base64.h"
#include "core/base/json_scan.h"
#include "core/till/bodies.h"
#include "core/till/record.h"
#include "tests/core/till/memory_ledger.h"

namespace ringup::journal {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

json::Value read_vectors() {
  std::ifstream file("tests/core/vectors/journal.json", std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  Result<json::Value> value = json::parse(text.str());
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : describe(value.failure()));
  return value.ok() ? *value : json::Value();
}

TEST(JournalVectors, AreReadAndWrittenByteForByte) {
  const json::Value vectors = read_vectors();
  ASSERT_NE(vectors.find("records"), nullptr);
  const json::Array& list = *vectors.find("records")->as_array();
  ASSERT_EQ(list.size(), 2u);
  for (const json::Value& vector : list) {
    const std::string& canonical = *vector.find("canonical")->as_string();
    const std::string& hash = *vector.find("hash")->as_string();
    json::Value on_the_wire = *vector.find("record");
    on_the_wire.as_object()->push_back({"hash", hash});

    // As sent, whatever the order and the spaces, it is read whole and its hash is right.
    const Envelope envelope = read_envelope(json::dump(on_the_wire));
    ASSERT_TRUE(envelope.record) << describe(envelope.failure);
    EXPECT_TRUE(envelope.right_hash);
    EXPECT_EQ(hash_of(*envelope.record), hash);
    EXPECT_EQ(canonical_bytes(*envelope.record), canonical);

    // The other way: sealing what was read yields the same bytes and the same hash.
    Record record = *envelope.record;
    record.hash.clear();
    const Result<Record> sealed = seal(record, envelope.record->prev);
    ASSERT_TRUE(sealed.ok()) << describe(sealed.failure());
    EXPECT_EQ(canonical_bytes(*sealed), canonical);
    EXPECT_EQ(sealed->hash, hash);
    EXPECT_EQ(read_record(record_text(*sealed)).value(), *envelope.record);
  }
  const Envelope second = read_envelope(json::dump(*list[1].find("record")));
  EXPECT_EQ(second.prev, *list[0].find("hash")->as_string());
}

TEST(JournalRecord, AnUnknownAMissingOrAWrongMemberIsRefusedByName) {
  const std::string good = record_text(note_record(1));
  ASSERT_TRUE(read_record(good).ok());
  struct Case {
    std::string text;
    Error error;
    std::string where;
  };
  const Case cases[] = {
      {replaced(good, "\"mono\"", "\"nomo\""), Error::missing_member, "mono"},
      {replaced(good, "\"v\":1", "\"v\":1,\"x\":1"), Error::unknown_member, "x"},
      {replaced(good, "\"v\":1", "\"v\":2"), Error::newer_version, "v"},
      {replaced(good, "\"v\":1", "\"v\":0"), Error::out_of_range, "v"},
      {replaced(good, "\"epoch\":1", "\"epoch\":0"), Error::out_of_range, "epoch"},
      {replaced(good, "\"epoch\":1", "\"epoch\":\"1\""), Error::wrong_type, "epoch"},
      {replaced(good, "\"seq\":1", "\"seq\":-1"), Error::out_of_range, "seq"},
      {replaced(good, "\"kind\":\"note\"", "\"kind\":\"nota\""), Error::invalid_value, "kind"},
      {replaced(good, "\"body\":{\"text\":\"1\"}", "\"body\":[]"), Error::wrong_type, "body"},
      {replaced(good, "\"shift\":\"\"", "\"shift\":\"-\""), Error::invalid_value, "shift"},
      {replaced(good, "\"prev\":\"0", "\"prev\":\"A"), Error::invalid_value, "prev"},
      {replaced(good, "\"seq\":1", "\"seq\":1,\"seq\":1"), Error::duplicate_member, "seq"},
  };
  for (const Case& bad : cases) {
    const Result<Record> record = read_record(bad.text);
    ASSERT_FALSE(record.ok()) << bad.text;
    EXPECT_EQ(record.error(), bad.error) << describe(record.failure());
    EXPECT_EQ(record.failure().where, bad.where);
  }
}

TEST(JournalRecord, OnlyWhatHasOneCanonicalFormIsRead) {
  const std::string good = record_text(note_record(1));
  const auto with_body = [&](std::string_view body) {
    return replaced(good, "\"body\":{\"text\":\"1\"}", "\"body\":" + std::string(body));
  };
  const auto nested = [](int depth) {  // levels of lists inside the body
    return "{\"a\":" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
  };
  for (const std::string& body :
       {std::string("{\"a\":9007199254740991}"), std::string("{\"a\":-9007199254740991}"),
        std::string("{\"a\":\"u\\u0308\"}"), nested(14)}) {
    EXPECT_TRUE(read_record(with_body(body)).ok()) << body;
  }
  for (const std::string& body :
       {std::string("{\"a\":-0}"), std::string("{\"a\":9007199254740992}"), std::string("{\"a\":1.0}"),
        std::string("{\"a\":1e2}"), std::string("{\"a\":01}"), std::string("{\"a\":\"\\u0000\"}"),
        std::string("{\"a\":\"\\ud800\"}"), std::string("{\"a\":\"\\ude00\\ud83d\"}"),
        std::string("{\"a\":1,\"a\":1}"), std::string("{\"\xC3\xA4\":1}"), std::string("{\"a\":\"\xFF\"}"),
        nested(15)}) {
    EXPECT_FALSE(read_record(with_body(body)).ok()) << body;
    const Envelope envelope = read_envelope(with_body(body));
    EXPECT_FALSE(envelope.record);
    EXPECT_FALSE(envelope.right_hash);
    if (body.find("01") != std::string::npos) continue;  // no JSON at all: nothing can be read
    // The chain can go on: number and hash are read although the body is broken.
    EXPECT_EQ(envelope.seq, 1) << body;
    EXPECT_EQ(envelope.hash, note_record(1).hash) << body;
    EXPECT_TRUE(envelope.id && envelope.till && envelope.prev && envelope.epoch) << body;
  }
}

TEST(JournalRecord, TheLimitOfSizeIsOnCanonicalBytes) {
  Record record = note_record(1);
  record.body = json::Value(json::Object{{"text", ""}});
  const std::size_t frame = canonical_bytes(record).size();
  const auto of_size = [&](std::size_t bytes) {
    Record sized = record;
    sized.body = json::Value(json::Object{{"text", std::string(bytes - frame, 'a')}});
    return sized;
  };
  const Result<Record> largest = seal(of_size(record_bytes_max), no_hash);
  ASSERT_TRUE(largest.ok()) << describe(largest.failure());
  EXPECT_EQ(seal(of_size(record_bytes_max + 1), no_hash).error(), Error::limit_exceeded);
  // White space and escapes do not count.
  const std::string text = replaced(record_text(*largest), "aaaa", "\\u0061\\u0061\\u0061\\u0061") +
                           std::string(record_bytes_max, ' ');
  EXPECT_TRUE(read_envelope(text).right_hash);
}

TEST(JournalRecord, SealingRefusesWhatOthersCouldNotRead) {
  const auto sealed = [](json::Value body) {
    Record record = note_record(1);
    record.body = std::move(body);
    return seal(record, no_hash).ok();
  };
  EXPECT_TRUE(sealed(json::Object{{"text", "a"}}));
  EXPECT_FALSE(sealed(json::Object{{"text", "\xFF"}}));
  EXPECT_FALSE(sealed(json::Object{{"text", std::string("\0", 1)}}));
  EXPECT_FALSE(sealed(json::Object{{"n", json::integer_max + 1}}));
  EXPECT_FALSE(sealed(json::Object{{"a", 1}, {"a", 1}}));
  EXPECT_FALSE(sealed(json::Array{}));
  EXPECT_FALSE(seal(note_record(1), "not a hash").ok());
  Record late = note_record(1);
  late.seq = 0;
  EXPECT_FALSE(seal(late, no_hash).ok());
}

TEST(JournalEnvelope, ANewerVersionKeepsARightHash) {
  json::Value value = to_json(note_record(1));
  json::Object& members = *value.as_object();
  members.erase(members.end() - 1);  // hash
  members[0].value = json::Value(2);
  members.push_back({"tip", 5});
  const std::string hash = to_hex(sha256(json::canonical(value)));
  members.push_back({"hash", hash});
  const Envelope envelope = read_envelope(json::dump(value));
  EXPECT_TRUE(envelope.right_hash);
  EXPECT_FALSE(envelope.record);
  EXPECT_EQ(envelope.failure.error, Error::newer_version);
}

TEST(JournalEnvelope, AMemberThatStandsTwiceIsNotBelieved) {
  const std::string good = record_text(note_record(1));
  const Envelope envelope = read_envelope(replaced(good, "\"seq\":1", "\"seq\":1,\"s\\u0065q\":2"));
  EXPECT_FALSE(envelope.seq);
  EXPECT_TRUE(envelope.id);
  EXPECT_TRUE(envelope.hash);
}

TEST(JournalEnvelope, BytesThatAreNoRecordStillHaveADigest) {
  for (const std::string& raw : {std::string(), std::string("nonsense"), std::string("[]"),
                                 std::string("null"), std::string(1000, '\0'), std::string(200'000, '[')}) {
    const Envelope envelope = read_envelope(raw, 7);
    EXPECT_EQ(envelope.raw, raw);
    EXPECT_EQ(envelope.seq, 7);
    EXPECT_EQ(envelope.digest.size(), 64u);
    // The same zeros under another number are another record.
    const Id till = note_record(1).till;
    EXPECT_NE(digest_in(envelope, till, 1), digest_in(read_envelope(raw, 8), till, 1));
    EXPECT_EQ(digest_in(envelope, till, 1), digest_in(read_envelope(raw, 7), till, 1));
  }
}

TEST(JournalEnvelope, TheRawFormOfASoundRecordIsThatRecord) {
  const Record record = note_record(1);
  const Envelope plain = read_envelope(record_text(record)), raw = read_envelope(record_text(record), 1);
  EXPECT_TRUE(raw.right_hash);
  EXPECT_EQ(raw.record, plain.record);
  EXPECT_EQ(digest_in(raw, record.till, 1), digest_in(plain, record.till, 1));
  const Envelope elsewhere = read_envelope(record_text(record), 2);
  EXPECT_FALSE(elsewhere.record);
  EXPECT_FALSE(elsewhere.right_hash);
  EXPECT_EQ(elsewhere.seq, 2);
}

TEST(JournalBodies, AreWrittenAsTheyAreRead) {
  const Id id = note_record(1).id;
  const auto both_ways = [](auto body, auto read) {
    const auto again = read(to_json(body));
    ASSERT_TRUE(again.ok()) << describe(again.failure());
    EXPECT_EQ(*again, body);
  };
  both_ways(VoidBody{id, "wrong item"}, read_void_body);
  both_ways(ShiftOpenBody{20000, "EUR"}, read_shift_open_body);
  both_ways(ShiftCloseBody{20500, -3, "JPY"}, read_shift_close_body);
  both_ways(CashBody{500, "EUR", ""}, read_cash_body);
  both_ways(CustomerBody{id, "a@b.de", "Ann", "Bär", "+491234567", {true, false}}, read_customer_body);
  both_ways(CustomerBody{id, std::nullopt, "", "", std::nullopt, {}}, read_customer_body);
  both_ways(NoteBody{"☕"}, read_note_body);
  EXPECT_EQ(json::canonical(to_json(ShiftOpenBody{1, "EUR"})), R"({"currency":"EUR","float":1})");
}

TEST(JournalBodies, AreReadStrictly) {
  const auto error = [](const auto& result) {
    return result.ok() ? "" : std::string(error_code(result.error()));
  };
  const json::Object cash{{"amount", 1}, {"currency", "EUR"}, {"reason", "change"}};
  const auto with = [&](std::size_t at, json::Value value) {
    json::Object changed = cash;
    changed[at].value = std::move(value);
    return json::Value(changed);
  };
  EXPECT_EQ(error(read_cash_body(json::Value(cash))), "");
  EXPECT_EQ(error(read_cash_body(with(0, -1))), "out_of_range");
  EXPECT_EQ(error(read_cash_body(with(0, "1"))), "wrong_type");
  EXPECT_EQ(error(read_cash_body(with(1, "eur"))), "invalid_value");
  EXPECT_EQ(error(read_cash_body(json::Value(json::Object{}))), "missing_member");
  EXPECT_EQ(error(read_note_body(json::Value(json::Object{{"text", ""}, {"more", 1}}))), "unknown_member");
  EXPECT_EQ(read_cash_body(with(1, 5)).failure().where, "body.currency");
}

TEST(Base64, HasOneFormForEachBytes) {  // RFC 4648 section 10
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text).value(), bytes);
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(base64_decode(base64_encode(all)).value(), all);
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm 9v", "Zm9v\n", "Zm-_", "Zg==Zg=="})
    EXPECT_FALSE(base64_decode(bad).ok()) << bad;
}

TEST(JsonScan, CutsATextIntoItsParts) {
  const auto members = json::members_of(R"( { "a" : [1, {"b":"}"}] ,"\u0061":-1.5e+3, "c" : null } )");
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 3u);
  EXPECT_EQ((*members)[0].name, "\"a\"");
  EXPECT_EQ((*members)[0].value, R"([1, {"b":"}"}])");
  EXPECT_EQ((*members)[1].value, "-1.5e+3");
  EXPECT_EQ((*members)[2].value, "null");
  const auto items = json::items_of(R"([ 1,"a,]" , [] ,{} ])");
  ASSERT_TRUE(items);
  EXPECT_EQ(*items, (std::vector<std::string_view>{"1", "\"a,]\"", "[]", "{}"}));
  EXPECT_TRUE(json::items_of("[]")->empty());
  EXPECT_TRUE(json::members_of("{}")->empty());
  EXPECT_FALSE(json::items_of("{}"));
  EXPECT_FALSE(json::members_of("[]"));
}

TEST(JsonScan, KnowsTheGrammar) {
  for (const char* good : {"0", "-0", "1e5", "0.10", "true", "\"\\u12aF\\n\"", "[[],{}]", " [1 , 2] "})
    EXPECT_TRUE(json::is_json(good)) << good;
  for (const char* bad : {"",        "01",       "1.",      ".5",         "+1",     "-",    "1e",   "tru",
                          "nullx",   "\"",       "\"\\x\"", "\"\\u12\"",  "\"\n\"", "[1,]", "[,1]", "[1 2]",
                          "{\"a\"}", "{\"a\":}", "{a:1}",   "{\"a\":1,}", "[}",     "{]",   "[1]]", "'a'"})
    EXPECT_FALSE(json::is_json(bad)) << bad;
  EXPECT_TRUE(json::is_json(std::string(100'000, '[') + std::string(100'000, ']')));
  EXPECT_FALSE(json::is_json(std::string(100'000, '[')));
}

}  // namespace
}  // namespace ringup::journal
