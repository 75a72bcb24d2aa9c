#include "tests/simulation/world.h"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "core/catalogue/product.h"
#include "server/commands/commands.h"

namespace ringup::simulation {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t devices_max = 5, backups_kept = 3, late_max = 8;
constexpr std::int64_t minute_ms = 60'000, day_ms = 86'400'000, year_ms = 365 * day_ms;
constexpr int log_frames = 200;
constexpr const char* cursor = "1";

std::string catalogue_of(const test::ShopFloor& shop, bool reset) {
  CatalogueDelta delta;
  delta.currency = *parse_currency("EUR");
  delta.cursor = cursor;
  delta.version = 1;
  delta.reset = reset;
  if (reset) {
    delta.products = {{shop.milk, "MILK-1L", "Milch 1 L", {}, {}, {11900}, "reduced", {}, 1},
                      {shop.bread, "BREAD", "Milch 1 L", {}, {}, {11900}, "reduced", {}, 1}};
    delta.tax_classes = {{"reduced", Rate{70000}}};
    delta.rules = write_rules(Rules{});
  }
  return to_json(delta);
}

void put_file(const std::string& from, const std::string& to) {
  if (fs::exists(from))
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  else
    fs::remove(to);
}

}  // namespace

World::World(std::uint64_t seed, const test::ShopFloor& pattern) : chance_(seed) {
  shop_ = std::make_unique<test::ShopFloor>(
      pattern, store::StoreOptions{.readers = 1, .probe_ms = 1, .log_frames = log_frames});
  shop_->sales().set_durable([this] { return marks_; });
  catalogue_ = catalogue_of(*shop_, true);
  for (int i = 0; i < 2; ++i) add_device();
}

World::~World() {
  for (auto& device : devices_) device->crash();
}

std::string World::run(int steps) {
  for (int i = 0; i < steps && broken_.empty(); ++i) step();
  if (!broken_.empty()) return broken_;
  return settle();
}

void World::say(const Device* device, const std::string& words) const {
  static const bool wanted = std::getenv("RINGUP_SIMULATION_LOG") != nullptr;
  if (!wanted) return;
  const auto at =
      std::find_if(devices_.begin(), devices_.end(), [&](const auto& each) { return each.get() == device; });
  const std::string who = device == nullptr ? "server" : "device " + std::to_string(at - devices_.begin());
  std::fprintf(stderr, "%s: %s\n", who.c_str(), words.c_str());
}

Device& World::any() {
  return *devices_[static_cast<std::size_t>(chance_.below(static_cast<int>(devices_.size())))];
}

void World::add_device() {
  devices_.push_back(std::make_unique<Device>(chance_.next(), shop_->milk, shop_->bread));
  Device& device = *devices_.back();
  device.bridge().clock = shop_->now_us / 1000;
  device.start();
  // The first day begins well.
  device.bridge().ledger.run();
  for (int i = 0; i < 40 && !device.ready(); ++i) {
    if (!device.bridge().asked.empty())
      deliver(device, true);
    else if (!device.paired() && !device.pairing())
      pair(device);
    else
      device.sign_in();
    device.bridge().ledger.run();
  }
}

