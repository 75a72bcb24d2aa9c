#include "server/store/catalogue_version.h"

#include "server/store/outbox.h"

namespace ringup::store {

Result<CatalogueVersion> catalogue_version(Database& database, const Id& tenant) {
  const std::optional<CatalogueVersion> found = TRY(database.first(
      "SELECT version, lists_version FROM catalogue_version WHERE tenant = $1",
      [](const Row& row) {
        return CatalogueVersion{row.integer(0), row.integer(1)};
      },
      tenant));
  return found.value_or(CatalogueVersion{});
}

Result<std::int64_t> next_catalogue_version(Database& database, const Id& tenant) {
  TRY(add_event(database, tenant, "catalogue"));
  return database.integer(
      "INSERT INTO catalogue_version (tenant, version, lists_version) VALUES ($1, 1, 0)"
      " ON CONFLICT (tenant) DO UPDATE SET version = version + 1 RETURNING version",
      0, tenant);
}

Result<std::int64_t> catalogue_lists_changed(Database& database, const Id& tenant) {
  TRY(add_event(database, tenant, "catalogue"));
  return database.integer(
      "INSERT INTO catalogue_version (tenant, version, lists_version) VALUES ($1, 1, 1)"
      " ON CONFLICT (tenant) DO UPDATE SET version = version + 1, lists_version = version + 1"
      " RETURNING version",
      0, tenant);
}

}  // namespace ringup::store
