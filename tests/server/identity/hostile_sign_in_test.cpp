/// What somebody tries who should not come in: forged tokens, tokens of another kind, everything at once.
/// Each also looks that nothing has changed.
#include <atomic>
#include <set>
#include <thread>

#include "server/store/keys.h"
#include "tests/server/identity/house.h"

namespace ringup {
namespace {

using identity::base64url_encode;
using json::Object;
using test::Answer;
using test::House;

constexpr char another_password[] = "eight small green boats";

std::string code_with(const House& house, const std::string& authorization) {
  const Answer answer = house.get("/api/accounts/me/", {{"Authorization", authorization}});
  EXPECT_EQ(answer.status, 401) << authorization;
  return answer.text("code");
}

/// Everything that a refused request must leave as it was.
std::vector<std::int64_t> state_of(const House& house) {
  return {house.count("SELECT count(*) FROM session WHERE ended_at IS NULL"),
          house.count("SELECT count(*) FROM refresh_token"),
          house.count("SELECT count(*) FROM refresh_token WHERE used_at IS NULL"),
          house.count("SELECT count(*) FROM sign_in_challenge"),
          house.count("SELECT count(*) FROM mail_token"),
          house.count("SELECT count(*) FROM known_device"),
          house.count("SELECT sum(login_attempts) FROM user"),
          house.count("SELECT count(*) FROM access_key")};
}

/// A right token with another header (and, where there is a key, a right signature for it).
std::string with_header(const std::string& access, std::string_view header, std::string_view key) {
  const std::size_t first = access.find('.'), second = access.find('.', first + 1);
  const std::string part = base64url_encode(header) + access.substr(first, second - first);
  if (key.empty()) return part + ".";
  const Sha256Digest mac = store::hmac_sha256(key, part);
  return part + "." + base64url_encode({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

TEST(ForgedToken, NeverPasses) {
  const House house;
  const std::string access = house.login().text("access");
  const identity::AccessKey key = house.accounts().keys().keys()->front();
  const std::vector<std::int64_t> before = state_of(house);
  const std::string kid = R"(","kid":")" + key.kid + R"(")";
  // The last member stands for the key: "" none at all, else what the forger signs with. Some have the right
  // key in their hands, and only their header is another one.
  const std::pair<std::string, std::string> forged[] = {
      {R"({"alg":"none)" + kid + R"(,"typ":"JWT"})", ""},
      {R"({"alg":"None)" + kid + R"(,"typ":"JWT"})", ""},
      {R"({"alg":"NONE)" + kid + R"(,"typ":"JWT"})", key.secret},
      {R"({"alg":"RS256)" + kid + R"(,"typ":"JWT"})", key.secret},
      {R"({"alg":"HS512)" + kid + R"(,"typ":"JWT"})", key.secret},
      {R"({"alg":"HS256","kid":"another","typ":"JWT"})", key.secret},
      {R"({"alg":"HS256","kid":"../../../../dev/null","typ":"JWT"})", std::string(1, '\0')},
      {R"({"alg":"HS256","kid":"' UNION SELECT 'k","typ":"JWT"})", "k"},
      {R"({"alg":"HS256","kid":"","typ":"JWT"})", "k"},
      {R"({"alg":"HS256","typ":"JWT"})", key.secret},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"JWT","jku":"https://keys.example/keys.json"})", key.secret},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"JWT","x5u":"https://keys.example/chain"})", key.secret},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"JWT","jwk":{"kty":"oct","k":"aw"}})", "k"},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"JWT","crit":["exp"]})", key.secret},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"till"})", key.secret},
      {R"({"typ":"JWT","alg":"HS256)" + kid + "}", key.secret},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"JWT"})", "wrong key"},
      {R"({"alg":"HS256)" + kid + R"(,"typ":"JWT"})", house.store().secret()},
  };
  for (const auto& [header, by] : forged)
    EXPECT_EQ(code_with(house, "Bearer " + with_header(access, header, by)), "invalid_token") << header;
  EXPECT_EQ(state_of(house), before);
  EXPECT_EQ(house.get("/api/accounts/me/", {{"Authorization", "Bearer " + access}}).status, 200);
}

TEST(ForgedToken, ATokenOfAnotherKindOpensNothing) {
  House house;
  const Answer session = house.login();
  house.factors.asked = {"totp"};
  const std::string challenge = house.login().text("challenge");
  house.factors.asked = {};
  (void)house.post("/api/accounts/forgot-password/", Object{{"email", test::owner_email}});
  const std::string link = *house.last_mail("password_reset").find("link")->as_string();
  const std::string mail = link.substr(link.find("token=") + 6);
  const std::string device = session.text("device_token"), refresh = session.text("refresh"),
                    access = session.text("access");
  const std::vector<std::int64_t> before = state_of(house);
  for (const std::string& token : {challenge, mail, device, refresh})
    EXPECT_EQ(code_with(house, "Bearer " + token), "invalid_token");
  for (const char* scheme : {"bearer ", "Basic ", "Till ", "Token ", "", "Bearer  "})
    EXPECT_NE(code_with(house, std::string(scheme) + access), "");
  for (const std::string& token : {challenge, mail, device, access})
    EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", token}}).status, 401);
  for (const std::string& token : {challenge, device, refresh, access}) {
    EXPECT_EQ(house.post("/api/accounts/verify-email/", Object{{"token", token}}).status, 401);
    EXPECT_EQ(house
                  .post("/api/accounts/reset-password/",
                        Object{{"token", token}, {"new_password", another_password}})
                  .status,
              401);
  }
  for (const std::string& token : {challenge, mail, device, refresh, access})
    EXPECT_EQ(house
                  .post("/api/accounts/change-password/",
                        Object{{"challenge", token}, {"new_password", another_password}})
                  .status,
              401);
  EXPECT_EQ(state_of(house), before);
  EXPECT_EQ(house.login().status, 200) << "the password is the old one";
}

