/// Embedded files, health, metrics and the headers on every answer, over a real socket.
#include <gtest/gtest.h>

#include "server/pages/assets.h"
#include "tests/server/log/heard.h"
#include "tests/server/running.h"

namespace ringup {
namespace {

using test::Answer;
using test::RunningServer;

void expect_security_headers(const Answer& answer) {
  const std::string policy = answer.header("content-security-policy");
  EXPECT_NE(policy.find("script-src 'self' 'wasm-unsafe-eval';"), std::string::npos) << answer.status;
  EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.header("referrer-policy"), "no-referrer");
  EXPECT_EQ(answer.header("cross-origin-opener-policy"), "same-origin");
  EXPECT_EQ(answer.header("cross-origin-resource-policy"), "same-origin");
  EXPECT_NE(answer.header("permissions-policy").find("camera=(self)"), std::string::npos);
}

TEST(Headers, LetOnlyTheTillAskForPrinters) {
  const RunningServer server;
  const auto policy = [&](const char* path) { return server.get(path).header("permissions-policy"); };
  for (const char* path : {"/till", "/till/"})
    EXPECT_NE(policy(path).find("usb=(self), serial=(self)"), std::string::npos) << path;
  for (const char* path : {"/", "/console", "/r/1", "/tills", "/healthz"})
    EXPECT_NE(policy(path).find("usb=(), serial=()"), std::string::npos) << path;
}

TEST(Headers, AreOnEveryAnswer) {
  const RunningServer server;
  for (const char* path :
       {"/", "/till", "/healthz", "/nothing/here", "/api/accounts/me/", "/assets/../x", "/%00"})
    expect_security_headers(server.get(path));
  expect_security_headers(server.remove("/healthz"));
  expect_security_headers(test::send(server.port(), "POST", "/api/accounts/login/", "{"));
}

TEST(Server, SharesItsPortWithNoOther) {
  const RunningServer first;
  EXPECT_EQ(first.get("/healthz").status, 200);
  const http::Router routes;
  http::ServerOptions options;
  options.port = first.port();
  http::Server second(routes, options);
  const Result<int> shared = second.bind();
  ASSERT_FALSE(shared.ok());
  EXPECT_EQ(shared.error(), Error::in_use);
}

TEST(Server, SaysTheSameStatusInTheBodyOfARefusal) {
  const RunningServer server;
  const Answer too_long = server.get("/" + std::string(5000, 'a'));
  EXPECT_EQ(too_long.status, 414);
  EXPECT_EQ(*too_long.json().find("status")->as_integer(), 414) << too_long.body;
  const Answer no_range = server.get("/till", {{"Range", "bytes=900000000-900000001"}});
  EXPECT_EQ(no_range.status, 416);
  EXPECT_EQ(*no_range.json().find("status")->as_integer(), 416) << no_range.body;
}

TEST(Pages, TheDoorAndTheTill) {
  const RunningServer server;
  const Answer door = server.get("/");
  EXPECT_EQ(door.status, 200);
  EXPECT_EQ(door.header("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(door.body.find("href=\"/till\""), std::string::npos);
  EXPECT_NE(server.get("/till").body.find("<canvas"), std::string::npos);
  EXPECT_EQ(server.get("/till/").status, 200);
  EXPECT_NE(door.body.find("href=\"/console\""), std::string::npos);
  EXPECT_NE(server.get("/console").body.find("<canvas"), std::string::npos);
  const Answer moved = server.get("/mobile-pos");
  EXPECT_EQ(moved.status, 302);
  EXPECT_EQ(moved.header("location"), "/till");
}

TEST(Assets, AreServedCompressedAndForEver) {
  const RunningServer server;
  int checked = 0;
  for (const Asset& asset : all_assets()) {
    if (!asset.path.starts_with("/assets/")) continue;
    ++checked;
    const Answer raw = server.get(asset.path);
    EXPECT_EQ(raw.status, 200) << asset.path;
    EXPECT_EQ(raw.body.size(), asset.raw.size());
    EXPECT_EQ(raw.header("cache-control"), "public, max-age=31536000, immutable");
    if (asset.brotli.empty()) continue;
    const Answer brotli = server.get(asset.path, {{"Accept-Encoding", "gzip, br"}});
    EXPECT_EQ(brotli.header("content-encoding"), "br");
    EXPECT_EQ(brotli.header("vary"), "Accept-Encoding");
    EXPECT_EQ(brotli.body.size(), asset.brotli.size());
    EXPECT_NE(brotli.header("etag"), raw.header("etag"));
    EXPECT_EQ(server.get(asset.path, {{"Accept-Encoding", "gzip, br;q=0"}}).header("content-encoding"),
              asset.gzip.empty() ? "" : "gzip");  // some pictures gain by one and not by the other
    const Answer known = server.get(
        asset.path, {{"Accept-Encoding", "br"}, {"If-None-Match", "\"x\", W/" + brotli.header("etag")}});
    EXPECT_EQ(known.status, 304);
    EXPECT_EQ(known.body, "");
  }
  EXPECT_GT(checked, 0);
  EXPECT_EQ(server.get("/assets/none.0123456789.js").status, 404);
  EXPECT_EQ(server.get("/till.html").status, 404) << "pages have one address";
  EXPECT_EQ(server.get("/openapi.json").status, 404) << "files for the program itself have no address";
}

TEST(Assets, HeadSaysTheLengthAndSendsNothing) {
  const RunningServer server;
  const Answer answer = test::send(server.port(), "HEAD", "/till");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.header("content-length"), std::to_string(find_asset("/till.html")->raw.size()));
}

