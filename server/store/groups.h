#pragma once
/// Groups of a business's users. Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/role.h"
#include "server/store/database.h"

namespace ringup::store {

struct Group {
  Id id, tenant;
  std::string name;
  bool is_employee = false;  // its members may sign in by one-time code
  Rights rights;             // added to those of their roles
  std::int64_t created_at = 0;
};

/// A list of names with commas between them; a right this program does not know gives nothing.
Rights read_rights(std::string_view names);

/// conflict where the business has a group of that name.
Result<void> insert_group(Database&, const Group&);
/// Name, is_employee and rights. not_found, conflict.
Result<void> update_group(Database&, const Group&);
/// False where there is none.
Result<bool> delete_group(Database&, const Id& tenant, const Id& id);
Result<std::optional<Group>> find_group(Database&, const Id& tenant, const Id& id);
Result<std::optional<Group>> find_group_by_name(Database&, const Id& tenant, std::string_view name);
/// By name.
Result<std::vector<Group>> list_groups(Database&, const Id& tenant);
Result<std::vector<Group>> groups_of(Database&, const Id& user);
Result<std::vector<Id>> members_of(Database&, const Id& group);
/// Both must be of one business: the caller has looked.
Result<void> add_member(Database&, const Id& group, const Id& user);
Result<void> remove_member(Database&, const Id& group, const Id& user);
/// Is the user in an employee group?
Result<bool> is_employee(Database&, const Id& user);

}  // namespace ringup::store
