/// `ringup mobile-auth setup` and `cleanup`, the real program beside a running server.
#include <gtest/gtest.h>

#include "tests/server/child.h"
#include "tests/server/program.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using json::Object;

struct Ran {
  int status;
  std::string out;
};

Ran ringup(std::vector<std::string> words) {
  words.insert(words.begin(), test::program_path());
  std::string out;
  const int status = test::run_program(words, &out);
  return {status, out};
}

std::int64_t count(const std::string& folder, const char* sql) {
  auto store = store::Store::open(folder, {.readers = 1});
  return *(*store)->read([&](store::Database& db) { return db.integer(sql, -1); });
}

/// A folder with the business "shop".
class MobileAuth : public testing::Test {
 protected:
  MobileAuth() {
    EXPECT_EQ(ringup({"tenant", "create", "--data", folder_.path(), "--slug", "shop", "--name", "Shop",
                      "--owner-email", "olga@shop.example"})
                  .status,
              0);
  }
  Ran setup(std::vector<std::string> more) const {
    std::vector<std::string> words = {"mobile-auth", "setup", "--data", folder_.path()};
    words.insert(words.end(), more.begin(), more.end());
    return ringup(words);
  }
  test::Folder folder_;
};

TEST_F(MobileAuth, SetUpSaysWhoMaySignInAndMakesWhatIsMissing) {
  EXPECT_NE(setup({"--tenant", "shop"}).out.find("no employee group"), std::string::npos);
  EXPECT_EQ(setup({"--tenant", "nobody"}).status, 1);
  EXPECT_EQ(setup({}).status, 2);
  const Ran made = setup({"--tenant", "shop", "--create-groups", "--create-test-user"});
  EXPECT_EQ(made.status, 0);
  EXPECT_NE(made.out.find("Employees: 1 members"), std::string::npos) << made.out;
  const Ran again = setup({"--tenant", "shop", "--create-groups", "--create-test-user"});
  EXPECT_NE(again.out.find("mobile.test@example.com is there already"), std::string::npos) << again.out;
  EXPECT_EQ(count(folder_.path(), "SELECT count(*) FROM user_group WHERE is_employee = 1"), 3);
  EXPECT_EQ(count(folder_.path(),
                  "SELECT count(*) FROM user WHERE email = 'mobile.test@example.com'"
                  " AND phone_number = '+1234567890' AND password_hash = ''"),
            1);
  EXPECT_EQ(count(folder_.path(),
                  "SELECT count(*) FROM audit_entry WHERE action = 'user_created'"
                  " OR action = 'group_created'"),
            4);
}

TEST_F(MobileAuth, TheTestUserSignsInByCodeOnly) {
  ASSERT_EQ(setup({"--tenant", "shop", "--create-test-user"}).status, 0);
  const test::Child server(folder_.path());
  const auto post = [&](const char* path, const json::Value& body) {
    return test::send(server.port(), "POST", path, json::dump(body));
  };
  const test::Answer asked = post("/auth/api/mobile/generate-otp/", Object{{"phone_number", "+1234567890"}});
  EXPECT_EQ(asked.status, 200) << asked.body;
  EXPECT_EQ(count(folder_.path(), "SELECT count(*) FROM one_time_code WHERE user IS NOT NULL"), 1);
  for (const char* password : {"", "mobile.test@example.com"}) {
    EXPECT_EQ(
        post("/api/accounts/login/", Object{{"email", "mobile.test@example.com"}, {"password", password}})
            .status,
        401);
  }
}

TEST_F(MobileAuth, CleanUpDeletesWhatHasExpired) {
  ASSERT_EQ(setup({"--tenant", "shop", "--create-test-user"}).status, 0);
  const test::Child server(folder_.path());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(test::send(server.port(), "POST", "/auth/api/mobile/generate-otp/",
                         R"({"email":"mobile.test@example.com"})")
                  .status,
              200);
  }
  const auto clean_up = [&] { return ringup({"mobile-auth", "cleanup", "--data", folder_.path()}).out; };
  EXPECT_EQ(clean_up(), "0 expired one-time codes were deleted.\n");
  {
    auto store = store::Store::open(folder_.path(), {.readers = 1});
    ASSERT_TRUE((*store)
                    ->writer()
                    .write([](store::Database& db) -> Result<void> {
                      TRY(db.run("UPDATE one_time_code SET expires_at = 1 WHERE replaced_at IS NOT NULL"));
                      return {};
                    })
                    .ok());
  }
  EXPECT_EQ(clean_up(), "1 expired one-time code was deleted.\n");
  EXPECT_EQ(count(folder_.path(), "SELECT count(*) FROM one_time_code"), 1);
}

}  // namespace
}  // namespace ringup
