#pragma once
/// What is not a capability: embedded files, health, metrics, the API's description, security headers, logs.
#include <functional>
#include <memory>
#include <string>

#include "server/http/http.h"
#include "server/http/server.h"
#include "server/pages/metrics.h"
#include "server/store/store.h"

namespace ringup::pages {

/// `/`, `/till`, `/mobile-pos` (leads to /till), and every embedded file that has an address. Compressed as
/// the client allows, with ETag; hashed names may be kept for ever.
void add_asset_routes(http::Router& router);

/// /healthz (answers while the process lives), /readyz (the database answers), /metrics (Prometheus text, for
/// loopback without proxy headers or whoever has the token).
void add_health_routes(http::Router& router, store::Store& store, const Metrics& metrics,
                       std::string metrics_token);

/// /api/openapi.json and /api/docs, a page made from it.
void add_reference_routes(http::Router& router);

/// On every answer, also on errors; answers of the API that say nothing else are in no cache.
/// Strict-Transport-Security for so many seconds, where they are not 0. Only the page of the till may ask for
/// a printer.
void add_security_headers(http::Response& response, std::string_view path, int strict_seconds);

/// One line of JSON about an exchange: no query, no body, no address, no name.
std::string log_line(const http::Exchange& exchange, std::int64_t now_us);

}  // namespace ringup::pages
