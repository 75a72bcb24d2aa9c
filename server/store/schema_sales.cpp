#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_sales = R"sql(
CREATE TABLE customer (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  email TEXT,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  phone_number TEXT,
  consent_email INTEGER NOT NULL DEFAULT 0,
  consent_sms INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant, email)
) STRICT, WITHOUT ROWID;

-- What the business must look at: flags of the journal, quarantined records, gaps.
CREATE TABLE task (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  kind TEXT NOT NULL,
  subject BLOB,
  detail TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX task_open ON task (tenant, created_at) WHERE done_at IS NULL;

-- Events, in the order of their commit, for whatever follows the business.
CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant BLOB NOT NULL REFERENCES tenant (id),
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace ringup::store
