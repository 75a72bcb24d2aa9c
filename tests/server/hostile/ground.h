#pragma once
/// What the hostile tests share: a server with two businesses whose limits are out of the way, and a look at
/// what is stored.
#include <gtest/gtest.h>

#include <set>

#include "server/identity/business.h"
#include "server/store/audit.h"
#include "tests/server/running.h"

namespace ringup::test {

inline constexpr char other_email[] = "otto@other.example";
inline constexpr char other_password[] = "nine tall yellow cranes";

inline AppOptions unlimited() {
  AppOptions options;
  options.accounts.logins_per_minute = 1'000'000;
  for (http::Rate* rate :
       {&options.gate.limits.post, &options.gate.limits.token, &options.gate.limits.sensitive})
    rate->burst = 1'000'000;
  return options;
}

/// The businesses "shop" and "other".
class Ground : public RunningServer {
 public:
  explicit Ground(AppOptions options = unlimited()) : RunningServer(std::move(options)) {
    identity::NewBusiness wish;
    wish.slug = "other";
    wish.name = "Other";
    wish.owner_email = other_email;
    wish.password = other_password;
    EXPECT_TRUE(identity::make_business(store(), wish, {}).ok());
  }
  Answer sign_in(std::string_view tenant, std::string_view email, std::string_view password) const {
    return post("/api/accounts/login/",
                json::Object{{"tenant", tenant}, {"email", email}, {"password", password}});
  }
  Headers shop_owner() const { return bearer(sign_in("shop", owner_email, owner_password).text("access")); }
  Headers other_owner() const { return bearer(sign_in("other", other_email, other_password).text("access")); }

  /// A request to a route of the router, with `id` in place of every {…}.
  Answer ask(const http::Router::Listed& route, const std::string& id, std::string_view body,
             const Headers& headers) const {
    std::string target;
    for (std::size_t at = 0; at < route.pattern.size();) {
      if (route.pattern[at] != '{') {
        target += route.pattern[at++];
        continue;
      }
      target += id;
      at = route.pattern.find('}', at) + 1;
    }
    return send(port(), route.method, target, body, headers);
  }
  std::vector<http::Router::Listed> routes() { return app().router().list(); }

  /// Everything that people own, as text: who they are, and how many rows each table has. The log of it all
  /// and what signing in leaves behind are left out.
  std::string state() {
    auto text = store().read([](store::Database& db) -> Result<std::string> {
      std::string out;
      std::vector<std::string> tables;
      TRY(db.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
                   [&](const store::Row& row) { tables.push_back(row.string(0)); }));
      const std::set<std::string> moving = {"audit_entry",       "audit_person", "session", "refresh_token",
                                            "sign_in_challenge", "known_device", "message", "sqlite_stat1",
                                            "access_key",        "nobody"};
      for (const std::string& table : tables) {
        if (moving.contains(table)) continue;
        out += table + " " + std::to_string(TRY(db.integer("SELECT count(*) FROM " + table, 0))) + "\n";
      }
      TRY(
          db.query("SELECT hex(id), hex(tenant), email, role, is_active, first_name, password_hash FROM user "
                   "ORDER BY id",
                   [&](const store::Row& row) {
                     for (int i = 0; i < 7; ++i) out += row.string(i) + " ";
                     out += "\n";
                   }));
      TRY(db.query("SELECT slug, name FROM tenant ORDER BY id",
                   [&](const store::Row& row) { out += row.string(0) + " " + row.string(1) + "\n"; }));
      return out;
    });
    EXPECT_TRUE(text.ok()) << describe(text.failure());
    return text.ok() ? *text : "";
  }

  /// Does any audit log, of a business or of the server itself, tell of a refusal with this code?
  bool told(const std::string& code) {
    app().settle_refusals();
    const auto found = store().read([&](store::Database& db) -> Result<std::size_t> {
      std::size_t rows = 0;
      for (const Id& tenant : TRY(store::list_audited(db))) {
        store::AuditFilter filter;
        filter.q = "\"code\":\"" + code + "\"";
        filter.action = "request_refused";
        rows += TRY(store::list_audit(db, tenant, filter, 10)).size();
      }
      return rows;
    });
    return found.ok() && *found > 0;
  }
};

}  // namespace ringup::test
