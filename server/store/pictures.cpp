#include "server/store/pictures.h"

namespace ringup::store {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::span<const std::uint8_t> bytes_of(const Sha256Digest& hash) {
  return hash;
}

}  // namespace

Result<void> keep_picture(Database& database, const Id& tenant, const Sha256Digest& hash,
                          const std::array<std::string, 3>& sizes, std::int64_t now_us) {
  TRY(database.run(
      "INSERT INTO picture (hash, tenant, created_at, small, medium, large) VALUES ($1, $2, $3, $4, $5, $6)"
      " ON CONFLICT (hash, tenant) DO UPDATE SET unused_since = NULL",
      bytes_of(hash), tenant, now_us, bytes_of(sizes[0]), bytes_of(sizes[1]), bytes_of(sizes[2])));
  return {};
}

Result<bool> has_picture(Database& database, const Id& tenant, const Sha256Digest& hash) {
  return TRY(database.integer("SELECT 1 FROM picture WHERE hash = $1 AND tenant = $2", 0, bytes_of(hash),
                              tenant)) == 1;
}

Result<void> set_picture(Database& database, const Id& tenant, const Id& product,
                         const std::optional<Sha256Digest>& hash) {
  std::optional<std::span<const std::uint8_t>> bytes;
  if (hash) {
    bytes = bytes_of(*hash);
    TRY(database.run("UPDATE picture SET unused_since = NULL WHERE hash = $1 AND tenant = $2", *bytes,
                     tenant));
  }
  TRY(database.run("UPDATE product SET picture = $3 WHERE id = $1 AND tenant = $2", product, tenant, bytes));
  return {};
}

Result<void> picture_left(Database& database, const Id& tenant, const Sha256Digest& hash,
                          std::int64_t now_us) {
  TRY(database.run(
      "UPDATE picture SET unused_since = $3 WHERE hash = $1 AND tenant = $2 AND unused_since IS NULL"
      " AND NOT EXISTS (SELECT 1 FROM product p WHERE p.tenant = $2 AND p.picture = $1"
      " AND p.deleted_at IS NULL)",
      bytes_of(hash), tenant, now_us));
  return {};
}

Result<std::int64_t> drop_unused_pictures(Database& database, const Id& tenant, std::int64_t us) {
  return database.run("DELETE FROM picture WHERE tenant = $1 AND unused_since < $2", tenant, us);
}

Result<std::optional<std::string>> picture_bytes(Database& database, const Sha256Digest& hash,
                                                 std::size_t size) {
  static constexpr std::array<std::string_view, 3> queries = {
      "SELECT small FROM picture WHERE hash = $1 LIMIT 1",
      "SELECT medium FROM picture WHERE hash = $1 LIMIT 1",
      "SELECT large FROM picture WHERE hash = $1 LIMIT 1"};
  return database.first(
      queries.at(size),
      [](const Row& row) {
        const std::span<const std::uint8_t> bytes = row.bytes(0);
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      },
      bytes_of(hash));
}

}  // namespace ringup::store
