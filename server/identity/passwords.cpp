// Showing a password once more, and putting another one in its place.
#include "core/identity/account.h"
#include "server/identity/accounts.h"
#include "server/identity/common_passwords.h"
#include "server/store/audit.h"
#include "server/store/mail_tokens.h"
#include "server/store/tenants.h"

namespace ringup::identity {

Result<std::string> Accounts::hash(std::string_view password) {
  const HashPool::Slot slot = TRY(pool_.enter({}));
  std::string phc;
  slot.run([&] { phc = hash_password(password, world_); });
  return phc;
}

Result<void> Accounts::require_proof(const Principal& principal, const std::optional<Proof>& proof) {
  const std::int64_t now = world_.now_us();
  std::optional<store::User> user;
  std::optional<store::Session> session;
  TRY(store_.read([&](store::Database& db) -> Result<void> {
    user = TRY(store::find_user(db, principal.tenant, principal.user));
    session = TRY(store::find_session(db, principal.session));
    return {};
  }));
  if (!user.has_value() || !session.has_value()) return Error::invalid_token;
  if (!proof.has_value()) {
    // Also where the clock was set back since: how long ago it was is not known then.
    if (now - session->proved_at > fresh_proof_us || now < session->proved_at - clock_slack_us)
      return Error::proof_required;
    return {};
  }
  if (proof->password.has_value()) {
    const Try attempt{principal.tenant, user, user->email, *proof->password, {}, {}, session->device};
    const HashPool::Slot slot = TRY(enter(attempt));
    if (!TRY(check(slot, attempt)))
      return fail(Error::invalid_credentials, "proof.password", "This password is not right.");
  }
  const bool right = TRY(store_.writer().write_for<bool>([&](store::Database& db) -> Result<bool> {
    if (proof->password.has_value()) {
      TRY(store::forget_login_attempts(db, user->id));
    } else if (factors_ == nullptr || !proof->code.has_value() ||
               !TRY(factors_->prove(db, *user, *proof->code))) {
      return false;
    }
    TRY(store::note_proof(db, principal.session, now));
    return true;
  }));
  if (!right) return fail(Error::invalid_credentials, "proof.code", "This code is not right.");
  return {};
}

Result<void> Accounts::check_new_password(const store::User& user, std::string_view password,
                                          std::string_view field) {
  const auto [minimum, business] =
      TRY(store_.read([&](store::Database& db) -> Result<std::pair<std::size_t, std::string>> {
        const bool alone = factors_ == nullptr || TRY(factors_->methods(db, user)).empty();
        const auto tenant = TRY(store::find_tenant(db, user.tenant));
        return std::pair(alone ? password_characters_min : password_characters_min_2fa,
                         tenant.has_value() ? tenant->name : std::string());
      }));
  const std::string_view context[] = {user.email, user.first_name, user.last_name, business};
  if (Result<void> fine = check_password(password, context, minimum); !fine.ok())
    return fail(Error::invalid_value, std::string(field), fine.failure().detail);
  if (is_common_password(password)) {
    return fail(Error::invalid_value, std::string(field),
                "This password is on the list of those that are tried first. Choose another one.");
  }
  return {};
}

Result<void> Accounts::put_password(store::Database& db, store::User user, std::string phc, const Id& kept,
                                    const http::Whence& whence, std::string_view action) {
  const std::int64_t now = world_.now_us();
  user.password_hash = std::move(phc);
  user.password_changed_at = now;
  user.password_expired = false;
  TRY(store::update_user(db, user));
  TRY(store::end_sessions(db, user.id, kept, now));
  TRY(store::end_challenges(db, user.id));
  TRY(store::distrust_devices(db, user.id));
  TRY(store::end_mail_tokens(db, user.id, store::MailPurpose::reset_password));
  TRY(store::end_mail_tokens(db, user.id, store::MailPurpose::invitation));
  TRY(store::add_audit(db,
                       {user.tenant, std::string(action), user.id, "user", user.id, user.email,
                        whence.address, whence.device, "{}"},
                       now));
  if (!user.email_verified_at.has_value()) return {};
  return post_.queue(db, {user.tenant, store::Channel::email, user.email, "password_changed",
                          json::Object{{"first_name", user.first_name},
                                       {"link", TRY(post_.link(db, user.tenant, "/forgot-password"))}},
                          "password_changed:" + to_string(user.id) + ":" + std::to_string(now),
                          now + 24LL * 3600 * 1'000'000});
}

Result<void> Accounts::change_password(const Principal& principal, std::string_view new_password,
                                       const std::optional<Proof>& proof, const http::Whence& whence) {
  TRY(require_proof(principal, proof));
  const auto user = TRY(store_.read(
      [&](store::Database& db) { return store::find_user(db, principal.tenant, principal.user); }));
  if (!user.has_value()) return Error::invalid_token;
  TRY(check_new_password(*user, new_password, "new_password"));
  const std::string phc = TRY(hash(new_password));
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    const auto current = TRY(store::find_user(db, principal.tenant, principal.user));
    if (!current.has_value() || current->password_hash != user->password_hash) return Error::conflict;
    TRY(store::note_proof(db, principal.session, world_.now_us()));
    return put_password(db, *current, phc, principal.session, whence, "password_changed");
  });
}

Result<SignIn> Accounts::change_expired_password(std::string_view challenge, std::string_view new_password) {
  const Sha256Digest hash_of_challenge = sha256(challenge);
  const auto find = [&](store::Database& db) {
    return store::find_challenge(db, hash_of_challenge, store::ChallengePurpose::password_expired,
                                 world_.now_us());
  };
  std::optional<store::User> user;
  TRY(store_.read([&](store::Database& db) -> Result<void> {
    const auto found = TRY(find(db));
    if (found.has_value()) user = TRY(store::find_user(db, found->tenant, found->user));
    return {};
  }));
  if (!user.has_value()) return Error::invalid_token;
  TRY(check_new_password(*user, new_password, "new_password"));
  // An expired password is not replaced by itself.
  bool same = false;
  std::string phc;
  {
    const HashPool::Slot slot = TRY(pool_.enter({}));
    slot.run([&] { same = verify_password(new_password, user->password_hash); });
    if (same) return fail(Error::invalid_value, "new_password", "Choose another password than the old one.");
    slot.run([&] { phc = hash_password(new_password, world_); });
  }
  return store_.writer().write_for<SignIn>([&](store::Database& db) -> Result<SignIn> {
    const auto found = TRY(find(db));
    const auto current = TRY(store::find_user(db, user->tenant, user->id));
    if (!found.has_value() || !current.has_value()) return Error::invalid_token;
    TRY(store::end_challenge(db, found->hash));
    TRY(put_password(db, *current, phc, {}, {found->address, found->device}, "password_changed"));
    const auto changed = TRY(store::find_user(db, user->tenant, user->id));
    SignIn sign_in;
    sign_in.grant =
        TRY(grant(db, *changed, {found->address, found->device, found->known_device, found->trust}));
    return sign_in;
  });
}

}  // namespace ringup::identity
