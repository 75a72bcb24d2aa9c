#include "server/store/tenants.h"

#include "server/store/outbox.h"

namespace ringup::store {
namespace {

Tenant read_tenant(const Row& row) {
  Tenant tenant;
  tenant.id = row.id(0);
  tenant.slug = row.string(1);
  tenant.name = row.string(2);
  tenant.country = row.string(3);
  // Only what parse_currency knew was ever stored.
  if (const auto currency = parse_currency(row.text(4)); currency.ok()) tenant.currency = *currency;
  tenant.tax_mode = row.string(5);
  tenant.tax_placement = row.string(6);
  tenant.cash_rounding = row.integer(7);
  tenant.cash_rounding_halves = row.string(8);
  tenant.created_at = row.integer(9);
  tenant.time_zone = row.string(10);
  tenant.receipt_footer = row.string(11);
  tenant.barcode_patterns = row.string(12);
  return tenant;
}

Branch read_branch(const Row& row) {
  return {row.id(0),     row.id(1),           row.string(2), row.string(3),
          row.string(4), row.integer(5) != 0, row.integer(6)};
}

// Literals, so that statements are prepared once.
#define RINGUP_TENANT                                                                      \
  "SELECT t.id, t.slug, t.name, t.country, t.currency, t.tax_mode, t.tax_placement, "      \
  "t.cash_rounding, t.cash_rounding_halves, t.created_at, t.time_zone, t.receipt_footer, " \
  "t.barcode_patterns "                                                                    \
  "FROM tenant t "
#define RINGUP_BRANCH "SELECT id, tenant, code, name, address, is_default, created_at FROM branch "

}  // namespace

Result<void> insert_tenant(Database& db, const Tenant& tenant) {
  TRY(db.run(
      "INSERT INTO tenant (id, slug, name, country, currency, tax_mode, tax_placement, cash_rounding,"
      " cash_rounding_halves, created_at, time_zone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      tenant.id, tenant.slug, tenant.name, tenant.country, tenant.currency.code(), tenant.tax_mode,
      tenant.tax_placement, tenant.cash_rounding, tenant.cash_rounding_halves, tenant.created_at,
      tenant.time_zone));
  return {};
}

Result<void> update_tenant(Database& db, const Tenant& tenant) {
  TRY(db.run(
      "UPDATE tenant SET name = $2, cash_rounding = $3, cash_rounding_halves = $4, receipt_footer = $5,"
      " barcode_patterns = $6 WHERE id = $1",
      tenant.id, tenant.name, tenant.cash_rounding, tenant.cash_rounding_halves, tenant.receipt_footer,
      tenant.barcode_patterns));
  return add_event(db, tenant.id, "business");
}

Result<void> set_time_zone(Database& db, const Id& tenant, std::string_view name) {
  TRY(db.run("UPDATE tenant SET time_zone = $2 WHERE id = $1", tenant, name));
  return add_event(db, tenant, "business");
}

Result<void> insert_host(Database& db, const Id& tenant, std::string_view host) {
  TRY(db.run("INSERT INTO tenant_host (host, tenant) VALUES ($1, $2)", host, tenant));
  return {};
}

Result<std::vector<std::string>> list_slugs(Database& db) {
  std::vector<std::string> slugs;
  TRY(db.query("SELECT slug FROM tenant ORDER BY slug",
               [&](const Row& row) { slugs.push_back(row.string(0)); }));
  return slugs;
}

Result<std::optional<Tenant>> find_tenant(Database& db, const Id& id) {
  return db.first(RINGUP_TENANT "WHERE t.id = $1", read_tenant, id);
}

Result<std::optional<Tenant>> find_tenant_by_slug(Database& db, std::string_view slug) {
  return db.first(RINGUP_TENANT "WHERE t.slug = $1", read_tenant, slug);
}

Result<std::optional<Tenant>> find_tenant_by_host(Database& db, std::string_view host) {
  return db.first(RINGUP_TENANT "JOIN tenant_host h ON h.tenant = t.id WHERE h.host = $1", read_tenant, host);
}

Result<std::optional<Tenant>> find_only_tenant(Database& db) {
  std::optional<Tenant> only;
  int count = 0;
  TRY(db.query(RINGUP_TENANT "LIMIT 2", [&](const Row& row) {
    only = read_tenant(row);
    ++count;
  }));
  if (count != 1) only.reset();
  return only;
}

Result<std::string> host_of(Database& db, const Id& tenant) {
  return TRY(db.first(
                 "SELECT host FROM tenant_host WHERE tenant = $1 ORDER BY host LIMIT 1",
                 [](const Row& row) { return row.string(0); }, tenant))
      .value_or("");
}

Result<std::vector<std::string>> list_hosts(Database& db) {
  std::vector<std::string> hosts;
  TRY(db.query("SELECT host FROM tenant_host", [&](const Row& row) { hosts.push_back(row.string(0)); }));
  return hosts;
}

Result<void> insert_branch(Database& db, const Branch& branch) {
  TRY(
      db.run("INSERT INTO branch (id, tenant, code, name, address, is_default, created_at)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             branch.id, branch.tenant, branch.code, branch.name, branch.address, branch.is_default,
             branch.created_at));
  return add_event(db, branch.tenant, "business");
}

Result<void> update_branch(Database& db, const Branch& branch) {
  if (branch.is_default) {
    TRY(db.run("UPDATE branch SET is_default = 0 WHERE tenant = $1 AND id <> $2", branch.tenant, branch.id));
  }
  TRY(db.run("UPDATE branch SET name = $3, address = $4, is_default = $5 WHERE tenant = $1 AND id = $2",
             branch.tenant, branch.id, branch.name, branch.address, branch.is_default));
  return add_event(db, branch.tenant, "business");
}

Result<std::optional<Branch>> find_branch(Database& db, const Id& tenant, const Id& id) {
  return db.first(RINGUP_BRANCH "WHERE tenant = $1 AND id = $2", read_branch, tenant, id);
}

Result<std::vector<Branch>> list_branches(Database& db, const Id& tenant, const Id& after,
                                          std::int64_t limit) {
  std::vector<Branch> branches;
  TRY(db.query(
      RINGUP_BRANCH "WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3",
      [&](const Row& row) { branches.push_back(read_branch(row)); }, tenant, after, limit));
  return branches;
}

Result<std::optional<Branch>> find_branch_by_code(Database& db, const Id& tenant, std::string_view code) {
  return db.first(RINGUP_BRANCH "WHERE tenant = $1 AND code = $2", read_branch, tenant, code);
}

Result<std::optional<Branch>> find_default_branch(Database& db, const Id& tenant) {
  return db.first(RINGUP_BRANCH "WHERE tenant = $1 AND is_default = 1", read_branch, tenant);
}

Result<void> insert_tax_class(Database& db, const Id& tenant, const TaxClass& tax_class) {
  TRY(db.run("INSERT INTO tax_class (tenant, name, rate) VALUES ($1, $2, $3)", tenant, tax_class.name,
             tax_class.rate.ppm));
  return add_event(db, tenant, "business");
}

Result<bool> update_tax_class(Database& db, const Id& tenant, const TaxClass& tax_class) {
  const std::int64_t changed = TRY(db.run("UPDATE tax_class SET rate = $3 WHERE tenant = $1 AND name = $2",
                                          tenant, tax_class.name, tax_class.rate.ppm));
  if (changed > 0) TRY(add_event(db, tenant, "business"));
  return changed > 0;
}

Result<bool> delete_tax_class(Database& db, const Id& tenant, std::string_view name) {
  const std::int64_t gone =
      TRY(db.run("DELETE FROM tax_class WHERE tenant = $1 AND name = $2", tenant, name));
  if (gone > 0) TRY(add_event(db, tenant, "business"));
  return gone > 0;
}

Result<std::int64_t> count_products_taxed(Database& db, const Id& tenant, std::string_view tax_class) {
  return db.integer("SELECT count(*) FROM product WHERE tenant = $1 AND tax_class = $2", 0, tenant,
                    tax_class);
}

Result<std::vector<TaxClass>> list_tax_classes(Database& db, const Id& tenant, std::string_view after,
                                               std::int64_t limit) {
  std::vector<TaxClass> classes;
  TRY(db.query(
      "SELECT name, rate FROM tax_class WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3",
      [&](const Row& row) {
        classes.push_back({row.string(0), Rate{row.integer(1)}});
      },
      tenant, after, limit));
  return classes;
}

Result<void> insert_delivery_method(Database& db, const Id& tenant, const DeliveryMethod& method) {
  TRY(
      db.run("INSERT INTO delivery_method (id, tenant, code, kind, name, price, days_min, days_max)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             method.id, tenant, method.code, method.kind, method.name, method.price, method.days_min,
             method.days_max));
  return add_event(db, tenant, "business");
}

Result<std::vector<DeliveryMethod>> list_delivery_methods(Database& db, const Id& tenant) {
  std::vector<DeliveryMethod> methods;
  TRY(db.query(
      "SELECT id, code, kind, name, price, days_min, days_max FROM delivery_method WHERE tenant = $1"
      " ORDER BY days_min, code",
      [&](const Row& row) {
        methods.push_back({row.id(0), row.string(1), row.string(2), row.string(3), row.integer(4),
                           row.integer(5), row.integer(6)});
      },
      tenant));
  return methods;
}

}  // namespace ringup::store
