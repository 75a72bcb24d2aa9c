#include "server/store/tills.h"

#include "server/store/outbox.h"
#include "server/store/store.h"
#include "server/store/zones.h"

namespace ringup::store {
namespace {

constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return {digest.data(), digest.size()};
}

Till till_of(const Row& row) {
  Till till{row.id(0),     row.id(1),      row.id(2), row.string(3),
            row.string(4), row.integer(5), {},        row.integer(7)};
  if (!row.is_null(6)) till.revoked_at = row.integer(6);
  return till;
}

/// The next series of a tenant: A1, A2 … with the prefix of the moment.
Result<std::string> take_series(Database& db, const Id& tenant) {
  auto series = TRY(db.first(
      "UPDATE tenant SET next_till = next_till + 1 WHERE id = $1"
      " RETURNING series_prefix || CAST(next_till - 1 AS TEXT)",
      [](const Row& row) { return row.string(0); }, tenant));
  if (!series) return Error::not_found;
  return std::move(*series);
}

}  // namespace

Result<std::optional<Till>> find_till(Database& db, const Id& id) {
  return db.first(
      "SELECT id, tenant, branch, name, series, epoch, revoked_at, created_at FROM till WHERE id = $1",
      till_of, id);
}

Result<void> rename_till(Database& db, const Id& tenant, const Id& till, std::string_view name) {
  if (TRY(db.run("UPDATE till SET name = $3 WHERE tenant = $1 AND id = $2", tenant, till, name)) == 0)
    return Error::not_found;
  return add_event(db, tenant, "business");
}

Result<TillJournal> till_journal(Database& db, const Till& till) {
  TillJournal journal;
  journal.through =
      TRY(db.integer("SELECT last FROM journal_branch WHERE till = $1 AND epoch = $2 AND branch = 0", 0,
                     till.id, till.epoch));
  journal.last_record_at = TRY(db.first(
      "SELECT received_at FROM journal_record WHERE till = $1 AND branch IS NOT NULL"
      " ORDER BY epoch DESC, seq DESC LIMIT 1",
      [](const Row& row) { return row.integer(0); }, till.id));
  return journal;
}

Result<std::vector<WatchedTill>> list_watched_tills(Database& db, std::int64_t limit) {
  std::vector<WatchedTill> tills;
  TRY(db.query(
      "SELECT till.id, tenant.slug, till.series, (SELECT received_at FROM journal_record WHERE "
      "journal_record.till ="
      " till.id AND branch IS NOT NULL ORDER BY epoch DESC, seq DESC LIMIT 1)"
      " FROM till JOIN tenant ON tenant.id = till.tenant WHERE till.revoked_at IS NULL"
      " ORDER BY till.created_at DESC, till.id DESC LIMIT $1",
      [&](const Row& row) {
        tills.push_back({row.id(0), row.string(1), row.string(2), {}});
        if (!row.is_null(3)) tills.back().last_record_at = row.integer(3);
      },
      limit));
  return tills;
}

Result<std::vector<Till>> list_tills(Database& db, const Id& tenant) {
  std::vector<Till> tills;
  TRY(db.query(
      "SELECT id, tenant, branch, name, series, epoch, revoked_at, created_at FROM till"
      " WHERE tenant = $1 ORDER BY created_at, id",
      [&](const Row& row) { tills.push_back(till_of(row)); }, tenant));
  return tills;
}

Result<void> add_pairing_code(Database& db, const Sha256Digest& digest, const Pairing& pairing,
                              std::int64_t expires_at, std::int64_t now_us) {
  TRY(db.run("DELETE FROM pairing_code WHERE expires_at < $1", now_us - day_us));
  TRY(db.run("INSERT INTO pairing_code (hash, tenant, branch, till, expires_at) VALUES ($1, $2, $3, $4, $5)",
             bytes_of(digest), pairing.tenant, pairing.branch, pairing.till, expires_at));
  return {};
}

Result<Pairing> use_pairing_code(Database& db, const Sha256Digest& digest, std::int64_t now_us) {
  const auto found = TRY(db.first(
      "UPDATE pairing_code SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2"
      " RETURNING tenant, branch, till",
      [](const Row& row) {
        return Pairing{row.id(0), row.id(1), row.is_null(2) ? std::nullopt : std::optional<Id>(row.id(2))};
      },
      bytes_of(digest), now_us));
  if (!found) return fail(Error::pairing_code_invalid, "pairing_code");
  return *found;
}

