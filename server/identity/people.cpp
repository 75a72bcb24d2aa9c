#include "server/identity/people.h"

#include <algorithm>

#include "core/base/time.h"
#include "server/identity/routes.h"
#include "server/store/audit.h"
#include "server/store/challenges.h"
#include "server/store/devices.h"
#include "server/store/factors.h"
#include "server/store/mail_tokens.h"
#include "server/store/people.h"
#include "server/store/pins.h"
#include "server/store/sessions.h"
#include "server/store/tenants.h"

namespace ringup::identity {
namespace {

constexpr char untouchable[] = "They may do things that you may not. Ask somebody who may to change this.";
constexpr char not_yours[] = "You can only give away rights that you have yourself.";

Result<void> note(store::Database& db, const Actor& actor, std::string action, std::string kind,
                  const Id& object, json::Object details) {
  const auto who = TRY(store::find_user(db, actor.principal.tenant, actor.principal.user));
  return store::add_audit(db,
                          {actor.principal.tenant, std::move(action), actor.principal.user, std::move(kind),
                           object, who.has_value() ? who->email : "", actor.whence.address,
                           actor.whence.device, json::dump(std::move(details))},
                          actor.now_us);
}

/// What was, and what is now; nothing where they are the same.
void tell(json::Object& details, const char* name, json::Value before, json::Value after) {
  if (before == after) return;
  details.push_back({name, json::Object{{"from", std::move(before)}, {"to", std::move(after)}}});
}

template <class T>
json::Value or_null(const std::optional<T>& value) {
  return value.has_value() ? json::Value(*value) : json::Value();
}

Result<void> check_touch(store::Database& db, const Actor& actor, const store::User& user) {
  if (TRY(store::rights_of_user(db, user)).within(actor.principal.rights())) return {};
  return fail(Error::forbidden, {}, untouchable);
}

Result<void> check_gift(const Actor& actor, Rights rights, const char* where) {
  if (rights.within(actor.principal.rights())) return {};
  return fail(Error::forbidden, where, not_yours);
}

Result<void> check_branch(store::Database& db, const store::User& user) {
  if (!user.branch.has_value()) return {};
  if (TRY(store::find_branch(db, user.tenant, *user.branch)).has_value()) return {};
  return fail(Error::not_found, "branch", "There is no branch with this id.");
}

json::Array names_of(const std::vector<store::Group>& groups) {
  json::Array names;
  for (const store::Group& group : groups) names.push_back(group.name);
  return names;
}

template <class Items, class GetId>
bool has_id(const Items& items, const Id& id, GetId get) {
  return std::any_of(items.begin(), items.end(), [&](const auto& item) { return get(item) == id; });
}

/// Brings the person into exactly these groups. Only what changes has to be within the actor's rights.
Result<void> set_groups(store::Database& db, const Actor& actor, const Id& user,
                        const std::vector<Id>& wanted) {
  const std::vector<store::Group> before = TRY(store::groups_of(db, user));
  for (const Id& id : wanted) {
    if (has_id(before, id, [](const store::Group& group) { return group.id; })) continue;
    const auto group = TRY(store::find_group(db, actor.principal.tenant, id));
    if (!group.has_value()) return fail(Error::not_found, "groups", "There is no group with this id.");
    TRY(check_gift(actor, group->rights, "groups"));
    TRY(store::add_member(db, id, user));
  }
  for (const store::Group& group : before) {
    if (std::find(wanted.begin(), wanted.end(), group.id) != wanted.end()) continue;
    TRY(check_gift(actor, group.rights, "groups"));
    TRY(store::remove_member(db, group.id, user));
  }
  return {};
}

/// Whoever is in the group is touched by what changes about it.
Result<void> check_members(store::Database& db, const Actor& actor, const std::vector<Id>& members) {
  for (const Id& id : members) {
    const auto user = TRY(store::find_user(db, actor.principal.tenant, id));
    if (!user.has_value()) return fail(Error::not_found, "members", "There is no user with this id.");
    TRY(check_touch(db, actor, *user));
  }
  return {};
}

Result<void> set_members(store::Database& db, const Actor& actor, const Id& group,
                         const std::vector<Id>& wanted) {
  const std::vector<Id> before = TRY(store::members_of(db, group));
  std::vector<Id> come, go;
  const auto missing_in = [](const std::vector<Id>& from) {
    return [&from](const Id& id) { return std::find(from.begin(), from.end(), id) == from.end(); };
  };
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(come), missing_in(before));
  std::copy_if(before.begin(), before.end(), std::back_inserter(go), missing_in(wanted));
  TRY(check_members(db, actor, come));
  TRY(check_members(db, actor, go));
  for (const Id& id : come) TRY(store::add_member(db, group, id));
  for (const Id& id : go) TRY(store::remove_member(db, group, id));
  return {};
}

json::Array ids_json(const std::vector<Id>& ids) {
  json::Array items;
  for (const Id& id : ids) items.push_back(id);
  return items;
}

Result<void> check_owner_left(store::Database& db, const Id& tenant) {
  if (TRY(store::count_active_owners(db, tenant)) > 0) return {};
  return fail(Error::conflict, {}, "A business needs one active owner at least.");
}

}  // namespace

