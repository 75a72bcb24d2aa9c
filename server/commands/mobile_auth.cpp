#include <cstdio>

#include "server/commands/commands.h"
#include "server/identity/codes.h"
#include "server/store/audit.h"
#include "server/store/groups.h"
#include "server/store/tills.h"
#include "server/store/users.h"

namespace ringup::commands {
namespace {

constexpr const char* employee_groups[] = {"Employees", "Managers", "Cashiers"};
constexpr const char* test_group = employee_groups[0];
constexpr const char* test_email = "mobile.test@example.com";
constexpr const char* test_phone = "+1234567890";

Result<void> tell(store::Database& db, const Id& tenant, const char* action, const char* kind,
                  const Id& object, const char* name) {
  store::Audit audit;
  audit.tenant = tenant;
  audit.action = action;
  audit.object_kind = kind;
  audit.object = object;
  audit.details = json::dump(json::Object{{"name", name}, {"by", "ringup mobile-auth setup"}});
  return store::add_audit(db, audit, store::unix_us_now());
}

/// Makes it, or makes an employee group of the one with that name; adds a line to what is said.
Result<Id> need_group(store::Database& db, const Id& tenant, const char* name, std::string& said) {
  auto group = TRY(store::find_group_by_name(db, tenant, name));
  if (group.has_value() && group->is_employee) {
    said += std::string("Group ") + name + " is there already.\n";
    return group->id;
  }
  if (group.has_value()) {
    group->is_employee = true;
    TRY(store::update_group(db, *group));
    TRY(tell(db, tenant, "group_changed", "group", group->id, name));
    said += std::string("Group ") + name + " is now an employee group.\n";
    return group->id;
  }
  const store::Group made{store::new_id(), tenant, name, true, {}, store::unix_us_now()};
  TRY(store::insert_group(db, made));
  TRY(tell(db, tenant, "group_created", "group", made.id, name));
  said += std::string("Group ") + name + " was made.\n";
  return made.id;
}

Result<void> need_test_user(store::Database& db, const Id& tenant, std::string& said) {
  const Id group = TRY(need_group(db, tenant, test_group, said));
  auto user = TRY(store::find_user_by_email(db, tenant, test_email));
  const std::int64_t now = store::unix_us_now();
  if (!user.has_value()) {
    user.emplace();
    user->id = store::new_id();
    user->tenant = tenant;
    user->email = test_email;
    user->first_name = "Mobile";
    user->last_name = "Test";
    user->role = Role::cashier;
    user->created_at = now;
    user->email_verified_at = now;
    user->phone_number = test_phone;
    user->phone_verified_at = now;
    TRY(store::insert_user(db, *user));
    TRY(tell(db, tenant, "user_created", "user", user->id, test_email));
    said += std::string("User ") + test_email + " (" + test_phone +
            ") was made. They sign in by one-time code only; delete or disable them before you open.\n";
  } else {
    said += std::string("User ") + test_email + " is there already.\n";
  }
  return store::add_member(db, group, user->id);
}

Result<std::string> describe_groups(store::Database& db, const Id& tenant) {
  std::string said;
  for (const store::Group& group : TRY(store::list_groups(db, tenant))) {
    if (!group.is_employee) continue;
    said += group.name + ": " + std::to_string(TRY(store::members_of(db, group.id)).size()) + " members\n";
  }
  if (said.empty()) return std::string("Nobody may sign in by one-time code: there is no employee group.\n");
  return "Members of these groups may sign in by one-time code:\n" + said;
}

}  // namespace

int run_mobile_auth_setup(const Arguments& arguments) {
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1});
  if (!store.ok()) return report(store.failure());
  auto said = (*store)->writer().write_for<std::string>([&](store::Database& db) -> Result<std::string> {
    const Id tenant = TRY(store::tenant_by_slug(db, arguments.get("--tenant")));
    std::string done_now;
    if (arguments.has("--create-groups")) {
      for (const char* name : employee_groups) TRY(need_group(db, tenant, name, done_now));
    }
    if (arguments.has("--create-test-user")) TRY(need_test_user(db, tenant, done_now));
    return done_now + TRY(describe_groups(db, tenant));
  });
  if (!said.ok()) return report(said.failure());
  std::printf("%s", said->c_str());
  return done;
}

int run_mobile_auth_cleanup(const Arguments& arguments) {
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1});
  if (!store.ok()) return report(store.failure());
  const std::int64_t now = store::unix_us_now();
  auto deleted = (*store)->writer().write_for<std::int64_t>(
      [&](store::Database& db) { return store::delete_expired_codes(db, std::nullopt, now, now); });
  if (!deleted.ok()) return report(deleted.failure());
  std::printf("%s\n", *deleted == 1
                          ? "1 expired one-time code was deleted."
                          : (std::to_string(*deleted) + " expired one-time codes were deleted.").c_str());
  return done;
}

}  // namespace ringup::commands
