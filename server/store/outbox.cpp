#include "server/store/outbox.h"

namespace ringup::store {

Result<void> add_event(Database& db, const Id& tenant, std::string_view kind, std::string_view payload,
                       std::int64_t now_us) {
  TRY(db.run("INSERT INTO outbox (tenant, kind, payload, at) VALUES ($1, $2, $3, $4)", tenant, kind, payload,
             now_us));
  return {};
}

}  // namespace ringup::store
