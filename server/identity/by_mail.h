#pragma once
/// What a person does by a link in a mail: confirm an address, set a new password, take an invitation.
///
/// A stranger learns nothing: whether or not an address is known, the answer is the same, and so is the work
/// (a password is hashed, a row is written). A link is good once, for one address and one purpose; it is used
/// by a POST, so that scanners which open every link in a mail use nothing up. An account gets at most five
/// mails of a kind in an hour, so that nobody's mailbox is filled.
///
/// Whoever registers is a customer and may sign in at once; what needs a confirmed address says
/// email_not_verified. A second registration for an address changes nothing: for a confirmed one a mail says
/// that somebody tried, for one that is not a new link goes out.
/// Thread-safe.
#include "server/identity/accounts.h"
#include "server/store/mail_tokens.h"

namespace ringup::identity {

inline constexpr std::int64_t verify_email_us = 24LL * 3600 * 1'000'000;
inline constexpr std::int64_t reset_password_us = 3600LL * 1'000'000;
inline constexpr std::int64_t invitation_us = 7LL * 24 * 3600 * 1'000'000;
inline constexpr std::int64_t mails_per_hour_max = 5;  // to one account, of one kind

class ByMail {
 public:
  explicit ByMail(Accounts& accounts) : accounts_(accounts) {}

  struct Registration {
    Id tenant;
    std::string email, password, first_name, last_name;
    std::optional<std::string> phone_number;
    http::Whence whence;
  };
  /// invalid_value naming the field; busy.
  Result<void> register_customer(Registration wish);
  /// invalid_token.
  Result<void> verify_email(std::string_view token, const http::Whence& whence);
  Result<void> resend_verification(const Id& tenant, std::string_view email, const http::Whence& whence);
  Result<void> forgot_password(const Id& tenant, std::string_view email, const http::Whence& whence);
  /// Ends all sessions, opens a lock, and leaves the second factor to be shown at the next sign-in. Also
  /// takes an invitation. invalid_token, invalid_value, busy.
  Result<void> reset_password(std::string_view token, std::string_view new_password,
                              const http::Whence& whence);

  /// Sends a link by which somebody who was added sets their first password. Inside a writer's job.
  static Result<void> invite(store::Database&, const Accounts& accounts, const store::User& user);

 private:
  /// False: enough mails went out already.
  static Result<bool> send_link(store::Database&, const Accounts& accounts, const store::User& user,
                                store::MailPurpose purpose);
  Accounts& accounts_;
};

}  // namespace ringup::identity
