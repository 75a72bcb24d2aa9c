#include "server/store/categories.h"

namespace ringup::store {
namespace {

Category read_category(const Row& row) {
  return Category{row.id(0), row.string(1)};
}

/// The stored list is what the business's own routes have checked; what does not read is left out.
std::vector<ScalePattern> read_patterns(const std::string& text) {
  std::vector<ScalePattern> patterns;
  Result<json::Value> value = json::parse(text);
  if (!value.ok() || value->as_array() == nullptr) return patterns;
  for (const json::Value& item : *value->as_array()) {
    const json::Value* pattern = item.find("text");
    const json::Value* kind = item.find("value");
    if (pattern == nullptr || pattern->as_string() == nullptr || kind == nullptr) continue;
    const bool weight = kind->as_string() != nullptr && *kind->as_string() == "weight";
    ScalePattern read{*pattern->as_string(),
                      weight ? ScalePattern::Value::weight : ScalePattern::Value::price};
    if (check(read).ok() && patterns.size() < scale_patterns_max) patterns.push_back(std::move(read));
  }
  return patterns;
}

}  // namespace

Result<std::vector<Category>> categories(Database& database, const Id& tenant) {
  std::vector<Category> all;
  TRY(database.query(
      "SELECT id, name FROM category WHERE tenant = $1 ORDER BY name",
      [&](const Row& row) { all.push_back(read_category(row)); }, tenant));
  return all;
}

Result<std::optional<Category>> category(Database& database, const Id& tenant, const Id& id) {
  return database.first("SELECT id, name FROM category WHERE id = $1 AND tenant = $2", read_category, id,
                        tenant);
}

Result<std::optional<Id>> category_named(Database& database, const Id& tenant, std::string_view name) {
  return database.first(
      "SELECT id FROM category WHERE tenant = $1 AND name = $2", [](const Row& row) { return row.id(0); },
      tenant, name);
}

Result<void> insert_category(Database& database, const Id& tenant, const Category& category) {
  TRY(database.run("INSERT INTO category (id, tenant, name) VALUES ($1, $2, $3)", category.id, tenant,
                   category.name));
  return {};
}

Result<void> rename_category(Database& database, const Id& tenant, const Category& category) {
  TRY(database.run("UPDATE category SET name = $3 WHERE id = $1 AND tenant = $2", category.id, tenant,
                   category.name));
  return {};
}

Result<void> delete_category(Database& database, const Id& tenant, const Id& id) {
  TRY(database.run(
      "UPDATE product SET category = NULL WHERE tenant = $2 AND category = $1 AND deleted_at IS NOT NULL", id,
      tenant));
  TRY(database.run("DELETE FROM category WHERE id = $1 AND tenant = $2", id, tenant));
  return {};
}

Result<bool> category_is_used(Database& database, const Id& tenant, const Id& id) {
  const std::int64_t found = TRY(database.integer(
      "SELECT 1 FROM product WHERE tenant = $1 AND category = $2 AND deleted_at IS NULL LIMIT 1", 0, tenant,
      id));
  return found != 0;
}

Result<std::vector<ringup::TaxClass>> catalogue_tax_classes(Database& database, const Id& tenant) {
  std::vector<ringup::TaxClass> all;
  TRY(database.query(
      "SELECT name, rate FROM tax_class WHERE tenant = $1 ORDER BY name",
      [&](const Row& row) {
        all.push_back({row.string(0), Rate{row.integer(1)}});
      },
      tenant));
  return all;
}

Result<CatalogueSettings> catalogue_settings(Database& database, const Id& tenant) {
  struct Texts {
    std::string currency, patterns;
  };
  CatalogueSettings settings;
  const std::optional<Texts> found = TRY(database.first(
      "SELECT currency, tax_mode, tax_placement, cash_rounding, cash_rounding_halves, barcode_patterns,"
      " COALESCE((SELECT value FROM fact WHERE name = 'generation'), '') FROM tenant WHERE id = $1",
      [&](const Row& row) {
        json::Object rules{{"mode", row.text(1)}, {"tax", row.text(2)}};
        if (row.integer(3) > 0) {
          rules.push_back({"cash_rounding", json::Object{{"unit", row.integer(3)}, {"halves", row.text(4)}}});
        }
        settings.rules = std::move(rules);
        settings.generation = row.string(6);
        return Texts{row.string(0), row.string(5)};
      },
      tenant));
  if (!found.has_value()) return Error::not_found;
  settings.currency = TRY(parse_currency(found->currency));
  settings.scale_patterns = read_patterns(found->patterns);
  return settings;
}

}  // namespace ringup::store
