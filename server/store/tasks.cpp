#include "server/store/tasks.h"

#include "server/store/store.h"

namespace ringup::store {

Result<void> add_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::string_view detail, std::int64_t now_us) {
  TRY(db.run(
      "INSERT INTO task (id, tenant, kind, subject, detail, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
      " ON CONFLICT (tenant, kind, subject) WHERE done_at IS NULL DO NOTHING",
      new_id(), tenant, kind, subject, detail, now_us));
  return {};
}

Result<void> end_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::int64_t now_us) {
  TRY(db.run(
      "UPDATE task SET done_at = $4 WHERE tenant = $1 AND kind = $2 AND subject = $3 AND done_at IS NULL",
      tenant, kind, subject, now_us));
  return {};
}

Result<std::vector<Task>> open_tasks(Database& db, const Id& tenant,
                                     std::optional<std::pair<std::int64_t, Id>> after, std::int64_t limit) {
  const auto [after_at, after_id] = after.value_or(std::pair(std::int64_t{0}, Id{}));
  std::vector<Task> tasks;
  TRY(db.query(
      "SELECT id, kind, subject, detail, created_at FROM task WHERE tenant = $1 AND done_at IS NULL"
      " AND (created_at, id) > ($2, $3) ORDER BY created_at, id LIMIT $4",
      [&](const Row& row) {
        tasks.push_back({row.id(0), row.string(1), row.id(2), row.string(3), row.integer(4)});
      },
      tenant, after_at, after_id, limit));
  return tasks;
}

}  // namespace ringup::store
