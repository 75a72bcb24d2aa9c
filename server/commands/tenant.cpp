#include <cstdio>
#include <iostream>

#include "server/commands/commands.h"
#include "server/identity/business.h"
#include "server/identity/password.h"

namespace ringup::commands {
namespace {

/// Once one business has a host name, browsers reach the others by theirs only: said where it happens.
void warn_of_the_hostless(store::Store& store) {
  const auto hostless = store.read([](store::Database& db) -> Result<std::vector<std::string>> {
    std::vector<std::string> slugs;
    if (TRY(store::list_hosts(db)).empty()) return slugs;
    for (const std::string& slug : TRY(store::list_slugs(db))) {
      const auto tenant = TRY(store::find_tenant_by_slug(db, slug));
      if (tenant.has_value() && TRY(store::host_of(db, tenant->id)).empty()) slugs.push_back(slug);
    }
    return slugs;
  });
  if (!hostless.ok()) return;
  for (const std::string& slug : *hostless) {
    std::fprintf(
        stderr,
        "Warning: the business %s has no host name, but another one has: its pages answer only under "
        "PUBLIC_URL. Give it one: ringup tenant host --data DIR --tenant %s --host NAME\n",
        slug.c_str(), slug.c_str());
  }
}

}  // namespace

int run_tenant_host(const Arguments& arguments) {
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1});
  if (!store.ok()) return report(store.failure());
  const auto host = identity::read_host(arguments.get("--host"));
  if (!host.ok()) return report(fail(Error::invalid_value, "--host", host.failure().detail));
  const std::string slug = arguments.get("--tenant");
  const Result<void> given = (*store)->writer().write([&](store::Database& db) -> Result<void> {
    const auto tenant = TRY(store::find_tenant_by_slug(db, slug));
    if (!tenant.has_value()) return fail(Error::not_found, "--tenant", "There is no business " + slug + ".");
    const auto owner = TRY(store::find_tenant_by_host(db, *host));
    if (owner.has_value() && owner->id == tenant->id) return {};
    if (owner.has_value())
      return fail(Error::conflict, "--host", "Another business has the host name " + *host + ".");
    return store::insert_host(db, tenant->id, *host);
  });
  if (!given.ok()) return report(given.failure());
  std::printf("The business %s answers at %s.\n", slug.c_str(), host->c_str());
  warn_of_the_hostless(**store);
  return done;
}

int run_tenant_create(const Arguments& arguments) {
  const identity::World world;
  identity::NewBusiness wish;
  wish.slug = arguments.get("--slug");
  wish.name = arguments.get("--name");
  wish.owner_email = arguments.get("--owner-email");
  wish.country = arguments.get("--country", wish.country);
  wish.currency = arguments.get("--currency", wish.currency);
  if (arguments.has("--host")) wish.host = arguments.get("--host");
  const bool given = arguments.has("--password-stdin");
  if (given) {
    std::getline(std::cin, wish.password);
    if (wish.password.ends_with('\r')) wish.password.pop_back();
    if (wish.password.empty())
      return report(fail(Error::missing_member, "--password-stdin", "No password came on standard input."));
  } else {
    wish.password = identity::make_password(world);
  }
  auto store = store::Store::open(arguments.get("--data"), {.readers = 1, .make_if_missing = true});
  if (!store.ok()) return report(store.failure());
  const auto made = identity::make_business(**store, wish, world);
  if (!made.ok()) return report(made.failure());
  std::printf("Made the business %s (%s), owner %s.\n", made->tenant.slug.c_str(), made->tenant.name.c_str(),
              made->owner.email.c_str());
  if (!given) std::printf("Password, shown only this once: %s\n", wish.password.c_str());
  warn_of_the_hostless(**store);
  return done;
}

}  // namespace ringup::commands
