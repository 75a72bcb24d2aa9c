#pragma once
/// The HTTP face of the audit log.
#include "server/http/access.h"
#include "server/store/store.h"

namespace ringup::gate {

/// /api/admin/audit-log/ with its search, and …/verify/: for whoever has audit_read.
void add_audit_routes(http::Router& router, store::Store& store, const http::Access& access);

}  // namespace ringup::gate
