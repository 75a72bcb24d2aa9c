#include "server/catalogue/till_pages.h"

#include "server/http/gzip.h"
#include "server/store/catalogue_delta.h"
#include "server/store/catalogue_version.h"
#include "server/store/stock.h"

namespace ringup::catalogue {
namespace {

http::Response compressed(const std::string& body) {
  http::Response response;
  response.body = body;
  response.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
  return response;
}

}  // namespace

Result<http::Response> TillPages::page(const Id& tenant, const std::string& since, bool pictures, bool gzip) {
  struct Moment {
    std::int64_t version = 0;
    Id movement;
    bool operator==(const Moment&) const = default;
  };
  const auto present = [&]() -> Result<Moment> {
    return store_.read([&](store::Database& database) -> Result<Moment> {
      return Moment{TRY(store::catalogue_version(database, tenant)).version,
                    TRY(store::last_movement(database))};
    });
  };
  Moment before;
  if (gzip) {
    before = TRY(present());
    if (const auto kept = find({tenant, before.version, since, Id{}, pictures})) return compressed(*kept);
    if (const auto kept = find({tenant, before.version, since, before.movement, pictures}))
      return compressed(*kept);
  }
  CatalogueDelta delta = TRY(store_.read(
      [&](store::Database& database) { return store::catalogue_delta(database, tenant, since); }));
  if (!pictures) {
    for (Product& product : delta.products) product.picture.reset();
  }
  http::Response response;
  response.body = to_json(delta);
  if (!gzip || response.body.size() < compressed_from_bytes) return response.with("Vary", "Accept-Encoding");
  const auto body = std::make_shared<const std::string>(http::gzip(response.body));
  // A change between the two reads: the page is newer than its name says, and so is not kept under it.
  const Moment after = TRY(present());
  if (after.version == before.version && delta.more)
    keep({tenant, before.version, since, Id{}, pictures}, body);
  else if (after == before)
    keep({tenant, before.version, since, before.movement, pictures}, body);
  return compressed(*body);
}

std::shared_ptr<const std::string> TillPages::find(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found->second);
  return found->second->body;
}

void TillPages::keep(const Key& key, std::shared_ptr<const std::string> body) {
  const std::lock_guard lock(mutex_);
  if (by_key_.find(key) != by_key_.end() || body->size() > kept_bytes_max) return;
  kept_bytes_ += body->size();
  kept_.push_front({key, std::move(body)});
  by_key_[key] = kept_.begin();
  while (kept_bytes_ > kept_bytes_max) {
    kept_bytes_ -= kept_.back().body->size();
    by_key_.erase(kept_.back().key);
    kept_.pop_back();
  }
}

}  // namespace ringup::catalogue
