#include "server/store/audit.h"

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
  const Sha256Digest person = Canonical()
                                  .add(std::span<const std::uint8_t>(salt))
                                  .add(audit.actor_name)
                                  .add(audit.address)
                                  .add(audit.device)
                                  .add(audit.details)
                                  .hash();
  const Sha256Digest hash = Canonical()
                                .add(bytes_of(before.hash))
                                .add(audit.tenant)
                                .add(sequence)
                                .add(now_us)
                                .add(audit.action)
                                .add(audit.actor)
                                .add(audit.object_kind)
                                .add(audit.object)
                                .add(bytes_of(person))
                                .hash();
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

}  // namespace ringup::store
