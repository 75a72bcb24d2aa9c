#include "server/identity/accounts.h"

#include "server/store/audit.h"
#include "server/store/keys.h"
#include "server/store/mail_tokens.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 24LL * 3600 * second_us;
constexpr std::int64_t hour_us = 3600LL * second_us;
constexpr std::size_t seen_max = 4'096;

Result<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!authorization.starts_with(scheme)) return Error::unauthenticated;
  return authorization.substr(scheme.size());
}

}  // namespace

Accounts::Accounts(store::Store& store, const AccountSettings& settings, World world)
    : store_(store),
      settings_(settings),
      world_(std::move(world)),
      post_(store, world_, settings.public_url),
      keys_(store, settings.jwt_key, world_),
      refresh_key_(store::derive_key(store.secret(), "ringup refresh token")),
      login_limit_(settings.logins_per_minute, 60 * second_us) {
  settings_.jwt_key.clear();  // the ring has it
}

std::string Accounts::access_token(const Principal& principal) const {
  const std::int64_t now_s = world_.now_us() / second_us;
  return sign_access({principal.session, principal.user, principal.tenant, now_s,
                      now_s + std::int64_t{settings_.access_minutes} * 60},
                     keys_.keys()->front());
}

store::RefreshToken Accounts::refresh_row(std::string_view token, const Id& session) const {
  const std::int64_t now = world_.now_us();
  return {sha256(token), session, now, now + settings_.refresh_days * day_us, std::nullopt};
}

std::string Accounts::random_token() const {
  std::uint8_t random[32];
  world_.random(random);
  return base64url_encode({reinterpret_cast<const char*>(random), sizeof random});
}

Result<Grant> Accounts::refresh(std::string_view refresh_token, const http::Whence& whence) {
  if (refresh_token.empty() || refresh_token.size() > 128) return Error::invalid_token;
  keys_.look();
  const Sha256Digest hash = sha256(refresh_token);
  const std::string successor = successor_of(refresh_token, refresh_key_);
  const std::int64_t now = world_.now_us();
  Grant grant;
  bool refused = false;
  // A refusal may have something to write (the end of the session), so it is no failure of the job.
  grant.access = TRY(store_.writer().write_for<std::string>([&](store::Database& db) -> Result<std::string> {
    refused = true;
    const auto token = TRY(store::find_refresh_token(db, hash));
    if (!token.has_value() || token->expires_at <= now) return std::string();
    const auto principal = TRY(store::find_principal(db, token->session));
    if (!principal.has_value()) return std::string();
    if (network_check_ && !whence.address.empty())
      TRY(network_check_(principal->tenant, principal->role, whence.address));
    if (token->used_at.has_value()) {
      const auto next = TRY(store::find_refresh_token(db, sha256(successor)));
      const bool in_grace = now - *token->used_at <= refresh_grace_us;
      if (!in_grace) {
        TRY(store::end_session(db, principal->user, token->session, now));
        TRY(store::add_audit(db,
                             {principal->tenant,
                              "refresh_token_reused",
                              std::nullopt,
                              "session",
                              token->session,
                              {},
                              whence.address,
                              whence.device,
                              "{}"},
                             now));
      }
      if (!in_grace || !next.has_value() || next->used_at.has_value()) return std::string();
    } else {
      const store::RefreshToken next = refresh_row(successor, token->session);
      TRY(store::use_refresh_token(db, hash, next.hash, now));
      TRY(store::insert_refresh_token(db, next));
      TRY(store::note_use(db, token->session, now));
    }
    const auto user = TRY(store::find_user(db, principal->tenant, principal->user));
    if (!user.has_value()) return std::string();
    grant.user = *user;
    grant.session = token->session;
    refused = false;
    return access_token(*principal);
  }));
  if (refused) return Error::invalid_token;
  grant.refresh = successor;
  return grant;
}

Result<Principal> Accounts::authenticate(std::string_view authorization) {
  constexpr std::string_view mobile = "Token ";
  if (authorization.starts_with(mobile) && token_door_ != nullptr)
    return token_door_(authorization.substr(mobile.size()));
  const std::string_view token = TRY(bearer_token(authorization));
  const std::int64_t now = world_.now_us();
  if (const auto known = seen(token, now); known.has_value()) return *known;
  const std::uint64_t commits =
      store_.commits();  // before the look, so that a change meanwhile is not missed
  keys_.look();
  const AccessClaims claims = TRY(verify_access(token, *keys_.keys(), now));
  const auto principal =
      TRY(store_.read([&](store::Database& db) { return store::find_principal(db, claims.session); }));
  if (!principal.has_value() || principal->user != claims.user || principal->tenant != claims.tenant)
    return Error::invalid_token;
  const std::lock_guard lock(seen_mutex_);
  if (seen_.size() >= seen_max) seen_.clear();
  seen_.insert_or_assign(std::string(token), Seen{*principal, claims.expires_at_s, commits, now});
  return *principal;
}

Result<std::int64_t> Accounts::token_until_us(std::string_view authorization) const {
  const std::string_view token = TRY(bearer_token(authorization));
  return TRY(verify_access(token, *keys_.keys(), world_.now_us())).expires_at_s * second_us;
}

std::optional<Principal> Accounts::seen(std::string_view token, std::int64_t now_us) {
  const std::shared_lock lock(seen_mutex_);
  const auto found = seen_.find(token);
  if (found == seen_.end()) return std::nullopt;
  const Seen& seen = found->second;
  const bool good = seen.commits == store_.commits() && seen.expires_at_s > now_us / second_us &&
                    now_us >= seen.looked_up_us && now_us - seen.looked_up_us < seen_us_max;
  return good ? std::optional(seen.principal) : std::nullopt;
}

Result<void> Accounts::logout(const Principal& principal, const http::Whence& whence) {
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    const std::int64_t now = world_.now_us();
    if (!TRY(store::end_session(db, principal.user, principal.session, now))) return {};
    return store::add_audit(db,
                            {principal.tenant,
                             "signed_out",
                             principal.user,
                             "session",
                             principal.session,
                             {},
                             whence.address,
                             whence.device,
                             "{}"},
                            now);
  });
}

Result<void> Accounts::logout_by_refresh(std::string_view refresh_token, const http::Whence& whence) {
  std::optional<Principal> principal;
  TRY(store_.read([&](store::Database& db) -> Result<void> {
    const auto token = TRY(store::find_refresh_token(db, sha256(refresh_token)));
    if (!token.has_value()) return {};
    const auto session = TRY(store::find_session(db, token->session));
    if (session.has_value()) principal = Principal{session->tenant, session->user, session->id};
    return {};
  }));
  if (!principal.has_value()) return {};
  return logout(*principal, whence);
}

void Accounts::forget_old_sessions() {
  const std::int64_t now = world_.now_us();
  std::int64_t last = forgotten_at_us_.load();
  if (now - last < hour_us || !forgotten_at_us_.compare_exchange_strong(last, now)) return;
  // Housekeeping: where it fails, the next hour tries again.
  (void)store_.writer().write([&](store::Database& db) -> Result<void> {
    TRY(store::forget_expired(db, now - 30 * day_us));
    TRY(keys_.forget_retired(db, std::int64_t{settings_.access_minutes} * 60 * second_us));
    TRY(store::forget_expired_challenges(db, now));
    TRY(store::forget_expired_mail_tokens(db, now));
    return store::forget_unused_devices(db, now - device_known_us);
  });
}

}  // namespace ringup::identity
