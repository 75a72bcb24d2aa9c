#pragma once
/// Signing in and staying signed in: the rules, without HTTP.
///
/// A sign-in goes through up to three gates: the password; a second factor, where the user must show one and
/// the device is not trusted; another password, where theirs has expired. Behind each but the last the client
/// holds a challenge, ten minutes long, that opens the next gate and nothing else
/// (server/store/challenges.h).
///
/// A session is carried by two tokens: an access token (a JWT of 30 minutes that names the session) and a
/// refresh token that is replaced each time it is used. A refresh token used twice ends its session, because
/// one of the two users is a thief; but for some seconds the same successor is given once more, because
/// answers get lost. Ended sessions and disabled users are refused at the next request.
///
/// Guessing: a try is counted before the password is looked at, so any number at once is not more than
/// `login_attempts_max`. Tries on a device where the user signed in before are counted apart, so that
/// guessing from elsewhere does not lock its owner out.
///
/// Thread-safe. Nothing here logs; what changes is told to the audit log in the same job.
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/http/http.h"
#include "server/identity/key_ring.h"
#include "server/identity/limits.h"
#include "server/identity/password.h"
#include "server/identity/post.h"
#include "server/identity/second_factors.h"
#include "server/identity/token.h"
#include "server/identity/world.h"
#include "server/store/challenges.h"
#include "server/store/devices.h"
#include "server/store/sessions.h"
#include "server/store/users.h"

namespace ringup::identity {

inline constexpr int login_attempts_max = 10;  // wrong ones in a row; then the account is locked
inline constexpr std::int64_t lock_us = 15LL * 60 * 1'000'000;
inline constexpr int logins_per_minute_default = 120;  // per client address
inline constexpr std::int64_t refresh_grace_us = 10LL * 1'000'000;
inline constexpr std::int64_t fresh_proof_us = 10LL * 60 * 1'000'000;
inline constexpr std::int64_t challenge_us = 10LL * 60 * 1'000'000;
inline constexpr std::int64_t device_trust_us = 30LL * 24 * 3600 * 1'000'000;
inline constexpr std::int64_t device_known_us = 180LL * 24 * 3600 * 1'000'000;  // since it was last used

struct AccountSettings {
  std::string jwt_key;  // JWT_SECRET_KEY; empty: one that was made for the folder
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
  std::string
      device_token;  // makes this device known next time; "": it is known already, or this is no login
};

/// How far a sign-in has come.
struct SignIn {
  std::optional<Grant> grant;        // it is done
  std::string challenge;             // else: what opens the next gate
  std::vector<std::string> methods;  // of the second factor; empty: the password has expired
};

/// Something that proves anew who speaks: one of the two.
struct Proof {
  std::optional<std::string> password, code;
};

/// A session that ended is refused at the next request; where another process ended it, after this time.
inline constexpr std::int64_t seen_us_max = 1'000'000;

class Accounts {
 public:
  /// The store must outlive it.
  Accounts(store::Store& store, const AccountSettings& settings, World world = {});
  /// Before serving; must outlive the requests.
  void set_second_factors(SecondFactors& factors) { factors_ = &factors; }
  /// Who `Authorization: Token …` is; before serving. Asked with what stands behind the word.
  void set_token_door(std::function<Result<Principal>(std::string_view token)> door) {
    token_door_ = std::move(door);
  }

  /// Who may come in from where: forbidden where not. Before serving; asked when a session is made or
  /// refreshed, also inside the writer's job. Every other request is the gate's to look at.
  void set_network_check(
      std::function<Result<void>(const Id& tenant, Role role, std::string_view address)> check) {
    network_check_ = std::move(check);
  }

  struct Login {
    Id tenant;
    std::string email, password;
    std::string address;                     // of the client, for the limit
    std::string device;                      // what the client says it is
    std::vector<std::string> device_tokens;  // of devices that are known, as the client showed them
  };
  /// too_many_requests, busy, account_locked, invalid_credentials. An unknown address, a wrong password and a
  /// disabled user look alike and cost alike.
  Result<SignIn> login(const Login& login);
  /// The second factor of this challenge was right. Inside the writer's job that found it out, with a
  /// challenge that find_challenge() has just given. `trust`: none is asked on this device for 30 days.
  /// invalid_token where another request was faster.
  Result<SignIn> pass_second_factor(store::Database&, const store::Challenge&, bool trust);
  /// Another password in place of an expired one; then the sign-in is done. invalid_token, invalid_value.
  Result<SignIn> change_expired_password(std::string_view challenge, std::string_view new_password);

