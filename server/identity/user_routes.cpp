// /api/admin/users/: the people of a business, for those who manage them.
#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/http/once.h"
#include "server/http/page.h"
#include "server/identity/by_mail.h"
#include "server/identity/people.h"
#include "server/identity/people_forms.h"
#include "server/identity/routes.h"
#include "server/store/people.h"

namespace ringup::identity {
namespace {

constexpr std::size_t text_bytes_max = 1024, query_bytes_max = 200;

Result<store::PeopleFilter> read_filter(const http::Request& request) {
  using State = store::PeopleFilter::State;
  store::PeopleFilter filter;
  if (const auto words = request.query_value("q")) filter.words = words->substr(0, query_bytes_max);
  if (const auto role = request.query_value("role")) filter.role = TRY(read_role(*role));
  if (const auto group = request.query_value("group"))
    filter.group = TRY(at_field(parse_id(*group), "group"));
  if (const auto state = request.query_value("state")) {
    if (*state == "active")
      filter.state = State::active;
    else if (*state == "disabled")
      filter.state = State::disabled;
    else if (*state == "locked")
      filter.state = State::locked;
    else
      return fail(Error::invalid_value, "state", "States are active, disabled and locked.");
  }
  return filter;
}

Result<http::Response> list(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const http::Page page = TRY(http::read_page(request, {"q", "role", "state", "group"}));
  const store::PeopleFilter filter = TRY(read_filter(request));
  const Id after = TRY(page.cursor_id());
  std::vector<json::Object> people;
  std::vector<store::User> found;
  TRY(accounts.store().read([&](store::Database& db) -> Result<void> {
    found = TRY(store::find_people(db, actor.principal.tenant, filter, actor.now_us, after, page.limit + 1));
    for (const store::User& user : found) people.push_back(TRY(person_json(db, user)));
    return {};
  }));
  return http::list_response(
      people, page, [](const json::Object& person) { return json::Value(person); },
      [&](const json::Object& person) {
        return to_string(found[static_cast<std::size_t>(&person - people.data())].id);
      });
}

Result<http::Response> read(Accounts& accounts, const Actor& actor, const http::Request& request) {
  TRY(request.allow_query({}));
  const Id id = TRY(request.parameter_id(0));
  json::Object person;
  TRY(accounts.store().read([&](store::Database& db) -> Result<void> {
    const auto user = TRY(store::find_user(db, actor.principal.tenant, id));
    if (!user.has_value()) return Error::not_found;
    person = TRY(person_json(db, *user));
    return {};
  }));
  return http::json_response(std::move(person));
}

Result<http::Response> create(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, actor.principal.tenant, actor.principal.user));
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  store::User user;
  user.id = accounts.world().new_id();
  user.tenant = actor.principal.tenant;
  user.created_at = actor.now_us;
  user.email = TRY(at_field(read_email(TRY(in.string("email", 320))), "email"));
  const auto password = TRY(in.optional_string("password", text_bytes_max));
  user.first_name =
      TRY(read_words(TRY(in.optional_string("first_name", text_bytes_max)).value_or(""), "first_name"));
  user.last_name =
      TRY(read_words(TRY(in.optional_string("last_name", text_bytes_max)).value_or(""), "last_name"));
  user.designation =
      TRY(read_words(TRY(in.optional_string("designation", text_bytes_max)).value_or(""), "designation"));
  user.role = TRY(read_role(TRY(in.string("role", 20))));
  user.phone_number = TRY(optional_phone(in)).value_or(std::nullopt);
  const json::Value* branch = in.find("branch");
  if (branch != nullptr && !branch->is_null()) user.branch = TRY(in.optional_id("branch"));
  const auto groups = TRY(optional_ids(in, "groups", groups_per_user_max)).value_or(std::vector<Id>());
  TRY(in.done());
  if (password.has_value()) {
    const std::string_view context[] = {user.email, user.first_name, user.last_name};
    TRY(at_field(check_password(*password, context), "password"));
    user.password_hash = TRY(accounts.hash(*password));
    user.password_changed_at = user.created_at;
    // Whoever gives a password away answers for the address, as with a new business's owner.
    user.email_verified_at = user.created_at;
  }
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, user.created_at, [&](store::Database& db) -> Result<store::Answer> {
        TRY(add_person(db, actor, user, groups));
        if (!password.has_value()) TRY(ByMail::invite(db, accounts, user));
        return http::answer_of(TRY(person_json(db, user)), 201);
      })));
}

