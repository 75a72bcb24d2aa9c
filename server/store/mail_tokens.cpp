#include "server/store/mail_tokens.h"

#include <array>

#include "server/store/nobody.h"
#include "server/store/store.h"

namespace ringup::store {
namespace {

constexpr std::size_t filler_bytes = 700;  // a sealed mail, an entry of the audit log

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

constexpr const char* names[] = {"verify_email", "reset_password", "invitation"};

const char* name_of(MailPurpose purpose) {
  return names[static_cast<std::size_t>(purpose)];
}

MailPurpose purpose_of(std::string_view name) {
  if (name == names[0]) return MailPurpose::verify_email;
  return name == names[1] ? MailPurpose::reset_password : MailPurpose::invitation;
}

}  // namespace

Result<void> insert_mail_token(Database& db, const MailToken& token) {
  TRY(
      db.run("INSERT INTO mail_token (hash, tenant, user, purpose, email, created_at, expires_at)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             bytes_of(token.hash), token.tenant, token.user, name_of(token.purpose), token.email,
             token.created_at, token.expires_at));
  return {};
}

Result<std::optional<MailToken>> find_mail_token(Database& db, const Sha256Digest& hash,
                                                 std::int64_t now_us) {
  return db.first(
      "SELECT t.tenant, t.user, t.purpose, t.email, t.created_at, t.expires_at FROM mail_token t"
      " JOIN user u ON u.id = t.user AND u.email = t.email AND u.is_active = 1"
      " WHERE t.hash = $1 AND t.expires_at > $2",
      [&](const Row& row) {
        return MailToken{hash,          row.id(0),      row.id(1),     purpose_of(row.text(2)),
                         row.string(3), row.integer(4), row.integer(5)};
      },
      bytes_of(hash), now_us);
}

Result<std::int64_t> count_mail_tokens(Database& db, const Id& user, MailPurpose purpose,
                                       std::int64_t since_us) {
  return db.integer("SELECT count(*) FROM mail_token WHERE user = $1 AND purpose = $2 AND created_at > $3", 0,
                    user, name_of(purpose), since_us);
}

Result<void> end_mail_tokens(Database& db, const Id& user, MailPurpose purpose) {
  TRY(db.run("DELETE FROM mail_token WHERE user = $1 AND purpose = $2", user, name_of(purpose)));
  return {};
}

Result<void> forget_expired_mail_tokens(Database& db, std::int64_t now_us) {
  TRY(db.run("DELETE FROM mail_token WHERE expires_at <= $1", now_us));
  return {};
}

Result<void> write_nothing(Database& db) {
  std::array<std::uint8_t, 32> id;
  random_bytes(id);
  const std::array<std::uint8_t, filler_bytes> filler{};
  TRY(db.run("INSERT INTO decoy (id, filler) VALUES ($1, $2)", std::span<const std::uint8_t>(id),
             std::span<const std::uint8_t>(filler)));
  TRY(db.run("DELETE FROM decoy WHERE id = $1", std::span<const std::uint8_t>(id)));
  return write_for_nobody(db);  // something has changed: the commit reaches the disk
}

}  // namespace ringup::store
