#include "server/http/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#define CPPHTTPLIB_LISTEN_BACKLOG 1024
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

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// What cpp-httplib lets through and we do not.
Result<void> check_head(const httplib::Request& in) {
  const auto refuse = [](std::string where, std::string detail) {
    return fail(Error::malformed_request, std::move(where), std::move(detail));
  };
  if (in.path.size() > path_bytes_max) return refuse("path", "The address is too long.");
  if (has_control(in.path) || !utf8::valid(in.path))
    return refuse("path", "The address is not valid UTF-8 text.");
  for (const auto& [name, value] : in.headers) {
    if (has_control(value))
      return refuse(name, "Control characters may not stand in a header, encoded or not.");
  }
  if (in.get_header_value_count("Content-Length") > 1)
    return refuse("Content-Length", "A request has one length, not several.");
  if (in.has_header("Content-Length") && in.has_header("Transfer-Encoding"))
    return refuse("Transfer-Encoding", "A request has a length or chunks, not both.");
  if (in.get_header_value_count("Host") > 1) return refuse("Host", "A request has one Host.");
  for (const auto& [name, value] : in.params) {
    if (has_control(name) || has_control(value) || !utf8::valid(name) || !utf8::valid(value))
      return refuse(name.substr(0, 40), "This query parameter is not valid UTF-8 text.");
  }
  return {};
}

