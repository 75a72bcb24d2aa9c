#pragma once
/// The stock ledger: movements, and the level per product and branch that is their sum. Both are written in
/// the same writer job. Quantities are thousandths; a level may go below zero.
///
/// Booking a movement does not change the catalogue's version: the delta finds what moved by the movements'
/// ids, which grow in the order in which they are committed, so a sale writes nothing more for it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/base/result.h"
#include "server/store/database.h"

namespace ringup::store {

enum class MovementKind : std::uint8_t { import, sale, refund, void_sale, correction };
/// As stored and shown: "import", "sale", "refund", "void", "correction".
std::string_view movement_kind_name(MovementKind kind);

struct Movement {
  Id tenant, branch, product;
  std::int64_t quantity = 0;  // signed: a sale of two takes -2000
  MovementKind kind = MovementKind::correction;
  std::optional<Id> reference;  // the sale, refund or void it belongs to
  std::int64_t at = 0;          // UTC microseconds
  std::string_view note = {};   // the caller's; empty: none
};

struct Booked {
  Id id;  // of the movement: a UUIDv7, above every one before it also where the clock stepped back
  std::int64_t level = 0;  // at that branch afterwards
};
/// Books a movement. The product and the branch must be of the tenant (conflict where they do not exist).
/// out_of_range where the level would leave ±quantity_max.
Result<Booked> book_movement(Database& database, const Movement& movement);

/// The last movement of this folder, whoever's it is; nil where there is none.
Result<Id> last_movement(Database& database);

struct Moved {
  std::vector<Id> products;  // each once
  Id last;                   // the last movement looked at
  bool more = false;         // there are movements behind it
};
/// The tenant's products whose stock moved after the movement `after` (nil: ever): at most `limit`, and those
/// of at most `movements_max` movements.
Result<Moved> moved_products(Database& database, const Id& tenant, const Id& after, std::size_t limit,
                             std::size_t movements_max);

Result<std::int64_t> stock_level(Database& database, const Id& product, const Id& branch);

/// The sum over all branches.
Result<std::int64_t> total_stock(Database& database, const Id& product);

struct Level {
  Id branch;
  std::int64_t quantity = 0;
};
/// The branches that ever had some, by id.
Result<std::vector<Level>> stock_levels(Database& database, const Id& tenant, const Id& product);

struct BookedMovement {
  Id id, branch;
  std::int64_t quantity = 0;
  std::string kind;
  Id reference;  // nil: none
  std::int64_t at = 0;
  std::string note;
};
/// Newest first, those before `before` (nil: from the newest), at most `limit`.
Result<std::vector<BookedMovement>> stock_movements(Database& database, const Id& tenant, const Id& product,
                                                    const Id& before, std::int64_t limit);

Result<bool> branch_exists(Database& database, const Id& tenant, const Id& branch);

}  // namespace ringup::store
