#pragma once
/// Categories of a tenant, and what else products and tills need of it. SQL only; run inside a read or a
/// writer job. Who changes a list calls catalogue_lists_changed() in the same job.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/catalogue/product.h"
#include "server/store/database.h"

namespace ringup::store {

/// By name.
Result<std::vector<Category>> categories(Database& database, const Id& tenant);
Result<std::optional<Category>> category(Database& database, const Id& tenant, const Id& id);
Result<std::optional<Id>> category_named(Database& database, const Id& tenant, std::string_view name);
/// conflict where the tenant has one of that name.
Result<void> insert_category(Database& database, const Id& tenant, const Category& category);
Result<void> rename_category(Database& database, const Id& tenant, const Category& category);
/// Takes it away. Requires that no product that is still sold has it; tombstones let go of it.
Result<void> delete_category(Database& database, const Id& tenant, const Id& id);
Result<bool> category_is_used(Database& database, const Id& tenant, const Id& id);

/// By name. They are changed by the business's own file of the store.
Result<std::vector<ringup::TaxClass>> catalogue_tax_classes(Database& database, const Id& tenant);

/// What goes to tills beside the products.
struct CatalogueSettings {
  Currency currency;
  json::Value rules;  // of tax and cash rounding, as sales carry them
  std::vector<ScalePattern> scale_patterns;
  std::string generation;  // of this folder, new after every restore; empty before the first
};
/// not_found where there is no such tenant.
Result<CatalogueSettings> catalogue_settings(Database& database, const Id& tenant);

}  // namespace ringup::store
