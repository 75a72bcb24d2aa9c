#pragma once
/// A task as the REST API shows it, with enough context to decide.
#include "core/base/json.h"
#include "server/store/names.h"
#include "server/store/tasks.h"

namespace ringup::sales {

Result<json::Value> task_json(store::Database& db, store::Names& names, const Id& tenant,
                              const store::Task& task);

}  // namespace ringup::sales
