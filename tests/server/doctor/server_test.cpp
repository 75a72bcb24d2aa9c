/// Settings, server, mail and names: each once in good health, and ill in the ways that happen.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/commands/commands.h"
#include "server/store/lock_note.h"
#include "tests/server/doctor/patient.h"
#include "tests/server/program.h"
#include "tests/server/running.h"

namespace ringup::doctor {
namespace {

using DoctorSettings = DoctorTest;
using DoctorServer = DoctorTest;
using DoctorMail = DoctorTest;
using DoctorNames = DoctorTest;

TEST_F(DoctorSettings, ThatAreMalformedAreNamed) {
  settings("PUBLIC_URL=shop.example\n");
  expect("settings", Verdict::problem, "ringup.env line 1");
  settings("PUBIC_URL=https://shop.example\n");
  expect("settings", Verdict::problem, "PUBIC_URL");
}

TEST_F(DoctorSettings, SayWherePeopleComeFrom) {
  expect("public_url", Verdict::warning, "this machine only");
  settings("PUBLIC_URL=http://shop.example\n");
  expect("public_url", Verdict::warning, "no camera");
  settings("PUBLIC_URL=https://shop.example\n");
  expect("public_url", Verdict::warning, "TRUSTED_PROXIES=1");
  settings("PUBLIC_URL=https://shop.example\nTRUSTED_PROXIES=1\n");
  expect("public_url", Verdict::ok, "https://shop.example");
  settings("PUBLIC_URL=http://shop.example\nSSL_CERT_PATH=/a\nSSL_KEY_PATH=/b\n");
  expect("public_url", Verdict::warning, "around it");
}

TEST_F(DoctorSettings, ThatLockEverybodyOutAreAProblem) {
  settings("PUBLIC_URL=https://shop.example\nFORCE_HTTPS=true\n");
  expect("force_https", Verdict::problem, "nobody gets in");
  settings("PUBLIC_URL=https://shop.example\nFORCE_HTTPS=true\nTRUSTED_PROXIES=1\n");
  EXPECT_EQ(worst("force_https").check, "");
  settings("PUBLIC_URL=https://shop.example\nFORCE_HTTPS=true\nSSL_CERT_PATH=/a\nSSL_KEY_PATH=/b\n");
  EXPECT_EQ(worst("force_https").check, "");
}

TEST_F(DoctorSettings, TellWhoCanComePastTheProxy) {
  settings("PUBLIC_URL=https://shop.example\nTRUSTED_PROXIES=1\n");
  options_.listen = {"0.0.0.0:0"};
  expect("proxies", Verdict::warning, "X-Forwarded-For");
  options_.listen = {"127.0.0.1:0"};
  EXPECT_EQ(worst("proxies").check, "");
  settings("PUBLIC_URL=https://shop.example\n");
  options_.listen = {"0.0.0.0:0"};
  expect("encryption", Verdict::warning, "SSL_CERT_PATH");
}

TEST_F(DoctorSettings, TellWhetherThereAreFilesEnough) {
  machine_.files_max = [](int) { return std::int64_t{1'000}; };
  expect("open_files", Verdict::problem, "LimitNOFILE");
  machine_.files_max = [](int) { return std::int64_t{4'096}; };
  expect("open_files", Verdict::warning, "3840 connections");
  EXPECT_GT(this_machine().files_max(0), 0);
  EXPECT_EQ(this_machine().files_max(::getpid()), this_machine().files_max(0));
}

TEST_F(DoctorServer, ThatRunsIsAskedWhereItsLockSaysThatItListens) {
  const test::RunningServer server;
  options_.listen.clear();
  auto lock = store::FolderLock::take(folder_.path());
  ASSERT_TRUE(lock.ok());
  store::write_lock_note(folder_.path(),
                         write_note(::getpid(), {"http://0.0.0.0:" + std::to_string(server.port())}));
  expect("server", Verdict::ok, "is ready");
  options_.running = true;
  EXPECT_EQ(examine().findings().size(), 1u);
  store::write_lock_note(folder_.path(), write_note(::getpid(), {"http://127.0.0.1:1"}));
  expect("server", Verdict::problem, "Nobody answers there");
}

TEST_F(DoctorServer, ThatDoesNotRunIsAWarningAndAProblemWhereItMust) {
  expect("server", Verdict::warning, "systemctl start");
  expect("port", Verdict::ok, "is free");
  options_.running = true;
  expect("server", Verdict::problem, "systemctl start");
}

TEST_F(DoctorServer, WhosePortSomebodyElseHasIsNamed) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(socket, 1), 0);
  ASSERT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  options_.listen = {"127.0.0.1:" + std::to_string(ntohs(address.sin_port))};
  expect("port", Verdict::problem, "ss -ltnp");
  ::close(socket);
  expect("port", Verdict::ok, "is free");
  options_.listen = {"192.0.2.1:8080"};  // an address that no machine has
  expect("port", Verdict::problem, "--listen");
}

TEST_F(DoctorServer, MayStartWhileItIsBeingLookedAt) {
  const int looker = ::open(file("serve.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::flock(looker, LOCK_SH | LOCK_NB), 0);
  EXPECT_EQ(store::FolderLock::take(folder_.path()).error(), Error::in_use);
  ::close(looker);
  EXPECT_TRUE(store::FolderLock::take(folder_.path()).ok());
  EXPECT_FALSE(store::read_lock_note(folder_.path()).held);
}

class DoctorMailServer : public DoctorTest {
 protected:
  DoctorMailServer() {
    test::make_certificate(folder_.path(), "mail", "localhost");
    machine_.authorities = file("mail.pem");
  }
  std::vector<std::string> program(const std::vector<std::string>& options) const {
    std::vector<std::string> words = {"python3", "tests/server/notify/smtp_server.py"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }
  void point_at(test::Program& server, const std::string& more) {
    settings("SMTP_SERVER=localhost\nSMTP_PORT=" + server.line() + "\nEMAIL_FROM=till@shop.example\n" + more);
  }
};

TEST_F(DoctorMail, WithoutServerGoesToAFolder) {
  expect("mail", Verdict::ok, "/outbox");
}

TEST_F(DoctorMailServer, IsTriedWithTheLogin) {
  test::Program server(program({"--tls", file("mail.pem"), file("mail.key"), "--login", "till", "boats"}));
  point_at(server, "EMAIL_USERNAME=till\nEMAIL_PASSWORD=boats\n");
  expect("mail", Verdict::ok, "takes our login");
}

TEST_F(DoctorMailServer, ThatRefusesTheLoginIsAProblem) {
  test::Program server(program({"--tls", file("mail.pem"), file("mail.key"), "--login", "till", "boats"}));
  point_at(server, "EMAIL_USERNAME=till\nEMAIL_PASSWORD=ships\n");
  expect("mail", Verdict::problem, "EMAIL_PASSWORD");
}

TEST_F(DoctorMailServer, WithoutEncryptionIsAWarning) {
  test::Program server(program({}));
  point_at(server, "");
  expect("mail", Verdict::warning, "in the open");
}

TEST_F(DoctorMail, TextMessagesAreAskedForAtTheirProvider) {
  expect("sms", Verdict::ok, "/outbox");
  const std::string login =
      "SMS_PROVIDER=twilio\nTWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN=boats\nTWILIO_PHONE_NUMBER=+"
      "15005550006\n";
  test::Program provider({"node", "tests/server/notify/sms_provider.mjs", "twilio", "AC1", "boats",
                          "+15005550006", "200", "{}", "401", "{}"});
  settings(login + "TWILIO_API_BASE=http://127.0.0.1:" + provider.line() + "\n");
  expect("sms", Verdict::ok, "takes our login");
  expect("sms", Verdict::problem, "TWILIO_AUTH_TOKEN");
}

TEST_F(DoctorMailServer, IsLeftAloneWhereItMustBeQuick) {
  settings("SMTP_SERVER=127.0.0.1\nSMTP_PORT=1\nEMAIL_FROM=till@shop.example\n");
  expect("mail", Verdict::problem, "SMTP_PORT");
  options_.quick = true;
  EXPECT_EQ(worst("mail").check, "");
}

TEST_F(DoctorNames, LeadHereOrAreAWarning) {
  settings("PUBLIC_URL=https://shop.example\n");
  expect("dns", Verdict::ok, "leads to this machine");
  machine_.own_addresses = [] { return std::vector<std::string>{"127.0.0.1"}; };
  expect("dns", Verdict::warning, "192.0.2.7");
  machine_.resolve = [](const std::string&) { return std::vector<std::string>(); };
  expect("dns", Verdict::warning, "not known");
  EXPECT_EQ(this_machine().resolve("127.0.0.1"), std::vector<std::string>{"127.0.0.1"});
  EXPECT_FALSE(this_machine().own_addresses().empty());
}

TEST_F(DoctorServer, CommandExitsWithOneWhereThereIsAProblem) {
  const auto run = [&](std::map<std::string, std::string, std::less<>> options) {
    testing::internal::CaptureStdout();
    options.emplace("--data", folder_.path());
    const int status = commands::run_doctor({std::move(options), {}});
    return std::pair(status, testing::internal::GetCapturedStdout());
  };
  settings("PUBLIC_URL=shop.example\n");
  const auto [status, text] = run({{"--quick", ""}});
  EXPECT_EQ(status, commands::failed);
  EXPECT_NE(text.find("problem  settings"), std::string::npos);
  EXPECT_NE(text.find("1 problem, "), std::string::npos) << text;

  settings("");
  const auto [fine, answer] = run({{"--quick", ""}, {"--json", ""}, {"--listen", "127.0.0.1:0"}});
  EXPECT_EQ(fine, commands::done) << answer;
  const auto parsed = json::parse(answer.substr(0, answer.size() - 1));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed->find("problems")->as_integer(), 0);
  EXPECT_EQ(*(*parsed->find("checks")->as_array())[0].find("check")->as_string(), "folder");
}

}  // namespace
}  // namespace ringup::doctor
