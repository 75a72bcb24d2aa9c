#pragma once
/// The stock ledger: movements, and the level per product and branch that is their sum. Both are written in
/// the same writer job. Quantities are thousandths; a level may go below zero.
///
/// Booking a movement does not change the catalogue's version: tills hear of levels with the next change of
/// the product, or when whoever books stamps it (touch_product in products.h), as imports and corrections do.
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
  Id id;
  Id tenant, branch, product;
  std::int64_t quantity = 0;  // signed: a sale of two takes -2000
  MovementKind kind = MovementKind::correction;
  std::optional<Id> reference;  // the sale, refund or void it belongs to
  std::int64_t at = 0;          // UTC microseconds
  std::string_view note = {};   // the caller's; empty: none
};

/// Books a movement and yields the level at that branch afterwards. The product and the branch must be of the
/// tenant (conflict where they do not exist). out_of_range where the level would leave ±quantity_max.
Result<std::int64_t> book_movement(Database& database, const Movement& movement);

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
