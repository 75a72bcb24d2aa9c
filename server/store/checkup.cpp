#include "server/store/checkup.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "server/store/database.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

/// The file as SQLite names one that nobody writes: it takes no lock and makes no -wal and no -shm beside it.
std::string still_name(const std::string& path) {
  std::error_code ignored;
  std::string name = "file:";
  for (const char c : std::filesystem::absolute(path, ignored).string()) {
    constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#')
      name += {'%', digits[byte >> 4], digits[byte & 15]};
    else
      name += c;
  }
  return name + "?immutable=1";
}

Result<void> read_times(Database& db, Checkup& checkup) {
  for (const char* sql : {"SELECT received_at FROM journal_record ORDER BY number DESC LIMIT 1",
                          "SELECT at FROM outbox ORDER BY sequence DESC LIMIT 1",
                          "SELECT max(created_at) FROM tenant", "SELECT max(created_at) FROM user"})
    checkup.newest_us = std::max(checkup.newest_us, TRY(db.integer(sql, 0)));
  return {};
}

Result<void> quick_check(Database& db, int quick_check_ms, Checkup& checkup) {
  db.set_deadline_ms(quick_check_ms);
  const auto words = db.first("PRAGMA quick_check(1)", [](const Row& row) { return row.string(0); });
  db.set_deadline_ms(0);
  if (words.ok() && words->has_value()) {
    checkup.sound = **words == "ok" ? Checkup::Sound::yes : Checkup::Sound::no;
    if (checkup.sound == Checkup::Sound::no) checkup.damage = **words;
  } else if (!words.ok() && words.error() == Error::damaged) {
    checkup.sound = Checkup::Sound::no;
    checkup.damage = words.failure().detail;
  } else if (!words.ok() && words.error() != Error::busy) {
    return words.failure();
  }
  return {};
}

Result<Checkup> look_at(const std::string& path, int quick_check_ms, Checkup checkup) {
  const std::unique_ptr<Database> db = TRY(Database::open(path, Database::Mode::look));
  checkup.schema = TRY(db->integer("PRAGMA user_version", 0));
  if (checkup.schema > 0 && checkup.schema <= schema_version()) {
    checkup.businesses = TRY(db->integer("SELECT count(*) FROM tenant", 0));
    TRY(read_times(*db, checkup));
  }
  if (quick_check_ms > 0) TRY(quick_check(*db, quick_check_ms, checkup));
  return checkup;
}

}  // namespace

Result<Checkup> check_up(const std::string& folder, int quick_check_ms) {
  const std::string path = folder + "/ringup.db", wal = path + "-wal";
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return fail(Error::not_found, path, "There is no database in this folder.");
  Checkup checkup;
  checkup.bytes = about.st_size;
  checkup.written_back_us = std::int64_t{about.st_mtim.tv_sec} * 1'000'000 + about.st_mtim.tv_nsec / 1000;
  const auto has_wal = [&] { return ::stat(wal.c_str(), &about) == 0; };
  if (!has_wal()) {
    Result<Checkup> still = look_at(still_name(path), quick_check_ms, checkup);
    if (!has_wal()) return still;  // else a server began meanwhile, and what was read may be torn
  }
  checkup.wal_bytes = about.st_size;
  return look_at(path, quick_check_ms, checkup);
}

}  // namespace ringup::store
