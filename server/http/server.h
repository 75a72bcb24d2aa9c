#pragma once
/// The listening side put together: the guard (guard.h) faces the network, cpp-httplib decodes the addresses
/// that need it, our Router answers.
///
/// A handler sees only whole requests that can be understood in one way, with a body of at most the route's
/// limit; what the guard refuses gets the same problem+json, headers and metrics as any other answer.
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "server/http/guard.h"
#include "server/http/http.h"

namespace ringup::http {

inline constexpr std::size_t path_bytes_max = 2048;

/// What a log line or a metric may know of an exchange: nothing personal.
struct Exchange {
  std::string_view request_id, method, route;  // route: the pattern, "" where none matched
  int status = 0;
  std::int64_t microseconds = 0;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 8080;                                     // 0: any free one
  std::vector<std::pair<std::string, int>> also = {};  // further addresses
  int trusted_proxies = 0;  // how many X-Forwarded-For entries from the right are ours
  GuardLimits limits = {};  // its count by address is off where there are trusted proxies
  /// Answers instead of any route: a redirect to HTTPS.
  std::function<std::optional<Response>(const Request&)> instead;
  /// Looks at a request before its route does (a host that nobody here has, one request too many) and may
  /// answer in its place. `route` is the pattern that it matches, "" for none.
  std::function<std::optional<Response>(const Request&, std::string_view route)> before_route;
  /// Is told of answers that refuse: 401, 403, 421, 429. It waits for nothing.
  std::function<void(const Request&, std::string_view route, const Response&)> refused;
  std::function<void(const Request&, Response&)>
      before_answer;  // last word on every answer: security headers
  std::function<void(const Exchange&)> observe;
  std::function<std::unique_ptr<Wire>(int socket)> wire;  // as GuardDoors has them
  std::function<void()> end_streams;
};

class Server {
 public:
  /// The router must outlive the server.
  Server(const Router& router, ServerOptions options);
  ~Server();
  /// Binds all addresses and yields the first one's port. in_use where another program holds it;
  /// configuration for a bad host.
  Result<int> bind();
  /// Where it listens, with the ports that bind() found: "127.0.0.1:8080".
  std::vector<std::string> addresses() const;
  /// Serves until stop(); returns when the last answer has left.
  void run();
  /// From any thread, also before run(): no new connections; requests that are here are answered.
  void stop();
  /// Thread-safe.
  GuardNumbers numbers() const;

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace ringup::http
