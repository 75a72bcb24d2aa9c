#pragma once
/// Second factors: what stands between the right password and a session.
///
/// Three kinds, several at once: codes of an authenticator app (totp), codes by SMS, codes by mail. With the
/// first one come ten recovery codes for the day the phone is gone. Where the business asks a second factor
/// of a role and its user has none, codes go to their address, which they have proved.
///
/// A secret of an app is sealed by the Vault; recovery codes are kept as keyed hashes. A step of an app's
/// code opens once. Codes that nobody sent (apps, paper) have a count of wrong tries for the user, five in
/// fifteen minutes; a challenge has one of its own; sent codes have theirs (codes.h). All are counted before
/// the code is looked at, in the job of the one writer.
///
/// Whoever changes second factors shows anew who they are; that is the caller's affair (Accounts). Each
/// change is told to the audit log and to the person by mail, and ends the trust in devices.
///
/// Thread-safe. Functions that take a Database run inside a writer's job, which is kept also where the answer
/// is no, because the count is in it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/role.h"
#include "server/http/http.h"
#include "server/identity/mobile.h"
#include "server/identity/second_factors.h"
#include "server/store/challenges.h"
#include "server/store/factors.h"
#include "server/store/vault.h"

namespace ringup::identity {

inline constexpr std::int64_t factor_tries_max = 5;
inline constexpr std::int64_t factor_window_us = 15LL * 60 * 1'000'000;
inline constexpr std::int64_t challenge_tries_max = 10;
inline constexpr std::int64_t begun_us = 15LL * 60 * 1'000'000;  // then it must be begun anew

class Factors : public SecondFactors {
 public:
  /// Store, codes and post must outlive it. `issuer`: TOTP_ISSUER; "": the business's name.
  Factors(store::Store& store, World world, const Codes& codes, const Post& post, std::string issuer);

  Result<std::vector<std::string>> methods(store::Database&, const store::User&) const override;
  Result<bool> prove(store::Database&, const store::User&, std::string_view code) override;
  /// The same for a sign-in that began with a one-time code: what is asked besides it, and not the same
  /// channel again; and the challenge that opens it, where anything is asked.
  Result<Mobile::Further> begin_besides(store::Database&, const store::User&, store::Channel channel,
                                        const http::Whence&) const;
  /// What may still be shown for this challenge.
  Result<std::vector<std::string>> methods_for(store::Database&, const store::Challenge&,
                                               const store::User&) const;

  /// A code for a sign-in under way, or as a proof that it is still them. → 0, or the seconds to wait.
  /// not_found where this user has no such factor.
  Result<std::int64_t> send(store::Database&, const store::User&, store::FactorKind kind, const char* purpose,
                            const http::Whence&) const;
  /// Is this the right code of that method ("recovery" among them) for this sign-in? too_many_requests.
  Result<bool> check(store::Database&, const store::Challenge&, const store::User&, std::string_view method,
                     std::string_view code, const http::Whence&) const;

  struct NewTotp {
    std::string secret, otpauth_uri;  // secret: as people type it
    std::vector<std::string> qr;      // rows of 0 and 1
  };
  /// Begins; enable_totp() ends it. conflict where one is enabled already.
  Result<NewTotp> begin_totp(store::Database&, const store::User&) const;
  /// Begins with a code sent to this number or to their address. → 0, or the seconds to wait. conflict.
  Result<std::int64_t> begin_sent(store::Database&, const store::User&, store::FactorKind kind,
                                  const std::optional<std::string>& phone_number, const http::Whence&) const;
  struct Enabled {
    bool right = false;
    std::vector<std::string> recovery_codes;  // to be shown once; empty where there were some already
  };
  /// The first right code. precondition_failed where none was begun.
  Result<Enabled> enable(store::Database&, const store::User&, store::FactorKind kind, std::string_view code,
                         const http::Whence&) const;
  /// With the last one go the recovery codes. precondition_failed where it is not enabled.
  Result<void> disable(store::Database&, const store::User&, store::FactorKind kind,
                       const http::Whence&) const;
  /// New recovery codes in place of all others. precondition_failed where no factor is enabled.
  Result<std::vector<std::string>> renew_recovery_codes(store::Database&, const store::User&,
                                                        const http::Whence&) const;
  /// Takes all second factors of somebody away who lost them: for whoever manages people.
  Result<void> reset(store::Database&, const store::User&, const Principal& by, const http::Whence&) const;

 private:
  Result<bool> check_totp(store::Database&, const store::SecondFactor&, std::string_view code) const;
  Result<bool> check_recovery(store::Database&, const store::User&, std::string_view code) const;
  /// too_many_requests.
  Result<void> count_try(store::Database&, const store::User&) const;
  Result<bool> is_required(store::Database&, const store::User&) const;
  Result<std::vector<std::string>> methods_besides(store::Database&, const store::User&,
                                                   store::Channel channel) const;
  Result<std::vector<std::string>> make_recovery_codes(store::Database&, const store::User&) const;
  Sha256Digest recovery_hash(const store::User& user, std::string_view code) const;
  struct Change {
    const char* action;
    std::string kind;
    std::string words;  // for the mail
  };
  Result<void> tell(store::Database&, const store::User&, const Change& change, const Id& by,
                    const http::Whence&) const;
  Result<void> tell_refusal(store::Database&, const store::User&, std::string_view method,
                            const http::Whence&) const;

  store::Store& store_;
  const World world_;
  const Codes& codes_;
  const Post& post_;
  const std::string issuer_;
  const store::Vault vault_;
  const std::string recovery_key_;
};

}  // namespace ringup::identity
