#include <gtest/gtest.h>

#include <set>

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/sha256.h"
#include "core/base/utf8.h"

namespace ringup {
namespace {

TEST(Result, EveryErrorHasACodeAndWordsOfItsOwn) {
  std::set<std::string_view> codes;
  for (int i = 0; i < error_count; ++i) {
    const auto error = static_cast<Error>(i);
    EXPECT_FALSE(error_words(error).empty());
    EXPECT_TRUE(codes.insert(error_code(error)).second) << error_code(error);
  }
}

TEST(Result, TryPassesAFailureOnWithItsPlace) {
  const auto half = [](int n) -> Result<int> {
    if (n % 2 != 0) return fail(Error::invalid_value, "n", "odd");
    return n / 2;
  };
  const auto quarter = [&](int n) -> Result<int> { return TRY(half(TRY(half(n)))); };
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).failure(), fail(Error::invalid_value, "n", "odd"));
}

TEST(Sha256, MatchesThePublishedExamples) {  // FIPS 180-4 examples
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Ids, AreVersion7AndSortByTime) {
  const std::array<std::uint8_t, 10> ones{255, 255, 255, 255, 255, 255, 255, 255, 255, 255}, zeros{};
  const Id early = make_id(1769846400000, ones), late = make_id(1769846400001, zeros);
  EXPECT_LT(early, late);
  EXPECT_EQ(to_string(early), "019c1310-e400-7fff-bfff-ffffffffffff");
  EXPECT_EQ(unix_ms_of(early), 1769846400000);
  EXPECT_EQ(*parse_id(to_string(late)), late);
  for (const char* bad : {"", "019c1310-e400-7fff-bfff-fffffffffff", "019C1310-E400-7FFF-BFFF-FFFFFFFFFFFF",
                          "019c12efxc400-7fff-bfff-ffffffffffff", "019c1310-e400-7fff-bfff-fffffffffffg"}) {
    EXPECT_FALSE(parse_id(bad).ok()) << bad;
  }
}

TEST(Utf8, RefusesOverlongSurrogateAndTruncatedForms) {
  EXPECT_TRUE(utf8::valid("Grüße ☕ 😀"));
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xFF"}) {
    EXPECT_FALSE(utf8::valid(bad));
  }
  EXPECT_EQ(utf8::length("äöü"), 3u);
  EXPECT_EQ(utf8::prefix("äöü", 2), "äö");
}

Error error_of(std::string_view text, json::Limits limits = {}) {
  Result<json::Value> value = json::parse(text, limits);
  EXPECT_FALSE(value.ok()) << text.substr(0, 60);
  return value.ok() ? Error::internal : value.error();
}

TEST(Json, ReadsWhatItWrites) {
  const std::string text = R"({"b":[1,-2,true,null,"x"],"a":{"é":"\"\\/\n"}})";
  EXPECT_EQ(json::dump(*json::parse(text)), text);
  EXPECT_EQ(json::canonical(*json::parse(text)), R"({"a":{"é":"\"\\/\n"},"b":[1,-2,true,null,"x"]})");
}

TEST(Json, SortsNamesByUtf16UnitsAsRfc8785Shows) {  // the example of section 3.2.3
  const auto value =
      json::parse(R"({"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7})");
  EXPECT_EQ(json::canonical(*value), "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\uFB33\":3}");
}

TEST(Json, RefusesWhatIsNotStrictlyJson) {
  for (const char* bad : {"", " ", "{", "[1,]", "{\"a\":1,}", "'a'", "nul", "[1] 2", "\xEF\xBB\xBF{}",
                          "\"\xFF\"", "\"\\u0000\"", "\"\\ud800\"", "{\"a\\u0000\":1}", "[\"\x01\"]", "01"}) {
    EXPECT_EQ(error_of(bad), Error::invalid_json) << bad;
  }
}

TEST(Json, DoesNotEndAtNul) {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"994\0\\ud400"sv, "{}\0"sv, "\0"sv, "[\0]"sv}) {
    const auto value = json::parse(text);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.failure().error, Error::invalid_json);
  }
}

TEST(Json, RefusesNumbersThatAreNoExactIntegers) {
  for (const char* bad : {"1.0", "1e3", "-0", "[0,-0.0]", "9007199254740992", "-9007199254740992",
                          "18446744073709551616", "1e300", "1e999", "-1e999"}) {
    EXPECT_EQ(error_of(bad), Error::out_of_range) << bad;
  }
  EXPECT_EQ(*json::parse("9007199254740991")->as_integer(), json::integer_max);
  EXPECT_TRUE(json::parse(R"("text with -0 in \" it")").ok());
}

TEST(Json, SaysWhatIsWrongInOurWords) {
  EXPECT_EQ(
      json::parse("[1e999]").failure(),
      fail(Error::out_of_range, "byte 6", "Only whole numbers up to 2^53 - 1 are read here, not 1e999."));
  for (const char* bad : {"[1e999", "1e", "[1}", "{1}", "nul", "\"\xFF\""}) {
    const Failure failure = json::parse(bad).failure();
    EXPECT_EQ(failure.detail.find("json.exception"), std::string::npos) << failure.detail;
  }
}

TEST(Json, KeepsItsLimits) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(error_of(deep), Error::limit_exceeded);
  EXPECT_EQ(error_of("[1,2,3]", {.bytes_max = 6}), Error::limit_exceeded);
  EXPECT_EQ(error_of("[1,2,3]", {.values_max = 3}), Error::limit_exceeded);
  EXPECT_TRUE(json::parse("[1,2,3]", {.values_max = 4}).ok());
  EXPECT_EQ(json::parse(R"({"a":{"b":1,"b":2}})").failure(),
            fail(Error::duplicate_member, "b", "This member stands here twice."));
}

TEST(Json, ReaderNamesThePlaceOfWhatIsWrong) {
  const json::Value value = *json::parse(R"({"name":"x","count":0,"other":true})");
  json::Reader in = *json::Reader::object(value, "lines[2]");
  EXPECT_EQ(*in.string("name", 10), "x");
  EXPECT_EQ(in.integer("count", 1, 9).failure().where, "lines[2].count");
  EXPECT_EQ(in.integer("name", 1, 9).error(), Error::wrong_type);
  EXPECT_EQ(in.string("absent", 5).error(), Error::missing_member);
  EXPECT_EQ(in.done().failure(),
            fail(Error::unknown_member, "lines[2].other", "This member is not known here."));
}

}  // namespace
}  // namespace ringup
