#include "server/catalogue/live_catalogue.h"

#include "server/store/catalogue_delta.h"
#include "server/store/catalogue_version.h"

namespace ringup::catalogue {
namespace {

/// A change of more products than this is applied to a fresh catalogue aside, not under the users' feet.
constexpr std::size_t change_in_place_max = 500;
constexpr std::size_t scratches_kept = 8;

}  // namespace

struct LiveCatalogues::Live {
  // Who changes holds the door while waiting, so that a stream of users cannot keep the changer out for ever.
  std::mutex door;
  mutable std::shared_mutex mutex;
  std::shared_ptr<Catalogue> catalogue;  // null before the first time; under `mutex`
  std::mutex refreshing;                 // one thread follows the store at a time
  std::atomic<std::int64_t> version{-1};
  std::atomic<bool> rebuilding{false};
  std::atomic<std::size_t> bytes{0};
  std::uint64_t last_use = 0;  // under LiveCatalogues::mutex_

  template <class Change>
  void change(Change&& change) {
    const std::lock_guard at_the_door(door);
    const std::unique_lock alone(mutex);
    change();
  }
};

LiveCatalogues::LiveCatalogues(store::Store& store, std::size_t bytes_max)
    : store_(store), bytes_max_(bytes_max) {}

LiveCatalogues::~LiveCatalogues() = default;

std::shared_ptr<LiveCatalogues::Live> LiveCatalogues::live_of(const Id& tenant) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Live>& live = live_[tenant];
  if (live == nullptr) live = std::make_shared<Live>();
  live->last_use = ++uses_;
  return live;
}

Result<void> LiveCatalogues::use(const Id& tenant,
                                 const std::function<void(const Catalogue&, SearchIndex::Scratch&)>& use) {
  const std::shared_ptr<Live> live = live_of(tenant);
  const std::int64_t present = TRY(store_.read([&](store::Database& database) -> Result<std::int64_t> {
    return TRY(store::catalogue_version(database, tenant)).version;
  }));
  if (live->version.load() != present) TRY(bring_up_to_date(tenant, *live));
  std::unique_lock at_the_door(live->door);
  const std::shared_lock in_use(live->mutex);
  at_the_door.unlock();
  std::unique_ptr<SearchIndex::Scratch> scratch = take_scratch();
  use(*live->catalogue, *scratch);
  give_back(std::move(scratch));
  return {};
}

std::unique_ptr<SearchIndex::Scratch> LiveCatalogues::take_scratch() {
  const std::lock_guard lock(mutex_);
  if (scratches_.empty()) return std::make_unique<SearchIndex::Scratch>();
  std::unique_ptr<SearchIndex::Scratch> scratch = std::move(scratches_.back());
  scratches_.pop_back();
  return scratch;
}

void LiveCatalogues::give_back(std::unique_ptr<SearchIndex::Scratch> scratch) {
  const std::lock_guard lock(mutex_);
  if (scratches_.size() < scratches_kept) scratches_.push_back(std::move(scratch));
}

Result<void> LiveCatalogues::bring_up_to_date(const Id& tenant, Live& live) {
  if (live.rebuilding.load()) {
    const std::shared_lock lock(live.mutex);
    if (live.catalogue != nullptr) return {};  // the old one will do until the new one stands
  }
  const std::lock_guard one_at_a_time(live.refreshing);
  const auto page_after = [&](const std::string& cursor) {
    return store_.read([&](store::Database& database) {
      return store::catalogue_delta(database, tenant, cursor, delta_products_max, store::WithStock::no);
    });
  };
  // Nobody else changes the catalogue now, so its cursor may be read without the lock.
  const bool first = live.catalogue == nullptr;
  CatalogueDelta page = TRY(page_after(first ? std::string() : live.catalogue->cursor()));
  const bool in_place = !first && !page.more && !page.reset &&
                        page.products.size() + page.deleted.size() <= change_in_place_max;
  if (in_place) {
    const std::int64_t version = page.version;
    Result<void> applied;
    live.change([&] { applied = live.catalogue->apply(std::move(page)); });
    TRY(std::move(applied));
    live.bytes = live.catalogue->memory();
    live.version = version;
    return {};
  }

  live.rebuilding = true;
  const auto rebuild = [&]() -> Result<std::shared_ptr<Catalogue>> {
    auto fresh = std::make_shared<Catalogue>();
    if (!page.reset) page = TRY(page_after({}));
    for (;;) {
      const bool more = page.more;
      TRY(fresh->apply(std::move(page)));
      if (!more) return fresh;
      page = TRY(page_after(fresh->cursor()));
      // A restore in the middle starts the pages again; apply() forgets what was there.
    }
  };
  Result<std::shared_ptr<Catalogue>> fresh = rebuild();
  live.rebuilding = false;
  if (!fresh.ok()) return std::move(fresh).failure();
  const std::int64_t version = (*fresh)->version();
  std::shared_ptr<Catalogue> old = std::move(*fresh);
  live.change([&] { live.catalogue.swap(old); });
  live.bytes = live.catalogue->memory();
  live.version = version;
  old.reset();
  drop_the_oldest(live);
  return {};
}

void LiveCatalogues::drop_the_oldest(const Live& but) {
  const std::lock_guard lock(mutex_);
  for (;;) {
    std::size_t bytes = 0;
    auto oldest = live_.end();
    for (auto at = live_.begin(); at != live_.end(); ++at) {
      bytes += at->second->bytes.load();
      const bool may_go = at->second.get() != &but && at->second->bytes.load() > 0;
      if (may_go && (oldest == live_.end() || at->second->last_use < oldest->second->last_use)) oldest = at;
    }
    if (bytes <= bytes_max_ || oldest == live_.end()) return;
    live_.erase(oldest);
  }
}

LiveCatalogues::Numbers LiveCatalogues::numbers() const {
  const std::lock_guard lock(mutex_);
  Numbers numbers;
  for (const auto& [tenant, live] : live_) {
    numbers.catalogues += live->bytes.load() > 0 ? 1 : 0;
    numbers.bytes += live->bytes.load();
  }
  return numbers;
}

}  // namespace ringup::catalogue
