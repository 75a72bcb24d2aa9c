#include "server/store/devices.h"

namespace ringup::store {
namespace {

constexpr std::int64_t clock_slack_us = 60LL * 1'000'000;

#define RINGUP_DEVICE                                                                     \
  "SELECT id, hash, tenant, user, device, created_at, last_used_at, trusted_at, trusted_" \
  "until FROM known_device "

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

std::optional<std::int64_t> optional_integer(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

KnownDevice read_device(const Row& row) {
  KnownDevice device;
  device.id = row.id(0);
  const std::span<const std::uint8_t> hash = row.bytes(1);
  if (hash.size() == device.hash.size()) std::copy(hash.begin(), hash.end(), device.hash.begin());
  device.tenant = row.id(2);
  device.user = row.id(3);
  device.device = row.string(4);
  device.created_at = row.integer(5);
  device.last_used_at = row.integer(6);
  device.trusted_at = optional_integer(row, 7);
  device.trusted_until = optional_integer(row, 8);
  return device;
}

}  // namespace

Result<void> insert_device(Database& db, const KnownDevice& device) {
  TRY(
      db.run("INSERT INTO known_device (id, hash, tenant, user, device, created_at, last_used_at, trusted_at,"
             " trusted_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
             device.id, bytes_of(device.hash), device.tenant, device.user, device.device, device.created_at,
             device.last_used_at, device.trusted_at, device.trusted_until));
  TRY(
      db.run("DELETE FROM known_device WHERE user = $1 AND id NOT IN (SELECT id FROM known_device"
             " WHERE user = $1 ORDER BY last_used_at DESC, id DESC LIMIT $2)",
             device.user, known_devices_max));
  return {};
}

Result<std::optional<KnownDevice>> find_device(Database& db, const Id& user,
                                               std::span<const Sha256Digest> hashes) {
  for (const Sha256Digest& hash : hashes) {
    auto found =
        TRY(db.first(RINGUP_DEVICE "WHERE hash = $1 AND user = $2", read_device, bytes_of(hash), user));
    if (found.has_value()) return found;
  }
  return std::optional<KnownDevice>();
}

Result<std::vector<KnownDevice>> list_trusted_devices(Database& db, const Id& user, std::int64_t now_us) {
  std::vector<KnownDevice> devices;
  TRY(db.query(
      RINGUP_DEVICE "WHERE user = $1 AND trusted_until > $2 ORDER BY trusted_at DESC, id DESC",
      [&](const Row& row) { devices.push_back(read_device(row)); }, user, now_us));
  return devices;
}

Result<bool> is_device_trusted(Database& db, const Id& user, const Id& device, std::int64_t now_us) {
  return TRY(db.integer(
             "SELECT count(*) FROM known_device WHERE id = $1 AND user = $2 AND trusted_until > $3", 0,
             device, user, now_us)) > 0;
}

Result<bool> note_device_login(Database& db, const Id& device, std::int64_t now_us) {
  return TRY(db.run("UPDATE known_device SET login_attempts = 0, locked_until = NULL, last_used_at = $2"
                    " WHERE id = $1",
                    device, now_us)) > 0;
}

Result<bool> trust_device(Database& db, const Id& user, const Id& device, std::int64_t now_us,
                          std::int64_t until_us) {
  return TRY(db.run("UPDATE known_device SET trusted_at = $3, trusted_until = $4 WHERE id = $1 AND user = $2",
                    device, user, now_us, until_us)) > 0;
}

Result<bool> distrust_device(Database& db, const Id& user, const Id& device, std::int64_t now_us) {
  return TRY(db.run("UPDATE known_device SET trusted_at = NULL, trusted_until = NULL"
                    " WHERE id = $1 AND user = $2 AND trusted_until > $3",
                    device, user, now_us)) > 0;
}

Result<void> distrust_devices(Database& db, const Id& user) {
  TRY(
      db.run("UPDATE known_device SET trusted_at = NULL, trusted_until = NULL"
             " WHERE user = $1 AND trusted_until IS NOT NULL",
             user));
  return {};
}

Result<std::int64_t> count_device_attempt(Database& db, const Id& device, std::int64_t now_us,
                                          int attempts_max, std::int64_t lock_until) {
  // Behind a lock that ends later than one from now would, a clock was set back.
  TRY(
      db.run("UPDATE known_device SET login_attempts = 0, locked_until = NULL"
             " WHERE id = $1 AND (locked_until <= $2 OR locked_until > $3)",
             device, now_us, lock_until + clock_slack_us));
  return db.integer(
      "UPDATE known_device SET login_attempts = login_attempts + 1,"
      " locked_until = CASE WHEN login_attempts + 1 >= $2 THEN $3 END"
      " WHERE id = $1 AND login_attempts < $2 RETURNING login_attempts",
      0, device, attempts_max, lock_until);
}

Result<void> forget_unused_devices(Database& db, std::int64_t before_us) {
  TRY(db.run("DELETE FROM known_device WHERE last_used_at < $1", before_us));
  return {};
}

}  // namespace ringup::store
