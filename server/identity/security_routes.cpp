#include <algorithm>

#include "server/http/audited.h"
#include "server/http/networks.h"
#include "server/identity/security_routes.h"
#include "server/identity/sign_in_answers.h"
#include "server/store/security.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t password_days_max = 3650;
constexpr std::int64_t sms_per_day_max = 100'000;
constexpr std::size_t network_bytes_max = 60;

json::Value list_of(const std::string& text) {
  auto list = json::parse(text);
  return list.ok() ? std::move(list).value() : json::Value(json::Array());
}

json::Value security_json(const store::Security& security) {
  return json::Object{{"password_days", security.password_days},
                      {"second_factor_roles", list_of(security.second_factor_roles)},
                      {"ip_allow", list_of(security.ip_allow)},
                      {"ip_deny", list_of(security.ip_deny)},
                      {"sms_per_day", security.sms_per_day}};
}

struct Wish {
  std::optional<std::int64_t> password_days, sms_per_day;
  std::optional<std::string> roles, ip_allow, ip_deny;
  std::optional<Proof> proof;
};

/// As they are written from now on, each once.
Result<std::optional<std::string>> read_networks(json::Reader& in, const char* name) {
  if (!in.has(name)) return std::optional<std::string>();
  json::Array networks;
  const json::Array& given = *TRY(in.array(name, gate::networks_max));
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string where = std::string(name) + "[" + std::to_string(i) + "]";
    if (given[i].as_string() == nullptr || given[i].as_string()->size() > network_bytes_max)
      return fail(Error::wrong_type, where, "Give an address or a network as text.");
    auto network = http::read_network(*given[i].as_string());
    if (!network.ok()) {
      network.failure().where = where;
      return network.failure();
    }
    json::Value text(http::text_of(*network));
    if (std::find(networks.begin(), networks.end(), text) == networks.end())
      networks.push_back(std::move(text));
  }
  return std::optional(json::dump(std::move(networks)));
}

Result<std::optional<std::string>> read_roles(json::Reader& in) {
  if (!in.has("second_factor_roles")) return std::optional<std::string>();
  json::Array roles;
  for (const json::Value& one : *TRY(in.array("second_factor_roles", role_count))) {
    if (one.as_string() == nullptr || !parse_role(*one.as_string()).has_value())
      return fail(Error::invalid_value, "second_factor_roles",
                  "Roles are owner, manager, cashier, marketing, support, auditor and customer.");
    if (std::find(roles.begin(), roles.end(), one) == roles.end()) roles.push_back(one);
  }
  return std::optional(json::dump(std::move(roles)));
}

Result<Wish> read_wish(const http::Request& request) {
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  Wish wish;
  wish.password_days = TRY(in.optional_integer("password_days", 0, password_days_max));
  wish.roles = TRY(read_roles(in));
  wish.ip_allow = TRY(read_networks(in, "ip_allow"));
  wish.ip_deny = TRY(read_networks(in, "ip_deny"));
  wish.sms_per_day = TRY(in.optional_integer("sms_per_day", 0, sms_per_day_max));
  wish.proof = TRY(read_proof(in));
  TRY(in.done());
  return wish;
}

/// What was, and what is now.
json::Object differences(const json::Value& before, const json::Value& after) {
  json::Object details;
  for (const json::Member& member : *after.as_object()) {
    const json::Value& was = *before.find(member.name);
    if (was == member.value) continue;
    details.push_back({member.name, json::Object{{"from", was}, {"to", member.value}}});
  }
  return details;
}

Result<http::Response> change(Accounts& accounts, const Principal& who, const http::Request& request,
                              gate::AddressLists& lists) {
  const Wish wish = TRY(read_wish(request));
  TRY(accounts.require_proof(who, wish.proof));
  const auto write = [&](store::Database& db) -> Result<json::Value> {
    store::Security security = TRY(store::read_security(db, who.tenant));
    const json::Value before = security_json(security);
    if (wish.password_days) security.password_days = *wish.password_days;
    if (wish.sms_per_day) security.sms_per_day = *wish.sms_per_day;
    if (wish.roles) security.second_factor_roles = *wish.roles;
    if (wish.ip_allow) security.ip_allow = *wish.ip_allow;
    if (wish.ip_deny) security.ip_deny = *wish.ip_deny;
    if (wish.ip_allow || wish.ip_deny) {
      const gate::Lists wanted = gate::read_lists(security.ip_allow, security.ip_deny);
      if (!gate::check_address(wanted, gate::caller_of(who.role), request.remote_address).ok()) {
        return fail(Error::conflict, wish.ip_allow ? "ip_allow" : "ip_deny",
                    "This would lock you out: you come from " + request.remote_address + ".");
      }
    }
    TRY(store::write_security(db, who.tenant, security));
    json::Value after = security_json(security);
    if (json::Object details = differences(before, after); !details.empty()) {
      TRY(http::tell_deed(db, request, who, {"security_changed", "business", who.tenant, std::move(details)},
                          accounts.world().now_us()));
    }
    return after;
  };
  const json::Value after = TRY(accounts.store().writer().write_for<json::Value>(write));
  lists.forget(who.tenant);
  return http::json_response(after);
}

}  // namespace

void add_security_routes(http::Router& router, Accounts& accounts, const http::Access& access,
                         gate::AddressLists& lists) {
  router.add("GET", "/api/admin/security/",
             [&accounts, &access](const http::Request& request) -> Result<http::Response> {
               const Principal who = TRY(access.user_with(request, Right::business_manage));
               TRY(request.allow_query({}));
               return http::json_response(security_json(TRY(accounts.store().read(
                   [&](store::Database& db) { return store::read_security(db, who.tenant); }))));
             });
  router.add("PATCH", "/api/admin/security/",
             [&accounts, &access, &lists](const http::Request& request) -> Result<http::Response> {
               const Principal who = TRY(access.user_with(request, Right::business_manage));
               return change(accounts, who, request, lists);
             });
}

}  // namespace ringup::identity
