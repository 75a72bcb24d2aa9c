#include "web/till/shelf.h"

#include <utility>

#include "core/catalogue/snapshot.h"

namespace ringup::till {
namespace {

constexpr int every_ms = 60'000;
// While the server tells of changes: it does not tell of stock that sales move. Well below the five minutes
// after which the console calls a till not connected.
constexpr int live_ms = 2 * 60'000;
constexpr int spread_ms = 2'000;
constexpr int retry_ms = 10'000;
constexpr int pages_max = 1'000;    // of a first download, and far more than a catalogue has
constexpr int increments_max = 20;  // stored behind the first download; beyond it they are fetched as one
constexpr std::size_t stored_bytes_max = 1'000'000;  // of pages; beyond it they become part of the snapshot
constexpr int first_settle_ms = 100;                 // first the products are drawn
constexpr std::size_t settled_at_once = 2'000;       // about a frame's time
constexpr std::string_view base_key = "catalogue/base";

std::string page_head(const std::string& tenant, const std::string& cursor) {
  return "page 1\n" + tenant + "\n" + cursor + "\n";
}

std::string page_key(int number) {
  return "catalogue/" + std::to_string(number);
}

}  // namespace

Shelf::Shelf(platform::Bridge& bridge, const Memory& memory, Server& server)
    : bridge_(bridge), memory_(memory), server_(server) {}

void Shelf::open() {
  loading_ = true;
  catalogue_ = Catalogue();
  pages_ = base_pages_ = 0;
  stored_bytes_ = 0;
  base_cursor_.clear();
  held_.clear();
  complete_ = renewing_ = snapshot_ = no_room_ = unlike_base_ = false;
  bridge_.blob_get(base_key, [this](std::optional<std::string> bytes) {
    if (bytes.has_value()) {
      // A copy of another business (the till was paired anew) must not be shown.
      Result<CatalogueDelta> whole = read_snapshot(*bytes, memory_.enrolment()->tenant);
      if (whole.ok() && catalogue_.adopt(std::move(whole).value()).ok()) {
        snapshot_ = complete_ = true;
        base_cursor_ = catalogue_.cursor();
      }
    }
    load_page(0);
  });
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
  if (number >= pages_max) return loaded();
  bridge_.blob_get(page_key(number), [this, number](std::optional<std::string> bytes) {
    const std::string head = page_head(memory_.enrolment()->tenant, reached());
    if (!bytes.has_value() || !bytes->starts_with(head)) return loaded();
    Result<CatalogueDelta> delta = read_delta(std::string_view(*bytes).substr(head.size()));
    if (!delta.ok() || (delta->reset && !base_cursor_.empty())) return loaded();
    stored_bytes_ += base_cursor_.empty() ? 0 : bytes->size();
    const std::size_t unsettled = catalogue_.unsettled();
    take(std::move(delta).value());
    unlike_base_ = unlike_base_ || catalogue_.unsettled() != unsettled;
    load_page(number + 1);
  });
}

/// What lies here is applied: shown, and then the rest is fetched. Pages of a change that is not here as a
/// whole count for nothing.
void Shelf::loaded() {
  held_.clear();
  stored_cursor_ = catalogue_.cursor();
  if (complete_) loading_ = false;
  if (complete_ || catalogue_.size() > 0) told_of_change();
  if (catalogue_.unsettled() > 0) settle_soon(first_settle_ms);
  fetch();
}

/// Up to where pages have come.
const std::string& Shelf::reached() const {
  return held_.empty() ? catalogue_.cursor() : held_.back().cursor;
}

/// The pages of one change become true together. Only a first download, before which there is nothing to
/// keep, is taken over page by page. True where that completes it.
bool Shelf::take(CatalogueDelta delta) {
  const bool last = !delta.more;
  if (base_cursor_.empty()) {
    (void)catalogue_.apply(std::move(delta));
    ++pages_;
    complete_ = last;
    if (last) {
      base_pages_ = pages_;
      base_cursor_ = catalogue_.cursor();
    }
    return last;
  }
  held_.push_back(std::move(delta));
  if (!last) return false;
  pages_ += static_cast<int>(held_.size());
  for (CatalogueDelta& held : held_) (void)catalogue_.apply(std::move(held));
  held_.clear();
  return true;
}

void Shelf::told_of_change() {
  ++changes_;
  if (on_change) on_change();
}

void Shelf::make_searchable() {
  catalogue_.settle(products_max);
}

void Shelf::settle_soon(int ms) {
  bridge_.after(ms, [this] {
    catalogue_.settle(settled_at_once);
    if (catalogue_.unsettled() > 0) settle_soon(0);
  });
}

/// A page that is not stored is fetched again after the next start.
void Shelf::store(int number, const std::string& since, const std::string& text) {
  std::string bytes = page_head(memory_.enrolment()->tenant, since) + text;
  stored_bytes_ += base_cursor_.empty() ? 0 : bytes.size();
  bridge_.blob_put(page_key(number), std::move(bytes), [](bool) {});
}

bool Shelf::wants_base() const {
  if (!complete_ || no_room_) return false;
  return !snapshot_ || unlike_base_ || stored_bytes_ > stored_bytes_max;
}

/// Until it is stored nothing is fetched, so that no page comes in between. The pages it takes the place of
/// do not fit it, whether they are removed or not.
void Shelf::write_base() {
  fetching_ = true;
  const std::string cursor = catalogue_.cursor();
  std::string bytes = write_snapshot(catalogue_, memory_.enrolment()->tenant);
  const auto stored = [this, cursor](bool done) {
    fetching_ = false;
    if (done) {
      for (int number = 0; number < pages_; ++number) bridge_.blob_remove(page_key(number), [](bool) {});
      pages_ = base_pages_ = 0;
      stored_bytes_ = 0;
      base_cursor_ = stored_cursor_ = cursor;
      snapshot_ = true;
      unlike_base_ = false;
    } else {
      no_room_ = true;
    }
    if (std::exchange(again_, false)) return changed();
    fetch_in(live_ ? live_ms : every_ms);
  };
  if (bytes.empty()) return stored(false);
  bridge_.blob_put(base_key, std::move(bytes), stored);
}

void Shelf::fetch() {
  if (fetching_ || memory_.looks_on()) return;  // the tab that is the till stores what it fetches
  fetching_ = true;
  // Stock moves all day, a page a minute. All that changed since the snapshot is little more than the last of
  // them, and takes their place.
  const bool gather = held_.empty() && !base_cursor_.empty() && pages_ >= base_pages_ + increments_max;
  const std::string since = gather ? base_cursor_ : reached();
  server_.catalogue(memory_.enrolment()->token, since, [this, gather](Result<Server::Page> page) {
    fetching_ = false;
    if (!page.ok()) {
      again_ = false;
      problem_ = words_of(page.failure());
      return fetch_in(retry_ms);
    }
    problem_.clear();
    came(std::move(page).value(), gather);
  });
}

void Shelf::came(Server::Page page, bool gather) {
  const CatalogueDelta& delta = page.delta;
  const bool news = gather || !held_.empty() || delta.reset || delta.more || !delta.products.empty() ||
                    !delta.deleted.empty() || delta.version != catalogue_.version();
  const bool more = delta.more;
  if (news) {
    if (delta.reset && base_cursor_.empty()) pages_ = 0;
    if (delta.reset && !base_cursor_.empty()) {
      // The server has lost its place: the whole catalogue comes anew. What lies here stays until that is
      // whole.
      renewing_ = true;
      held_.clear();
    }
    if (gather && !delta.reset) pages_ = base_pages_, stored_bytes_ = 0;
    // A cursor that moved on without news was not stored.
    const std::string since = gather           ? base_cursor_
                              : !held_.empty() ? held_.back().cursor
                              : delta.reset    ? std::string()
                                               : stored_cursor_;
    if (!renewing_) store(pages_ + static_cast<int>(held_.size()), since, page.text);
    const bool whole = take(std::move(page.delta));
    if (whole || base_cursor_.empty()) {
      stored_cursor_ = catalogue_.cursor();
      if (whole && std::exchange(renewing_, false)) {
        base_cursor_ = stored_cursor_;
        pages_ = base_pages_ = 0;
        snapshot_ = no_room_ = false;
        complete_ = true;
      }
      if (whole) loading_ = false;
      told_of_change();
    }
  } else {
    (void)catalogue_.apply(std::move(page.delta));  // only its place
  }
  if (more) return fetch();
  if (wants_base()) return write_base();
  if (std::exchange(again_, false)) return changed();
  fetch_in(live_ ? live_ms : every_ms);
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
