#pragma once
/// The catalogue's routes behind a real socket, with doors that take the role from the token:
/// `Bearer owner`, `Bearer cashier`, `Bearer other` (the owner of another business), `Till till`.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "core/base/json.h"
#include "server/catalogue/api.h"
#include "server/http/server.h"
#include "tests/server/catalogue/shop.h"

namespace ringup::test {

struct ShopAnswer {
  int status = 0;
  std::string head;  // the header lines
  std::string body;

  json::Value json() const {
    json::Limits limits;
    limits.bytes_max = std::size_t{64} << 20;
    limits.values_max = 10'000'000;
    Result<json::Value> value = json::parse(body, limits);
    EXPECT_TRUE(value.ok()) << body.substr(0, 200);
    return value.ok() ? *value : json::Value();
  }
  /// A member that is a string, or "".
  std::string text(std::string_view name) const {
    const json::Value value = json();
    const json::Value* member = value.find(name);
    return member != nullptr && member->as_string() != nullptr ? *member->as_string() : std::string();
  }
  /// The first name under `errors`.
  std::string wrong_field() const {
    const json::Value value = json();
    const json::Value* errors = value.find("errors");
    return errors != nullptr && !errors->as_object()->empty() ? errors->as_object()->front().name
                                                              : std::string();
  }
};

class ServedShop : public Shop {
 public:
  ServedShop()
      : other_(add_business(store(), "other")),
        access_(access()),
        api_(store(), access_),
        server_(router_, any_port()) {
    api_.add_routes(router_);
    Result<int> port = server_.bind();
    EXPECT_TRUE(port.ok());
    port_ = *port;
    thread_ = std::thread([this] { server_.run(); });
  }
  ~ServedShop() {
    server_.stop();
    thread_.join();
  }

  /// Behind every `Bearer`.
  const Id& user() const { return business_user_; }
  const Id& other_tenant() const { return other_.tenant; }

  ShopAnswer call(std::string_view method, std::string_view path, std::string_view body = {},
                  std::string_view token = "Bearer owner", std::string_view more_headers = {}) {
    std::string request = std::string(method) + ' ' + std::string(path) + " HTTP/1.1\r\nHost: shop\r\n";
    request +=
        "Authorization: " + std::string(token) + "\r\nConnection: close\r\n" + std::string(more_headers);
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
    return exchange(request);
  }
  /// A body of another type than JSON.
  ShopAnswer send(std::string_view method, std::string_view path, std::string_view type,
                  std::string_view body, std::string_view token = "Bearer owner",
                  std::string_view more_headers = {}) {
    return exchange(std::string(method) + ' ' + std::string(path) +
                    " HTTP/1.1\r\nHost: shop\r\nAuthorization: " + std::string(token) +
                    "\r\nConnection: close\r\nContent-Type: " + std::string(type) + "\r\n" +
                    std::string(more_headers) + "Content-Length: " + std::to_string(body.size()) +
                    "\r\n\r\n" + std::string(body));
  }
  ShopAnswer get(std::string_view path, std::string_view token = "Bearer owner") {
    return call("GET", path, {}, token);
  }

 private:
  static http::ServerOptions any_port() {
    http::ServerOptions options;
    options.port = 0;
    return options;
  }

  http::Access access() {
    http::Access access;
    access.user = [this](const http::Request& request) -> Result<Principal> {
      Principal principal;
      const std::string_view token = request.header("authorization");
      principal.user = business_user_;
      principal.tenant = token == "Bearer other" ? other_.tenant : tenant();
      principal.role = token == "Bearer cashier" ? Role::cashier : Role::owner;
      if (!token.starts_with("Bearer ")) return Error::unauthenticated;
      return principal;
    };
    access.till = [this](const http::Request& request) -> Result<http::TillPrincipal> {
      const std::string_view token = request.header("authorization");
      if (!token.starts_with("Till ")) return Error::unauthenticated;
      http::TillPrincipal till;
      till.tenant = token == "Till other" ? other_.tenant : tenant();
      return till;
    };
    return access;
  }

  ShopAnswer exchange(const std::string& request) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string bytes;
    char buffer[65536];
    for (ssize_t size; (size = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
      bytes.append(buffer, static_cast<std::size_t>(size));
    ::close(socket);
    ShopAnswer answer;
    const std::size_t end = bytes.find("\r\n\r\n");
    EXPECT_NE(end, std::string::npos);
    if (end == std::string::npos) return answer;
    answer.head = bytes.substr(0, end);
    answer.body = bytes.substr(end + 4);
    answer.status = std::atoi(answer.head.c_str() + answer.head.find(' ') + 1);
    return answer;
  }

  const Business other_;
  const Id business_user_ = store::new_id();
  const http::Access access_;
  catalogue::Api api_;
  http::Router router_;
  http::Server server_;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace ringup::test