Result<void> add_person(store::Database& db, const Actor& actor, const store::User& user,
                        const std::vector<Id>& groups) {
  TRY(check_gift(actor, rights_of(user.role), "role"));
  TRY(check_branch(db, user));
  if (TRY(store::find_user_by_email(db, user.tenant, user.email)).has_value())
    return fail(Error::conflict, "email", "A user has this address already.");
  TRY(store::insert_user(db, user));
  TRY(set_groups(db, actor, user.id, groups));
  json::Object details{{"email", user.email}, {"role", role_name(user.role)}};
  if (!groups.empty()) details.push_back({"groups", names_of(TRY(store::groups_of(db, user.id)))});
  return note(db, actor, user.password_hash.empty() ? "user_invited" : "user_added", "user", user.id,
              std::move(details));
}

Result<store::User> change_person(store::Database& db, const Actor& actor, const Id& id,
                                  const PersonChange& change) {
  const auto found = TRY(store::find_user(db, actor.principal.tenant, id));
  if (!found.has_value()) return Error::not_found;
  const store::User& before = *found;
  TRY(check_touch(db, actor, before));
  store::User user = before;
  if (change.first_name) user.first_name = *change.first_name;
  if (change.last_name) user.last_name = *change.last_name;
  if (change.designation) user.designation = *change.designation;
  if (change.role) user.role = *change.role;
  if (change.branch) user.branch = *change.branch;
  if (change.is_active) user.is_active = *change.is_active;
  if (change.password_expired) user.password_expired = *change.password_expired;
  if (change.phone_number && *change.phone_number != user.phone_number) {
    user.phone_number = *change.phone_number;
    user.phone_verified_at.reset();
  }
  if (change.password_hash) {
    user.password_hash = *change.password_hash;
    user.password_changed_at = actor.now_us;
    if (!change.password_expired) user.password_expired = false;
  }
  if (user.role != before.role) TRY(check_gift(actor, rights_of(user.role), "role"));
  if (user.branch != before.branch) TRY(check_branch(db, user));

  json::Object details;
  tell(details, "first_name", before.first_name, user.first_name);
  tell(details, "last_name", before.last_name, user.last_name);
  tell(details, "designation", before.designation, user.designation);
  tell(details, "role", role_name(before.role), role_name(user.role));
  tell(details, "branch", or_null(before.branch), or_null(user.branch));
  tell(details, "phone_number", or_null(before.phone_number), or_null(user.phone_number));
  tell(details, "password_expired", before.password_expired, user.password_expired);
  if (change.password_hash) details.push_back({"password", "set"});
  if (change.groups) {
    json::Array was = names_of(TRY(store::groups_of(db, id)));
    TRY(set_groups(db, actor, id, *change.groups));
    tell(details, "groups", std::move(was), names_of(TRY(store::groups_of(db, id))));
  }
  const bool switched = user.is_active != before.is_active;
  if (!details.empty() || switched) {
    TRY(store::update_user(db, user));
    TRY(check_owner_left(db, user.tenant));
  }
  // Whoever may have known the old password, may not come in any more or is another now, is out at once.
  if (change.password_hash || (switched && !user.is_active) || user.role != before.role) {
    const bool self = user.is_active && id == actor.principal.user;
    TRY(store::end_sessions(db, id, self ? actor.principal.session : Id{}, actor.now_us));
    TRY(store::end_challenges(db, id));
    TRY(store::distrust_devices(db, id));
    if (change.password_hash) {
      TRY(store::end_mail_tokens(db, id, store::MailPurpose::reset_password));
      TRY(store::end_mail_tokens(db, id, store::MailPurpose::invitation));
    }
  }
  if (!details.empty()) TRY(note(db, actor, "user_changed", "user", id, std::move(details)));
  if (switched) TRY(note(db, actor, user.is_active ? "user_enabled" : "user_disabled", "user", id, {}));
  if (change.unlock && (before.account_locked_until.has_value() || before.login_attempts > 0)) {
    TRY(store::unlock_user(db, id));
    TRY(note(db, actor, "user_unlocked", "user", id, {{"login_attempts", before.login_attempts}}));
    user.account_locked_until.reset();
    user.login_attempts = 0;
  }
  return user;
}

