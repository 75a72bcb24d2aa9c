#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_permits = R"sql(
-- The verifier of a user's PIN, sealed: never the PIN, and of no use without the folder's secret.
CREATE TABLE user_pin (
  user BLOB PRIMARY KEY REFERENCES user (id),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  sealed BLOB NOT NULL,
  set_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
