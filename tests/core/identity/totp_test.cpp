/// Codes of authenticator apps and codes that are sent, against the RFCs' own vectors.
#include "core/identity/totp.h"

#include <gtest/gtest.h>

#include "core/identity/one_time_code.h"

namespace ringup {
namespace {

constexpr std::string_view secret = "12345678901234567890";  // of RFC 4226 and RFC 6238

TEST(Hotp, GivesTheCodesOfRfc4226AppendixD) {
  const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                               "254676", "287922", "162583", "399871", "520489"};
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_EQ(hotp(secret, i), codes[i]) << i;
}

TEST(Totp, GivesTheCodesOfRfc6238AppendixB) {
  const std::pair<std::int64_t, const char*> rows[] = {{59, "94287082"},         {1111111109, "07081804"},
                                                       {1111111111, "14050471"}, {1234567890, "89005924"},
                                                       {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [at, code] : rows)
    EXPECT_EQ(hotp(secret, static_cast<std::uint64_t>(totp_step_at(at)), 8), code) << at;
}

TEST(Totp, TakesLongSecretsAsHmacSays) {
  // RFC 2202, case 6, says that a key longer than a block is hashed first.
  EXPECT_EQ(hotp(std::string(80, '\xaa'), 0).size(), 6U);
  EXPECT_NE(hotp(std::string(80, '\xaa'), 0), hotp(std::string(64, '\xaa'), 0));
}

TEST(Totp, TakesTheStepOfNowAndItsNeighboursOnce) {
  constexpr std::int64_t now = 1'700'000'010;
  const std::int64_t step = totp_step_at(now);
  const auto code = [&](std::int64_t which) { return hotp(secret, static_cast<std::uint64_t>(which)); };
  EXPECT_EQ(match_totp(secret, code(step), now, 0), step);
  EXPECT_EQ(match_totp(secret, code(step - 1), now, 0), step - 1);
  EXPECT_EQ(match_totp(secret, code(step + 1), now, 0), step + 1);
  EXPECT_EQ(match_totp(secret, code(step - 2), now, 0), std::nullopt);
  EXPECT_EQ(match_totp(secret, code(step + 2), now, 0), std::nullopt);
  EXPECT_EQ(match_totp(secret, code(step), now, step), std::nullopt) << "used";
  EXPECT_EQ(match_totp(secret, code(step - 1), now, step), std::nullopt) << "before the one used last";
  EXPECT_EQ(match_totp(secret, code(step + 1), now, step), step + 1);
  EXPECT_EQ(match_totp(secret, "", now, 0), std::nullopt);
  EXPECT_EQ(match_totp(secret, code(step) + "0", now, 0), std::nullopt);
}

TEST(Totp, WritesSecretsAsRfc4648HasIt) {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "MY"},
                                                      {"fo", "MZXQ"},
                                                      {"foo", "MZXW6"},
                                                      {"foob", "MZXW6YQ"},
                                                      {"fooba", "MZXW6YTB"},
                                                      {"foobar", "MZXW6YTBOI"}};
  for (const auto& [plain, coded] : rows) EXPECT_EQ(base32_encode(plain), coded);
}

TEST(Totp, MakesAnAddressThatAppsUnderstand) {
  EXPECT_EQ(otpauth_uri("Müller & Söhne", "mia@shop.example", "fooba"),
            "otpauth://totp/M%C3%BCller%20%26%20S%C3%B6hne:mia%40shop.example?secret=MZXW6YTB"
            "&issuer=M%C3%BCller%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30");
}

TEST(OneTimeCode, HasSixDigitsWithoutFavourites) {
  const auto made = [](std::array<std::uint8_t, 4> random) { return make_one_time_code(random); };
  EXPECT_EQ(made({0, 0, 0, 0}), "000000");
  EXPECT_EQ(made({0, 0, 0, 42}), "000042");
  EXPECT_EQ(made({0, 0x0F, 0x42, 0x40}), "000000") << "a million";
  EXPECT_EQ(made({0xFF, 0xFF, 0xFF, 0xFF}), std::nullopt);
}

TEST(OneTimeCode, IsReadAsPeopleTypeIt) {
  EXPECT_EQ(*read_one_time_code(" 123 456 "), "123456");
  EXPECT_EQ(*read_one_time_code("123-456"), "123456");
  for (const char* wrong : {"", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345", "12345 a"})
    EXPECT_EQ(read_one_time_code(wrong).ok(), false) << wrong;
  EXPECT_FALSE(read_one_time_code("123456" + std::string(100, ' ')).ok());
}

TEST(RecoveryCode, IsReadAsPeopleTypeIt) {
  const std::array<std::uint8_t, recovery_code_letters> random = {0, 1, 9, 10, 17, 18, 20, 22, 31, 255};
  EXPECT_EQ(make_recovery_code(random), "019AH-JMPZZ");
  EXPECT_EQ(*read_recovery_code("o19ah jmpzz"), "019AHJMPZZ");
  EXPECT_EQ(*read_recovery_code("OI9AH-JMPZZ"), "019AHJMPZZ");
  for (const char* wrong : {"", "019AH-JMPZ", "019AH-JMPZZZ", "019AH-JMPZU", "019AH_JMPZZ"})
    EXPECT_FALSE(read_recovery_code(wrong).ok()) << wrong;
}

}  // namespace
}  // namespace ringup
