// The gates of a sign-in: password, second factor, a password that has expired.
#include "core/base/time.h"
#include "core/identity/account.h"
#include "server/identity/accounts.h"
#include "server/store/audit.h"
#include "server/store/keys.h"
#include "server/store/nobody.h"
#include "server/store/security.h"
#include "server/store/tenants.h"
#include "server/store/zones.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t day_us = 24LL * 3600 * 1'000'000;
constexpr std::size_t device_tokens_max = 10;

std::vector<Sha256Digest> hashes_of(std::span<const std::string> tokens) {
  std::vector<Sha256Digest> hashes;
  for (const std::string& token : tokens.first(std::min(tokens.size(), device_tokens_max)))
    hashes.push_back(sha256(token));
  return hashes;
}

/// As the clock on the business's wall shows it: "2026-11-21 09:40 (Europe/Berlin)".
Result<std::string> wall_time(store::Database& db, const Id& tenant, std::int64_t at_us) {
  const auto business = TRY(store::find_tenant(db, tenant));
  const Zone zone = store::zone_or_utc(business.has_value() ? business->time_zone : "UTC");
  const std::string local = to_rfc3339(zone.local(at_us));  // 2026-11-21T09:40:…
  return local.substr(0, 10) + " " + local.substr(11, 5) + " (" + zone.name() + ")";
}

}  // namespace

Result<HashPool::Slot> Accounts::enter(const Try& attempt) {
  return pool_.enter(to_string(attempt.tenant) + std::string(attempt.email),
                     attempt.known_device.has_value());
}

Result<bool> Accounts::check(const HashPool::Slot& slot, const Try& attempt) {
  const std::int64_t now = world_.now_us(), lock_until = now + lock_us;
  const auto& user = attempt.user;
  std::int64_t unknown = 0;
  if (!user.has_value()) {
    unknown = unknown_tries_.count(to_string(attempt.tenant) + std::string(attempt.email), now,
                                   login_attempts_max, lock_until);
  }
  // Where there is no such user something else is written: the commit that counts must not tell them apart.
  const std::int64_t counted =
      TRY(store_.writer().write_for<std::int64_t>([&](store::Database& db) -> Result<std::int64_t> {
        if (attempt.known_device.has_value())
          return store::count_device_attempt(db, *attempt.known_device, now, login_attempts_max, lock_until);
        if (user.has_value())
          return store::count_login_attempt(db, user->id, now, login_attempts_max, lock_until);
        if (unknown != 0) TRY(store::write_for_nobody(db));  // a locked account is not counted any further
        return unknown;
      }));
  if (counted == 0) return Error::account_locked;
  bool right = false;
  const std::string& phc =
      user.has_value() && !user->password_hash.empty() ? user->password_hash : nobodys_hash();
  slot.run([&] { right = verify_password(attempt.password, phc); });
  right = right && user.has_value();
  if (!right && counted >= login_attempts_max) TRY(tell_lock(attempt, lock_until));
  return right;
}

Result<void> Accounts::tell_lock(const Try& attempt, std::int64_t until_us) {
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    const std::int64_t now = world_.now_us();
    if (!attempt.user.has_value()) {
      // As much work as for a user there is.
      TRY(store::write_for_nobody(db));
      return {};
    }
    const store::User& user = *attempt.user;
    const bool device = attempt.known_device.has_value();
    TRY(store::add_audit(db,
                         {user.tenant, device ? "device_locked" : "account_locked", std::nullopt, "user",
                          user.id, user.email, attempt.address, attempt.device,
                          json::dump(json::Object{{"until", to_rfc3339(until_us)},
                                                  {"wrong_tries", std::int64_t{login_attempts_max}}})},
                         now));
    if (device || !user.email_verified_at.has_value() || !user.is_active) return {};
    return post_.queue(
        db, {user.tenant, store::Channel::email, user.email, "account_locked",
             json::Object{{"first_name", user.first_name},
                          {"until", TRY(wall_time(db, user.tenant, until_us))},
                          {"link", TRY(post_.link(db, user.tenant, "/forgot-password"))}},
             "account_locked:" + to_string(user.id) + ":" + std::to_string(until_us), now + day_us});
  });
}

Result<SignIn> Accounts::login(const Login& login) {
  if (!login_limit_.allow(login.address, world_.now_us())) return Error::too_many_requests;
  const std::string email = TRY(read_email(login.email));
  Try attempt{login.tenant, {}, email, login.password, {}, login.address, login.device};
  keys_.look();
  const std::vector<Sha256Digest> devices = hashes_of(login.device_tokens);
  const auto find = [&](store::Database& db) -> Result<void> {
    attempt.user = TRY(store::find_user_by_email(db, login.tenant, email));
    // Looked for also where there is no such user, so that both take as long.
    const auto device =
        TRY(store::find_device(db, attempt.user.has_value() ? attempt.user->id : Id{}, devices));
    if (device.has_value()) attempt.known_device = device->id;
    return {};
  };
  TRY(store_.read(find));
  const HashPool::Slot slot = TRY(enter(attempt));
  TRY(store_.read(find));  // once more: it may have waited long
  const bool right = TRY(check(slot, attempt));
  if (!right || !attempt.user->is_active) return Error::invalid_credentials;
  Result<SignIn> sign_in = store_.writer().write_for<SignIn>([&](store::Database& db) -> Result<SignIn> {
    // Looked at again: between the check and now the password may have changed, or the user been disabled.
    const auto current = TRY(store::find_user(db, login.tenant, attempt.user->id));
    if (!current.has_value() || !current->is_active || current->password_hash != attempt.user->password_hash)
      return Error::invalid_credentials;
    if (attempt.known_device.has_value())
      TRY(store::note_device_login(db, *attempt.known_device, world_.now_us()));
    else
      TRY(store::forget_login_attempts(db, current->id));
    return proceed(db, *current, {login.address, login.device, attempt.known_device, false}, false);
  });
  forget_old_sessions();
  return sign_in;
}