  /// Where a sign-in comes from.
  struct Arrival {
    std::string address, device;
    std::optional<Id> known_device;
    bool trust = false;  // no second factor is asked on this device for 30 days
  };
  /// Makes a session, with everything that belongs to a sign-in (time, device, mail about a new one, audit).
  /// Inside a writer's job; whoever calls has checked all there is to check.
  Result<Grant> grant(store::Database&, const store::User&, const Arrival& from);

  /// invalid_token.
  Result<Grant> refresh(std::string_view refresh_token, const http::Whence& whence = {});
  /// The session of `Authorization: Bearer …`, or whoever `Token …` is. unauthenticated, invalid_token.
  Result<Principal> authenticate(std::string_view authorization);
  /// When that token ends, UTC microseconds. unauthenticated, invalid_token.
  Result<std::int64_t> token_until_us(std::string_view authorization) const;
  Result<void> logout(const Principal& principal, const http::Whence& whence = {});
  /// Ends the session a refresh token belongs to; nothing where there is none.
  Result<void> logout_by_refresh(std::string_view refresh_token, const http::Whence& whence = {});
  /// Something proves who speaks, now or within the last ten minutes of the session. proof_required,
  /// invalid_credentials, account_locked, busy.
  Result<void> require_proof(const Principal& principal, const std::optional<Proof>& proof);
  /// Ends all other sessions of the user. proof_required, invalid_credentials, account_locked, invalid_value.
  Result<void> change_password(const Principal& principal, std::string_view new_password,
                               const std::optional<Proof>& proof, const http::Whence& whence = {});

  /// The rules for a new password of this user; `field` names it in the failure. invalid_value.
  Result<void> check_new_password(const store::User& user, std::string_view password, std::string_view field);
  /// Puts another password in place, inside a writer's job: its sessions but `kept` end, so does what was
  /// under way, no device is trusted any more, and a mail tells them. `action` is for the audit log.
  Result<void> put_password(store::Database&, store::User user, std::string phc, const Id& kept,
                            const http::Whence& whence, std::string_view action);
  /// Hashes in the pool. busy.
  Result<std::string> hash(std::string_view password);
  store::Store& store() { return store_; }
  /// What goes out to people.
  const Post& post() const { return post_; }
  const World& world() const { return world_; }
  KeyRing& keys() { return keys_; }
  /// 32 random bytes as base64url.
  std::string random_token() const;
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

  /// A try to show a password: whose, and from where.
  struct Try {
    Id tenant;
    std::optional<store::User> user;
    std::string_view email, password;
    std::optional<Id> known_device;
    std::string address, device;
  };
  /// Waits for the account's turn, in which all of its try happens. busy.
  Result<HashPool::Slot> enter(const Try& attempt);
  /// Counts the try, compares, and says whether the password is right. account_locked.
  Result<bool> check(const HashPool::Slot& slot, const Try& attempt);
  /// That try was wrong and the last one allowed.
  Result<void> tell_lock(const Try& attempt, std::int64_t until_us);
  /// From the second gate on. Inside a writer's job.
  Result<SignIn> proceed(store::Database&, const store::User&, const Arrival& from, bool factor_shown);
  Result<std::string> begin_challenge(store::Database&, const store::User&, const Arrival& from,
                                      store::ChallengePurpose purpose);
  Result<bool> password_expired(store::Database&, const store::User&) const;
  void forget_old_sessions();

  store::Store& store_;
  AccountSettings settings_;
  World world_;
  Post post_;
  SecondFactors* factors_ = nullptr;
  std::function<Result<Principal>(std::string_view)> token_door_;
  std::function<Result<void>(const Id&, Role, std::string_view)> network_check_;
  KeyRing keys_;
  std::string refresh_key_;
  RateLimit login_limit_;
  UnknownTries unknown_tries_;
  std::atomic<std::int64_t> forgotten_at_us_{0};
  std::shared_mutex seen_mutex_;
  std::unordered_map<std::string, Seen, SeenHash, std::equal_to<>> seen_;
  HashPool pool_;
};

}  // namespace ringup::identity
