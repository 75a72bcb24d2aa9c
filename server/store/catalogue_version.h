#pragma once
/// The version of a tenant's catalogue. Every change of products, categories, tax classes or rules takes the
/// next number inside its own writer job and stamps the products it touched; tills and the server's search
/// follow by it. Taking a number adds an event to the outbox, one for the job.
#include "core/base/result.h"
#include "server/store/database.h"

namespace ringup::store {

struct CatalogueVersion {
  std::int64_t version = 0;  // 0: nothing was ever in it
  std::int64_t lists_version =
      0;  // at the last change of categories, tax classes, currency or scale patterns
};

/// Zeros where the tenant has no catalogue yet.
Result<CatalogueVersion> catalogue_version(Database& database, const Id& tenant);

/// The next version, for products changed in this job.
Result<std::int64_t> next_catalogue_version(Database& database, const Id& tenant);

/// The next version, because a category, a tax class, or another setting that tills get with the catalogue
/// changed in this job.
Result<std::int64_t> catalogue_lists_changed(Database& database, const Id& tenant);

}  // namespace ringup::store
