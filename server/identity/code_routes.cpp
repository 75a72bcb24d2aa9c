#include <algorithm>

#include "core/base/time.h"
#include "server/http/page.h"
#include "server/identity/factor_routes.h"
#include "server/store/security.h"

namespace ringup::identity {
namespace {

constexpr std::string_view states[] = {"pending", "used", "expired", "exhausted", "replaced"};

json::Value time_or_null(const std::optional<std::int64_t>& time) {
  return time.has_value() ? json::Value(to_rfc3339(*time)) : json::Value();
}

json::Value code_json(const store::ListedCode& listed, std::int64_t now_us) {
  const store::OneTimeCode& code = listed.code;
  return json::Object{{"id", code.id},
                      {"user", code.owner.user.has_value() ? json::Value(*code.owner.user) : json::Value()},
                      {"email", listed.email},
                      {"channel", store::channel_name(code.channel)},
                      {"purpose", code.purpose},
                      {"state", store::code_state(code, now_us)},
                      {"wrong_tries", code.wrong_tries},
                      {"created_at", to_rfc3339(code.created_at)},
                      {"expires_at", to_rfc3339(code.expires_at)},
                      {"used_at", time_or_null(code.used_at)},
                      {"address", code.address}};
}

Result<store::CodeFilter> read_filter(const http::Request& request) {
  store::CodeFilter filter;
  if (const auto state = request.query_value("state")) {
    if (std::find(std::begin(states), std::end(states), *state) == std::end(states))
      return fail(Error::invalid_value, "state",
                  "States are pending, used, expired, exhausted and replaced.");
    filter.state = std::string(*state);
  }
  if (const auto user = request.query_value("user")) {
    Result<Id> id = parse_id(*user);
    if (!id.ok()) return fail(Error::invalid_value, "user", "This is not the id of a user.");
    filter.user = *id;
  }
  return filter;
}

}  // namespace

Result<void> read_nothing(const http::Request& request) {
  if (request.body.empty()) return {};
  const json::Value body = TRY(request.json_body());
  return TRY(json::Reader::object(body)).done();
}

void add_code_routes(http::Router& router, store::Store& store, Codes& codes, const World& world,
                     const http::Access& access) {
  const auto now = world.now_us;
  router.add("GET", "/api/admin/otps/",
             [&store, &access, now](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::people_manage));
               const http::Page page = TRY(http::read_page(request, {"state", "user"}));
               const store::CodeFilter filter = TRY(read_filter(request));
               const Id before = TRY(page.cursor_id());
               const std::int64_t now_us = now();
               const auto found = TRY(store.read([&](store::Database& db) {
                 return store::list_codes(db, principal.tenant, filter, now_us, before, page.limit + 1);
               }));
               return http::list_response(
                   found, page, [&](const store::ListedCode& listed) { return code_json(listed, now_us); },
                   [](const store::ListedCode& listed) { return to_string(listed.code.id); });
             });
  router.add(
      "GET", "/api/admin/otps/usage/",
      [&store, &access, now](const http::Request& request) -> Result<http::Response> {
        const Principal principal = TRY(access.user_with(request, Right::people_manage));
        TRY(request.allow_query({}));
        store::CodeUsage usage;
        store::Security security;
        TRY(store.read([&](store::Database& db) -> Result<void> {
          usage = TRY(store::code_usage(db, principal.tenant, now()));
          security = TRY(store::read_security(db, principal.tenant));
          return {};
        }));
        return http::json_response(json::Object{
            {"today", json::Object{{"email", usage.email}, {"sms", usage.sms}, {"failed", usage.failed}}},
            {"sms_per_day", security.sms_per_day}});
      });
  router.add("POST", "/api/admin/otps/cleanup/",
             [&codes, &access](const http::Request& request) -> Result<http::Response> {
               const Principal principal = TRY(access.user_with(request, Right::people_manage));
               TRY(request.allow_query({}));
               TRY(read_nothing(request));
               const std::int64_t deleted = TRY(codes.clean_up(principal.tenant));
               return http::json_response(json::Object{{"deleted", deleted}});
             });
}

}  // namespace ringup::identity
