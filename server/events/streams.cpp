// The streams.
//
// A stream is a connection that the guard has given away: nothing is asked on it any more, and now and then
// something is told. Ten thousand of them would be ten thousand threads if each waited in a handler, so one
// thread has them all. It sleeps in epoll over their sockets, edge-triggered: a socket speaks up when the
// client goes away, when it takes bytes again, and not else.
//
// News. A commit of this process sets `due` and wakes the thread, once per pass and only while somebody
// listens: a booking pays for two atomic operations. Commits of other processes show in a number of the
// database's that is looked at every look_ms. A pass asks the hub for what came since the last one; passes
// keep pace_ms apart, so that a busy minute costs fifty of them a second and not one per sale. For each
// business with news the text is made once per kind of audience, and all its streams share the bytes.
//
// Slow listeners. A stream writes what the socket takes; the rest waits with the stream, as references to the
// shared bytes. Beyond unsent_bytes_max the stream ends, and the client comes back with the last id it saw:
// what it missed is merged then. A connection whose other end is silently gone is noticed by the kernel, a
// minute after the first heartbeat that nobody acknowledges.
//
// Who may listen is asked when they come, at each heartbeat, and at once when something about their business
// changed (a user disabled, a till revoked, a role given). A stream whose listener has other rights than it
// began with ends; with the same token they may come back with the new ones. Heartbeats are spread over their
// interval, so that ten thousand of them are a few hundred a second.
#include "server/events/streams.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/base/json.h"
#include "server/events/hub.h"
#include "server/http/listen.h"
#include "server/log/log.h"
#include "server/store/sessions.h"
#include "server/store/tills.h"

namespace ringup::events {
namespace {

constexpr std::size_t files_of_others = 512;
constexpr std::size_t events_per_round = 512;
constexpr std::size_t pieces_at_once = 4;
constexpr int silence_ms = 60'000;  // unacknowledged bytes, then the connection counts as gone
constexpr int log_every_ms = 60'000;

using Text = std::shared_ptr<const std::string>;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// A number that spreads streams evenly, from 0 to `range` - 1.
std::int64_t spread(std::uint64_t serial, std::int64_t range) {
  const std::uint64_t mixed = (serial * 0x9E3779B97F4A7C15ULL) >> 33U;
  return range > 0 ? static_cast<std::int64_t>(mixed) % range : 0;
}

struct Line {
  Listener listener;
  std::unique_ptr<http::OpenStream> stream;  // nullptr: ended
  std::uint64_t serial = 0;                  // in the order they came
  std::size_t place = 0;                     // in the list of all
  std::int64_t beat_ms = 0, ends_ms = 0;
  bool token_ends = false;  // what ends_ms is of
  std::vector<Text> unsent;
  std::size_t sent_of_first = 0, unsent_bytes = 0, heard_bytes = 0;
};

/// Lines in the order they came.
class Queue {
 public:
  void add(Line& line) { lines_.push_back(&line); }
  void remove(const Line& line) {
    const auto at = std::lower_bound(lines_.begin(), lines_.end(), line.serial,
                                     [](const Line* a, std::uint64_t serial) { return a->serial < serial; });
    if (at != lines_.end() && *at == &line) lines_.erase(at);
  }
  const std::vector<Line*>& lines() const { return lines_; }

 private:
  std::vector<Line*> lines_;
};

}  // namespace

const char* name_of(Ended reason) {
  static constexpr std::array<const char*, ended_reasons> names = {
      "left", "slow", "age", "expired", "shut_out", "crowded", "talkative", "draining", "failed"};
  return names[static_cast<std::size_t>(reason)];
}

void tell_metrics(log::Exposition& out, const StreamNumbers& numbers) {
  out.gauge("ringup_streams", "Streams of live events that are open now.", numbers.open);
  out.counter("ringup_stream_events_total", "News sent, counted for each stream they went to.", numbers.told);
  out.family("ringup_streams_closed_total", "counter", "Streams that ended, by reason.");
  for (std::size_t i = 0; i < ended_reasons; ++i)
    out.row({{"reason", name_of(static_cast<Ended>(i))}}, numbers.ended[i]);
}

struct Streams::Inner {
  store::Store& store;
  const Options options;
  StreamLimits limits;
  int poll = -1, wake = -1;

