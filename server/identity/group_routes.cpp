// /api/admin/groups/ and /api/admin/rights/: groups of people, and what there is to be allowed.
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/identity/people.h"
#include "server/identity/people_forms.h"
#include "server/identity/routes.h"

namespace ringup::identity {
namespace {

constexpr std::size_t name_bytes_max = 400;

/// What each right lets somebody do, as an owner reads it.
std::string_view words_of(Right right) {
  switch (right) {
    case Right::sell:
      return "Sell and take payment at the till";
    case Right::refund:
      return "Give money back against a receipt";
    case Right::shop_read:
      return "See products, customers and branches";
    case Right::sales_read:
      return "See all sales and shifts";
    case Right::reports_read:
      return "See and export reports";
    case Right::catalogue_write:
      return "Change products, prices, taxes and stock";
    case Right::customers_write:
      return "Add and change customers";
    case Right::tills_manage:
      return "Pair and revoke tills";
    case Right::tasks_settle:
      return "Settle tasks";
    case Right::people_manage:
      return "Manage users, groups and one-time codes";
    case Right::audit_read:
      return "Read the audit log";
    case Right::business_manage:
      return "Change the business, its branches and its security";
  }
  return "";
}

Result<std::string> read_name(std::string_view text) {
  std::string name = TRY(read_words(text, "name"));
  if (name.empty()) return fail(Error::invalid_value, "name", "Give the group a name.");
  return name;
}

Result<http::Response> list(Accounts& accounts, const Actor& actor, const http::Request& request) {
  TRY(http::read_page(request));  // a business has few: they all fit
  json::Array items;
  TRY(accounts.store().read([&](store::Database& db) -> Result<void> {
    for (const store::Group& group : TRY(store::list_groups(db, actor.principal.tenant)))
      items.push_back(TRY(group_json(db, group)));
    return {};
  }));
  return http::json_response(json::Object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<http::Response> read(Accounts& accounts, const Actor& actor, const http::Request& request) {
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  json::Object members;
  TRY(accounts.store().read([&](store::Database& db) -> Result<void> {
    const auto group = TRY(store::find_group(db, actor.principal.tenant, id));
    if (!group.has_value()) return Error::not_found;
    members = TRY(group_json(db, *group));
    return {};
  }));
  return http::json_response(std::move(members));
}

Result<http::Response> create(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, actor.principal.tenant, actor.principal.user));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  store::Group group;
  group.id = accounts.world().new_id();
  group.tenant = actor.principal.tenant;
  group.created_at = actor.now_us;
  group.name = TRY(read_name(TRY(in.string("name", name_bytes_max))));
  group.is_employee = TRY(in.optional_boolean("is_employee")).value_or(false);
  group.rights = TRY(optional_rights(in)).value_or(Rights());
  const auto members = TRY(optional_ids(in, "members", members_max)).value_or(std::vector<Id>());
  TRY(in.done());
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, actor.now_us, [&](store::Database& db) -> Result<store::Answer> {
        TRY(add_group(db, actor, group, members));
        return http::answer_of(TRY(group_json(db, group)), 201);
      })));
}

Result<http::Response> patch(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, actor.principal.tenant, actor.principal.user));
  const Id id = TRY(request.parameter_id(0));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  GroupChange change;
  if (const auto name = TRY(in.optional_string("name", name_bytes_max))) change.name = TRY(read_name(*name));
  change.is_employee = TRY(in.optional_boolean("is_employee"));
  change.rights = TRY(optional_rights(in));
  change.members = TRY(optional_ids(in, "members", members_max));
  TRY(in.done());
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, actor.now_us, [&](store::Database& db) -> Result<store::Answer> {
        const store::Group group = TRY(change_group(db, actor, id, change));
        return http::answer_of(TRY(group_json(db, group)));
      })));
}

Result<http::Response> remove(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const Id id = TRY(request.parameter_id(0));
  TRY(accounts.store().writer().write([&](store::Database& db) { return delete_group(db, actor, id); }));
  http::Response response;
  response.status = 204;
  return response;
}

Result<http::Response> rights(Accounts&, const Actor&, const http::Request& request) {
  TRY(request.allow_query({}));
  json::Array rights, roles;
  for (int i = 0; i < right_count; ++i) {
    const Right right = static_cast<Right>(i);
    rights.push_back(json::Object{{"name", right_name(right)}, {"words", words_of(right)}});
  }
  for (int i = 0; i < role_count; ++i) {
    const Role role = static_cast<Role>(i);
    roles.push_back(json::Object{{"name", role_name(role)}, {"rights", rights_json(rights_of(role))}});
  }
  return http::json_response(json::Object{{"rights", std::move(rights)}, {"roles", std::move(roles)}});
}

}  // namespace

void add_group_routes(http::Router& router, Accounts& accounts, const http::Access& access) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add(method, pattern,
               [&accounts, access, handler](const http::Request& request) -> Result<http::Response> {
                 const Actor actor{TRY(access.user_with(request, Right::people_manage)),
                                   http::whence_of(request), accounts.world().now_us()};
                 http::Response response = TRY(handler(accounts, actor, request));
                 return std::move(response.with("Cache-Control", "no-store"));
               });
  };
  add("GET", "/api/admin/groups/", list);
  add("POST", "/api/admin/groups/", create);
  add("GET", "/api/admin/groups/{id}/", read);
  add("PATCH", "/api/admin/groups/{id}/", patch);
  add("DELETE", "/api/admin/groups/{id}/", remove);
  add("GET", "/api/admin/rights/", rights);
}

}  // namespace ringup::identity
