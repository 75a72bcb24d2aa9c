#include <charconv>

#include "core/base/time.h"
#include "server/gate/routes.h"
#include "server/http/page.h"
#include "server/store/audit.h"

namespace ringup::gate {
namespace {

constexpr std::size_t q_bytes_max = 200;

Result<std::optional<std::int64_t>> read_time(const http::Request& request, const char* name) {
  const auto given = request.query_value(name);
  if (!given.has_value()) return std::optional<std::int64_t>();
  auto time = parse_rfc3339(*given);
  if (!time.ok()) return fail(Error::invalid_value, name, "Write a time like 2026-03-01T09:30:00Z.");
  return std::optional(*time);
}

Result<store::AuditFilter> read_filter(const http::Request& request, const http::Page& page) {
  store::AuditFilter filter;
  filter.q = request.query_value("q").value_or("");
  if (filter.q.size() > q_bytes_max)
    return fail(Error::limit_exceeded, "q", "Search for at most 200 characters.");
  filter.action = request.query_value("action").value_or("");
  if (const auto actor = request.query_value("actor"); actor.has_value()) {
    const Result<Id> id = parse_id(*actor);
    if (!id.ok()) return fail(Error::invalid_value, "actor", "Give the id of a user.");
    filter.actor = *id;
  }
  filter.from_us = TRY(read_time(request, "from"));
  filter.to_us = TRY(read_time(request, "to"));
  if (!page.cursor.empty()) {
    std::int64_t before = 0;
    const char* const end = page.cursor.data() + page.cursor.size();
    const auto [stopped, code] = std::from_chars(page.cursor.data(), end, before);
    if (code != std::errc() || stopped != end)
      return fail(Error::invalid_value, "cursor", "This is no cursor of ours.");
    filter.before = before;
  }
  return filter;
}

json::Value entry_json(const store::AuditEntry& entry) {
  json::Value actor, object, details = json::Object{};
  if (entry.actor.has_value()) actor = json::Object{{"id", *entry.actor}, {"name", entry.actor_name}};
  if (entry.object.has_value()) object = json::Object{{"kind", entry.object_kind}, {"id", *entry.object}};
  const auto text = [&](const std::string& value) {
    return value.empty() ? json::Value() : json::Value(value);
  };
  if (auto read = json::parse(entry.details); read.ok()) details = std::move(read).value();
  return json::Object{
      {"sequence", entry.sequence},   {"at", to_rfc3339(entry.at)},    {"action", entry.action},
      {"actor", std::move(actor)},    {"object", std::move(object)},   {"address", text(entry.address)},
      {"device", text(entry.device)}, {"details", std::move(details)}, {"erased", entry.erased}};
}

}  // namespace

void add_audit_routes(http::Router& router, store::Store& store, const http::Access& access) {
  router.add("GET", "/api/admin/audit-log/",
             [&store, &access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::audit_read));
               const http::Page page = TRY(http::read_page(request, {"q", "action", "actor", "from", "to"}));
               const store::AuditFilter filter = TRY(read_filter(request, page));
               const auto found = TRY(store.read([&](store::Database& db) {
                 return store::list_audit(db, principal.tenant, filter, page.limit + 1);
               }));
               return http::list_response(found, page, entry_json, [](const store::AuditEntry& entry) {
                 return std::to_string(entry.sequence);
               });
             });
  router.add(
      "GET", "/api/admin/audit-log/verify/",
      [&store, &access](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::audit_read));
        TRY(request.allow_query({}));
        const store::AuditReport report =
            TRY(store.read([&](store::Database& db) { return store::verify_audit(db, principal.tenant); }));
        return http::json_response(
            json::Object{{"entries", report.entries},
                         {"erased", report.erased},
                         {"intact", !report.broken_at.has_value()},
                         {"broken_at", report.broken_at ? json::Value(*report.broken_at) : json::Value()}});
      });
}

}  // namespace ringup::gate
