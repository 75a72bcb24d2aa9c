#include "tests/server/running.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/identity/business.h"

namespace ringup::test {
Answer parse_answer(std::string_view bytes) {
  Answer answer;
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.1 ") || head_end == std::string_view::npos) return answer;
  answer.status = std::atoi(std::string(bytes.substr(9, 3)).c_str());
  std::string_view head = bytes.substr(0, head_end);
  answer.body = std::string(bytes.substr(head_end + 4));
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n")) {
    head.remove_prefix(line + 2);
    const std::string_view text = head.substr(0, head.find("\r\n"));
    const std::size_t colon = text.find(':');
    std::string name(text.substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(c));
    std::string_view value = text.substr(std::min(colon + 1, text.size()));
    while (value.starts_with(' ')) value.remove_prefix(1);
    answer.headers.emplace_back(std::move(name), std::string(value));
  }
  return answer;
}

std::string Answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

json::Value Answer::json() const {
  auto value = json::parse(body);
  return value.ok() ? *value : json::Value();
}

std::string Answer::text(std::string_view path) const {
  const json::Value root = json();
  const json::Value* at = &root;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    at = at->find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at != nullptr && at->as_string() != nullptr ? *at->as_string() : std::string();
}

std::string exchange_bytes(int port, std::string_view bytes) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string got;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    char buffer[16 * 1024];
    for (ssize_t size; (size = ::recv(socket, buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(socket);
  return got;
}

Answer send(int port, std::string_view method, std::string_view target, std::string_view body,
            const Headers& headers) {
  std::string bytes = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nConnection: close\r\n";
  bool host = false, type = false;
  for (const auto& [name, value] : headers) {
    bytes += name + ": " + value + "\r\n";
    host = host || name == "Host";
    type = type || name == "Content-Type";
  }
  if (!host) bytes += "Host: 127.0.0.1:" + std::to_string(port) + "\r\n";
  if (!body.empty() && !type) bytes += "Content-Type: application/json\r\n";
  if (!body.empty() || method != "GET") bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return parse_answer(exchange_bytes(port, bytes + "\r\n" + std::string(body)));
}

RunningServer::RunningServer(AppOptions options, std::optional<std::string> host)
    : now_us_(store::unix_us_now()) {
  auto opened = store::Store::open(folder_.path(), {.make_if_missing = true});
  EXPECT_TRUE(opened.ok());
  store_ = std::move(opened).value();
  options.world.now_us = [this] { return now_us_.load(); };
  identity::NewBusiness wish;
  wish.slug = "shop";
  wish.name = "Olga's corner";
  wish.owner_email = owner_email;
  wish.password = owner_password;
  wish.host = std::move(host);
  const auto made = identity::make_business(*store_, wish, options.world);
  EXPECT_TRUE(made.ok()) << describe(made.failure());
  auto app = App::make(*store_, options);
  EXPECT_TRUE(app.ok());
  app_ = std::move(app).value();
  http::ServerOptions server_options;
  server_options.port = 0;
  server_options.instead = [this](const http::Request& request) { return app_->instead(request); };
  server_options.before_route = [this](const http::Request& request, std::string_view route) {
    return app_->before_route(request, route);
  };
  server_options.refused = [this](const http::Request& request, std::string_view route,
                                  const http::Response& response) {
    app_->refused(request, route, response);
  };
  server_options.before_answer = [this](const http::Request& request, http::Response& response) {
    app_->before_answer(request, response);
  };
  server_options.end_streams = [this] { app_->end_streams(); };
  server_options.observe = [this](const http::Exchange& exchange) { app_->observe(exchange); };
  server_ = std::make_unique<http::Server>(app_->router(), server_options);
  app_->watch([this] { return server_->numbers(); });
  const auto port = server_->bind();
  EXPECT_TRUE(port.ok());
  port_ = port.ok() ? *port : 0;
  thread_ = std::thread([this] { server_->run(); });
}

RunningServer::~RunningServer() {
  server_->stop();
  thread_.join();
}

}  // namespace ringup::test
