#include "server/store/factors.h"

#include <array>

namespace ringup::store {
namespace {

constexpr std::int64_t clock_slack_us = 60LL * 1'000'000;

#define RINGUP_FACTOR                                                                        \
  "SELECT user, tenant, kind, secret, phone_number, created_at, enabled_at, last_step FROM " \
  "second_factor "

SecondFactor read_factor(const Row& row) {
  SecondFactor factor;
  factor.user = row.id(0);
  factor.tenant = row.id(1);
  factor.kind = row.text(2) == "totp"  ? FactorKind::totp
                : row.text(2) == "sms" ? FactorKind::sms
                                       : FactorKind::email;
  const std::span<const std::uint8_t> secret = row.bytes(3);
  factor.secret.assign(secret.begin(), secret.end());
  if (!row.is_null(4)) factor.phone_number = row.string(4);
  factor.created_at = row.integer(5);
  if (!row.is_null(6)) factor.enabled_at = row.integer(6);
  factor.last_step = row.integer(7);
  return factor;
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

}  // namespace

std::string_view factor_name(FactorKind kind) {
  constexpr std::array<std::string_view, 3> names = {"totp", "sms", "email"};
  return names[static_cast<std::size_t>(kind)];
}

Result<bool> put_factor(Database& db, const SecondFactor& factor) {
  const std::int64_t put = TRY(db.run(
      "INSERT INTO second_factor (user, kind, tenant, secret, phone_number, created_at)"
      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (user, kind) DO UPDATE SET secret = excluded.secret,"
      " phone_number = excluded.phone_number, created_at = excluded.created_at, last_step = 0"
      " WHERE second_factor.enabled_at IS NULL",
      factor.user, factor_name(factor.kind), factor.tenant, bytes_of(factor.secret), factor.phone_number,
      factor.created_at));
  return put > 0;
}

Result<std::optional<SecondFactor>> find_factor(Database& db, const Id& user, FactorKind kind) {
  return db.first(RINGUP_FACTOR "WHERE user = $1 AND kind = $2", read_factor, user, factor_name(kind));
}

Result<std::vector<SecondFactor>> list_factors(Database& db, const Id& user) {
  std::vector<SecondFactor> factors;
  TRY(db.query(
      RINGUP_FACTOR
      "WHERE user = $1 AND enabled_at IS NOT NULL"
      " ORDER BY CASE kind WHEN 'totp' THEN 0 WHEN 'sms' THEN 1 ELSE 2 END",
      [&](const Row& row) { factors.push_back(read_factor(row)); }, user));
  return factors;
}

Result<bool> enable_factor(Database& db, const Id& user, FactorKind kind, std::int64_t now_us) {
  const std::int64_t enabled = TRY(
      db.run("UPDATE second_factor SET enabled_at = $3 WHERE user = $1 AND kind = $2 AND enabled_at IS NULL",
             user, factor_name(kind), now_us));
  return enabled > 0;
}

Result<bool> delete_factor(Database& db, const Id& user, FactorKind kind) {
  const std::int64_t deleted =
      TRY(db.run("DELETE FROM second_factor WHERE user = $1 AND kind = $2 AND enabled_at IS NOT NULL", user,
                 factor_name(kind)));
  return deleted > 0;
}

Result<bool> use_step(Database& db, const Id& user, std::int64_t step) {
  const std::int64_t used = TRY(
      db.run("UPDATE second_factor SET last_step = $2 WHERE user = $1 AND kind = 'totp' AND last_step < $2",
             user, step));
  return used > 0;
}

Result<FactorTries> count_factor_try(Database& db, const Id& user, std::int64_t now_us,
                                     std::int64_t tries_max, std::int64_t window_us) {
  // A window that began later than now was written by a clock that went ahead and was set back.
  TRY(db.run("DELETE FROM factor_try WHERE user = $1 AND (since <= $2 OR since > $3)", user,
             now_us - window_us, now_us + clock_slack_us));
  TRY(db.run("INSERT INTO factor_try (user, wrong_tries, since) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
             user, now_us));
  const std::int64_t counted =
      TRY(db.run("UPDATE factor_try SET wrong_tries = wrong_tries + 1 WHERE user = $1 AND wrong_tries < $2",
                 user, tries_max));
  if (counted > 0) return FactorTries{true, 0};
  const std::int64_t since = TRY(db.integer("SELECT since FROM factor_try WHERE user = $1", now_us, user));
  return FactorTries{false, since + window_us};
}

Result<void> forget_factor_tries(Database& db, const Id& user) {
  TRY(db.run("DELETE FROM factor_try WHERE user = $1", user));
  return {};
}

Result<void> note_code_sign_in(Database& db, const Sha256Digest& challenge, Channel channel) {
  TRY(db.run("INSERT INTO code_sign_in (challenge, channel) VALUES ($1, $2)", bytes_of(challenge),
             channel_name(channel)));
  return {};
}

Result<std::optional<Channel>> channel_of_sign_in(Database& db, const Sha256Digest& challenge) {
  return db.first(
      "SELECT channel FROM code_sign_in WHERE challenge = $1",
      [](const Row& row) { return row.text(0) == "sms" ? Channel::sms : Channel::email; },
      bytes_of(challenge));
}

Result<void> put_recovery_codes(Database& db, const Id& tenant, const Id& user,
                                std::span<const Sha256Digest> hashes, std::int64_t now_us) {
  TRY(delete_recovery_codes(db, user));
  for (const Sha256Digest& hash : hashes) {
    TRY(db.run("INSERT INTO recovery_code (user, hash, tenant, created_at) VALUES ($1, $2, $3, $4)", user,
               bytes_of(hash), tenant, now_us));
  }
  return {};
}

Result<bool> use_recovery_code(Database& db, const Id& user, const Sha256Digest& hash, std::int64_t now_us) {
  const std::int64_t used =
      TRY(db.run("UPDATE recovery_code SET used_at = $3 WHERE user = $1 AND hash = $2 AND used_at IS NULL",
                 user, bytes_of(hash), now_us));
  return used > 0;
}

Result<std::int64_t> count_recovery_codes(Database& db, const Id& user) {
  return db.integer("SELECT count(*) FROM recovery_code WHERE user = $1 AND used_at IS NULL", 0, user);
}

Result<void> delete_recovery_codes(Database& db, const Id& user) {
  TRY(db.run("DELETE FROM recovery_code WHERE user = $1", user));
  return {};
}

}  // namespace ringup::store
