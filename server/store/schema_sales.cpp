#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_sales = R"sql(
-- What tills sent, as it came. Appended, never changed but for the seat that an unreadable record gives up and for
-- `booked`, when a quarantined record is understood after all. `epoch` is that of the request.
CREATE TABLE journal_record (
  number INTEGER PRIMARY KEY,
  tenant BLOB NOT NULL,
  till BLOB NOT NULL REFERENCES till (id),              -- who sent it
  epoch INTEGER NOT NULL,
  seq INTEGER,                                          -- as far as it can be read
  branch INTEGER,                                       -- NULL: it has no seat
  id BLOB,                                              -- as far as it can be read
  kind TEXT,                                            -- where all of it can be read
  hash BLOB,                                            -- as stated
  digest BLOB,                                          -- only where the id and the hash do not name the bytes
  right_hash INTEGER NOT NULL,
  apart INTEGER NOT NULL,                               -- of another till or epoch than the one that spoke
  result TEXT NOT NULL,                                 -- what the till was told the first time
  booked INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  raw BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX journal_seat ON journal_record (till, epoch, seq, branch) WHERE branch IS NOT NULL;
CREATE INDEX journal_id ON journal_record (tenant, id) WHERE id IS NOT NULL;
CREATE INDEX journal_digest ON journal_record (tenant, digest) WHERE digest IS NOT NULL;
CREATE INDEX journal_unbooked ON journal_record (number) WHERE booked = 0;

-- Each line through a till's seats: branch 0 is the main one, others began with a fork.
CREATE TABLE journal_branch (
  till BLOB NOT NULL REFERENCES till (id),
  epoch INTEGER NOT NULL,
  branch INTEGER NOT NULL,
  last INTEGER NOT NULL,
  last_hash BLOB,                                       -- stated by the record on the last seat; NULL: any prev fits
  last_day INTEGER NOT NULL,                            -- the server's day (UTC) when it last grew
  PRIMARY KEY (till, epoch, branch)
) STRICT, WITHOUT ROWID;

-- How far the main branch had come at the end of each day on which it grew.
CREATE TABLE journal_day (
  till BLOB NOT NULL REFERENCES till (id),
  epoch INTEGER NOT NULL,
  day INTEGER NOT NULL,
  through INTEGER NOT NULL,
  PRIMARY KEY (till, epoch, day)
) STRICT, WITHOUT ROWID;

-- Seats of the main branch whose records are gone at the till.
CREATE TABLE journal_gap (
  till BLOB NOT NULL REFERENCES till (id),
  epoch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (till, epoch, first)
) STRICT, WITHOUT ROWID;

-- Sales and refunds as printed; amounts in minor units, of a refund negative.
CREATE TABLE sale (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  id BLOB NOT NULL CHECK (length(id) = 16),             -- the record's
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
  refund_of BLOB,
  till BLOB NOT NULL,
  branch BLOB NOT NULL,
  user BLOB NOT NULL,
  shift BLOB,
  customer BLOB,
  receipt TEXT NOT NULL,
  currency TEXT NOT NULL,
  net INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  total INTEGER NOT NULL,                               -- as printed, before cash rounding
  discount INTEGER NOT NULL,                            -- off the whole
  rounding INTEGER NOT NULL,
  change INTEGER NOT NULL,
  sold_at INTEGER NOT NULL,                             -- by the till's clock
  flags INTEGER NOT NULL,
  voided_by BLOB,                                       -- the void's record
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_time ON sale (tenant, sold_at, id);
CREATE INDEX sale_receipt ON sale (tenant, receipt);
CREATE INDEX sale_refunds ON sale (tenant, refund_of) WHERE refund_of IS NOT NULL;

CREATE TABLE sale_line (
  tenant BLOB NOT NULL,
  sale BLOB NOT NULL,
  line INTEGER NOT NULL,
  product BLOB NOT NULL,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  tax_class TEXT NOT NULL,
  rate INTEGER NOT NULL,
  discount INTEGER NOT NULL,
  net INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  gross INTEGER NOT NULL,
  PRIMARY KEY (tenant, sale, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale_tender (
  tenant BLOB NOT NULL,
  sale BLOB NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  amount INTEGER NOT NULL,
  reference TEXT NOT NULL,
  PRIMARY KEY (tenant, sale, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE shift (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  id BLOB NOT NULL CHECK (length(id) = 16),             -- of its shift_open's record
  till BLOB NOT NULL,
  branch BLOB NOT NULL,
  opened_by BLOB,
  opened_at INTEGER,                                    -- NULL: only its close was seen so far
  float_amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  closed_by BLOB,
  closed_at INTEGER,
  counted INTEGER,
  expected INTEGER,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cash_movement (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  id BLOB NOT NULL CHECK (length(id) = 16),             -- the record's
  kind TEXT NOT NULL CHECK (kind IN ('cash_in', 'cash_out')),
  till BLOB NOT NULL,
  shift BLOB,
  user BLOB NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX cash_movement_of_shift ON cash_movement (tenant, shift);

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
CREATE INDEX customer_name ON customer (tenant, last_name, first_name);

-- What the business must look at: flags of the journal, quarantined records, gaps. One open task per kind and subject.
CREATE TABLE task (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  kind TEXT NOT NULL,
  subject BLOB NOT NULL,
  detail TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX task_open_subject ON task (tenant, kind, subject) WHERE done_at IS NULL;
CREATE INDEX task_open ON task (tenant, created_at, id) WHERE done_at IS NULL;

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
