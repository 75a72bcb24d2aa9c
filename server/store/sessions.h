#pragma once
/// Sessions of users, and their rotating refresh tokens, of which only hashes are kept.
/// Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sha256.h"
#include "core/identity/role.h"
#include "server/store/database.h"

namespace ringup::store {

struct Session {
  Id id, tenant, user;
  std::int64_t created_at = 0, last_used_at = 0;
  std::int64_t proved_at = 0;  // when the password was last shown in it
  std::string device;          // what the client says it is
  std::optional<std::int64_t> ended_at;
};

struct RefreshToken {
  Sha256Digest hash{};
  Id session;
  std::int64_t issued_at = 0, expires_at = 0;
  std::optional<std::int64_t> used_at;
};

Result<void> insert_session(Database&, const Session&);
Result<std::optional<Session>> find_session(Database&, const Id& id);
/// Those of a user that have not ended and whose refresh or mobile token still lives, the newest first.
Result<std::vector<Session>> list_sessions(Database&, const Id& user, std::int64_t now_us);
/// The principal of a session that has not ended and whose user is active: asked on every request.
Result<std::optional<Principal>> find_principal(Database&, const Id& session);
/// Ends one; false where it had ended already, or is not this user's.
Result<bool> end_session(Database&, const Id& user, const Id& session, std::int64_t now_us);
/// Ends all of a user but `kept` (nil: all).
Result<void> end_sessions(Database&, const Id& user, const Id& kept, std::int64_t now_us);
Result<void> note_use(Database&, const Id& session, std::int64_t now_us);
Result<void> note_proof(Database&, const Id& session, std::int64_t now_us);

Result<void> insert_refresh_token(Database&, const RefreshToken&);
Result<std::optional<RefreshToken>> find_refresh_token(Database&, const Sha256Digest& hash);
/// Marks it used and remembers what came after it.
Result<void> use_refresh_token(Database&, const Sha256Digest& hash, const Sha256Digest& successor,
                               std::int64_t now_us);
/// Removes tokens that expired before `before_us` and sessions that have none left.
Result<void> forget_expired(Database&, std::int64_t before_us);

}  // namespace ringup::store
