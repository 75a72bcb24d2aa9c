/// Mails through a mail server that others wrote (mailbox.py), read back by Python's own reader of mails.
#include "server/notify/smtp.h"

#include <gtest/gtest.h>

#include "core/base/json.h"
#include "server/notify/mail.h"
#include "tests/server/program.h"
#include "tests/server/support.h"

namespace ringup::notify {
namespace {

using Kind = Outcome::Kind;

class Smtp : public testing::Test {
 protected:
  test::Folder folder_;
  Smtp() { test::make_certificate(folder_.path(), "mail", "localhost"); }
  std::string file(const char* name) const { return folder_.path() + "/" + name; }
  /// Debian's Python, which has aiosmtpd.
  static std::vector<std::string> mailbox(const std::vector<std::string>& options = {}) {
    std::vector<std::string> words = {"/usr/bin/python3", "tests/server/notify/mailbox.py"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  std::vector<std::string> with_tls(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"--tls", file("mail.pem"), file("mail.key")});
    return mailbox(options);
  }
  MailServer at(test::Program& server) const {
    return {.host = "localhost",
            .port = std::atoi(server.line().c_str()),
            .user = "",
            .password = "",
            .deadline_ms = 10'000,
            .authorities = file("mail.pem")};
  }
  static Mail a_mail() {
    return {.from_name =
                "B\xC3\xA4"
                "ckerei \"Sonne\"",
            .from = "shop@corner.example",
            .to = "olga@mail.example",
            .subject =
                "Gr\xC3\xBC\xC3\x9F"
                "e aus der Stra\xC3\x9F"
                "e \xF0\x9F\xA5\x96",
            .text = ".\nHello \xC3\x96lga,\n..\n" + std::string(300, 'x') + "\nFrom here\nend ",
            .html = "<p>Hello &lt;\xC3\x96lga&gt;,</p>",
            .id = "0192b3c4-0001",
            .at_us = 1'795'244'517'000'000};
  }
  static Outcome send(const MailServer& server) {
    const Mail mail = a_mail();
    return send_mail(server, mail.from, mail.to, *write_mail(mail));
  }
  static json::Value next(test::Program& server) {
    auto value = json::parse(server.line());
    return value.ok() ? *value : json::Value();
  }
  static std::string header(const json::Value& mail, std::string_view name) {
    for (const json::Value& pair : *mail.find("headers")->as_array()) {
      if (*pair.as_array()->at(0).as_string() == name) return *pair.as_array()->at(1).as_string();
    }
    return {};
  }
};

TEST_F(Smtp, BringsAMailOverStarttlsWithALogin) {
  test::Program server(with_tls({"--login", "till@shop.example", "green boats"}));
  MailServer to = at(server);
  to.user = "till@shop.example";
  to.password = "green boats";
  const Outcome outcome = send(to);
  ASSERT_EQ(outcome.kind, Kind::sent) << outcome.words;
  const json::Value mail = next(server);
  EXPECT_EQ(*mail.find("from")->as_string(), "shop@corner.example");
  EXPECT_EQ(*mail.find("to")->as_array(), (json::Array{"olga@mail.example"}));
  EXPECT_TRUE(*mail.find("tls")->as_bool());
  EXPECT_EQ(*mail.find("user")->as_string(), "till@shop.example");
  EXPECT_EQ(header(mail, "From"),
            "\"B\xC3\xA4"
            "ckerei \\\"Sonne\\\"\" <shop@corner.example>");
  EXPECT_EQ(header(mail, "To"), "olga@mail.example");
  EXPECT_EQ(header(mail, "Subject"), a_mail().subject);
  EXPECT_EQ(header(mail, "Message-ID"), "<0192b3c4-0001@corner.example>");
  EXPECT_EQ(header(mail, "Date"), "Sat, 21 Nov 2026 07:01:57 +0000");
  EXPECT_EQ(*mail.find("type")->as_string(), "multipart/alternative");
  EXPECT_EQ(*mail.find("parts")->as_integer(), 2);
  // Dots and blanks arrive as they were.
  EXPECT_EQ(*mail.find("text")->as_string(), a_mail().text);
  EXPECT_EQ(*mail.find("html")->as_string(), a_mail().html);
  EXPECT_EQ(*mail.find("defects"), json::Value(json::Array{}));
  EXPECT_LE(*mail.find("longest")->as_integer(), 78);
  EXPECT_TRUE(*mail.find("ascii")->as_bool());
}

TEST_F(Smtp, TellsWhatTheServerSaysApart) {
  const struct {
    std::vector<std::string> options;
    Kind kind;
    const char* cause;
  } cases[] = {
      {{"--answer", "RCPT", "550 5.1.1 No such user"}, Kind::refused, "smtp_550"},
      {{"--answer", "RCPT", "450 4.2.0 Greylisted"}, Kind::later, "smtp_450"},
      {{"--answer", "RCPT", "421 4.3.2 Going down"}, Kind::down, "smtp_421"},
      {{"--answer", "DATA", "554 5.7.1 This is spam"}, Kind::refused, "smtp_554"},
      {{"--answer", "DATA", "452 4.3.1 Disk full"}, Kind::later, "smtp_452"},
      {{"--answer", "MAIL", "553 5.7.1 Sender not yours"}, Kind::down, "smtp_553"},
      {{"--answer", "MAIL", "451 4.3.0 Not now"}, Kind::later, "smtp_451"},
      {{"--cut-mid-data", "1"}, Kind::down, "connection_lost"},
  };
  for (const auto& one : cases) {
    test::Program server(with_tls(one.options));
    const MailServer to = at(server);
    const Outcome outcome = send(to);
    EXPECT_EQ(outcome.kind, one.kind) << one.options.back() << ": " << outcome.words;
    EXPECT_EQ(outcome.cause, one.cause) << one.options.back() << ": " << outcome.words;
    // And once it is well, the same mail goes.
    EXPECT_EQ(send(to).kind, Kind::sent);
  }
}

TEST_F(Smtp, KeepsThePasswordAndTheMailFromStrangers) {
  test::Program server(with_tls({"--login", "a", "b"}));
  MailServer to = at(server);
  to.user = "a";
  to.password = "wrong";
  EXPECT_EQ(send(to).cause, "login_refused");
  EXPECT_EQ(send(to).kind, Kind::down);
  to.password = "b";
  to.authorities.clear();  // the machine's own do not know the test's
  EXPECT_EQ(send(to).cause, "certificate_not_trusted");

  test::Program open(mailbox({"--login", "a", "b"}));
  MailServer elsewhere = at(open);
  elsewhere.host = "0.0.0.0";  // leads here, but is not one of the names of this machine
  elsewhere.user = "a";
  elsewhere.password = "b";
  EXPECT_EQ(send(elsewhere).cause, "no_starttls");
}

TEST_F(Smtp, SpeaksTlsFromTheFirstByteOrInTheOpenToThisMachine) {
  test::Program open(mailbox());
  const MailServer to = at(open);
  EXPECT_EQ(send(to).kind, Kind::sent);
  EXPECT_FALSE(*next(open).find("tls")->as_bool());
}

TEST_F(Smtp, NamesWhoDoesNotAnswer) {
  int port = 0;
  {
    test::Program server(mailbox());
    port = at(server).port;
  }
  MailServer nobody{.host = "127.0.0.1", .port = port, .user = "", .password = "", .authorities = ""};
  EXPECT_EQ(send(nobody).cause, "no_connection");
  test::Program mute({"python3", "tests/server/notify/smtp_server.py", "--mute"});
  MailServer slow = at(mute);
  slow.deadline_ms = 200;
  EXPECT_EQ(send(slow).cause, "timeout");
  slow.deadline_ms = 60'000;
  EXPECT_EQ(send_mail(slow, "a@b.example", "c@d.example", "x\r\n", [] { return true; }).cause, "stopped");
}

TEST_F(Smtp, ConnectsForNoAddressThatIsNone) {
  const MailServer nobody{.host = "127.0.0.1", .port = 1, .user = "", .password = "", .authorities = ""};
  EXPECT_EQ(send_mail(nobody, "a@b.example", "c@d.example>\r\nRCPT TO:<e@f.example", "x\r\n").cause,
            "invalid_address");
}

}  // namespace
}  // namespace ringup::notify
