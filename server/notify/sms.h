#pragma once
/// Hands text messages to the provider of the settings: Twilio (its Messages API), AWS SNS (Publish). Where
/// none is set, the courier writes them to the outbox.
#include <functional>
#include <string>

#include "core/base/result.h"
#include "server/notify/outcome.h"

namespace ringup::notify {

inline constexpr int sms_deadline_ms = 30'000;

struct SmsProvider {
  enum class Kind : std::uint8_t { console, twilio, aws_sns } kind = Kind::console;
  std::string user, password;  // the account's SID and its token; or an access key and its secret
  std::string from;            // Twilio's number that sends
  std::string region;          // AWS
  std::string base;            // "https://api.twilio.com", or where a stand-in listens; SNS: "" for AWS's own
  int deadline_ms = sms_deadline_ms;
  std::string authorities;  // a PEM file to trust instead of trust_source(); for tests
};

/// Sends once. What the provider says is told apart: a number or text that it will never take is `refused`;
/// 429, throttling, 5xx, a wrong login, a wrong setting, no answer in time and no connection are `down`.
/// A number that read_phone_number() would not yield is `refused` without a connection. Login and messages
/// travel encrypted only, unless `base` is this machine.
Outcome send_sms(const SmsProvider& provider, const std::string& to, const std::string& text,
                 const std::function<bool()>& give_up = {});

/// Asks the provider whether it knows the account, without sending: for `ringup doctor`. A sentence for
/// people where it does not.
Result<void> probe_sms(const SmsProvider& provider);

}  // namespace ringup::notify
