#include "server/identity/mobile.h"

#include "server/store/audit.h"
#include "server/store/groups.h"
#include "server/store/keys.h"
#include "server/store/sessions.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 24LL * 3600 * second_us;
constexpr std::int64_t token_grace_us = 10 * second_us;
constexpr std::size_t token_bytes = 20;  // 40 digits

bool is_token(std::string_view token) {
  std::uint8_t bytes[token_bytes];
  return from_hex(token, bytes, token_bytes);
}

store::Audit audit_of(const Id& tenant, std::string action, const Id& user, const http::Whence& whence) {
  store::Audit audit;
  audit.tenant = tenant;
  audit.action = std::move(action);
  audit.actor = user;
  audit.object_kind = "session";
  audit.address = whence.address;
  audit.device = whence.device;
  audit.details = json::dump(json::Object{{"by", "one_time_code"}});
  return audit;
}

}  // namespace

Mobile::Mobile(store::Store& store, World world, const Codes& codes, int token_days)
    : store_(store),
      world_(std::move(world)),
      codes_(codes),
      token_days_(token_days),
      token_key_(store::derive_key(store.secret(), "ringup mobile token")) {}

std::int64_t Mobile::lifetime_us() const {
  return token_days_ * day_us;
}

Result<store::CodeOwner> Mobile::owner_of(store::Database& db, const Contact& contact) const {
  const auto user = TRY(store::find_employee(db, contact.tenant, contact.channel, contact.text));
  return codes_.owner_of(contact.tenant, user, contact.channel, contact.text);
}

Result<std::int64_t> Mobile::send(const Contact& contact, const http::Whence& whence) {
  return store_.writer().write_for<std::int64_t>([&](store::Database& db) -> Result<std::int64_t> {
    const store::CodeOwner owner = TRY(owner_of(db, contact));
    // Nobody is looked for as well: as many statements for a stranger as for an employee.
    const auto user = TRY(store::find_user(db, contact.tenant, owner.key));
    return codes_.send(db,
                       {owner, code_purpose::mobile_login, contact.channel, contact.text, "login_code",
                        user.has_value() ? user->first_name : std::string(), whence.address, whence.device});
  });
}

Result<std::string> Mobile::begin_session(store::Database& db, const store::User& user,
                                          const http::Whence& whence) {
  const std::int64_t now = world_.now_us();
  std::uint8_t random[token_bytes];
  world_.random(random);
  std::string token = to_hex(random, token_bytes);
  const store::Session session{world_.new_id(), user.tenant, user.id, now, now, now, whence.device, {}};
  TRY(store::note_login(db, user.id, now));
  TRY(store::insert_session(db, session));
  TRY(store::insert_mobile_token(db, {sha256(token), session.id, now, now + lifetime_us(), {}}));
  store::Audit audit = audit_of(user.tenant, "session_started", user.id, whence);
  audit.object = session.id;
  TRY(store::add_audit(db, audit, now));
  return token;
}

Result<Mobile::SignedIn> Mobile::verify(const Contact& contact, std::string_view code,
                                        const http::Whence& whence) {
  SignedIn signed_in;
  // A refusal has something to write (the count of tries), so it is no failure of the job.
  const bool right = TRY(store_.writer().write_for<bool>([&](store::Database& db) -> Result<bool> {
    const store::CodeOwner owner = TRY(owner_of(db, contact));
    const auto found = TRY(codes_.check(
        db, {owner, code_purpose::mobile_login, contact.channel, code, whence.address, whence.device}));
    if (!found.has_value()) return false;
    const auto user = TRY(store::find_user(db, contact.tenant, owner.key));
    // A number that was changed since the code went out is not this code's any more.
    if (!user.has_value() || found->contact != contact.text) return false;
    signed_in.user = *user;
    if (further_) signed_in.further = TRY(further_(db, *user, contact.channel, whence));
    if (signed_in.further.methods.empty()) signed_in.token = TRY(begin_session(db, *user, whence));
    return true;
  }));
  if (!right) return wrong_code();
  return signed_in;
}

Result<Principal> Mobile::authenticate(std::string_view token) {
  if (!is_token(token)) return Error::invalid_token;
  const std::int64_t now = world_.now_us();
  return store_.read([&](store::Database& db) -> Result<Principal> {
    const auto found = TRY(store::find_mobile_token(db, sha256(token)));
    if (!found.has_value() || found->used_at.has_value() || found->expires_at <= now)
      return Error::invalid_token;
    const auto principal = TRY(store::find_principal(db, found->session));
    if (!principal.has_value() || !TRY(store::is_employee(db, principal->user))) return Error::invalid_token;
    return *principal;
  });
}

Result<void> Mobile::logout(std::string_view token, const http::Whence& whence) {
  const Principal principal = TRY(authenticate(token));
  const std::int64_t now = world_.now_us();
  return store_.writer().write([&](store::Database& db) -> Result<void> {
    if (!TRY(store::end_session(db, principal.user, principal.session, now))) return {};
    store::Audit audit = audit_of(principal.tenant, "session_ended", principal.user, whence);
    audit.object = principal.session;
    return store::add_audit(db, audit, now);
  });
}

Result<Mobile::Refreshed> Mobile::refresh(std::string_view token, const http::Whence& whence) {
  if (!is_token(token)) return Error::invalid_token;
  const std::int64_t now = world_.now_us();
  // The one that follows is made of the one before, so a client that lost the answer gets the same again,
  // though only hashes are stored.
  const Sha256Digest made = store::hmac_sha256(token_key_, token);
  Refreshed next{to_hex(made.data(), token_bytes), now + lifetime_us()};
  const bool refreshed = TRY(store_.writer().write_for<bool>([&](store::Database& db) -> Result<bool> {
    const auto found = TRY(store::find_mobile_token(db, sha256(token)));
    if (!found.has_value() || found->expires_at <= now) return false;
    const auto principal = TRY(store::find_principal(db, found->session));
    if (!principal.has_value() || !TRY(store::is_employee(db, principal->user))) return false;
    if (found->used_at.has_value()) {
      const auto successor = TRY(store::find_mobile_token(db, sha256(next.token)));
      const bool in_grace = now - *found->used_at <= token_grace_us && now >= *found->used_at;
      if (in_grace && successor.has_value() && !successor->used_at.has_value()) {
        next.expires_at = successor->expires_at;
        return true;
      }
      if (in_grace) return false;
      TRY(store::end_session(db, principal->user, found->session, now));
      store::Audit audit = audit_of(principal->tenant, "token_reused", principal->user, whence);
      audit.object = found->session;
      TRY(store::add_audit(db, audit, now));
      return false;
    }
    TRY(store::use_mobile_token(db, sha256(token), now));
    TRY(store::insert_mobile_token(db, {sha256(next.token), found->session, now, next.expires_at, {}}));
    TRY(store::note_use(db, found->session, now));
    return true;
  }));
  if (!refreshed) return Error::invalid_token;
  return next;
}

}  // namespace ringup::identity
