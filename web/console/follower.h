#pragma once
/// Keeps the catalogue in memory in step with the server: what this browser stored at the last visit, then
/// the pages of GET /api/catalogue/changes/ until complete, then what changed: as soon as the server tells of
/// it, and about every 15 s where it does not, while the page is shown. Runs from events only.
///
/// Pages are stored with the cursor they follow, so that two tabs that store at the same time cannot make a
/// copy with a gap: what does not join is fetched again.
#include <functional>
#include <string>
#include <vector>

#include "web/console/console.h"

namespace ringup::console {

inline constexpr int catalogue_every_ms = 15'000;
inline constexpr int catalogue_live_ms = 5 * 60'000;  // while the server tells of changes
inline constexpr int catalogue_apart_ms = 1'000;      // between two fetches, however much it tells

class Follower {
 public:
  Follower(platform::Bridge& bridge, Api& api) : bridge_(bridge), api_(api) {
    products_.catalogue = &catalogue_;
  }
  /// Begins for a business by its slug; ends what was followed before.
  void start(const std::string& business);
  void stop();
  /// Fetches the changes at once.
  void refresh(std::function<void()> done);
  /// The server told of a change: fetches it now or soon.
  void changed();
  /// The server told of sales: the stock that they moved comes as soon as it would by asking every while.
  void stock_moved() {
    if (!business_.empty() && !fetching_) fetch_in(catalogue_every_ms);
  }
  /// The server tells of changes, or does so no more.
  void live(bool live);
  void shown(bool shown);
  const Products& products() const { return products_; }

 private:
  std::string page_key(int number) const;
  void load(int number);
  void fetch();
  void fetch_in(int ms);
  void fetch_later();
  void fetched(const std::string& since, Result<std::string> text);
  void keep(const std::string& since, const std::string& text);
  Result<void> apply(CatalogueDelta delta);
  void settle();

  platform::Bridge& bridge_;
  Api& api_;
  Catalogue catalogue_;
  Products products_;
  std::string business_;
  std::uint64_t run_ = 0;     // grows with start() and stop(); answers of an earlier run are dropped
  int pages_ = 0;             // stored on this device
  std::uint64_t timer_ = 0;   // the one that counts; those before it ring in vain
  double timer_at_ = 0;       // when it rings, 0: none is set
  double fetched_at_ = -1e9;  // by the monotonic clock
  bool fetching_ = false, again_ = false, shown_ = true, live_ = false;
  std::vector<std::function<void()>> waiting_, next_;
};

}  // namespace ringup::console
