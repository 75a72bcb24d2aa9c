#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_business = R"sql(
-- Facts about this folder: 'generation' (new after every restore).
CREATE TABLE fact (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  currency TEXT NOT NULL,
  tax_mode TEXT NOT NULL CHECK (tax_mode IN ('per_line', 'whole_order')),
  tax_placement TEXT NOT NULL CHECK (tax_placement IN ('inside', 'on_top')),
  cash_rounding INTEGER NOT NULL DEFAULT 0,             -- minor units; 0: none
  cash_rounding_halves TEXT NOT NULL DEFAULT 'up' CHECK (cash_rounding_halves IN ('up', 'down')),
  barcode_patterns TEXT NOT NULL DEFAULT '[]',          -- JSON list of in-store patterns
  receipt_footer TEXT NOT NULL DEFAULT '',              -- lines under every receipt
  next_till INTEGER NOT NULL DEFAULT 1,                 -- number of the next till's series: A1, A2 …
  series_prefix TEXT NOT NULL DEFAULT 'A',              -- random and new after a restore
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_host (
  host TEXT PRIMARY KEY,                                -- lower case, without port
  tenant BLOB NOT NULL REFERENCES tenant (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE branch (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  is_default INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE tax_class (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  name TEXT NOT NULL,                                   -- standard, reduced, zero …
  rate INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 10000000),  -- parts per million
  PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery_method (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  code TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('pickup', 'standard', 'express')),
  name TEXT NOT NULL,
  price INTEGER NOT NULL,                               -- minor units
  days_min INTEGER NOT NULL,
  days_max INTEGER NOT NULL,
  UNIQUE (tenant, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  email TEXT NOT NULL,                                  -- normalised
  email_verified_at INTEGER,
  password_hash TEXT NOT NULL,                          -- Argon2id, PHC string
  first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  last_login INTEGER,
  login_attempts INTEGER NOT NULL DEFAULT 0,
  account_locked_until INTEGER,
  UNIQUE (tenant, email)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  user BLOB NOT NULL REFERENCES user (id),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  proved_at INTEGER NOT NULL,                           -- when the password was last shown in it
  device TEXT NOT NULL DEFAULT '',                      -- what the client says it is, cut short
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_user ON session (user);

-- Rotating refresh tokens: only the SHA-256 is kept. A used one names its successor.
CREATE TABLE refresh_token (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  session BLOB NOT NULL REFERENCES session (id),
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  successor BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_token_of_session ON refresh_token (session);

CREATE TABLE till (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  branch BLOB NOT NULL REFERENCES branch (id),
  name TEXT NOT NULL,
  series TEXT NOT NULL,                                 -- of its receipt numbers
  epoch INTEGER NOT NULL DEFAULT 0,                     -- the highest given out
  revoked_at INTEGER,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE pairing_code (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),      -- SHA-256 of the code
  tenant BLOB NOT NULL REFERENCES tenant (id),
  branch BLOB NOT NULL REFERENCES branch (id),
  till BLOB,                                            -- enrols this till again
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Answers of writes that carried an Idempotency-Key.
CREATE TABLE idempotency_key (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  principal BLOB NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (tenant, principal, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_age ON idempotency_key (at);
)sql";

}  // namespace ringup::store
