#include "server/backup/keep.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/time.h"
#include "server/backup/parts.h"

namespace ringup::backup {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t hour_us = 3'600'000'000, day_us = 24 * hour_us, week_us = 7 * day_us;
constexpr std::string_view prefix = "ringup-", suffix = ".backup";
constexpr std::string_view form = "00000000T000000Z";  // 0: a digit

}  // namespace

std::string backup_name(std::int64_t at_us) {
  std::string digits;
  for (const char c : to_rfc3339(at_us).substr(0, 19))  // without its milliseconds
    if (c != '-' && c != ':') digits += c;
  return std::string(prefix) + digits + "Z" + std::string(suffix);
}

bool is_scheduled_name(std::string_view name) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return false;
  if (name.size() != prefix.size() + form.size() + suffix.size()) return false;
  const std::string_view time = name.substr(prefix.size(), form.size());
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool fits = form[i] == '0' ? time[i] >= '0' && time[i] <= '9' : time[i] == form[i];
    if (!fits) return false;
  }
  return true;
}

Result<KeptList> list_kept(const std::string& folder, std::string_view shop) {
  KeptList list;
  std::error_code code;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    const std::string name = at->path().filename().string();
    if (!name.ends_with(suffix)) continue;
    const Result<std::unique_ptr<BackupReader>> reader = BackupReader::open(at->path().string());
    if (!reader.ok()) {
      if (is_scheduled_name(name)) list.unreadable.push_back(name);
      continue;
    }
    if ((*reader)->head().shop != shop) continue;
    list.backups.push_back(
        {at->path().string(), is_scheduled_name(name), (*reader)->file_bytes(), (*reader)->head()});
  }
  if (code) return fail(Error::storage, folder, "Cannot read this folder: " + code.message() + ".");
  std::sort(list.backups.begin(), list.backups.end(),
            [](const Kept& a, const Kept& b) { return a.head.at_us > b.head.at_us; });
  return list;
}

std::vector<std::size_t> may_go(std::span<const std::int64_t> newest_first, std::int64_t now_us) {
  std::set<std::int64_t> days, weeks;
  std::vector<std::size_t> gone;
  for (std::size_t i = 0; i < newest_first.size(); ++i) {
    const std::int64_t at = newest_first[i], age = now_us - at;
    const bool first_of_day = days.insert(at / day_us).second;
    const bool first_of_week = weeks.insert(at / week_us).second;
    const bool kept = i < kept_newest || age < kept_all_hours * hour_us ||
                      (first_of_day && age < kept_days * day_us) ||
                      (first_of_week && age < kept_weeks * week_us);
    if (!kept) gone.push_back(i);
  }
  std::reverse(gone.begin(), gone.end());
  if (gone.size() > forgotten_at_once) gone.resize(forgotten_at_once);
  return gone;
}

Result<int> forget_old(const KeptList& list, std::int64_t now_us) {
  std::vector<const Kept*> ours;
  std::vector<std::int64_t> times;
  for (const Kept& kept : list.backups) {
    if (!kept.scheduled) continue;
    ours.push_back(&kept);
    times.push_back(kept.head.at_us);
  }
  int count = 0;
  for (const std::size_t i : may_go(times, now_us)) {
    if (::unlink(ours[i]->path.c_str()) != 0) return file_failure(ours[i]->path, "delete this old backup");
    ++count;
  }
  return count;
}

void remove_leftovers(const std::string& folder) {
  constexpr std::string_view part = ".part";
  std::error_code code;
  for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code)) {
    const std::string name = at->path().filename().string();
    if (!name.ends_with(part) || !is_scheduled_name(name.substr(0, name.size() - part.size()))) continue;
    const int descriptor = ::open(at->path().c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) continue;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) ::unlink(at->path().c_str());
    ::close(descriptor);
  }
}

}  // namespace ringup::backup
