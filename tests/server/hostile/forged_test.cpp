// Headers that somebody made up, addresses that lead elsewhere, and answers that would tell who has an
// account.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "tests/server/hostile/ground.h"

namespace ringup {
namespace {

using json::Object;
using test::Answer;
using test::Ground;
using test::Headers;
using test::RunningServer;

TEST(HostileHeaders, AForgedHostIsNobodys) {
  RunningServer server({}, "shop.example");
  const Headers forged[] = {{{"Host", "evil.example"}},
                            {{"Host", "shop.example.evil.example"}},
                            {{"Host", "evil.example"}, {"X-Forwarded-Host", "shop.example"}},
                            {{"Host", "evil.example:80"}, {"Forwarded", "host=shop.example"}}};
  for (const Headers& headers : forged) {
    const Answer answer = server.login(test::owner_email, test::owner_password, headers);
    EXPECT_EQ(answer.status, 421) << headers[0].second;
    EXPECT_EQ(answer.text("access"), "");
    EXPECT_EQ(answer.body.find("evil"), std::string::npos) << "and it is not said back";
    EXPECT_EQ(answer.header("location"), "");
  }
  server.app().settle_refusals();
  const Answer owner = server.login(test::owner_email, test::owner_password, {{"Host", "shop.example"}});
  Headers headers = RunningServer::bearer(owner.text("access"));
  headers.emplace_back("Host", "shop.example");
  EXPECT_NE(server.get("/api/admin/audit-log/?q=misdirected_request", headers).body.find("evil.example"),
            std::string::npos);
}

TEST(HostileHeaders, ForwardedOnesCountOnlyFromProxiesOfOurs) {
  AppOptions options;
  options.accounts.logins_per_minute = 5;
  RunningServer server(options);
  int limited = 0;
  for (int i = 0; i < 12; ++i) {
    const std::string made_up = "198.51.100." + std::to_string(i);
    const Answer answer = server.login("ben@shop.example", "wrong",
                                       {{"X-Forwarded-For", made_up},
                                        {"X-Real-IP", made_up},
                                        {"Forwarded", "for=" + made_up},
                                        {"True-Client-IP", made_up},
                                        {"X-Forwarded-Proto", "https"},
                                        {"X-Ringup-Client", "browser"}});
    limited += answer.status == 429 ? 1 : 0;
    EXPECT_EQ(answer.header("set-cookie").find("__Host-"), std::string::npos) << "it did not come over TLS";
    EXPECT_EQ(answer.header("strict-transport-security"), "");
  }
  EXPECT_EQ(limited, 7) << "another address for each does not help";
  server.pass(60);
  server.app().settle_refusals();
  const Answer log = server.get("/api/admin/audit-log/?action=request_refused", server.owner());
  EXPECT_EQ(log.body.find("198.51.100."), std::string::npos);
  EXPECT_NE(log.body.find("127.0.0.1"), std::string::npos);
}

TEST(HostileHeaders, NothingThatIsSentComesBackAsAHeader) {
  Ground ground;
  const char* pieces[] = {"%0d%0aSet-Cookie:%20a=b", "%0aLocation:%20https://evil.example",
                          "%E5%98%8A%E5%98%8DSet-Cookie:a=b", "%00", "%0d%0a%0d%0a<script>"};
  for (const auto& route : ground.routes()) {
    if (route.method != "GET" || route.pattern == "/api/events" || route.pattern == "/api/events/") continue;
    for (const char* piece : pieces) {
      for (const std::string& target :
           {ground.ask(route, piece, {}, {}).header("set-cookie"),
            ground.ask({"GET", route.pattern + "?next=" + piece}, "x", {}, {}).header("set-cookie")})
        EXPECT_EQ(target.find("a=b"), std::string::npos) << route.pattern << " " << piece;
    }
  }
  const Answer named = ground.get("/healthz", {{"X-Request-Id", "abcdefgh\tSet-Cookie: a=b"}});
  EXPECT_EQ(named.header("set-cookie"), "");
  EXPECT_NE(named.header("x-request-id"), "abcdefgh\tSet-Cookie: a=b");
}

TEST(HostileHeaders, NoRedirectLeavesTheHouse) {
  Ground ground;
  const char* targets[] = {"//evil.example/",           "/\\evil.example",         "/%2f%2fevil.example",
                           "/https://evil.example",     "/%5cevil.example/%2e%2e", "/.//evil.example",
                           "/mobile-pos//evil.example", "/login//evil.example/"};
  for (const char* target : targets) {
    const std::string location = ground.get(target).header("location");
    EXPECT_TRUE(location.empty() || (location[0] == '/' && !location.starts_with("//")))
        << target << " " << location;
  }
  for (const auto& route : ground.routes()) {
    if (route.pattern == "/api/events" || route.pattern == "/api/events/") continue;
    for (const char* name : {"next", "url", "redirect", "return_to", "continue"}) {
      const std::string location =
          ground.ask({route.method, route.pattern + "?" + name + "=https://evil.example/"}, "x", {}, {})
              .header("location");
      EXPECT_EQ(location.find("evil"), std::string::npos) << route.pattern;
      EXPECT_TRUE(location.empty() || (location[0] == '/' && !location.starts_with("//")))
          << route.pattern << " " << location;
    }
  }
}

TEST(HostileHeaders, EveryAnswerCarriesTheProtections) {
  Ground ground;
  const auto check = [](const Answer& answer, const std::string& what) {
    ASSERT_NE(answer.status, 0) << what;
    const std::string policy = answer.header("content-security-policy");
    const bool nothing = policy.starts_with("default-src 'none'");  // then what is not named is nothing, too
    EXPECT_TRUE(nothing || (policy.starts_with("default-src 'self'") &&
                            policy.find("object-src 'none'") != std::string::npos))
        << what << ": " << policy;
    for (const char* part : {"base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"})
      EXPECT_NE(policy.find(part), std::string::npos) << what << ": " << part;
    EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos) << what;
    EXPECT_EQ(policy.find("'unsafe-eval'"), std::string::npos) << what;
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff") << what;
    EXPECT_EQ(answer.header("x-frame-options"), "DENY") << what;
    const std::string referrer = answer.header("referrer-policy");
    EXPECT_TRUE(referrer == "no-referrer" || referrer == "same-origin") << what << ": " << referrer;
    EXPECT_EQ(answer.header("cross-origin-opener-policy"), "same-origin") << what;
    EXPECT_EQ(answer.header("cross-origin-resource-policy"), "same-origin") << what;
    EXPECT_EQ(answer.header("server"), "") << what;
    EXPECT_EQ(answer.header("x-powered-by"), "") << what;
  };
  for (const auto& route : ground.routes()) {
    if (route.pattern == "/api/events" || route.pattern == "/api/events/") continue;
    check(ground.ask(route, "x", {}, {}), route.method + " " + route.pattern);
  }
  check(ground.get("/nothing/here"), "404");
  check(ground.get("/%ff%00"), "a broken address");
  check(test::send(ground.port(), "TRACE", "/"), "TRACE");
  check(test::parse_answer(test::exchange_bytes(ground.port(), "GET / HTTP/9.9\r\n\r\n")),
        "what the door refuses");
  EXPECT_EQ(test::send(ground.port(), "TRACE", "/").status, 405);
  const Answer me = ground.get("/api/accounts/me/", ground.shop_owner());
  EXPECT_EQ(me.header("cache-control"), "no-store");
  EXPECT_EQ(ground.get("/api/customers/", ground.shop_owner()).header("cache-control"), "no-store");
}

/// Headers that may differ between two answers to the same question.
std::string without_moving_parts(const Answer& answer) {
  std::string text = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers) {
    if (name == "x-request-id" || name == "set-cookie") continue;
    text += name + ": " + value + "\n";
  }
  return text + answer.body;
}

