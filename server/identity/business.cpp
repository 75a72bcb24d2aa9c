#include "server/identity/business.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "core/identity/account.h"
#include "server/identity/countries.h"
#include "server/identity/password.h"

namespace ringup::identity {
namespace {

constexpr std::size_t name_characters_max = 100;
constexpr std::int64_t hosts_remembered_us = 1'000'000;

/// One per kind, free of charge until the owner sets a price.
struct Delivery {
  const char *code, *kind, *name;
  std::int64_t days_min, days_max;
};
constexpr Delivery deliveries[] = {
    {"pickup", "pickup", "Pick up in the shop", 0, 0},
    {"standard", "standard", "Standard delivery", 2, 4},
    {"express", "express", "Express delivery", 1, 1},
};

Result<std::string> read_business_name(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (text.empty() || !utf8::valid(text) || control || utf8::length(text) > name_characters_max)
    return fail(Error::invalid_value, {}, "Give a name of 1 to 100 characters.");
  return std::string(text);
}

/// Puts the field's name into a failure of one of the readers.
template <class T>
Result<T> named(Result<T> result, std::string field) {
  if (!result.ok()) result.failure().where = std::move(field);
  return result;
}

}  // namespace

Result<std::string> read_host(std::string_view text) {
  const auto refuse = [&] {
    return fail(Error::invalid_value, {},
                "Give a host name like shop.example: letters, digits, hyphens and dots, without port.");
  };
  std::string host(text);
  std::size_t label = 0;
  if (host.empty() || host.size() > 253) return refuse();
  for (std::size_t i = 0; i <= host.size(); ++i) {
    if (i == host.size() || host[i] == '.') {
      if (label == 0 || label > 63 || host[i - 1] == '-' || host[i - label] == '-') return refuse();
      label = 0;
      continue;
    }
    if (host[i] >= 'A' && host[i] <= 'Z') host[i] = static_cast<char>(host[i] - 'A' + 'a');
    const bool fine =
        (host[i] >= 'a' && host[i] <= 'z') || (host[i] >= '0' && host[i] <= '9') || host[i] == '-';
    if (!fine) return refuse();
    ++label;
  }
  return host;
}

Result<MadeBusiness> make_business(store::Store& store, const NewBusiness& wish, const World& world) {
  MadeBusiness made;
  store::Tenant& tenant = made.tenant;
  const std::int64_t now = world.now_us();
  tenant.id = world.new_id();
  tenant.created_at = now;
  tenant.slug = TRY(named(read_slug(wish.slug), "slug"));
  tenant.name = TRY(named(read_business_name(wish.name), "name"));
  const Result<Currency> currency = parse_currency(wish.currency);
  if (!currency.ok()) {
    return fail(Error::unknown_currency, "currency",
                "This currency is not known. Give the three letters of ISO 4217, such as EUR.");
  }
  tenant.currency = *currency;
  const std::optional<Country> country = find_country(wish.country);
  if (!country.has_value()) {
    std::string known;
    for (const Country& each : all_countries()) known += (known.empty() ? "" : " ") + std::string(each.code);
    return fail(Error::invalid_value, "country", "No tax rates are known for it. Known are: " + known + ".");
  }
  tenant.country = wish.country;
  tenant.time_zone = country->time_zone;
  std::optional<std::string> host;
  if (wish.host.has_value()) host = TRY(named(read_host(*wish.host), "host"));

  store::User& owner = made.owner;
  owner.id = world.new_id();
  owner.tenant = tenant.id;
  owner.email = TRY(named(read_email(wish.owner_email), "owner_email"));
  owner.first_name = wish.first_name;
  owner.last_name = wish.last_name;
  owner.role = Role::owner;
  owner.created_at = now;
  owner.email_verified_at = now;
  const std::string_view context[] = {owner.email, tenant.name, tenant.slug};
  TRY(named(check_password(wish.password, context), "password"));
  owner.password_hash = hash_password(wish.password, world);

  const store::Branch branch{
      world.new_id(), tenant.id, wish.branch_code, wish.branch_name, wish.branch_address, true, now};
  made.branch = branch.id;
  TRY(store.writer().write([&](store::Database& db) -> Result<void> {
    if (TRY(store::find_tenant_by_slug(db, tenant.slug)).has_value())
      return fail(Error::conflict, "slug", "Another business is called " + tenant.slug + ".");
    if (host.has_value() && TRY(store::find_tenant_by_host(db, *host)).has_value())
      return fail(Error::conflict, "host", "Another business has the host name " + *host + ".");
    TRY(store::insert_tenant(db, tenant));
    if (host.has_value()) TRY(store::insert_host(db, tenant.id, *host));
    TRY(store::insert_branch(db, branch));
    TRY(store::insert_tax_class(db, tenant.id, {"standard", country->standard}));
    TRY(store::insert_tax_class(db, tenant.id, {"reduced", country->reduced}));
    TRY(store::insert_tax_class(db, tenant.id, {"zero", Rate{0}}));
    for (const Delivery& delivery : deliveries) {
      TRY(store::insert_delivery_method(db, tenant.id,
                                        {world.new_id(), delivery.code, delivery.kind, delivery.name, 0,
                                         delivery.days_min, delivery.days_max}));
    }
    return store::insert_user(db, owner);
  }));
  return made;
}

std::string host_of(const http::Request& request) {
  std::string host(request.header("host"));
  const std::size_t colon = host.rfind(':');
  // An IPv6 address has colons inside its brackets; only one behind them begins a port.
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) host.resize(colon);
  if (host.ends_with('.')) host.pop_back();
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return host;
}

Result<store::Tenant> find_business(store::Store& store, const http::Request& request,
                                    std::optional<std::string_view> slug) {
  const auto found = TRY(store.read([&](store::Database& db) -> Result<std::optional<store::Tenant>> {
    if (slug.has_value()) return store::find_tenant_by_slug(db, *slug);
    auto by_host = TRY(store::find_tenant_by_host(db, host_of(request)));
    if (by_host.has_value()) return by_host;
    return store::find_only_tenant(db);
  }));
  if (found.has_value()) return *found;
  if (slug.has_value()) return fail(Error::invalid_value, "tenant", "There is no business by that name.");
  return fail(Error::tenant_required, "tenant", "Say which business is meant.");
}

bool Hosts::known(std::string_view host) const {
  return hosts_.empty() || host == public_host_ || std::binary_search(hosts_.begin(), hosts_.end(), host);
}

Result<void> Hosts::read_again(std::int64_t now_us) {
  hosts_ = TRY(store_.read([](store::Database& db) { return store::list_hosts(db); }));
  std::sort(hosts_.begin(), hosts_.end());
  read_at_us_ = now_us;
  return {};
}

Result<void> Hosts::check(const http::Request& request) {
  const std::string host = host_of(request);
  const std::int64_t now = world_.now_us();
  const std::lock_guard lock(mutex_);
  const bool fresh = now - read_at_us_ < hosts_remembered_us && now >= read_at_us_;
  // A host that is not known may belong to a business made by another process a moment ago.
  if (!fresh || !known(host)) TRY(read_again(now));
  if (!known(host)) return Error::misdirected_request;
  return {};
}

bool Hosts::names(const http::Request& request) {
  if (!check(request).ok()) return false;
  const std::lock_guard lock(mutex_);
  return std::binary_search(hosts_.begin(), hosts_.end(), host_of(request));
}

}  // namespace ringup::identity
