#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_catalogue = R"sql(
-- Counts up with every change of a tenant's catalogue: the place of the till's delta, and the `price_list` that a
-- till writes into its records. Sales move stock, not the catalogue.
CREATE TABLE catalogue_version (
  tenant BLOB PRIMARY KEY REFERENCES tenant (id),
  version INTEGER NOT NULL,
  lists_version INTEGER NOT NULL DEFAULT 0              -- at the last change of categories, tax classes or rules
) STRICT, WITHOUT ROWID;

CREATE TABLE category (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  name TEXT NOT NULL,
  UNIQUE (tenant, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  category BLOB REFERENCES category (id),               -- none: NULL
  unit_price INTEGER NOT NULL CHECK (unit_price >= 0),  -- two decimals more than the currency
  tax_class TEXT NOT NULL,
  version INTEGER NOT NULL,                             -- of the catalogue, at its last change
  created_at INTEGER NOT NULL,
  deleted_at INTEGER                                    -- a tombstone: tills hear of it by its version
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX product_sku ON product (tenant, sku) WHERE deleted_at IS NULL;
CREATE INDEX product_version ON product (tenant, version, id);
CREATE INDEX product_category ON product (tenant, category, sku) WHERE deleted_at IS NULL;

CREATE TABLE barcode (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  code INTEGER NOT NULL,                                -- the GTIN's number: equal for every way to print it
  product BLOB NOT NULL REFERENCES product (id),
  PRIMARY KEY (tenant, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX barcode_of_product ON barcode (product);

-- Stock is a ledger: levels are the sum of movements, kept beside them in the same transaction.
CREATE TABLE stock_movement (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  branch BLOB NOT NULL REFERENCES branch (id),
  product BLOB NOT NULL REFERENCES product (id),
  quantity INTEGER NOT NULL,                            -- thousandths, signed
  kind TEXT NOT NULL CHECK (kind IN ('import', 'sale', 'refund', 'void', 'correction')),
  reference BLOB,                                       -- the sale, refund or void
  note TEXT,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_movement_of_product ON stock_movement (product, at);

CREATE TABLE stock_level (
  product BLOB NOT NULL REFERENCES product (id),
  branch BLOB NOT NULL REFERENCES branch (id),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  quantity INTEGER NOT NULL,
  PRIMARY KEY (product, branch)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
