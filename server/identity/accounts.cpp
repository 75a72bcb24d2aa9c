#include "server/identity/accounts.h"

#include "core/identity/account.h"
#include "server/store/keys.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 24LL * 3600 * second_us;
constexpr std::int64_t hour_us = 3600LL * second_us;
constexpr std::size_t seen_max = 4'096;

std::string with_derived_key(std::string key, const std::string& secret) {
  return key.empty() ? store::derive_key(secret, "ringup access token") : std::move(key);
}

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
      refresh_key_(store::derive_key(store.secret(), "ringup refresh token")),
      login_limit_(settings.logins_per_minute, 60 * second_us) {
  settings_.jwt_key = with_derived_key(std::move(settings_.jwt_key), store.secret());
}

std::string Accounts::access_token(const Principal& principal) const {
  const std::int64_t now_s = world_.now_us() / second_us;
  return sign_access({principal.session, principal.user, principal.tenant, now_s,
                      now_s + std::int64_t{settings_.access_minutes} * 60},
                     settings_.jwt_key);
}

store::RefreshToken Accounts::refresh_row(std::string_view token, const Id& session) const {
  const std::int64_t now = world_.now_us();
  return {sha256(token), session, now, now + settings_.refresh_days * day_us, std::nullopt};
}

Result<std::string> Accounts::hash(std::string_view password) {
  const HashPool::Slot slot = TRY(pool_.enter());
  std::string phc;
  slot.run([&] { phc = hash_password(password, world_); });
  return phc;
}

Result<bool> Accounts::check(const HashPool::Slot& slot, const Id& tenant,
                             const std::optional<store::User>& user, std::string_view email,
                             std::string_view password) {
  const std::int64_t now = world_.now_us();
  bool allowed = true;
  if (!user.has_value()) {
    allowed =
        unknown_tries_.count(to_string(tenant) + std::string(email), now, login_attempts_max, now + lock_us);
  }
  // Where there is no such user a row is written as it stands: the commit that counts must not tell them
  // apart.
  const bool counted = TRY(store_.writer().write_for<bool>([&](store::Database& db) -> Result<bool> {
    if (user.has_value())
      return store::count_login_attempt(db, user->id, now, login_attempts_max, now + lock_us);
    TRY(db.run("UPDATE tenant SET name = name WHERE id = $1", tenant));
    return true;
  }));
  if (!allowed || !counted) return Error::account_locked;
  bool right = false;
  const std::string& phc = user.has_value() ? user->password_hash : nobodys_hash();
  slot.run([&] { right = verify_password(password, phc); });
  return right && user.has_value();
}

Result<Grant> Accounts::login(const Login& login) {
  if (!login_limit_.allow(login.address, world_.now_us())) return Error::too_many_requests;
  const std::string email = TRY(read_email(login.email));
  const HashPool::Slot slot = TRY(pool_.enter());
  const std::optional<store::User> user = TRY(
      store_.read([&](store::Database& db) { return store::find_user_by_email(db, login.tenant, email); }));
  const bool right = TRY(check(slot, login.tenant, user, email, login.password));
  if (!right || !user->is_active) return Error::invalid_credentials;

  std::uint8_t random[32];
  world_.random(random);
  Grant grant;
  grant.refresh = base64url_encode({reinterpret_cast<const char*>(random), sizeof random});
  const std::int64_t now = world_.now_us();
  const store::Session session{world_.new_id(), login.tenant, user->id, now, now, now, login.device, {}};
  grant.session = session.id;
  grant.user = TRY(store_.writer().write_for<store::User>([&](store::Database& db) -> Result<store::User> {
    // Looked at again: between the check and now the password may have changed, or the user been disabled.
    const std::optional<store::User> current = TRY(store::find_user(db, login.tenant, user->id));
    if (!current.has_value() || !current->is_active || current->password_hash != user->password_hash)
      return Error::invalid_credentials;
    TRY(store::note_login(db, user->id, now));
    TRY(store::insert_session(db, session));
    TRY(store::insert_refresh_token(db, refresh_row(grant.refresh, session.id)));
    return *current;
  }));
  grant.access = access_token({login.tenant, user->id, session.id, grant.user.role});
  forget_old_sessions();
  return grant;
}

