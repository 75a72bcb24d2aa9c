#include "tests/server/http/line.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace ringup::test {
namespace {

constexpr timeval patience{20, 0};

sockaddr_in address_of(const char* host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}

}  // namespace

Line::Line(int port, const char* from) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const sockaddr_in here = address_of(from, 0), there = address_of("127.0.0.1", port);
  if (std::string_view(from) != "127.0.0.1")
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&here), sizeof here);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) close();
}

bool Line::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Line::finish() {
  ::shutdown(socket_, SHUT_WR);
}

void Line::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

bool Line::read_some() {
  static thread_local std::string buffer(1 << 20, '\0');
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size > 0) got_.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0;
}

Answer Line::answer() {
  std::size_t head = 0;
  while ((head = got_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_some()) return {};
  }
  Answer answer = parse_answer(std::string_view(got_).substr(0, head + 4));
  const auto size = static_cast<std::size_t>(std::atoll(answer.header("content-length").c_str()));
  while (got_.size() < head + 4 + size) {
    if (!read_some()) return {};
  }
  answer.body = got_.substr(head + 4, size);
  got_.erase(0, head + 4 + size);
  return answer;
}

std::string Line::take(std::size_t size) {
  while (got_.size() < size && read_some()) {
  }
  const std::string taken = got_.substr(0, size);
  got_.erase(0, size);
  return taken;
}

bool Line::closed() {
  if (!got_.empty()) return false;
  char byte = 0;
  const ssize_t size = ::recv(socket_, &byte, 1, 0);
  return size == 0 || (size < 0 && errno == ECONNRESET);
}

}  // namespace ringup::test
