#pragma once
/// Sign-ins under way: the password was right, and a second factor or another password is still asked.
/// The text itself (32 random bytes, base64url) is the client's; only its SHA-256 is kept. It opens what its
/// purpose says and is never an access token. Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/sha256.h"
#include "server/store/database.h"

namespace ringup::store {

enum class ChallengePurpose : std::uint8_t { second_factor, password_expired };

struct Challenge {
  Sha256Digest hash{};
  Id tenant, user;
  ChallengePurpose purpose = ChallengePurpose::second_factor;
  std::string device, address;     // where the password came from
  std::optional<Id> known_device;  // it showed the token of this one
  bool trust = false;              // what was said at the second factor: ask for none here for a while
  std::int64_t wrong_tries = 0;
  std::int64_t created_at = 0, expires_at = 0;
};

Result<void> insert_challenge(Database&, const Challenge&);
/// Where it is there, has this purpose and has not expired, and its user is active.
Result<std::optional<Challenge>> find_challenge(Database&, const Sha256Digest& hash, ChallengePurpose purpose,
                                                std::int64_t now_us);
/// Counts one before it is known whether the code is right; false where `tries_max` were counted already.
Result<bool> count_challenge_try(Database&, const Sha256Digest& hash, std::int64_t tries_max);
/// False where it was gone: of two that finish the same sign-in one gets nothing.
Result<bool> end_challenge(Database&, const Sha256Digest& hash);
/// All sign-ins under way of a user: the password changed, or they may not come in any more.
Result<void> end_challenges(Database&, const Id& user);
Result<void> forget_expired_challenges(Database&, std::int64_t now_us);

}  // namespace ringup::store
