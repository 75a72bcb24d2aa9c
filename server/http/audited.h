#pragma once
/// What a signed-in user changed through a route, for the audit log.
#include "core/identity/role.h"
#include "server/http/http.h"
#include "server/store/audit.h"

namespace ringup::http {

/// What was done, to what; `details` has no secrets.
struct Deed {
  std::string action;  // "branch_changed"
  std::string kind;    // "branch"; "" where it is about nothing single
  std::optional<Id> object = {};
  json::Object details = {};
};
/// Inside the writer's job of the change, so that neither is there without the other.
Result<void> tell_deed(store::Database&, const Request&, const Principal&, Deed, std::int64_t now_us);

/// Names of the members of a body: what somebody wanted to change, without saying to what.
json::Array members_of(const json::Value& body);

}  // namespace ringup::http