/// The client's address, `proxies` steps to the left of ourselves.
std::string client_address(const httplib::Request& in, int proxies) {
  if (proxies <= 0) return in.remote_addr;
  std::string chain = in.get_header_value("X-Forwarded-For");
  std::string address = in.remote_addr;
  for (int i = 0; i < proxies && !chain.empty(); ++i) {
    const std::size_t comma = chain.rfind(',');
    address = comma == std::string::npos ? chain : chain.substr(comma + 1);
    chain = comma == std::string::npos ? std::string() : chain.substr(0, comma);
    const std::size_t begin = address.find_first_not_of(' ');
    address = begin == std::string::npos ? std::string() : address.substr(begin);
  }
  return address;
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

/// One thread per connection, made as they are needed. The library's own pool counts a thread that was woken
/// but has not run yet as idle, so of a burst of connections some would wait until others close.
class Pool final : public httplib::TaskQueue {
 public:
  ~Pool() override = default;

  bool enqueue(std::function<void()> job) override {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || jobs_.size() >= waiting_max) return false;
      jobs_.push_back(std::move(job));
      if (jobs_.size() > idle_ && threads_.size() < threads_max) threads_.emplace_back([this] { run(); });
    }
    work_.notify_one();
    return true;
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++idle_;
      work_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      --idle_;
      if (jobs_.empty()) return;
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace

struct Server::Inner {
  const Router& router;
  ServerOptions options;
  httplib::Server library;
  std::mutex mutex;
  bool entered = false, stop_wanted = false;  // under the mutex
  std::atomic<bool> ended{false};

  Inner(const Router& routes, ServerOptions chosen) : router(routes), options(std::move(chosen)) {
    library.new_task_queue = [] { return new Pool; };
    library.set_tcp_nodelay(true);
    // The library's own choice, SO_REUSEPORT, lets two servers share a port, each answering half of the
    // calls. This one only takes a port again that an ended server's last connections still linger on.
    library.set_socket_options([](socket_t socket) {
      const int on = 1;
      (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    library.set_keep_alive_max_count(1'000'000);
    library.set_keep_alive_timeout(keep_alive_seconds);
    library.set_read_timeout(read_timeout_seconds);
    library.set_write_timeout(read_timeout_seconds);
    library.set_payload_max_length(body_bytes_max);
    library.set_pre_routing_handler([this](const httplib::Request& in, httplib::Response& out) {
      // Bodies are read by the handlers below; what has none is answered here, without the library's regex.
      if (has_body(in)) return httplib::Server::HandlerResponse::Unhandled;
      answer(in, out, nullptr);
      return httplib::Server::HandlerResponse::Handled;
    });
    const auto with_body = [this](const httplib::Request& in, httplib::Response& out,
                                  const httplib::ContentReader& reader) { answer(in, out, &reader); };
    library.Post(".*", with_body);
    library.Put(".*", with_body);
    library.Patch(".*", with_body);
    library.Delete(".*", with_body);
    library.set_error_handler([this](const httplib::Request& in, httplib::Response& out) {
      if (!out.body.empty() || out.content_length_ > 0) return;
      // The library itself refused: say it in our form.
      Request request;
      Response response = problem(failure_of_status(out.status), out.status);
      if (options.before_answer) options.before_answer(request, response);
      (void)in;
      put(std::move(response), out);
    });
    library.set_exception_handler([](const httplib::Request&, httplib::Response& out, std::exception_ptr) {
      out.status = 500;  // out of memory; nothing of ours throws
    });
  }

  static bool has_body(const httplib::Request& in) {
    if (in.method == "POST" || in.method == "PUT" || in.method == "PATCH") return true;
    return in.method == "DELETE" && (in.has_header("Content-Length") || in.has_header("Transfer-Encoding"));
  }

  void answer(const httplib::Request& in, httplib::Response& out, const httplib::ContentReader* reader) {
    const auto begun = std::chrono::steady_clock::now();
    Request request;
    request.request_id = new_request_id();
    std::string route;
    Response response = respond(in, request, reader, route);
    response.with("X-Request-Id", request.request_id);
    if (options.before_answer) options.before_answer(request, response);
    if (options.observe) {
      const auto spent = std::chrono::steady_clock::now() - begun;
      options.observe({request.request_id, in.method, route, response.status,
                       std::chrono::duration_cast<std::chrono::microseconds>(spent).count()});
    }
    put(std::move(response), out);
  }

  Response respond(const httplib::Request& in, Request& request, const httplib::ContentReader* reader,
                   std::string& route) {
    if (Result<void> head = check_head(in); !head.ok()) return problem(head.failure());
    request.method = in.method == "HEAD" ? "GET" : in.method;
    request.path = in.path;
    request.remote_address = client_address(in, options.trusted_proxies);
    for (const auto& [name, value] : in.params) request.query.emplace_back(name, value);
    for (const auto& [name, value] : in.headers) request.headers.emplace_back(lower(name), value);
    const Router::Match match = router.match(request.method, request.path);
    route = match.pattern;
    if (options.before_route) {
      if (Result<void> fine = options.before_route(request); !fine.ok()) return problem(fine.failure());
    }
    if (reader != nullptr && match.handler != nullptr) {
      const std::size_t limit = match.body_bytes_max;
      bool too_long = in.has_header("Content-Length") && in.get_header_value_u64("Content-Length") > limit;
      if (!too_long) {
        const bool whole = (*reader)([&](const char* data, std::size_t size) {
          too_long = request.body.size() + size > limit;
          if (!too_long) request.body.append(data, size);
          return !too_long;
        });
        if (!whole && !too_long)
          return problem(fail(Error::malformed_request, "body", "The body did not arrive whole."));
      }
      if (too_long) {
        return problem(fail(Error::payload_too_large, "body",
                            "The body may have at most " + std::to_string(limit) + " bytes here."));
      }
    }
    return dispatch(router, request);
  }

  static void put(Response response, httplib::Response& out) {
    out.status = response.status;
    for (auto& [name, value] : response.headers) out.headers.emplace(std::move(name), std::move(value));
    if (response.static_body.has_value()) {
      const std::string_view bytes = *response.static_body;
      out.set_content_provider(bytes.size(), response.content_type,
                               [bytes](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
                                 return sink.write(bytes.data() + offset, length);
                               });
    } else if (response.status != 204 && response.status != 304) {
      out.body = std::move(response.body);
      if (!response.content_type.empty()) out.set_header("Content-Type", response.content_type);
    }
  }
};

Server::Server(const Router& router, ServerOptions options)
    : inner_(std::make_unique<Inner>(router, std::move(options))) {}

Server::~Server() = default;

Result<int> Server::bind() {
  ServerOptions& options = inner_->options;
  const std::string address = options.host + ":" + std::to_string(options.port);
  if (options.port == 0) {
    options.port = inner_->library.bind_to_any_port(options.host);
    if (options.port < 0) return fail(Error::configuration, address, "This address cannot be listened on.");
  } else if (!inner_->library.bind_to_port(options.host, options.port)) {
    return fail(
        Error::in_use, address,
        "This address cannot be listened on: another program holds it, or it is not one of this machine's.");
  }
  return options.port;
}

void Server::run() {
  {
    const std::lock_guard lock(inner_->mutex);
    if (inner_->stop_wanted) return;
    inner_->entered = true;
  }
  inner_->library.listen_after_bind();
  inner_->ended = true;
}
void Server::stop() {
  {
    const std::lock_guard lock(inner_->mutex);
    inner_->stop_wanted = true;
    if (!inner_->entered) return;
  }
  // The library does not hear a stop between entering its loop and running it.
  while (!inner_->library.is_running() && !inner_->ended)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  inner_->library.stop();
}

}  // namespace ringup::http
