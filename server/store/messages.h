#pragma once
/// The message ledger: every mail and text message is a row, written in the same transaction as the change it
/// tells of, before it is handed to a provider. Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>

#include "server/store/database.h"

namespace ringup::store {

enum class Channel : std::uint8_t { email, sms };
/// "email", "sms".
std::string_view channel_name(Channel channel);

struct NewMessage {
  Id id, tenant;
  Channel channel = Channel::email;
  std::string to;             // an address, or a number in E.164
  std::string template_name;  // in assets/
  std::string sealed_values;  // a JSON object for the template, sealed by messages_vault() for this id
  std::string dedupe_key;     // one message per business and key, ever
  std::optional<std::int64_t> expires_at;  // it is not sent after that: a code that has run out
};

/// The label of the vault that values of messages are sealed with; `about` is the message's id as text.
inline constexpr std::string_view message_vault_label = "ringup message";

/// False where a message with that key is there already.
Result<bool> queue_message(Database&, const NewMessage&, std::int64_t now_us);

}  // namespace ringup::store
