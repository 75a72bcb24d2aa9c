#pragma once
/// Tasks: what the business must look at. At most one open task per kind and subject.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/database.h"

namespace ringup::store {

struct Task {
  Id id;
  std::string kind;  // a name of core/till/task_kinds.h
  Id subject;        // the record, the till, the product: what it is about; nil where it has no id
  std::string detail;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> done_at;
  std::optional<Id> done_by;  // none: the server itself saw that it was settled
  std::string note;           // of whoever ended it
};

/// Adds a task unless one of this kind about this subject is open.
Result<void> add_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::string_view detail, std::int64_t now_us);
/// Ends the open task of this kind about this subject, if there is one.
Result<void> end_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::int64_t now_us);

struct TaskFilter {
  bool done = false;                // open ones, the oldest first; or done ones, the last done first
  std::optional<std::string> kind;  // all for none
  /// Only what stands behind this in the list: task_key() and id of the last one seen.
  std::optional<std::pair<std::int64_t, Id>> after;
  std::int64_t limit = 50;
};
Result<std::vector<Task>> list_tasks(Database& db, const Id& tenant, const TaskFilter& filter);
/// What the list is ordered by.
std::int64_t task_key(const Task& task);

Result<std::optional<Task>> find_task(Database& db, const Id& tenant, const Id& id);
/// All tasks about a subject, open or done, the oldest first.
Result<std::vector<Task>> tasks_about(Database& db, const Id& tenant, const Id& subject);

struct TaskCount {
  std::string kind;
  std::int64_t open = 0;
  std::int64_t oldest_at = 0;
};
/// Kinds with open tasks, by name.
Result<std::vector<TaskCount>> count_tasks(Database& db, const Id& tenant);

/// Ends a task; one that is done already stays as it was ended. not_found.
Result<Task> finish_task(Database& db, const Id& tenant, const Id& id, const Id& user, std::string_view note,
                         std::int64_t now_us);
/// Opens a task again and forgets who ended it; an open one stays as it is. not_found; conflict where the
/// same is open in another task by now.
Result<Task> reopen_task(Database& db, const Id& tenant, const Id& id);

}  // namespace ringup::store
