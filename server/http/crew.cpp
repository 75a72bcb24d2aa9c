#include "server/http/crew.h"

#include <poll.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "server/http/reading.h"

namespace ringup::http {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;

std::size_t processors() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

/// A connection that somebody has for a stream.
class Crew::Given final : public OpenStream {
 public:
  Given(Crew& crew, Connection& connection) : crew_(crew), connection_(connection) {}
  ~Given() override {
    connection_.given = false;
    connection_.phase = Phase::ending;
    --crew_.desk_.streams;
    crew_.return_to_guard(connection_);
  }
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;
  Wire& wire() override { return *connection_.wire; }
  int socket() const override { return connection_.socket; }
  const std::string& peer() const override { return connection_.peer; }

 private:
  Crew& crew_;
  Connection& connection_;
};

Crew::Crew(Desk& desk)
    : desk_(desk),
      staying_max_(desk.limits.workers_max / 2),
      answerers_(desk.limits.workers_max, desk.limits.queue_max),
      greeters_(processors(), desk.limits.greetings_max) {}

void Crew::finish() {
  greeters_.finish();
  answerers_.finish();
}

bool Crew::answer(Connection& c) {
  desk_.tell(c, Tell::nothing);
  c.hold.store(Hold::crew, std::memory_order_release);
  if (answerers_.submit([this, &c] { serve(c); })) return true;
  c.hold.store(Hold::guard, std::memory_order_relaxed);
  return false;
}

/// One request after the other, as long as that costs nobody else anything.
void Crew::serve(Connection& c) {
  thread_local std::vector<char> buffer(read_bytes);
  for (;;) {
    switch (answer_now(c)) {
      case After::next:
        break;
      case After::given:
        return;
      case After::unsent:
      case After::end:
        return return_to_guard(c);
    }
    Reading got = Reading::later;
    if (c.has_early() || !c.drained) got = read_request(c, desk_, buffer);
    if (got == Reading::later && !c.reader.begun() && stay(c)) got = read_request(c, desk_, buffer);
    switch (got) {
      case Reading::whole:
        break;
      case Reading::later:
        return give_back(c);
      case Reading::refused:
        return return_to_guard(c);
      case Reading::gone:
        c.phase = Phase::ending;
        return return_to_guard(c);
    }
    desk_.begin_answering(c);
    // Others first. Where the queue is full we may as well do it ourselves.
    if (answerers_.waiting() > 0 && answerers_.submit_behind([this, &c] { serve(c); })) return;
  }
}

Crew::After Crew::answer_now(Connection& c) {
  Call call;
  call.head = std::move(c.reader.head());
  call.body = std::move(c.reader.body());
  call.peer = c.peer;
  call.secure = c.wire->secure();
  call.keep_alive = call.head.keep_alive && !desk_.stopping.load(std::memory_order_relaxed);
  call.arrived = c.arrived;
  c.reply = desk_.doors.answer(call);
  desk_.uncount_body(c);
  c.close_after = !call.keep_alive;
  c.linger = false;
  c.served = true;
  c.begin_sending();
  const Wire::State state = c.push();
  --desk_.answering;
  if (state == Wire::State::later) {
    c.unsent_counted = c.reply.head.size() + c.reply.body.size();
    desk_.unsent_bytes += c.unsent_counted;
    return After::unsent;
  }
  if (state == Wire::State::ended && c.reply.stream) {
    give_away(c);
    return After::given;
  }
  if (state == Wire::State::ended && !c.close_after) {
    c.become_ready();
    return After::next;
  }
  c.phase = Phase::ending;
  return After::end;
}

/// Waits a moment for the next request on this one connection: a client that asks again soon is answered
/// without waking anybody. True where something came.
bool Crew::stay(const Connection& c) {
  if (desk_.stopping.load(std::memory_order_relaxed) || answerers_.waiting() > 0) return false;
  bool came = false;
  if (staying_.fetch_add(1) < staying_max_) {
    pollfd what{c.socket, static_cast<short>(c.wire->wants_room() ? POLLOUT : POLLIN), 0};
    came = ::poll(&what, 1, desk_.limits.stay_ms) > 0;
  }
  --staying_;
  return came;
}

void Crew::give_away(Connection& c) {
  const auto stream = std::exchange(c.reply.stream, nullptr);
  c.phase = Phase::answering;
  c.reply = {};
  c.reader.reset();
  c.early = {};
  c.early_at = 0;
  desk_.tell(c, Tell::nothing);
  c.hold.store(Hold::crew, std::memory_order_release);
  ++desk_.streams;
  c.given = true;
  stream(std::make_unique<Given>(*this, c));
}

bool Crew::greet(Connection& c) {
  desk_.tell(c, Tell::nothing);
  c.hold.store(Hold::crew, std::memory_order_release);
  if (greeters_.submit([this, &c] { greet_on(c); })) return true;
  c.hold.store(Hold::guard, std::memory_order_relaxed);
  return false;
}

void Crew::greet_on(Connection& c) {
  switch (c.wire->greet()) {
    case Wire::State::later:
      return give_back(c);
    case Wire::State::moved:
      c.phase = Phase::reading;
      c.since_ms = now_ms();
      c.drained = false;
      return return_to_guard(c);
    case Wire::State::broken:
      desk_.count(TurnedAway::greeting);
      [[fallthrough]];
    case Wire::State::ended:
      c.phase = Phase::ending;
      return return_to_guard(c);
  }
}

/// The epoll set tells of it again. It does before the guard's thread may touch it, who then waits for the
/// second line: the other way round the connection could be gone, and its socket another's, in between.
void Crew::give_back(Connection& c) {
  desk_.tell_on(c);
  c.hold.store(Hold::guard, std::memory_order_seq_cst);
  if (desk_.stopping.load(std::memory_order_seq_cst)) desk_.call_guard();
}

void Crew::return_to_guard(Connection& c) {
  {
    const std::lock_guard lock(mutex_);
    returned_.push_back(&c);
  }
  desk_.call_guard();
}

std::vector<Connection*> Crew::take_returned() {
  std::vector<Connection*> back;
  {
    const std::lock_guard lock(mutex_);
    back.swap(returned_);
  }
  for (Connection* c : back) c->hold.store(Hold::guard, std::memory_order_relaxed);
  return back;
}

}  // namespace ringup::http
