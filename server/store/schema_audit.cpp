#include "server/store/schema.h"

namespace ringup::store {

// What may name a person stands in a table of its own; the chain has a salted hash of it. So it can be
// erased, and the chain still tells that nothing else was changed.
const char* const schema_audit = R"sql(
CREATE TABLE audit_entry (
  tenant BLOB NOT NULL,                                 -- sixteen zero bytes: the server's own
  sequence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  action TEXT NOT NULL,
  actor BLOB,                                           -- a user; NULL: the system, or a stranger
  object_kind TEXT NOT NULL,
  object BLOB,
  person BLOB NOT NULL CHECK (length(person) = 32),     -- salted SHA-256 of the row in audit_person
  hash BLOB NOT NULL CHECK (length(hash) = 32),         -- SHA-256 over the one before and all of this
  PRIMARY KEY (tenant, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_of_actor ON audit_entry (tenant, actor, sequence);

CREATE TABLE audit_person (
  tenant BLOB NOT NULL,
  sequence INTEGER NOT NULL,
  salt BLOB NOT NULL,
  actor_name TEXT NOT NULL,
  address TEXT NOT NULL,
  device TEXT NOT NULL,
  details TEXT NOT NULL,                                -- a JSON object
  PRIMARY KEY (tenant, sequence)
) STRICT, WITHOUT ROWID;

-- REPLACE deletes without asking the triggers below; so an entry may only come behind the last one.
CREATE TRIGGER audit_entry_follows BEFORE INSERT ON audit_entry
WHEN NEW.sequence <> 1 + coalesce((SELECT max(sequence) FROM audit_entry WHERE tenant = NEW.tenant), 0)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_person_follows BEFORE INSERT ON audit_person
WHEN EXISTS (SELECT 1 FROM audit_person WHERE tenant = NEW.tenant AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_person_stays BEFORE UPDATE ON audit_person
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- What is written where there is nobody to write about (nobody.h).
CREATE TABLE nobody (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  writes INTEGER NOT NULL
) STRICT;
INSERT INTO nobody (id, writes) VALUES (1, 0);
)sql";

}  // namespace ringup::store
