#include "web/till/sync.h"

#include <algorithm>
#include <utility>

namespace ringup::till {
namespace {

constexpr int catalogue_every_ms = 60'000;
// While the server tells of changes: it does not tell of stock that sales move. Well below the five minutes
// after which the console calls a till not connected.
constexpr int catalogue_live_ms = 2 * 60'000;
constexpr int spread_ms = 2'000;
constexpr double reconnecting_ms = 10'000;  // it is not mentioned sooner
constexpr int catalogue_retry_ms = 10'000;
constexpr int pages_max = 200;      // beyond it the stored pages are fetched anew as one clean copy
constexpr int increments_max = 20;  // stored behind the first download; beyond it they are fetched as one
constexpr std::int64_t timer_ms_min = 200;
constexpr std::string_view pages_key = "catalogue/pages";

std::string page_key(int number) {
  return "catalogue/" + std::to_string(number);
}

}  // namespace

Sync::Sync(platform::Bridge& bridge, Memory& memory, Server& server)
    : bridge_(bridge), memory_(memory), server_(server) {}

void Sync::start() {
  outbox_ = journal::Outbox();
  memory_.fill(outbox_);
  outbox_.reconnected();
  follow();
  send();
  loading_ = true;
  pages_ = 0;
  const std::optional<std::string> stored = bridge_.local_get(pages_key);
  // A copy of another business (the till was paired anew) must not be shown.
  const std::string mine = memory_.enrolment()->tenant + "/";
  if (stored.has_value() && stored->starts_with(mine) && stored->size() < mine.size() + 5) {
    int count = 0;
    for (const char c : stored->substr(mine.size()))
      count = c >= '0' && c <= '9' ? count * 10 + (c - '0') : pages_max;
    pages_ = count <= pages_max ? count : 0;
  }
  if (pages_ > 0)
    load_page(0);
  else
    fetch_catalogue();
}

void Sync::added(const journal::Record& record) {
  (void)outbox_.add(record.epoch, record.seq, record.id, journal::record_text(record).size());
  send();
}

void Sync::wake() {
  if (!memory_.enrolment().has_value()) return;
  lost_at_ = bridge_.monotonic_ms();  // the stream may have rested
  outbox_.reconnected();
  send();
  fetch_catalogue();
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
  if (event.kind == "catalogue") return catalogue_changed();
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
  catalogue_changed();
  fetch_settings();
  if (first) return;  // start() has only just asked
  outbox_.reconnected();
  send();
}

void Sync::everything_changed() {
  catalogue_changed();
  fetch_settings();
  outbox_.reconnected();
  send();
}

void Sync::stream_is(platform::Stream state) {
  const bool was = stream_ == platform::Stream::live, live = state == platform::Stream::live;
  if (was && !live) lost_at_ = bridge_.monotonic_ms();
  stream_ = state;
  if (was && !live && !fetching_) fetch_catalogue_in(catalogue_every_ms);
}

void Sync::catalogue_changed() {
  if (fetching_) {
    catalogue_again_ = true;
    return;
  }
  std::uint8_t chance[2];
  bridge_.random(chance);
  fetch_catalogue_in((chance[0] << 8 | chance[1]) * spread_ms >> 16);
}

/// An older server has no such path: what the till learned when it was paired stays.
void Sync::fetch_settings() {
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
  if (in_flight_) return;
  const std::int64_t now = static_cast<std::int64_t>(bridge_.monotonic_ms());
  const journal::Outbox::Plan plan = outbox_.plan(now);
  if (plan.action == journal::Outbox::Action::wait) return send_in(plan.wait_ms);
  if (plan.action == journal::Outbox::Action::enrol) return enrol_again();

  std::vector<std::string> texts;
  for (const std::int64_t seq : plan.seqs) texts.push_back(memory_.text_of(plan.epoch, seq));
  platform::FetchRequest request;
  request.method = "POST";
  request.url = "/api/till/journal/";
  request.headers = {{"Authorization", "Till " + memory_.enrolment()->token},
                     {"Content-Type", "application/json"}};
  request.body = outbox_.write(plan, texts, bridge_.now_ms());
  in_flight_ = true;
  bridge_.fetch(std::move(request), [this, plan](platform::FetchResponse response) {
    in_flight_ = false;
    answered_ = response.status != 0 && response.status < 500;
    refused_ = response.status == 401 || response.status == 403;
    problem_ = response.status == 200 ? std::string() : describe(failure_of(response));
    const auto now_ms = static_cast<std::int64_t>(bridge_.monotonic_ms());
    outbox_.answered(plan, response.status, response.body, now_ms);
    // Before the generation: cut off in between, the till only sends again what the server knows.
    memory_.follow(outbox_);
    if (const std::int64_t last = outbox_.deletable_through(plan.epoch); last > 0) {
      memory_.forget_through(plan.epoch, last);
      outbox_.deleted_through(plan.epoch, last);
    }
    if (outbox_.generation().has_value()) memory_.remember_generation(*outbox_.generation());
    send();
  });
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
  server_.enrol({}, memory_.enrolment()->token, [this](Result<Enrolment> enrolment) {
    in_flight_ = false;
    Result<void> kept = enrolment.ok() ? memory_.enrol(*enrolment) : Result<void>(enrolment.failure());
    if (kept.ok()) {
      outbox_.enrolled(enrolment->epoch);
    } else {
      problem_ = describe(kept.failure());
      outbox_.enrol_failed(static_cast<std::int64_t>(bridge_.monotonic_ms()));
    }
    send();
  });
}

void Sync::load_page(int number) {
  bridge_.blob_get(page_key(number), [this, number](std::optional<std::string> text) {
    Result<CatalogueDelta> delta =
        text.has_value() ? read_delta(*text) : Result<CatalogueDelta>(Error::not_found);
    if (!delta.ok()) {
      // Damaged or gone: the stored copy is worth nothing, the server has it all.
      catalogue_ = Catalogue();
      pages_ = base_pages_ = 0;
      return fetch_catalogue();
    }
    apply(std::move(delta).value());
    note_base(number + 1);
    if (number + 1 < pages_)
      load_page(number + 1);
    else
      fetch_catalogue();
  });
}

void Sync::apply(CatalogueDelta delta) {
  const bool complete = !delta.more;
  complete_ = complete;
  (void)catalogue_.apply(std::move(delta));
  if (complete) loading_ = false;
  ++catalogue_changes_;
  if (on_catalogue) on_catalogue();
}

/// Where the first download ended: what changed since is stored behind it.
void Sync::note_base(int pages) {
  if (base_pages_ > 0 || !complete_) return;
  base_pages_ = pages;
  base_cursor_ = catalogue_.cursor();
}

void Sync::fetch_catalogue() {
  if (fetching_) return;
  fetching_ = true;
  const bool fresh = pages_ == 0 || pages_ >= pages_max;
  // Stock moves all day, a page a minute. All that changed since the first download is little more than the
  // last of them, and takes their place.
  const bool gather = !fresh && complete_ && base_pages_ > 0 && pages_ >= base_pages_ + increments_max;
  const std::string since = fresh ? std::string() : gather ? base_cursor_ : catalogue_.cursor();
  server_.catalogue(memory_.enrolment()->token, since, [this, gather](Result<Server::Page> page) {
    fetching_ = false;
    const bool again = std::exchange(catalogue_again_, false);
    if (!page.ok()) {
      catalogue_problem_ = words_of(page.failure());
      return fetch_catalogue_in(catalogue_retry_ms);
    }
    catalogue_problem_.clear();
    const CatalogueDelta& delta = page->delta;
    const bool news = gather || delta.reset || delta.more || !delta.products.empty() ||
                      !delta.deleted.empty() || delta.version != catalogue_.version();
    const bool more = delta.more;
    if (news) {
      if (delta.reset) pages_ = base_pages_ = 0;
      if (gather && !delta.reset) pages_ = base_pages_;
      const int number = pages_++;
      const std::string mine = memory_.enrolment()->tenant + "/" + std::to_string(pages_);
      // The count follows the page, so that a count never names a page that is not there.
      bridge_.blob_put(page_key(number), std::move(page->text), [this, mine](bool stored) {
        if (stored) bridge_.local_set(pages_key, mine);
      });
      apply(std::move(page->delta));
      note_base(pages_);
    } else {
      (void)catalogue_.apply(std::move(page->delta));  // only its place
    }
    if (more) return fetch_catalogue();
    if (again) return catalogue_changed();
    fetch_catalogue_in(stream_ == platform::Stream::live ? catalogue_live_ms : catalogue_every_ms);
  });
}

/// Unless an earlier timer is set.
void Sync::fetch_catalogue_in(int ms) {
  const double at = bridge_.monotonic_ms() + ms;
  if (catalogue_timer_at_ > 0 && catalogue_timer_at_ <= at) return;
  catalogue_timer_at_ = at;
  bridge_.after(ms, [this, timer = ++catalogue_timer_] {
    if (timer != catalogue_timer_) return;
    catalogue_timer_at_ = 0;
    fetch_catalogue();
  });
}

}  // namespace ringup::till
