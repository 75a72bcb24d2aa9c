#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_messages = R"sql(
-- Every message to a person is a row before it is handed to a provider.
CREATE TABLE message (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  recipient TEXT NOT NULL,                              -- an address or a number in E.164
  template TEXT NOT NULL,                               -- its name in assets/
  sealed BLOB,                                          -- its values, encrypted; NULL after the end
  dedupe_key TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'claimed', 'sent', 'failed', 'suppressed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER NOT NULL,
  claimed_until INTEGER,                                -- the lease of whoever sends it
  expires_at INTEGER,                                   -- of no use after that
  queued_at INTEGER NOT NULL,
  ended_at INTEGER,
  provider_id TEXT NOT NULL DEFAULT '',
  trouble TEXT NOT NULL DEFAULT '',                     -- why the last try failed
  UNIQUE (tenant, dedupe_key)
) STRICT, WITHOUT ROWID;
-- Of a claimed one next_try_at is where its lease ends. Codes have an index of their own, because they go first.
CREATE INDEX message_due ON message (channel, next_try_at) WHERE state IN ('queued', 'claimed');
CREATE INDEX message_code_due ON message (channel, next_try_at)
  WHERE state IN ('queued', 'claimed') AND expires_at IS NOT NULL;
)sql";

}  // namespace ringup::store
