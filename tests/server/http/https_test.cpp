/// How people are led to HTTPS and kept there: redirects, cookies, Strict-Transport-Security, the page
/// /trust.
#include "server/http/https.h"

#include <gtest/gtest.h>

#include "server/http/tls_authority.h"
#include "tests/server/program.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using http::HttpsPolicy;
using test::Answer;
using test::Headers;
using test::RunningServer;

Headers host(const char* name) {
  return {{"Host", name}};
}

/// A certificate for shop.lan and 192.168.1.10, on ports 8443.
AppOptions forced() {
  AppOptions options;
  options.https.force = true;
  options.https.certificate = [] {
    http::CertificateFacts facts;
    facts.names = {"shop.lan", "192.168.1.10"};
    return facts;
  };
  options.https.ports = {8443};
  return options;
}

TEST(ForceHttps, MovesPagesToTheSameHostAndPort) {
  const RunningServer server(forced());
  const Answer moved = server.get("/console?a=%20b", host("SHOP.lan:8443"));
  EXPECT_EQ(moved.status, 308);
  EXPECT_EQ(moved.header("location"), "https://shop.lan:8443/console?a=%20b");
  EXPECT_EQ(moved.header("strict-transport-security"), "") << "anybody could have written it";
  EXPECT_EQ(server.get("/", host("192.168.1.10:8443")).header("location"), "https://192.168.1.10:8443/");
  EXPECT_EQ(test::send(server.port(), "HEAD", "/till", {}, host("shop.lan")).header("location"),
            "https://shop.lan:8443/till");
  EXPECT_EQ(server.get("//other.example/", host("shop.lan")).header("location"),
            "https://shop.lan:8443//other.example/");
}

TEST(ForceHttps, PrefersTheUsualPortWhereWeListenOnIt) {
  AppOptions options = forced();
  options.https.ports = {80, 443};
  const RunningServer server(options);
  EXPECT_EQ(server.get("/", host("shop.lan")).header("location"), "https://shop.lan/");
  EXPECT_EQ(server.get("/", host("shop.lan:80")).header("location"), "https://shop.lan/");
}

