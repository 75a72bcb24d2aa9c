#pragma once
/// A whole server for tests: its own data folder, all routes, a real socket on a free port, and a clock and
/// randomness that the test sets. The client speaks HTTP/1.1 by hand, so that tests can send anything.
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "server/app.h"
#include "tests/server/support.h"

namespace ringup::test {

struct Answer {
  int status = 0;                                            // 0: no answer at all
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  /// First header of that lower-case name, or "".
  std::string header(std::string_view name) const;
  /// The body as JSON; null where it is none.
  json::Value json() const;
  /// Text at a path of members ("user.role"); "" where there is none.
  std::string text(std::string_view path) const;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// An answer's head, and whatever follows as its body; status 0 where it is none.
Answer parse_answer(std::string_view bytes);
/// Sends the bytes as they are and reads until the server closes.
std::string exchange_bytes(int port, std::string_view bytes);
/// One request on a connection of its own. A body goes out as application/json unless a header says
/// otherwise.
Answer send(int port, std::string_view method, std::string_view target, std::string_view body = {},
            const Headers& headers = {});

inline constexpr char owner_email[] = "olga@shop.example";
inline constexpr char owner_password[] = "seven small green boats";

/// The business "shop" with its owner; time stands still at `now_us` until the test moves it.
class RunningServer {
 public:
  explicit RunningServer(AppOptions options = {}, std::optional<std::string> host = std::nullopt);
  ~RunningServer();

  Answer get(std::string_view target, const Headers& headers = {}) const {
    return send(port_, "GET", target, {}, headers);
  }
  Answer post(std::string_view target, const json::Value& body, const Headers& headers = {}) const {
    return send(port_, "POST", target, json::dump(body), headers);
  }
  Answer patch(std::string_view target, const json::Value& body, const Headers& headers = {}) const {
    return send(port_, "PATCH", target, json::dump(body), headers);
  }
  Answer remove(std::string_view target, const Headers& headers = {}) const {
    return send(port_, "DELETE", target, {}, headers);
  }
  Answer login(std::string_view email = owner_email, std::string_view password = owner_password,
               const Headers& headers = {}) const {
    return post("/api/accounts/login/", json::Object{{"email", email}, {"password", password}}, headers);
  }
  /// The header that speaks for an access token.
  static Headers bearer(std::string access) { return {{"Authorization", "Bearer " + std::move(access)}}; }
  Headers owner() const { return bearer(login().text("access")); }

  int port() const { return port_; }
  store::Store& store() { return *store_; }
  App& app() { return *app_; }
  const Folder& folder() const { return folder_; }
  void pass(std::int64_t seconds) { now_us_ += seconds * 1'000'000; }

 private:
  Folder folder_;
  std::atomic<std::int64_t> now_us_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<App> app_;
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
  int port_ = 0;
};

}  // namespace ringup::test
