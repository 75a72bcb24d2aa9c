#pragma once
/// What became of one attempt to hand a message to a provider, as the courier has to know it.
#include <string>

namespace ringup::notify {

struct Outcome {
  enum class Kind : std::uint8_t {
    sent,     // the provider has taken it over
    refused,  // this message will never be taken: no such recipient, refused content
    later,    // this message not now: a full mailbox, greylisting
    down,     // nothing goes at the moment: nobody answers, or the login or a setting is wrong
  };
  Kind kind = Kind::down;
  std::string words;        // what was said, for the operator; never for the log, as it may name people
  std::string cause;        // for log and metrics: stable, snake_case, names nobody ("smtp_550", "timeout")
  std::string provider_id;  // how the provider calls the message it took, or ""
  int wait_s = 0;           // the provider asks for so long a pause; 0: it does not
};

}  // namespace ringup::notify
