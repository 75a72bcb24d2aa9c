#pragma once
/// The catalogue on this device: what the till sells from, with or without a network. Pages of the server's
/// delta are stored as they came (`catalogue/0`, `catalogue/1`, …) and counted once they lie there, so that
/// the next start applies them again; then what changed since is fetched. A copy that is damaged, or of
/// another business, is forgotten and fetched anew; the journal has nothing to do with it.
///
/// Runs from events only (an answer, a timer of the bridge, a call), never from a frame. One per app, not
/// thread-safe.
#include <cstdint>
#include <functional>
#include <string>

#include "core/catalogue/catalogue.h"
#include "web/till/memory.h"
#include "web/till/server.h"

namespace ringup::till {

class Shelf {
 public:
  Shelf(platform::Bridge& bridge, const Memory& memory, Server& server);

  /// Once the till is enrolled: the catalogue of the last run, then what changed.
  void open();
  /// Asks the server now, unless it is being asked.
  void fetch();
  /// The server told of a change: asks within two seconds of chance, so that a shop's tills do not all ask at
  /// once.
  void changed();
  /// Whether the server tells of changes by itself. Where it does not, it is asked every minute.
  void told(bool live);

  const Catalogue& catalogue() const { return catalogue_; }
  /// Grows with every change of the catalogue, so that a screen knows when to search again.
  std::uint64_t changes() const { return changes_; }
  /// The first download is not complete yet.
  bool loading() const { return loading_; }
  /// Why the catalogue could not be fetched the last time; empty where it could.
  const std::string& problem() const { return problem_; }
  /// Called whenever a page of the catalogue was applied.
  std::function<void()> on_change;

 private:
  void load_page(int number);
  void fetch_in(int ms);
  void apply(CatalogueDelta delta);
  void note_base(int pages);

  platform::Bridge& bridge_;
  const Memory& memory_;
  Server& server_;
  Catalogue catalogue_;
  std::uint64_t changes_ = 0;
  int pages_ = 0;       // stored on this device
  int base_pages_ = 0;  // of these, the first download; 0: not complete yet
  std::string base_cursor_;
  bool complete_ = false;  // the last page was the last of its kind
  bool loading_ = true, fetching_ = false, live_ = false;
  bool again_ = false;       // told of while a page was on its way
  double timer_at_ = 0;      // by the monotonic clock; 0: none is set
  std::uint64_t timer_ = 0;  // the one that counts
  std::string problem_;
};

}  // namespace ringup::till
