#include "server/store/schema.h"

namespace ringup::store {

const char* const schema_shifts = R"sql(
-- What was sold in a shift, for its report. Ids and shifts rise with time, so a booking touches the page that the one
-- before it touched.
CREATE INDEX sale_of_shift ON sale (tenant, shift, id) WHERE shift IS NOT NULL;
)sql";

}  // namespace ringup::store
