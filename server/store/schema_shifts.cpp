#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_shifts = R"sql(
-- What was sold in a shift, for its report. Ids and shifts rise with time, so a booking touches the page that the one
-- before it touched.
CREATE INDEX sale_of_shift ON sale (tenant, shift, id) WHERE shift IS NOT NULL;

-- Where a customer was made: by whom at which till. NULL: at the desk, or before this was noted.
ALTER TABLE customer ADD COLUMN till BLOB;
ALTER TABLE customer ADD COLUMN made_by BLOB;
)sql";

}  // namespace ringup::store
