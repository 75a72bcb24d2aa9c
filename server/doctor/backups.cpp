/// Backups: is there a place for them, apart from the data, with room; and is the newest one whole and fresh.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/base/time.h"
#include "server/backup/head.h"
#include "server/backup/parts.h"
#include "server/doctor/doctor.h"

namespace ringup::doctor {
namespace {

constexpr std::size_t files_max = 50;  // the newest ones are looked into
constexpr std::int64_t bytes_needed = 128LL << 20;

/// "6h" in microseconds; the settings let nothing else through.
std::int64_t duration_us(const std::string& text) {
  const std::int64_t seconds = text.empty()         ? 86'400
                               : text.back() == 'm' ? 60
                               : text.back() == 'h' ? 3'600
                               : text.back() == 'd' ? 86'400
                                                    : 1;
  return std::atoll(text.c_str()) * seconds * 1'000'000;
}

struct File {
  std::string path;
  std::int64_t written_us = 0;
};

std::vector<File> newest_files(const std::string& folder) {
  std::vector<File> files;
  DIR* directory = ::opendir(folder.c_str());
  if (directory == nullptr) return files;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string path = folder + "/" + entry->d_name;
    struct stat about {};
    // What ends in .part is being written, or was when somebody pulled the plug.
    if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode) || path.ends_with(".part")) continue;
    files.push_back({path, std::int64_t{about.st_mtim.tv_sec} * 1'000'000 + about.st_mtim.tv_nsec / 1'000});
  }
  ::closedir(directory);
  std::sort(files.begin(), files.end(),
            [](const File& one, const File& other) { return one.written_us > other.written_us; });
  if (files.size() > files_max) files.resize(files_max);
  return files;
}

std::string shop_of_folder(const std::string& folder) {
  std::ifstream file(folder + "/secret.key", std::ios::binary);
  return backup::shop_of(std::string(std::istreambuf_iterator<char>(file), {}));
}

/// The youngest backup of this shop; a file that was one and is damaged is told of.
void check_newest(const Patient& patient, const std::string& place, Report& report) {
  const Config& config = *patient.config;
  const std::int64_t every_us = duration_us(config.text("BACKUP_EVERY"));
  const std::string shop = shop_of_folder(patient.options.folder);
  std::string newest;
  std::int64_t at_us = 0;
  bool locked = false;
  for (const File& file : newest_files(place)) {
    const auto reader = backup::BackupReader::open(file.path);
    if (!reader.ok()) {
      if (reader.error() != Error::invalid_value)  // which is another's file
        report.problem("backups", describe(reader.failure()), "Do not count on this one; look at its disk.");
      continue;
    }
    const backup::Head& head = (*reader)->head();
    if (head.shop != shop || head.at_us <= at_us) continue;
    newest = file.path;
    at_us = head.at_us;
    locked = head.lock.has_value();
  }
  if (newest.empty()) {
    report.warning(
        "backups", "There is no backup of this shop in " + place + " yet.",
        "A server that runs makes one at its start, and then every " + config.text("BACKUP_EVERY") + ".");
    return;
  }
  const std::int64_t age_us = patient.machine.now_us() - at_us;
  const std::string words = "The newest is " + span_in_words(age_us) + " old: " + newest + ".";
  if (age_us > 2 * every_us) {
    report.problem(
        "backups", words + " One is due every " + config.text("BACKUP_EVERY") + ".",
        "Does the server run, and may it write there? Its log tells: journalctl -u ringup | grep backup");
  } else if (!locked) {
    report.warning("backups", words + " It is not encrypted: whoever has it has the shop and its keys.",
                   "Set BACKUP_PASSPHRASE, and write it on paper, too.");
  } else {
    report.ok("backups", words);
  }
}

}  // namespace

void check_backups(const Patient& patient, Report& report) {
  const Config& config = *patient.config;
  if (!config.is_set("BACKUP_DIR")) {
    report.warning("backups", "No backups are made.",
                   "Set BACKUP_DIR in ringup.env to a folder on another disk, and BACKUP_PASSPHRASE.");
    return;
  }
  const std::string& place = config.text("BACKUP_DIR");
  struct stat about {};
  if (::stat(place.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) {
    report.problem("backup_folder", place + ", the BACKUP_DIR, is not there.",
                   "Is its disk mounted? Else make it: install -d -m 700 -o USER -g USER " + place);
    return;
  }
  if (!owner_may(patient.options.folder, place, R_OK | W_OK | X_OK)) {
    report.problem("backup_folder", "The server's user may not write into " + place + ".",
                   "Give it to that user: chown. Under systemd it must stand in ReadWritePaths=, too.");
    return;
  }
  const auto there = patient.machine.volume(place), here = patient.machine.volume(patient.options.folder);
  const std::int64_t wanted =
      patient.database.has_value() ? patient.database->bytes + bytes_needed : bytes_needed;
  if (there.ok() && there->read_only) {
    report.problem("backup_folder", place + " is mounted read-only.", "Mount it for writing.");
  } else if (there.ok() && there->bytes_free < wanted) {
    report.problem("backup_folder",
                   "Only " + bytes_in_words(there->bytes_free) + " are free in " + place + ".",
                   "Make room for " + bytes_in_words(wanted) + "; the server thins out old ones by itself.");
  } else if (there.ok() && here.ok() && there->device == here->device) {
    report.warning("backup_folder", place + " is on the same disk as the data: both die together.",
                   "Mount another disk there, or let another machine fetch the files.");
  } else {
    report.ok("backup_folder", place + " is on a disk of its own, with room.");
  }
  check_newest(patient, place, report);
}

}  // namespace ringup::doctor
