#pragma once
/// Devices that somebody signed in on before. Each has a token of 32 random bytes for each person (a cookie
/// of browsers, `device_token` of API clients), of which only the SHA-256 is kept. The token opens nothing;
/// it says that a try to sign in does not come from a stranger, so that guessing from elsewhere cannot lock
/// its owner out; and for as long as a device is trusted no second factor is asked on it.
/// Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/sha256.h"
#include "server/store/database.h"

namespace ringup::store {

inline constexpr std::int64_t known_devices_max = 20;  // of one user; the one used longest ago is forgotten

struct KnownDevice {
  Id id;
  Sha256Digest hash{};
  Id tenant, user;
  std::string device;  // what it said it was
  std::int64_t created_at = 0, last_used_at = 0;
  std::optional<std::int64_t> trusted_at, trusted_until;
};

/// Forgets those of this user that are too many.
Result<void> insert_device(Database&, const KnownDevice&);
/// The user's device with one of these tokens' hashes.
Result<std::optional<KnownDevice>> find_device(Database&, const Id& user,
                                               std::span<const Sha256Digest> hashes);
/// Those of a user that are trusted now, the newest trust first.
Result<std::vector<KnownDevice>> list_trusted_devices(Database&, const Id& user, std::int64_t now_us);
Result<bool> is_device_trusted(Database&, const Id& user, const Id& device, std::int64_t now_us);
/// After a sign-in on it: forgets its wrong tries, notes the time. False where it is not there any more.
Result<bool> note_device_login(Database&, const Id& device, std::int64_t now_us);
/// False where it is not there, or not this user's.
Result<bool> trust_device(Database&, const Id& user, const Id& device, std::int64_t now_us,
                          std::int64_t until_us);
/// False where it is not trusted, or not this user's. It stays known.
Result<bool> distrust_device(Database&, const Id& user, const Id& device, std::int64_t now_us);
/// All of a user: their password or their second factors changed.
Result<void> distrust_devices(Database&, const Id& user);
/// The same as count_login_attempt() of users, for tries on this device.
Result<std::int64_t> count_device_attempt(Database&, const Id& device, std::int64_t now_us, int attempts_max,
                                          std::int64_t lock_until);
Result<void> forget_unused_devices(Database&, std::int64_t before_us);

}  // namespace ringup::store
