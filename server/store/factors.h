#pragma once
/// Second factors of users, and their recovery codes. Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sha256.h"
#include "server/store/messages.h"

namespace ringup::store {

enum class FactorKind : std::uint8_t { totp, sms, email };
/// "totp", "sms", "email".
std::string_view factor_name(FactorKind kind);

struct SecondFactor {
  Id user, tenant;
  FactorKind kind = FactorKind::totp;
  std::string secret;                       // totp: sealed
  std::optional<std::string> phone_number;  // sms
  std::int64_t created_at = 0;
  std::optional<std::int64_t> enabled_at;  // none: it waits for its first right code
  std::int64_t last_step = 0;              // totp: used last
};

/// In place of one that was not enabled. False where one is enabled already.
Result<bool> put_factor(Database&, const SecondFactor&);
Result<std::optional<SecondFactor>> find_factor(Database&, const Id& user, FactorKind kind);
/// The enabled ones, in the order of FactorKind.
Result<std::vector<SecondFactor>> list_factors(Database&, const Id& user);
/// False where there was none that waited.
Result<bool> enable_factor(Database&, const Id& user, FactorKind kind, std::int64_t now_us);
/// False where none was enabled.
Result<bool> delete_factor(Database&, const Id& user, FactorKind kind);
/// False where this step or a later one was used before.
Result<bool> use_step(Database&, const Id& user, std::int64_t step);

/// Counts a try of a code that nobody sent before it is known whether it is right; false where `tries_max` in
/// `window_us` were wrong. Where it is, `free_at_us` is when the window ends.
struct FactorTries {
  bool allowed = false;
  std::int64_t free_at_us = 0;
};
Result<FactorTries> count_factor_try(Database&, const Id& user, std::int64_t now_us, std::int64_t tries_max,
                                     std::int64_t window_us);
/// After a right one.
Result<void> forget_factor_tries(Database&, const Id& user);

/// A sign-in under way that began with a one-time code, and how that came; nullopt: with a password.
Result<void> note_code_sign_in(Database&, const Sha256Digest& challenge, Channel channel);
Result<std::optional<Channel>> channel_of_sign_in(Database&, const Sha256Digest& challenge);

/// In place of all there were.
Result<void> put_recovery_codes(Database&, const Id& tenant, const Id& user,
                                std::span<const Sha256Digest> hashes, std::int64_t now_us);
/// False where there is none, or it was used.
Result<bool> use_recovery_code(Database&, const Id& user, const Sha256Digest& hash, std::int64_t now_us);
Result<std::int64_t> count_recovery_codes(Database&, const Id& user);
Result<void> delete_recovery_codes(Database&, const Id& user);

}  // namespace ringup::store
