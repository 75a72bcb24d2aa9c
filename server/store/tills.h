#pragma once
/// Tills, their pairing codes and their settings. Times are UTC microseconds.
#include <optional>
#include <string>
#include <vector>

#include "core/base/sha256.h"
#include "core/base/zone.h"
#include "server/store/database.h"

namespace ringup::store {

struct Till {
  Id id, tenant, branch;
  std::string name, series;
  std::int64_t epoch = 0;  // the highest given out
  std::optional<std::int64_t> revoked_at;
  std::int64_t created_at = 0;
};

Result<std::optional<Till>> find_till(Database& db, const Id& id);
/// not_found.
Result<void> rename_till(Database& db, const Id& tenant, const Id& till, std::string_view name);
/// What the server has of a till's journal.
struct TillJournal {
  std::int64_t through = 0;                    // the last record of its current epoch
  std::optional<std::int64_t> last_record_at;  // when the last one arrived, in whatever epoch
};
Result<TillJournal> till_journal(Database& db, const Till& till);
Result<std::vector<Till>> list_tills(Database& db, const Id& tenant);

/// A till as operators know it, with when a record of it last arrived; those in use, the newest first.
struct WatchedTill {
  Id id;
  std::string tenant_slug, series;
  std::optional<std::int64_t> last_record_at;
};
Result<std::vector<WatchedTill>> list_watched_tills(Database& db, std::int64_t limit);

/// What a pairing code opens.
struct Pairing {
  Id tenant, branch;
  std::optional<Id> till;  // enrols this one again
};
/// Keeps the digest of a new code until `expires_at`, and forgets codes that expired a day ago.
Result<void> add_pairing_code(Database& db, const Sha256Digest& digest, const Pairing& pairing,
                              std::int64_t expires_at, std::int64_t now_us);
/// Uses a code up. pairing_code_invalid where it is unknown, used or expired.
Result<Pairing> use_pairing_code(Database& db, const Sha256Digest& digest, std::int64_t now_us);

/// A new till with the tenant's next series, in epoch 1. An empty name becomes the series.
Result<Till> add_till(Database& db, const Id& tenant, const Id& branch, std::string_view name,
                      std::int64_t now_us);
/// The next epoch of a till, above `above` too; a name that is not empty replaces the old one. not_found.
Result<Till> next_epoch(Database& db, const Id& till, std::int64_t above, std::string_view name);
/// Notes that an epoch was given out which only the till's token knows of.
Result<void> raise_epoch(Database& db, const Id& till, std::int64_t epoch);
/// Puts back a till that is known only from its signed token (restored from before its enrolment), at the
/// tenant's default branch. not_found where the tenant is unknown too.
Result<Till> restore_till(Database& db, const Id& till, const Id& tenant, std::string_view series,
                          std::int64_t epoch, std::int64_t now_us);
/// Marks a till as revoked (or not). not_found.
Result<void> set_revoked(Database& db, const Id& tenant, const Id& till, std::optional<std::int64_t> at);

/// By slug; not_found.
Result<Id> tenant_by_slug(Database& db, std::string_view slug);
/// ISO 4217; not_found.
Result<std::string> tenant_currency(Database& db, const Id& tenant);
/// The business's time zone; UTC where it is not known here.
Result<Zone> tenant_zone(Database& db, const Id& tenant);
/// By id or code, or the default one where `branch` is empty; not_found.
Result<Id> find_branch(Database& db, const Id& tenant, std::string_view branch);

/// What a till and a receipt must know of the business and the branch.
struct Settings {
  std::string slug, business, country, currency;
  std::string tax_mode, tax_placement;
  std::int64_t cash_rounding = 0;  // minor units; 0: none
  std::string cash_rounding_halves;
  std::string barcode_patterns;  // JSON list
  std::string receipt_footer;
  Id branch;
  std::string branch_code, branch_name, branch_address;
};
Result<Settings> read_settings(Database& db, const Id& tenant, const Id& branch);

/// Notes which program writes here; true where it is another one than before.
Result<bool> note_version(Database& db, std::string_view version);
/// The folder's generation, new after every restore; made where there is none yet (needs a writer).
Result<std::string> read_or_make_generation(Database& db);

}  // namespace ringup::store
