#include "server/identity/by_mail.h"

#include "core/identity/account.h"
#include "server/store/audit.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t hour_us = 3600LL * 1'000'000;

/// A kind of link: its mail, its page, how long it lives.
struct Kind {
  store::MailPurpose purpose;
  const char *template_name, *path;
  std::int64_t lives_us;
};
constexpr Kind kinds[] = {
    {store::MailPurpose::verify_email, "verify_email", "/verify-email?token=", verify_email_us},
    {store::MailPurpose::reset_password, "password_reset", "/reset-password?token=", reset_password_us},
    {store::MailPurpose::invitation, "invitation", "/reset-password?token=", invitation_us},
};

store::Audit audit_of(const store::User& user, std::string action, bool themselves,
                      const http::Whence& whence) {
  store::Audit audit{user.tenant, std::move(action), {}};
  if (themselves) audit.actor = user.id;
  audit.object_kind = "user";
  audit.object = user.id;
  audit.actor_name = user.email;
  audit.address = whence.address;
  audit.device = whence.device;
  return audit;
}

}  // namespace

Result<bool> ByMail::send_link(store::Database& db, const Accounts& accounts, const store::User& user,
                               store::MailPurpose purpose) {
  const Kind& kind = kinds[static_cast<std::size_t>(purpose)];
  ASSERT(kind.purpose == purpose);
  const std::int64_t now = accounts.world().now_us();
  if (TRY(store::count_mail_tokens(db, user.id, purpose, now - hour_us)) >= mails_per_hour_max) return false;
  const std::string token = accounts.random_token();
  const Sha256Digest hash = sha256(token);
  TRY(store::insert_mail_token(db,
                               {hash, user.tenant, user.id, purpose, user.email, now, now + kind.lives_us}));
  Post::Message message;
  message.tenant = user.tenant;
  message.to = user.email;
  message.template_name = kind.template_name;
  message.values = {{"first_name", user.first_name},
                    {"link", TRY(accounts.post().link(db, user.tenant, kind.path + token))}};
  message.dedupe_key = std::string(kind.template_name) + ":" + to_hex(hash.data(), 16);
  message.expires_at = now + kind.lives_us;
  TRY(accounts.post().queue(db, std::move(message)));
  return true;
}

Result<void> ByMail::invite(store::Database& db, const Accounts& accounts, const store::User& user) {
  if (!TRY(send_link(db, accounts, user, store::MailPurpose::invitation)))
    return fail(Error::too_many_requests, {}, "Five invitations went to this address within an hour.");
  return {};
}

Result<void> ByMail::register_customer(Registration wish) {
  store::User user;
  user.id = accounts_.world().new_id();
  user.tenant = wish.tenant;
  user.email = std::move(wish.email);
  user.first_name = std::move(wish.first_name);
  user.last_name = std::move(wish.last_name);
  user.phone_number = std::move(wish.phone_number);
  user.role = Role::customer;
  user.created_at = accounts_.world().now_us();
  user.password_changed_at = user.created_at;
  TRY(accounts_.check_new_password(user, wish.password, "password"));
  user.password_hash = TRY(accounts_.hash(wish.password));
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    const auto there = TRY(store::find_user_by_email(db, user.tenant, user.email));
    if (!there.has_value()) {
      TRY(store::insert_user(db, user));
      TRY(store::add_audit(db, audit_of(user, "user_registered", true, wish.whence), user.created_at));
      TRY(send_link(db, accounts_, user, store::MailPurpose::verify_email));
      return {};
    }
    TRY(store::write_nothing(db));
    if (!there->is_active) return {};
    TRY(store::add_audit(db, audit_of(*there, "registration_repeated", false, wish.whence), user.created_at));
    if (!there->email_verified_at.has_value()) {
      TRY(send_link(db, accounts_, *there, store::MailPurpose::verify_email));
      return {};
    }
    Post::Message message;
    message.tenant = there->tenant;
    message.to = there->email;
    message.template_name = "register_again";
    message.values = {{"first_name", there->first_name},
                      {"link", TRY(accounts_.post().link(db, there->tenant, "/forgot-password"))}};
    message.dedupe_key =
        "register_again:" + to_string(there->id) + ":" + std::to_string(user.created_at / hour_us);
    message.expires_at = user.created_at + verify_email_us;
    return accounts_.post().queue(db, std::move(message));
  });
}

Result<void> ByMail::verify_email(std::string_view token, const http::Whence& whence) {
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    const std::int64_t now = accounts_.world().now_us();
    const auto found = TRY(store::find_mail_token(db, sha256(token), now));
    if (!found.has_value() || found->purpose != store::MailPurpose::verify_email) return Error::invalid_token;
    auto user = TRY(store::find_user(db, found->tenant, found->user));
    if (!user.has_value()) return Error::invalid_token;
    TRY(store::end_mail_tokens(db, user->id, found->purpose));
    if (user->email_verified_at.has_value()) return {};
    user->email_verified_at = now;
    TRY(store::update_user(db, *user));
    return store::add_audit(db, audit_of(*user, "email_verified", true, whence), now);
  });
}

Result<void> ByMail::resend_verification(const Id& tenant, std::string_view email,
                                         const http::Whence& whence) {
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    const auto user = TRY(store::find_user_by_email(db, tenant, email));
    const bool wanted = user.has_value() && user->is_active && !user->email_verified_at.has_value();
    if (!wanted || !TRY(send_link(db, accounts_, *user, store::MailPurpose::verify_email)))
      return store::write_nothing(db);
    return store::add_audit(db, audit_of(*user, "verification_sent", false, whence),
                            accounts_.world().now_us());
  });
}

Result<void> ByMail::forgot_password(const Id& tenant, std::string_view email, const http::Whence& whence) {
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    const auto user = TRY(store::find_user_by_email(db, tenant, email));
    const bool wanted = user.has_value() && user->is_active;
    if (!wanted || !TRY(send_link(db, accounts_, *user, store::MailPurpose::reset_password)))
      return store::write_nothing(db);
    return store::add_audit(db, audit_of(*user, "password_reset_asked", false, whence),
                            accounts_.world().now_us());
  });
}

Result<void> ByMail::reset_password(std::string_view token, std::string_view new_password,
                                    const http::Whence& whence) {
  const Sha256Digest hash = sha256(token);
  std::optional<store::User> user;
  const auto find = [&](store::Database& db) -> Result<void> {
    user.reset();
    const auto found = TRY(store::find_mail_token(db, hash, accounts_.world().now_us()));
    if (!found.has_value() || found->purpose == store::MailPurpose::verify_email) return {};
    user = TRY(store::find_user(db, found->tenant, found->user));
    return {};
  };
  // Before the hash, which costs: a flood of tokens that nobody has must not.
  TRY(accounts_.store().read(find));
  if (!user.has_value()) return Error::invalid_token;
  TRY(accounts_.check_new_password(*user, new_password, "new_password"));
  const std::string phc = TRY(accounts_.hash(new_password));
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    TRY(find(db));
    if (!user.has_value()) return Error::invalid_token;
    const std::int64_t now = accounts_.world().now_us();
    // The link came to that address.
    if (!user->email_verified_at.has_value()) user->email_verified_at = now;
    TRY(store::end_mail_tokens(db, user->id, store::MailPurpose::verify_email));
    TRY(store::forget_login_attempts(db, user->id));
    return accounts_.put_password(db, *user, phc, {}, whence, "password_reset");
  });
}

}  // namespace ringup::identity
