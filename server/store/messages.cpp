#include "server/store/messages.h"

#include <atomic>

#include "server/store/message_queue.h"

namespace ringup::store {
namespace {
std::atomic<std::uint64_t> queued{0};
}

std::uint64_t messages_queued() {
  return queued.load(std::memory_order_relaxed);
}

std::string_view channel_name(Channel channel) {
  return channel == Channel::email ? "email" : "sms";
}

Result<bool> queue_message(Database& db, const NewMessage& message, std::int64_t now_us) {
  const std::span<const std::uint8_t> sealed(
      reinterpret_cast<const std::uint8_t*>(message.sealed_values.data()), message.sealed_values.size());
  const std::int64_t added =
      TRY(db.run("INSERT INTO message (id, tenant, channel, recipient, template, sealed, dedupe_key,"
                 " next_try_at, expires_at, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)"
                 " ON CONFLICT (tenant, dedupe_key) DO NOTHING",
                 message.id, message.tenant, channel_name(message.channel), message.to, message.template_name,
                 sealed, message.dedupe_key, now_us, message.expires_at));
  if (added > 0) queued.fetch_add(1, std::memory_order_relaxed);
  return added > 0;
}

}  // namespace ringup::store