  // Of the thread alone:
  std::unique_ptr<Hub> hub;
  std::vector<std::unique_ptr<Line>> all;
  std::vector<std::unique_ptr<Line>> gone;  // kept until no event of this round can name them
  std::map<Id, Queue> by_tenant, by_listener;
  std::uint64_t serials = 0;
  std::int64_t now = 0, passed_ms = 0, looked_ms = 0, beaten_ms = 0, logged_ms = 0;

  // Of everybody:
  std::atomic<bool> listening{false};  // somebody is here: commits must wake the thread
  std::atomic<bool> due{false};        // something was committed since the last pass
  std::atomic<bool> stopping{false}, ending{false};
  std::mutex mutex;  // guards the next two
  std::vector<std::unique_ptr<Line>> arriving;
  std::thread thread;
  std::atomic<std::size_t> open{0};
  std::atomic<std::uint64_t> told{0};
  std::array<std::atomic<std::uint64_t>, ended_reasons> ended{};

  Inner(store::Store& of, Options chosen) : store(of), options(std::move(chosen)), limits(options.limits) {
    const std::size_t files = http::files_max();
    const std::size_t room = files > 2 * files_of_others ? files - files_of_others : files / 2;
    limits.all_max = std::min(limits.all_max, std::max<std::size_t>(room / 4 * 3, 1));
    poll = ::epoll_create1(EPOLL_CLOEXEC);
    wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ASSERT(poll >= 0 && wake >= 0);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    ASSERT(::epoll_ctl(poll, EPOLL_CTL_ADD, wake, &event) == 0);
    store.on_commit(this, [this] { committed(); });
  }

  ~Inner() {
    store.on_commit(this, {});
    stopping = true;
    call();
    if (thread.joinable()) thread.join();
    ::close(poll);
    ::close(wake);
  }

  void call() const {
    const std::uint64_t one = 1;
    (void)!::write(wake, &one, sizeof one);
  }

  void committed() {
    if (!listening.load(std::memory_order_acquire)) return;
    if (!due.exchange(true, std::memory_order_acq_rel)) call();
  }

  // --- coming and going

  /// On the thread of whoever answers.
  void arrive(const Listener& listener, std::unique_ptr<http::OpenStream> stream) {
    auto line = std::make_unique<Line>();
    line->listener = listener;
    line->stream = std::move(stream);
    {
      const std::lock_guard lock(mutex);
      arriving.push_back(std::move(line));
      if (!thread.joinable()) thread = std::thread([this] { run(); });
    }
    call();
  }

  void take_arriving() {
    std::vector<std::unique_ptr<Line>> lines;
    {
      const std::lock_guard lock(mutex);
      lines.swap(arriving);
    }
    if (lines.empty()) return;
    const bool ready = !ending && !stopping && wake_up();
    for (std::unique_ptr<Line>& line : lines) {
      if (ready)
        admit(std::move(line));
      else
        count(ending || stopping ? Ended::draining : Ended::failed);
    }
  }

  /// Before the first stream: what happened while nobody listened is of no interest.
  bool wake_up() {
    if (hub && !all.empty()) return true;
    listening.store(true, std::memory_order_release);
    Result<void> awake;
    if (!hub) {
      auto opened = Hub::open(store);
      if (opened.ok())
        hub = std::move(opened).value();
      else
        awake = opened.failure();
    } else {
      awake = hub->catch_up();
    }
    if (!awake.ok()) complain(awake.failure());
    if (!awake.ok()) listening = !all.empty();
    return awake.ok();
  }

