#pragma once
/// One-time codes as rows, what counts against their caps, and the tokens of the mobile login.
/// Functions that change run inside a writer's job.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/sha256.h"
#include "core/identity/role.h"
#include "server/store/messages.h"

namespace ringup::store {

inline constexpr std::int64_t wrong_tries_max = 3;  // of one code; then it opens nothing any more

/// Whose a code is. For a contact that nobody has, an id made of the contact: everything is done for it as
/// for a person, so that a stranger cannot tell the two apart by what it costs.
struct CodeOwner {
  Id tenant;
  Id key;                  // the user's id, or the made one
  std::optional<Id> user;  // none: nobody
};

struct OneTimeCode {
  Id id;
  CodeOwner owner;
  std::string purpose;
  Channel channel = Channel::email;
  std::string contact;  // where it went; "" for nobody's
  Sha256Digest hash{};
  std::int64_t wrong_tries = 0;
  std::int64_t created_at = 0, expires_at = 0;
  std::optional<std::int64_t> used_at, replaced_at;
  std::string address;  // of the client that asked for it
};

/// "used", "exhausted", "replaced", "expired", "pending": the first that is true.
std::string_view code_state(const OneTimeCode& code, std::int64_t now_us);

/// Ends the one before of the same owner and purpose.
Result<void> insert_code(Database&, const OneTimeCode&);
/// The one an owner has for a purpose: the open one, else the newest.
Result<std::optional<OneTimeCode>> find_code(Database&, const Id& owner, std::string_view purpose);
/// Those of an owner for a purpose that were used and have not expired.
Result<std::vector<OneTimeCode>> list_used_codes(Database&, const Id& owner, std::string_view purpose,
                                                 std::int64_t now_us);
/// Counts a wrong try before it is known whether it is one; false where the code opens nothing any more.
Result<bool> count_try(Database&, const Id& code, std::int64_t now_us);
/// Marks it used and takes the counted try back; false where another was faster.
Result<bool> use_code(Database&, const Id& code, std::int64_t now_us);
/// Takes the counted try back: it was a replay.
Result<void> uncount_try(Database&, const Id& code);

struct ListedCode {
  OneTimeCode code;
  std::string email;  // of its user
};
struct CodeFilter {
  std::optional<std::string> state;
  std::optional<Id> user;
};
/// The newest first, those of people only; before `before` (nil: from the newest).
Result<std::vector<ListedCode>> list_codes(Database&, const Id& tenant, const CodeFilter& filter,
                                           std::int64_t now_us, const Id& before, std::int64_t limit);
/// Deletes codes that expired before that time, requests that count no more, and tokens that ended; → how
/// many codes of people. `tenant`: only this one's codes.
Result<std::int64_t> delete_expired_codes(Database&, const std::optional<Id>& tenant, std::int64_t before_us,
                                          std::int64_t now_us);

Result<void> insert_request(Database&, const Id& id, const Id& owner, const Id& contact, std::int64_t now_us);
struct Requests {
  std::int64_t count = 0, first_at = 0;
};
/// Since a time: of an owner, of a contact.
Result<Requests> requests_of_owner(Database&, const Id& owner, std::int64_t since_us);
Result<Requests> requests_of_contact(Database&, const Id& contact, std::int64_t since_us);

struct CodeUsage {
  std::int64_t email = 0, sms = 0, failed = 0;
};
Result<CodeUsage> code_usage(Database&, const Id& tenant, std::int64_t now_us);
/// Adds these numbers to today's.
Result<void> add_code_usage(Database&, const Id& tenant, const CodeUsage& more, std::int64_t now_us);
/// Microseconds until the day of code_usage() ends.
std::int64_t us_to_next_day(std::int64_t now_us);

/// The one active member of an employee group with this address or number. Where several share a number, the
/// one who has proved it; none where that leaves it open.
Result<std::optional<Id>> find_employee(Database&, const Id& tenant, Channel channel,
                                        std::string_view contact);

struct MobileToken {
  Sha256Digest hash{};
  Id session;
  std::int64_t issued_at = 0, expires_at = 0;
  std::optional<std::int64_t> used_at;
};
Result<void> insert_mobile_token(Database&, const MobileToken&);
Result<std::optional<MobileToken>> find_mobile_token(Database&, const Sha256Digest& hash);
/// It was exchanged for the next one.
Result<void> use_mobile_token(Database&, const Sha256Digest& hash, std::int64_t now_us);

}  // namespace ringup::store
