#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_reports = R"sql(
-- The zone whose days and hours reports count by: IANA's name.
ALTER TABLE tenant ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
UPDATE tenant SET time_zone = CASE country
  WHEN 'AT' THEN 'Europe/Vienna' WHEN 'AU' THEN 'Australia/Sydney' WHEN 'BE' THEN 'Europe/Brussels'
  WHEN 'BG' THEN 'Europe/Sofia' WHEN 'CH' THEN 'Europe/Zurich' WHEN 'CY' THEN 'Asia/Nicosia'
  WHEN 'CZ' THEN 'Europe/Prague' WHEN 'DE' THEN 'Europe/Berlin' WHEN 'DK' THEN 'Europe/Copenhagen'
  WHEN 'EE' THEN 'Europe/Tallinn' WHEN 'ES' THEN 'Europe/Madrid' WHEN 'FI' THEN 'Europe/Helsinki'
  WHEN 'FR' THEN 'Europe/Paris' WHEN 'GB' THEN 'Europe/London' WHEN 'GR' THEN 'Europe/Athens'
  WHEN 'HR' THEN 'Europe/Zagreb' WHEN 'HU' THEN 'Europe/Budapest' WHEN 'IE' THEN 'Europe/Dublin'
  WHEN 'IS' THEN 'Atlantic/Reykjavik' WHEN 'IT' THEN 'Europe/Rome' WHEN 'JP' THEN 'Asia/Tokyo'
  WHEN 'KE' THEN 'Africa/Nairobi' WHEN 'LI' THEN 'Europe/Vaduz' WHEN 'LT' THEN 'Europe/Vilnius'
  WHEN 'LU' THEN 'Europe/Luxembourg' WHEN 'LV' THEN 'Europe/Riga' WHEN 'MT' THEN 'Europe/Malta'
  WHEN 'NL' THEN 'Europe/Amsterdam' WHEN 'NO' THEN 'Europe/Oslo' WHEN 'NZ' THEN 'Pacific/Auckland'
  WHEN 'PL' THEN 'Europe/Warsaw' WHEN 'PT' THEN 'Europe/Lisbon' WHEN 'RO' THEN 'Europe/Bucharest'
  WHEN 'SE' THEN 'Europe/Stockholm' WHEN 'SG' THEN 'Asia/Singapore' WHEN 'SI' THEN 'Europe/Ljubljana'
  WHEN 'SK' THEN 'Europe/Bratislava' WHEN 'ZA' THEN 'Africa/Johannesburg' ELSE 'UTC' END;

-- Sums for reports, made from the outbox's events of sales, refunds and voids up to a mark; whatever came after the
-- mark is added when a report is asked. See server/store/rollup.h.
CREATE TABLE report_mark (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  through INTEGER NOT NULL                              -- of the outbox's sequence
) STRICT, WITHOUT ROWID;
INSERT INTO report_mark (one, through) VALUES (1, 0);

-- One set of sums of a tenant. Its days are counted by the rules that stand in it; where they are no longer those of
-- the tenant, another book is begun.
CREATE TABLE report_book (
  id INTEGER PRIMARY KEY,
  tenant BLOB NOT NULL REFERENCES tenant (id),
  rules TEXT NOT NULL,                                  -- currency, zone, digest of the zone's offsets
  through INTEGER,                                      -- NULL: as far as report_mark
  retired INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX report_book_of_tenant ON report_book (tenant) WHERE retired = 0;

-- Amounts in minor units. `day` is a local day since 1970-01-01, `hour` the local one.
CREATE TABLE report_hour (
  book INTEGER NOT NULL,
  day INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  branch BLOB NOT NULL,
  till BLOB NOT NULL,
  user BLOB NOT NULL,
  sales INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  gross INTEGER NOT NULL,
  net INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  discount INTEGER NOT NULL,
  rounding INTEGER NOT NULL,
  refunded INTEGER NOT NULL,
  PRIMARY KEY (book, day, hour, branch, till, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_product (
  book INTEGER NOT NULL,
  span INTEGER NOT NULL CHECK (span IN (0, 1, 2)),      -- a day, a month, a year
  period INTEGER NOT NULL,                              -- the day; year * 12 + month - 1; the year
  branch BLOB NOT NULL,
  product BLOB NOT NULL,
  lines INTEGER NOT NULL,
  quantity INTEGER NOT NULL,                            -- thousandths
  gross INTEGER NOT NULL,
  net INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  discount INTEGER NOT NULL,
  PRIMARY KEY (book, span, period, branch, product)
) STRICT, WITHOUT ROWID;

-- What a product was called that the catalogue does not know.
CREATE TABLE report_name (
  book INTEGER NOT NULL,
  product BLOB NOT NULL,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (book, product)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_tax (
  book INTEGER NOT NULL,
  day INTEGER NOT NULL,
  branch BLOB NOT NULL,
  till BLOB NOT NULL,
  user BLOB NOT NULL,
  tax_class TEXT NOT NULL,
  rate INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  gross INTEGER NOT NULL,
  net INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  discount INTEGER NOT NULL,
  PRIMARY KEY (book, day, branch, till, user, tax_class, rate)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_tender (
  book INTEGER NOT NULL,
  day INTEGER NOT NULL,
  branch BLOB NOT NULL,
  till BLOB NOT NULL,
  user BLOB NOT NULL,
  kind TEXT NOT NULL,
  tenders INTEGER NOT NULL,
  amount INTEGER NOT NULL,                              -- what stayed: less the change
  PRIMARY KEY (book, day, branch, till, user, kind)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
