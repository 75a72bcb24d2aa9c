#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_prices = R"sql(
-- A row per change of a price, not per price: a product that never changed has none, and an import of new
-- products writes nothing here.
CREATE TABLE product_price (
  product BLOB NOT NULL REFERENCES product (id),
  at INTEGER NOT NULL,                                  -- from then on `unit_price` is the price
  tenant BLOB NOT NULL REFERENCES tenant (id),
  unit_price INTEGER NOT NULL,
  price_before INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('person', 'import')),
  changed_by BLOB,                                      -- the user, where one did it
  PRIMARY KEY (product, at)
) STRICT, WITHOUT ROWID;

-- The barcodes that a deleted product gave back, so that it can be restored with them.
CREATE TABLE deleted_barcode (
  product BLOB NOT NULL REFERENCES product (id),
  code INTEGER NOT NULL,
  tenant BLOB NOT NULL REFERENCES tenant (id),
  PRIMARY KEY (product, code)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace ringup::store
