#pragma once
/// What a handler sees of HTTP: plain data, no library. A handler parses, calls its capability, maps the
/// answer.
///
/// Handlers run on pool threads, several at once; a Request lives until its handler returns.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace ringup::http {

class OpenStream;

inline constexpr std::size_t body_bytes_default = 1 << 20;  // largest body unless a route says otherwise
inline constexpr std::size_t body_bytes_max = 16 << 20;     // largest a route may ask for

struct Request {
  std::string method;  // "GET", "POST" …; HEAD arrives as GET
  std::string path;    // decoded, always with the trailing slash of the contract for /api and /auth
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::vector<std::string> parameters;                       // what the {…} of the route matched, in order
  std::string body;
  std::string target;          // path and query as the client sent them, beginning with a slash
  bool secure = false;         // it came over TLS, to us or (TRUSTED_PROXIES) to the proxy in front
  std::string remote_address;  // of the client, behind TRUSTED_PROXIES
  std::string request_id;

  /// First header of that lower-case name, or "".
  std::string_view header(std::string_view lower_case_name) const;
  /// First query parameter of that name.
  std::optional<std::string_view> query_value(std::string_view name) const;
  /// A cookie's value, or "".
  std::string_view cookie(std::string_view name) const;
  /// unknown_member naming the first query parameter that is not in the list.
  Result<void> allow_query(std::initializer_list<std::string_view> names) const;
  /// The body as JSON: unsupported_media_type, invalid_json, limit_exceeded.
  Result<json::Value> json_body(const json::Limits& limits = {}) const;
  /// The n-th {…} of the route as an id; not_found where it is no id.
  Result<Id> parameter_id(std::size_t n) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  /// Static bytes (an embedded asset), sent instead of `body` where set. They must live for ever.
  std::optional<std::string_view> static_body;
  /// Where set, the answer has no end of its own: after its head (and body) the connection is given to this
  /// function, on a thread of the server's: quick. See OpenStream in guard.h.
  std::function<void(std::unique_ptr<OpenStream>)> stream;
  std::vector<std::pair<std::string, std::string>> headers;

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

/// Where a request came from, for the audit log and lists of sessions.
struct Whence {
  std::string address;  // of the client, behind TRUSTED_PROXIES
  std::string device;   // what it says it is: printable ASCII, cut short
};
Whence whence_of(const Request& request);

/// 200 or another status with a JSON body.
Response json_response(const json::Value& value, int status = 200);
/// RFC 9457 problem+json with status, code, detail, errors.
Response problem(const Failure& failure);
/// The same with a status that says more than the table's (414 for an address that is too long).
Response problem(const Failure& failure, int status);
/// The HTTP status an Error becomes (one table).
int status_of(Error error);
Response text_response(std::string text, std::string content_type = "text/plain; charset=utf-8",
                       int status = 200);

/// Text as it may stand in HTML, also in a quoted attribute.
std::string escape_html(std::string_view text);

/// Failure of a handler becomes its problem; success its response.
using Handler = std::function<Result<Response>(const Request&)>;

struct RouteOptions {
  std::size_t body_bytes_max = body_bytes_default;
  /// The handler never waits (no disk, no lock that others hold for long) and is done in microseconds: it may
  /// run on the front guard's own thread, which spares waking a worker. before_route is not asked.
  bool quick = false;
};

/// Paths are literal but for `{name}` segments, which match one segment; `{name...}` as the last matches the
/// rest. The trailing slash of a pattern is optional in a request. Adding is done before serving; matching is
/// const.
class Router {
 public:
  void add(std::string_view method, std::string_view pattern, Handler handler, RouteOptions options = {});

  struct Match {
    const Handler* handler = nullptr;  // nullptr: not found, or allow is not empty
    std::size_t body_bytes_max = body_bytes_default;
    std::vector<std::string> parameters;
    std::string pattern;  // for metrics
    std::string allow;    // methods that exist at this path when this one does not
    bool quick = false;
  };
  Match match(std::string_view method, std::string_view path) const;
  /// Whether match() would find a quick route. Costs little.
  bool is_quick(std::string_view method, std::string_view path) const;
  struct Listed {
    std::string method, pattern;
  };
  /// Every route, for the tests that hold the OpenAPI document against them.
  std::vector<Listed> list() const;

 private:
  struct Route {
    std::string method, pattern;
    std::vector<std::string> segments;
    Handler handler;
    RouteOptions options;
  };
  std::vector<Route> routes_;
  std::vector<std::size_t> quick_;  // which of them
};

/// Runs the handler for a request: match, call, turn failures into problems. Used by tests.
Response dispatch(const Router& router, Request& request);
/// The same for what match() has found.
Response dispatch(Router::Match match, Request& request);

}  // namespace ringup::http
