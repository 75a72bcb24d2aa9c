#include "server/store/idempotency.h"

#include <algorithm>

namespace ringup::store {
namespace {

struct Kept {
  bool same_request;
  Answer answer;
};

}  // namespace

Result<Answer> write_once(Writer& writer, const std::optional<OnceKey>& once, std::int64_t now_us,
                          const std::function<Result<Answer>(Database&)>& job) {
  return writer.write_for<Answer>([&](Database& db) -> Result<Answer> {
    if (!once.has_value()) return job(db);
    TRY(db.run("DELETE FROM idempotency_key WHERE at < $1", now_us - answer_kept_us));
    const std::span<const std::uint8_t> request(once->request);
    const auto kept = TRY(db.first(
        "SELECT request_hash, status, answer FROM idempotency_key"
        " WHERE tenant = $1 AND principal = $2 AND key = $3",
        [&](const Row& row) {
          const auto hash = row.bytes(0);
          return Kept{std::equal(hash.begin(), hash.end(), request.begin(), request.end()),
                      {static_cast<int>(row.integer(1)), row.string(2)}};
        },
        once->tenant, once->principal, once->key));
    if (kept.has_value()) {
      if (!kept->same_request) return Error::idempotency_mismatch;
      return kept->answer;
    }
    Answer answer = TRY(job(db));
    TRY(
        db.run("INSERT INTO idempotency_key (tenant, principal, key, request_hash, status, answer, at)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7)",
               once->tenant, once->principal, once->key, request, answer.status, answer.body, now_us));
    return answer;
  });
}

}  // namespace ringup::store
