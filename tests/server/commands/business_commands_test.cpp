/// `ringup demo` and `ringup tenant create`: what they print, what they leave, what they refuse.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/commands/commands.h"
#include "server/identity/business.h"
#include "server/identity/password.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using commands::Arguments;

struct Ran {
  int status;
  std::string out, error;
};

Ran run(int (*command)(const Arguments&), std::map<std::string, std::string, std::less<>> options) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = command({std::move(options), {}});
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

std::int64_t count(const std::string& folder, const char* sql) {
  auto store = store::Store::open(folder, {.readers = 1});
  return *(*store)->read([&](store::Database& db) { return db.integer(sql, -1); });
}

TEST(DemoCommand, FillsAnEmptyFolderAndNoOther) {
  const test::Folder folder;
  const Ran ran = run(commands::run_demo, {{"--data", folder.path()}, {"--json", ""}});
  ASSERT_EQ(ran.status, commands::done) << ran.error;
  const auto answer = json::parse(ran.out.substr(0, ran.out.size() - 1));
  ASSERT_TRUE(answer.ok());
  const json::Array& accounts = *answer->find("accounts")->as_array();
  ASSERT_EQ(accounts.size(), 6u);
  EXPECT_EQ(*accounts[2].find("role")->as_string(), "cashier");
  EXPECT_EQ(answer->find("delivery_methods")->as_array()->size(), 3u);
  EXPECT_GT(count(folder.path(), "SELECT count(*) FROM product"), 300);
  EXPECT_GT(count(folder.path(), "SELECT count(*) FROM stock_level WHERE quantity > 0"), 200);
  EXPECT_EQ(count(folder.path(), "SELECT count(*) FROM branch"), 2);
  EXPECT_GT(count(folder.path(), "SELECT count(*) FROM customer"), 3);
  // A living shop: eight weeks of it, with whatever happens in one.
  EXPECT_GT(count(folder.path(), "SELECT count(*) FROM sale WHERE kind = 'sale'"), 2000);
  EXPECT_GT(count(folder.path(), "SELECT count(*) FROM sale WHERE kind = 'refund'"), 10);
  EXPECT_GT(count(folder.path(), "SELECT count(*) FROM sale WHERE voided_by IS NOT NULL"), 0);
  EXPECT_GE(count(folder.path(), "SELECT count(DISTINCT sold_at / 86400000000) FROM sale"), 56);
  EXPECT_GE(count(folder.path(), "SELECT count(DISTINCT user) FROM sale"), 3);
  EXPECT_EQ(count(folder.path(), "SELECT count(DISTINCT kind) FROM task"), 6);
  EXPECT_LT(count(folder.path(), "SELECT count(*) FROM task"), 40);

  const Ran again = run(commands::run_demo, {{"--data", folder.path()}});
  EXPECT_EQ(again.status, commands::failed);
  EXPECT_EQ(again.out, "");
  EXPECT_NE(again.error.find("needs an empty folder"), std::string::npos);
}