Result<Grant> Accounts::refresh(std::string_view refresh_token) {
  if (refresh_token.empty() || refresh_token.size() > 128) return Error::invalid_token;
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
    if (token->used_at.has_value()) {
      const auto next = TRY(store::find_refresh_token(db, sha256(successor)));
      const bool in_grace = now - *token->used_at <= refresh_grace_us;
      if (!in_grace) TRY(store::end_session(db, principal->user, token->session, now));
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
  const std::string_view token = TRY(bearer_token(authorization));
  const std::int64_t now = world_.now_us();
  if (const auto known = seen(token, now); known.has_value()) return *known;
  const std::uint64_t commits =
      store_.commits();  // before the look, so that a change meanwhile is not missed
  const AccessClaims claims = TRY(verify_access(token, settings_.jwt_key, now));
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
  return TRY(verify_access(token, settings_.jwt_key, world_.now_us())).expires_at_s * second_us;
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

Result<void> Accounts::logout(const Principal& principal) {
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    TRY(store::end_session(db, principal.user, principal.session, world_.now_us()));
    return {};
  });
}

Result<void> Accounts::logout_by_refresh(std::string_view refresh_token) {
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    const auto token = TRY(store::find_refresh_token(db, sha256(refresh_token)));
    if (!token.has_value()) return {};
    const auto session = TRY(store::find_session(db, token->session));
    if (session.has_value()) TRY(store::end_session(db, session->user, session->id, world_.now_us()));
    return {};
  });
}

Result<void> Accounts::change_password(const Principal& principal, std::string_view new_password,
                                       const std::optional<std::string>& proof) {
  const std::int64_t now = world_.now_us();
  const auto user = TRY(store_.read(
      [&](store::Database& db) { return store::find_user(db, principal.tenant, principal.user); }));
  const auto session =
      TRY(store_.read([&](store::Database& db) { return store::find_session(db, principal.session); }));
  if (!user.has_value() || !session.has_value()) return Error::invalid_token;
  const HashPool::Slot slot = TRY(pool_.enter());
  if (proof.has_value()) {
    if (!TRY(check(slot, principal.tenant, user, user->email, *proof))) return Error::invalid_credentials;
  } else if (now - session->proved_at > fresh_proof_us || now < session->proved_at - clock_slack_us) {
    // Also where the clock was set back since: how long ago it was is not known then.
    return Error::proof_required;
  }
  const std::string_view context[] = {user->email, user->first_name, user->last_name};
  if (Result<void> fine = check_password(new_password, context); !fine.ok())
    return fail(Error::invalid_value, "new_password", fine.failure().detail);
  std::string phc;
  slot.run([&] { phc = hash_password(new_password, world_); });
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    auto current = TRY(store::find_user(db, principal.tenant, principal.user));
    if (!current.has_value() || current->password_hash != user->password_hash) return Error::conflict;
    current->password_hash = phc;
    TRY(store::update_user(db, *current));
    if (proof.has_value()) TRY(store::note_login(db, current->id, now));
    TRY(store::note_proof(db, principal.session, now));
    return store::end_sessions(db, current->id, principal.session, now);
  });
}

void Accounts::forget_old_sessions() {
  const std::int64_t now = world_.now_us();
  std::int64_t last = forgotten_at_us_.load();
  if (now - last < hour_us || !forgotten_at_us_.compare_exchange_strong(last, now)) return;
  // Housekeeping: where it fails, the next hour tries again.
  (void)store_.writer().write(
      [&](store::Database& db) { return store::forget_expired(db, now - 30 * day_us); });
}

}  // namespace ringup::identity
