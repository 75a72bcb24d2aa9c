#include "server/identity/factors.h"

#include <algorithm>

#include "core/base/qr.h"
#include "core/identity/one_time_code.h"
#include "core/identity/totp.h"
#include "server/identity/token.h"
#include "server/store/audit.h"
#include "server/store/devices.h"
#include "server/store/keys.h"
#include "server/store/security.h"
#include "server/store/tenants.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::size_t label_bytes_max = 60;  // what an app shows has little room, and a QR code too

store::Channel channel_of(store::FactorKind kind) {
  return kind == store::FactorKind::sms ? store::Channel::sms : store::Channel::email;
}

std::string words_of(std::string_view kind) {
  if (kind == "totp") return "codes of an authenticator app";
  if (kind == "sms") return "codes by text message";
  if (kind == "email") return "codes by mail";
  return "recovery codes";
}

/// At most so many bytes, whole characters.
std::string cut(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

bool contains(const std::vector<std::string>& methods, std::string_view method) {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

}  // namespace

Factors::Factors(store::Store& store, World world, const Codes& codes, const Post& post, std::string issuer)
    : store_(store),
      world_(std::move(world)),
      codes_(codes),
      post_(post),
      issuer_(std::move(issuer)),
      vault_(store.secret(), "ringup second factor"),
      recovery_key_(store::derive_key(store.secret(), "ringup recovery code")) {}

Result<bool> Factors::is_required(store::Database& db, const store::User& user) const {
  const store::Security security = TRY(store::read_security(db, user.tenant));
  const auto roles = json::parse(security.second_factor_roles);
  if (!roles.ok()) return Error::damaged;
  const json::Array* names = roles->as_array();
  return names != nullptr && std::any_of(names->begin(), names->end(), [&](const json::Value& name) {
           return name.as_string() != nullptr && *name.as_string() == role_name(user.role);
         });
}

Result<std::vector<std::string>> Factors::methods(store::Database& db, const store::User& user) const {
  std::vector<std::string> methods;
  for (const store::SecondFactor& factor : TRY(store::list_factors(db, user.id)))
    methods.emplace_back(store::factor_name(factor.kind));
  if (methods.empty()) {
    if (TRY(is_required(db, user))) methods.emplace_back("email");
  } else if (TRY(store::count_recovery_codes(db, user.id)) > 0) {
    methods.emplace_back("recovery");
  }
  return methods;
}

Result<std::vector<std::string>> Factors::methods_besides(store::Database& db, const store::User& user,
                                                          store::Channel channel) const {
  std::vector<std::string> left = TRY(methods(db, user));
  std::erase(left, store::channel_name(channel));
  // Whoever has the mailbox could set another password and read a second code there as well: where nothing
  // else but paper is left, asking would guard nothing.
  const bool only_paper = left.size() == 1 && left.front() == "recovery";
  if (only_paper && channel == store::Channel::email) left.clear();
  return left;
}

Result<Mobile::Further> Factors::begin_besides(store::Database& db, const store::User& user,
                                               store::Channel channel, const http::Whence& whence) const {
  Mobile::Further further;
  further.methods = TRY(methods_besides(db, user, channel));
  if (further.methods.empty()) return further;
  std::array<std::uint8_t, 32> random{};
  world_.random(random);
  further.challenge = base64url_encode({reinterpret_cast<const char*>(random.data()), random.size()});
  store::Challenge challenge;
  challenge.hash = sha256(further.challenge);
  challenge.tenant = user.tenant;
  challenge.user = user.id;
  challenge.device = whence.device;
  challenge.address = whence.address;
  challenge.created_at = world_.now_us();
  challenge.expires_at = challenge.created_at + code_minutes * 60 * second_us;
  TRY(store::insert_challenge(db, challenge));
  TRY(store::note_code_sign_in(db, challenge.hash, channel));
  return further;
}

Result<std::vector<std::string>> Factors::methods_for(store::Database& db, const store::Challenge& challenge,
                                                      const store::User& user) const {
  const auto channel = TRY(store::channel_of_sign_in(db, challenge.hash));
  return channel.has_value() ? methods_besides(db, user, *channel) : methods(db, user);
}

Result<std::int64_t> Factors::send(store::Database& db, const store::User& user, store::FactorKind kind,
                                   const char* purpose, const http::Whence& whence) const {
  std::string contact = user.email;
  if (kind == store::FactorKind::sms) {
    const auto factor = TRY(store::find_factor(db, user.id, kind));
    if (!factor.has_value() || !factor->enabled_at.has_value() || !factor->phone_number.has_value())
      return Error::not_found;
    contact = *factor->phone_number;
  }
  const store::CodeOwner owner{user.tenant, user.id, user.id};
  return codes_.send(db, {owner, purpose, channel_of(kind), contact, "second_factor_code", user.first_name,
                          whence.address, whence.device});
}

Result<void> Factors::count_try(store::Database& db, const store::User& user) const {
  const std::int64_t now = world_.now_us();
  const auto tries = TRY(store::count_factor_try(db, user.id, now, factor_tries_max, factor_window_us));
  if (tries.allowed) return {};
  const std::int64_t minutes = std::max<std::int64_t>(1, (tries.free_at_us - now) / (60 * second_us) + 1);
  return fail(Error::too_many_requests, {},
              "Too many wrong codes. Try again in " + std::to_string(minutes) + " minutes.");
}

Result<bool> Factors::check_totp(store::Database& db, const store::SecondFactor& factor,
                                 std::string_view code) const {
  const std::string secret = TRY(vault_.open(factor.secret, "totp " + to_string(factor.user)));
  const Result<std::string> digits = read_one_time_code(code);
  const auto step = match_totp(secret, digits.ok() ? *digits : std::string(), world_.now_us() / second_us,
                               factor.last_step);
  return step.has_value() && TRY(store::use_step(db, factor.user, *step));
}

Sha256Digest Factors::recovery_hash(const store::User& user, std::string_view code) const {
  return store::hmac_sha256(recovery_key_,
                            to_string(user.tenant) + ' ' + to_string(user.id) + ' ' + std::string(code));
}

Result<bool> Factors::check_recovery(store::Database& db, const store::User& user,
                                     std::string_view code) const {
  const Result<std::string> letters = read_recovery_code(code);
  if (!letters.ok()) return false;
  return store::use_recovery_code(db, user.id, recovery_hash(user, *letters), world_.now_us());
}

Result<bool> Factors::check(store::Database& db, const store::Challenge& challenge, const store::User& user,
                            std::string_view method, std::string_view code,
                            const http::Whence& whence) const {
  if (!TRY(store::count_challenge_try(db, challenge.hash, challenge_tries_max))) return false;
  bool right = false;
  if (contains(TRY(methods_for(db, challenge, user)), method)) {
    if (method == "totp" || method == "recovery") {
      TRY(count_try(db, user));
      const auto factor = TRY(store::find_factor(db, user.id, store::FactorKind::totp));
      if (method == "recovery")
        right = TRY(check_recovery(db, user, code));
      else
        right = factor.has_value() && factor->enabled_at.has_value() && TRY(check_totp(db, *factor, code));
      if (right) TRY(store::forget_factor_tries(db, user.id));
    } else {
      const store::CodeOwner owner{user.tenant, user.id, user.id};
      const auto channel = method == "sms" ? store::Channel::sms : store::Channel::email;
      const auto found = TRY(codes_.check(
          db, {owner, code_purpose::second_factor, channel, code, whence.address, whence.device}));
      return found.has_value();
    }
  }
  if (!right) TRY(tell_refusal(db, user, method, whence));
  return right;
}

Result<bool> Factors::prove(store::Database& db, const store::User& user, std::string_view code) {
  if (read_recovery_code(code).ok() && !read_one_time_code(code).ok()) {
    TRY(count_try(db, user));
    if (!TRY(check_recovery(db, user, code))) return false;
    TRY(store::forget_factor_tries(db, user.id));
    return true;
  }
  const auto totp = TRY(store::find_factor(db, user.id, store::FactorKind::totp));
  if (totp.has_value() && totp->enabled_at.has_value()) {
    TRY(count_try(db, user));
    if (TRY(check_totp(db, *totp, code))) {
      TRY(store::forget_factor_tries(db, user.id));
      return true;
    }
  }
  const store::CodeOwner owner{user.tenant, user.id, user.id};
  const auto found = TRY(codes_.check(db, {owner, code_purpose::proof, std::nullopt, code, {}, {}}));
  if (found.has_value()) TRY(store::forget_factor_tries(db, user.id));
  return found.has_value();
}

Result<Factors::NewTotp> Factors::begin_totp(store::Database& db, const store::User& user) const {
  std::array<std::uint8_t, totp_secret_bytes> random{};
  world_.random(random);
  const std::string secret(random.begin(), random.end());
  store::SecondFactor factor;
  factor.user = user.id;
  factor.tenant = user.tenant;
  factor.kind = store::FactorKind::totp;
  factor.secret = vault_.seal(secret, "totp " + to_string(user.id));
  factor.created_at = world_.now_us();
  if (!TRY(store::put_factor(db, factor)))
    return fail(Error::conflict, {}, "An authenticator app is set up already. Disable it first.");
  std::string issuer = issuer_;
  if (issuer.empty()) {
    const auto tenant = TRY(store::find_tenant(db, user.tenant));
    issuer = tenant.has_value() ? tenant->name : "Ringup";
  }
  // A colon parts issuer from account.
  std::replace(issuer.begin(), issuer.end(), ':', ' ');
  NewTotp made{base32_encode(secret),
               otpauth_uri(cut(issuer, label_bytes_max / 2), cut(user.email, label_bytes_max), secret),
               {}};
  const QrCode qr = TRY(QrCode::of(made.otpauth_uri));
  for (int y = 0; y < qr.size(); ++y) {
    std::string row;
    for (int x = 0; x < qr.size(); ++x) row.push_back(qr.dark(x, y) ? '1' : '0');
    made.qr.push_back(std::move(row));
  }
  return made;
}

Result<std::int64_t> Factors::begin_sent(store::Database& db, const store::User& user, store::FactorKind kind,
                                         const std::optional<std::string>& phone_number,
                                         const http::Whence& whence) const {
  store::SecondFactor factor;
  factor.user = user.id;
  factor.tenant = user.tenant;
  factor.kind = kind;
  factor.phone_number = phone_number;
  factor.created_at = world_.now_us();
  if (!TRY(store::put_factor(db, factor)))
    return fail(Error::conflict, {}, "This second factor is enabled already. Disable it first.");
  const store::CodeOwner owner{user.tenant, user.id, user.id};
  return codes_.send(db, {owner, code_purpose::enable, channel_of(kind), phone_number.value_or(user.email),
                          "second_factor_code", user.first_name, whence.address, whence.device});
}

Result<Factors::Enabled> Factors::enable(store::Database& db, const store::User& user, store::FactorKind kind,
                                         std::string_view code, const http::Whence& whence) const {
  const auto factor = TRY(store::find_factor(db, user.id, kind));
  if (!factor.has_value() || factor->enabled_at.has_value() ||
      world_.now_us() - factor->created_at > begun_us)
    return fail(Error::precondition_failed, {}, "Begin with enable; there is nothing to verify yet.");
  Enabled enabled;
  const std::string name(store::factor_name(kind));
  if (kind == store::FactorKind::totp) {
    TRY(count_try(db, user));
    enabled.right = TRY(check_totp(db, *factor, code));
    if (enabled.right) TRY(store::forget_factor_tries(db, user.id));
    if (!enabled.right) TRY(tell_refusal(db, user, name, whence));
  } else {
    const store::CodeOwner owner{user.tenant, user.id, user.id};
    const auto found = TRY(codes_.check(
        db, {owner, code_purpose::enable, channel_of(kind), code, whence.address, whence.device}));
    // The code must have gone to what is now to be enabled.
    enabled.right = found.has_value() && found->contact == factor->phone_number.value_or(user.email);
  }
  if (!enabled.right) return enabled;
  if (!TRY(store::enable_factor(db, user.id, kind, world_.now_us()))) return Error::conflict;
  if (TRY(store::count_recovery_codes(db, user.id)) == 0)
    enabled.recovery_codes = TRY(make_recovery_codes(db, user));
  if (kind == store::FactorKind::sms && user.phone_number == factor->phone_number) {
    store::User proved = user;
    proved.phone_verified_at = world_.now_us();
    TRY(store::update_user(db, proved));
  }
  TRY(tell(db, user, {"factor_enabled", name, "A second factor was enabled: " + words_of(name) + "."},
           user.id, whence));
  return enabled;
}

Result<void> Factors::disable(store::Database& db, const store::User& user, store::FactorKind kind,
                              const http::Whence& whence) const {
  if (!TRY(store::delete_factor(db, user.id, kind)))
    return fail(Error::precondition_failed, {}, "This second factor is not enabled.");
  if (TRY(store::list_factors(db, user.id)).empty()) TRY(store::delete_recovery_codes(db, user.id));
  const std::string name(store::factor_name(kind));
  return tell(db, user, {"factor_disabled", name, "A second factor was disabled: " + words_of(name) + "."},
              user.id, whence);
}

Result<std::vector<std::string>> Factors::make_recovery_codes(store::Database& db,
                                                              const store::User& user) const {
  std::vector<std::string> codes;
  std::vector<Sha256Digest> hashes;
  while (codes.size() < static_cast<std::size_t>(recovery_codes_made)) {
    std::array<std::uint8_t, recovery_code_letters> random{};
    world_.random(random);
    const std::string code = make_recovery_code(random);
    const Sha256Digest hash = recovery_hash(user, TRY(read_recovery_code(code)));
    if (std::find(hashes.begin(), hashes.end(), hash) != hashes.end()) continue;
    codes.push_back(code);
    hashes.push_back(hash);
  }
  TRY(store::put_recovery_codes(db, user.tenant, user.id, hashes, world_.now_us()));
  return codes;
}

Result<std::vector<std::string>> Factors::renew_recovery_codes(store::Database& db, const store::User& user,
                                                               const http::Whence& whence) const {
  if (TRY(store::list_factors(db, user.id)).empty())
    return fail(Error::precondition_failed, {}, "Enable a second factor first.");
  std::vector<std::string> codes = TRY(make_recovery_codes(db, user));
  TRY(tell(db, user,
           {"recovery_codes_made", "recovery", "New recovery codes were made; old ones open nothing."},
           user.id, whence));
  return codes;
}

Result<void> Factors::reset(store::Database& db, const store::User& user, const Principal& by,
                            const http::Whence& whence) const {
  for (const auto kind : {store::FactorKind::totp, store::FactorKind::sms, store::FactorKind::email})
    TRY(store::delete_factor(db, user.id, kind));
  TRY(store::delete_recovery_codes(db, user.id));
  TRY(store::forget_factor_tries(db, user.id));
  return tell(
      db, user,
      {"factors_reset", "all", "All second factors of your account were taken away by an administrator."},
      by.user, whence);
}

Result<void> Factors::tell(store::Database& db, const store::User& user, const Change& change, const Id& by,
                           const http::Whence& whence) const {
  TRY(store::distrust_devices(db, user.id));
  store::Audit audit;
  audit.tenant = user.tenant;
  audit.action = change.action;
  audit.actor = by;
  audit.object_kind = "user";
  audit.object = user.id;
  audit.address = whence.address;
  audit.device = whence.device;
  audit.details = json::dump(json::Object{{"kind", change.kind}});
  TRY(store::add_audit(db, audit, world_.now_us()));
  return post_.queue(db, {user.tenant,
                          store::Channel::email,
                          user.email,
                          "second_factor_changed",
                          {{"what", change.words}, {"first_name", user.first_name}},
                          "second_factor_changed " + to_string(world_.new_id()),
                          std::nullopt});
}

Result<void> Factors::tell_refusal(store::Database& db, const store::User& user, std::string_view method,
                                   const http::Whence& whence) const {
  store::Audit audit;
  audit.tenant = user.tenant;
  audit.action = "factor_refused";
  audit.actor = user.id;
  audit.object_kind = "user";
  audit.object = user.id;
  audit.address = whence.address;
  audit.device = whence.device;
  audit.details = json::dump(json::Object{{"kind", method}});
  return store::add_audit(db, audit, world_.now_us());
}

}  // namespace ringup::identity
