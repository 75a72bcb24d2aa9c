#include "server/http/connection.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace ringup::http {
namespace {

constexpr std::size_t files_of_our_own = 256;  // database, log, and what else is open beside connections

epoll_event event_of(std::uint32_t events, void* what) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = what;
  return event;
}

/// Errors are told always. Who wants to hear nothing hears them once, by the edge.
std::uint32_t events_of(Tell what) {
  switch (what) {
    case Tell::readable:
      return EPOLLIN;
    case Tell::writable:
      return EPOLLOUT;
    case Tell::nothing:
      break;
  }
  return EPOLLET;
}

}  // namespace

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
    if (sent < head.size() + body.size()) moved_ms = now_ms();
  }
  return Wire::State::ended;
}

void Connection::become_ready() {
  reply = {};
  reader.reset();
  phase = Phase::reading;
  since_ms = now_ms();
}

Desk::Desk(GuardLimits chosen, GuardDoors given) : limits(chosen), doors(std::move(given)) {
  const std::size_t files = files_max();
  limits.connections_max =
      std::min(limits.connections_max, files > 2 * files_of_our_own ? files - files_of_our_own : files / 2);
  poll = ::epoll_create1(EPOLL_CLOEXEC);
  wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  ASSERT(poll >= 0 && wake >= 0);
  watch(wake, EPOLLIN, &wake);
}

Desk::~Desk() {
  ::close(poll);
  ::close(wake);
}

void Desk::watch(int file, std::uint32_t events, void* what) const {
  epoll_event event = event_of(events, what);
  ASSERT(::epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) == 0);
}

void Desk::tell(Connection& c, Tell what) const {
  if (std::exchange(c.tell, what) == what) return;
  epoll_event event = event_of(events_of(what), &c);
  ASSERT(::epoll_ctl(poll, EPOLL_CTL_MOD, c.socket, &event) == 0);
}

void Desk::call_guard() const {
  const std::uint64_t one = 1;
  (void)!::write(wake, &one, sizeof one);
}

}  // namespace ringup::http
