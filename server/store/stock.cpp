#include "server/store/stock.h"

#include <set>

#include "core/money/money.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

constexpr std::size_t id_version_bytes = 9;  // up to here an id says its time and kind; behind it is a number

/// The id of the next movement: by the clock, but always above the last one, so that who knows one knows all
/// before it. The writing transaction has the table for itself, also against other processes.
Result<Id> next_movement(Database& database) {
  Id last = TRY(last_movement(database));
  const Id fresh = new_id();
  if (last < fresh) return fresh;
  for (std::size_t i = last.bytes.size(); i-- > id_version_bytes;)
    if (++last.bytes[i] != 0) return last;
  // 2^56 movements in one millisecond: borrow from the next.
  std::array<std::uint8_t, 10> none{};
  return make_id(unix_ms_of(last) + 1, none);
}

}  // namespace

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

Result<Booked> book_movement(Database& database, const Movement& movement) {
  Booked booked{TRY(next_movement(database)), 0};
  const std::optional<std::string_view> note =
      movement.note.empty() ? std::nullopt : std::optional(movement.note);
  TRY(database.run(
      "INSERT INTO stock_movement (id, tenant, branch, product, quantity, kind, reference, note, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      booked.id, movement.tenant, movement.branch, movement.product, movement.quantity,
      movement_kind_name(movement.kind), movement.reference, note, movement.at));
  booked.level = TRY(
      database.integer("INSERT INTO stock_level (product, branch, tenant, quantity) VALUES ($1, $2, $3, $4)"
                       " ON CONFLICT (product, branch) DO UPDATE SET quantity = quantity + excluded.quantity"
                       " RETURNING quantity",
                       0, movement.product, movement.branch, movement.tenant, movement.quantity));
  if (booked.level > quantity_max || booked.level < -quantity_max)
    return fail(Error::out_of_range, "quantity", "The stock would leave its limits.");
  return booked;
}

Result<Id> last_movement(Database& database) {
  const std::optional<Id> last = TRY(database.first("SELECT id FROM stock_movement ORDER BY id DESC LIMIT 1",
                                                    [](const Row& row) { return row.id(0); }));
  return last.value_or(Id{});
}

Result<Moved> moved_products(Database& database, const Id& tenant, const Id& after, std::size_t limit,
                             std::size_t movements_max) {
  Moved moved{{}, after, false};
  std::set<Id> seen;
  std::size_t looked_at = 0;
  TRY(database.query(
      "SELECT id, tenant, product FROM stock_movement WHERE id > $1 ORDER BY id",
      [&](const Row& row) -> bool {
        const bool ours = row.id(1) == tenant;
        const Id product = ours ? row.id(2) : Id{};
        const bool fresh = ours && seen.find(product) == seen.end();
        if (looked_at == movements_max || (fresh && seen.size() == limit)) return moved.more = true, false;
        ++looked_at;
        moved.last = row.id(0);
        if (!fresh) return true;
        seen.insert(product);
        moved.products.push_back(product);
        return true;
      },
      after));
  return moved;
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
