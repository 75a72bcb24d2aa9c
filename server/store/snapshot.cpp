#include "server/store/snapshot.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/base/sha256.h"
#include "server/store/outbox.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

constexpr std::string_view prefix_letters = "ABCDEFGHJKMNPQRSTUVWXYZ";  // none that reads as a digit
constexpr std::size_t prefix_length = 3;

Failure about(Failure failure, const std::string& path) {
  failure.where = path;
  return failure;
}

std::string random_prefix() {
  std::string prefix;
  while (prefix.size() < prefix_length) {
    std::uint8_t byte = 0;
    random_bytes(std::span(&byte, 1));
    if (byte >= 256 / prefix_letters.size() * prefix_letters.size()) continue;  // each equally likely
    prefix += prefix_letters[byte % prefix_letters.size()];
  }
  return prefix;
}

}  // namespace

Result<std::unique_ptr<Snapshot>> Snapshot::open(const std::string& folder) {
  const std::string path = folder + "/ringup.db";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    return fail(Error::not_found, folder, "There is no ringup data in this folder.");
  auto opened = Database::open(path, Database::Mode::look);
  if (!opened.ok()) return about(opened.failure(), path);
  std::unique_ptr<Snapshot> snapshot(new Snapshot(std::move(opened).value()));
  Database& db = *snapshot->db_;
  const auto read = [&]() -> Result<void> {
    TRY(db.script("BEGIN"));
    snapshot->schema_ =
        TRY(db.integer("PRAGMA user_version", 0));  // the first read: from here the moment holds
    snapshot->page_bytes_ = TRY(db.integer("PRAGMA page_size", 0));
    snapshot->pages_ = TRY(db.integer("PRAGMA page_count", 0));
    if (snapshot->schema_ > schema_version()) {
      return fail(Error::newer_version, {},
                  "This data has schema " + std::to_string(snapshot->schema_) + "; this ringup knows " +
                      std::to_string(schema_version()) + ". Use the newer program.");
    }
    const std::int64_t ours =
        TRY(db.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('fact', 'till', "
                       "'journal_branch')",
                       0));
    if (snapshot->schema_ == 0 || ours < 3)
      return fail(Error::damaged, {}, "This database has not the tables of ringup.");
    snapshot->generation_ = TRY(generation_of(db));
    return {};
  };
  if (Result<void> done = read(); !done.ok()) return about(done.failure(), path);
  return snapshot;
}

Snapshot::~Snapshot() {
  (void)db_->script("COMMIT");
  // Passive: waits for nobody, and nobody waits for it. What cannot be written back now stays in the log.
  (void)db_->script("PRAGMA query_only=OFF; PRAGMA wal_checkpoint(PASSIVE)");
}

Result<std::vector<ChainEnd>> Snapshot::chain_ends() {
  using Epoch = std::pair<Id, std::int64_t>;
  std::map<Epoch, std::int64_t> broken;  // the first seat that is
  const auto take = [&](const Row& row) {
    const auto [at, fresh] = broken.emplace(Epoch(row.id(0), row.integer(1)), row.integer(2));
    if (!fresh) at->second = std::min(at->second, row.integer(2));
  };
  TRY(db_->query("SELECT till, epoch, first FROM journal_gap", take));
  TRY(db_->query(
      "SELECT till, epoch, seq FROM journal_record WHERE booked = 0 AND right_hash = 0 AND branch = 0",
      take));
  std::vector<ChainEnd> ends;
  const auto add = [&](const Row& row) {
    const std::span<const std::uint8_t> hash = row.bytes(4);
    ChainEnd end{row.id(0), row.integer(1), static_cast<int>(row.integer(2)), row.integer(3), {}, 0};
    end.hash = to_hex(hash.data(), hash.size());
    const auto found = broken.find(Epoch(end.till, end.epoch));
    if (end.branch == 0) end.whole_through = end.seq;
    if (end.branch == 0 && found != broken.end()) end.whole_through = std::min(end.seq, found->second - 1);
    ends.push_back(std::move(end));
  };
  TRY(
      db_->query("SELECT till, epoch, branch, last, last_hash FROM journal_branch WHERE last > 0"
                 " ORDER BY till, epoch, branch",
                 add));
  return ends;
}

Result<void> Snapshot::pages(const std::function<Result<void>(std::string_view)>& each) {
  Result<void> taken;
  std::int64_t count = 0;
  TRY(db_->query("SELECT data FROM sqlite_dbpage('main') ORDER BY pgno", [&](const Row& row) {
    const std::span<const std::uint8_t> bytes = row.bytes(0);
    if (static_cast<std::int64_t>(bytes.size()) != page_bytes_) {
      taken = fail(Error::damaged, {}, "A page of the database cannot be read.");
      return false;
    }
    ++count;
    taken = each({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return taken.ok();
  }));
  TRY(taken);
  if (count != pages_) return fail(Error::damaged, {}, "The database has other pages than it says.");
  return {};
}

Result<void> Snapshot::check(const std::function<bool()>& go_on) {
  std::string found;
  db_->set_watch(go_on);
  const Result<void> ran =
      db_->query("PRAGMA quick_check(1)", [&](const Row& row) { found = row.string(0); });
  db_->set_watch({});
  if (!go_on()) return fail(Error::busy, {}, "The check was ended before it was done.");
  TRY(ran);
  if (found == "ok") return {};
  for (char& c : found) c = c == '\n' ? ' ' : c;
  return fail(Error::damaged, {}, "The database is damaged: " + found);
}

Result<std::string> generation_of(Database& db) {
  const auto found = TRY(db.first("SELECT value FROM fact WHERE name = 'generation'",
                                  [](const Row& row) { return row.string(0); }));
  return found.value_or("");
}

Result<Contents> read_contents(Database& db) {
  Contents contents;
  TRY(
      db.query("SELECT slug, name, (SELECT count(*) FROM sale WHERE sale.tenant = tenant.id) FROM tenant "
               "ORDER BY name",
               [&](const Row& row) {
                 contents.businesses.push_back({row.string(0), row.string(1), row.integer(2)});
               }));
  contents.records = TRY(db.integer("SELECT count(*) FROM journal_record", 0));
  contents.newest_record_at =
      TRY(db.integer("SELECT received_at FROM journal_record ORDER BY number DESC LIMIT 1", 0));
  return contents;
}

Result<std::string> begin_anew(Database& db, std::int64_t now_us) {
  TRY(migrate(db, [](int) { return Result<void>(); }));  // the backup is the copy of what was before
  const std::string generation = to_string(new_id());
  const auto apply = [&]() -> Result<void> {
    TRY(
        db.run("INSERT INTO fact (name, value) VALUES ('generation', $1)"
               " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
               generation));
    std::vector<Id> tenants;
    TRY(db.query("SELECT id FROM tenant", [&](const Row& row) { tenants.push_back(row.id(0)); }));
    for (const Id& tenant : tenants)
      TRY(db.run("UPDATE tenant SET series_prefix = $2 WHERE id = $1", tenant, random_prefix()));
    TRY(db.run("UPDATE session SET ended_at = $1 WHERE ended_at IS NULL", now_us));
    TRY(db.run("DELETE FROM pairing_code"));
    return note_restored(db, now_us);
  };
  TRY(db.script("BEGIN IMMEDIATE"));
  if (Result<void> applied = apply(); !applied.ok()) {
    (void)db.script("ROLLBACK");
    return applied.failure();
  }
  TRY(db.script("COMMIT"));
  return generation;
}

}  // namespace ringup::store
