#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_pictures = R"sql(
-- Pictures of products as WebP, named by what is served: the hash never stands for other bytes. A picture that no
-- product has any more stays for a day, so that taking it away can be undone.
CREATE TABLE picture (
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  tenant BLOB NOT NULL REFERENCES tenant (id),
  created_at INTEGER NOT NULL,
  unused_since INTEGER,                                 -- NULL: a product has it
  small BLOB NOT NULL,                                  -- longer side 96
  medium BLOB NOT NULL,                                 -- 320
  large BLOB NOT NULL,                                  -- 960
  PRIMARY KEY (hash, tenant)
) STRICT;
CREATE INDEX picture_unused ON picture (tenant, unused_since) WHERE unused_since IS NOT NULL;

ALTER TABLE product ADD COLUMN picture BLOB CHECK (picture IS NULL OR length(picture) = 32);
CREATE INDEX product_picture ON product (tenant, picture) WHERE picture IS NOT NULL AND deleted_at IS NULL;
)sql";

}  // namespace ringup::store
