#include "tests/server/identity/codes_seen.h"

#include <gtest/gtest.h>

#include "server/store/groups.h"
#include "server/store/messages.h"
#include "server/store/tills.h"
#include "server/store/users.h"
#include "server/store/vault.h"

namespace ringup::test {

store::User add_person(RunningServer& server, std::string_view email, std::string_view phone, bool employee,
                       Role role) {
  store::User user;
  user.id = store::new_id();
  user.email = email;
  user.first_name = "Mia";
  user.role = role;
  user.created_at = store::unix_us_now();
  user.email_verified_at = user.created_at;
  if (!phone.empty()) user.phone_number = std::string(phone);
  const Result<void> added = server.store().writer().write([&](store::Database& db) -> Result<void> {
    user.tenant = TRY(store::tenant_by_slug(db, "shop"));
    TRY(store::insert_user(db, user));
    if (!employee) return {};
    auto group = TRY(store::find_group_by_name(db, user.tenant, "Staff"));
    if (!group.has_value()) {
      group = store::Group{store::new_id(), user.tenant, "Staff", true, {}, user.created_at};
      TRY(store::insert_group(db, *group));
    }
    return store::add_member(db, group->id, user.id);
  });
  EXPECT_TRUE(added.ok());
  return user;
}

std::string code_sent_to(RunningServer& server, std::string_view contact) {
  const store::Vault vault(server.store().secret(), store::message_vault_label);
  std::string code;
  const Result<void> read = server.store().read([&](store::Database& db) {
    // Ids of one millisecond have no order; a code that is still open was made last.
    return db.query(
        "SELECT m.id, m.sealed FROM message m LEFT JOIN one_time_code c ON m.dedupe_key = 'code ' ||"
        " lower(substr(hex(c.id),1,8)||'-'||substr(hex(c.id),9,4)||'-'||substr(hex(c.id),13,4)||'-'||"
        "substr(hex(c.id),17,4)||'-'||substr(hex(c.id),21)) WHERE m.recipient = $1 AND m.template LIKE "
        "'%_code'"
        " ORDER BY c.used_at IS NULL DESC, c.replaced_at IS NULL DESC, m.id DESC LIMIT 1",
        [&](const store::Row& row) {
          const auto sealed = row.bytes(1);
          const auto values = json::parse(
              vault.open(std::string(sealed.begin(), sealed.end()), to_string(row.id(0))).value());
          code = *values.value().find("code")->as_string();
        },
        contact);
  });
  EXPECT_TRUE(read.ok());
  return code;
}

std::int64_t messages_to(RunningServer& server, std::string_view contact, std::string_view template_name) {
  return server.store()
      .read([&](store::Database& db) {
        return db.integer("SELECT count(*) FROM message WHERE recipient = $1 AND template = $2", 0, contact,
                          template_name);
      })
      .value();
}

std::int64_t count_of(RunningServer& server, std::string_view sql) {
  return server.store().read([&](store::Database& db) { return db.integer(sql, 0); }).value();
}

std::int64_t audited(RunningServer& server, std::string_view action) {
  return server.store()
      .read([&](store::Database& db) {
        return db.integer("SELECT count(*) FROM audit_entry WHERE action = $1", 0, action);
      })
      .value();
}

std::string other_than(const std::string& code) {
  std::string other = code;
  other.back() = other.back() == '9' ? '0' : static_cast<char>(other.back() + 1);
  return other;
}

}  // namespace ringup::test
