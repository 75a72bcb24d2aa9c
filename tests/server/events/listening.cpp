#include "tests/server/events/listening.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace ringup::test {

Listening::Listening(int port, const Headers& headers, const std::string& target, Way way)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (way == Way::narrow) {
    const int bytes = 1024;
    (void)::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  std::string request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n";
  for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
  request += "\r\n";
  if (way == Way::tls && !shake_hands()) return;
  if (tls_) tls_->write(request), request = tls_->outgoing();
  send_all(request);
  while (bytes_.find("\r\n\r\n") == std::string::npos && receive()) {
  }
  const std::size_t end = std::min(bytes_.find("\r\n\r\n"), bytes_.size());
  head_ = parse_answer(bytes_);
  if (head_.status == 200) bytes_.erase(0, end + 4);
}

bool Listening::receive() {
  pollfd wait{socket_, POLLIN, 0};
  if (socket_ < 0 || ::poll(&wait, 1, patience_ms) <= 0) return false;
  char buffer[4096];
  const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
  if (size <= 0) return false;
  const std::string_view got(buffer, static_cast<std::size_t>(size));
  if (!tls_) return bytes_.append(got), true;
  tls_->incoming(got);
  bytes_ += tls_->read();
  return !tls_->goodbye();
}

void Listening::send_all(std::string_view bytes) {
  EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), std::ssize(bytes));
}

bool Listening::shake_hands() {
  tls_ = std::make_unique<TlsClient>();
  for (;;) {
    const bool done = tls_->shake();
    send_all(tls_->outgoing());
    if (done || tls_->failed()) return done;
    pollfd wait{socket_, POLLIN, 0};
    char buffer[4096];
    if (::poll(&wait, 1, patience_ms) <= 0) return false;
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    tls_->incoming({buffer, static_cast<std::size_t>(size)});
  }
}

std::optional<Event> Listening::next() {
  while (bytes_.find("\n\n") == std::string::npos) {
    if (!receive()) return std::nullopt;
  }
  const std::size_t end = bytes_.find("\n\n");
  std::string block = bytes_.substr(0, end + 1);
  bytes_.erase(0, end + 2);
  Event event;
  while (!block.empty()) {
    const std::string line = block.substr(0, block.find('\n'));
    block.erase(0, line.size() + 1);
    if (line.starts_with("id: ")) event.id = line.substr(4);
    if (line.starts_with("event: ")) event.name = line.substr(7);
    if (line.starts_with("data: ")) event.data = line.substr(6);
    if (line.starts_with(":")) event.name = "heartbeat";
  }
  return event;
}

Event Listening::news() {
  for (;;) {
    const std::optional<Event> event = next();
    if (!event) return {};
    if (event->name != "heartbeat") return *event;
  }
}

bool Listening::ends() {
  const auto begun = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(patience_ms)) {
    if (!next()) {
      // Told apart from a line on which nothing comes. TLS says goodbye before the socket closes.
      char byte = 0;
      pollfd what{socket_, POLLIN, 0};
      ssize_t got = 1;
      while (got > 0 && ::poll(&what, 1, patience_ms) > 0) got = ::recv(socket_, &byte, 1, MSG_DONTWAIT);
      return got <= 0;
    }
  }
  return false;
}

}  // namespace ringup::test
