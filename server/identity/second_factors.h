#pragma once
/// What stands between the right password and a session. Whoever knows of second factors implements it and is
/// handed to Accounts; without one, nobody has a second factor.
#include <string>
#include <string_view>
#include <vector>

#include "server/store/users.h"

namespace ringup::identity {

/// Thread-safe.
class SecondFactors {
 public:
  virtual ~SecondFactors() = default;
  /// How this user must show a second factor when they sign in, in the order to offer: "totp", "sms",
  /// "email", "recovery". Empty: none is asked. Not asked for on a trusted device. In a read or a job.
  virtual Result<std::vector<std::string>> methods(store::Database&, const store::User&) const = 0;
  /// Is this a code of theirs that proves once more who they are? It counts wrong tries and uses a right code
  /// up. Inside a writer's job, which is kept also where the answer is no. too_many_requests.
  virtual Result<bool> prove(store::Database&, const store::User&, std::string_view code) = 0;
};

}  // namespace ringup::identity
