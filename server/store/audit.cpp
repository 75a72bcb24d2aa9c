#include "server/store/audit.h"

#include <algorithm>
#include <array>

#include "core/base/sha256.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

/// Fields one after the other, each behind its length, so that no two entries have the same bytes.
class Canonical {
 public:
  Canonical& add(std::string_view bytes) {
    add(static_cast<std::int64_t>(bytes.size()));
    text_ += bytes;
    return *this;
  }
  Canonical& add(std::span<const std::uint8_t> bytes) {
    return add(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  Canonical& add(std::int64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) text_ += static_cast<char>(number >> shift & 0xFF);
    return *this;
  }
  Canonical& add(const Id& id) { return add(std::span<const std::uint8_t>(id.bytes)); }
  Canonical& add(const std::optional<Id>& id) { return id.has_value() ? add(*id) : add(std::string_view()); }
  Sha256Digest hash() const { return sha256(text_); }

 private:
  std::string text_;
};

struct Head {
  std::int64_t sequence = 0;
  Sha256Digest hash{};  // of the first entry's predecessor: zeros
};

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

Sha256Digest person_hash(std::span<const std::uint8_t> salt, const Audit& audit) {
  return Canonical()
      .add(salt)
      .add(audit.actor_name)
      .add(audit.address)
      .add(audit.device)
      .add(audit.details)
      .hash();
}

Sha256Digest entry_hash(const Sha256Digest& before, const Audit& audit, std::int64_t sequence,
                        std::int64_t at, std::span<const std::uint8_t> person) {
  return Canonical()
      .add(bytes_of(before))
      .add(audit.tenant)
      .add(sequence)
      .add(at)
      .add(audit.action)
      .add(audit.actor)
      .add(audit.object_kind)
      .add(audit.object)
      .add(person)
      .hash();
}

}  // namespace

Result<void> add_audit(Database& db, const Audit& audit, std::int64_t now_us) {
  const auto found = TRY(db.first(
      "SELECT sequence, hash FROM audit_entry WHERE tenant = $1 ORDER BY sequence DESC LIMIT 1",
      [](const Row& row) {
        Head head{row.integer(0), {}};
        const std::span<const std::uint8_t> bytes = row.bytes(1);
        if (bytes.size() == head.hash.size()) std::copy(bytes.begin(), bytes.end(), head.hash.begin());
        return head;
      },
      audit.tenant));
  const Head before = found.value_or(Head{});
  const std::int64_t sequence = before.sequence + 1;
  std::array<std::uint8_t, 16> salt;
  random_bytes(salt);
  const Sha256Digest person = person_hash(salt, audit);
  const Sha256Digest hash = entry_hash(before.hash, audit, sequence, now_us, person);
  TRY(db.run(
      "INSERT INTO audit_entry (tenant, sequence, at, action, actor, object_kind, object, person, hash)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      audit.tenant, sequence, now_us, audit.action, audit.actor, audit.object_kind, audit.object,
      bytes_of(person), bytes_of(hash)));
  TRY(
      db.run("INSERT INTO audit_person (tenant, sequence, salt, actor_name, address, device, details)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             audit.tenant, sequence, std::span<const std::uint8_t>(salt), audit.actor_name, audit.address,
             audit.device, audit.details));
  return {};
}

namespace {

#define ENTRY                                                                                               \
  "SELECT e.sequence, e.at, e.action, e.actor, e.object_kind, e.object, p.actor_name, p.address, p.device," \
  " p.details, e.person, e.hash, p.salt FROM audit_entry e LEFT JOIN audit_person p ON p.tenant = e.tenant" \
  " AND p.sequence = e.sequence WHERE e.tenant = $1"

std::optional<Id> id_of(const Row& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.id(column));
}

AuditEntry entry_of(const Row& row, const Id& tenant) {
  AuditEntry entry;
  entry.tenant = tenant;
  entry.sequence = row.integer(0);
  entry.at = row.integer(1);
  entry.action = row.string(2);
  entry.actor = id_of(row, 3);
  entry.object_kind = row.string(4);
  entry.object = id_of(row, 5);
  entry.erased = row.is_null(12);
  if (entry.erased) return entry;
  entry.actor_name = row.string(6);
  entry.address = row.string(7);
  entry.device = row.string(8);
  entry.details = row.string(9);
  return entry;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

Result<std::vector<AuditEntry>> list_audit(Database& db, const Id& tenant, const AuditFilter& filter,
                                           std::int64_t limit) {
  std::vector<AuditEntry> found;
  std::optional<Id> named;
  if (const Result<Id> id = parse_id(filter.q); id.ok()) named = *id;
  TRY(db.query(
      ENTRY
      " AND ($2 IS NULL OR e.sequence < $2) AND ($3 = '' OR e.action = $3) AND ($4 IS NULL OR e.actor = $4)"
      " AND ($5 IS NULL OR e.at >= $5) AND ($6 IS NULL OR e.at < $6)"
      " AND ($7 = '' OR e.actor = $8 OR e.object = $8 OR instr(lower(e.action || ' ' || e.object_kind || ' '"
      " || coalesce(p.actor_name || ' ' || p.address || ' ' || p.device || ' ' || p.details, '')), $7) > 0)"
      " ORDER BY e.sequence DESC LIMIT $9",
      [&](const Row& row) { found.push_back(entry_of(row, tenant)); }, tenant, filter.before, filter.action,
      filter.actor, filter.from_us, filter.to_us, lower(filter.q), named, limit));
  return found;
}

Result<AuditReport> verify_audit(Database& db, const Id& tenant) {
  AuditReport report;
  Sha256Digest before{};
  const auto broken = [&](std::int64_t sequence, std::string words) {
    report.broken_at = sequence;
    report.words = std::move(words);
    return false;
  };
  TRY(db.query(
      ENTRY " ORDER BY e.sequence",
      [&](const Row& row) {
        const AuditEntry entry = entry_of(row, tenant);
        const std::span<const std::uint8_t> person = row.bytes(10), hash = row.bytes(11);
        if (entry.sequence != report.entries + 1) return broken(report.entries + 1, "this entry is missing");
        if (!entry.erased && !std::ranges::equal(person_hash(row.bytes(12), entry), person))
          return broken(entry.sequence, "who, from where or the details were changed");
        const Sha256Digest right = entry_hash(before, entry, entry.sequence, entry.at, person);
        if (!std::ranges::equal(right, hash))
          return broken(entry.sequence, "it was changed, or the one before it was");
        before = right;
        ++report.entries;
        report.erased += entry.erased ? 1 : 0;
        return true;
      },
      tenant));
  return report;
}

Result<std::vector<Id>> list_audited(Database& db) {
  std::vector<Id> tenants;
  TRY(db.query("SELECT DISTINCT tenant FROM audit_entry ORDER BY tenant",
               [&](const Row& row) { tenants.push_back(row.id(0)); }));
  return tenants;
}

Result<std::int64_t> erase_audit_person(Database& db, const Id& user, const Audit& by, std::int64_t now_us) {
  const std::int64_t erased = TRY(
      db.run("DELETE FROM audit_person WHERE tenant = $1 AND sequence IN (SELECT sequence FROM audit_entry"
             " WHERE tenant = $1 AND (actor = $2 OR object = $2))",
             by.tenant, user));
  Audit said = by;
  said.action = "audit_person_erased";
  said.object_kind = "user";
  said.object = user;
  said.details = "{\"entries\":" + std::to_string(erased) + "}";
  TRY(add_audit(db, said, now_us));
  return erased;
}

}  // namespace ringup::store
