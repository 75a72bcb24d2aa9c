#include "server/store/codes.h"

#include <algorithm>

namespace ringup::store {
namespace {

constexpr std::int64_t day_us = 24LL * 3600 * 1'000'000;

#define RINGUP_CODE                                                                                  \
  "SELECT c.id, c.tenant, c.owner, c.user, c.purpose, c.channel, c.contact, c.hash, c.wrong_tries, " \
  "c.created_at, c.expires_at, c.used_at, c.replaced_at, c.address"

std::optional<std::int64_t> optional_integer(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

std::span<const std::uint8_t> bytes_of(const Sha256Digest& digest) {
  return digest;
}

OneTimeCode read_code(const Row& row) {
  OneTimeCode code;
  code.id = row.id(0);
  code.owner = {row.id(1), row.id(2), row.is_null(3) ? std::nullopt : std::optional(row.id(3))};
  code.purpose = row.string(4);
  code.channel = row.text(5) == "sms" ? Channel::sms : Channel::email;
  code.contact = row.string(6);
  const std::span<const std::uint8_t> hash = row.bytes(7);
  if (hash.size() == code.hash.size()) std::copy(hash.begin(), hash.end(), code.hash.begin());
  code.wrong_tries = row.integer(8);
  code.created_at = row.integer(9);
  code.expires_at = row.integer(10);
  code.used_at = optional_integer(row, 11);
  code.replaced_at = optional_integer(row, 12);
  code.address = row.string(13);
  return code;
}

Requests read_requests(const Row& row) {
  return {row.integer(0), row.is_null(1) ? 0 : row.integer(1)};
}

}  // namespace

std::string_view code_state(const OneTimeCode& code, std::int64_t now_us) {
  if (code.used_at.has_value()) return "used";
  if (code.wrong_tries >= wrong_tries_max) return "exhausted";
  if (code.replaced_at.has_value()) return "replaced";
  return code.expires_at <= now_us ? "expired" : "pending";
}

Result<void> insert_code(Database& db, const OneTimeCode& code) {
  TRY(
      db.run("UPDATE one_time_code SET replaced_at = $3 WHERE owner = $1 AND purpose = $2 AND used_at IS NULL"
             " AND replaced_at IS NULL AND expires_at > $3",
             code.owner.key, code.purpose, code.created_at));
  TRY(db.run(
      "INSERT INTO one_time_code (id, tenant, owner, user, purpose, channel, contact, hash, created_at,"
      " expires_at, address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
      code.id, code.owner.tenant, code.owner.key, code.owner.user, code.purpose, channel_name(code.channel),
      code.contact, bytes_of(code.hash), code.created_at, code.expires_at, code.address));
  return {};
}

Result<std::optional<OneTimeCode>> find_code(Database& db, const Id& owner, std::string_view purpose) {
  // Ids of one millisecond have no order: what is open goes first.
  return db.first(RINGUP_CODE
                  " FROM one_time_code c WHERE c.owner = $1 AND c.purpose = $2"
                  " ORDER BY (c.used_at IS NULL AND c.replaced_at IS NULL) DESC, c.id DESC LIMIT 1",
                  read_code, owner, purpose);
}

Result<std::vector<OneTimeCode>> list_used_codes(Database& db, const Id& owner, std::string_view purpose,
                                                 std::int64_t now_us) {
  std::vector<OneTimeCode> codes;
  TRY(db.query(
      RINGUP_CODE
      " FROM one_time_code c WHERE c.owner = $1 AND c.purpose = $2 AND c.used_at IS NOT NULL"
      " AND c.expires_at > $3",
      [&](const Row& row) { codes.push_back(read_code(row)); }, owner, purpose, now_us));
  return codes;
}

Result<bool> count_try(Database& db, const Id& code, std::int64_t now_us) {
  const std::int64_t counted =
      TRY(db.run("UPDATE one_time_code SET wrong_tries = wrong_tries + 1 WHERE id = $1 AND wrong_tries < $2"
                 " AND used_at IS NULL AND replaced_at IS NULL AND expires_at > $3",
                 code, wrong_tries_max, now_us));
  return counted > 0;
}

Result<bool> use_code(Database& db, const Id& code, std::int64_t now_us) {
  const std::int64_t used =
      TRY(db.run("UPDATE one_time_code SET used_at = $2, wrong_tries = wrong_tries - 1"
                 " WHERE id = $1 AND used_at IS NULL",
                 code, now_us));
  return used > 0;
}

Result<void> uncount_try(Database& db, const Id& code) {
  TRY(db.run("UPDATE one_time_code SET wrong_tries = wrong_tries - 1 WHERE id = $1", code));
  return {};
}

Result<std::vector<ListedCode>> list_codes(Database& db, const Id& tenant, const CodeFilter& filter,
                                           std::int64_t now_us, const Id& before, std::int64_t limit) {
  std::vector<ListedCode> listed;
  TRY(db.query(
      RINGUP_CODE
      ", u.email FROM one_time_code c JOIN user u ON u.id = c.user WHERE c.tenant = $1"
      " AND ($2 IS NULL OR c.id < $2) AND ($3 IS NULL OR c.user = $3)"
      " AND ($4 IS NULL OR $4 = CASE WHEN c.used_at IS NOT NULL THEN 'used'"
      " WHEN c.wrong_tries >= $5 THEN 'exhausted' WHEN c.replaced_at IS NOT NULL THEN 'replaced'"
      " WHEN c.expires_at <= $6 THEN 'expired' ELSE 'pending' END) ORDER BY c.id DESC LIMIT $7",
      [&](const Row& row) {
        listed.push_back({read_code(row), row.string(14)});
      },
      tenant, before.is_nil() ? std::nullopt : std::optional(before), filter.user, filter.state,
      wrong_tries_max, now_us, limit));
  return listed;
}

Result<std::int64_t> delete_expired_codes(Database& db, const std::optional<Id>& tenant,
                                          std::int64_t before_us, std::int64_t now_us) {
  const std::int64_t deleted =
      TRY(db.run("DELETE FROM one_time_code WHERE expires_at <= $1 AND user IS NOT NULL"
                 " AND ($2 IS NULL OR tenant = $2)",
                 before_us, tenant));
  TRY(db.run("DELETE FROM one_time_code WHERE expires_at <= $1 AND user IS NULL", now_us));
  TRY(db.run("DELETE FROM code_request WHERE at < $1", now_us - day_us));
  TRY(db.run("DELETE FROM mobile_token WHERE expires_at < $1", now_us - day_us));
  return deleted;
}

Result<void> insert_request(Database& db, const Id& id, const Id& owner, const Id& contact,
                            std::int64_t now_us) {
  TRY(db.run("INSERT INTO code_request (id, owner, contact, at) VALUES ($1, $2, $3, $4)", id, owner, contact,
             now_us));
  return {};
}

Result<Requests> requests_of_owner(Database& db, const Id& owner, std::int64_t since_us) {
  const auto found = TRY(db.first("SELECT count(*), min(at) FROM code_request WHERE owner = $1 AND at > $2",
                                  read_requests, owner, since_us));
  return found.value_or(Requests{});
}

Result<Requests> requests_of_contact(Database& db, const Id& contact, std::int64_t since_us) {
  const auto found = TRY(db.first("SELECT count(*), min(at) FROM code_request WHERE contact = $1 AND at > $2",
                                  read_requests, contact, since_us));
  return found.value_or(Requests{});
}

Result<CodeUsage> code_usage(Database& db, const Id& tenant, std::int64_t now_us) {
  const auto found = TRY(db.first(
      "SELECT email, sms, failed FROM code_usage WHERE tenant = $1 AND day = $2",
      [](const Row& row) {
        return CodeUsage{row.integer(0), row.integer(1), row.integer(2)};
      },
      tenant, now_us / day_us));
  return found.value_or(CodeUsage{});
}

Result<void> add_code_usage(Database& db, const Id& tenant, const CodeUsage& more, std::int64_t now_us) {
  TRY(db.run(
      "INSERT INTO code_usage (tenant, day, email, sms, failed) VALUES ($1, $2, $3, $4, $5)"
      " ON CONFLICT (tenant, day) DO UPDATE SET email = email + excluded.email, sms = sms + excluded.sms,"
      " failed = failed + excluded.failed",
      tenant, now_us / day_us, more.email, more.sms, more.failed));
  return {};
}

std::int64_t us_to_next_day(std::int64_t now_us) {
  return day_us - now_us % day_us;
}

Result<std::optional<Id>> find_employee(Database& db, const Id& tenant, Channel channel,
                                        std::string_view contact) {
  struct Found {
    Id user;
    bool proved;
  };
  std::vector<Found> found;
  const auto read = [&](const Row& row) { found.push_back({row.id(0), row.integer(1) != 0}); };
  if (channel == Channel::email) {
    TRY(db.query(
        "SELECT u.id, u.email_verified_at IS NOT NULL FROM user u WHERE u.tenant = $1 AND u.email = $2"
        " AND u.is_active = 1 AND EXISTS (SELECT 1 FROM group_member m JOIN user_group g"
        " ON g.id = m.user_group WHERE m.user = u.id AND g.is_employee = 1)",
        read, tenant, contact));
  } else {
    TRY(db.query(
        "SELECT u.id, u.phone_verified_at IS NOT NULL FROM user u WHERE u.tenant = $1 AND u.phone_number = $2"
        " AND u.is_active = 1 AND EXISTS (SELECT 1 FROM group_member m JOIN user_group g"
        " ON g.id = m.user_group WHERE m.user = u.id AND g.is_employee = 1)",
        read, tenant, contact));
  }
  if (found.size() > 1) std::erase_if(found, [](const Found& one) { return !one.proved; });
  if (found.size() != 1) return std::optional<Id>();
  return std::optional(found.front().user);
}

Result<void> insert_mobile_token(Database& db, const MobileToken& token) {
  TRY(db.run("INSERT INTO mobile_token (hash, session, issued_at, expires_at) VALUES ($1, $2, $3, $4)",
             bytes_of(token.hash), token.session, token.issued_at, token.expires_at));
  return {};
}

Result<std::optional<MobileToken>> find_mobile_token(Database& db, const Sha256Digest& hash) {
  return db.first(
      "SELECT session, issued_at, expires_at, used_at FROM mobile_token WHERE hash = $1",
      [&](const Row& row) {
        return MobileToken{hash, row.id(0), row.integer(1), row.integer(2), optional_integer(row, 3)};
      },
      bytes_of(hash));
}

Result<void> use_mobile_token(Database& db, const Sha256Digest& hash, std::int64_t now_us) {
  TRY(db.run("UPDATE mobile_token SET used_at = $2 WHERE hash = $1", bytes_of(hash), now_us));
  return {};
}

}  // namespace ringup::store
