#include "server/store/stock.h"

#include "core/money/money.h"

namespace ringup::store {

std::string_view movement_kind_name(MovementKind kind) {
  switch (kind) {
    case MovementKind::import:
      return "import";
    case MovementKind::sale:
      return "sale";
    case MovementKind::refund:
      return "refund";
    case MovementKind::void_sale:
      return "void";
    case MovementKind::correction:
      return "correction";
  }
  ASSERT(false);
}

Result<std::int64_t> book_movement(Database& database, const Movement& movement) {
  const std::optional<std::string_view> note =
      movement.note.empty() ? std::nullopt : std::optional(movement.note);
  TRY(database.run(
      "INSERT INTO stock_movement (id, tenant, branch, product, quantity, kind, reference, note, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      movement.id, movement.tenant, movement.branch, movement.product, movement.quantity,
      movement_kind_name(movement.kind), movement.reference, note, movement.at));
  const std::int64_t level = TRY(
      database.integer("INSERT INTO stock_level (product, branch, tenant, quantity) VALUES ($1, $2, $3, $4)"
                       " ON CONFLICT (product, branch) DO UPDATE SET quantity = quantity + excluded.quantity"
                       " RETURNING quantity",
                       0, movement.product, movement.branch, movement.tenant, movement.quantity));
  if (level > quantity_max || level < -quantity_max)
    return fail(Error::out_of_range, "quantity", "The stock would leave its limits.");
  return level;
}

Result<std::int64_t> stock_level(Database& database, const Id& product, const Id& branch) {
  return database.integer("SELECT quantity FROM stock_level WHERE product = $1 AND branch = $2", 0, product,
                          branch);
}

Result<std::int64_t> total_stock(Database& database, const Id& product) {
  return database.integer("SELECT COALESCE(sum(quantity), 0) FROM stock_level WHERE product = $1", 0,
                          product);
}

Result<std::vector<Level>> stock_levels(Database& database, const Id& tenant, const Id& product) {
  std::vector<Level> levels;
  TRY(database.query(
      "SELECT branch, quantity FROM stock_level WHERE product = $1 AND tenant = $2 ORDER BY branch",
      [&](const Row& row) {
        levels.push_back({row.id(0), row.integer(1)});
      },
      product, tenant));
  return levels;
}

Result<std::vector<BookedMovement>> stock_movements(Database& database, const Id& tenant, const Id& product,
                                                    const Id& before, std::int64_t limit) {
  std::int64_t before_at = INT64_MAX;
  if (!before.is_nil()) {
    before_at =
        TRY(database.integer("SELECT at FROM stock_movement WHERE id = $1 AND tenant = $2 AND product = $3",
                             INT64_MIN, before, tenant, product));
  }
  std::vector<BookedMovement> movements;
  TRY(database.query(
      "SELECT id, branch, quantity, kind, reference, at, COALESCE(note, '') FROM stock_movement"
      " WHERE product = $1 AND tenant = $2 AND (at < $3 OR (at = $3 AND id < $4))"
      " ORDER BY at DESC, id DESC LIMIT $5",
      [&](const Row& row) {
        movements.push_back(
            {row.id(0), row.id(1), row.integer(2), row.string(3), row.id(4), row.integer(5), row.string(6)});
      },
      product, tenant, before_at, before, limit));
  return movements;
}

Result<bool> branch_exists(Database& database, const Id& tenant, const Id& branch) {
  const std::int64_t found =
      TRY(database.integer("SELECT 1 FROM branch WHERE id = $1 AND tenant = $2", 0, branch, tenant));
  return found != 0;
}

}  // namespace ringup::store
