#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_factors = R"sql(
-- One-time codes. Only a keyed hash of each is kept, which its user, purpose and business are part of.
CREATE TABLE one_time_code (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  owner BLOB NOT NULL CHECK (length(owner) = 16),       -- the user; for a contact nobody has, an id made of it
  user BLOB REFERENCES user (id),                       -- NULL: nobody's; kept because strangers must not see a difference
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  contact TEXT NOT NULL,                                -- where it went; '' for nobody's
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  wrong_tries INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  replaced_at INTEGER,                                  -- another one was asked for
  address TEXT NOT NULL DEFAULT ''                      -- of the client that asked
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_code_of_owner ON one_time_code (owner, purpose, id);
CREATE INDEX one_time_code_of_tenant ON one_time_code (tenant, id);
CREATE INDEX one_time_code_age ON one_time_code (expires_at);

-- Who asked for a code when, for the caps: kept for a day, whatever becomes of the code.
CREATE TABLE code_request (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  owner BLOB NOT NULL,
  contact BLOB NOT NULL CHECK (length(contact) = 16),   -- keyed hash of address or number
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX code_request_of_owner ON code_request (owner, at);
CREATE INDEX code_request_of_contact ON code_request (contact, at);
CREATE INDEX code_request_age ON code_request (at);

-- What codes a business sent on a day (UTC, counted from 1970), and wrong tries.
CREATE TABLE code_usage (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  day INTEGER NOT NULL,
  email INTEGER NOT NULL DEFAULT 0,
  sms INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, day)
) STRICT, WITHOUT ROWID;

-- Tokens of the mobile login, of which only hashes are kept. The session is a row like any other.
CREATE TABLE mobile_token (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  session BLOB NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER                                       -- exchanged for the next one
) STRICT, WITHOUT ROWID;
CREATE INDEX mobile_token_of_session ON mobile_token (session);
CREATE INDEX mobile_token_age ON mobile_token (expires_at);

-- Second factors. One without enabled_at waits for its first right code.
CREATE TABLE second_factor (
  user BLOB NOT NULL REFERENCES user (id),
  kind TEXT NOT NULL CHECK (kind IN ('totp', 'sms', 'email')),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  secret BLOB,                                          -- totp: sealed
  phone_number TEXT,                                    -- sms: E.164
  created_at INTEGER NOT NULL,
  enabled_at INTEGER,
  last_step INTEGER NOT NULL DEFAULT 0,                 -- totp: the step that was used last; each opens once
  PRIMARY KEY (user, kind)
) STRICT, WITHOUT ROWID;

-- Wrong tries of codes that nobody sent (apps, paper), in a window of time.
CREATE TABLE factor_try (
  user BLOB PRIMARY KEY REFERENCES user (id),
  wrong_tries INTEGER NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_code (
  user BLOB NOT NULL REFERENCES user (id),
  hash BLOB NOT NULL CHECK (length(hash) = 32),         -- keyed
  tenant BLOB NOT NULL REFERENCES tenant (id),
  created_at INTEGER NOT NULL,
  used_at INTEGER,
  PRIMARY KEY (user, hash)
) STRICT, WITHOUT ROWID;

-- Sign-ins under way that began with a one-time code: it is not asked again on the channel it came by.
CREATE TABLE code_sign_in (
  challenge BLOB PRIMARY KEY REFERENCES sign_in_challenge (hash) ON DELETE CASCADE,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms'))
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
