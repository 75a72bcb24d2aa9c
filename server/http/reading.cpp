#include "server/http/reading.h"

namespace ringup::http {
namespace {

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

/// May the body come? False where the connection broke over the answer to that.
bool ask(Connection& c, const Desk& desk, bool nothing_follows) {
  c.reader.admit(desk.doors.body_bytes_max(c.reader.head()));
  c.since_ms = now_ms();
  if (c.reader.state() != RequestReader::State::body) return true;
  if (!c.reader.head().expects_continue || !nothing_follows) return true;
  const std::string_view pieces[] = {go_on};
  return c.wire->write(pieces).bytes == go_on.size();
}

bool has_room_for_body(Connection& c, Desk& desk) {
  const std::size_t size = c.reader.body().size();
  if (size <= desk.limits.small_body_bytes) return true;
  desk.bodies_bytes += size - c.body_counted;
  c.body_counted = size;
  return desk.bodies_bytes <= desk.limits.bodies_bytes_max;
}

/// Feeds the reader; `rest` is what the request left over.
Reading take(Connection& c, Desk& desk, std::string_view bytes, std::string_view& rest) {
  for (;;) {
    const bool begun = c.reader.begun();
    bytes.remove_prefix(c.reader.feed(bytes));
    if (!begun && c.reader.begun()) c.since_ms = now_ms();
    switch (c.reader.state()) {
      case RequestReader::State::ask:
        if (!ask(c, desk, bytes.empty())) return Reading::gone;
        break;
      case RequestReader::State::whole:
        rest = bytes;
        return Reading::whole;
      case RequestReader::State::refused:
        return Reading::refused;
      case RequestReader::State::body:
        if (has_room_for_body(c, desk)) return Reading::later;
        c.reader.refuse(hands_full());
        return Reading::refused;
      case RequestReader::State::head:
        return Reading::later;
    }
  }
}

}  // namespace

Reading read_request(Connection& c, Desk& desk, std::span<char> buffer) {
  std::string_view rest;
  if (c.has_early()) {
    const Reading got = take(c, desk, std::string_view(c.early).substr(c.early_at), rest);
    c.early_at = c.early.size() - rest.size();
    if (!c.has_early()) c.early = {}, c.early_at = 0;
    if (got != Reading::later) return got;
  }
  for (;;) {
    const Wire::Moved moved = c.wire->read(buffer);
    switch (moved.state) {
      case Wire::State::moved:
        break;
      case Wire::State::later:
        c.drained = true;
        return Reading::later;
      case Wire::State::ended:
      case Wire::State::broken:
        return Reading::gone;
    }
    c.drained = moved.drained;
    const Reading got = take(c, desk, {buffer.data(), moved.bytes}, rest);
    if (got == Reading::whole) c.early = rest, c.early_at = 0;
    if (got != Reading::later || c.drained) return got;
  }
}

TurnedAway reason_of(const Refusal& refusal) {
  switch (refusal.status) {
    case 413:
      return TurnedAway::body_too_large;
    case 414:
    case 431:
      return TurnedAway::head_too_large;
    case 503:
      return TurnedAway::memory_full;
    default:
      return TurnedAway::malformed;
  }
}

}  // namespace ringup::http