TEST(ForceHttps, NeverLeadsToAHostThatOnlyTheRequestNames) {
  AppOptions options = forced();
  const RunningServer server(options);
  const Answer refused = server.get("/", host("evil.example"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("location"), "");
  EXPECT_EQ(refused.text("code"), "forbidden");
  options.https.public_origin = "https://shop.example";
  const RunningServer known(options);
  EXPECT_EQ(known.get("/x", host("evil.example")).header("location"), "https://shop.example/x");
  EXPECT_EQ(known.get("/x", host("shop.lan")).header("location"), "https://shop.example/x");
}

TEST(ForceHttps, LeavesABusinessOnItsOwnHost) {
  AppOptions options;
  options.https.force = true;  // behind a proxy
  options.https.public_origin = "https://all.example";
  options.public_host = "all.example";
  const RunningServer server(options, "corner.example");
  EXPECT_EQ(server.get("/till", host("corner.example")).header("location"), "https://corner.example/till");
  EXPECT_EQ(server.get("/till", host("all.example")).header("location"), "https://all.example/till");
}

TEST(ForceHttps, TakesNothingElseAndSaysWhy) {
  const RunningServer server(forced());
  const Answer refused =
      test::send(server.port(), "POST", "/api/accounts/login/", "{}", host("shop.lan:8443"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  EXPECT_NE(refused.text("detail").find("plain HTTP"), std::string::npos) << refused.body;
  EXPECT_NE(refused.text("detail").find("https://shop.lan:8443"), std::string::npos) << refused.body;
  for (const char* path : {"/healthz", "/readyz", "/metrics"})
    EXPECT_EQ(server.get(path, host("shop.lan")).status, 200) << path;
  EXPECT_EQ(server.get("/trust", host("shop.lan")).status, 404);
}

TEST(StrictTransport, GoesOutOverHttpsOnly) {
  const auto strict = [](bool secure, const char* name, HttpsPolicy policy) {
    http::Request request;
    request.secure = secure;
    request.headers = {{"host", name}};
    return http::strict_seconds(request, policy);
  };
  HttpsPolicy own = forced().https;
  EXPECT_EQ(strict(true, "shop.lan", own), 31'536'000);
  EXPECT_EQ(strict(false, "shop.lan", own), 0);
  EXPECT_EQ(strict(true, "192.168.1.10:8443", own), 0) << "browsers ignore it there";
  EXPECT_EQ(strict(true, "[fd00::1]", own), 0);
  own.public_https = true;
  EXPECT_EQ(strict(false, "shop.lan", own), 0) << "who ends TLS here knows that this did not come over it";
  own.local_authority = true;
  EXPECT_EQ(strict(true, "shop.lan", own), 86'400);
  HttpsPolicy proxied;
  EXPECT_EQ(strict(false, "shop.example", proxied), 0);
  EXPECT_EQ(strict(true, "shop.example", proxied), 31'536'000);
  proxied.public_https = true;
  EXPECT_EQ(strict(false, "shop.example", proxied), 31'536'000)
      << "a proxy that does not say how it was asked";
}

TEST(Hosts, AreReadWithAndWithoutPort) {
  EXPECT_EQ(http::host_of("Shop.LAN:8443").host, "shop.lan");
  EXPECT_EQ(http::host_of("Shop.LAN:8443").port, 8443);
  EXPECT_EQ(http::host_of("[FD00::1]:80").host, "fd00::1");
  EXPECT_EQ(http::host_of("[fd00::1]").port, 0);
  EXPECT_EQ(http::authority_of({"fd00::1", 80}, 80), "[fd00::1]");
  EXPECT_EQ(http::authority_of({"shop.lan", 81}, 80), "shop.lan:81");
}

TEST(Trust, TellsHowAndGivesTheCertificate) {
  AppOptions options = forced();
  RunningServer server(options);
  EXPECT_EQ(server.get("/trust").status, 404);
  const auto made = http::make_local_certificate(server.folder().path(), {"shop.lan", "192.168.1.10"}, false,
                                                 store::unix_us_now());
  ASSERT_TRUE(made.ok());
  Headers phone = host("shop.lan:8443");
  phone.emplace_back("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)");
  const Answer page = server.get("/trust", phone);
  ASSERT_EQ(page.status, 200);
  for (const std::string& part :
       {std::string("<details id=\"iphone\" open"), made->authority.facts.fingerprint.substr(0, 23),
        std::string("shop.lan and 192.168.1.10"), std::string("http://shop.lan:8443<wbr>/trust"),
        std::string("https://shop.lan:8443/till"), std::string("<svg")})
    EXPECT_NE(page.body.find(part), std::string::npos) << part;
  EXPECT_EQ(page.body.find("<!-- "), std::string::npos) << "a part of the page was left out";
  EXPECT_EQ(page.body.find(".invalid"), std::string::npos);
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(page.body.find("style="), std::string::npos) << "the content policy would drop it";
  const Answer strange = server.get("/trust", host("evil.example"));
  EXPECT_EQ(strange.body.find("evil"), std::string::npos);

  const Answer certificate = server.get("/trust/authority.crt");
  EXPECT_EQ(certificate.header("content-type"), "application/x-x509-ca-cert");
  EXPECT_EQ(certificate.body, made->authority.pem);
  const Answer profile = server.get("/trust/authority.mobileconfig");
  EXPECT_EQ(profile.header("content-type"), "application/x-apple-aspen-config");
  EXPECT_EQ(profile.body, server.get("/trust/authority.mobileconfig").body);
  test::Program reader(
      {"python3", "-c",
       "import plistlib,sys,urllib.request,hashlib\n"
       "p=plistlib.loads(urllib.request.urlopen(sys.argv[1]).read())\n"
       "c=p['PayloadContent'][0]\n"
       "print(c['PayloadType'], hashlib.sha256(c['PayloadContent']).hexdigest().upper())",
       "http://127.0.0.1:" + std::to_string(server.port()) + "/trust/authority.mobileconfig"});
  std::string digest;
  for (const char c : made->authority.facts.fingerprint) {
    if (c != ':') digest += c;
  }
  EXPECT_EQ(reader.line(), "com.apple.security.root " + digest);

  const json::Value way = server.get("/trust/https", host("shop.lan:8443")).json();
  EXPECT_EQ(*way.find("origin")->as_string(), "https://shop.lan:8443");
  EXPECT_EQ(*way.find("local_authority")->as_bool(), true);
}

TEST(Trust, SaysWhereNobodySpeaksHttps) {
  const RunningServer server;
  const json::Value way = server.get("/trust/https").json();
  EXPECT_EQ(way.find("origin")->as_string(), nullptr);
  EXPECT_EQ(*way.find("local_authority")->as_bool(), false);
}

}  // namespace
}  // namespace ringup
