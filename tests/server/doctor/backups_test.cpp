/// Backups: each once in good health, and ill in the ways that happen.
#include <unistd.h>

#include "core/base/time.h"
#include "server/backup/make.h"
#include "tests/server/doctor/patient.h"

namespace ringup::doctor {
namespace {

constexpr std::int64_t day_us = 86'400LL * 1'000'000;

class DoctorBackups : public DoctorTest {
 protected:
  DoctorBackups() {
    settings("BACKUP_DIR=" + room_.path() + "\nBACKUP_EVERY=6h\n");
    machine_.volume = [this](const std::string& path) -> Result<Volume> {
      return Volume{
          .bytes_free = room_free_, .device = path == room_.path() ? room_device_ : 1, .kind = 0xEF53};
    };
  }
  void back_up(const std::string& name, const std::string& passphrase, std::int64_t age_us) {
    const auto made = backup::write_backup({.folder = folder_.path(),
                                            .to = room_.path() + "/" + name,
                                            .passphrase = passphrase,
                                            .program = "test",
                                            .now_us = store::unix_us_now() - age_us,
                                            .gentle = false,
                                            .stopped = {}});
    ASSERT_TRUE(made.ok()) << describe(made.failure());
  }
  test::Folder room_;
  std::uint64_t room_device_ = 2;
  std::int64_t room_free_ = 64 * gigabyte;
};

TEST_F(DoctorBackups, ThatAreNotMadeAreAWarning) {
  settings("");
  expect("backups", Verdict::warning, "BACKUP_DIR");
  settings("BACKUP_DIR=" + room_.path() + "\n");
  expect("backups", Verdict::warning, "no backup of this shop");
}

TEST_F(DoctorBackups, AreJudgedByTheNewest) {
  back_up("old.backup", "boats", 30 * day_us);
  expect("backups", Verdict::problem, "30 days old");
  back_up("open.backup", "", 3 * day_us / 24);
  expect("backups", Verdict::warning, "BACKUP_PASSPHRASE");
  back_up("new.backup", "boats", 2 * day_us / 24);
  expect("backups", Verdict::ok, "2 hours old");
  std::ofstream(room_.path() + "/shopping-list.txt") << "eggs\n";
  std::ofstream(room_.path() + "/next.backup.part") << "{\"ringup_ba";
  expect("backups", Verdict::ok, "2 hours old");
}

TEST_F(DoctorBackups, OfAnotherShopDoNotCountAndDamagedOnesAreNamed) {
  back_up("new.backup", "boats", 0);
  std::ofstream(file("secret.key"), std::ios::binary) << std::string(32, 'k');
  expect("backups", Verdict::warning, "no backup of this shop");
  std::fstream damaged(room_.path() + "/new.backup", std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(60);
  damaged << "xxxx";
  damaged.close();
  expect("backups", Verdict::problem, "new.backup");
}

TEST_F(DoctorBackups, NeedAFolderApartWithRoom) {
  expect("backup_folder", Verdict::ok, "a disk of its own");
  room_device_ = 1;
  expect("backup_folder", Verdict::warning, "both die together");
  room_free_ = 1 << 20;
  expect("backup_folder", Verdict::problem, "1.0 MB are free");
  settings("BACKUP_DIR=" + room_.path() + "/nowhere\n");
  expect("backup_folder", Verdict::problem, "is not there");
}

TEST_F(DoctorBackups, NeedAFolderThatTheServerMayWriteTo) {
  if (::geteuid() != 0) return;  // only root can play another user
  for (const char* name : {"", "ringup.db", "secret.key", "ringup.env"})
    ASSERT_EQ(::chown(file(name).c_str(), 12'345, 12'345), 0);
  expect("backup_folder", Verdict::problem, "may not write");
}

}  // namespace
}  // namespace ringup::doctor
