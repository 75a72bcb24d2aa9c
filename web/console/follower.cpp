#include "web/console/follower.h"

#include <utility>

namespace ringup::console {
namespace {

constexpr int retry_ms = 10'000;
constexpr int pages_max = 200;  // beyond it the stored pages are fetched anew as one clean copy

}  // namespace

std::string Follower::page_key(int number) const {
  return "console/catalogue/" + business_ + "/" + std::to_string(number);
}

void Follower::start(const std::string& business) {
  stop();
  business_ = business;
  load(0);
}

void Follower::stop() {
  ++run_;
  business_.clear();
  catalogue_ = Catalogue();
  products_ = Products{};
  products_.catalogue = &catalogue_;
  pages_ = 0;
  fetching_ = again_ = false;
  timer_at_ = 0;
  ++timer_;
  waiting_.clear();
  next_.clear();
}

void Follower::load(int number) {
  bridge_.blob_get(page_key(number), [this, number, run = run_](std::optional<std::string> page) {
    if (run != run_) return;
    const std::size_t line = page.has_value() ? page->find('\n') : std::string::npos;
    // The end of what is stored, or a page that another tab wrote after another one.
    if (line == std::string::npos || page->substr(0, line) != catalogue_.cursor()) return fetch();
    Result<CatalogueDelta> delta = read_delta(std::string_view(*page).substr(line + 1));
    if (!delta.ok() || !apply(std::move(delta).value()).ok()) return fetch();
    pages_ = number + 1;
    if (pages_ >= pages_max) {
      catalogue_ = Catalogue();
      pages_ = 0;
      return fetch();
    }
    load(pages_);
  });
}

Result<void> Follower::apply(CatalogueDelta delta) {
  const bool complete = !delta.more;
  TRY(catalogue_.apply(std::move(delta)));
  if (complete) products_.loading = false;
  products_.loaded = catalogue_.size();
  ++products_.changes;
  return {};
}

void Follower::refresh(std::function<void()> done) {
  if (done) (fetching_ ? next_ : waiting_).push_back(std::move(done));
  if (fetching_)
    again_ = true;  // what is on its way may have been read before the change
  else
    fetch();
}

void Follower::changed() {
  if (business_.empty()) return;
  if (fetching_) {
    again_ = true;
    return;
  }
  const double left = fetched_at_ + catalogue_apart_ms - bridge_.monotonic_ms();
  if (left <= 0) return fetch();
  fetch_in(static_cast<int>(left) + 1);
}

void Follower::live(bool live) {
  if (live == std::exchange(live_, live) || live || business_.empty() || fetching_) return;
  fetch_later();
}

void Follower::shown(bool shown) {
  const bool back = shown && !shown_;
  shown_ = shown;
  if (back && !live_ && !business_.empty() && !fetching_) fetch();
}

void Follower::fetch() {
  if (fetching_) return;
  fetching_ = true;
  fetched_at_ = bridge_.monotonic_ms();
  const std::string since = catalogue_.cursor();
  const std::string path =
      "/api/catalogue/changes/" + (since.empty() ? std::string() : "?since=" + url_encoded(since));
  api_.text(path, "application/json", [this, since, run = run_](Result<std::string> text) {
    if (run == run_) fetched(since, std::move(text));
  });
}

void Follower::fetched(const std::string& since, Result<std::string> text) {
  fetching_ = false;
  Result<CatalogueDelta> delta =
      text.ok() ? read_delta(*text) : Result<CatalogueDelta>(std::move(text).failure());
  if (!delta.ok()) {
    products_.problem = words_of(delta.failure());
    settle();
    return fetch_later();
  }
  products_.problem.clear();
  const bool news = delta->reset || delta->more || products_.loading || !delta->products.empty() ||
                    !delta->deleted.empty() || delta->version != catalogue_.version();
  const bool more = delta->more;
  if (news) {
    if (delta->reset) pages_ = 0;
    keep(delta->reset ? std::string() : since, *text);
    if (const Result<void> applied = apply(std::move(delta).value()); !applied.ok()) {
      products_.problem = words_of(applied.failure());
      settle();
      return fetch_later();
    }
  }
  if (more) return fetch();
  settle();
  if (!std::exchange(again_, false)) return fetch_later();
  if (next_.empty()) return changed();
  waiting_.swap(next_);  // somebody waits for it
  fetch();
}

void Follower::settle() {
  std::vector<std::function<void()>> done;
  done.swap(waiting_);
  for (const auto& each : done) each();
}

void Follower::fetch_later() {
  fetch_in(!products_.problem.empty() ? retry_ms : live_ ? catalogue_live_ms : catalogue_every_ms);
}

/// Unless an earlier timer is set.
void Follower::fetch_in(int ms) {
  const double at = bridge_.monotonic_ms() + ms;
  if (timer_at_ > 0 && timer_at_ <= at) return;
  timer_at_ = at;
  bridge_.after(ms, [this, timer = ++timer_] {
    if (timer != timer_) return;
    timer_at_ = 0;
    if (shown_) fetch();  // else when it is shown again, or when the server tells of a change
  });
}

void Follower::keep(const std::string& since, const std::string& text) {
  const int number = pages_++;
  bridge_.blob_put(page_key(number), since + "\n" + text, [](bool) {});
}

}  // namespace ringup::console