struct Question {
  const char* route;
  std::function<json::Object(const std::string& email)> body;
};

/// What anybody may ask with somebody's address.
std::vector<Question> questions() {
  const auto email = [](const std::string& address) {
    return Object{{"tenant", "shop"}, {"email", address}};
  };
  return {{"/api/accounts/login/",
           [](const std::string& address) {
             return Object{{"tenant", "shop"}, {"email", address}, {"password", "not this one, surely"}};
           }},
          {"/api/accounts/register/",
           [](const std::string& address) {
             return Object{{"tenant", "shop"},
                           {"email", address},
                           {"password", "four quiet purple owls"},
                           {"first_name", "A"},
                           {"last_name", "B"}};
           }},
          {"/api/accounts/resend-verification/", email},
          {"/api/accounts/forgot-password/", email},
          {"/auth/api/mobile/generate-otp/",
           [](const std::string& address) {
             return Object{{"email", address}};
           }},
          {"/auth/api/mobile/verify-otp/",
           [](const std::string& address) {
             return Object{{"email", address}, {"otp_code", "123456"}};
           }},
          {"/auth/api/mobile/resend-otp/", [](const std::string& address) {
             return Object{{"email", address}};
           }}};
}

/// A clock that goes on between tries, so that no count of an account speaks; addresses of equal length.
TEST(HostileEnumeration, NoAnswerTellsWhoHasAnAccount) {
  for (const Question& question : questions()) {
    RunningServer server(test::unlimited());
    if (server.app().router().match("POST", question.route).handler == nullptr) continue;
    const auto ask = [&](const std::string& address) {
      return server.post(question.route, question.body(address));
    };
    const Answer known = ask("olga@shop.example"), unknown = ask("olaf@shop.example");
    std::string a = without_moving_parts(known), b = without_moving_parts(unknown);
    if (const std::size_t said = b.find("olaf@"); said != std::string::npos) b.replace(said, 5, "olga@");
    EXPECT_EQ(a, b) << question.route;
    EXPECT_EQ(known.header("set-cookie").empty(), unknown.header("set-cookie").empty()) << question.route;
  }
}

