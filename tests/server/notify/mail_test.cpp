/// How a mail is written: what RFC 5322, 2045 and 2047 ask for, and that no value can begin a header.
#include "server/notify/mail.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/base64.h"

namespace ringup::notify {
namespace {

std::size_t longest_line(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    longest = std::max(longest, end);
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return longest;
}

Mail a_mail() {
  return {.from_name = "Corner Shop",
          .from = "shop@corner.example",
          .to = "olga@mail.example",
          .subject = "Hello",
          .text = "Hello Olga,\n",
          .html = "<p>Hello Olga,</p>\n",
          .id = "0192b3c4-0001",
          .at_us = 1'795'244'517'000'000};
}

TEST(Mail, SaysWhenByTheCalendar) {
  EXPECT_EQ(mail_date(0), "Thu, 1 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(mail_date(1'795'244'517'000'000), "Sat, 21 Nov 2026 07:01:57 +0000");
  EXPECT_EQ(mail_date(1'709'209'800'999'999), "Thu, 29 Feb 2024 12:30:00 +0000");
}

TEST(Mail, HasTheHeadersOfAMailAndBothParts) {
  const auto bytes = write_mail(a_mail());
  ASSERT_TRUE(bytes.ok()) << describe(bytes.failure());
  EXPECT_TRUE(
      bytes->starts_with("Date: Sat, 21 Nov 2026 07:01:57 +0000\r\n"
                         "From: Corner Shop <shop@corner.example>\r\n"
                         "To: olga@mail.example\r\n"
                         "Subject: Hello\r\n"
                         "Message-ID: <0192b3c4-0001@corner.example>\r\n"
                         "MIME-Version: 1.0\r\n"))
      << *bytes;
  EXPECT_NE(bytes->find("\r\nAuto-Submitted: auto-generated\r\n"), std::string::npos);
  EXPECT_LT(bytes->find("text/plain"), bytes->find("text/html"));  // the best form comes last
  EXPECT_TRUE(bytes->ends_with("--=_0192b3c4-0001--\r\n"));
  EXPECT_EQ(*bytes, *write_mail(a_mail()));
}

TEST(Mail, LetsNoValueBeginAHeader) {
  Mail mail = a_mail();
  mail.from_name = "Shop\r\nBcc: everybody@mail.example";
  mail.subject = "Hi\nX-Evil: 1\r\n\r\nbody";
  const auto bytes = write_mail(mail);
  ASSERT_TRUE(bytes.ok());
  EXPECT_NE(bytes->find("\"Shop Bcc: everybody@mail.example\" <shop@corner.example>\r\n"), std::string::npos)
      << *bytes;
  EXPECT_NE(bytes->find("Subject: Hi X-Evil: 1 body\r\n"), std::string::npos);
  EXPECT_EQ(bytes->find("\r\nBcc"), std::string::npos);
  EXPECT_EQ(bytes->find("\r\nX-Evil"), std::string::npos);
}

TEST(Mail, GoesToAddressesOnly) {
  for (const char* address :
       {"olga@mail.example\r\nRCPT TO:<x@y.example>", "olga@mail.example>", "olga", "", "a b@mail.example",
        "olga@mail.example,x@y.example", "\xC3\xB6lga@mail.example"}) {
    Mail to = a_mail();
    to.to = address;
    const auto bytes = write_mail(to);
    ASSERT_FALSE(bytes.ok()) << address;
    EXPECT_EQ(bytes.error(), Error::invalid_value);
    EXPECT_EQ(bytes.failure().where, "to");
    Mail from = a_mail();
    from.from = address;
    EXPECT_FALSE(write_mail(from).ok());
  }
}

TEST(Mail, EncodesNamesInWhateverFormTheyNeed) {
  EXPECT_EQ(address_header("From", "", "a@b.example"), "From: a@b.example\r\n");
  EXPECT_EQ(address_header("From", "Bob's Shop", "a@b.example"), "From: Bob's Shop <a@b.example>\r\n");
  EXPECT_EQ(address_header("From", "Shop, \"the\" one", "a@b.example"),
            "From: \"Shop, \\\"the\\\" one\" <a@b.example>\r\n");
  EXPECT_EQ(address_header("From",
                           "B\xC3\xA4"
                           "ckerei",
                           "a@b.example"),
            "From: =?UTF-8?B?" +
                base64_encode("B\xC3\xA4"
                              "ckerei") +
                "?= <a@b.example>\r\n");
  // What looks like an encoded word already is text all the same.
  EXPECT_EQ(text_header("Subject", "=?UTF-8?B?eA==?="),
            "Subject: =?UTF-8?B?" + base64_encode("=?UTF-8?B?eA==?=") + "?=\r\n");
}

TEST(Mail, FoldsLongHeadersBetweenWholeCharacters) {
  std::string name;
  for (int i = 0; i < 120; ++i) name += "\xF0\x9F\xA5\x96";  // bread, four bytes each
  for (const std::string& header : {text_header("Subject", name), address_header("From", name, "a@b.example"),
                                    text_header("Subject", std::string(500, 'x'))}) {
    EXPECT_LE(longest_line(header), 76U) << header;
    // Each encoded word is whole text by itself.
    for (std::size_t at = 0; (at = header.find("?B?", at)) != std::string::npos; ++at) {
      const auto word = base64_decode(header.substr(at + 3, header.find("?=", at + 3) - at - 3));
      ASSERT_TRUE(word.ok());
      EXPECT_EQ(word->size() % (header.find("eHh4") == std::string::npos ? 4 : 1), 0U);
    }
  }
  const std::string long_address = std::string(64, 'a') + "@" + std::string(60, 'b') + ".example";
  EXPECT_LE(longest_line(address_header("To", "", long_address)), 134U);
}

TEST(Mail, QuotesBodiesAsPrintable) {
  EXPECT_EQ(quoted_printable("a=b"), "a=3Db\r\n");
  EXPECT_EQ(quoted_printable("\xC3\xA4\n"), "=C3=A4\r\n");
  EXPECT_EQ(quoted_printable("one \ntwo\t\r\nthree\rfour "), "one=20\r\ntwo=09\r\nthree\r\nfour=20\r\n");
  EXPECT_EQ(quoted_printable(".\nFrom me\n-From me"), "=2E\r\n=46rom me\r\n-From me\r\n");
  EXPECT_EQ(quoted_printable(std::string("a\0b", 3)), "a=00b\r\n");
  EXPECT_EQ(quoted_printable(""), "\r\n");
  const std::string long_text = quoted_printable(std::string(2000, 'x') + "\xC3\xA4" + std::string(75, ' '));
  EXPECT_LE(longest_line(long_text), 76U);
}

}  // namespace
}  // namespace ringup::notify
