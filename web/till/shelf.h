#pragma once
/// The catalogue on this device: what the till sells from, with or without a network.
///
/// Two kinds of blobs, each written whole or not at all. `catalogue/base` is a snapshot of everything
/// (core/catalogue/snapshot.h), with a hash. `catalogue/0`, `catalogue/1`, … are pages of the server's delta
/// as they came, each with the business and the cursor it was asked with before it:
///
///     page = "page 1\n" tenant "\n" cursor "\n" JSON
///
/// A start takes the snapshot and then each page that was asked with the cursor reached so far; the first
/// that was not, or that is missing or damaged, ends it. So whichever writes a crash or a full disk took,
/// what is shown was once true as a whole, and the rest is fetched: nothing is counted anywhere, and a page
/// left over from before never fits. A change of several pages is taken over with its last one, on the screen
/// and from the device alike. A first download is stored as pages and becomes a snapshot when it is complete.
/// A damaged snapshot, or one of another business, is as none: everything is fetched anew. The journal has
/// nothing to do with any of it.
///
/// Runs from events only (an answer, a timer of the bridge, a call), never from a frame. One per app, not
/// thread-safe.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

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
  /// Before a search by words: a start shows products first and indexes them in the background.
  void make_searchable();
  /// Why the catalogue could not be fetched the last time; empty where it could.
  const std::string& problem() const { return problem_; }
  /// Called whenever a page of the catalogue was applied.
  std::function<void()> on_change;

 private:
  void load_page(int number);
  void loaded();
  void fetch_in(int ms);
  const std::string& reached() const;
  void came(Server::Page page, bool gather);
  bool take(CatalogueDelta delta);
  void told_of_change();
  void store(int number, const std::string& since, const std::string& text);
  void settle_soon(int ms);
  bool wants_base() const;
  void write_base();

  platform::Bridge& bridge_;
  const Memory& memory_;
  Server& server_;
  Catalogue catalogue_;
  std::uint64_t changes_ = 0;
  int pages_ = 0;                     // stored on this device
  int base_pages_ = 0;                // of these, the first download, until it is a snapshot
  std::string base_cursor_;           // where the snapshot or the first download ends; empty: there is none
  std::string stored_cursor_;         // where what is stored ends
  bool snapshot_ = false;             // lies on this device
  bool no_room_ = false;              // for one
  bool unlike_base_ = false;          // more than prices and stock changed since
  std::size_t stored_bytes_ = 0;      // of pages behind the base
  bool complete_ = false;             // the first download is
  bool renewing_ = false;             // the whole catalogue comes anew, and takes the place of what is there
  std::vector<CatalogueDelta> held_;  // pages of one change until its last
  bool loading_ = true, fetching_ = false, live_ = false;
  bool again_ = false;       // told of while a page was on its way
  double timer_at_ = 0;      // by the monotonic clock; 0: none is set
  std::uint64_t timer_ = 0;  // the one that counts
  std::string problem_;
};

}  // namespace ringup::till
