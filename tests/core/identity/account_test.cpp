#include "core/identity/account.h"

#include <gtest/gtest.h>

#include "core/identity/role.h"

namespace ringup {
namespace {

TEST(Email, IsReadToOneForm) {
  EXPECT_EQ(read_email(" Ann.Bear+Shop@Example.COM\n").value(), "ann.bear+shop@example.com");
  EXPECT_EQ(read_email("o'neil@mail.example.co.uk").value(), "o'neil@mail.example.co.uk");
  EXPECT_TRUE(read_email(std::string(64, 'a') + "@example.com").ok());
}

TEST(Email, IsRefusedWhereMailCouldNotGo) {
  for (const char* bad : {"",
                          "@",
                          "a",
                          "a@",
                          "@b.de",
                          "a@b",
                          "a@@b.de",
                          "a b@c.de",
                          "a@b..de",
                          "a@.de",
                          "a@b.de.",
                          "a@-b.de",
                          "a@b-.de",
                          ".a@b.de",
                          "a.@b.de",
                          "a..b@c.de",
                          "a@b_c.de",
                          "a@b.de\r\nBcc: x@y.de",
                          "<a@b.de>",
                          "a@b.de,c@d.de",
                          "\xC3\xA4@b.de",
                          "a@[127.0.0.1]"}) {
    EXPECT_EQ(read_email(bad).ok(), false) << bad;
  }
  EXPECT_FALSE(read_email(std::string(65, 'a') + "@example.com").ok());
  EXPECT_FALSE(read_email("a@" + std::string(64, 'b') + ".com").ok());
  std::string long_domain = "a@";
  for (int i = 0; i < 64; ++i) long_domain += "abc.";
  EXPECT_FALSE(read_email(long_domain + "de").ok());
}

TEST(PhoneNumber, IsE164ByForm) {
  EXPECT_EQ(read_phone_number("+49 (30) 123-45 67").value(), "+49301234567");
  EXPECT_EQ(read_phone_number("+1234567890").value(), "+1234567890");
  EXPECT_TRUE(read_phone_number("+1234567").ok());
  EXPECT_TRUE(read_phone_number("+123456789012345").ok());
  for (const char* bad : {"", "+", "0301234567", "+123456", "+1234567890123456", "+0123456789",
                          "+49a301234567", "++49301234567", "0049301234567"})
    EXPECT_FALSE(read_phone_number(bad).ok()) << bad;
}

TEST(Password, HasALengthAndNoRulesOfComposition) {
  EXPECT_TRUE(check_password("gelbe tulpen am see").ok());
  EXPECT_TRUE(check_password("kaffeelöffel").ok());
  EXPECT_TRUE(check_password("73920481").ok());
  EXPECT_TRUE(check_password("äöüßäöü1").ok());  // eight characters
  EXPECT_FALSE(check_password("äöüßäöü").ok());  // seven, in fourteen bytes
  EXPECT_FALSE(check_password("gelbe tulpen", {}, password_characters_min).ok());
  std::string words;
  while (words.size() < password_bytes_max) words += static_cast<char>('a' + words.size() * 7 % 26);
  EXPECT_TRUE(check_password(words).ok());
  EXPECT_FALSE(check_password(words + "x").ok());
  EXPECT_FALSE(check_password("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF").ok());
}

TEST(Password, IsNotOneThatIsTriedFirst) {
  for (const char* bad : {"password", "PassWord1", "12345678", "87654321", "1234567890", "aaaaaaaa",
                          "abcdefgh", "abcabcabc", "12121212", "qwertyuiop", "passwort123"})
    EXPECT_FALSE(check_password(bad).ok()) << bad;
}

TEST(Password, IsNotThePersonsOwnName) {
  const std::string_view context[] = {"Ann.Bear@example.com", "Teestube", ""};
  EXPECT_FALSE(check_password("ann.bear@example.com", context).ok());
  EXPECT_FALSE(check_password("ANN.BEAR", context).ok());
  EXPECT_FALSE(check_password("teestube", context).ok());
  EXPECT_TRUE(check_password("teestube am markt", context).ok());
  const std::string_view own[] = {"anna@kunde.example", "Anna", "Kunde", "Hollerbusch Feinkost"};
  for (const char* bad : {"Hollerbusch Anna Kunde", "Anna Kunde Anna Kunde", "hollerbuschhollerbusch",
                          "Kunde2026Kunde2026", "anna-kunde-1987!"})
    EXPECT_FALSE(check_password(bad, own).ok()) << bad;
  for (const char* good : {"Anna mag gelbe Tulpen", "73920481 am Hollerbusch", "73920481"})
    EXPECT_TRUE(check_password(good, own).ok()) << good;
}

TEST(Slug, IsAShortNameOfItsOwn) {
  for (const char* good : {"ab", "demo", "corner-shop-24", "9to5"}) EXPECT_EQ(read_slug(good).value(), good);
  for (const char* bad : {"", "a", "-ab", "ab-", "a_b", "Demo", "a b", "a.b", "\xC3\xA4\xC3\xB6", "api",
                          "till", "console", "../etc"})
    EXPECT_FALSE(read_slug(bad).ok()) << bad;
  EXPECT_TRUE(read_slug(std::string(63, 'a')).ok());
  EXPECT_FALSE(read_slug(std::string(64, 'a')).ok());
}

TEST(Roles, AnOwnerMayEverythingAndALowerRoleNeverMore) {
  for (int i = 0; i < right_count; ++i) {
    const Right right = static_cast<Right>(i);
    EXPECT_TRUE(may(Role::owner, right));
    EXPECT_LE(may(Role::cashier, right), may(Role::manager, right));
  }
  EXPECT_TRUE(may(Role::cashier, Right::sell));
  EXPECT_FALSE(may(Role::cashier, Right::catalogue_write));
  EXPECT_FALSE(may(Role::manager, Right::business_manage));
  for (int i = 0; i < role_count; ++i)
    EXPECT_EQ(parse_role(role_name(static_cast<Role>(i))), static_cast<Role>(i));
  EXPECT_FALSE(parse_role("Owner"));
}

}  // namespace
}  // namespace ringup
