#pragma once
/// A data folder and a machine in good health, for a test to make ill.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/doctor/doctor.h"
#include "server/store/store.h"
#include "tests/server/support.h"

namespace ringup::doctor {

inline constexpr std::int64_t gigabyte = 1LL << 30;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    options_.folder = folder_.path();
    options_.listen = {"127.0.0.1:0"};
    EXPECT_TRUE(store::Store::open(folder_.path(), {.readers = 1, .make_if_missing = true}).ok());
    // As the program's own umask makes it.
    std::filesystem::permissions(file("ringup.db"), std::filesystem::perms(0600));
    machine_ = this_machine();
    machine_.volume = [](const std::string&) -> Result<Volume> {
      return Volume{.bytes_free = 64 * gigabyte, .inodes_free = 1'000'000, .device = 1, .kind = 0xEF53};
    };
    machine_.clock = [] { return ClockState{.known = true, .synchronised = true, .error_us_max = 12'000}; };
    machine_.resolve = [](const std::string&) { return std::vector<std::string>{"192.0.2.7"}; };
    machine_.own_addresses = [] { return std::vector<std::string>{"127.0.0.1", "192.0.2.7"}; };
    machine_.files_max = [](int) { return std::int64_t{65'536}; };
    machine_.environment = [](const char*) { return std::nullopt; };
  }

  void settings(const std::string& text) {
    std::ofstream(file("ringup.env")) << text;
    std::filesystem::permissions(file("ringup.env"), std::filesystem::perms(0600));
  }
  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }
  Report examine() { return doctor::examine(options_, machine_); }
  /// The worst finding of a check; `check` is empty where there is none.
  static Finding worst(const Report& report, const std::string& check) {
    Finding worst;
    for (const Finding& finding : report.findings()) {
      if (finding.check == check && (worst.check.empty() || finding.verdict > worst.verdict)) worst = finding;
    }
    return worst;
  }
  Finding worst(const std::string& check) { return worst(examine(), check); }
  /// The check must have that verdict and say that; a problem or warning must say what to do, too.
  void expect(const std::string& check, Verdict verdict, const std::string& words) {
    const Report report = examine();
    const Finding finding = worst(report, check);
    EXPECT_EQ(finding.check, check) << report.text();
    EXPECT_EQ(name_of(finding.verdict), std::string(name_of(verdict))) << report.text();
    EXPECT_NE((finding.words + " " + finding.advice).find(words), std::string::npos) << report.text();
    EXPECT_EQ(finding.advice.empty(), verdict == Verdict::ok) << report.text();
  }

  test::Folder folder_;
  Options options_;
  Machine machine_;
};

}  // namespace ringup::doctor
