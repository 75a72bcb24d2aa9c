#pragma once
/// Tenants (businesses) and what belongs to their frame: host names, branches, tax classes, delivery methods.
/// Functions that take a Database run on a reader or inside a writer's job; those that change need the
/// latter. Errors are the Database's; a name that is taken is conflict.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money/money.h"
#include "server/store/database.h"

namespace ringup::store {

struct Tenant {
  Id id;
  std::string slug, name;
  std::string country;  // ISO 3166, two capital letters
  Currency currency;
  std::string time_zone = "UTC";            // IANA's name of one that zones.h knows
  std::string tax_mode = "per_line";        // or "whole_order"
  std::string tax_placement = "inside";     // or "on_top"
  std::int64_t cash_rounding = 0;           // minor units; 0: none
  std::string cash_rounding_halves = "up";  // or "down"
  std::string receipt_footer;               // lines under every receipt
  std::string barcode_patterns = "[]";      // JSON list of in-store patterns: {"text", "value"}
  std::int64_t created_at = 0;
};

struct Branch {
  Id id, tenant;
  std::string code, name, address;
  bool is_default = false;
  std::int64_t created_at = 0;
};

struct TaxClass {
  std::string name;
  Rate rate;
};

struct DeliveryMethod {
  Id id;
  std::string code, kind, name;  // kind: pickup, standard, express
  Amount price = 0;
  std::int64_t days_min = 0, days_max = 0;
};

Result<void> insert_tenant(Database&, const Tenant&);
/// Name, cash rounding, receipt footer and in-store patterns, as they stand in `tenant`.
Result<void> update_tenant(Database&, const Tenant& tenant);
/// Sets the zone whose days and hours reports count by; it must be one that zones.h knows. What was summed up
/// in another is summed up anew, in the background.
Result<void> set_time_zone(Database&, const Id& tenant, std::string_view name);
Result<void> insert_host(Database&, const Id& tenant, std::string_view host);
Result<std::optional<Tenant>> find_tenant(Database&, const Id& id);
Result<std::optional<Tenant>> find_tenant_by_slug(Database&, std::string_view slug);
/// `host` in lower case, without port.
Result<std::optional<Tenant>> find_tenant_by_host(Database&, std::string_view host);
/// The business where there is exactly one.
Result<std::optional<Tenant>> find_only_tenant(Database&);
/// The host name of a tenant, the first where it has several; "" where it has none.
Result<std::string> host_of(Database&, const Id& tenant);
/// The short names of all tenants, by name.
Result<std::vector<std::string>> list_slugs(Database&);
/// All host names of all tenants.
Result<std::vector<std::string>> list_hosts(Database&);

Result<void> insert_branch(Database&, const Branch&);
/// Name and address; `is_default` makes it the default one in place of the other.
Result<void> update_branch(Database&, const Branch&);
Result<std::optional<Branch>> find_branch(Database&, const Id& tenant, const Id& id);
/// Ordered by id, behind `after`.
Result<std::vector<Branch>> list_branches(Database&, const Id& tenant, const Id& after, std::int64_t limit);
Result<std::optional<Branch>> find_branch_by_code(Database&, const Id& tenant, std::string_view code);
Result<std::optional<Branch>> find_default_branch(Database&, const Id& tenant);

Result<void> insert_tax_class(Database&, const Id& tenant, const TaxClass&);
/// False where there is none of that name.
Result<bool> update_tax_class(Database&, const Id& tenant, const TaxClass&);
Result<bool> delete_tax_class(Database&, const Id& tenant, std::string_view name);
/// Products of a tax class, those deleted among them: they can come back.
Result<std::int64_t> count_products_taxed(Database&, const Id& tenant, std::string_view tax_class);
/// Ordered by name, behind `after`.
Result<std::vector<TaxClass>> list_tax_classes(Database&, const Id& tenant, std::string_view after,
                                               std::int64_t limit);

Result<void> insert_delivery_method(Database&, const Id& tenant, const DeliveryMethod&);
Result<std::vector<DeliveryMethod>> list_delivery_methods(Database&, const Id& tenant);

}  // namespace ringup::store
