#pragma once
/// Writes that happen once, however often they are sent: the answer of a write that carried an
/// `Idempotency-Key` is kept in the same transaction as the write, and given again for the same request.
#include <functional>
#include <optional>
#include <string>

#include "core/base/sha256.h"
#include "server/store/writer.h"

namespace ringup::store {

inline constexpr std::int64_t answer_kept_us = 7LL * 24 * 3600 * 1'000'000;  // a week, then the key is free

/// What names a write. `principal` is the user or till that sent it.
struct OnceKey {
  Id tenant, principal;
  std::string key;
  Sha256Digest request;  // of method, path and body: another request under the same key is refused
};

/// An answer as it went out: HTTP status and JSON text.
struct Answer {
  int status = 200;
  std::string body;
};

/// Runs `job` in the writer and keeps its answer under the key; where the key is known already, nothing runs
/// and the kept answer comes back. Without a key the job simply runs. A job that fails keeps nothing.
/// idempotency_mismatch, and whatever the job fails with.
Result<Answer> write_once(Writer& writer, const std::optional<OnceKey>& once, std::int64_t now_us,
                          const std::function<Result<Answer>(Database&)>& job);

}  // namespace ringup::store