TEST(AtOnce, TwentyRefreshesAreOneChain) {
  const House house;
  const std::string token = house.login().text("refresh");
  std::vector<Answer> answers(20);
  std::vector<std::thread> threads;
  for (Answer& answer : answers)
    threads.emplace_back([&] { answer = house.post("/api/accounts/refresh/", Object{{"refresh", token}}); });
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> successors;
  for (const Answer& answer : answers) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    successors.insert(answer.text("refresh"));
  }
  EXPECT_EQ(successors.size(), 1u);
  EXPECT_EQ(house.count("SELECT count(*) FROM refresh_token"), 2);
  EXPECT_EQ(house.count("SELECT count(*) FROM session WHERE ended_at IS NULL"), 1);
  EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", *successors.begin()}}).status, 200);
}

TEST(AtOnce, FiftyWrongPasswordsAreTenTries) {
  const House house;
  std::atomic<int> tried{0}, turned_away{0}, let_in{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&] {
      const int status = house.login(test::owner_email, "wrong").status;
      tried += status == 401 ? 1 : 0;
      turned_away += status == 429 || status == 503 ? 1 : 0;
      let_in += status == 200 ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(let_in, 0);
  EXPECT_LE(tried, identity::login_attempts_max);
  EXPECT_EQ(tried + turned_away, 50);
  while (house.login(test::owner_email, "wrong").status == 401) ++tried;
  EXPECT_EQ(tried, identity::login_attempts_max);
  EXPECT_EQ(house.audited("account_locked"), 1);
  EXPECT_EQ(house.mailed("account_locked"), 1);
  EXPECT_EQ(house.count("SELECT login_attempts FROM user"), identity::login_attempts_max);
  EXPECT_EQ(house.count("SELECT count(*) FROM session"), 0);
}

TEST(AtOnce, RightPasswordsNeverLock) {
  const House house;
  for (int i = 0; i < identity::login_attempts_max - 1; ++i) (void)house.login(test::owner_email, "wrong");
  std::vector<int> statuses(20);
  std::vector<std::thread> threads;
  for (int& status : statuses) threads.emplace_back([&] { status = house.login().status; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 20);
  EXPECT_EQ(house.count("SELECT login_attempts FROM user"), 0);
  EXPECT_EQ(house.count("SELECT count(*) FROM user WHERE account_locked_until IS NOT NULL"), 0);
  EXPECT_EQ(house.audited("account_locked"), 0);
}

TEST(Lock, ACorrectGuessBehindItLooksLikeAWrongOne) {
  const House house;
  for (int i = 0; i < identity::login_attempts_max; ++i) (void)house.login(test::owner_email, "wrong");
  EXPECT_EQ(house.login().body, house.login(test::owner_email, "wrong").body);
  for (int i = 0; i < identity::login_attempts_max; ++i) (void)house.login("nobody@shop.example", "wrong");
  EXPECT_EQ(house.login("nobody@shop.example", "wrong").body, house.login().body);
}

TEST(Refresh, UsedAgainLaterEndsTheSessionAndIsWrittenDown) {
  House house;
  const Answer login = house.login();
  const std::string first = login.text("refresh");
  const std::string second = house.post("/api/accounts/refresh/", Object{{"refresh", first}}).text("refresh");
  house.pass(11);
  EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", first}}).status, 401);
  EXPECT_EQ(house.post("/api/accounts/refresh/", Object{{"refresh", second}}).status, 401);
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(login)).status, 401);
  EXPECT_EQ(house.audited("refresh_token_reused"), 1);
}

TEST(Keys, ChangeWhileOldTokensStayGoodUntilTheyExpire) {
  House house;
  const Answer before = house.login();
  identity::KeyRing elsewhere(house.store(), "", house.accounts().world());
  const auto key = elsewhere.rotate(false);
  ASSERT_TRUE(key.ok());
  house.pass(1);
  const Answer after = house.login();
  EXPECT_TRUE(after.text("access").starts_with(key->header));
  EXPECT_FALSE(before.text("access").starts_with(key->header));
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(before)).status, 200);
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(after)).status, 200);
  ASSERT_TRUE(elsewhere.rotate(true).ok());
  house.pass(1);
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(before)).status, 401);
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(after)).status, 401);
  const Answer refreshed = house.post("/api/accounts/refresh/", Object{{"refresh", after.text("refresh")}});
  EXPECT_EQ(house.get("/api/accounts/me/", test::bearer(refreshed)).status, 200);
}

TEST(Keys, ANewSettingTakesOverAndTheOldOneStillVerifies) {
  const House house;
  const identity::World& world = house.accounts().world();
  const std::string one(32, '1'), two(32, '2');
  const auto names = [&](const std::string& setting) {
    const identity::KeyRing ring(house.store(), setting, world);
    std::vector<std::string> kids;
    for (const identity::AccessKey& key : *ring.keys()) kids.push_back(key.kid);
    return kids;
  };
  const std::string made = names("").front();
  const auto first = names(one);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[1], made);
  const auto second = names(two);
  ASSERT_EQ(second.size(), 3u);
  EXPECT_EQ(second[1], first[0]);
  EXPECT_EQ(names(two), second) << "started again with the same";
  EXPECT_EQ(names(one).front(), first[0]) << "and back";
  EXPECT_EQ(names("").front(), made) << "no setting any more";
  identity::KeyRing set(house.store(), one, world);
  EXPECT_EQ(set.rotate(false).error(), Error::precondition_failed);
  EXPECT_EQ(house.count("SELECT count(*) FROM access_key WHERE retired_at IS NULL"), 1);
}

}  // namespace
}  // namespace ringup
