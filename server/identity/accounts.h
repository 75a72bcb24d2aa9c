#pragma once
/// Signing in and staying signed in: the rules, without HTTP.
///
/// A session begins with a password and is carried by two tokens: an access token (a JWT of 30 minutes that
/// names the session) and a refresh token that is replaced each time it is used. A refresh token used twice
/// ends its session, because one of the two users is a thief; but for some seconds the same successor is
/// given once more, because answers get lost. Ended sessions and disabled users are refused at the next
/// request.
///
/// Thread-safe. Nothing here logs.
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/identity/limits.h"
#include "server/identity/password.h"
#include "server/identity/post.h"
#include "server/identity/token.h"
#include "server/identity/world.h"
#include "server/store/sessions.h"
#include "server/store/users.h"

namespace ringup::identity {

inline constexpr int login_attempts_max = 10;  // wrong ones in a row; then the account is locked
inline constexpr std::int64_t lock_us = 15LL * 60 * 1'000'000;
inline constexpr int logins_per_minute_default = 120;  // per client address
inline constexpr std::int64_t refresh_grace_us = 10LL * 1'000'000;
inline constexpr std::int64_t fresh_proof_us = 10LL * 60 * 1'000'000;
static_assert(login_attempts_max >= hash_threads + hash_waiting_max,
              "right passwords that arrive at once must not lock an account");

struct AccountSettings {
  std::string jwt_key;  // of HS256; empty: derived from the folder's secret
  int access_minutes = 30;
  int refresh_days = 7;
  int logins_per_minute = logins_per_minute_default;
  std::string public_url = "http://127.0.0.1:8080";  // of links in mails
};

/// What a client gets when it has signed in or refreshed.
struct Grant {
  std::string access, refresh;
  store::User user;
  Id session;
};

/// A session that ended is refused at the next request; where another process ended it, after this time.
inline constexpr std::int64_t seen_us_max = 1'000'000;

class Accounts {
 public:
  /// The store must outlive it.
  Accounts(store::Store& store, const AccountSettings& settings, World world = {});

  struct Login {
    Id tenant;
    std::string email, password;
    std::string address;  // of the client, for the limit
    std::string device;   // shown in the list of sessions
  };
  /// too_many_requests, busy, account_locked, invalid_credentials. An unknown address, a wrong password and a
  /// disabled user look alike and cost alike.
  Result<Grant> login(const Login& login);
  /// invalid_token.
  Result<Grant> refresh(std::string_view refresh_token);
  /// The session of `Authorization: Bearer …`. unauthenticated, invalid_token.
  Result<Principal> authenticate(std::string_view authorization);
  /// When that token ends, UTC microseconds. unauthenticated, invalid_token.
  Result<std::int64_t> token_until_us(std::string_view authorization) const;
  Result<void> logout(const Principal& principal);
  /// Ends the session a refresh token belongs to; nothing where there is none.
  Result<void> logout_by_refresh(std::string_view refresh_token);
  /// Ends all other sessions of the user. proof_required, invalid_credentials, account_locked, invalid_value.
  Result<void> change_password(const Principal& principal, std::string_view new_password,
                               const std::optional<std::string>& proof);

  /// Hashes in the pool. busy.
  Result<std::string> hash(std::string_view password);
  store::Store& store() { return store_; }
  /// What goes out to people.
  const Post& post() const { return post_; }
  const World& world() const { return world_; }
  int refresh_days() const { return settings_.refresh_days; }

 private:
  struct SeenHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view token) const { return std::hash<std::string_view>{}(token); }
  };
  /// Who came with a token and was let in: good for as long as nothing is written.
  struct Seen {
    Principal principal;
    std::int64_t expires_at_s = 0;
    std::uint64_t commits = 0;      // of the store when it was looked up
    std::int64_t looked_up_us = 0;  // another process may have written since
  };
  std::optional<Principal> seen(std::string_view token, std::int64_t now_us);
  std::string access_token(const Principal& principal) const;
  store::RefreshToken refresh_row(std::string_view token, const Id& session) const;
  /// Counts the try, compares, and says whether the password is right. account_locked.
  Result<bool> check(const HashPool::Slot& slot, const Id& tenant, const std::optional<store::User>& user,
                     std::string_view email, std::string_view password);
  void forget_old_sessions();

  store::Store& store_;
  AccountSettings settings_;
  World world_;
  Post post_;
  std::string refresh_key_;
  RateLimit login_limit_;
  UnknownTries unknown_tries_;
  std::atomic<std::int64_t> forgotten_at_us_{0};
  std::shared_mutex seen_mutex_;
  std::unordered_map<std::string, Seen, SeenHash, std::equal_to<>> seen_;
  HashPool pool_;
};

}  // namespace ringup::identity
