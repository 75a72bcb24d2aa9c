#pragma once
/// The catalogues of the businesses in memory, as core searches them: so the server finds what a till finds.
///
/// A catalogue is read from the store at its first use (about a second for 100,000 products) and then follows
/// by the same delta that tills get, but for the stock: who shows levels reads them from the store, as sales
/// move them all day. Before each use the tenant's version is looked up, so a change is found
/// as soon as it is committed, whichever process made it. After a big change (an import) the next user builds
/// a fresh catalogue aside; meanwhile others still get the old one.
///
/// Threads: any. Memory: bounded by `bytes_max`; beyond it the catalogues that were not used for longest go.
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "core/catalogue/catalogue.h"
#include "server/store/store.h"

namespace ringup::catalogue {

inline constexpr std::size_t live_bytes_max_default = std::size_t{512} << 20;

class LiveCatalogues {
 public:
  /// The store must outlive this.
  explicit LiveCatalogues(store::Store& store, std::size_t bytes_max = live_bytes_max_default);
  ~LiveCatalogues();
  LiveCatalogues(const LiveCatalogues&) = delete;
  LiveCatalogues& operator=(const LiveCatalogues&) = delete;

  /// Runs `use` on the tenant's catalogue, which does not change meanwhile. `use` must be short and must not
  /// come back here. Requires that the caller is in no store::Store::read(). not_found, storage, busy.
  Result<void> use(const Id& tenant,
                   const std::function<void(const Catalogue& catalogue, SearchIndex::Scratch& scratch)>& use);

  /// How many are held and what they take, for metrics and tests.
  struct Numbers {
    std::size_t catalogues = 0, bytes = 0;
  };
  Numbers numbers() const;

 private:
  struct Live;
  std::shared_ptr<Live> live_of(const Id& tenant);
  Result<void> bring_up_to_date(const Id& tenant, Live& live);
  void drop_the_oldest(const Live& but);
  std::unique_ptr<SearchIndex::Scratch> take_scratch();
  void give_back(std::unique_ptr<SearchIndex::Scratch> scratch);

  store::Store& store_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::map<Id, std::shared_ptr<Live>> live_;
  std::uint64_t uses_ = 0;
  std::vector<std::unique_ptr<SearchIndex::Scratch>> scratches_;  // of nobody at the moment; a few are kept
};

}  // namespace ringup::catalogue
