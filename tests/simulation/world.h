#pragma once
/// A small business in which everything goes wrong that can, from one seed, so that a run that breaks the
/// promise can be had again. Its tills are the real till code (web/till: model, memory, sync, outbox) over
/// browsers that crash between any two writes, are wiped, cloned or put back, lose their database while the
/// app runs, and have clocks that leap by years. Its server is the real ingest (server/sales, server/store)
/// on a real SQLite file, on a disk that runs full and loses power at any write; its backups are the store's
/// own snapshots, restores begin a new generation. Between them lies a network that loses requests and
/// answers, repeats and reorders them.
///
/// The promise: every record that was shown as done is on the server exactly once, for every till whose
/// storage or exported file survived; totals agree to the cent; the chains are whole, so that what died with
/// a device leaves a gap that is named by its numbers, or a tail behind the last one; and nothing ever blocks
/// a queue.
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/store/durable.h"
#include "server/store/snapshot.h"
#include "tests/server/faulty_disk.h"
#include "tests/simulation/device.h"

namespace ringup::simulation {

struct Counts {
  std::int64_t seeds = 0, shown = 0, booked = 0, requests = 0, app_crashes = 0, server_crashes = 0,
               power_cuts = 0, full_disks = 0, backups = 0, restores = 0, clones = 0, copies_back = 0,
               wiped = 0, lost = 0, emptied = 0, imported = 0, forks = 0, gaps = 0, dead = 0, forgotten = 0;
  Counts& operator+=(const Counts&);
  /// One line for people.
  std::string words() const;
};

class World {
 public:
  /// `pattern` is a shop to begin with, closed. The disk is nobody else's.
  World(std::uint64_t seed, const test::ShopFloor& pattern);
  ~World();
  /// Runs `steps` events, then fair weather until all is settled. Empty, or what broke.
  std::string run(int steps);
  const Counts& counts() const { return counts_; }

 private:
  struct Backup {
    std::string path;  // a copy of the database
    std::vector<store::ChainEnd> ends;
    std::set<Id> booked;
  };
  struct Late {
    platform::FetchRequest request;
  };

  /// Tells it to people who asked for a log of one seed.
  void say(const Device* device, const std::string& words) const;
  Device& any();
  void add_device();
  void step();
  void crash(Device& device);
  std::set<Id> safe_on_server(const Device& device);
  void lose_storage(Device& device, const Device::Entries* survives);
  void put_copy_back(Device& device);
  void wipe(Device& device);
  void empty_database(Device& device);
  void pair(Device& device);
  void export_journal(Device& device);
  void import_journals();

  void deliver(Device& device, bool fair);
  platform::FetchResponse ask(const platform::FetchRequest& request);
  platform::FetchResponse ask_and_cut_power(const platform::FetchRequest& request);
  void restart_server();
  void run_full(bool full);
  void take_backup();
  void restore();
  void count_durable();
  std::set<Id> booked_ids();

  std::string settle();
  std::string settle_once();
  std::string check();
  void note_shown(const Shown& shown, Device& device);

  Chance chance_;
  test::FaultyDisk disk_;
  std::unique_ptr<test::ShopFloor> shop_;
  std::string catalogue_;
  std::shared_ptr<const store::DurableMarks> marks_;
  std::vector<Backup> backups_;
  test::Folder vault_;  // backups and exported files
  int files_ = 0;
  bool full_ = false;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<Late> late_;
  std::vector<std::string> exports_;  // paths
  std::map<Id, Shown> shown_;
  std::map<std::string, std::set<Id>> receipts_;  // of tills that nobody multiplied
  std::set<Id> excused_;                          // died with a device
  std::set<Id> dead_delivered_;                   // died with a device, but the server had them
  std::string broken_;                            // seen on the way
  Counts counts_;
};

}  // namespace ringup::simulation
