#include <sqlite3.h>

#include "server/store/schema.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

struct Step {
  int version;
  std::vector<const char*> scripts;
};

/// Once released, a step never changes; the next change of the schema is a new step.
const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {1, {schema_business, schema_catalogue, schema_sales}},
      {2, {schema_reports, schema_prices, schema_counter, schema_pictures}},
      {3, {schema_shifts}},
      {4, {schema_people, schema_audit, schema_messages, schema_sign_in, schema_factors, schema_permits}},
  };
  return all;
}

}  // namespace

int schema_version() {
  return steps().back().version;
}

Result<void> migrate(Database& database, const std::function<Result<void>(int)>& copy_to) {
  const std::int64_t found = TRY(database.integer("PRAGMA user_version", 0));
  if (found > schema_version()) {
    return fail(Error::newer_version, {},
                "This data has schema " + std::to_string(found) + "; this ringup knows " +
                    std::to_string(schema_version()) + ". Use the newer program.");
  }
  if (found == schema_version()) return {};
  if (found > 0) TRY(copy_to(static_cast<int>(found)));
  for (const Step& step : steps()) {
    // Looked at again inside the transaction: another process may be migrating at this moment.
    TRY(database.script("BEGIN IMMEDIATE"));
    const auto apply = [&]() -> Result<void> {
      const std::int64_t present = TRY(database.integer("SELECT user_version FROM pragma_user_version", 0));
      if (present >= step.version) return {};
      for (const char* script : step.scripts) TRY(database.script(script));
      return database.script("PRAGMA user_version=" + std::to_string(step.version));
    };
    Result<void> applied = apply();
    if (!applied.ok()) {
      (void)database.script("ROLLBACK");
      return applied;
    }
    TRY(database.script("COMMIT"));
  }
  return {};
}

}  // namespace ringup::store
