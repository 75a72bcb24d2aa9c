#include "server/store/tasks.h"

#include <limits>

#include "server/store/outbox.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

#define TASK_COLUMNS \
  "SELECT id, kind, subject, detail, created_at, done_at, done_by, coalesce(note, '') FROM task"

Task task_of(const Row& row) {
  Task task{row.id(0), row.string(1), row.id(2), row.string(3), row.integer(4), {}, {}, row.string(7)};
  if (!row.is_null(5)) task.done_at = row.integer(5);
  if (!row.is_null(6)) task.done_by = row.id(6);
  return task;
}

}  // namespace

Result<void> add_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::string_view detail, std::int64_t now_us) {
  const std::int64_t added = TRY(db.run(
      "INSERT INTO task (id, tenant, kind, subject, detail, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
      " ON CONFLICT (tenant, kind, subject) WHERE done_at IS NULL DO NOTHING",
      new_id(), tenant, kind, subject, detail, now_us));
  if (added == 0) return {};
  return add_event(db, tenant, "task", "{}", now_us);
}

Result<void> end_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::int64_t now_us) {
  const std::int64_t ended = TRY(db.run(
      "UPDATE task SET done_at = $4 WHERE tenant = $1 AND kind = $2 AND subject = $3 AND done_at IS NULL",
      tenant, kind, subject, now_us));
  if (ended == 0) return {};
  return add_event(db, tenant, "task", "{}", now_us);
}

std::int64_t task_key(const Task& task) {
  return task.done_at.value_or(task.created_at);
}

Result<std::vector<Task>> list_tasks(Database& db, const Id& tenant, const TaskFilter& filter) {
  constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();
  const auto [after_key, after_id] = filter.after.value_or(std::pair(filter.done ? ever : -ever, Id{}));
  std::vector<Task> tasks;
  const auto each = [&](const Row& row) { tasks.push_back(task_of(row)); };
  if (filter.done) {
    TRY(db.query(TASK_COLUMNS " WHERE tenant = $1 AND done_at IS NOT NULL AND ($2 IS NULL OR kind = $2)"
                              " AND (done_at, id) < ($3, $4) ORDER BY done_at DESC, id DESC LIMIT $5",
                 each, tenant, filter.kind, after_key, after_id, filter.limit));
  } else {
    TRY(db.query(TASK_COLUMNS " WHERE tenant = $1 AND done_at IS NULL AND ($2 IS NULL OR kind = $2)"
                              " AND (created_at, id) > ($3, $4) ORDER BY created_at, id LIMIT $5",
                 each, tenant, filter.kind, after_key, after_id, filter.limit));
  }
  return tasks;
}

Result<std::optional<Task>> find_task(Database& db, const Id& tenant, const Id& id) {
  return db.first(TASK_COLUMNS " WHERE tenant = $1 AND id = $2", task_of, tenant, id);
}

Result<std::vector<Task>> tasks_about(Database& db, const Id& tenant, const Id& subject) {
  std::vector<Task> tasks;
  TRY(db.query(
      TASK_COLUMNS " WHERE tenant = $1 AND subject = $2 ORDER BY created_at, id",
      [&](const Row& row) { tasks.push_back(task_of(row)); }, tenant, subject));
  return tasks;
}

Result<std::vector<TaskCount>> count_tasks(Database& db, const Id& tenant) {
  std::vector<TaskCount> counts;
  TRY(db.query(
      "SELECT kind, count(*), min(created_at) FROM task WHERE tenant = $1 AND done_at IS NULL GROUP BY kind"
      " ORDER BY kind",
      [&](const Row& row) {
        counts.push_back({row.string(0), row.integer(1), row.integer(2)});
      },
      tenant));
  return counts;
}

Result<Task> finish_task(Database& db, const Id& tenant, const Id& id, const Id& user, std::string_view note,
                         std::int64_t now_us) {
  const std::int64_t ended =
      TRY(db.run("UPDATE task SET done_at = $3, done_by = $4, note = $5 WHERE tenant = $1 AND id = $2 AND "
                 "done_at IS NULL",
                 tenant, id, now_us, user, note));
  if (ended > 0) TRY(add_event(db, tenant, "task", "{}", now_us));
  auto task = TRY(find_task(db, tenant, id));
  if (!task) return Error::not_found;
  return std::move(*task);
}

Result<Task> reopen_task(Database& db, const Id& tenant, const Id& id) {
  auto task = TRY(find_task(db, tenant, id));
  if (!task) return Error::not_found;
  if (!task->done_at) return std::move(*task);
  const std::int64_t open = TRY(db.integer(
      "SELECT count(*) FROM task WHERE tenant = $1 AND kind = $2 AND subject = $3 AND done_at IS NULL", 0,
      tenant, task->kind, task->subject));
  if (open > 0) return fail(Error::conflict, {}, "The same came up again since; that task is open.");
  TRY(db.run("UPDATE task SET done_at = NULL, done_by = NULL, note = NULL WHERE tenant = $1 AND id = $2",
             tenant, id));
  TRY(add_event(db, tenant, "task"));
  task->done_at.reset(), task->done_by.reset(), task->note.clear();
  return std::move(*task);
}

}  // namespace ringup::store