Result<void> end_person_sessions(store::Database& db, const Actor& actor, const Id& id) {
  const auto user = TRY(store::find_user(db, actor.principal.tenant, id));
  if (!user.has_value()) return Error::not_found;
  TRY(check_touch(db, actor, *user));
  TRY(store::end_sessions(db, id, id == actor.principal.user ? actor.principal.session : Id{}, actor.now_us));
  return note(db, actor, "sessions_ended", "user", id, {});
}

Result<void> add_group(store::Database& db, const Actor& actor, const store::Group& group,
                       const std::vector<Id>& members) {
  TRY(check_gift(actor, group.rights, "rights"));
  if (TRY(store::list_groups(db, group.tenant)).size() >= groups_per_business_max)
    return fail(Error::too_many, {}, "A business has at most 200 groups.");
  if (TRY(store::find_group_by_name(db, group.tenant, group.name)).has_value())
    return fail(Error::conflict, "name", "There is a group with this name already.");
  TRY(store::insert_group(db, group));
  TRY(set_members(db, actor, group.id, members));
  return note(db, actor, "group_added", "group", group.id,
              {{"name", group.name},
               {"is_employee", group.is_employee},
               {"rights", rights_json(group.rights)},
               {"members", ids_json(members)}});
}

Result<store::Group> change_group(store::Database& db, const Actor& actor, const Id& id,
                                  const GroupChange& change) {
  const auto found = TRY(store::find_group(db, actor.principal.tenant, id));
  if (!found.has_value()) return Error::not_found;
  const store::Group& before = *found;
  TRY(check_gift(actor, before.rights, ""));
  store::Group group = before;
  if (change.name) group.name = *change.name;
  if (change.is_employee) group.is_employee = *change.is_employee;
  if (change.rights) group.rights = *change.rights;
  TRY(check_gift(actor, group.rights, "rights"));
  if (group.name != before.name) {
    if (TRY(store::find_group_by_name(db, group.tenant, group.name)).has_value())
      return fail(Error::conflict, "name", "There is a group with this name already.");
  }
  const std::vector<Id> members = TRY(store::members_of(db, id));
  if (group.is_employee != before.is_employee || group.rights != before.rights)
    TRY(check_members(db, actor, members));
  json::Object details;
  tell(details, "name", before.name, group.name);
  tell(details, "is_employee", before.is_employee, group.is_employee);
  tell(details, "rights", rights_json(before.rights), rights_json(group.rights));
  if (!details.empty()) TRY(store::update_group(db, group));
  if (change.members) {
    TRY(set_members(db, actor, id, *change.members));
    tell(details, "members", ids_json(members), ids_json(TRY(store::members_of(db, id))));
  }
  if (!details.empty()) TRY(note(db, actor, "group_changed", "group", id, std::move(details)));
  return group;
}

Result<void> delete_group(store::Database& db, const Actor& actor, const Id& id) {
  const auto group = TRY(store::find_group(db, actor.principal.tenant, id));
  if (!group.has_value()) return Error::not_found;
  TRY(check_gift(actor, group->rights, ""));
  const std::vector<Id> members = TRY(store::members_of(db, id));
  TRY(check_members(db, actor, members));
  TRY(store::delete_group(db, actor.principal.tenant, id));
  return note(db, actor, "group_deleted", "group", id,
              {{"name", group->name}, {"members", ids_json(members)}});
}

Result<json::Object> person_json(store::Database& db, const store::User& user) {
  json::Object members = TRY(profile_json(db, user));
  members.push_back({"login_attempts", user.login_attempts});
  members.push_back({"account_locked_until", user.account_locked_until
                                                 ? json::Value(to_rfc3339(*user.account_locked_until))
                                                 : json::Value()});
  members.push_back({"password_expired", user.password_expired});
  json::Array factors;
  for (const store::SecondFactor& factor : TRY(store::list_factors(db, user.id)))
    factors.emplace_back(store::factor_name(factor.kind));
  members.push_back({"second_factors", std::move(factors)});
  members.push_back({"has_pin", TRY(store::has_pin(db, user.id))});
  return members;
}

Result<json::Object> group_json(store::Database& db, const store::Group& group) {
  return json::Object{{"id", group.id},
                      {"name", group.name},
                      {"is_employee", group.is_employee},
                      {"rights", rights_json(group.rights)},
                      {"members", ids_json(TRY(store::members_of(db, group.id)))},
                      {"created_at", to_rfc3339(group.created_at)}};
}

}  // namespace ringup::identity