  void admit(std::unique_ptr<Line> arrived) {
    Line& line = *arrived;
    line.serial = ++serials;
    line.beat_ms = now + limits.heartbeat_ms / 2 + spread(line.serial, limits.heartbeat_ms / 2);
    line.ends_ms = now + limits.age_ms - spread(line.serial, limits.age_jitter_ms);
    if (line.listener.ends_us) {
      const std::int64_t token_ms = now + (*line.listener.ends_us - options.now_us()) / 1000;
      line.token_ends = token_ms < line.ends_ms;
      line.ends_ms = std::min(line.ends_ms, token_ms);
    }
    make_room(line.listener);
    line.place = all.size();
    by_tenant[line.listener.tenant].add(line);
    by_listener[line.listener.who].add(line);
    all.push_back(std::move(arrived));
    open = all.size();
    const int socket = line.stream->socket();
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms, sizeof silence_ms);
    (void)::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &limits.socket_bytes, sizeof limits.socket_bytes);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &line;
    if (::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0) return end(line, Ended::failed);
    greet(line);
  }

  void make_room(const Listener& listener) {
    const auto end_oldest = [&](const Queue& queue) { end(*queue.lines().front(), Ended::crowded); };
    const Queue& own = by_listener[listener.who];
    if (own.lines().size() >= limits.per_listener_max) end_oldest(own);
    const Queue& business = by_tenant[listener.tenant];
    if (business.lines().size() >= limits.per_tenant_max) end_oldest(business);
    if (all.size() < limits.all_max) return;
    const auto largest = std::max_element(
        by_tenant.begin(), by_tenant.end(),
        [](const auto& a, const auto& b) { return a.second.lines().size() < b.second.lines().size(); });
    end_oldest(largest->second);
  }

  /// The first words, and what was missed.
  void greet(Line& line) {
    const Listener& who = line.listener;
    Hub::Missed missed;
    if (who.seen) missed = hub->missed(who.tenant, who.audience, *who.seen);
    const bool all_told = missed.resumed == Hub::Resumed::told;
    const std::int64_t here = hub->position();
    const std::string hello = json::dump(
        json::Object{{"generation", options.generation}, {"heartbeat_seconds", limits.heartbeat_ms / 1000}});
    std::string text = "retry: 2000\n" + event_text(who.seen && all_told ? *who.seen : here, "hello", hello);
    text += missed.text;
    if (missed.resumed == Hub::Resumed::too_old)
      text += event_text(here, "resync", R"({"reason":"too_old"})");
    if (missed.resumed == Hub::Resumed::restored) {
      text += event_text(here, "resync", R"({"reason":"restored"})");
      if (who.audience.has(Kind::sync)) text += event_text(here, "sync", "{}");
    }
    write(line, std::make_shared<const std::string>(std::move(text)));
  }

  void end(Line& line, Ended reason) {
    if (!line.stream) return;
    count(reason);
    (void)::epoll_ctl(poll, EPOLL_CTL_DEL, line.stream->socket(), nullptr);
    line.stream.reset();
    forget(by_tenant, line.listener.tenant, line);
    forget(by_listener, line.listener.who, line);
    const std::size_t place = line.place;
    gone.push_back(std::move(all[place]));
    if (place + 1 != all.size()) {
      all[place] = std::move(all.back());
      all[place]->place = place;
    }
    all.pop_back();
    open = all.size();
    if (all.empty()) listening = false;
  }

  static void forget(std::map<Id, Queue>& queues, const Id& key, const Line& line) {
    const auto found = queues.find(key);
    found->second.remove(line);
    if (found->second.lines().empty()) queues.erase(found);
  }

  void end_all(Ended reason) {
    while (!all.empty()) end(*all.back(), reason);
  }

  void count(Ended reason) { ++ended[static_cast<std::size_t>(reason)]; }

  // --- bytes

  void write(Line& line, const Text& text) {
    std::size_t bytes = 0;
    if (line.unsent.empty()) {
      // Nearly always the socket takes it all: then nothing is kept.
      const std::string_view pieces[] = {*text};
      const http::Wire::Moved moved = line.stream->wire().write(pieces);
      if (moved.state == http::Wire::State::moved)
        bytes = moved.bytes;
      else if (moved.state != http::Wire::State::later)
        return end(line, Ended::left);
      if (bytes == text->size()) return;
      line.sent_of_first = bytes;
    }
    line.unsent.push_back(text);
    line.unsent_bytes += text->size() - bytes;
    if (line.unsent_bytes > limits.unsent_bytes_max) return end(line, Ended::slow);
    if (bytes > 0) flush(line);  // until the socket says that it will tell
  }

  void flush(Line& line) {
    while (!line.unsent.empty()) {
      std::array<std::string_view, pieces_at_once> pieces;
      const std::size_t count = std::min(line.unsent.size(), pieces.size());
      for (std::size_t i = 0; i < count; ++i) pieces[i] = *line.unsent[i];
      pieces[0].remove_prefix(line.sent_of_first);
      const http::Wire::Moved moved = line.stream->wire().write({pieces.data(), count});
      if (moved.state == http::Wire::State::later) return;
      if (moved.state != http::Wire::State::moved) return end(line, Ended::left);
      sent(line, moved.bytes);
    }
    line.unsent = {};
  }

  static void sent(Line& line, std::size_t bytes) {
    line.unsent_bytes -= bytes;
    bytes += line.sent_of_first;
    std::size_t whole = 0;
    while (whole < line.unsent.size() && bytes >= line.unsent[whole]->size())
      bytes -= line.unsent[whole++]->size();
    line.unsent.erase(line.unsent.begin(), line.unsent.begin() + static_cast<std::ptrdiff_t>(whole));
    line.sent_of_first = bytes;
  }

  /// Something happened on the socket: the client left, or takes more.
  void stir(Line& line) {
    std::array<char, 1024> nothing;
    while (line.stream) {
      const http::Wire::Moved moved = line.stream->wire().read(nothing);
      if (moved.state == http::Wire::State::later) break;
      if (moved.state != http::Wire::State::moved) return end(line, Ended::left);
      line.heard_bytes += moved.bytes;
      if (line.heard_bytes > limits.heard_bytes_max) return end(line, Ended::talkative);
    }
    if (line.stream) flush(line);
  }

  // --- news

  void pass() {
    passed_ms = now;
    due = false;  // before the read: what is committed after it sets it again
    const Result<Hub::Pass> pass = hub->follow();
    if (!pass.ok()) {
      complain(pass.failure());
      passed_ms = now + limits.look_ms;  // the disk needs a rest more than we need news
      due = true;
      return;
    }
    for (const auto& [tenant, merged] : pass->news) tell(tenant, merged);
    if (pass->more) due = true;
  }

  void tell(const Id& tenant, const Merged& merged) {
    const auto found = by_tenant.find(tenant);
    if (found == by_tenant.end()) return;
    if (merged.has(Kind::business)) end_strangers(found->second.lines());
    std::map<Audience, Text> texts;
    const std::vector<Line*> lines = lines_of(tenant);  // ends of lines change the queue
    Audience audience;
    Text text = std::make_shared<const std::string>();  // what an empty audience is told
    for (Line* line : lines) {
      if (line->listener.audience != audience) {
        audience = line->listener.audience;
        Text& made = texts[audience];
        if (!made) made = std::make_shared<const std::string>(merged.text(audience, hub->position()));
        text = made;
      }
      if (text->empty()) continue;
      ++told;
      write(*line, text);
    }
  }

  std::vector<Line*> lines_of(const Id& tenant) const {
    const auto found = by_tenant.find(tenant);
    return found == by_tenant.end() ? std::vector<Line*>() : found->second.lines();
  }

  // --- who may listen, and how long

  /// Ends those of the lines whose listeners may not listen any more, or not to the same.
  void end_strangers(std::vector<Line*> lines) {
    std::map<Id, bool> known;  // by session or till: many streams may have one
    const auto asked = [&](store::Database& db) -> Result<void> {
      for (const Line* line : lines) {
        const Listener& who = line->listener;
        const Id& key = who.session.is_nil() ? who.who : who.session;
        if (const auto seen = known.find(key); seen != known.end()) continue;
        known[key] = TRY(may_listen(db, who));
      }
      return {};
    };
    const Result<void> done = hub->database().read(
        [&](store::Database& db) { return store::in_snapshot(db, [&] { return asked(db); }); });
    if (!done.ok()) return complain(done.failure());  // nobody is shut out because the disk is ill
    for (Line* line : lines) {
      const Listener& who = line->listener;
      if (!known[who.session.is_nil() ? who.who : who.session]) end(*line, Ended::shut_out);
    }
  }

  static Result<bool> may_listen(store::Database& db, const Listener& who) {
    if (who.session.is_nil()) {
      const auto till = TRY(store::find_till(db, who.who));
      return till && till->tenant == who.tenant && !till->revoked_at;
    }
    const auto principal = TRY(store::find_principal(db, who.session));
    return principal && principal->tenant == who.tenant && principal->rights() == who.rights;
  }

  int beat_every_ms() const { return std::clamp(limits.heartbeat_ms / 60, 5, 250); }

  void beat() {
    beaten_ms = now;
    std::vector<Line*> lines;
    for (std::size_t i = all.size(); i-- > 0;) {  // from the end: ending moves the last one forward
      Line& line = *all[i];
      if (line.ends_ms <= now)
        end(line, line.token_ends ? Ended::expired : Ended::age);
      else if (line.beat_ms <= now)
        lines.push_back(&line);
    }
    if (lines.empty()) return;
    end_strangers(lines);
    const Text text = std::make_shared<const std::string>(heartbeat_text(hub->position()));
    for (Line* line : lines) {
      if (!line->stream) continue;
      line->beat_ms = now + limits.heartbeat_ms;
      write(*line, text);
    }
  }

  void complain(const Failure& failure) {
    if (logged_ms > 0 && now - logged_ms < log_every_ms) return;
    logged_ms = now;
    log::event(log::Level::warning, "events_unread", "Live events cannot be read from the database.",
               {{"failure", describe(failure)}});
  }

  // --- the thread

  int wait_ms() const {
    if (all.empty()) return -1;
    std::int64_t until = std::min(looked_ms + limits.look_ms, beaten_ms + beat_every_ms());
    if (due) until = std::min(until, passed_ms + limits.pace_ms);
    return static_cast<int>(std::clamp<std::int64_t>(until - now, 0, 1000));
  }

  void run() {
    std::array<epoll_event, events_per_round> events;
    for (;;) {
      const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), wait_ms());
      now = now_ms();
      for (int i = 0; i < ready; ++i) {
        auto* line = static_cast<Line*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (line != nullptr) {
          if (line->stream) stir(*line);
        } else {
          std::uint64_t calls = 0;
          (void)!::read(wake, &calls, sizeof calls);
        }
      }
      take_arriving();
      if (ending || stopping) end_all(Ended::draining);
      if (!all.empty()) go_on();
      gone.clear();
      if (stopping) return;
    }
  }

  void go_on() {
    if (now - looked_ms >= limits.look_ms) {
      looked_ms = now;
      if (hub->changed()) due = true;
    }
    if (due && now - passed_ms >= limits.pace_ms) pass();
    if (now - beaten_ms >= beat_every_ms()) beat();
  }
};

Streams::Streams(store::Store& store, Options options)
    : inner_(std::make_unique<Inner>(store, std::move(options))) {}

Streams::~Streams() = default;

void Streams::add(const Listener& listener, std::unique_ptr<http::OpenStream> stream) {
  inner_->arrive(listener, std::move(stream));
}

void Streams::end() {
  inner_->ending = true;
  inner_->call();
}

StreamNumbers Streams::numbers() const {
  StreamNumbers numbers;
  numbers.open = inner_->open;
  numbers.told = inner_->told;
  for (std::size_t i = 0; i < ended_reasons; ++i) numbers.ended[i] = inner_->ended[i];
  return numbers;
}

}  // namespace ringup::events
