#pragma once
/// The two halves of an import: finding out what each row does, which only reads, and doing it. So a check is
/// an import without its second half, and what can be found out beforehand does not hold the writer up.
///
/// A plan is true for the catalogue's version it was made at: rows of one file do not get in each other's way
/// (their SKUs and barcodes differ, core/catalogue/product_csv.h sees to it), and all else that a plan looks
/// at takes a new version when it changes, but for stock, which apply() looks up again where it must.
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "core/catalogue/product_csv.h"
#include "server/store/database.h"

namespace ringup::catalogue {

/// What becomes of a row.
enum class Taken : std::uint8_t { added, changed, unchanged };

struct PlannedRow {
  Taken taken = Taken::added;
  Id product;  // the one it changes; nil: a new one
  UnitPrice price_before;
  std::int64_t level = 0;      // thousandths at the default branch
  bool fields_differ = false;  // name, category, price or tax class
  bool new_barcode = false;
};

/// What an import needs to know of its business.
struct ImportGround {
  Id tenant, branch;
  Currency currency;
  std::vector<std::string> tax_classes;
};
/// precondition_failed: no branch or no tax class.
Result<ImportGround> import_ground(store::Database& database, const Id& tenant);

/// "line 17, price" as the two it is made of.
struct RefusedPlace {
  std::int64_t line = 0;
  std::string column;  // empty: the whole line
};
RefusedPlace place_of(const Failure& failure);
/// A failure of the store is no fault of the line.
bool is_refusal(const Failure& failure);

/// Finds out what rows do. Only reads; refers to the database for its life.
class ImportPlanner {
 public:
  ImportPlanner(store::Database& database, const ImportGround& ground)
      : database_(database), ground_(ground) {}
  Result<void> begin();
  /// A failure for which is_refusal() holds refuses the row; another ends the import.
  Result<PlannedRow> plan(const ProductRow& row);

 private:
  Result<void> check_category(const ProductRow& row);

  store::Database& database_;
  const ImportGround& ground_;
  std::unordered_map<std::string, Id> categories_;
  std::unordered_set<std::string> new_categories_;
  std::int64_t products_ = 0;
  bool was_empty_ = false;  // then no row can meet a product but one of its own file
};

/// Does what was planned, inside one writer job.
class ImportApplier {
 public:
  /// `levels_may_differ`: sales may have moved stock since the plan was made.
  ImportApplier(store::Database& database, const ImportGround& ground, std::int64_t now_us,
                bool levels_may_differ)
      : database_(database), ground_(ground), now_us_(now_us), levels_may_differ_(levels_may_differ) {}
  Result<void> begin();
  Result<Taken> apply(const ProductRow& row, PlannedRow planned);
  Result<void> end();

 private:
  Result<Id> category_of(const std::string& name);
  Result<void> book(const Id& product, std::int64_t quantity);
  Result<std::int64_t> version();

  store::Database& database_;
  const ImportGround& ground_;
  const std::int64_t now_us_;
  const bool levels_may_differ_;
  std::unordered_map<std::string, Id> categories_;
  std::int64_t version_ = 0;
  bool new_categories_ = false;
};

}  // namespace ringup::catalogue