Result<Till> add_till(Database& db, const Id& tenant, const Id& branch, std::string_view name,
                      std::int64_t now_us) {
  const std::string series = TRY(take_series(db, tenant));
  Till till{new_id(), tenant, branch, std::string(name.empty() ? series : name), series, 1, {}, now_us};
  TRY(
      db.run("INSERT INTO till (id, tenant, branch, name, series, epoch, created_at)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             till.id, tenant, branch, till.name, till.series, till.epoch, now_us));
  TRY(add_event(db, tenant, "business"));
  return till;
}

Result<Till> next_epoch(Database& db, const Id& till, std::int64_t above, std::string_view name) {
  auto found =
      TRY(db.first("UPDATE till SET epoch = max(epoch, $2) + 1, name = CASE WHEN $3 = '' THEN name ELSE $3 "
                   "END WHERE id = $1"
                   " RETURNING id, tenant, branch, name, series, epoch, revoked_at, created_at",
                   till_of, till, above, name));
  if (!found) return Error::not_found;
  TRY(add_event(db, found->tenant, "business"));
  return *found;
}

Result<void> raise_epoch(Database& db, const Id& till, std::int64_t epoch) {
  TRY(db.run("UPDATE till SET epoch = max(epoch, $2) WHERE id = $1", till, epoch));
  return {};
}

Result<Till> restore_till(Database& db, const Id& id, const Id& tenant, std::string_view series,
                          std::int64_t epoch, std::int64_t now_us) {
  const Id branch = TRY(find_branch(db, tenant, {}));
  Till till{id, tenant, branch, std::string(series), std::string(series), epoch, {}, now_us};
  // Another till may have been given the series since: this one gets a new one with its next epoch.
  const std::int64_t taken =
      TRY(db.integer("SELECT count(*) FROM till WHERE tenant = $1 AND series = $2", 0, tenant, series));
  if (taken > 0) till.series = TRY(take_series(db, tenant));
  TRY(
      db.run("INSERT INTO till (id, tenant, branch, name, series, epoch, created_at)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             id, tenant, branch, till.name, till.series, epoch, now_us));
  TRY(add_event(db, tenant, "business"));
  return till;
}

Result<void> set_revoked(Database& db, const Id& tenant, const Id& till, std::optional<std::int64_t> at) {
  const std::int64_t changed =
      TRY(db.run("UPDATE till SET revoked_at = $3 WHERE tenant = $1 AND id = $2", tenant, till, at));
  if (changed == 0) return Error::not_found;
  return add_event(db, tenant, "business");
}

Result<Id> tenant_by_slug(Database& db, std::string_view slug) {
  const auto found = TRY(db.first(
      "SELECT id FROM tenant WHERE slug = $1", [](const Row& row) { return row.id(0); }, slug));
  if (!found) return fail(Error::not_found, "tenant", "There is no business " + std::string(slug) + ".");
  return *found;
}

Result<std::string> tenant_currency(Database& db, const Id& tenant) {
  auto found = TRY(db.first(
      "SELECT currency FROM tenant WHERE id = $1", [](const Row& row) { return row.string(0); }, tenant));
  if (!found) return Error::not_found;
  return std::move(*found);
}

Result<Zone> tenant_zone(Database& db, const Id& tenant) {
  const auto name = TRY(db.first(
      "SELECT time_zone FROM tenant WHERE id = $1", [](const Row& row) { return row.string(0); }, tenant));
  return zone_or_utc(name.value_or("UTC"));
}

Result<Id> find_branch(Database& db, const Id& tenant, std::string_view branch) {
  const Result<Id> id = parse_id(branch);
  const auto read = [](const Row& row) { return row.id(0); };
  const auto found =
      branch.empty()
          ? db.first("SELECT id FROM branch WHERE tenant = $1 ORDER BY is_default DESC, id LIMIT 1", read,
                     tenant)
      : id.ok() ? db.first("SELECT id FROM branch WHERE tenant = $1 AND id = $2", read, tenant, *id)
                : db.first("SELECT id FROM branch WHERE tenant = $1 AND code = $2", read, tenant, branch);
  if (!found.ok()) return found.failure();
  if (!*found) return fail(Error::not_found, "branch", "There is no branch " + std::string(branch) + ".");
  return **found;
}

Result<Settings> read_settings(Database& db, const Id& tenant, const Id& branch) {
  auto found = TRY(db.first(
      "SELECT t.slug, t.name, t.country, t.currency, t.tax_mode, t.tax_placement, t.cash_rounding,"
      " t.cash_rounding_halves, t.barcode_patterns, t.receipt_footer, b.id, b.code, b.name, b.address"
      " FROM tenant t JOIN branch b ON b.tenant = t.id WHERE t.id = $1 AND b.id = $2",
      [](const Row& row) {
        return Settings{row.string(0), row.string(1),  row.string(2),  row.string(3), row.string(4),
                        row.string(5), row.integer(6), row.string(7),  row.string(8), row.string(9),
                        row.id(10),    row.string(11), row.string(12), row.string(13)};
      },
      tenant, branch));
  if (!found) return Error::not_found;
  return std::move(*found);
}

Result<bool> note_version(Database& db, std::string_view version) {
  const std::int64_t changed =
      TRY(db.run("INSERT INTO fact (name, value) VALUES ('program_version', $1)"
                 " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                 version));
  return changed > 0;
}

Result<std::string> read_or_make_generation(Database& db) {
  const auto read = [](const Row& row) { return row.string(0); };
  auto found = TRY(db.first("SELECT value FROM fact WHERE name = 'generation'", read));
  if (found) return *found;
  const std::string fresh = to_string(new_id());
  TRY(db.run("INSERT INTO fact (name, value) VALUES ('generation', $1)", fresh));
  return fresh;
}

}  // namespace ringup::store
