#pragma once
/// Signing in by one-time code, for members of employee groups: an address or a number instead of a password.
///
/// Whoever signs in so gets a token of 40 hexadecimal digits, good wherever an access token is, as
/// `Authorization: Token …`. It lives as many days as refresh tokens do and is exchanged for the next one by
/// refresh(): a token exchanged twice ends its session, but for ten seconds the same successor is given once
/// more. It ends with its session, with the user, and when they are in no employee group any more.
///
/// Where the user has second factors, the code is only the first one: verify() then yields a challenge for
/// verify_login, as a password does. The factor that the code went to anyway is not asked again.
///
/// Strangers: see codes.h. Thread-safe.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/http.h"
#include "server/identity/codes.h"
#include "server/store/users.h"

namespace ringup::identity {

class Mobile {
 public:
  /// Store and codes must outlive it. `token_days`: how long a token lives.
  Mobile(store::Store& store, World world, const Codes& codes, int token_days);
  /// Which second factors somebody must show besides a code that went this way, and the challenge that opens
  /// them; before serving. Inside a writer's job.
  struct Further {
    std::string challenge;
    std::vector<std::string> methods;  // empty: none is asked
  };
  using FurtherDoor = std::function<Result<Further>(store::Database&, const store::User&, store::Channel,
                                                    const http::Whence&)>;
  void set_further(FurtherDoor door) { further_ = std::move(door); }

  struct Contact {
    Id tenant;
    store::Channel channel = store::Channel::email;
    std::string text;  // as read_email() or read_phone_number() yields it
  };
  /// Sends a code, if this is somebody who may have one. → 0, or the seconds until a cap lets the next one
  /// through.
  Result<std::int64_t> send(const Contact& contact, const http::Whence& whence);

  struct SignedIn {
    store::User user;
    std::string token;  // "": a second factor is asked
    Further further;
  };
  /// invalid_credentials.
  Result<SignedIn> verify(const Contact& contact, std::string_view code, const http::Whence& whence);

  /// The session of a live token. invalid_token.
  Result<Principal> authenticate(std::string_view token);
  /// Ends the session. invalid_token.
  Result<void> logout(std::string_view token, const http::Whence& whence);
  struct Refreshed {
    std::string token;
    std::int64_t expires_at = 0;
  };
  /// The next token. invalid_token.
  Result<Refreshed> refresh(std::string_view token, const http::Whence& whence);

 private:
  Result<store::CodeOwner> owner_of(store::Database&, const Contact& contact) const;
  Result<std::string> begin_session(store::Database&, const store::User& user, const http::Whence& whence);
  std::int64_t lifetime_us() const;

  store::Store& store_;
  const World world_;
  const Codes& codes_;
  const int token_days_;
  const std::string token_key_;
  FurtherDoor further_;
};

}  // namespace ringup::identity
