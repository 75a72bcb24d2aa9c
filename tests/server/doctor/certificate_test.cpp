/// Certificates: each once in good health, and ill in the ways that happen.
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/time.h"
#include "tests/server/doctor/patient.h"
#include "tests/server/program.h"

namespace ringup::doctor {
namespace {

constexpr std::int64_t day_us = 86'400LL * 1'000'000;

class DoctorCertificate : public DoctorTest {
 protected:
  void certificate(const std::string& host, int days, const std::vector<std::string>& more = {}) {
    test::make_certificate(room_.path(), "shop", host, days, more);
    settings("PUBLIC_URL=https://shop.example\nSSL_CERT_PATH=" + room_.path() +
             "/shop.pem\nSSL_KEY_PATH=" + room_.path() + "/shop.key\n");
  }
  /// Moves the clock that certificates are held against.
  void days_later(int days) {
    machine_.now_us = [=] { return store::unix_us_now() + days * day_us; };
  }
  test::Folder room_;
};

TEST_F(DoctorCertificate, IsReadAndHeldAgainstTheClock) {
  certificate("shop.example", 90);
  expect("certificate", Verdict::ok, "for shop.example");
  expect("certificate_end", Verdict::ok, "89 more days");
  days_later(71);
  expect("certificate_end", Verdict::warning, "18 more days");
  days_later(86);
  expect("certificate_end", Verdict::problem, "3 more days");
  days_later(91);
  expect("certificate_end", Verdict::problem, "It has ended");
  days_later(-1);
  expect("certificate_end", Verdict::problem, "clock");
}

TEST_F(DoctorCertificate, ThatCannotBeUsedIsNamed) {
  certificate("other.example", 90);
  expect("certificate_names", Verdict::problem, "It is not for shop.example");
  certificate("shop.example", 90, {"authorityInfoAccess=caIssuers;URI:http://authority.example/above.crt"});
  expect("certificate_chain", Verdict::problem, "fullchain.pem");
  certificate("shop.example", 90);
  EXPECT_EQ(worst("certificate_names").check + worst("certificate_chain").check, "");
  ASSERT_EQ(::chmod((room_.path() + "/shop.key").c_str(), 0644), 0);
  expect("certificate_key", Verdict::problem, "chmod 600");
  test::make_certificate(room_.path(), "other", "shop.example");
  std::filesystem::rename(room_.path() + "/other.key", room_.path() + "/shop.key");
  expect("certificate", Verdict::problem, "does not belong");
  std::filesystem::remove(room_.path() + "/shop.key");
  expect("certificate", Verdict::problem, "no such file");
}

TEST_F(DoctorCertificate, ThatOnlyRootCanReadIsNamedWhenRootAsks) {
  if (::geteuid() != 0) return;  // only root can play another user
  certificate("shop.example", 90);
  for (const char* name : {"", "ringup.db", "secret.key", "ringup.env"})
    ASSERT_EQ(::chown(file(name).c_str(), 12'345, 12'345), 0);
  expect("certificate", Verdict::problem, "server's user");
  for (const char* name : {"", "/shop.pem", "/shop.key"})
    ASSERT_EQ(::chown((room_.path() + name).c_str(), 12'345, 12'345), 0);
  expect("certificate", Verdict::ok, "belong together");
}

}  // namespace
}  // namespace ringup::doctor
