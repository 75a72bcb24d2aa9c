#include "server/http/server.h"

#include <algorithm>
#include <array>
#include <chrono>

#define CPPHTTPLIB_REQUEST_URI_MAX_LENGTH 4096
#include <httplib.h>

#include "core/base/utf8.h"
#include "server/store/store.h"

namespace ringup::http {
namespace {

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
  });
}

/// What the library has decoded may hold what the guard has not seen.
Result<void> check_address(const httplib::Request& in) {
  const auto refuse = [](std::string where, std::string detail) {
    return fail(Error::malformed_request, std::move(where), std::move(detail));
  };
  if (in.path.size() > path_bytes_max) return refuse("path", "The address is too long.");
  if (has_control(in.path) || !utf8::valid(in.path))
    return refuse("path", "The address is not valid UTF-8 text.");
  for (const auto& [name, value] : in.params) {
    if (has_control(name) || has_control(value) || !utf8::valid(name) || !utf8::valid(value))
      return refuse(name.substr(0, 40), "This query parameter is not valid UTF-8 text.");
  }
  return {};
}

/// The client's address, `proxies` steps to the left of ourselves.
std::string client_address(const Call& call, int proxies) {
  if (proxies <= 0) return call.peer;
  std::string chain(call.head.header("x-forwarded-for"));
  std::string address = call.peer;
  for (int i = 0; i < proxies && !chain.empty(); ++i) {
    const std::size_t comma = chain.rfind(',');
    address = comma == std::string::npos ? chain : chain.substr(comma + 1);
    chain = comma == std::string::npos ? std::string() : chain.substr(0, comma);
    const std::size_t begin = address.find_first_not_of(' ');
    address = begin == std::string::npos ? std::string() : address.substr(begin);
  }
  return address;
}

/// Over TLS to us, or, where proxies that we trust stand in front, to the outermost of them.
bool is_secure(const Call& call, int proxies) {
  std::string_view said = call.head.header("x-forwarded-proto");
  if (proxies <= 0 || said.empty()) return call.secure;
  // One value from whoever overwrites it, or one from each, the client's end first.
  for (int i = 1; i < proxies && said.find(',') != std::string_view::npos; ++i)
    said = said.substr(0, said.rfind(','));
  said = said.substr(said.rfind(',') + 1);
  while (said.starts_with(' ')) said.remove_prefix(1);
  while (said.ends_with(' ')) said.remove_suffix(1);
  return said == "https" || said == "HTTPS";
}

bool is_request_id(std::string_view text) {
  constexpr std::size_t min = 8, max = 64;
  return text.size() >= min && text.size() <= max && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                  c == '_' || c == '.';
         });
}

/// Random bytes for many ids are drawn at once: one draw costs as much as the rest of a small request's head.
std::string new_request_id() {
  constexpr std::size_t id_bytes = 8, ids = 128;
  thread_local std::array<std::uint8_t, id_bytes * ids> drawn;
  thread_local std::size_t used = drawn.size();
  if (used == drawn.size()) store::random_bytes(drawn), used = 0;
  Id id;
  std::copy_n(drawn.begin() + static_cast<std::ptrdiff_t>(used), id_bytes, id.bytes.begin());
  used += id_bytes;
  return to_string(id).substr(0, 18);
}

bool is_refusal(int status) {
  return status == 401 || status == 403 || status == 421 || status == 429;
}

Failure failure_of_status(int status) {
  switch (status) {
    case 404:
      return fail(Error::not_found);
    case 413:
      return fail(Error::payload_too_large);
    case 414:
      return fail(Error::malformed_request, {}, "The address is too long.");
    case 415:
      return fail(Error::unsupported_media_type);
    case 416:
      return fail(Error::malformed_request, {}, "There is nothing in this range.");
    case 500:
      return fail(Error::internal);
    case 503:
      return fail(Error::busy);
    default:
      return fail(Error::malformed_request);
  }
}

Failure failure_of(const Refusal& refusal) {
  Failure failure = failure_of_status(refusal.status);
  failure.where = refusal.where;
  failure.detail = refusal.detail;
  return failure;
}

/// What the library reads from is a request line, what it writes to a string: no socket, so it never waits.
class Page final : public httplib::Stream {
 public:
  explicit Page(std::string in) : in_(std::move(in)) {}

  bool is_readable() const { return at_ < in_.size(); }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  bool is_peer_alive() const { return true; }
  ssize_t read(char* into, std::size_t size) {
    const std::size_t count = in_.copy(into, size, std::min(at_, in_.size()));
    at_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, std::size_t size) {
    out_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const {}
  void get_local_ip_and_port(std::string&, int&) const {}
  socket_t socket() const { return INVALID_SOCKET; }
  time_t duration() const { return 0; }
  std::string take() { return std::move(out_); }

 private:
  std::string in_, out_;
  std::size_t at_ = 0;
};

/// The exchange that this thread is in, beside what the library carries through it.
struct Running {
  Call& call;
  Reply& reply;
  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
};
thread_local Running* running = nullptr;

/// The library's parser and writer without its sockets.
class Library final : public httplib::Server {
 public:
  void answer(httplib::Stream& stream, const std::string& peer, bool close) {
    bool closed = false;
    (void)process_request(stream, peer, 0, std::string(), 0, close, closed, nullptr);
  }
};

}  // namespace