Result<SignIn> Accounts::proceed(store::Database& db, const store::User& user, const Arrival& from,
                                 bool factor_shown) {
  SignIn sign_in;
  if (!factor_shown && factors_ != nullptr) {
    const bool trusted = from.known_device.has_value() &&
                         TRY(store::is_device_trusted(db, user.id, *from.known_device, world_.now_us()));
    if (!trusted) sign_in.methods = TRY(factors_->methods(db, user));
    if (!sign_in.methods.empty()) {
      sign_in.challenge = TRY(begin_challenge(db, user, from, store::ChallengePurpose::second_factor));
      return sign_in;
    }
  }
  if (TRY(password_expired(db, user))) {
    sign_in.challenge = TRY(begin_challenge(db, user, from, store::ChallengePurpose::password_expired));
    return sign_in;
  }
  sign_in.grant = TRY(grant(db, user, from));
  return sign_in;
}

Result<SignIn> Accounts::pass_second_factor(store::Database& db, const store::Challenge& challenge,
                                            bool trust) {
  if (!TRY(store::end_challenge(db, challenge.hash))) return Error::invalid_token;
  const auto user = TRY(store::find_user(db, challenge.tenant, challenge.user));
  if (!user.has_value() || !user->is_active) return Error::invalid_token;
  return proceed(db, *user, {challenge.address, challenge.device, challenge.known_device, trust}, true);
}

Result<std::string> Accounts::begin_challenge(store::Database& db, const store::User& user,
                                              const Arrival& from, store::ChallengePurpose purpose) {
  const std::int64_t now = world_.now_us();
  std::string text = random_token();
  store::Challenge challenge;
  challenge.hash = sha256(text);
  challenge.tenant = user.tenant;
  challenge.user = user.id;
  challenge.purpose = purpose;
  challenge.device = from.device;
  challenge.address = from.address;
  challenge.known_device = from.known_device;
  challenge.trust = from.trust;
  challenge.created_at = now;
  challenge.expires_at = now + challenge_us;
  TRY(store::insert_challenge(db, challenge));
  return text;
}

Result<bool> Accounts::password_expired(store::Database& db, const store::User& user) const {
  if (user.password_hash.empty()) return false;  // there is none to change
  if (user.password_expired) return true;
  const store::Security security = TRY(store::read_security(db, user.tenant));
  if (security.password_days <= 0) return false;
  const std::int64_t since = user.password_changed_at.value_or(user.created_at);
  return world_.now_us() - since >= security.password_days * day_us;
}

Result<Grant> Accounts::grant(store::Database& db, const store::User& user, const Arrival& from) {
  const std::int64_t now = world_.now_us();
  if (network_check_) TRY(network_check_(user.tenant, user.role, from.address));
  Grant grant;
  grant.refresh = random_token();
  grant.session = world_.new_id();
  TRY(store::insert_session(db, {grant.session, user.tenant, user.id, now, now, now, from.device, {}}));
  TRY(store::insert_refresh_token(db, refresh_row(grant.refresh, grant.session)));
  std::optional<Id> device = from.known_device;
  if (device.has_value() && !TRY(store::note_device_login(db, *device, now))) device.reset();
  if (!device.has_value()) {
    grant.device_token = random_token();
    store::KnownDevice fresh;
    fresh.id = world_.new_id();
    fresh.hash = sha256(grant.device_token);
    fresh.tenant = user.tenant;
    fresh.user = user.id;
    fresh.device = from.device;
    fresh.created_at = fresh.last_used_at = now;
    TRY(store::insert_device(db, fresh));
    device = fresh.id;
    // The very first sign-in is from a device that is new of course; and an address that nobody has confirmed
    // gets no mails. A program that never shows its token is told of once a month.
    if (user.last_login.has_value() && user.email_verified_at.has_value()) {
      const Sha256Digest place = sha256(from.device + "\n" + from.address);
      TRY(post_.queue(db, {user.tenant, store::Channel::email, user.email, "new_device",
                           json::Object{{"first_name", user.first_name},
                                        {"device", from.device},
                                        {"address", from.address},
                                        {"at", TRY(wall_time(db, user.tenant, now))}},
                           "new_device:" + to_string(user.id) + ":" + to_hex(place.data(), 8) + ":" +
                               std::to_string(now / (30 * day_us)),
                           now + day_us}));
    }
  }
  if (from.trust) TRY(store::trust_device(db, user.id, *device, now, now + device_trust_us));
  TRY(store::note_login(db, user.id, now));
  TRY(store::add_audit(db,
                       {user.tenant, "signed_in", user.id, "session", grant.session, user.email, from.address,
                        from.device, "{}"},
                       now));
  const auto principal = TRY(store::find_principal(db, grant.session));
  const auto current = TRY(store::find_user(db, user.tenant, user.id));
  if (!principal.has_value() || !current.has_value()) return Error::invalid_token;
  grant.user = *current;
  grant.user.last_login = user.last_login;  // the time before this one
  grant.access = access_token(*principal);
  return grant;
}

}  // namespace ringup::identity
