// Fair weather, and what must be true after it.
#include "server/store/verify.h"
#include "tests/simulation/world.h"

namespace ringup::simulation {
namespace {

constexpr int rounds = 3;
constexpr int events_max = 600;  // of one device in one round
constexpr int patience_ms = 10'000, round_ms = 6 * 60'000;

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  seeds += other.seeds;
  shown += other.shown, booked += other.booked, requests += other.requests;
  app_crashes += other.app_crashes, server_crashes += other.server_crashes, power_cuts += other.power_cuts;
  full_disks += other.full_disks, backups += other.backups, restores += other.restores;
  clones += other.clones, copies_back += other.copies_back, wiped += other.wiped, lost += other.lost;
  emptied += other.emptied, imported += other.imported, forks += other.forks, gaps += other.gaps;
  dead += other.dead, forgotten += other.forgotten;
  return *this;
}

std::string Counts::words() const {
  std::string words;
  const auto add = [&](std::int64_t count, const char* what) {
    words += (words.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(shown, "shown");
  add(booked, "booked");
  add(requests, "requests");
  add(app_crashes, "crashes of tills");
  add(server_crashes, "restarts of the server");
  add(power_cuts, "power cuts");
  add(full_disks, "full disks");
  add(backups, "backups");
  add(restores, "restores");
  add(clones, "clones");
  add(copies_back, "copies put back");
  add(wiped, "wiped");
  add(lost, "lost");
  add(emptied, "databases deleted by the browser");
  add(imported, "files imported");
  add(forgotten, "records gone from their tills");
  add(forks, "forks");
  add(gaps, "gaps");
  add(dead, "died with a device");
  return words;
}

std::string World::settle() {
  if (full_) run_full(false);
  for (const Late& late : late_) (void)ask(late.request);
  import_journals();
  for (int round = 0; round < rounds; ++round) {
    if (std::string stuck = settle_once(); !stuck.empty()) return stuck;
    if (!broken_.empty()) return broken_;
  }
  return check();
}

std::string World::settle_once() {
  shop_->now_us += std::int64_t{round_ms} * 1000;
  for (auto& each : devices_) {
    Device& device = *each;
    device.bridge().ledger.outcomes.clear();
    device.bridge().ledger.lies = false;
    if (!device.runs()) device.start();
    device.bridge().pass(round_ms);
    int events = 0;
    for (; events < events_max; ++events) {
      device.bridge().ledger.run();
      if (!device.bridge().asked.empty()) {
        deliver(device, true);
      } else if (!device.model().opening() && !device.paired()) {
        break;  // nobody has paired it, so it has nothing
      } else if (device.waits()) {
        device.bridge().pass(patience_ms);
      } else {
        break;
      }
    }
    if (device.paired() && device.waits()) {
      return "stuck: " + std::to_string(device.model().sync().waiting()) + " records of a till wait, " +
             (device.model().sync().needs_epoch() ? "it needs an epoch, " : "") +
             device.model().sync().problem();
    }
  }
  return {};
}

std::string World::check() {
  std::map<Id, int> booked;
  std::map<Id, Amount> totals;
  std::string odd;
  std::int64_t sum = 0;
  const Result<void> read = shop_->store().read([&](store::Database& db) -> Result<void> {
    TRY(db.query("SELECT id, booked, result, seq, flags, length(raw) FROM journal_record",
                 [&](const store::Row& row) {
                   // A number that is lost in a till's storage comes as one of no bytes, and is a hole that
                   // is named.
                   if (row.integer(5) == 0) {
                     ++counts_.gaps;
                     return;
                   }
                   if (row.integer(1) != 0) ++booked[row.id(0)];
                   const std::string result = row.string(2);
                   if (result != "accepted")
                     odd = "record " + std::to_string(row.integer(3)) + " is " + result;
                   if (journal::Flags(static_cast<std::uint32_t>(row.integer(4))).has(journal::Flag::fork))
                     ++counts_.forks;
                 }));
    TRY(db.query("SELECT id, total FROM sale",
                 [&](const store::Row& row) { totals[row.id(0)] = row.integer(1); }));
    sum = TRY(db.integer("SELECT coalesce(sum(total), 0) FROM sale", 0));
    counts_.gaps += TRY(db.integer("SELECT count(*) FROM journal_gap", 0));
    return {};
  });
  if (!read.ok()) return "the books cannot be read: " + describe(read.failure());
  if (!odd.empty()) return odd;
  counts_.booked += static_cast<std::int64_t>(booked.size());
  for (const auto& [id, times] : booked) {
    if (times != 1) return "record " + to_string(id) + " is booked " + std::to_string(times) + " times";
  }
  for (const auto& [id, shown] : shown_) {
    const bool is_there = booked.count(id) > 0;
    if (!is_there && excused_.count(id) == 0) return "lost: " + to_string(id) + " " + shown.receipt;
    if (!is_there) ++counts_.dead;
    if (is_there && !shown.receipt.empty() && totals[id] != shown.total)
      return shown.receipt + " was shown with another total";
  }
  for (const auto& device : devices_) {
    if (device->paired())
      counts_.forgotten += device->model().memory().gone_through(device->model().memory().enrolment()->epoch);
    if (!device->paired()) continue;  // scraps that nobody was shown: the browser deleted the rest
    for (const Id& id : Device::records_of(device->disk())) {
      if (booked.count(id) == 0) return "on a till's disk and not on the server: " + to_string(id);
    }
  }
  std::int64_t of_all = 0;
  for (const auto& [id, total] : totals) of_all += total;
  if (of_all != sum) return "the sum of the sales is not the sum of the sales";
  const Result<store::VerifyReport> report = shop_->store().read(
      [](store::Database& db) -> Result<store::VerifyReport> { return store::verify_journals(db); });
  if (!report.ok()) return "verify: " + describe(report.failure());
  if (!report->problems.empty()) return "verify: " + report->problems.front();
  return {};
}

}  // namespace ringup::simulation
