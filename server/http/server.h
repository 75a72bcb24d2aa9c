#pragma once
/// The listening side: cpp-httplib reads and writes HTTP/1.1, our Router answers.
///
/// One thread per connection from a pool that grows to `threads_max`; beyond it requests wait in a bounded
/// queue. Refused before any handler sees it, with 400: two lengths, a length beside chunks, control
/// characters (also encoded ones: the library decodes header values) in path or headers. Bodies are read up
/// to the route's limit, then 413.
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "server/http/http.h"

namespace ringup::http {

inline constexpr std::size_t threads_max = 256;
inline constexpr std::size_t waiting_max = 1024;  // accepted connections that wait for a thread
inline constexpr int keep_alive_seconds = 15;
inline constexpr int read_timeout_seconds = 10;
inline constexpr std::size_t path_bytes_max = 2048;

/// What a log line or a metric may know of an exchange: nothing personal.
struct Exchange {
  std::string_view request_id, method, route;  // route: the pattern, "" where none matched
  int status = 0;
  std::int64_t microseconds = 0;
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 8080;          // 0: any free one
  int trusted_proxies = 0;  // how many X-Forwarded-For entries from the right are ours
  /// Looks at a request before its route does (a host that nobody here has): a failure is the answer.
  std::function<Result<void>(const Request&)> before_route;
  std::function<void(const Request&, Response&)>
      before_answer;  // last word on every answer: security headers
  std::function<void(const Exchange&)> observe;
};

class Server {
 public:
  /// The router must outlive the server.
  Server(const Router& router, ServerOptions options);
  ~Server();
  /// Binds and yields the port. in_use where another program holds it; configuration for a bad host.
  Result<int> bind();
  /// Serves until stop(); returns when the last answer has left.
  void run();
  /// From any thread: no new connections; requests that are running finish.
  void stop();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace ringup::http
