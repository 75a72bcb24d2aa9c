#pragma once
/// The sending side of the message ledger (messages.h): who sends a message takes it with a lease, and says
/// what became of it. Functions that change run inside a writer's job.
///
///     queued  --claim-->  claimed  --note_sent-->  sent
///        ^                   |  \--note_failed-->  failed      also what has run out before it was sent
///        +---note_later------+                     suppressed  (by whoever may say so)
///        +---the lease ends--+
///
/// A claim counts as an attempt before anything is handed over, so a message that kills its sender does not
/// do so for ever. What ended keeps its row, so that its key stays taken, but not its values.
#include <cstdint>
#include <optional>
#include <string>

#include "server/store/messages.h"

namespace ringup::store {

struct Claimed {
  Id id, tenant;
  Channel channel = Channel::email;
  std::string to, template_name, sealed_values, business_name;
  int attempts = 0;  // this one among them
  std::int64_t queued_at = 0;
  std::optional<std::int64_t> expires_at;
};

/// Whether claim_message() would find one. On a reader; cheap.
Result<bool> message_due(Database&, Channel channel, std::int64_t now_us);
/// Takes the message that has been due for longest, codes before others; nobody else gets it until
/// `lease_until`.
Result<std::optional<Claimed>> claim_message(Database&, Channel channel, std::int64_t now_us,
                                             std::int64_t lease_until);
/// When the next message of this channel is due; nullopt: none waits. May lie in the past.
Result<std::optional<std::int64_t>> next_message_at(Database&, Channel channel);

/// The provider has it. True also where the lease has ended meanwhile; false where it had ended before.
Result<bool> note_sent(Database&, const Id& id, std::string_view provider_id, std::int64_t now_us);
/// It is tried again at that time. False where the lease has gone to another attempt.
Result<bool> note_later(Database&, const Claimed&, std::int64_t at_us, std::string_view trouble);
/// It will never be sent.
Result<bool> note_failed(Database&, const Claimed&, std::string_view trouble, std::int64_t now_us);
/// Ends the leases of a process that is gone: only where no other one can be sending (FolderLock). → how
/// many.
Result<std::int64_t> end_leases(Database&, std::int64_t now_us);
/// Brings what waits for another try forward to now: a setting was mended. → how many.
Result<std::int64_t> hurry_messages(Database&, Channel channel, std::int64_t now_us);

/// Grows with each message that queue_message() adds in this process, before its commit: cheap "look again".
std::uint64_t messages_queued();

/// For metrics.
struct QueueNumbers {
  std::int64_t waiting = 0;    // queued and claimed
  std::int64_t oldest_at = 0;  // when the oldest of these was queued; 0: none
};
Result<QueueNumbers> queue_numbers(Database&, Channel channel);

}  // namespace ringup::store
