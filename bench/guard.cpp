// What the front guard costs: the same routes and the same handler, once behind the HTTP library's own
// listening, once behind the guard, in short turns; the ratio of each pair, and their median. Client and
// servers share the machine's processors, and what else runs on it disturbs both halves of a pair alike.
//
//   bench_guard [PAIRS [SECONDS]]
#include <httplib.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/load.h"
#include "server/http/server.h"
#include "server/pages/pages.h"

using namespace ringup;
using namespace ringup::bench;

namespace {

constexpr std::size_t threads = 64;  // of both

http::Router routes() {
  http::Router router;
  router.add("GET", "/api/products/{id}/", [](const http::Request& request) -> Result<http::Response> {
    return http::json_response(
        json::Object{{"id", request.parameters[0]}, {"name", "Milk"}, {"price", 119}, {"stock", 12}});
  });
  return router;
}

void dress(http::Response& response) {
  response.with("X-Request-Id", "0190-0000-0000-00");
  pages::add_security_headers(response, "/", 0);
}

void say_ready(int port) {
  std::printf("is ready at :%d\n", port);
  std::fflush(stdout);
}

/// The library listens, reads and writes; the answer comes from the same router.
void serve_bare() {
  const http::Router router = routes();
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_pre_routing_handler([&](const httplib::Request& in, httplib::Response& out) {
    http::Request request;
    request.method = in.method;
    request.path = in.path;
    for (const auto& [name, value] : in.headers) request.headers.emplace_back(name, value);
    http::Response response = http::dispatch(router, request);
    dress(response);
    out.status = response.status;
    for (const auto& [name, value] : response.headers) out.set_header(name, value);
    out.set_content(std::move(response.body), response.content_type);
    return httplib::Server::HandlerResponse::Handled;
  });
  say_ready(server.bind_to_any_port("127.0.0.1"));
  server.listen_after_bind();
}

void serve_guarded() {
  const http::Router router = routes();
  http::ServerOptions options;
  options.port = 0;
  options.limits.workers_max = threads;
  options.before_answer = [](const http::Request&, http::Response& response) {
    pages::add_security_headers(response, "/", 0);
  };
  http::Server server(router, options);
  say_ready(must(server.bind()));
  server.run();
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 15;
  const double seconds = argc > 2 ? std::atof(argv[2]) : 0.3;
  const Child bare{std::function<void()>(serve_bare)};
  const Child guarded{std::function<void()>(serve_guarded)};
  for (const std::size_t connections : {1, 8, 32}) {
    const std::vector<std::vector<std::string>> requests(
        connections,
        {"GET /api/products/0190a1b2-0000-7000-8000-000000000001/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
         "Accept: application/json\r\n\r\n"});
    std::vector<double> shares, bare_rates, rates, busy, bare_busy;
    for (int pair = -1; pair < pairs; ++pair) {
      const Measured without = load(bare, requests, seconds, true, good);
      const Measured with = load(guarded, requests, seconds, true, good);
      if (pair < 0) continue;  // to get warm
      shares.push_back(with.per_second / without.per_second);
      bare_rates.push_back(without.per_second);
      rates.push_back(with.per_second);
      busy.push_back(with.cpu);
      bare_busy.push_back(without.cpu);
    }
    std::printf("%2zu connections: bare %7.0f/s on %.2f processors, guarded %7.0f/s on %.2f, ratio %.2f\n",
                connections, median(bare_rates), median(bare_busy), median(rates), median(busy),
                median(shares));
    const std::string at = std::to_string(connections);
    figure(("guard.bare_rate_" + at).c_str(), median(bare_rates));
    figure(("guard.rate_" + at).c_str(), median(rates));
    figure(("guard.share_" + at).c_str(), median(shares));
  }
  return 0;
}
