#include "server/store/message_queue.h"

#include <algorithm>

namespace ringup::store {
namespace {

constexpr std::size_t trouble_bytes_max = 500;

Claimed read_claimed(const Row& row) {
  Claimed message;
  message.id = row.id(0);
  message.tenant = row.id(1);
  message.channel = row.text(2) == "sms" ? Channel::sms : Channel::email;
  message.to = row.string(3);
  message.template_name = row.string(4);
  const auto sealed = row.bytes(5);
  message.sealed_values.assign(reinterpret_cast<const char*>(sealed.data()), sealed.size());
  message.attempts = static_cast<int>(row.integer(6));
  message.queued_at = row.integer(7);
  if (!row.is_null(8)) message.expires_at = row.integer(8);
  return message;
}

/// Codes have an end; they have an index of their own, so that a long queue of others does not slow them.
Result<std::optional<Id>> find_due(Database& db, Channel channel, std::int64_t now_us) {
  const auto id = [](const Row& row) { return row.id(0); };
  const auto code =
      TRY(db.first("SELECT id FROM message WHERE state IN ('queued', 'claimed') AND expires_at IS NOT NULL"
                   " AND channel = $1 AND next_try_at <= $2 ORDER BY next_try_at LIMIT 1",
                   id, channel_name(channel), now_us));
  if (code.has_value()) return code;
  return db.first(
      "SELECT id FROM message WHERE state IN ('queued', 'claimed') AND channel = $1 AND next_try_at <= $2"
      " ORDER BY next_try_at LIMIT 1",
      id, channel_name(channel), now_us);
}

}  // namespace

Result<bool> message_due(Database& db, Channel channel, std::int64_t now_us) {
  return TRY(find_due(db, channel, now_us)).has_value();
}

Result<std::optional<Claimed>> claim_message(Database& db, Channel channel, std::int64_t now_us,
                                             std::int64_t lease_until) {
  const std::optional<Id> id = TRY(find_due(db, channel, now_us));
  if (!id.has_value()) return std::optional<Claimed>();
  auto claimed = TRY(
      db.first("UPDATE message SET state = 'claimed', attempts = attempts + 1, claimed_until = $2,"
               " next_try_at = $2 WHERE id = $1 RETURNING id, tenant, channel, recipient, template, sealed,"
               " attempts, queued_at, expires_at",
               read_claimed, *id, lease_until));
  if (!claimed.has_value()) return claimed;
  claimed->business_name = TRY(db.first(
                                   "SELECT name FROM tenant WHERE id = $1",
                                   [](const Row& row) { return row.string(0); }, claimed->tenant))
                               .value_or(std::string());
  return claimed;
}

Result<std::optional<std::int64_t>> next_message_at(Database& db, Channel channel) {
  return db.first(
      "SELECT next_try_at FROM message WHERE state IN ('queued', 'claimed') AND channel = $1"
      " ORDER BY next_try_at LIMIT 1",
      [](const Row& row) { return row.integer(0); }, channel_name(channel));
}

Result<bool> note_sent(Database& db, const Id& id, std::string_view provider_id, std::int64_t now_us) {
  const std::int64_t changed =
      TRY(db.run("UPDATE message SET state = 'sent', sealed = NULL, claimed_until = NULL, ended_at = $2,"
                 " provider_id = $3, trouble = '' WHERE id = $1 AND state IN ('queued', 'claimed')",
                 id, now_us, provider_id));
  return changed > 0;
}

Result<bool> note_later(Database& db, const Claimed& message, std::int64_t at_us, std::string_view trouble) {
  const std::int64_t changed =
      TRY(db.run("UPDATE message SET state = 'queued', claimed_until = NULL, next_try_at = $3, trouble = $4"
                 " WHERE id = $1 AND state = 'claimed' AND attempts = $2",
                 message.id, message.attempts, at_us, trouble.substr(0, trouble_bytes_max)));
  return changed > 0;
}

Result<bool> note_failed(Database& db, const Claimed& message, std::string_view trouble,
                         std::int64_t now_us) {
  const std::int64_t changed =
      TRY(db.run("UPDATE message SET state = 'failed', sealed = NULL, claimed_until = NULL, ended_at = $3,"
                 " trouble = $4 WHERE id = $1 AND state = 'claimed' AND attempts = $2",
                 message.id, message.attempts, now_us, trouble.substr(0, trouble_bytes_max)));
  return changed > 0;
}

Result<std::int64_t> end_leases(Database& db, std::int64_t now_us) {
  return db.run(
      "UPDATE message SET state = 'queued', claimed_until = NULL, next_try_at = $1 WHERE state = 'claimed'",
      now_us);
}

Result<std::int64_t> hurry_messages(Database& db, Channel channel, std::int64_t now_us) {
  return db.run(
      "UPDATE message SET next_try_at = $2 WHERE state = 'queued' AND channel = $1 AND next_try_at > $2",
      channel_name(channel), now_us);
}

Result<QueueNumbers> queue_numbers(Database& db, Channel channel) {
  auto numbers = TRY(db.first(
      "SELECT count(*), coalesce(min(queued_at), 0) FROM message WHERE state IN ('queued', 'claimed')"
      " AND channel = $1",
      [](const Row& row) {
        return QueueNumbers{row.integer(0), row.integer(1)};
      },
      channel_name(channel)));
  return numbers.value_or(QueueNumbers{});
}

}  // namespace ringup::store
