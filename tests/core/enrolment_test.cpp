#include "core/till/enrolment.h"

#include <gtest/gtest.h>

namespace ringup::till {
namespace {

Enrolment example() {
  Enrolment enrolment;
  enrolment.till = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
  enrolment.series = "A1";
  enrolment.token = "token";
  enrolment.tenant = "corner-shop";
  enrolment.branch = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
  enrolment.settings = {"Corner Shop",  "Main Street", {"Corner Shop", "Main Street 1"},
                        {"Thank you!"}, "DE",          "EUR"};
  return enrolment;
}

TEST(Enrolment, ReadsWhatItWrites) {
  EXPECT_EQ(*read_enrolment(to_json(example())), example());
}

TEST(Enrolment, PassesOverWhatANewerServerAdds) {
  json::Value value = to_json(example());
  value.as_object()->push_back({"colour", "blue"});
  EXPECT_TRUE(read_enrolment(value).ok());
}

TEST(Enrolment, TheRequestIsStrict) {
  const auto error = [](const char* text) { return read_enrol_request(*json::parse(text)).error(); };
  EXPECT_EQ(error(R"({"pairing_code":"AB","colour":1})"), Error::unknown_member);
  EXPECT_EQ(error(R"({"pairing_code":12})"), Error::wrong_type);
  EXPECT_EQ(error(R"({"pairing_code":""})"), Error::invalid_value);
  EXPECT_EQ(*read_enrol_request(*json::parse(R"({"pairing_code":"AB"})"))->pairing_code, "AB");
  EXPECT_FALSE(read_enrol_request(*json::parse("{}"))->pairing_code.has_value());
}

}  // namespace
}  // namespace ringup::till