Result<PersonChange> read_change(Accounts& accounts, const http::Request& request) {
  const json::Value body = TRY(request.json_body());
  json::Reader in = TRY(json::Reader::object(body));
  PersonChange change;
  if (const auto name = TRY(in.optional_string("first_name", text_bytes_max)))
    change.first_name = TRY(read_words(*name, "first_name"));
  if (const auto name = TRY(in.optional_string("last_name", text_bytes_max)))
    change.last_name = TRY(read_words(*name, "last_name"));
  if (const auto words = TRY(in.optional_string("designation", text_bytes_max)))
    change.designation = TRY(read_words(*words, "designation"));
  if (const auto role = TRY(in.optional_string("role", 20))) change.role = TRY(read_role(*role));
  change.phone_number = TRY(optional_phone(in));
  if (const json::Value* branch = in.find("branch"))
    change.branch = branch->is_null() ? std::optional<Id>() : TRY(in.optional_id("branch"));
  change.groups = TRY(optional_ids(in, "groups", groups_per_user_max));
  change.is_active = TRY(in.optional_boolean("is_active"));
  change.password_expired = TRY(in.optional_boolean("password_expired"));
  change.unlock = TRY(in.optional_boolean("unlock")).value_or(false);
  const auto password = TRY(in.optional_string("password", text_bytes_max));
  TRY(in.done());
  if (password.has_value()) {
    TRY(at_field(check_password(*password), "password"));
    change.password_hash = TRY(accounts.hash(*password));
  }
  return change;
}

Result<http::Response> patch(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const auto once = TRY(http::read_once_key(request, actor.principal.tenant, actor.principal.user));
  const Id id = TRY(request.parameter_id(0));
  const PersonChange change = TRY(read_change(accounts, request));
  return http::answer_response(TRY(store::write_once(
      accounts.store().writer(), once, actor.now_us, [&](store::Database& db) -> Result<store::Answer> {
        const store::User user = TRY(change_person(db, actor, id, change));
        return http::answer_of(TRY(person_json(db, user)));
      })));
}

Result<http::Response> sessions(Accounts& accounts, const Actor& actor, const http::Request& request) {
  TRY(http::read_page(request));
  const Id id = TRY(request.parameter_id(0));
  json::Array items;
  TRY(accounts.store().read([&](store::Database& db) -> Result<void> {
    if (!TRY(store::find_user(db, actor.principal.tenant, id)).has_value()) return Error::not_found;
    for (const store::Session& session : TRY(store::list_sessions(db, id, actor.now_us))) {
      items.push_back(json::Object{{"id", session.id},
                                   {"device", session.device},
                                   {"created_at", to_rfc3339(session.created_at)},
                                   {"last_used_at", to_rfc3339(session.last_used_at)},
                                   {"current", session.id == actor.principal.session}});
    }
    return {};
  }));
  return http::json_response(json::Object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<http::Response> end_sessions(Accounts& accounts, const Actor& actor, const http::Request& request) {
  const Id id = TRY(request.parameter_id(0));
  TRY(accounts.store().writer().write(
      [&](store::Database& db) { return end_person_sessions(db, actor, id); }));
  http::Response response;
  response.status = 204;
  return response;
}

}  // namespace

void add_user_routes(http::Router& router, Accounts& accounts, const http::Access& access) {
  const auto add = [&](const char* method, const char* pattern, auto handler) {
    router.add(method, pattern,
               [&accounts, access, handler](const http::Request& request) -> Result<http::Response> {
                 const Actor actor{TRY(access.user_with(request, Right::people_manage)),
                                   http::whence_of(request), accounts.world().now_us()};
                 http::Response response = TRY(handler(accounts, actor, request));
                 return std::move(response.with("Cache-Control", "no-store"));
               });
  };
  add("GET", "/api/admin/users/", list);
  add("POST", "/api/admin/users/", create);
  add("GET", "/api/admin/users/{id}/", read);
  add("PATCH", "/api/admin/users/{id}/", patch);
  add("GET", "/api/admin/users/{id}/sessions/", sessions);
  add("DELETE", "/api/admin/users/{id}/sessions/", end_sessions);
}

}  // namespace ringup::identity
