#include "server/http/connection.h"

#include <algorithm>

namespace ringup::http {

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Connection::begin_sending() {
  phase = Phase::sending;
  sent = 0;
  since_ms = moved_ms = now_ms();
}

Wire::State Connection::push() {
  const std::string_view head = reply.head;
  const std::string_view body = reply.lasting.empty() ? reply.body : reply.lasting;
  while (sent < head.size() + body.size()) {
    const std::size_t of_body = sent > head.size() ? sent - head.size() : 0;
    const std::string_view pieces[] = {head.substr(std::min(sent, head.size())), body.substr(of_body)};
    const Wire::Moved moved = wire->write(pieces);
    if (moved.state != Wire::State::moved) return moved.state;
    sent += moved.bytes;
    moved_ms = now_ms();
  }
  return Wire::State::ended;
}

void Connection::become_ready() {
  reply = {};
  reader.reset();
  phase = Phase::reading;
  since_ms = now_ms();
}

}  // namespace ringup::http
