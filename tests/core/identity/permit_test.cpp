/// PINs that may be chosen, and the form of permits.
#include "core/identity/permit.h"

#include <gtest/gtest.h>

#include "core/identity/pin.h"

namespace ringup {
namespace {

TEST(Pin, HasFourToEightDigits) {
  for (const char* pin : {"4071", "83017", "629415", "8301746", "83017462"})
    EXPECT_TRUE(check_pin(pin).ok()) << pin;
  for (const char* pin : {"", "407", "830174620", "40 1", "40a1", "-401", "４０７１"})
    EXPECT_FALSE(check_pin(pin).ok()) << pin;
}

TEST(Pin, IsNoneOfTheFirstThatAnybodyWouldTry) {
  for (const char* pin : {"0000", "99999999", "1234", "4321", "56789", "7890", "0987", "1212", "123123",
                          "69696969", "1987", "2026", "2580", "1122", "1004"}) {
    const Result<void> checked = check_pin(pin);
    ASSERT_FALSE(checked.ok()) << pin;
    EXPECT_EQ(checked.error(), Error::invalid_value);
    EXPECT_EQ(checked.failure().where, "pin");
  }
}

Permit sample() {
  Permit permit;
  permit.user = *parse_id("0190b2f4-0000-7000-8000-0000000000c1");
  permit.till = *parse_id("0190b2f4-0000-7000-8000-00000000000a");
  permit.tenant = *parse_id("0190b2f4-0000-7000-8000-00000000000b");
  permit.first_name = "Kim";
  permit.last_name = "Lee";
  permit.rights = rights_of(Role::cashier);
  permit.issued_at_s = 1'700'000'000;
  permit.not_after_s = 1'700'259'200;
  permit.pin = {std::string("0123456789abcde\xff", 16), std::string(32, '\x80'), pin_iterations};
  return permit;
}

TEST(Permit, ReadsBackAsWritten) {
  const Result<Permit> read = read_permit(*json::parse(json::dump(to_json(sample()))));
  ASSERT_TRUE(read.ok()) << describe(read.failure());
  EXPECT_EQ(*read, sample());
}

TEST(Permit, OfANewerServerGivesNoMoreThanIsKnown) {
  std::string text = json::dump(to_json(sample()));
  text.replace(text.find("\"cashier\""), 9, "\"wizard\"");
  text.replace(text.find("\"sell\""), 6, "\"levitate\"");
  text.insert(1, R"("mood":"sunny",)");
  const Result<Permit> read = read_permit(*json::parse(text));
  ASSERT_TRUE(read.ok()) << describe(read.failure());
  EXPECT_EQ(read->role, Role::customer);
  EXPECT_FALSE(read->rights.has(Right::sell));
  EXPECT_TRUE(read->rights.has(Right::refund));
}

TEST(Permit, IsRefusedWhereItIsNone) {
  const std::string good = json::dump(to_json(sample()));
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return read_permit(*json::parse(text)).ok();
  };
  EXPECT_FALSE(with("\"iterations\":600000", "\"iterations\":0"));
  EXPECT_FALSE(with("\"iterations\":600000", "\"iterations\":2000000000"));
  EXPECT_FALSE(with("\"hash\":\"", "\"hash\":\"AA"));
  EXPECT_FALSE(with("\"not_after\":1700259200", "\"not_after\":\"soon\""));
  EXPECT_FALSE(with("\"rights\":[\"sell\"", "\"rights\":[1"));
}

}  // namespace
}  // namespace ringup
