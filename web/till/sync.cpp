#include "web/till/sync.h"

#include <algorithm>
#include <utility>

namespace ringup::till {
namespace {

constexpr double reconnecting_ms = 10'000;  // it is not mentioned sooner
constexpr std::int64_t timer_ms_min = 200;

}  // namespace

Sync::Sync(platform::Bridge& bridge, Memory& memory, Server& server)
    : bridge_(bridge), memory_(memory), server_(server), shelf_(bridge, memory, server) {}

void Sync::start() {
  outbox_ = journal::Outbox();
  memory_.fill(outbox_);
  outbox_.reconnected();
  if (!std::exchange(started_, true)) follow();
  if (on_people) on_people(false);
  send();
}

void Sync::added(const journal::Record& record) {
  if (!started_) return;  // start() finds it
  (void)outbox_.add(record.epoch, record.seq, record.id, journal::record_text(record).size());
  send();
}

void Sync::wake() {
  if (!memory_.enrolment().has_value() || memory_.looks_on()) return;
  lost_at_ = bridge_.monotonic_ms();  // the stream may have rested
  outbox_.reconnected();
  send();
  shelf_.fetch();
}

void Sync::went() {
  for (const Kept& kept : memory_.kept())
    outbox_.deleted_through(kept.epoch, memory_.gone_through(kept.epoch));
}

void Sync::lost() {
  answered_ = false;
}

Connection Sync::connection() const {
  if (refused_) return Connection::refused;
  if (!answered_ || !bridge_.online()) return Connection::offline;
  if (outbox_.pending() > 0) return Connection::sending;
  return reconnecting_in() == 0 ? Connection::reconnecting : Connection::online;
}

std::optional<double> Sync::reconnecting_in() const {
  if (stream_ != platform::Stream::waiting) return std::nullopt;
  return std::max(0.0, lost_at_ + reconnecting_ms - bridge_.monotonic_ms());
}

// --- what the server tells ---

void Sync::follow() {
  stream_ = platform::Stream::waiting;
  shelf_.told(false);
  lost_at_ = bridge_.monotonic_ms();
  generation_.clear();
  platform::Follow follow;
  follow.path = "/api/events";
  follow.share = "till " + to_string(memory_.enrolment()->till);
  // A till's token is good until the till is revoked; it is another one only after it was paired again.
  follow.authorize = [this](bool, const std::function<void(std::string)>& give) {
    give(memory_.enrolment().has_value() ? "Till " + memory_.enrolment()->token : std::string());
  };
  follow.on_event = [this](const platform::ServerEvent& event) { heard(event); };
  follow.on_state = [this](platform::Stream state) { stream_is(state); };
  bridge_.follow(std::move(follow));
}

void Sync::heard(const platform::ServerEvent& event) {
  if (!memory_.enrolment().has_value()) return;
  if (event.kind == "catalogue") return shelf_.changed();
  if (event.kind == "business") return fetch_settings();
  if (event.kind == "resync") return everything_changed();
  if (event.kind == "sync") {
    outbox_.reconnected();
    return send();
  }
  if (event.kind != "hello") return;
  const auto data = json::parse(event.data);
  const json::Value* member = data.ok() ? data->find("generation") : nullptr;
  const std::string generation =
      member != nullptr && member->as_string() != nullptr ? *member->as_string() : std::string();
  // The same as before: what was missed follows.
  const bool first = generation_.empty();
  if (generation == std::exchange(generation_, generation) && !first) return;
  shelf_.changed();
  fetch_settings();
  if (first) return;  // start() has only just asked
  outbox_.reconnected();
  send();
}

void Sync::everything_changed() {
  shelf_.changed();
  fetch_settings();
  outbox_.reconnected();
  send();
}

void Sync::stream_is(platform::Stream state) {
  const bool was = stream_ == platform::Stream::live, live = state == platform::Stream::live;
  if (was && !live) lost_at_ = bridge_.monotonic_ms();
  stream_ = state;
  shelf_.told(live);
  if (was || !live || outbox_.pending() == 0) return;
  outbox_.reconnected();  // the server is there again: what waits does not wait longer
  send();
}

/// An older server has no such path: what the till learned when it was paired stays.
void Sync::fetch_settings() {
  if (on_people) on_people(false);
  if (settings_asked_) {
    settings_again_ = true;
    return;
  }
  settings_asked_ = true;
  server_.settings(memory_.enrolment()->token, [this](Result<Settings> settings) {
    settings_asked_ = false;
    if (settings.ok()) memory_.change_settings(*settings);
    if (std::exchange(settings_again_, false)) fetch_settings();
  });
}

// --- the journal ---

void Sync::send() {
  if (in_flight_ || !started_) return;
  const std::int64_t now = static_cast<std::int64_t>(bridge_.monotonic_ms());
  const journal::Outbox::Plan plan = outbox_.plan(now);
  if (plan.action == journal::Outbox::Action::wait) return send_in(plan.wait_ms);
  if (plan.action == journal::Outbox::Action::enrol) return enrol_again();

  in_flight_ = true;
  memory_.texts(plan.epoch, plan.seqs,
                [this, plan](const std::vector<std::string>& texts) { post(plan, texts); });
}

void Sync::post(const journal::Outbox::Plan& plan, const std::vector<std::string>& texts) {
  platform::FetchRequest request;
  request.method = "POST";
  request.url = "/api/till/journal/";
  request.headers = {{"Authorization", "Till " + memory_.enrolment()->token},
                     {"Content-Type", "application/json"}};
  request.body = outbox_.write(plan, texts, bridge_.now_ms());
  bridge_.fetch(std::move(request),
                [this, plan](const platform::FetchResponse& response) { answered(plan, response); });
}

void Sync::answered(const journal::Outbox::Plan& plan, const platform::FetchResponse& response) {
  in_flight_ = false;
  answered_ = response.status != 0 && response.status < 500;
  refused_ = response.status == 401 || response.status == 403;
  problem_ = response.status == 200 ? std::string() : describe(failure_of(response));
  const std::size_t before = outbox_.pending();
  std::uint8_t chance[2];
  bridge_.random(chance);
  outbox_.answered(plan, response.status, response.body, static_cast<std::int64_t>(bridge_.monotonic_ms()),
                   static_cast<std::uint16_t>(chance[0] << 8 | chance[1]));
  const std::size_t after = outbox_.pending();
  sent_ = after == 0 ? 0 : sent_ + (before > after ? before - after : 0);
  // Before the generation: cut off in between, the till only sends again what the server knows.
  memory_.follow(outbox_);
  memory_.may_forget(plan.epoch, outbox_.deletable_through(plan.epoch));
  outbox_.deleted_through(plan.epoch, memory_.gone_through(plan.epoch));
  if (outbox_.generation().has_value()) memory_.remember_generation(*outbox_.generation());
  if (answered_ && on_people) on_people(true);
  send();
}

void Sync::send_in(std::int64_t ms) {
  const std::int64_t wait = std::clamp<std::int64_t>(ms, timer_ms_min, journal::ask_every_ms);
  const double due = bridge_.monotonic_ms() + static_cast<double>(wait);
  if (timer_at_ > 0 && timer_at_ <= due) return;  // an earlier one is set and will look again
  timer_at_ = due;
  bridge_.after(static_cast<int>(wait), [this, due] {
    if (timer_at_ != due) return;  // a sooner one took its place
    timer_at_ = 0;
    send();
  });
}

void Sync::enrol_again() {
  in_flight_ = true;
  const auto refused = [this](const Failure& failure) {
    in_flight_ = false;
    problem_ = describe(failure);
    outbox_.enrol_failed(static_cast<std::int64_t>(bridge_.monotonic_ms()));
    send();
  };
  server_.enrol({}, memory_.enrolment()->token, [this, refused](Result<Enrolment> enrolment) {
    if (!enrolment.ok()) return refused(enrolment.failure());
    memory_.enrol(*enrolment, [this, refused, epoch = enrolment->epoch](Result<void> kept) {
      if (!kept.ok()) return refused(kept.failure());
      in_flight_ = false;
      outbox_.enrolled(epoch);
      send();
    });
  });
}

}  // namespace ringup::till
