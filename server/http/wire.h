#pragma once
/// Where the guard reads and writes a connection's bytes: the seam between HTTP and what carries it. A plain
/// socket today; an OpenSSL stream over a non-blocking socket is another Wire, and the guard does not change:
/// a handshake is what happens inside the first reads, which say when to come back.
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
    later,   // nothing now: the socket tells when
    ended,   // the other side has said its last byte
    broken,  // the connection is of no use any more
  };
  struct Moved {
    State state = State::broken;
    std::size_t bytes = 0;
    bool drained = false;
  };

  virtual ~Wire() = default;
  virtual Moved read(std::span<char> into) = 0;
  /// The pieces one after the other, as far as they go.
  virtual Moved write(std::span<const std::string_view> pieces) = 0;
  /// Says that nothing follows; reading goes on.
  virtual void finish() = 0;
};

/// Bytes as they are, over a connected non-blocking socket.
std::unique_ptr<Wire> plain_wire(int socket);

}  // namespace ringup::http
