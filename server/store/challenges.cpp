#include "server/store/challenges.h"

namespace ringup::store {
namespace {

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

const char* name_of(ChallengePurpose purpose) {
  return purpose == ChallengePurpose::second_factor ? "second_factor" : "password_expired";
}

}  // namespace

Result<void> insert_challenge(Database& db, const Challenge& challenge) {
  TRY(db.run(
      "INSERT INTO sign_in_challenge (hash, tenant, user, purpose, device, address, known_device, trust,"
      " created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      bytes_of(challenge.hash), challenge.tenant, challenge.user, name_of(challenge.purpose),
      challenge.device, challenge.address, challenge.known_device, challenge.trust, challenge.created_at,
      challenge.expires_at));
  return {};
}

Result<std::optional<Challenge>> find_challenge(Database& db, const Sha256Digest& hash,
                                                ChallengePurpose purpose, std::int64_t now_us) {
  return db.first(
      "SELECT c.tenant, c.user, c.device, c.address, c.known_device, c.wrong_tries, c.created_at,"
      " c.expires_at, c.trust FROM sign_in_challenge c JOIN user u ON u.id = c.user"
      " WHERE c.hash = $1 AND c.purpose = $2 AND c.expires_at > $3 AND u.is_active = 1",
      [&](const Row& row) {
        Challenge challenge;
        challenge.hash = hash;
        challenge.tenant = row.id(0);
        challenge.user = row.id(1);
        challenge.purpose = purpose;
        challenge.device = row.string(2);
        challenge.address = row.string(3);
        if (!row.is_null(4)) challenge.known_device = row.id(4);
        challenge.wrong_tries = row.integer(5);
        challenge.created_at = row.integer(6);
        challenge.expires_at = row.integer(7);
        challenge.trust = row.integer(8) != 0;
        return challenge;
      },
      bytes_of(hash), name_of(purpose), now_us);
}

Result<bool> count_challenge_try(Database& db, const Sha256Digest& hash, std::int64_t tries_max) {
  const std::int64_t counted =
      TRY(db.run("UPDATE sign_in_challenge SET wrong_tries = wrong_tries + 1"
                 " WHERE hash = $1 AND wrong_tries < $2",
                 bytes_of(hash), tries_max));
  return counted > 0;
}

Result<bool> end_challenge(Database& db, const Sha256Digest& hash) {
  return TRY(db.run("DELETE FROM sign_in_challenge WHERE hash = $1", bytes_of(hash))) > 0;
}

Result<void> end_challenges(Database& db, const Id& user) {
  TRY(db.run("DELETE FROM sign_in_challenge WHERE user = $1", user));
  return {};
}

Result<void> forget_expired_challenges(Database& db, std::int64_t now_us) {
  TRY(db.run("DELETE FROM sign_in_challenge WHERE expires_at <= $1", now_us));
  return {};
}

}  // namespace ringup::store
