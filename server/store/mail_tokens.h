#pragma once
/// Links in mails that do something: confirm an address, set another password, take an invitation. The text
/// (32 random bytes, base64url) is in the mail alone; only its SHA-256 is kept, with the address that it went
/// to. Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/sha256.h"
#include "server/store/database.h"

namespace ringup::store {

enum class MailPurpose : std::uint8_t { verify_email, reset_password, invitation };

struct MailToken {
  Sha256Digest hash{};
  Id tenant, user;
  MailPurpose purpose = MailPurpose::verify_email;
  std::string email;
  std::int64_t created_at = 0, expires_at = 0;
};

Result<void> insert_mail_token(Database&, const MailToken&);
/// Where it has not expired, its user is active, and the address is still theirs.
Result<std::optional<MailToken>> find_mail_token(Database&, const Sha256Digest& hash, std::int64_t now_us);
/// How many of this purpose went out since then and were not used.
Result<std::int64_t> count_mail_tokens(Database&, const Id& user, MailPurpose purpose, std::int64_t since_us);
/// All of this purpose: one of them was used, or what they were for is done.
Result<void> end_mail_tokens(Database&, const Id& user, MailPurpose purpose);
Result<void> forget_expired_mail_tokens(Database&, std::int64_t now_us);
/// Writes about as much as a token and its mail, and keeps nothing: where nobody has an address, the answer
/// must not come sooner.
Result<void> write_nothing(Database&);

}  // namespace ringup::store
