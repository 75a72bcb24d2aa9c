/// The way to the mail server, tried against one that speaks (smtp_server.py) and some that do not.
#include "server/notify/mail_probe.h"

#include <gtest/gtest.h>

#include "server/notify/fetch.h"
#include "tests/server/program.h"
#include "tests/server/support.h"

namespace ringup {
namespace {

using notify::MailServer;
using notify::probe_mail_server;

class MailServerAt : public testing::Test {
 protected:
  test::Folder folder_;
  MailServerAt() { test::make_certificate(folder_.path(), "mail", "localhost"); }
  std::string file(const char* name) const { return folder_.path() + "/" + name; }
  std::vector<std::string> program(std::vector<std::string> options) const {
    std::vector<std::string> words = {"python3", "tests/server/notify/smtp_server.py"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  std::vector<std::string> with_tls(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"--tls", file("mail.pem"), file("mail.key")});
    return program(std::move(options));
  }
  MailServer at(test::Program& server) const {
    return {.host = "localhost",
            .port = std::atoi(server.line().c_str()),
            .user = "",
            .password = "",
            .deadline_ms = 5'000,
            .authorities = file("mail.pem")};
  }
};

TEST_F(MailServerAt, IsTriedAsFarAsTheLogin) {
  test::Program server(with_tls({"--login", "till@shop.example", "green boats"}));
  MailServer mail = at(server);
  mail.user = "till@shop.example";
  mail.password = "green boats";
  const auto probe = probe_mail_server(mail);
  ASSERT_TRUE(probe.ok()) << describe(probe.failure());
  EXPECT_TRUE(probe->encrypted);
  EXPECT_TRUE(probe->authenticated);
  EXPECT_EQ(server.rest(), "C: EHLO\nC: STARTTLS\nT: EHLO\nT: AUTH PLAIN\nT: NOOP\nT: QUIT\n");
}

TEST_F(MailServerAt, RefusesAWrongPasswordByName) {
  test::Program server(with_tls({"--login", "till@shop.example", "green boats"}));
  MailServer mail = at(server);
  mail.user = "till@shop.example";
  mail.password = "red boats";
  const auto probe = probe_mail_server(mail);
  ASSERT_FALSE(probe.ok());
  EXPECT_EQ(probe.error(), Error::invalid_credentials);
  EXPECT_NE(describe(probe.failure()).find("EMAIL_PASSWORD"), std::string::npos);
  EXPECT_EQ(describe(probe.failure()).find("red boats"), std::string::npos);
}

TEST_F(MailServerAt, MustShowACertificateThatIsTrusted) {
  test::Program server(with_tls());
  MailServer mail = at(server);
  mail.authorities.clear();  // the machine's own do not know the test's
  const auto stranger = probe_mail_server(mail);
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error(), Error::invalid_token);

  mail.authorities = file("mail.pem");
  mail.host = "127.0.0.1";  // the certificate is for localhost
  const auto other_name = probe_mail_server(mail);
  ASSERT_FALSE(other_name.ok());
  EXPECT_EQ(other_name.error(), Error::invalid_token);
}

TEST_F(MailServerAt, WithoutTlsIsNamedAsSuch) {
  test::Program server(program({"--login", "a", "b"}));
  const MailServer mail = at(server);
  const auto probe = probe_mail_server(mail);
  ASSERT_TRUE(probe.ok()) << describe(probe.failure());
  EXPECT_FALSE(probe->encrypted);
}

TEST_F(MailServerAt, OnAnotherMachineGetsNoPasswordInTheOpen) {
  test::Program server(program({"--login", "a", "b"}));
  MailServer mail = at(server);
  mail.host = "0.0.0.0";  // leads here, but is not one of the names of this machine
  mail.user = "a";
  mail.password = "b";
  const auto probe = probe_mail_server(mail);
  ASSERT_FALSE(probe.ok());
  EXPECT_EQ(probe.error(), Error::precondition_failed);
  EXPECT_EQ(server.rest().find("AUTH"), std::string::npos);
}

TEST_F(MailServerAt, WithTlsFromTheFirstByteOnAnotherPortOrMuteIsTooSlow) {
  test::Program server(program({"--mute"}));
  MailServer mail = at(server);
  mail.deadline_ms = 200;
  const auto probe = probe_mail_server(mail);
  ASSERT_FALSE(probe.ok());
  EXPECT_EQ(probe.error(), Error::busy);
}

TEST_F(MailServerAt, AClosedPortAndAnUnknownHostAreNamed) {
  int port = 0;
  {
    test::Program server(program({}));
    port = at(server).port;
  }
  const auto closed =
      probe_mail_server({.host = "127.0.0.1", .port = port, .user = "", .password = "", .authorities = ""});
  ASSERT_FALSE(closed.ok());
  EXPECT_EQ(closed.error(), Error::not_found);
  EXPECT_NE(describe(closed.failure()).find("SMTP_PORT"), std::string::npos);
  const auto unknown = probe_mail_server(
      {.host = "mail.invalid", .port = port, .user = "", .password = "", .authorities = ""});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error(), Error::not_found);
  EXPECT_NE(describe(unknown.failure()).find("SMTP_SERVER"), std::string::npos);
}

TEST(Fetch, NamesWhoDoesNotAnswer) {
  const auto page = notify::fetch("http://shop.example/healthz", {.connect_to = "127.0.0.1:1"});
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error(), Error::not_found);
}

}  // namespace
}  // namespace ringup
