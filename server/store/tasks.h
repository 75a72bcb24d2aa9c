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
  std::string kind;  // a flag of the journal, "quarantined", "conflict", "gap"
  Id subject;        // the record, the till, the product: what it is about; nil where it has no id
  std::string detail;
  std::int64_t created_at = 0;
};

/// Adds a task unless one of this kind about this subject is open.
Result<void> add_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::string_view detail, std::int64_t now_us);
/// Ends the open task of this kind about this subject, if there is one.
Result<void> end_task(Database& db, const Id& tenant, std::string_view kind, const Id& subject,
                      std::int64_t now_us);
/// Open tasks, the oldest first, behind (`created_at`, `id`) of `after`; at most `limit`.
Result<std::vector<Task>> open_tasks(Database& db, const Id& tenant,
                                     std::optional<std::pair<std::int64_t, Id>> after, std::int64_t limit);

}  // namespace ringup::store
