#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_sign_in = R"sql(
-- Sign-ins under way: the password was right, something else is still asked. Only hashes are kept.
CREATE TABLE sign_in_challenge (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  user BLOB NOT NULL REFERENCES user (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('second_factor', 'password_expired')),
  device TEXT NOT NULL,                                 -- what the client says it is
  address TEXT NOT NULL,
  known_device BLOB,                                    -- it showed the token of this one
  trust INTEGER NOT NULL DEFAULT 0,
  wrong_tries INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_challenge_of_user ON sign_in_challenge (user);
CREATE INDEX sign_in_challenge_age ON sign_in_challenge (expires_at);

-- Where somebody signed in before. Such a device has a count of wrong tries of its own; while it is trusted no
-- second factor is asked on it.
CREATE TABLE known_device (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),  -- SHA-256 of its token
  tenant BLOB NOT NULL REFERENCES tenant (id),
  user BLOB NOT NULL REFERENCES user (id),
  device TEXT NOT NULL,                                 -- what it said it was
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  trusted_at INTEGER,
  trusted_until INTEGER,
  login_attempts INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX known_device_of_user ON known_device (user, last_used_at);
CREATE INDEX known_device_age ON known_device (last_used_at);

-- Links in mails: confirm an address, set another password, take an invitation. Only hashes are kept.
CREATE TABLE mail_token (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  user BLOB NOT NULL REFERENCES user (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'invitation')),
  email TEXT NOT NULL,                                  -- where it went; good for this address only
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_token_of_user ON mail_token (user, purpose, created_at);
CREATE INDEX mail_token_age ON mail_token (expires_at);

-- Always empty: where nobody has an address, a row is written and taken away again, so that it costs the same.
CREATE TABLE decoy (
  id BLOB PRIMARY KEY CHECK (length(id) = 32),
  filler BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys that access tokens are signed with. Retired ones still verify until what they signed has expired.
CREATE TABLE access_key (
  kid TEXT PRIMARY KEY,
  algorithm TEXT NOT NULL,
  sealed BLOB NOT NULL,                                 -- by the folder's secret
  from_setting INTEGER NOT NULL DEFAULT 0,              -- it is what JWT_SECRET_KEY says
  number INTEGER NOT NULL UNIQUE,                       -- the highest one that is not retired signs
  created_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
