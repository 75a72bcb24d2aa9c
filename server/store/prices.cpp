#include "server/store/prices.h"

#include <algorithm>

namespace ringup::store {
namespace {

/// What the product was made with: the price before its first change, else the present one.
Result<std::optional<PriceStep>> first_price(Database& database, const Id& tenant, const Id& product) {
  return database.first(
      "SELECT COALESCE((SELECT h.price_before FROM product_price h WHERE h.product = p.id ORDER BY h.at "
      "LIMIT 1),"
      " p.unit_price), p.created_at FROM product p WHERE p.id = $1 AND p.tenant = $2",
      [](const Row& row) {
        return PriceStep{{row.integer(0)}, row.integer(1), "created", {}, {}};
      },
      product, tenant);
}

}  // namespace

Result<void> note_price_change(Database& database, const Id& tenant, const PriceChange& change) {
  const std::int64_t last =
      TRY(database.integer("SELECT max((SELECT created_at FROM product WHERE id = $1),"
                           " COALESCE((SELECT max(at) FROM product_price WHERE product = $1), 0))",
                           0, change.product));
  TRY(database.run(
      "INSERT INTO product_price (product, at, tenant, unit_price, price_before, source, changed_by)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)",
      change.product, std::max(change.at, last + 1), tenant, change.after.value, change.before.value,
      change.imported ? "import" : "person", change.by));
  return {};
}

Result<std::vector<PriceStep>> price_history(Database& database, const Id& tenant, const Id& product,
                                             std::int64_t before, std::int64_t limit) {
  std::vector<PriceStep> steps;
  TRY(database.query(
      "SELECT h.unit_price, h.at, h.source, h.changed_by,"
      " COALESCE(NULLIF(trim(u.first_name || ' ' || u.last_name), ''), u.email, '')"
      " FROM product_price h LEFT JOIN user u ON u.id = h.changed_by AND u.tenant = h.tenant"
      " WHERE h.product = $1 AND h.tenant = $2 AND h.at < $3 ORDER BY h.at DESC LIMIT $4",
      [&](const Row& row) {
        steps.push_back({{row.integer(0)}, row.integer(1), row.string(2), row.id(3), row.string(4)});
      },
      product, tenant, before, limit));
  if (steps.size() == static_cast<std::size_t>(limit)) return steps;
  std::optional<PriceStep> first = TRY(first_price(database, tenant, product));
  if (first.has_value() && first->since < before) steps.push_back(std::move(*first));
  return steps;
}

Result<std::optional<PriceStep>> price_at(Database& database, const Id& tenant, const Id& product,
                                          std::int64_t at) {
  std::vector<PriceStep> steps = TRY(price_history(database, tenant, product, at + 1, 1));
  if (!steps.empty()) return std::optional(std::move(steps.front()));
  return first_price(database, tenant, product);
}

}  // namespace ringup::store
