#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_counter = R"sql(
-- Who ended a task and what they noted.
ALTER TABLE task ADD COLUMN done_by BLOB;
ALTER TABLE task ADD COLUMN note TEXT;
CREATE INDEX task_done ON task (tenant, done_at, id) WHERE done_at IS NOT NULL;
CREATE INDEX task_of_subject ON task (tenant, subject);

-- Voids that came before the sale they name; each is applied when the sale comes.
CREATE TABLE early_void (
  tenant BLOB NOT NULL REFERENCES tenant (id),
  sale BLOB NOT NULL,
  record BLOB NOT NULL,                                 -- the void's
  at INTEGER NOT NULL,                                  -- by its till's clock
  PRIMARY KEY (tenant, sale)
) STRICT, WITHOUT ROWID;

-- Few sales are in each of these, so that they cost booking next to nothing; looking for one of the few among a
-- million would be slow without.
CREATE INDEX sale_of_customer ON sale (tenant, customer, sold_at, id) WHERE customer IS NOT NULL;
CREATE INDEX sale_flagged ON sale (tenant, sold_at, id) WHERE flags <> 0;
CREATE INDEX sale_voided ON sale (tenant, sold_at, id) WHERE voided_by IS NOT NULL;
CREATE INDEX sale_given_back ON sale (tenant, sold_at, id) WHERE kind = 'refund';
)sql";

}  // namespace ringup::store
