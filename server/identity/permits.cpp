#include "server/identity/permits.h"

#include "core/identity/pin.h"
#include "server/store/audit.h"
#include "server/store/groups.h"
#include "server/store/pins.h"
#include "server/store/tills.h"

namespace ringup::identity {
namespace {

constexpr std::int64_t second_us = 1'000'000;

Result<Rights> rights_of_user(store::Database& db, const store::User& user) {
  Rights rights = rights_of(user.role);
  for (const store::Group& group : TRY(store::groups_of(db, user.id))) rights = rights | group.rights;
  return rights;
}

Result<void> note(store::Database& db, const Principal& principal, std::string action, const Id& user,
                  const http::Whence& whence, std::int64_t now_us) {
  const auto actor = TRY(store::find_user(db, principal.tenant, principal.user));
  return store::add_audit(db,
                          {principal.tenant, std::move(action), principal.user, "user", user,
                           actor ? actor->email : std::string(), whence.address, whence.device, "{}"},
                          now_us);
}

Result<PinVerifier> opened(const store::Vault& vault, const store::Seller& seller) {
  const std::string text = TRY(vault.open(seller.sealed_pin, to_string(seller.user)));
  return read_pin_verifier(TRY(json::parse(text)));
}

}  // namespace

Permits::Permits(Accounts& accounts)
    : accounts_(accounts),
      vault_(accounts.store().secret(), "ringup pin"),
      key_(accounts.store().secret(), "ringup permit") {}

Result<void> Permits::set_pin(const Principal& principal, std::string_view pin, const http::Whence& whence) {
  if (!principal.may(Right::sell))
    return fail(Error::forbidden, {}, "A PIN is for people who sell at a till.");
  TRY(check_pin(pin));
  const std::int64_t now = accounts_.world().now_us();
  if (!limit_.allow(to_string(principal.user), now)) return Error::too_many_requests;
  PinVerifier verifier;
  std::uint8_t salt[pin_salt_bytes];
  accounts_.world().random(salt);
  verifier.salt.assign(reinterpret_cast<const char*>(salt), sizeof salt);
  const HashPool::Slot slot = TRY(pool_.enter(to_string(principal.user)));
  slot.run([&] { verifier.hash = pbkdf2_sha256(pin, verifier.salt, verifier.iterations); });
  const std::string sealed = vault_.seal(json::dump(to_json(verifier)), to_string(principal.user));
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    TRY(store::set_pin(db, principal.tenant, principal.user, sealed, now));
    return note(db, principal, "pin_set", principal.user, whence, now);
  });
}

Result<void> Permits::remove_pin(const Principal& principal, const Id& user, const http::Whence& whence) {
  const bool own = user == principal.user;
  if (!own && !principal.may(Right::people_manage)) return Error::forbidden;
  const std::int64_t now = accounts_.world().now_us();
  return accounts_.store().writer().write([&](store::Database& db) -> Result<void> {
    const auto target = TRY(store::find_user(db, principal.tenant, user));
    if (!target.has_value()) return Error::not_found;
    if (!own && !TRY(rights_of_user(db, *target)).within(principal.rights()))
      return fail(Error::forbidden, {}, "This person may more than you may.");
    if (!TRY(store::remove_pin(db, principal.tenant, user))) return Error::not_found;
    return note(db, principal, "pin_removed", user, whence, now);
  });
}

Result<json::Value> Permits::permits_of(const http::TillPrincipal& till) {
  const std::vector<store::Seller> sellers =
      TRY(accounts_.store().read([&](store::Database& db) -> Result<std::vector<store::Seller>> {
        const auto known = TRY(store::find_till(db, till.till));
        if (!known || known->tenant != till.tenant || known->revoked_at)
          return fail(Error::forbidden, {}, "This till was revoked.");
        return store::list_sellers(db, till.tenant, sellers_max);
      }));
  const std::int64_t now_s = accounts_.world().now_us() / second_us;
  json::Array items, ids;
  for (const store::Seller& seller : sellers) {
    ids.emplace_back(seller.user);
    if (seller.sealed_pin.empty()) continue;
    // One that does not open (a folder whose secret was replaced) is no PIN; its owner sets another.
    Result<PinVerifier> verifier = opened(vault_, seller);
    if (!verifier.ok()) continue;
    items.emplace_back(key_.sign(json::dump(to_json(
        Permit{seller.user, seller.first_name, seller.last_name, seller.role, seller.rights, till.till,
               till.tenant, now_s, now_s + permit_us / second_us, std::move(verifier).value()}))));
  }
  return json::Value(json::Object{
      {"key", to_base64url(key_.public_key())}, {"items", std::move(items)}, {"sellers", std::move(ids)}});
}

}  // namespace ringup::identity
