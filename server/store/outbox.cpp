#include "server/store/outbox.h"

namespace ringup::store {

Result<void> add_event(Database& db, const Id& tenant, std::string_view kind, std::string_view payload,
                       std::int64_t now_us) {
  TRY(db.run("INSERT INTO outbox (tenant, kind, payload, at) VALUES ($1, $2, $3, $4)", tenant, kind, payload,
             now_us));
  return {};
}

std::optional<Id> event_subject(std::string_view payload) {
  // Booking writes the id first: {"id":"…" or {"sale":"…". Read for every sale of a report's tail.
  constexpr std::size_t id_characters = 36;
  const std::size_t at = payload.find("\":\"");
  if (at == std::string_view::npos) return std::nullopt;
  const Result<Id> id = parse_id(payload.substr(at + 3, id_characters));
  return id.ok() ? std::optional(*id) : std::nullopt;
}

}  // namespace ringup::store