void World::step() {
  Device& device = any();
  const int event = chance_.below(1000);
  if (!device.runs()) {
    if (chance_.one_in(3)) device.start();
  } else if (event < 270) {
    if (!device.paired() && !device.pairing()) pair(device);
    device.sign_in();
    device.act(chance_, [this, &device](const Shown& shown) { note_shown(shown, device); });
  } else if (event < 500) {
    for (int i = chance_.below(6); i >= 0; --i) device.bridge().ledger.step();
  } else if (event < 780) {
    deliver(device, false);
  } else if (event < 860) {
    const int ms = chance_.one_in(5) ? 6 * static_cast<int>(minute_ms) : 200 + chance_.below(20'000);
    shop_->now_us += std::int64_t{ms} * 1000;
    for (auto& each : devices_) each->bridge().pass(ms);
  } else if (event < 890) {
    crash(device);
  } else if (event < 900) {
    if (!late_.empty()) {
      const Late late = late_[static_cast<std::size_t>(chance_.below(static_cast<int>(late_.size())))];
      (void)ask(late.request);  // nobody waits for the answer
    }
  } else if (event < 912) {
    if (device.bridge().followed) device.bridge().followed->on_event({"sync", "{}"});
  } else if (event < 927) {
    take_backup();
  } else if (event < 933) {
    restore();
  } else if (event < 938) {
    restart_server();
  } else if (event < 942) {
    if (devices_.size() < devices_max && device.paired()) {  // its disk's image, put into a second one
      device.bridge().ledger.run();
      device.multiplied = true;
      auto clone = std::make_unique<Device>(chance_.next(), shop_->milk, shop_->bread);
      clone->disk() = device.disk();
      clone->multiplied = true;
      clone->bridge().clock = device.bridge().clock;
      clone->start();
      devices_.push_back(std::move(clone));
      ++counts_.clones;
      say(&device, "was cloned");
    }
  } else if (event < 950) {
    device.copy = device.disk();
  } else if (event < 954) {
    put_copy_back(device);
  } else if (event < 957) {
    wipe(device);
  } else if (event < 960) {
    if (devices_.size() > 1 || chance_.one_in(4)) {  // it fell into the sink
      lose_storage(device, nullptr);
      device.crash();
      std::erase_if(devices_, [&](const auto& each) { return each.get() == &device; });
      ++counts_.lost;
      if (devices_.empty()) add_device();
    }
  } else if (event < 964) {
    if (devices_.size() < devices_max) add_device();
  } else if (event < 970) {
    device.bridge().clock += (chance_.below(21) - 10) * year_ms;
  } else if (event < 974) {
    empty_database(device);
  } else if (event < 980) {
    using Outcome = test::FakeLedger::Outcome;
    device.bridge().ledger.outcomes.push_back(chance_.one_in(3) ? Outcome::full : Outcome::failed);
    device.bridge().ledger.lies = chance_.one_in(3);
  } else if (event < 986) {
    run_full(!full_);
  } else if (event < 990) {
    export_journal(device);
  } else if (event < 992) {
    import_journals();
  } else if (event < 995) {
    shop_->now_us += (1 + chance_.below(40)) * day_ms * 1000;
  } else {
    device.model().wake();
  }
}

void World::note_shown(const Shown& shown, Device& device) {
  say(&device, "shown " + to_string(shown.id) + " " + shown.receipt);
  ++counts_.shown;
  shown_[shown.id] = shown;
  if (shown.receipt.empty() || device.multiplied) return;
  std::set<Id>& ids = receipts_[shown.receipt];
  ids.insert(shown.id);
  if (ids.size() > 1) broken_ = "the receipt number " + shown.receipt + " was printed twice";
}

// --- what happens to devices ---

void World::crash(Device& device) {
  say(&device, "crashes");
  const std::set<Id> left = Device::records_of(device.disk());
  for (const Id& id : device.limbo) {
    if (left.count(id) == 0) excused_.insert(id);
  }
  device.limbo.clear();
  device.crash();
  ++counts_.app_crashes;
  if (chance_.one_in(2)) device.start();
}

/// What the till counts as delivered, but for what a restore has undone without the till's knowing yet.
std::set<Id> World::safe_on_server(const Device& device) {
  std::set<Id> delivered = device.delivered();
  if (counts_.restores == 0) return delivered;
  const std::set<Id> booked = booked_ids();
  std::erase_if(delivered, [&](const Id& id) { return booked.count(id) == 0; });
  return delivered;
}

/// Of what lies on its disk, what nobody else holds and what is not in `survives` dies.
void World::lose_storage(Device& device, const Device::Entries* survives) {
  say(&device, "loses its storage");
  if (!device.runs()) device.start();
  device.bridge().ledger.outcomes.clear();
  device.bridge().ledger.run();
  std::set<Id> elsewhere = survives != nullptr ? Device::records_of(*survives) : std::set<Id>();
  for (const auto& other : devices_) {
    if (other.get() != &device) elsewhere.merge(Device::records_of(other->disk()));
  }
  for (const std::string& path : exports_) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      if (const journal::Envelope envelope = journal::read_envelope(line); envelope.id)
        elsewhere.insert(*envelope.id);
    }
  }
  const std::set<Id> delivered = safe_on_server(device);
  std::set<Id> dying = Device::records_of(device.disk());
  dying.insert(device.limbo.begin(), device.limbo.end());
  for (const Id& id : dying) {
    if (elsewhere.count(id) > 0) continue;
    say(&device, "takes along " + to_string(id) + (delivered.count(id) > 0 ? ", delivered" : ""));
    (delivered.count(id) > 0 ? dead_delivered_ : excused_).insert(id);
  }
  for (const auto& [key, text] : device.disk()) say(&device, key + " " + text);
  device.limbo.clear();
}

void World::put_copy_back(Device& device) {
  if (!device.copy) return;
  const Device::Entries copy = *device.copy;
  lose_storage(device, &copy);
  device.crash();
  device.disk() = copy;
  device.multiplied = true;
  device.start();
  ++counts_.copies_back;
  say(&device, "has an older copy back");
}

