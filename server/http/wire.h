#pragma once
/// Where the guard reads and writes a connection's bytes: the seam between HTTP and what carries it. A plain
/// socket, or an OpenSSL stream over a non-blocking socket: the guard does not change.
///
/// Nothing blocks. Used by one thread at a time; owns the socket and closes it at the end.
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace ringup::http {

class Wire {
 public:
  enum class State {
    moved,   // `bytes` went through; `drained` where the next call would only say later
    later,   // nothing now: the socket tells when, see wants_room()
    ended,   // the other side has said its last byte
    broken,  // the connection is of no use any more
  };
  struct Moved {
    State state = State::broken;
    std::size_t bytes = 0;
    bool drained = false;  // false also where it is not known: bytes may wait inside the wire
  };

  virtual ~Wire() = default;

  /// False as long as the two sides have more to say to each other (a TLS handshake) before the first byte
  /// of HTTP. Then greet() goes on with it, on a thread where it may compute for a while; `moved`: done.
  virtual bool greeted() const { return true; }
  virtual State greet() { return State::moved; }
  /// Can nobody on the way read the bytes?
  virtual bool secure() const { return false; }

  virtual Moved read(std::span<char> into) = 0;
  /// The pieces one after the other, as far as they go.
  virtual Moved write(std::span<const std::string_view> pieces) = 0;
  /// True where the last call said `later` and the socket must become writable, not readable, for the next
  /// try. That may be so after any call: a TLS stream may have to write before it can read.
  virtual bool wants_room() const = 0;
  /// Says that nothing follows; reading goes on.
  virtual void finish() = 0;
};

/// Bytes as they are, over a connected non-blocking socket.
std::unique_ptr<Wire> plain_wire(int socket);

}  // namespace ringup::http