TEST(Health, AnswersWithoutAndWithTheDatabase) {
  const RunningServer server;
  EXPECT_EQ(server.get("/healthz").text("status"), "ok");
  EXPECT_EQ(server.get("/readyz").text("status"), "ready");
}

TEST(Metrics, CountRequestsByRouteNotByAddress) {
  const RunningServer server;
  server.get("/healthz");
  server.get("/assets/none-of-your-business");
  server.get("/no/such/page");
  const std::string text = server.get("/metrics").body;
  EXPECT_NE(text.find(R"(ringup_requests_total{method="GET",route="/healthz",status="200"} 1)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"(route="/assets/{path...}",status="404"} 1)"), std::string::npos);
  EXPECT_NE(text.find(R"(route="",status="404"} 1)"), std::string::npos);
  EXPECT_NE(text.find("ringup_request_seconds_bucket{route=\"/healthz\",le=\"+Inf\"}"), std::string::npos);
  EXPECT_NE(text.find("ringup_writer_groups_total "), std::string::npos);
  EXPECT_NE(text.find("process_resident_memory_bytes "), std::string::npos);
  EXPECT_NE(text.find("ringup_answering 1\n"), std::string::npos) << "this very request";
  EXPECT_NE(text.find("ringup_turned_away_total{reason=\"malformed\"} 0\n"), std::string::npos);
  EXPECT_EQ(text.find("business"), std::string::npos);
}

TEST(Metrics, AreForThisMachineOrWhoeverHasTheToken) {
  RunningServer server;
  const Answer refused = server.get("/metrics", {{"X-Forwarded-For", "192.0.2.1"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(server.get("/metrics", {{"Via", "1.1 proxy"}, {"Authorization", "Bearer guess"}}).status, 403);
  EXPECT_EQ(server
                .get("/metrics", {{"X-Forwarded-For", "192.0.2.1"},
                                  {"Authorization", "Bearer " + server.app().metrics_token()}})
                .status,
            200);
}

TEST(Hosts, OnlyThoseOfBusinessesOnceOneHasAny) {
  AppOptions options;
  options.public_host = "office.example";
  const RunningServer open(options);
  EXPECT_EQ(open.get("/", {{"Host", "anything.example"}}).status, 200);

  const RunningServer server(options, "shop.example");
  EXPECT_EQ(server.get("/", {{"Host", "shop.example"}}).status, 200);
  EXPECT_EQ(server.get("/", {{"Host", "SHOP.example:8443"}}).status, 200);
  EXPECT_EQ(server.get("/", {{"Host", "office.example"}}).status, 200);
  const Answer stranger = server.get("/", {{"Host", "other.example"}});
  EXPECT_EQ(stranger.status, 421);
  EXPECT_EQ(stranger.text("code"), "misdirected_request");
  expect_security_headers(stranger);
  EXPECT_EQ(server.get("/healthz", {{"Host", "10.0.0.7"}}).status, 200);
}

TEST(Log, SaysWhatHappenedAndNothingPersonal) {
  const test::Heard heard;
  {
    const RunningServer server;
    server.login();
    server.get("/api/accounts/me/?who=olga", server.owner());
  }
  const std::string lines = heard.text();
  EXPECT_NE(lines.find(R"("method":"POST","route":"/api/accounts/login/","status":200,"ms":)"),
            std::string::npos)
      << lines;
  EXPECT_EQ(lines.find("olga"), std::string::npos);
  EXPECT_EQ(lines.find("127.0.0.1"), std::string::npos);
}

}  // namespace
}  // namespace ringup