TEST(TenantCommand, MakesABusinessWithWhatItNeeds) {
  const test::Folder folder;
  const Ran ran = run(commands::run_tenant_create, {{"--data", folder.path()},
                                                    {"--slug", "laden"},
                                                    {"--name", "Laden Süd"},
                                                    {"--owner-email", "Ute@Laden.example"},
                                                    {"--host", "Shop.Laden.example"},
                                                    {"--country", "CH"},
                                                    {"--currency", "CHF"}});
  ASSERT_EQ(ran.status, commands::done) << ran.error;
  EXPECT_EQ(count(folder.path(), "SELECT rate FROM tax_class WHERE name = 'standard'"), 81'000);
  EXPECT_EQ(count(folder.path(), "SELECT rate FROM tax_class WHERE name = 'reduced'"), 26'000);
  EXPECT_EQ(count(folder.path(), "SELECT rate FROM tax_class WHERE name = 'zero'"), 0);
  EXPECT_EQ(count(folder.path(), "SELECT count(*) FROM branch WHERE is_default = 1"), 1);
  EXPECT_EQ(count(folder.path(), "SELECT count(DISTINCT kind) FROM delivery_method"), 3);
  EXPECT_EQ(count(folder.path(), "SELECT count(*) FROM user WHERE role = 'owner' AND email_verified_at > 0"),
            1);
  EXPECT_EQ(count(folder.path(), "SELECT count(*) FROM tenant_host WHERE host = 'shop.laden.example'"), 1);

  auto store = store::Store::open(folder.path(), {.readers = 1});
  const auto user = (*store)->read([](store::Database& db) -> Result<std::optional<store::User>> {
    const auto tenant = TRY(store::find_tenant_by_slug(db, "laden"));
    return store::find_user_by_email(db, tenant->id, "ute@laden.example");
  });
  ASSERT_TRUE(user.ok() && user->has_value());
  const std::string_view label = "only this once: ";
  const std::size_t at = ran.out.find(label);
  ASSERT_NE(at, std::string::npos);
  const std::string password = ran.out.substr(at + label.size(), 19);
  EXPECT_TRUE(identity::verify_password(password, (*user)->password_hash)) << password;
}

TEST(TenantCommand, RefusesWithoutLeavingAnything) {
  const test::Folder folder;
  const std::map<std::string, std::string, std::less<>> good = {{"--data", folder.path()},
                                                                {"--slug", "laden"},
                                                                {"--name", "Laden"},
                                                                {"--owner-email", "u@laden.example"}};
  ASSERT_EQ(run(commands::run_tenant_create, good).status, commands::done);
  const auto refused = [&](std::string option, std::string value) {
    auto options = good;
    options["--slug"] = "other";
    options[option] = std::move(value);
    const Ran ran = run(commands::run_tenant_create, options);
    EXPECT_EQ(ran.status, commands::failed) << option;
    return ran.error;
  };
  EXPECT_NE(refused("--slug", "laden").find("slug: Another business"), std::string::npos);
  EXPECT_NE(refused("--slug", "No Slug").find("slug"), std::string::npos);
  EXPECT_NE(refused("--currency", "EURO").find("ISO 4217, such as EUR."), std::string::npos);
  EXPECT_NE(refused("--country", "Atlantis").find("country"), std::string::npos);
  EXPECT_NE(refused("--owner-email", "nobody").find("owner_email"), std::string::npos);
  EXPECT_NE(refused("--host", "https://x.example").find("host"), std::string::npos);
  EXPECT_NE(refused("--host", "x.example:80").find("host"), std::string::npos);
  EXPECT_NE(refused("--name", "   ").find("name"), std::string::npos);
  EXPECT_EQ(count(folder.path(), "SELECT count(*) FROM tenant"), 1);
}

TEST(TenantCommand, GivesABusinessAHostNameAndNamesThoseWithoutOne) {
  const test::Folder folder;
  const auto make = [&](const char* slug, const char* email) {
    return run(commands::run_tenant_create,
               {{"--data", folder.path()}, {"--slug", slug}, {"--name", slug}, {"--owner-email", email}});
  };
  ASSERT_EQ(make("one", "o@one.example").status, commands::done);
  ASSERT_EQ(make("two", "t@two.example").status, commands::done);
  const auto host = [&](const char* slug, const char* name) {
    return run(commands::run_tenant_host, {{"--data", folder.path()}, {"--tenant", slug}, {"--host", name}});
  };
  const Ran first = host("one", "Shop.One.example");
  EXPECT_EQ(first.status, commands::done);
  EXPECT_NE(first.error.find("business two has no host name"), std::string::npos);
  EXPECT_EQ(count(folder.path(), "SELECT count(*) FROM tenant_host WHERE host = 'shop.one.example'"), 1);
  EXPECT_EQ(host("one", "shop.one.example").status, commands::done) << "it has it already";
  EXPECT_EQ(host("two", "shop.one.example").status, commands::failed);
  EXPECT_EQ(host("three", "shop.three.example").status, commands::failed);
  EXPECT_EQ(host("two", "https://two.example").status, commands::failed);
  const Ran second = host("two", "shop.two.example");
  EXPECT_EQ(second.status, commands::done);
  EXPECT_EQ(second.error, "");
}

TEST(TenantCommand, WorksBesideARunningServer) {
  test::RunningServer server;
  ASSERT_EQ(run(commands::run_tenant_create, {{"--data", server.folder().path()},
                                              {"--slug", "second"},
                                              {"--name", "Second"},
                                              {"--owner-email", "s@second.example"}})
                .status,
            commands::done);
  EXPECT_EQ(server.login().text("code"), "tenant_required")
      << "two businesses now: the request must say which";
  const auto answer = server.post(
      "/api/accounts/login/",
      json::Object{{"tenant", "shop"}, {"email", test::owner_email}, {"password", test::owner_password}});
  EXPECT_EQ(answer.status, 200);
}

}  // namespace
}  // namespace ringup
