#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_people = R"sql(
ALTER TABLE user ADD COLUMN phone_number TEXT;                     -- E.164
ALTER TABLE user ADD COLUMN phone_verified_at INTEGER;
ALTER TABLE user ADD COLUMN branch BLOB REFERENCES branch (id);    -- where they work
ALTER TABLE user ADD COLUMN designation TEXT NOT NULL DEFAULT '';  -- what they are called there
ALTER TABLE user ADD COLUMN password_changed_at INTEGER;           -- NULL: when the user was made
ALTER TABLE user ADD COLUMN password_expired INTEGER NOT NULL DEFAULT 0;  -- another one must be set at the next sign-in
CREATE INDEX user_phone ON user (tenant, phone_number) WHERE phone_number IS NOT NULL;

-- Groups add rights to what the roles of their members give. Members of employee groups may sign in by one-time code.
CREATE TABLE user_group (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  name TEXT NOT NULL,
  is_employee INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  UNIQUE (tenant, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_right (
  user_group BLOB NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  PRIMARY KEY (user_group, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE group_member (
  user_group BLOB NOT NULL REFERENCES user_group (id) ON DELETE CASCADE,
  user BLOB NOT NULL REFERENCES user (id),
  PRIMARY KEY (user_group, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_of_member ON group_member (user);

-- How a business guards itself; no row: the defaults.
CREATE TABLE tenant_security (
  tenant BLOB PRIMARY KEY REFERENCES tenant (id),
  password_days INTEGER NOT NULL DEFAULT 0,             -- 0: passwords do not expire
  second_factor_roles TEXT NOT NULL DEFAULT '[]',       -- JSON list of roles
  ip_allow TEXT NOT NULL DEFAULT '[]',                  -- JSON lists of addresses and networks
  ip_deny TEXT NOT NULL DEFAULT '[]',
  sms_per_day INTEGER NOT NULL DEFAULT 200
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
