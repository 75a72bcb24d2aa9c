/// Folder, disk, database and clock: each once in good health, and ill in the ways that happen.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/time.h"
#include "tests/server/doctor/patient.h"

namespace ringup::doctor {
namespace {

using DoctorFolder = DoctorTest;
using DoctorDisk = DoctorTest;
using DoctorDatabase = DoctorTest;
using DoctorClock = DoctorTest;

TEST_F(DoctorFolder, InGoodHealthHasNoProblemAndIsLeftAsItIs) {
  const auto contents = [&] {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename().string() + " " + std::to_string(entry.file_size()));
    std::sort(names.begin(), names.end());
    return names;
  };
  const auto before = contents();
  const Report report = examine();
  EXPECT_EQ(report.count(Verdict::problem), 0u) << report.text();
  for (const char* check :
       {"folder", "owner", "modes", "secret", "file_system", "disk_space", "database", "integrity",
        "write_ahead_log", "clock", "clock_sync", "open_files", "mail", "sms"})
    EXPECT_EQ(name_of(worst(report, check).verdict), std::string("ok")) << check << "\n" << report.text();
  EXPECT_EQ(contents(), before);
}

TEST_F(DoctorFolder, ThatIsMissingOrAFileIsNamed) {
  options_.folder = file("nowhere");
  expect("folder", Verdict::problem, "does not exist");
  options_.folder = file("secret.key");
  expect("folder", Verdict::problem, "is not a folder");
}

TEST_F(DoctorFolder, TellsWhoCanReadWhatIsSecret) {
  ASSERT_EQ(::chmod(file("secret.key").c_str(), 0644), 0);
  expect("modes", Verdict::warning, "secret.key: only the folder's own mode");
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0755), 0);
  expect("modes", Verdict::problem, "secret.key");
  ASSERT_EQ(::chmod(file("secret.key").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir(file("tls").c_str(), 0700), 0);
  std::ofstream(file("tls/server.key")) << "-";
  ASSERT_EQ(::chmod(file("tls/server.key").c_str(), 0640), 0);
  expect("modes", Verdict::problem, "tls/server.key");
  ASSERT_EQ(::chmod(file("tls/server.key").c_str(), 0600), 0);
  expect("modes", Verdict::warning, "chmod 700");
}

TEST_F(DoctorFolder, TellsWhatBelongsToSomebodyElse) {
  if (::geteuid() != 0) return;  // only root can give files away
  ASSERT_EQ(::chown(file("ringup.db").c_str(), 12'345, 12'345), 0);
  expect("owner", Verdict::problem, "chown -R");
}

TEST_F(DoctorFolder, WhoseOwnerCannotWriteIsNamed) {
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0500), 0);
  expect("folder", Verdict::problem, "cannot write");
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0700), 0);
}

TEST_F(DoctorFolder, ThatLostOneOfTheTwoIsNamed) {
  std::filesystem::rename(file("secret.key"), file("elsewhere"));
  expect("secret", Verdict::problem, "Put it back");
  std::filesystem::rename(file("elsewhere"), file("secret.key"));
  std::filesystem::resize_file(file("secret.key"), 31);
  expect("secret", Verdict::problem, "31 bytes");
  std::filesystem::remove(file("ringup.db"));
  expect("secret", Verdict::problem, "ringup.db is gone");
}

TEST_F(DoctorDisk, ThatIsNearlyFullIsAProblemAndOneThatGetsThereAWarning) {
  const auto with_free = [&](std::int64_t bytes, std::int64_t inodes) {
    machine_.volume = [=](const std::string&) -> Result<Volume> {
      return Volume{.bytes_free = bytes, .inodes_free = inodes, .device = 1, .kind = 0xEF53};
    };
  };
  with_free(50 << 20, 1'000'000);
  expect("disk_space", Verdict::problem, "50 MB free");
  with_free(500 << 20, 1'000'000);
  expect("disk_space", Verdict::warning, "copy of the database");
  with_free(64 * gigabyte, 7);
  expect("disk_space", Verdict::problem, "7 more files");
  with_free(64 * gigabyte, 700);
  expect("disk_space", Verdict::warning, "700 more files");
  with_free(64 * gigabyte, -1);
  expect("disk_space", Verdict::ok, "64 GB");
}

