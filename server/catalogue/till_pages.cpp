#include "server/catalogue/till_pages.h"

#include "server/http/gzip.h"
#include "server/store/catalogue_delta.h"
#include "server/store/catalogue_version.h"

namespace ringup::catalogue {
namespace {

http::Response compressed(const std::string& body) {
  http::Response response;
  response.body = body;
  response.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
  return response;
}

}  // namespace

Result<http::Response> TillPages::page(const Id& tenant, const std::string& since, bool gzip) {
  Key key;
  if (gzip) {
    const store::CatalogueVersion present = TRY(
        store_.read([&](store::Database& database) { return store::catalogue_version(database, tenant); }));
    key = {tenant, present.version, since};
    if (const auto kept = find(key)) return compressed(*kept);
  }
  const CatalogueDelta delta = TRY(store_.read(
      [&](store::Database& database) { return store::catalogue_delta(database, tenant, since); }));
  http::Response response;
  response.body = to_json(delta);
  if (!gzip || response.body.size() < compressed_from_bytes) return response.with("Vary", "Accept-Encoding");
  const auto body = std::make_shared<const std::string>(http::gzip(response.body));
  // A change between the two reads: the page is newer than its name says, and so is not kept under it.
  const store::CatalogueVersion after =
      TRY(store_.read([&](store::Database& database) { return store::catalogue_version(database, tenant); }));
  if (after.version == std::get<std::int64_t>(key)) keep(key, body);
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
