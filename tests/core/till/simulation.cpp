#include "tests/core/till/simulation.h"

#include <algorithm>

namespace ringup::journal {
namespace {

constexpr std::size_t devices_max = 5;
constexpr std::size_t backups_kept = 3;

}  // namespace

std::string Simulation::run(int steps) {
  for (unsigned i = 0; i < 2; ++i) {
    Device device;
    device.till = test_id(1, 10 + i);
    database_[device.till];
    restart(device);
    devices_.push_back(std::move(device));
  }
  take_backup();
  for (int i = 0; i < steps; ++i) step();
  return settle();
}

void Simulation::step() {
  now_ += static_cast<std::int64_t>(random_.below(20'000));
  Device& device = devices_[random_.below(devices_.size())];
  const std::size_t event = random_.below(200);
  if (event < 80) {
    sell(device);
  } else if (event < 160) {
    exchange(device, false);
  } else if (event < 168) {
    restart(device);
  } else if (event < 172) {
    now_ += ask_every_ms;
  } else if (event < 176) {
    device.outbox.reconnected();
  } else if (event < 182) {
    tidy_up(device);
  } else if (event < 188) {
    take_backup();
  } else if (event < 190) {
    restore();
  } else if (event < 192) {
    if (devices_.size() < devices_max) {  // a disk image put into a second phone
      Device clone = device;
      devices_.push_back(std::move(clone));
    }
  } else if (event < 193) {
    damage(device);
  } else if (event < 195) {
    device.copy = device.storage;
  } else if (event < 196) {
    put_copy_back(device);
  } else if (!late_.empty()) {
    const Late& late = late_[random_.below(late_.size())];
    (void)serve(late.till, late.token_epoch, late.body, false);  // nobody waits for the answer
  }
}

void Simulation::sell(Device& device) {
  if (device.outbox.needs_epoch()) return enrol(device, false);
  Storage& storage = device.storage;
  const std::int64_t epoch = storage.token_epoch;
  auto& [last, hash] = storage.ends.try_emplace(epoch, 0, std::string(no_hash)).first->second;
  Record record = note_record(last + 1, no_hash, epoch, 0, device.till);
  // Far from one another, as random ids are: a flipped bit in one must not make another.
  record.id = test_id(2, static_cast<std::int64_t>(SimulationRandom(next_id_++).next() >> 16));
  const bool unbookable = random_.one_in(40);
  if (unbookable) record.body = json::Value(json::Object{{"text", "unbookable"}});
  record = seal(record, hash).value();
  if (random_.one_in(30)) return restart(device);  // died before the transaction: no number was taken
  const std::string text = record_text(record);
  storage.records[epoch][record.seq] = Stored{text, record.id, true, false};
  last = record.seq;
  hash = record.hash;
  if (unbookable) unbookable_.insert(record.id);
  if (random_.one_in(30)) return restart(device);  // stored, but never shown
  shown_.insert(record.id);
  ++counts_.sales;
  (void)device.outbox.add(epoch, record.seq, record.id, text.size()).ok();
}

void Simulation::exchange(Device& device, bool calm) {
  const Outbox::Plan plan = device.outbox.plan(now_);
  if (plan.action == Outbox::Action::wait) {
    if (calm) now_ += plan.wait_ms;
    return;
  }
  if (plan.action == Outbox::Action::enrol) return enrol(device, calm);
  std::vector<std::string> texts;
  for (const std::int64_t seq : plan.seqs) {
    const auto& records = device.storage.records[plan.epoch];
    const auto stored = records.find(seq);
    texts.push_back(stored == records.end() ? std::string() : stored->second.text);
  }
  const std::string body = device.outbox.write(plan, texts, now_);
  const std::int64_t token_epoch = device.storage.token_epoch;
  ++counts_.requests;
  const std::size_t mishap = calm ? 99 : random_.below(24);
  if (mishap == 0) {  // lost on its way there
    device.outbox.answered(plan, 0, "", now_);
  } else if (mishap == 1) {  // a proxy with small pockets
    device.outbox.answered(plan, random_.one_in(2) ? 413 : 400, "", now_);
  } else if (mishap == 2) {  // disk full
    device.outbox.answered(plan, 503, "", now_);
  } else if (mishap == 3) {  // the server dies in the middle
    (void)serve(device.till, token_epoch, body, true);
    device.outbox.answered(plan, 0, "", now_);
  } else {
    if (mishap == 4) late_.push_back({device.till, token_epoch, body});
    if (mishap == 5) (void)serve(device.till, token_epoch, body, false);  // repeated by the network
    const std::optional<std::string> answer = serve(device.till, token_epoch, body, false);
    if (mishap == 6 || !answer) return device.outbox.answered(plan, 0, "", now_);  // lost on its way back
    if (mishap == 7) return restart(device);  // the app dies with the answer in its hand
    device.outbox.answered(plan, 200, *answer, now_);
    remember(device);
  }
}

std::optional<std::string> Simulation::serve(const Id& till, std::int64_t token_epoch,
                                             const std::string& body, bool dies_before_commit) {
  TillState& state = database_[till];
  const Result<Request> request = read_request(body);
  if (!request) return std::nullopt;
  Context context{till,
                  token_epoch,
                  std::max(state.newest_epoch, token_epoch),
                  false,
                  "g" + std::to_string(generation_),
                  durable_through(till, request->epoch)};
  std::optional<MemoryLedger> before;
  if (dies_before_commit) before = state.ledger;
  const Result<Answer> answer = receive(context, *request, state.ledger);
  if (before) {
    state.ledger = std::move(*before);
    return std::nullopt;
  }
  if (!answer) return std::nullopt;
  for (const RecordResult& result : answer->results) {
    if (result.result == Outcome::accepted && result.flags.has(Flag::fork)) ++counts_.forks;
    if (result.result == Outcome::quarantined) ++counts_.quarantined;
  }
  return write_answer(*answer);
}

void Simulation::enrol(Device& device, bool calm) {
  if (!calm && random_.one_in(4)) return device.outbox.enrol_failed(now_);
  TillState& state = database_[device.till];
  state.newest_epoch = std::max(state.newest_epoch, device.storage.token_epoch) + 1;
  if (!calm && random_.one_in(6)) return device.outbox.enrol_failed(now_);  // given, but never heard of
  device.storage.token_epoch = state.newest_epoch;
  device.outbox.enrolled(state.newest_epoch);
}

void Simulation::restart(Device& device) {
  Outbox outbox;
  const Storage& storage = device.storage;
  for (const auto& [epoch, end] : storage.ends) {
    const auto records = storage.records.find(epoch);
    const std::int64_t last = end.first;
    if (records == storage.records.end() || records->second.empty()) {
      outbox.forgotten(epoch, last);
      continue;
    }
    for (const auto& [seq, stored] : records->second)
      ASSERT(outbox.add(epoch, seq, stored.id, stored.text.size(), stored.sound, stored.delivered).ok());
  }
  outbox.enrolled(storage.token_epoch);
  if (storage.generation) outbox.remember_generation(*storage.generation);
  device.outbox = std::move(outbox);
}

/// One transaction of the till's storage: what is delivered, and under which generation.
void Simulation::remember(Device& device) {
  for (auto& [epoch, records] : device.storage.records) {
    for (auto& [seq, stored] : records) stored.delivered = device.outbox.delivered(epoch, seq);
  }
  device.storage.generation = device.outbox.generation();
}

/// A flipped bit in one stored record. Nobody can book it any more, but nothing may wait for it.
void Simulation::damage(Device& device) {
  auto& records = device.storage.records[device.storage.token_epoch];
  if (records.empty()) return;
  auto at = records.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(random_.below(records.size())));
  Stored& stored = at->second;
  stored.text[random_.below(stored.text.size())] ^= static_cast<char>(1 << random_.below(7));
  const Envelope envelope = read_envelope(stored.text);
  stored.sound = envelope.record && envelope.right_hash;
  damaged_.insert(stored.id);
  restart(device);
}

/// The storage of an earlier day comes back; what was sold since may be gone.
void Simulation::put_copy_back(Device& device) {
  if (!device.copy) return;
  for (const auto& [epoch, records] : device.storage.records) {
    for (const auto& [seq, stored] : records) excused_.insert(stored.id);
  }
  device.storage = *device.copy;
  restart(device);
}

void Simulation::tidy_up(Device& device) {
  for (auto& [epoch, records] : device.storage.records) {
    const std::int64_t through = device.outbox.deletable_through(epoch);
    while (!records.empty() && records.begin()->first <= through) {
      records.erase(records.begin());
      ++counts_.deleted;
    }
    device.outbox.deleted_through(epoch, through);
  }
}

void Simulation::take_backup() {
  backups_.push_back(database_);
  if (backups_.size() > backups_kept) backups_.erase(backups_.begin());
}

void Simulation::restore() {
  database_ = backups_[random_.below(backups_.size())];
  ++generation_;
  ++counts_.restores;
}

/// What every backup holds. The number alone does not tell: after a restore the newer backups are of another
/// course of things, in which a clone may have taken the same seats. Hashes tell, as each seals what is
/// below.
std::int64_t Simulation::durable_through(const Id& till, std::int64_t epoch) {
  std::int64_t through = database_[till].ledger.last(epoch, main_branch).value();
  for (Database& backup : backups_)
    through = std::min(through, backup[till].ledger.last(epoch, main_branch).value());
  if (through == 0) return 0;
  const std::optional<std::string> hash =
      database_[till].ledger.seat(epoch, {main_branch, through}).value().hash;
  for (Database& backup : backups_) {
    if (!hash || backup[till].ledger.seat(epoch, {main_branch, through}).value().hash != hash) return 0;
  }
  return through;
}

/// Fair weather: each till must get rid of all it has, and soon.
std::string Simulation::settle() {
  for (int round = 0; round < 3; ++round) {
    now_ += ask_every_ms;
    for (Device& device : devices_) {
      device.outbox.reconnected();
      int requests = 0;
      for (; requests < 400; ++requests) {
        const Outbox::Plan plan = device.outbox.plan(now_);
        if (plan.action == Outbox::Action::wait && device.outbox.pending() == 0) break;
        exchange(device, true);
      }
      if (device.outbox.pending() > 0)
        return std::to_string(device.outbox.pending()) + " records of a till are stuck";
      if (device.outbox.needs_epoch()) return "a till has no epoch";
    }
  }
  return check();
}

std::string Simulation::check() {
  std::map<Id, int> booked, kept;
  for (auto& [till, state] : database_) {
    for (const MemoryLedger::Row& row : state.ledger.rows) {
      if (!row.kept.id) continue;
      ++kept[*row.kept.id];
      if (row.booked) ++booked[*row.kept.id];
    }
    for (const auto& [epoch, lines] : state.ledger.epochs)
      counts_.gaps += static_cast<int>(lines.gaps.size());
  }
  for (const auto& [id, times] : booked) {
    if (times > 1) return "record " + to_string(id) + " is booked " + std::to_string(times) + " times";
  }
  for (const Id& id : shown_) {
    if (excused_.count(id) > 0 || damaged_.count(id) > 0) continue;
    const bool must_book = unbookable_.count(id) == 0;
    if (must_book && booked[id] != 1) return "the receipt of " + to_string(id) + " is not booked";
    if (!must_book && kept[id] != 1)
      return "record " + to_string(id) + " is kept " + std::to_string(kept[id]) + " times";
  }
  return {};
}

}  // namespace ringup::journal
