#include "web/till/shelf.h"

#include <utility>

namespace ringup::till {
namespace {

constexpr int every_ms = 60'000;
// While the server tells of changes: it does not tell of stock that sales move. Well below the five minutes
// after which the console calls a till not connected.
constexpr int live_ms = 2 * 60'000;
constexpr int spread_ms = 2'000;
constexpr int retry_ms = 10'000;
constexpr int pages_max = 200;      // beyond it the stored pages are fetched anew as one clean copy
constexpr int increments_max = 20;  // stored behind the first download; beyond it they are fetched as one
constexpr std::string_view pages_key = "catalogue/pages";

std::string page_key(int number) {
  return "catalogue/" + std::to_string(number);
}

}  // namespace

Shelf::Shelf(platform::Bridge& bridge, const Memory& memory, Server& server)
    : bridge_(bridge), memory_(memory), server_(server) {}

void Shelf::open() {
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
    fetch();
}

void Shelf::told(bool live) {
  const bool was = std::exchange(live_, live);
  if (was && !live && !fetching_) fetch_in(every_ms);
}

void Shelf::changed() {
  if (fetching_) {
    again_ = true;
    return;
  }
  std::uint8_t chance[2];
  bridge_.random(chance);
  fetch_in((chance[0] << 8 | chance[1]) * spread_ms >> 16);
}

void Shelf::load_page(int number) {
  bridge_.blob_get(page_key(number), [this, number](std::optional<std::string> text) {
    Result<CatalogueDelta> delta =
        text.has_value() ? read_delta(*text) : Result<CatalogueDelta>(Error::not_found);
    if (!delta.ok()) {
      // Damaged or gone: the stored copy is worth nothing, the server has it all.
      catalogue_ = Catalogue();
      pages_ = base_pages_ = 0;
      return fetch();
    }
    apply(std::move(delta).value());
    note_base(number + 1);
    if (number + 1 < pages_)
      load_page(number + 1);
    else
      fetch();
  });
}

void Shelf::apply(CatalogueDelta delta) {
  const bool complete = !delta.more;
  complete_ = complete;
  (void)catalogue_.apply(std::move(delta));
  if (complete) loading_ = false;
  ++changes_;
  if (on_change) on_change();
}

/// Where the first download ended: what changed since is stored behind it.
void Shelf::note_base(int pages) {
  if (base_pages_ > 0 || !complete_) return;
  base_pages_ = pages;
  base_cursor_ = catalogue_.cursor();
}

void Shelf::fetch() {
  if (fetching_ || memory_.looks_on()) return;  // the tab that is the till stores what it fetches
  fetching_ = true;
  const bool fresh = pages_ == 0 || pages_ >= pages_max;
  // Stock moves all day, a page a minute. All that changed since the first download is little more than the
  // last of them, and takes their place.
  const bool gather = !fresh && complete_ && base_pages_ > 0 && pages_ >= base_pages_ + increments_max;
  const std::string since = fresh ? std::string() : gather ? base_cursor_ : catalogue_.cursor();
  server_.catalogue(memory_.enrolment()->token, since, [this, gather](Result<Server::Page> page) {
    fetching_ = false;
    const bool again = std::exchange(again_, false);
    if (!page.ok()) {
      problem_ = words_of(page.failure());
      return fetch_in(retry_ms);
    }
    problem_.clear();
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
    if (more) return fetch();
    if (again) return changed();
    fetch_in(live_ ? live_ms : every_ms);
  });
}

/// Unless an earlier timer is set.
void Shelf::fetch_in(int ms) {
  const double at = bridge_.monotonic_ms() + ms;
  if (timer_at_ > 0 && timer_at_ <= at) return;
  timer_at_ = at;
  bridge_.after(ms, [this, timer = ++timer_] {
    if (timer != timer_) return;
    timer_at_ = 0;
    fetch();
  });
}

}  // namespace ringup::till
