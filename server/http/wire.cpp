#include "server/http/wire.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

namespace ringup::http {
namespace {

constexpr std::size_t pieces_max = 4;

class PlainWire final : public Wire {
 public:
  explicit PlainWire(int socket) : socket_(socket) {}
  ~PlainWire() override { ::close(socket_); }
  PlainWire(const PlainWire&) = delete;
  PlainWire& operator=(const PlainWire&) = delete;

  Moved read(std::span<char> into) override {
    wants_room_ = false;
    const ssize_t got = ::recv(socket_, into.data(), into.size(), 0);
    if (got == 0) return {State::ended};
    return outcome(got, into.size());
  }

  Moved write(std::span<const std::string_view> pieces) override {
    iovec parts[pieces_max];
    msghdr message{};
    message.msg_iov = parts;
    std::size_t wanted = 0;
    for (const std::string_view piece : pieces) {
      if (piece.empty() || message.msg_iovlen == pieces_max) continue;
      parts[message.msg_iovlen++] = {const_cast<char*>(piece.data()), piece.size()};
      wanted += piece.size();
    }
    const Moved moved = outcome(::sendmsg(socket_, &message, MSG_NOSIGNAL), wanted);
    wants_room_ = moved.state == State::later;
    return moved;
  }

  bool wants_room() const override { return wants_room_; }
  void finish() override { (void)::shutdown(socket_, SHUT_WR); }

 private:
  static Moved outcome(ssize_t moved, std::size_t wanted) {
    if (moved >= 0) {
      const auto bytes = static_cast<std::size_t>(moved);
      return {State::moved, bytes, bytes < wanted};
    }
    return {errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? State::later : State::broken};
  }

  const int socket_;
  bool wants_room_ = false;
};

}  // namespace

std::unique_ptr<Wire> plain_wire(int socket) {
  return std::make_unique<PlainWire>(socket);
}

}  // namespace ringup::http