struct Server::Inner {
  const Router& router;
  ServerOptions options;
  Library library;
  Guard guard;

  Inner(const Router& routes, ServerOptions chosen)
      : router(routes), options(std::move(chosen)), guard(limits_of(options), doors()) {
    library.set_keep_alive_max_count(1'000'000);
    library.set_keep_alive_timeout(options.limits.idle_ms / 1000);
    library.set_pre_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
      answer(in, out);
      return httplib::Server::HandlerResponse::Handled;
    });
    library.set_error_handler([this](const httplib::Request&, httplib::Response& out) {
      if (!out.body.empty() || out.content_length_ > 0) return;
      // The library itself refused: say it in our form.
      Request request;
      Response response = problem(failure_of_status(out.status), out.status);
      finish(request, {}, {}, response);
      put(std::move(response), out);
    });
    library.set_header_writer([](httplib::Stream& stream, httplib::Headers& headers) {
      // The library closes after every answer from 400 on. Here the body has been read, so nothing is lost
      // by going on.
      if (running->call.keep_alive) headers.erase("Connection");
      if (running->reply.stream) {  // it ends with the connection
        for (const char* name : {"Content-Length", "Keep-Alive", "Connection"}) headers.erase(name);
        headers.emplace("Connection", "close");
      }
      return httplib::detail::write_headers(stream, headers);
    });
    library.set_exception_handler([](const httplib::Request&, httplib::Response& out, std::exception_ptr) {
      out.status = 500;  // out of memory; nothing of ours throws
    });
  }

  static GuardLimits limits_of(const ServerOptions& options) {
    GuardLimits limits = options.limits;
    if (options.trusted_proxies > 0) limits.connections_per_address_max = 0;
    return limits;
  }

  GuardDoors doors() {
    return {[this](const Head& head) { return body_bytes_max_of(head); },
            [this](Call& call) { return reply_to(call); },
            [this](const Refusal& refusal, std::string_view method, bool secure) {
              return refuse(refusal, method, secure);
            },
            [this](const Head& head, bool secure) {
              // Who is to be led to HTTPS is asked about in the store.
              return (secure || !options.instead) && is_plain(head) &&
                     (head.method == "GET" || head.method == "HEAD") && router.is_quick("GET", head.target);
            },
            options.wire,
            options.end_streams};
  }

  /// Of the route that the address names; an address that no route has gets what any route would.
  std::size_t body_bytes_max_of(const Head& head) const {
    const std::string path = httplib::decode_path_component(head.target.substr(0, head.target.find('?')));
    return router.match(head.method == "HEAD" ? "GET" : head.method, path).body_bytes_max;
  }

  Reply reply_to(Call& call) {
    Reply reply;
    Running here{call, reply};
    running = &here;
    if (is_plain(call.head)) {
      answer_plain(call, reply);
    } else {
      answer_with_library(call, reply);
    }
    running = nullptr;
    if (call.head.method == "HEAD") reply.body.clear(), reply.lasting = {}, reply.stream = nullptr;
    return reply;
  }

  /// The library decodes the address and answers ranges; all else the guard has read already.
  void answer_with_library(Call& call, Reply& reply) {
    std::string head = call.head.method + " " + call.head.target + " HTTP/1.1\r\n";
    if (const std::string_view range = call.head.header("range"); !range.empty())
      head.append("Range: ").append(range).append("\r\n");
    Page page(head + "\r\n");
    library.answer(page, call.peer, !call.keep_alive);
    reply.head = page.take();
  }

  /// An address with nothing to decode, and no range: most requests, and the library would be most of their
  /// cost.
  static bool is_plain(const Head& head) {
    return head.target.size() <= path_bytes_max && head.header("range").empty() &&
           std::all_of(head.target.begin(), head.target.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= '9') || c == '_';
           });
  }

  void answer_plain(Call& call, Reply& reply) {
    Request request;
    request.path = call.head.target;
    std::string route;
    Response response = respond(call, request, route);
    finish(request, call.head.method, route, response);
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless) {
      reply.lasting = response.static_body.value_or(std::string_view());
      if (!response.static_body.has_value()) reply.body = std::move(response.body);
      reply.stream = std::move(response.stream);
    }
    reply.head.reserve(1024);
    begin_head(reply.head, response);
    if (!bodiless && !response.content_type.empty())
      reply.head.append("Content-Type: ").append(response.content_type).append("\r\n");
    if (!bodiless && !reply.stream) {
      reply.head.append("Content-Length: ")
          .append(std::to_string(reply.lasting.size() + reply.body.size()))
          .append("\r\n");
    }
    reply.head += call.keep_alive && !reply.stream ? "\r\n" : "Connection: close\r\n\r\n";
  }

  /// The status line and the headers of the response, each with its end.
  static void begin_head(std::string& head, const Response& response) {
    head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    head.append(httplib::status_message(response.status)).append("\r\n");
    for (const auto& [name, value] : response.headers)
      head.append(name).append(": ").append(value).append("\r\n");
  }

  /// The guard's words to those whom it turns away.
  Reply refuse(const Refusal& refusal, std::string_view method, bool secure) {
    Request request;
    request.secure = secure;
    Response response = problem(failure_of(refusal), refusal.status);
    finish(request, method, {}, response);
    Reply reply;
    begin_head(reply.head, response);
    reply.head += "Content-Type: " + response.content_type +
                  "\r\nContent-Length: " + std::to_string(response.body.size()) +
                  "\r\nConnection: close\r\n\r\n";
    if (method != "HEAD") reply.body = std::move(response.body);
    return reply;
  }

  void answer(const httplib::Request& in, httplib::Response& out) {
    Request request;
    std::string route;
    Response response = read_address(in, request, route);
    finish(request, in.method, route, response);
    put(std::move(response), out);
  }

  Response read_address(const httplib::Request& in, Request& request, std::string& route) {
    if (Result<void> address = check_address(in); !address.ok()) return problem(address.failure());
    request.path = in.path;
    for (const auto& [name, value] : in.params) request.query.emplace_back(name, value);
    return respond(running->call, request, route);
  }

  /// What every answer gets, whoever made it.
  void finish(Request& request, std::string_view method, std::string_view route, Response& response) {
    if (request.request_id.empty()) request.request_id = new_request_id();
    response.with("X-Request-Id", request.request_id);
    if (options.refused && is_refusal(response.status)) options.refused(request, route, response);
    if (options.before_answer) options.before_answer(request, response);
    if (!options.observe) return;
    const auto spent = running == nullptr ? std::chrono::steady_clock::duration{}
                                          : std::chrono::steady_clock::now() - running->call.arrived;
    options.observe({request.request_id, method, route, response.status,
                     std::chrono::duration_cast<std::chrono::microseconds>(spent).count()});
  }

  /// The request has its path and its query; `route` becomes the pattern that it matches.
  Response respond(Call& call, Request& request, std::string& route) {
    request.method = call.head.method == "HEAD" ? "GET" : call.head.method;
    request.secure = is_secure(call, options.trusted_proxies);
    request.target = std::move(call.head.target);
    request.remote_address = client_address(call, options.trusted_proxies);
    request.headers = std::move(call.head.headers);
    // A proxy of ours may have named the request already; from anyone else it is only a header.
    if (const std::string_view named = request.header("x-request-id");
        options.trusted_proxies > 0 && is_request_id(named))
      request.request_id = named;
    request.body = std::move(call.body);
    Router::Match match = router.match(request.method, request.path);
    route = match.pattern;
    if (options.instead) {
      if (std::optional<Response> other = options.instead(request)) return std::move(*other);
    }
    if (options.before_route && !match.quick) {
      if (std::optional<Response> other = options.before_route(request, route)) return std::move(*other);
    }
    return dispatch(std::move(match), request);
  }

  /// The library is told the length of the body and lays out the head; the bytes go beside it, uncopied.
  static void put(Response response, httplib::Response& out) {
    out.status = response.status;
    for (auto& [name, value] : response.headers) out.headers.emplace(std::move(name), std::move(value));
    Reply& reply = running->reply;
    reply.lasting = response.static_body.value_or(std::string_view());
    reply.body.clear();
    reply.stream = nullptr;
    if (response.status == 204 || response.status == 304) return;
    if (!response.static_body.has_value()) reply.body = std::move(response.body);
    reply.stream = std::move(response.stream);
    if (!reply.stream) out.content_length_ = reply.lasting.size() + reply.body.size();
    if (!response.content_type.empty()) out.set_header("Content-Type", response.content_type);
  }
};

Server::Server(const Router& router, ServerOptions options)
    : inner_(std::make_unique<Inner>(router, std::move(options))) {}

Server::~Server() = default;

Result<int> Server::bind() {
  ServerOptions& options = inner_->options;
  options.port = TRY(inner_->guard.bind(options.host, options.port));
  for (auto& [host, port] : options.also) port = TRY(inner_->guard.bind(host, port));
  return options.port;
}

std::vector<std::string> Server::addresses() const {
  const ServerOptions& options = inner_->options;
  const auto text = [](const std::string& host, int port) {
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
  };
  std::vector<std::string> all = {text(options.host, options.port)};
  for (const auto& [host, port] : options.also) all.push_back(text(host, port));
  return all;
}

void Server::run() {
  inner_->guard.run();
}
void Server::stop() {
  inner_->guard.stop();
}
GuardNumbers Server::numbers() const {
  return inner_->guard.numbers();
}

}  // namespace ringup::http
