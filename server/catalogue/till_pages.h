#pragma once
/// The pages of the till's catalogue delta, as JSON and, for who accepts it, compressed.
///
/// A compressed page is kept (100,000 products are 20 pages, 25 MB of JSON, 7 MB compressed), so that the
/// tills of a shop that start in the morning do not each make it again. A kept page is named by tenant,
/// cursor and the version of the catalogue it was made at. One that others follow is good although sales have
/// moved stock since: its cursor says up to which movement it knows, and the last page tells the rest. A last
/// page is good until the next movement.
///
/// Threads: any. Memory: bounded by `kept_bytes_max`; the pages that were not asked for longest go.
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "server/http/http.h"
#include "server/store/store.h"

namespace ringup::catalogue {

inline constexpr std::size_t kept_bytes_max = std::size_t{64} << 20;
inline constexpr std::size_t compressed_from_bytes = 64 * 1024;  // smaller pages go as they are

class TillPages {
 public:
  /// The store must outlive this.
  explicit TillPages(store::Store& store) : store_(store) {}

  /// The answer to `?since=`, with or without the products' pictures. invalid_value where it is no cursor;
  /// not_found, storage, busy.
  Result<http::Response> page(const Id& tenant, const std::string& since, bool pictures, bool gzip);

 private:
  /// Tenant, version, cursor, of a last page the last movement (nil: others follow), and whether with
  /// pictures.
  using Key = std::tuple<Id, std::int64_t, std::string, Id, bool>;
  struct Kept {
    Key key;
    std::shared_ptr<const std::string> body;
  };
  std::shared_ptr<const std::string> find(const Key& key);
  void keep(const Key& key, std::shared_ptr<const std::string> body);

  store::Store& store_;
  std::mutex mutex_;
  std::list<Kept> kept_;  // the last used first
  std::map<Key, std::list<Kept>::iterator> by_key_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace ringup::catalogue