/// The bound: of pairs of questions, one about an address that has an account and one about an address that
/// has none, asked in turns and in changing order, neither kind takes longer in more than 85 % of them. A
/// password that is not compared, or a mail that is sent while the answer waits, takes longer in all of them.
/// By chance a fair coin leaves these bounds at 48 pairs about once in two million runs, and a busy machine
/// slows both alike.
TEST(HostileEnumeration, NoTimeTellsWhoHasAnAccount) {
  constexpr int pairs = 48;
  for (const Question& question : questions()) {
    RunningServer server(test::unlimited());
    if (server.app().router().match("POST", question.route).handler == nullptr) continue;
    const auto time = [&](const std::string& address) {
      const json::Object body = question.body(address);
      const auto begun = std::chrono::steady_clock::now();
      EXPECT_LT(server.post(question.route, body).status, 500) << question.route;
      return std::chrono::steady_clock::now() - begun;
    };
    int longer = 0;
    std::vector<double> known, unknown;
    for (int i = 0; i < pairs; ++i) {
      server.pass(3600);
      const std::string stranger = "olaf" + std::to_string(10 + i) + "@shop.example";
      std::chrono::steady_clock::duration a{}, b{};
      if (i % 2 == 0) {
        a = time(test::owner_email);
        b = time(stranger);
      } else {
        b = time(stranger);
        a = time(test::owner_email);
      }
      longer += a > b ? 1 : 0;
      known.push_back(std::chrono::duration<double, std::milli>(a).count());
      unknown.push_back(std::chrono::duration<double, std::milli>(b).count());
    }
    std::sort(known.begin(), known.end()), std::sort(unknown.begin(), unknown.end());
    std::printf("%-40s known %6.2f ms, unknown %6.2f ms (medians), known slower in %d of %d\n",
                question.route, known[pairs / 2], unknown[pairs / 2], longer, pairs);
    EXPECT_GE(longer, pairs * 15 / 100) << question.route << ": unknown addresses take longer";
    EXPECT_LE(longer, pairs * 85 / 100) << question.route << ": known addresses take longer";
  }
}

}  // namespace
}  // namespace ringup
