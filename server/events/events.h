#pragma once
/// Live events over HTTP: GET /api/events, a stream of what happens in a business, for consoles and tills.
#include "server/events/streams.h"
#include "server/http/access.h"

namespace ringup::events {

/// Adds the route; all of it must outlive the router.
///
/// Users listen with `Authorization: Bearer`, to what their role may read; tills with `Authorization: Till`,
/// to what concerns tills; a revoked till is forbidden. `Last-Event-ID`, or where a client cannot set it
/// `?last_event_id=`, resumes.
void add_routes(http::Router& router, store::Store& store, const http::Access& access, Streams& streams);

}  // namespace ringup::events
