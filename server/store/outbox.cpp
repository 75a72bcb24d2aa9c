#include "server/store/outbox.h"

#include <algorithm>

namespace ringup::store {
namespace {

constexpr std::int64_t leap_min = 1'000'000'000;
constexpr std::string_view restored_fact = "events_restored_through";

}  // namespace

Result<void> add_event(Database& db, const Id& tenant, std::string_view kind, std::string_view payload,
                       std::int64_t now_us) {
  TRY(db.run("INSERT INTO outbox (tenant, kind, payload, at) VALUES ($1, $2, $3, $4)", tenant, kind, payload,
             now_us));
  return {};
}

Result<void> add_event(Database& db, const Id& tenant, std::string_view kind) {
  return add_event(db, tenant, kind, "{}", unix_us_now());
}

std::optional<Id> event_subject(std::string_view payload) {
  // Booking writes the id first: {"id":"…" or {"sale":"…". Read for every sale of a report's tail.
  constexpr std::size_t id_characters = 36;
  const std::size_t at = payload.find("\":\"");
  if (at == std::string_view::npos) return std::nullopt;
  const Result<Id> id = parse_id(payload.substr(at + 3, id_characters));
  return id.ok() ? std::optional(*id) : std::nullopt;
}

Result<std::vector<Event>> events_after(Database& db, std::int64_t after, std::int64_t limit) {
  std::vector<Event> events;
  TRY(db.query(
      "SELECT sequence, tenant, kind, payload FROM outbox WHERE sequence > $1 ORDER BY sequence LIMIT $2",
      [&](const Row& row) {
        events.push_back({row.integer(0), row.id(1), row.string(2), row.string(3)});
      },
      after, limit));
  return events;
}

Result<std::int64_t> commits_seen(Database& db) {
  return db.integer("PRAGMA data_version", 0);
}

Result<std::int64_t> newest_sequence(Database& db) {
  return db.integer("SELECT coalesce(max(sequence), 0) FROM outbox", 0);
}

Result<void> note_restored(Database& db, std::int64_t now_us) {
  std::vector<Id> tenants;
  TRY(db.query("SELECT id FROM tenant ORDER BY id", [&](const Row& row) { tenants.push_back(row.id(0)); }));
  if (tenants.empty()) return {};  // nobody who could have followed
  const std::int64_t floor = std::max(TRY(newest_sequence(db)) + leap_min, now_us);
  TRY(
      db.run("INSERT INTO fact (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value ="
             " excluded.value",
             restored_fact, std::to_string(floor)));
  std::int64_t sequence = floor;
  for (const Id& tenant : tenants) {
    TRY(db.run("INSERT INTO outbox (sequence, tenant, kind, payload, at) VALUES ($1, $2, 'sync', '{}', $3)",
               ++sequence, tenant, now_us));
  }
  return {};
}

Result<std::int64_t> restored_through(Database& db) {
  return db.integer("SELECT CAST(value AS INTEGER) FROM fact WHERE name = $1", 0, restored_fact);
}

Result<std::optional<std::int64_t>> forget_events(Store& store, std::int64_t after, std::int64_t now_us,
                                                  std::int64_t limit) {
  struct Old {
    std::vector<std::int64_t> sequences;
    bool more = false;
  };
  const auto look = [&](Database& db) -> Result<Old> {
    const std::int64_t through = TRY(db.integer("SELECT through FROM report_mark", 0));
    const std::int64_t behind = std::min(through, TRY(newest_sequence(db)) - events_kept_min);
    Old old;
    TRY(db.query(
        "SELECT sequence, at FROM outbox WHERE sequence > $1 AND sequence <= $2"
        " AND kind NOT IN ('sale', 'refund', 'void') ORDER BY sequence LIMIT $3",
        [&](const Row& row) {
          old.more = row.integer(1) < now_us - events_kept_us;
          if (old.more) old.sequences.push_back(row.integer(0));
          return old.more;
        },
        after, behind, limit));
    return old;
  };
  const Old old = TRY(store.read(look));
  if (old.sequences.empty()) return std::optional<std::int64_t>();
  TRY(store.writer().write([&](Database& db) -> Result<void> {
    for (const std::int64_t sequence : old.sequences)
      TRY(db.run("DELETE FROM outbox WHERE sequence = $1", sequence));
    return {};
  }));
  if (!old.more || static_cast<std::int64_t>(old.sequences.size()) < limit)
    return std::optional<std::int64_t>();
  return std::optional(old.sequences.back());
}

}  // namespace ringup::store
