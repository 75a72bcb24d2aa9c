#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/identity/routes.h"

namespace ringup::identity {
namespace {

constexpr std::size_t text_bytes_max = 1024;

Result<Role> read_role(std::string_view name) {
  const std::optional<Role> role = parse_role(name);
  if (!role.has_value()) return fail(Error::invalid_value, "role", "Roles are owner, manager and cashier.");
  return *role;
}

template <class T>
Result<T> named(Result<T> result, const char* field) {
  if (!result.ok()) result.failure().where = field;
  return result;
}

Result<http::Response> list(Accounts& accounts, const Principal& principal, const http::Request& request) {
  const http::Page page = TRY(http::read_page(request));
  const Id after = TRY(page.cursor_id());
  const auto found = TRY(accounts.store().read(
      [&](store::Database& db) { return store::list_users(db, principal.tenant, after, page.limit + 1); }));
  return http::list_response(
      found, page, [](const store::User& user) { return json::Value(user_json(user)); },
      [](const store::User& user) { return to_string(user.id); });
}

Result<http::Response> create(Accounts& accounts, const Principal& principal, const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, principal.tenant, principal.user));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  store::User user;
  user.id = accounts.world().new_id();
  user.tenant = principal.tenant;
  user.created_at = accounts.world().now_us();
  user.email = TRY(named(read_email(TRY(in.string("email", 320))), "email"));
  const std::string_view password = TRY(in.string("password", text_bytes_max));
  user.first_name = TRY(read_person_name(
      TRY(in.optional_string("first_name", person_name_bytes_max)).value_or(""), "first_name"));
  user.last_name = TRY(read_person_name(
      TRY(in.optional_string("last_name", person_name_bytes_max)).value_or(""), "last_name"));
  user.role = TRY(read_role(TRY(in.string("role", 20))));
  TRY(in.done());
  const std::string_view context[] = {user.email, user.first_name, user.last_name};
  TRY(named(check_password(password, context), "password"));
  user.password_hash = TRY(accounts.hash(password));
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, user.created_at, [&](store::Database& db) -> Result<store::Answer> {
        if (TRY(store::find_user_by_email(db, user.tenant, user.email)).has_value())
          return fail(Error::conflict, "email", "A user has this address already.");
        TRY(store::insert_user(db, user));
        return http::answer_of(user_json(user), 201);
      })));
}

/// What a PATCH may change; absent members stay as they are.
struct Change {
  std::optional<std::string> first_name, last_name, password_hash;
  std::optional<Role> role;
  std::optional<bool> is_active;
};

Result<Change> read_change(Accounts& accounts, const http::Request& request) {
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  Change change;
  if (const auto name = TRY(in.optional_string("first_name", person_name_bytes_max)))
    change.first_name = TRY(read_person_name(*name, "first_name"));
  if (const auto name = TRY(in.optional_string("last_name", person_name_bytes_max)))
    change.last_name = TRY(read_person_name(*name, "last_name"));
  if (const auto role = TRY(in.optional_string("role", 20))) change.role = TRY(read_role(*role));
  change.is_active = TRY(in.optional_boolean("is_active"));
  const auto password = TRY(in.optional_string("password", text_bytes_max));
  TRY(in.done());
  if (password.has_value()) {
    TRY(named(check_password(*password), "password"));
    change.password_hash = TRY(accounts.hash(*password));
  }
  return change;
}

Result<http::Response> patch(Accounts& accounts, const Principal& principal, const http::Request& request) {
  const Id id = TRY(request.parameter_id(0));
  const Change change = TRY(read_change(accounts, request));
  const std::int64_t now = accounts.world().now_us();
  const store::User changed =
      TRY(accounts.store().writer().write_for<store::User>([&](store::Database& db) -> Result<store::User> {
        auto user = TRY(store::find_user(db, principal.tenant, id));
        if (!user.has_value()) return Error::not_found;
        if (change.first_name.has_value()) user->first_name = *change.first_name;
        if (change.last_name.has_value()) user->last_name = *change.last_name;
        if (change.role.has_value()) user->role = *change.role;
        if (change.is_active.has_value()) user->is_active = *change.is_active;
        if (change.password_hash.has_value()) user->password_hash = *change.password_hash;
        TRY(store::update_user(db, *user));
        if (TRY(store::count_active_owners(db, principal.tenant)) == 0)
          return fail(Error::conflict, {}, "A business needs one active owner at least.");
        // Whoever may have known the old password, or may not come in any more, is out at once.
        if (change.password_hash.has_value() || !user->is_active) {
          const Id kept = user->is_active && id == principal.user ? principal.session : Id{};
          TRY(store::end_sessions(db, user->id, kept, now));
        }
        return *user;
      }));
  return http::json_response(user_json(changed));
}

}  // namespace

void add_user_routes(http::Router& router, Accounts& accounts, const http::Access& access) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add(method, pattern,
               [&accounts, access, handler](const http::Request& request) -> Result<http::Response> {
                 const Principal principal = TRY(access.user_with(request, Right::business_manage));
                 http::Response response = TRY(handler(accounts, principal, request));
                 return std::move(response.with("Cache-Control", "no-store"));
               });
  };
  add("GET", "/api/admin/users/", list);
  add("POST", "/api/admin/users/", create);
  add("PATCH", "/api/admin/users/{id}/", patch);
}

}  // namespace ringup::identity