TEST_F(DoctorDisk, OnWhichSqliteCannotRelyIsNamed) {
  const auto of_kind = [&](std::uint32_t kind, bool read_only) {
    machine_.volume = [=](const std::string&) -> Result<Volume> {
      return Volume{.bytes_free = 64 * gigabyte, .device = 1, .kind = kind, .read_only = read_only};
    };
  };
  of_kind(0x6969, false);
  expect("file_system", Verdict::problem, "NFS");
  of_kind(0xFF534D42, false);
  expect("file_system", Verdict::problem, "CIFS");
  of_kind(0x01021994, false);
  expect("file_system", Verdict::problem, "memory");
  of_kind(0x794C7630, false);
  expect("file_system", Verdict::warning, "volume");
  of_kind(0xEF53, true);
  expect("disk", Verdict::problem, "read-only");
}

TEST_F(DoctorDisk, OfThisMachineCanBeAsked) {
  const auto volume = this_machine().volume(folder_.path());
  ASSERT_TRUE(volume.ok());
  EXPECT_GT(volume->bytes_free, 0);
  EXPECT_NE(volume->kind, 0u);
  EXPECT_FALSE(this_machine().volume("/nowhere").ok());
}

void overwrite(const std::string& path, std::int64_t at, std::size_t count) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(at);
  file << std::string(count, 'x');
}

TEST_F(DoctorDatabase, ThatIsDamagedIsNamed) {
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file("ringup.db")));
  overwrite(file("ringup.db"), size - 8 * 4'096, 4'096);
  expect("integrity", Verdict::problem, "restore the last backup");
  options_.quick = true;
  EXPECT_EQ(worst("integrity").check, "");
}

TEST_F(DoctorDatabase, ThatIsNoneIsNamed) {
  overwrite(file("ringup.db"), 0, 4'096);
  expect("database", Verdict::problem, "restore the last backup");
}

TEST_F(DoctorDatabase, OfAnotherSchemaIsNamed) {
  const auto set = [&](int version) {
    auto db = store::Database::open(file("ringup.db"), store::Database::Mode::read_write);
    ASSERT_TRUE((*db)->script("PRAGMA user_version=" + std::to_string(version)).ok());
  };
  set(store::schema_version() + 1);
  expect("database", Verdict::problem, "newer program");
  set(store::schema_version() - 1);
  expect("database", Verdict::warning, "before-" + std::to_string(store::schema_version() - 1));
}

TEST_F(DoctorDatabase, ThatIsNotThereYetIsAWarning) {
  for (const char* name : {"ringup.db", "secret.key"}) std::filesystem::remove(file(name));
  expect("database", Verdict::warning, "tenant create");
  EXPECT_EQ(examine().count(Verdict::problem), 0u);
}

TEST_F(DoctorDatabase, IsReadWhileItsLogIsFull) {
  auto db = store::Database::open(file("ringup.db"), store::Database::Mode::read_write);
  ASSERT_TRUE(
      (*db)->script("CREATE TABLE big (x TEXT); INSERT INTO big VALUES (hex(zeroblob(4000000)))").ok());
  expect("write_ahead_log", Verdict::ok, "No server runs: it was not stopped but killed");
  expect("integrity", Verdict::ok, "Every page");
}

TEST_F(DoctorClock, BeforeTheProgramOrTheNewestRecordIsWrong) {
  const std::int64_t now_us = store::unix_us_now();
  machine_.now_us = [=] { return now_us; };
  machine_.built_us = now_us + 86'400'000'000;
  expect("clock", Verdict::problem, "this program is from " + to_rfc3339(machine_.built_us));
  machine_.built_us = 0;
  expect("clock", Verdict::ok, to_rfc3339(now_us));

  auto db = store::Database::open(file("ringup.db"), store::Database::Mode::read_write);
  ASSERT_TRUE((*db)->script("PRAGMA foreign_keys=OFF").ok());
  ASSERT_TRUE((*db)
                  ->run("INSERT INTO outbox (tenant, kind, payload, at) VALUES (x'00', 'sale', '{}', $1)",
                        now_us + 3'600'000'000)
                  .ok());
  expect("clock", Verdict::problem, "the newest record is from " + to_rfc3339(now_us + 3'600'000'000));
}

TEST_F(DoctorClock, ThatNobodyKeepsRightIsAWarning) {
  machine_.clock = [] { return ClockState{.known = true, .synchronised = false, .error_us_max = 0}; };
  expect("clock_sync", Verdict::warning, "timesyncd");
  machine_.clock = [] { return ClockState{.known = true, .synchronised = true, .error_us_max = 9'000'000}; };
  expect("clock_sync", Verdict::warning, "9 s off");
  EXPECT_TRUE(this_machine().clock().known);
}

}  // namespace
}  // namespace ringup::doctor
