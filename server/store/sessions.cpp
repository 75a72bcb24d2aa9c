#include "server/store/sessions.h"

#include "server/store/groups.h"

namespace ringup::store {
namespace {

#define RINGUP_SESSION                                                                   \
  "SELECT s.id, s.tenant, s.user, s.created_at, s.last_used_at, s.proved_at, s.device, " \
  "s.ended_at FROM session s "

std::optional<std::int64_t> optional_integer(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

Session read_session(const Row& row) {
  return {row.id(0),      row.id(1),      row.id(2),     row.integer(3),
          row.integer(4), row.integer(5), row.string(6), optional_integer(row, 7)};
}

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

}  // namespace

Result<void> insert_session(Database& db, const Session& session) {
  TRY(
      db.run("INSERT INTO session (id, tenant, user, created_at, last_used_at, proved_at, device)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7)",
             session.id, session.tenant, session.user, session.created_at, session.last_used_at,
             session.proved_at, session.device));
  return {};
}

Result<std::optional<Session>> find_session(Database& db, const Id& id) {
  return db.first(RINGUP_SESSION "WHERE s.id = $1", read_session, id);
}

Result<std::vector<Session>> list_sessions(Database& db, const Id& user, std::int64_t now_us) {
  std::vector<Session> sessions;
  TRY(db.query(
      RINGUP_SESSION
      "WHERE s.user = $1 AND s.ended_at IS NULL AND (EXISTS (SELECT 1 FROM refresh_token r"
      " WHERE r.session = s.id AND r.used_at IS NULL AND r.expires_at > $2) OR EXISTS (SELECT 1 FROM "
      "mobile_token m"
      " WHERE m.session = s.id AND m.used_at IS NULL AND m.expires_at > $2)) ORDER BY s.id DESC",
      [&](const Row& row) { sessions.push_back(read_session(row)); }, user, now_us));
  return sessions;
}

Result<std::optional<Principal>> find_principal(Database& db, const Id& session) {
  return db.first(
      "SELECT s.tenant, s.user, s.id, u.role, (SELECT group_concat(r.name, ',') FROM group_member m"
      " JOIN group_right r ON r.user_group = m.user_group WHERE m.user = s.user)"
      " FROM session s JOIN user u ON u.id = s.user"
      " WHERE s.id = $1 AND s.ended_at IS NULL AND u.is_active = 1",
      [](const Row& row) {
        return Principal{row.id(0), row.id(1), row.id(2), parse_role(row.text(3)).value_or(Role::customer),
                         read_rights(row.text(4))};
      },
      session);
}

Result<bool> end_session(Database& db, const Id& user, const Id& session, std::int64_t now_us) {
  const std::int64_t changed =
      TRY(db.run("UPDATE session SET ended_at = $3 WHERE id = $1 AND user = $2 AND ended_at IS NULL", session,
                 user, now_us));
  return changed > 0;
}

Result<void> end_sessions(Database& db, const Id& user, const Id& kept, std::int64_t now_us) {
  TRY(db.run("UPDATE session SET ended_at = $3 WHERE user = $1 AND id <> $2 AND ended_at IS NULL", user, kept,
             now_us));
  return {};
}

Result<void> note_use(Database& db, const Id& session, std::int64_t now_us) {
  TRY(db.run("UPDATE session SET last_used_at = $2 WHERE id = $1", session, now_us));
  return {};
}

Result<void> note_proof(Database& db, const Id& session, std::int64_t now_us) {
  TRY(db.run("UPDATE session SET proved_at = $2 WHERE id = $1", session, now_us));
  return {};
}

Result<void> insert_refresh_token(Database& db, const RefreshToken& token) {
  TRY(db.run("INSERT INTO refresh_token (hash, session, issued_at, expires_at) VALUES ($1, $2, $3, $4)",
             bytes_of(token.hash), token.session, token.issued_at, token.expires_at));
  return {};
}

Result<std::optional<RefreshToken>> find_refresh_token(Database& db, const Sha256Digest& hash) {
  return db.first(
      "SELECT session, issued_at, expires_at, used_at FROM refresh_token WHERE hash = $1",
      [&](const Row& row) {
        return RefreshToken{hash, row.id(0), row.integer(1), row.integer(2), optional_integer(row, 3)};
      },
      bytes_of(hash));
}

Result<void> use_refresh_token(Database& db, const Sha256Digest& hash, const Sha256Digest& successor,
                               std::int64_t now_us) {
  TRY(db.run("UPDATE refresh_token SET used_at = $3, successor = $2 WHERE hash = $1", bytes_of(hash),
             bytes_of(successor), now_us));
  return {};
}

Result<void> forget_expired(Database& db, std::int64_t before_us) {
  TRY(db.run("DELETE FROM refresh_token WHERE expires_at < $1", before_us));
  TRY(
      db.run("DELETE FROM session WHERE last_used_at < $1 AND NOT EXISTS"
             " (SELECT 1 FROM refresh_token r WHERE r.session = session.id) AND NOT EXISTS"
             " (SELECT 1 FROM mobile_token m WHERE m.session = session.id)",
             before_us));
  return {};
}

}  // namespace ringup::store
