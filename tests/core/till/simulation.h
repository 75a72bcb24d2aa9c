#pragma once
/// A small shop in which everything goes wrong that can: tills whose apps crash, whose storage is cloned, put
/// back or damaged; a network that loses, repeats and reorders; a server that dies before and after its
/// commit, runs out of disk and is restored from older backups. All of it from one seed, so a run that breaks
/// the promise can be had again.
///
/// The promise: every record whose receipt was shown is on the server exactly once, for every till whose
/// storage survived, and nothing ever blocks a queue.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/till/chain.h"
#include "core/till/outbox.h"
#include "tests/core/till/memory_ledger.h"

namespace ringup::journal {

/// SplitMix64: small, the same everywhere.
class SimulationRandom {
 public:
  explicit SimulationRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : random_(seed) {}
  /// Runs `steps` events, then lets everything settle. Empty, or what broke.
  std::string run(int steps);
  /// What happened, so that a test can see that a run was worth it.
  struct Counts {
    int sales = 0, requests = 0, forks = 0, restores = 0, gaps = 0, quarantined = 0, deleted = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  /// What the server knows of one till; a copy of it is a backup.
  struct TillState {
    MemoryLedger ledger;
    std::int64_t newest_epoch = 1;
  };
  using Database = std::map<Id, TillState>;

  struct Stored {
    std::string text;
    Id id;
    bool sound = true;
    bool delivered = false;
  };
  /// What survives an app that crashes.
  struct Storage {
    std::map<std::int64_t, std::map<std::int64_t, Stored>> records;     // epoch → seq
    std::map<std::int64_t, std::pair<std::int64_t, std::string>> ends;  // epoch → last seq and its hash
    std::optional<std::string> generation;
    std::int64_t token_epoch = 1;
  };
  struct Device {
    Id till;
    Storage storage;
    std::optional<Storage> copy;  // of an earlier day
    Outbox outbox;
  };
  struct Late {
    Id till;
    std::int64_t token_epoch;
    std::string body;
  };
  enum class Fate { booked, duplicate };

  void step();
  void sell(Device&);
  void exchange(Device&, bool calm);
  void enrol(Device&, bool calm);
  std::optional<std::string> serve(const Id& till, std::int64_t token_epoch, const std::string& body,
                                   bool dies_before_commit);
  void restart(Device&);
  void remember(Device&);
  void damage(Device&);
  void put_copy_back(Device&);
  void tidy_up(Device&);
  void take_backup();
  void restore();
  std::int64_t durable_through(const Id& till, std::int64_t epoch);
  std::string settle();
  std::string check();

  SimulationRandom random_;
  Database database_;
  std::vector<Database> backups_;
  int generation_ = 1;
  std::vector<Device> devices_;
  std::vector<Late> late_;             // requests that arrive again, much later
  std::set<Id> shown_;                 // receipts a customer holds
  std::set<Id> unbookable_, damaged_;  // must be kept, cannot be booked
  std::set<Id> excused_;               // died with a storage
  std::int64_t now_ = 0;
  std::uint64_t next_id_ = 1;
  Counts counts_;
};

}  // namespace ringup::journal