void World::wipe(Device& device) {
  if (full_) return;
  lose_storage(device, nullptr);
  const std::optional<Id> till = device.till();
  device.crash();
  device.disk().clear();
  device.bridge().blobs.clear();
  device.bridge().local.clear();
  device.copy.reset();
  device.multiplied = false;
  device.start();
  device.bridge().ledger.run();
  // The owner pairs it again, as the same till or as a new one; a till that this server does not know (it was
  // restored from before) can only be a new one.
  const bool known = till && shop_->count("SELECT count(*) FROM till WHERE id = x'" +
                                          to_hex(till->bytes.data(), till->bytes.size()) + "'") > 0;
  device.pair(shop_->pair(known && !chance_.one_in(3) ? till : std::nullopt));
  ++counts_.wiped;
  say(&device, "was wiped and is paired again");
}

void World::empty_database(Device& device) {
  if (!device.paired() || !device.model().memory().complete()) return;
  const std::set<Id> told = device.delivered(), safe = safe_on_server(device);
  for (const Id& id : Device::records_of(device.disk())) {
    if (told.count(id) == 0) {
      device.limbo.insert(id);  // the app still has its text
      // But for one that was delivered, and after a restore is to be sent again: its text lay on the disk
      // alone.
      if (counts_.restores > 0) excused_.insert(id);
    } else {
      (safe.count(id) > 0 ? dead_delivered_ : excused_).insert(id);
    }
  }
  device.bridge().ledger.empty();
  say(&device, "has its database deleted");
  ++counts_.emptied;
}

void World::pair(Device& device) {
  if (!full_ && device.runs() && !device.model().opening()) device.pair(shop_->pair());
}

void World::export_journal(Device& device) {
  if (!device.paired()) return;
  for (const std::string& text : device.exported()) {
    exports_.push_back(vault_.path() + "/export-" + std::to_string(++files_));
    std::ofstream(exports_.back(), std::ios::binary) << text;
  }
}

void World::import_journals() {
  if (full_ || exports_.empty()) return;
  shop_->close();
  for (const std::string& path : exports_) {
    commands::Arguments arguments;
    arguments.options["--data"] = shop_->folder.path();
    arguments.positional = {path};
    if (commands::run_journal_import(arguments) != commands::done) broken_ = "an exported file is refused";
    ++counts_.imported;
    say(nullptr, "imported " + path);
  }
  restart_server();
}

// --- the network ---

void World::deliver(Device& device, bool fair) {
  auto& asked = device.bridge().asked;
  if (asked.empty()) return;
  const auto at = fair ? 0 : chance_.below(static_cast<int>(asked.size()));
  const test::FakeBridge::Asked one = std::move(asked[static_cast<std::size_t>(at)]);
  asked.erase(asked.begin() + at);
  switch (fair ? 99 : chance_.below(26)) {
    case 0:  // lost on its way
      return one.done({});
    case 1:  // its answer was lost
    case 2:
      (void)ask(one.request);
      return one.done({});
    case 3:  // repeated by the network
      (void)ask(one.request);
      return one.done(ask(one.request));
    case 4:  // given up, and it arrives all the same, much later
      if (late_.size() < late_max) late_.push_back({one.request});
      return one.done({});
    case 5:  // it arrives once more, much later
      if (late_.size() < late_max) late_.push_back({one.request});
      return one.done(ask(one.request));
    case 6:
      return one.done(ask_and_cut_power(one.request));
    case 7:  // a proxy with small pockets
      return one.done({chance_.one_in(2) ? 413 : 502, "<html>"});
    case 8: {  // cut off in its middle, which this proxy does not mind
      platform::FetchResponse response = ask(one.request);
      response.body.resize(response.body.size() / 2);
      return one.done(std::move(response));
    }
    default:
      return one.done(ask(one.request));
  }
}

platform::FetchResponse World::ask(const platform::FetchRequest& request) {
  ++counts_.requests;
  if (request.url.starts_with("/api/till/catalogue/")) {
    const bool known = request.url.ends_with(std::string("since=") + cursor);
    return {200, known ? catalogue_of(*shop_, false) : catalogue_};
  }
  if (request.url == "/api/accounts/login/") {
    const till::Cashier kim{shop_->cashier, "kim@example.com", "Kim",
                            "Lee",          "cashier",         rights_of(Role::cashier)};
    return {200, json::dump(json::Object{{"access", "token"}, {"user", till::to_json(kim)}})};
  }
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : request.headers) {
    if (name == "Authorization") headers.emplace_back("authorization", value);
  }
  if (headers.empty()) headers.emplace_back("authorization", "none");
  const http::Response response = shop_->call(request.method, request.url, request.body, std::move(headers));
  say(nullptr, request.url + " " + request.body.substr(0, 120) + " -> " + std::to_string(response.status) +
                   " " + response.body.substr(0, 300));
  return {response.status, response.body};
}

