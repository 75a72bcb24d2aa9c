#include "server/store/groups.h"

#include <algorithm>

#include "server/store/outbox.h"

namespace ringup::store {
namespace {

#define RINGUP_GROUP                                                                                       \
  "SELECT g.id, g.tenant, g.name, g.is_employee, g.created_at, coalesce((SELECT group_concat(r.name, ',')" \
  " FROM group_right r WHERE r.user_group = g.id), '') FROM user_group g "

Group read_group(const Row& row) {
  return {row.id(0), row.id(1), row.string(2), row.integer(3) != 0, read_rights(row.text(5)), row.integer(4)};
}

Result<void> write_rights(Database& db, const Group& group) {
  TRY(db.run("DELETE FROM group_right WHERE user_group = $1", group.id));
  for (int i = 0; i < right_count; ++i) {
    const Right right = static_cast<Right>(i);
    if (!group.rights.has(right)) continue;
    TRY(db.run("INSERT INTO group_right (user_group, name) VALUES ($1, $2)", group.id, right_name(right)));
  }
  return {};
}

}  // namespace

Rights read_rights(std::string_view names) {
  Rights rights;
  while (!names.empty()) {
    const std::size_t comma = std::min(names.find(','), names.size());
    if (const auto right = parse_right(names.substr(0, comma))) rights.add(*right);
    names.remove_prefix(std::min(comma + 1, names.size()));
  }
  return rights;
}

Result<void> insert_group(Database& db, const Group& group) {
  TRY(db.run("INSERT INTO user_group (id, tenant, name, is_employee, created_at) VALUES ($1, $2, $3, $4, $5)",
             group.id, group.tenant, group.name, group.is_employee, group.created_at));
  TRY(write_rights(db, group));
  return add_event(db, group.tenant, "business");
}

Result<void> update_group(Database& db, const Group& group) {
  const std::int64_t changed =
      TRY(db.run("UPDATE user_group SET name = $3, is_employee = $4 WHERE id = $1 AND tenant = $2", group.id,
                 group.tenant, group.name, group.is_employee));
  if (changed == 0) return Error::not_found;
  TRY(write_rights(db, group));
  return add_event(db, group.tenant, "business");
}

Result<bool> delete_group(Database& db, const Id& tenant, const Id& id) {
  const std::int64_t deleted =
      TRY(db.run("DELETE FROM user_group WHERE id = $1 AND tenant = $2", id, tenant));
  if (deleted > 0) TRY(add_event(db, tenant, "business"));
  return deleted > 0;
}

Result<std::optional<Group>> find_group(Database& db, const Id& tenant, const Id& id) {
  return db.first(RINGUP_GROUP "WHERE g.id = $1 AND g.tenant = $2", read_group, id, tenant);
}

Result<std::optional<Group>> find_group_by_name(Database& db, const Id& tenant, std::string_view name) {
  return db.first(RINGUP_GROUP "WHERE g.tenant = $1 AND g.name = $2", read_group, tenant, name);
}

Result<std::vector<Group>> list_groups(Database& db, const Id& tenant) {
  std::vector<Group> groups;
  TRY(db.query(
      RINGUP_GROUP "WHERE g.tenant = $1 ORDER BY g.name",
      [&](const Row& row) { groups.push_back(read_group(row)); }, tenant));
  return groups;
}

Result<std::vector<Group>> groups_of(Database& db, const Id& user) {
  std::vector<Group> groups;
  TRY(db.query(
      RINGUP_GROUP "JOIN group_member m ON m.user_group = g.id WHERE m.user = $1 ORDER BY g.name",
      [&](const Row& row) { groups.push_back(read_group(row)); }, user));
  return groups;
}

Result<std::vector<Id>> members_of(Database& db, const Id& group) {
  std::vector<Id> members;
  TRY(db.query(
      "SELECT user FROM group_member WHERE user_group = $1 ORDER BY user",
      [&](const Row& row) { members.push_back(row.id(0)); }, group));
  return members;
}

Result<void> add_member(Database& db, const Id& group, const Id& user) {
  TRY(db.run("INSERT INTO group_member (user_group, user) VALUES ($1, $2) ON CONFLICT DO NOTHING", group,
             user));
  return {};
}

Result<void> remove_member(Database& db, const Id& group, const Id& user) {
  TRY(db.run("DELETE FROM group_member WHERE user_group = $1 AND user = $2", group, user));
  return {};
}

Result<bool> is_employee(Database& db, const Id& user) {
  return TRY(db.integer("SELECT count(*) FROM group_member m JOIN user_group g ON g.id = m.user_group"
                        " WHERE m.user = $1 AND g.is_employee = 1",
                        0, user)) > 0;
}

}  // namespace ringup::store
