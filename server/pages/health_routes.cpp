#include <algorithm>
#include <cstdio>

#include "server/log/log.h"
#include "server/pages/pages.h"
#include "server/store/keys.h"

namespace ringup::pages {
namespace {

/// From this machine itself, and not handed on by a proxy in front of us.
bool is_local(const http::Request& request) {
  for (const std::string_view name :
       {"x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"}) {
    if (!request.header(name).empty()) return false;
  }
  return request.remote_address == "127.0.0.1" || request.remote_address == "::1" ||
         request.remote_address == "::ffff:127.0.0.1";
}

http::Response status(const char* word) {
  http::Response response = http::json_response(json::Object{{"status", word}});
  return std::move(response.with("Cache-Control", "no-store"));
}

}  // namespace

void add_health_routes(http::Router& router, store::Store& store, const Metrics& metrics,
                       std::string metrics_token) {
  const auto alive = [](const http::Request&) -> Result<http::Response> { return status("ok"); };
  router.add("GET", "/healthz", alive, {.quick = true});
  router.add("GET", "/readyz", [&store](const http::Request&) -> Result<http::Response> {
    if (const auto stopped = store.writer().read_only(); stopped.has_value())
      return fail(Error::storage, {}, stopped->words);
    if (store.writer().numbers().queued >= store::queue_jobs_max) return Error::busy;
    TRY(store.read([](store::Database& db) { return db.integer("SELECT count(*) FROM tenant", 0); }));
    return status("ready");
  });
  router.add(
      "GET", "/metrics",
      [&metrics, wanted = "Bearer " + metrics_token](const http::Request& request) -> Result<http::Response> {
        if (!is_local(request) && !store::equal_in_constant_time(request.header("authorization"), wanted)) {
          return Error::forbidden;
        }
        http::Response response =
            http::text_response(metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
        return std::move(response.with("Cache-Control", "no-store"));
      });
}

void add_security_headers(http::Response& response, std::string_view path, int strict_seconds) {
  const bool till = path == "/till" || path == "/till/";
  const auto has = [&](std::string_view name) {
    return std::any_of(response.headers.begin(), response.headers.end(),
                       [&](const auto& header) { return header.first == name; });
  };
  if (!has("Content-Security-Policy")) {
    response.with("Content-Security-Policy",
                  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
                  "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
                  "frame-ancestors 'none'; form-action 'self'");
  }
  if (!has("Referrer-Policy")) response.with("Referrer-Policy", "no-referrer");
  response.with("X-Content-Type-Options", "nosniff")
      .with("X-Frame-Options", "DENY")
      .with("Cross-Origin-Opener-Policy", "same-origin")
      .with("Cross-Origin-Resource-Policy", "same-origin")
      .with("Permissions-Policy", std::string(till ? "camera=(self), usb=(self), serial=(self)"
                                                   : "camera=(self), usb=(), serial=()") +
                                      ", microphone=(), geolocation=(), payment=()");
  const bool api = path.starts_with("/api/") || path.starts_with("/auth/");
  const bool said = std::any_of(response.headers.begin(), response.headers.end(),
                                [](const auto& header) { return header.first == "Cache-Control"; });
  if (api && !said) response.with("Cache-Control", "no-store");  // what a business has is in no cache
  if (strict_seconds > 0)
    response.with("Strict-Transport-Security", "max-age=" + std::to_string(strict_seconds));
}

std::string log_line(const http::Exchange& exchange, std::int64_t now_us) {
  const log::Level level = exchange.status >= 500 ? log::Level::warning : log::Level::info;
  std::string line = log::begin(level, "request", now_us);
  const std::string members = json::dump(json::Object{{"request_id", exchange.request_id},
                                                      {"method", exchange.method.substr(0, 16)},
                                                      {"route", exchange.route},
                                                      {"status", exchange.status}});
  char spent[48];
  std::snprintf(spent, sizeof spent, ",\"ms\":%lld.%03d}\n",
                static_cast<long long>(exchange.microseconds / 1000),
                static_cast<int>(exchange.microseconds % 1000));
  line.append(",").append(members, 1, members.size() - 2).append(spent);
  return line;
}

}  // namespace ringup::pages
