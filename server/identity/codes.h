#pragma once
/// One-time codes that are sent: made, capped, and tried.
///
/// A code has six digits and ten minutes. What is stored is an HMAC of it together with its id, business,
/// user, purpose and where it went, so a code of one opens nothing of another. A try is counted before the
/// code is looked at, in the same job of the one writer, so fifty at once are three. A code that was used
/// opens nothing again, but showing it once more counts as no wrong try: a double click must not cost one.
///
/// Caps: five codes in fifteen minutes for an account, as many for an address or number; twenty a day for a
/// number, whosoever; and what the business may send by SMS in a day. All answer with the time until one is
/// free again. They are counted apart from the codes, so that cleaning up gives nobody new ones; and those to
/// sign in with, which anybody may ask for, apart from those behind a password, so that a stranger locks
/// nobody's second factor out.
///
/// For a contact that nobody has, everything is done but the sending: rows, hash, commit. So a stranger sees
/// the same answers in the same time. One thing can be found out: whoever knows both the address and the
/// number of an employee can see by the cap that they are of one account.
///
/// Thread-safe. send() and check() run inside a writer's job.
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "server/identity/post.h"
#include "server/identity/world.h"
#include "server/store/codes.h"

namespace ringup::identity {

inline constexpr std::int64_t code_minutes = 10;
inline constexpr std::int64_t codes_per_window = 5;
inline constexpr std::int64_t code_window_us = 15LL * 60 * 1'000'000;
inline constexpr std::int64_t codes_per_number_and_day = 20;
inline constexpr std::int64_t code_kept_us = 24LL * 3600 * 1'000'000;  // after it expired, for the list

/// What a code is good for; part of its hash.
namespace code_purpose {
inline constexpr const char* mobile_login = "mobile_login";
inline constexpr const char* second_factor = "second_factor";  // while signing in
inline constexpr const char* proof = "proof";                  // that it is still you
inline constexpr const char* enable = "enable";                // of a number or address as a second factor
}  // namespace code_purpose

class Codes {
 public:
  /// Store and post must outlive it.
  Codes(store::Store& store, World world, const Post& post);
  ~Codes();
  Codes(const Codes&) = delete;
  Codes& operator=(const Codes&) = delete;
  /// A thread that deletes, every hour, the codes that expired a day ago.
  void start();

  /// The user, or for nobody an id made of the contact.
  store::CodeOwner owner_of(const Id& tenant, const std::optional<Id>& user, store::Channel channel,
                            std::string_view contact) const;

  struct Wish {
    store::CodeOwner owner;
    std::string purpose;
    store::Channel channel = store::Channel::email;
    std::string contact;        // as read_email() or read_phone_number() yields it
    std::string template_name;  // login_code, second_factor_code
    std::string first_name;
    std::string address, device;  // of whoever asks
  };
  /// Makes a code in place of the one before and queues its message. → 0, or in how many seconds a cap lets
  /// the next one through; then nothing is changed.
  Result<std::int64_t> send(store::Database&, const Wish& wish) const;

  struct Try {
    store::CodeOwner owner;
    std::string_view purpose;
    std::optional<store::Channel> channel;  // only a code that went this way
    std::string_view code;                  // as typed
    std::string_view address, device;
  };
  /// The code it was, used up by this; nullopt where it is wrong, used, expired, replaced or had its tries.
  /// The job must be kept either way: the count is in it, and the audit row of a refusal.
  Result<std::optional<store::OneTimeCode>> check(store::Database&, const Try& attempt) const;

  /// Deletes those that expired, of all businesses where none is named; → how many.
  Result<std::int64_t> clean_up(const std::optional<Id>& tenant);

 private:
  Sha256Digest hash_of(const store::OneTimeCode& code, std::string_view digits) const;
  /// A keyed hash of a text as an id.
  Id key_of(const std::string& text) const;
  Result<std::int64_t> wait_us(store::Database&, const Wish& wish, const Id& counted, const Id& contact,
                               std::int64_t now) const;
  std::string make_code() const;

  store::Store& store_;
  const World world_;
  const Post& post_;
  const std::string code_key_, contact_key_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread cleaner_;
};

/// 429 with the time to wait: a failure for Result, whose `where` is the seconds.
Failure too_many_codes(std::int64_t seconds);
/// 401, the same for everything that can be wrong with a code.
Failure wrong_code();

}  // namespace ringup::identity