/// The server's power goes at some write of this request, or just after it.
platform::FetchResponse World::ask_and_cut_power(const platform::FetchRequest& request) {
  if (full_) return ask(request);
  const test::Folder dark;
  const auto tear = [&] { disk_.tear(dark.path(), [this](int n) { return chance_.below(n); }); };
  const int at = 1 + chance_.below(60);
  bool torn = false;
  disk_.before_each([&](int n) {
    if (n != at || torn) return;
    torn = true;
    tear();
  });
  (void)ask(request);
  disk_.before_each({});
  if (!torn) tear();
  shop_->close();
  for (const char* name : {"/ringup.db", "/ringup.db-wal"})
    put_file(dark.path() + name, shop_->folder.path() + name);
  fs::remove(shop_->folder.path() + "/ringup.db-shm");
  disk_.forget();
  ++counts_.power_cuts;
  say(nullptr, "power cut" + std::string(torn ? " in the middle" : ""));
  restart_server();
  return {};
}

// --- what happens to the server ---

void World::restart_server() {
  if (full_) run_full(false);
  shop_->restart();
  shop_->sales().set_durable([this] { return marks_; });
  count_durable();
  ++counts_.server_crashes;
  say(nullptr, "restarted");
}

void World::run_full(bool full) {
  full_ = full;
  say(nullptr, full ? "disk full" : "disk well");
  if (full) {
    disk_.fail_at(1 + chance_.below(30), SQLITE_FULL, true);
    ++counts_.full_disks;
    return;
  }
  disk_.heal();
  while (shop_->store().writer().read_only().has_value()) std::this_thread::yield();
}

std::set<Id> World::booked_ids() {
  std::set<Id> ids;
  const Result<void> read = shop_->store().read([&](store::Database& db) {
    return db.query("SELECT id FROM journal_record WHERE booked = 1",
                    [&](const store::Row& row) { ids.insert(row.id(0)); });
  });
  if (!read.ok()) broken_ = "the books cannot be read: " + describe(read.failure());
  return ids;
}

void World::take_backup() {
  if (full_) return;
  Backup backup;
  backup.path = vault_.path() + "/backup-" + std::to_string(++files_);
  {
    const auto snapshot = store::Snapshot::open(shop_->folder.path());
    std::ofstream file(backup.path, std::ios::binary);
    const Result<void> written = (*snapshot)->pages([&](std::string_view page) {
      file << page;
      return Result<void>();
    });
    auto ends = (*snapshot)->chain_ends();
    if (!written.ok() || !ends.ok()) broken_ = "a backup failed";
    backup.ends = *ends;
  }
  backup.booked = booked_ids();
  backups_.push_back(std::move(backup));
  if (backups_.size() > backups_kept) {
    fs::remove(backups_.front().path);
    backups_.erase(backups_.begin());
  }
  count_durable();
  ++counts_.backups;
  say(nullptr, "backup of " + std::to_string(backups_.back().booked.size()));
}

/// As server/backup does: what all kept backups hold, seen from the books of now.
void World::count_durable() {
  if (backups_.empty()) return;
  std::vector<std::vector<store::ChainEnd>> kept;
  for (const Backup& backup : backups_) kept.push_back(backup.ends);
  const Result<store::DurableMarks> marks = shop_->store().read(
      [&](store::Database& db) -> Result<store::DurableMarks> { return store::durable_marks(db, kept); });
  if (!marks.ok()) broken_ = "durable_marks: " + describe(marks.failure());
  marks_ = std::make_shared<const store::DurableMarks>(*marks);
}

void World::restore() {
  if (backups_.empty()) return;
  if (full_) run_full(false);
  const Backup& backup = backups_[static_cast<std::size_t>(chance_.below(static_cast<int>(backups_.size())))];
  shop_->close();
  const std::string path = shop_->folder.path() + "/ringup.db";
  put_file(backup.path, path);
  for (const char* ending : {"-wal", "-shm"}) fs::remove(path + ending);
  disk_.forget();
  {
    auto db = store::Database::open(path, store::Database::Mode::read_write);
    const Result<std::string> anew = store::begin_anew(**db, shop_->now_us);
    if (!anew.ok()) broken_ = "begin_anew: " + describe(anew.failure());
  }
  restart_server();
  for (const Id& id : dead_delivered_) {
    if (backup.booked.count(id) == 0) excused_.insert(id);
  }
  // The browser deleted these, the server had them by then, and now it has not.
  for (const auto& device : devices_) {
    const std::set<Id> left = Device::records_of(device->disk());
    for (const Id& id : device->limbo) {
      if (left.count(id) == 0 && backup.booked.count(id) == 0) excused_.insert(id);
    }
  }
  ++counts_.restores;
  say(nullptr, "restored to " + std::to_string(backup.booked.size()));
}

}  // namespace ringup::simulation
