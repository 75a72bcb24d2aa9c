#include "server/store/access_keys.h"

namespace ringup::store {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Result<std::vector<AccessKeyRow>> list_access_keys(Database& db) {
  std::vector<AccessKeyRow> keys;
  TRY(
      db.query("SELECT kid, algorithm, sealed, from_setting, number, created_at, retired_at FROM access_key"
               " ORDER BY number DESC",
               [&](const Row& row) {
                 AccessKeyRow key;
                 key.kid = row.string(0);
                 key.algorithm = row.string(1);
                 const std::span<const std::uint8_t> sealed = row.bytes(2);
                 key.sealed.assign(sealed.begin(), sealed.end());
                 key.from_setting = row.integer(3) != 0;
                 key.number = row.integer(4);
                 key.created_at = row.integer(5);
                 if (!row.is_null(6)) key.retired_at = row.integer(6);
                 keys.push_back(std::move(key));
               }));
  return keys;
}

Result<void> put_access_key(Database& db, const AccessKeyRow& key, std::int64_t now_us) {
  TRY(db.run("UPDATE access_key SET retired_at = $1 WHERE retired_at IS NULL", now_us));
  const std::int64_t last = TRY(db.integer("SELECT max(number) FROM access_key", 0));
  TRY(
      db.run("INSERT INTO access_key (kid, algorithm, sealed, from_setting, number, created_at)"
             " VALUES ($1, $2, $3, $4, $5, $6)"
             " ON CONFLICT (kid) DO UPDATE SET algorithm = $2, sealed = $3, from_setting = $4, number = $5,"
             " retired_at = NULL",
             key.kid, key.algorithm, bytes_of(key.sealed), key.from_setting, last + 1, now_us));
  return {};
}

Result<void> forget_access_keys(Database& db, std::int64_t retired_before_us) {
  TRY(db.run("DELETE FROM access_key WHERE retired_at < $1", retired_before_us));
  return {};
}

}  // namespace ringup::store
