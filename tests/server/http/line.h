#pragma once
/// A client's end of one connection: sends bytes as they are, takes answers one by one. What does not come
/// within twenty seconds counts as lost.
#include <string>
#include <string_view>

#include "tests/server/running.h"

namespace ringup::test {

class Line {
 public:
  /// Connects to 127.0.0.1 from an address of this machine.
  explicit Line(int port, const char* from = "127.0.0.1");
  ~Line() { close(); }
  Line(Line&& other) noexcept : socket_(std::exchange(other.socket_, -1)), got_(std::move(other.got_)) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void send(std::string_view bytes) { (void)try_send(bytes); }
  /// False where the other side has closed.
  bool try_send(std::string_view bytes);
  /// Sends nothing more, reads on.
  void finish();
  void close();
  /// The next answer, by its Content-Length; status 0 where none came.
  Answer answer();
  /// So many bytes.
  std::string take(std::size_t size);
  /// Reads to the end: true where the other side closes without another byte.
  bool closed();

 private:
  bool read_some();
  int socket_ = -1;
  std::string got_;
};

}  // namespace ringup::test
